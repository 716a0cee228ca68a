"""What each fault of the fake server is to the official SDK, which does not ask again here."""

import asyncio
import json
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import openai
import pytest

from transcript2handoff.testing.model_server import (
    ContextLength,
    Cut,
    Empty,
    Filtered,
    Good,
    Length,
    ModelServer,
    NoChoices,
    NotJson,
    NoUsage,
    Packed,
    QuotaExhausted,
    RateLimited,
    Redirect,
    Refusal,
    Reset,
    Says,
    SlowDrip,
    Stall,
    Status,
)

SHOWN = "<transcript>\n[7] SELLER Ann Lee: We'll send the quote.\n</transcript>"
NOWHERE = "http://127.0.0.1:9/v1/chat/completions"
"""Nobody listens on the port that was once for throwing data away."""

TABLE = [
    (Good(), "stop"),
    (Status(400), openai.BadRequestError),
    (Status(401), openai.AuthenticationError),
    (Status(403), openai.PermissionDeniedError),
    (Status(404), openai.NotFoundError),
    (Status(408), openai.APIStatusError),
    (Status(409), openai.ConflictError),
    (Status(413), openai.APIStatusError),
    (Status(422), openai.UnprocessableEntityError),
    (Status(500), openai.InternalServerError),
    (Status(502, "<html><body>Bad gateway</body></html>"), openai.InternalServerError),
    (Status(503, headers={"retry-after": "1"}), openai.InternalServerError),
    (Status(504, {"detail": "of another server"}), openai.InternalServerError),
    (RateLimited(retry_after=2, retry_after_ms=1500), openai.RateLimitError),
    (QuotaExhausted(), openai.RateLimitError),
    (Reset(), openai.APIConnectionError),
    (Cut(), openai.APIConnectionError),
    (Stall(60), openai.APITimeoutError),
    (SlowDrip(2), "stop"),
    (Says("no JSON at all"), "stop"),
    (Empty(), "stop"),
    (NoChoices(), None),
    (NoUsage(), "stop"),
    (NotJson(), json.JSONDecodeError),
    (Packed(1000), "stop"),
    (Refusal("I would rather not."), "stop"),
    (Filtered(), "content_filter"),
    (Filtered(question=True), openai.BadRequestError),
    (Length(), "length"),
    (ContextLength(), openai.BadRequestError),
    (ContextLength(dialect="llama.cpp"), openai.BadRequestError),
    (ContextLength(dialect="vllm"), openai.BadRequestError),
    (Redirect(NOWHERE), openai.APIConnectionError),
]
"""A fault, and the exception of the SDK or the finish reason that comes of it."""


def asked(server: ModelServer, *, timeout: float = 20) -> Any:
    options = {"base_url": server.base_url, "api_key": server.api_key, "timeout": timeout}
    with openai.OpenAI(**options, max_retries=0) as client:
        return client.chat.completions.create(**question(server))


def asked_async(server: ModelServer, *, timeout: float = 20) -> Any:
    async def ask() -> Any:
        options = {"base_url": server.base_url, "api_key": server.api_key, "timeout": timeout}
        async with openai.AsyncOpenAI(**options, max_retries=0) as client:
            return await client.chat.completions.create(**question(server))

    # A browser that an earlier test has opened leaves an event loop running in this thread.
    with ThreadPoolExecutor(max_workers=1) as thread:
        return thread.submit(asyncio.run, ask()).result()


def question(server: ModelServer) -> dict[str, Any]:
    return {"model": server.model, "messages": [{"role": "user", "content": SHOWN}]}


def refused(fault: Any) -> openai.APIStatusError:
    with ModelServer(script=[fault]) as server, pytest.raises(openai.APIStatusError) as caught:
        asked(server)
    return caught.value


def answered(fault: Any) -> Any:
    with ModelServer(script=[fault]) as server:
        return asked(server)


@pytest.mark.parametrize("ask", [asked, asked_async])
@pytest.mark.parametrize(("fault", "outcome"), TABLE, ids=lambda value: str(value)[:60])
def test_the_sdk_maps_every_fault(ask, fault, outcome):
    timeout = {Stall: 0.3, SlowDrip: 1}.get(type(fault), 20)
    with ModelServer(script=[fault]) as server:
        if isinstance(outcome, type):
            with pytest.raises(outcome) as caught:
                ask(server, timeout=timeout)
            assert caught.type is outcome
        else:
            choices = ask(server, timeout=timeout).choices
            assert (choices[0].finish_reason if choices else None) == outcome
    assert len(server.requests) == 1


def test_after_the_script_the_brain_answers():
    with ModelServer(script=[Status(500)]) as server:
        with pytest.raises(openai.InternalServerError):
            asked(server)
        said = asked(server).choices[0].message.content
    assert json.loads(said) == {"promises": [{"turn": 7, "quote": "We'll send the quote."}]}


def test_a_script_may_choose_by_the_request():
    def only_turn_seven(request):
        return Status(503) if "[7]" in request.user else None

    with ModelServer(script=only_turn_seven) as server:
        with pytest.raises(openai.InternalServerError):
            asked(server)
        with openai.OpenAI(base_url=server.base_url, api_key=server.api_key) as client:
            other = [{"role": "user", "content": "[8]"}]
            answer = client.chat.completions.create(model=server.model, messages=other)
    assert answer.choices[0].finish_reason == "stop"


def test_a_rate_limit_says_how_long_to_wait():
    error = refused(RateLimited(retry_after=2, retry_after_ms=1500))
    assert error.response.headers["retry-after"] == "2"
    assert error.response.headers["retry-after-ms"] == "1500"
    assert (error.type, error.code) == ("requests", "rate_limit_exceeded")
    assert "retry-after" not in refused(RateLimited()).response.headers


def test_an_empty_purse_differs_from_a_rate_limit_by_its_code():
    error = refused(QuotaExhausted())
    assert (error.type, error.code) == ("insufficient_quota", "insufficient_quota")


def test_a_context_error_is_in_the_words_of_each_server():
    openai_error = refused(ContextLength(100))
    assert openai_error.code == "context_length_exceeded"
    assert openai_error.param == "messages"
    assert "maximum context length is 100 tokens" in openai_error.message
    llama = refused(ContextLength(100, "llama.cpp"))
    assert llama.type == "exceed_context_size_error"
    assert llama.body["n_ctx"] == 100
    assert llama.body["n_prompt_tokens"] > 100
    vllm = refused(ContextLength(100, "vllm"))
    assert (vllm.type, vllm.code) == ("BadRequestError", "400")
    assert "error" not in vllm.body


def test_a_filtered_question_has_the_code_of_the_filter():
    assert refused(Filtered(question=True)).code == "content_filter"


def test_a_refusal_is_in_its_own_field():
    message = answered(Refusal("I would rather not.")).choices[0].message
    assert (message.content, message.refusal) == (None, "I would rather not.")


def test_length_leaves_half_of_the_json():
    whole = answered(Good()).choices[0].message.content
    half = answered(Length()).choices[0].message.content
    assert half == whole[: len(whole) // 2]


def test_an_answer_may_lack_text_choices_and_usage():
    assert answered(Empty()).choices[0].message.content is None
    assert answered(NoChoices()).choices == []
    assert answered(NoUsage()).usage is None
    assert answered(Good()).usage is not None


def test_a_slow_drip_takes_longer_than_the_timeout_of_a_read():
    with ModelServer(script=[SlowDrip(2)]) as server:
        begun = time.monotonic()
        asked(server, timeout=1)
        assert time.monotonic() - begun > 1.5


def test_a_redirect_takes_the_transcript_along_unless_one_forbids_it():
    with ModelServer(api_key=None) as elsewhere:
        other = f"{elsewhere.base_url}/chat/completions"
        with ModelServer(script=[Redirect(other), Redirect(other)]) as server:
            asked(server)
            assert elsewhere.requests[-1].user == SHOWN
            http = openai.DefaultHttpxClient(follow_redirects=False)
            options = {"base_url": server.base_url, "api_key": server.api_key, "max_retries": 0}
            with (
                openai.OpenAI(**options, http_client=http) as client,
                pytest.raises(openai.APIStatusError) as caught,
            ):
                client.chat.completions.create(**question(server))
    assert caught.value.status_code == 307
    assert len(elsewhere.requests) == 1


def test_a_reset_is_a_reset_and_no_goodbye():
    with ModelServer(script=[Reset()]) as server, connected(server) as connection:
        connection.sendall(raw_chat(server))
        with pytest.raises(ConnectionResetError):
            connection.recv(1)


def test_half_a_body_announces_a_whole_one():
    with ModelServer(script=[Cut()]) as server, connected(server) as connection:
        connection.sendall(raw_chat(server))
        with connection.makefile("rb") as stream:
            head, body = stream.read().split(b"\r\n\r\n", 1)
    length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
    assert len(body) == length // 2


def connected(server: ModelServer) -> socket.socket:
    port = int(server.base_url.split(":")[2].removesuffix("/v1"))
    return socket.create_connection(("127.0.0.1", port), timeout=20)


def raw_chat(server: ModelServer) -> bytes:
    body = json.dumps(question(server)).encode()
    head = (
        "POST /v1/chat/completions HTTP/1.1\r\nhost: 127.0.0.1\r\n"
        f"authorization: Bearer {server.api_key}\r\ncontent-length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body
