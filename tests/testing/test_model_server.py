"""The fake server: as strict as the original, quick to stop, and it remembers what came in."""

import http.client
import json
import textwrap
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from transcript2handoff.testing import model_server
from transcript2handoff.testing.model_server import ModelServer, Says, Stall, Status

CHAT = "/v1/chat/completions"
SCHEMA = {
    "type": "object",
    "properties": {"names": {"type": "array", "items": {"type": "string"}}},
    "required": ["names"],
    "additionalProperties": False,
}


def sent(server, *, body=None, method="POST", path=CHAT, key="test-key"):
    """Status and JSON of a request as it is, without the SDK's help."""
    address = server.base_url.removeprefix("http://").removesuffix("/v1")
    connection = http.client.HTTPConnection(address, timeout=20)
    headers = {"authorization": f"Bearer {key}"} if key else {}
    data = body if isinstance(body, str | bytes | None) else json.dumps(body)
    connection.request(method, path, body=data, headers=headers)
    response = connection.getresponse()
    answer = json.loads(response.read())
    connection.close()
    return response.status, answer


def chat(**parameters):
    return {"model": "fake-model", "messages": [{"role": "user", "content": "Hi"}], **parameters}


def strict(**changes):
    return {
        "type": "json_schema",
        "json_schema": {"name": "x", "strict": True, "schema": SCHEMA} | changes,
    }


def error_of(server, **request):
    status, answer = sent(server, **request)
    assert list(answer["error"]) == ["message", "type", "param", "code"]
    return status, answer["error"]


@pytest.fixture(scope="module")
def server():
    with ModelServer() as running:
        yield running


def test_a_refusal_is_an_error_object(server):
    status, error = error_of(server, body=chat(temperature=3))
    assert status == 400
    assert (error["type"], error["param"]) == ("invalid_request_error", "temperature")
    assert error["code"] == "decimal_above_max_value"
    assert error["message"].startswith("Invalid 'temperature'")


def test_as_many_choices_come_as_are_wanted(server):
    status, answer = sent(server, body=chat(n=3))
    assert (status, answer["object"]) == (200, "chat.completion")
    assert [choice["index"] for choice in answer["choices"]] == [0, 1, 2]


@pytest.mark.parametrize("body", ["", "{", b"\xff", "[]", '"Hi"'])
def test_a_body_that_is_no_json_object_is_refused(server, body):
    status, error = error_of(server, body=body)
    assert status == 400
    assert error["message"].startswith("We could not parse the JSON body")


@pytest.mark.parametrize(
    ("request_line", "status", "message"),
    [
        (("POST", "/v1/completions"), 404, "Invalid URL (POST /v1/completions)"),
        (("POST", "/chat/completions"), 404, "Invalid URL (POST /chat/completions)"),
        (("POST", "/v1" + CHAT), 404, "Invalid URL (POST /v1/v1/chat/completions)"),
        (("GET", CHAT), 405, "Not allowed to GET on /v1/chat/completions."),
        (("DELETE", "/v1/models/fake-model"), 405, "Not allowed to DELETE on"),
        (("POST", "/v1/models"), 405, "Not allowed to POST on /v1/models."),
        (("GET", "/v1/models/other"), 404, "The model `other` does not exist"),
    ],
)
def test_wrong_ways_are_refused(server, request_line, status, message):
    method, path = request_line
    got, error = error_of(server, method=method, path=path, body=chat())
    assert got == status
    assert error["message"].startswith(message)


def test_an_unknown_model_is_not_found(server):
    status, error = error_of(server, body=chat(model="gpt-99"))
    assert (status, error["param"], error["code"]) == (404, "model", "model_not_found")


def test_a_key_is_needed_and_must_be_the_right_one(server):
    status, error = error_of(server, body=chat(), key=None)
    assert (status, error["code"]) == (401, None)
    status, error = error_of(server, body=chat(), key="sk-secret-words")
    assert (status, error["code"]) == (401, "invalid_api_key")
    assert "secret" not in error["message"]


def test_a_server_may_want_no_key():
    with ModelServer(api_key=None) as server:
        assert sent(server, body=chat(), key=None)[0] == 200


def test_models_are_listed(server):
    status, answer = sent(server, method="GET", path="/v1/models")
    assert (status, [model["id"] for model in answer["data"]]) == (200, ["fake-model"])
    status, model = sent(server, method="GET", path="/v1/models/fake-model")
    assert (status, model["object"]) == (200, "model")


def test_a_model_may_refuse_parameters_that_the_api_knows():
    with ModelServer(unsupported=["temperature", "max_tokens"]) as server:
        _, error = error_of(server, body=chat(temperature=0))
        assert (error["param"], error["code"]) == ("temperature", "unsupported_parameter")
        _, error = error_of(server, body=chat(max_tokens=9))
        assert error["message"].endswith("Use 'max_completion_tokens' instead.")
        assert sent(server, body=chat(max_completion_tokens=9))[0] == 200


def test_a_refused_request_plays_nothing_of_the_script():
    with ModelServer(script=[Status(503), Says("two")]) as server:
        assert sent(server, body=chat(top_k=1))[0] == 400
        assert sent(server, body=chat(), key="wrong")[0] == 401
        assert sent(server, method="GET", path="/v1/models")[0] == 200
        assert sent(server, body=chat())[0] == 503
        assert sent(server, body=chat())[1]["choices"][0]["message"]["content"] == "two"
        assert len(server.requests) == 5


def test_what_came_in_is_kept():
    with ModelServer() as server:
        before = time.monotonic()
        messages = [
            {"role": "system", "content": "Be brief."},
            {"role": "user", "content": [{"type": "text", "text": "Hi"}]},
        ]
        sent(server, body=chat(messages=messages, response_format=strict(), max_tokens=9))
        sent(server, body="{")
    good, bad = server.requests
    assert (good.method, good.path) == ("POST", CHAT)
    assert good.headers["authorization"] == "Bearer test-key"
    assert before < good.at <= bad.at < time.monotonic()
    assert (good.system, good.user, good.prompt) == ("Be brief.", "Hi", "Be brief.\nHi")
    assert (good.schema, good.schema_name, good.answer_limit) == (SCHEMA, "x", 9)
    assert (bad.raw, bad.body, bad.prompt, bad.schema) == (b"{", {}, "", None)


def test_strange_messages_can_be_looked_at():
    with ModelServer() as server:
        for messages in ("Hi", [3], [{"role": "user", "content": [4]}]):
            sent(server, body=chat(messages=messages, response_format="json"))
    assert [request.prompt for request in server.requests] == ["", "", ""]
    assert server.requests[0].schema is None


def test_longer_messages_than_the_model_holds_are_refused():
    with ModelServer(max_context_tokens=10, script=[Says("short")]) as server:
        status, error = error_of(
            server, body=chat(messages=[{"role": "user", "content": "x" * 41}])
        )
        assert (status, error["code"]) == (400, "context_length_exceeded")
        assert "10 tokens. However, your messages resulted in 11 tokens." in error["message"]
        status, _ = sent(server, body=chat(messages=[{"role": "user", "content": "x" * 40}]))
        assert status == 200
    with ModelServer(max_context_tokens=10, dialect="llama.cpp") as server:
        _, answer = sent(server, body=chat(messages=[{"role": "user", "content": "x" * 41}]))
    assert answer["error"]["type"] == "exceed_context_size_error"


def test_an_answer_is_cut_where_the_request_wants_no_more_tokens():
    with ModelServer(brain=lambda request: "four" * 10) as server:
        _, answer = sent(server, body=chat(max_completion_tokens=3))
        assert answer["choices"][0]["message"]["content"] == "four" * 3
        assert answer["choices"][0]["finish_reason"] == "length"
        assert answer["usage"]["completion_tokens"] == 3
        _, answer = sent(server, body=chat(max_completion_tokens=10))
        assert answer["choices"][0]["finish_reason"] == "stop"


def test_tokens_are_counted_and_a_known_beginning_is_cached():
    fixed = "rule " * 1000
    with ModelServer() as server:
        usages = [
            sent(server, body=chat(messages=[{"role": "user", "content": fixed + end}]))[1]["usage"]
            for end in ("one", "two", "one")
        ]
        short = [sent(server, body=chat())[1]["usage"] for _ in range(2)]
    assert [usage["prompt_tokens"] for usage in usages] == [1251] * 3
    assert all(
        usage["total_tokens"] == usage["prompt_tokens"] + usage["completion_tokens"]
        for usage in usages
    )
    cached = [usage["prompt_tokens_details"]["cached_tokens"] for usage in (*usages, *short)]
    assert cached == [0, 1152, 1152, 0, 0]


def test_a_server_that_ignores_the_format_takes_any_schema_and_talks_around_the_answer():
    with ModelServer(ignores_response_format=True) as server:
        loose = strict(name="a name", strict=None, schema=SCHEMA | {"required": []})
        status, answer = sent(server, body=chat(response_format=loose))
    assert status == 200
    said = answer["choices"][0]["message"]["content"]
    assert json.loads(said.split("```json\n")[1].split("\n```")[0]) == {"names": []}
    assert not said.startswith("{")


def test_requests_are_served_at_the_same_time():
    together = threading.Barrier(3)

    def waits_for_the_others(request):
        together.wait(timeout=20)
        return "all here"

    with ModelServer(brain=waits_for_the_others) as server, ThreadPoolExecutor(3) as pool:
        answers = list(pool.map(lambda _: sent(server, body=chat()), range(3)))
    assert [status for status, _ in answers] == [200, 200, 200]
    assert server.most_at_once == 3


def test_a_connection_serves_several_requests_good_and_bad():
    with ModelServer() as server:
        address = server.base_url.removeprefix("http://").removesuffix("/v1")
        connection = http.client.HTTPConnection(address, timeout=20)
        for key, status in (("wrong", 401), ("test-key", 200), ("test-key", 200)):
            headers = {"authorization": f"Bearer {key}"}
            connection.request("POST", CHAT, body=json.dumps(chat()), headers=headers)
            socket_before = connection.sock
            response = connection.getresponse()
            response.read()
            assert response.status == status
            assert connection.sock is socket_before
        connection.close()


def test_stopping_does_not_wait_for_a_stalled_request():
    with ThreadPoolExecutor(1) as pool:
        with ModelServer(script=[Stall(600)]) as server:
            stalled = pool.submit(sent, server, body=chat())
            while not server.most_at_once:
                time.sleep(0.01)
            begun = time.monotonic()
        assert time.monotonic() - begun < 15
        with pytest.raises((http.client.HTTPException, OSError)):
            stalled.result(timeout=20)


def test_an_idle_connection_does_not_keep_the_server():
    with ModelServer() as server:
        address = server.base_url.removeprefix("http://").removesuffix("/v1")
        idle = http.client.HTTPConnection(address, timeout=20)
        idle.connect()
        begun = time.monotonic()
    assert time.monotonic() - begun < 20
    idle.close()


def test_what_a_brain_raises_is_raised_when_the_server_stops():
    def breaks(request):
        raise LookupError("no idea")

    with (
        pytest.raises(LookupError, match="no idea"),
        ModelServer(brain=breaks) as server,
        pytest.raises(http.client.RemoteDisconnected),
    ):
        sent(server, body=chat())


def test_what_a_brain_raises_is_noted_on_the_error_of_the_test():
    def breaks(request):
        raise LookupError("no idea")

    with (
        pytest.raises(http.client.RemoteDisconnected) as caught,
        ModelServer(brain=breaks) as server,
    ):
        sent(server, body=chat())
    assert "no idea" in caught.value.__notes__[0]


def test_a_client_that_goes_away_is_no_failure_and_nothing_is_printed(capfd):
    with ModelServer(script=[Stall(0.5)]) as server:
        address = server.base_url.removeprefix("http://").removesuffix("/v1")
        connection = http.client.HTTPConnection(address, timeout=20)
        headers = {"authorization": "Bearer test-key"}
        connection.request("POST", CHAT, body=json.dumps(chat()), headers=headers)
        connection.close()
        assert sent(server, body=chat())[0] == 200
        time.sleep(0.6)
    assert capfd.readouterr() == ("", "")


def test_a_server_that_does_not_run_has_no_address():
    with pytest.raises(AssertionError, match="with"):
        _ = ModelServer().base_url


def test_the_example_for_users_is_a_test_that_passes():
    code = model_server.__doc__.split("::\n\n", 1)[1].split("\n\n* ")[0]
    namespace = {}
    exec(textwrap.dedent(code), namespace)
    namespace["test_a_busy_server_is_asked_again"]()


def test_everything_that_the_module_offers_is_there():
    assert sorted(model_server.__all__) == model_server.__all__
    assert all(hasattr(model_server, name) for name in model_server.__all__)
