"""Everything that goes wrong is a problem in one form, and says no more than it should."""

import json

import pytest
from fastapi.testclient import TestClient
from pydantic import BaseModel, Field
from sqlalchemy import text

from transcript2handoff import errors
from transcript2handoff.api.problem_kinds import KINDS, kind_of
from transcript2handoff.deal import Call
from transcript2handoff.errors import HandoffError


class Body(BaseModel):
    days: int = Field(ge=1)


@pytest.fixture
def broken(sqlite_service):
    """A service with routes that fail in every way."""
    raises = {}

    @sqlite_service.app.get("/v1/fails")
    def fails():
        raise raises["error"]

    @sqlite_service.app.post("/v1/body")
    def body(told: Body):
        return told

    sqlite_service.user()
    sqlite_service.fails_with = lambda error: (
        raises.update(error=error)
        or TestClient(sqlite_service.app, raise_server_exceptions=False).get("/v1/fails")
    )
    return sqlite_service


def every_error():
    names = [each for each in vars(errors).values() if isinstance(each, type)]
    return sorted(
        (each for each in names if issubclass(each, HandoffError)), key=lambda each: each.__name__
    )


@pytest.mark.parametrize("kind", every_error(), ids=lambda kind: kind.__name__)
def test_every_error_of_ours_is_a_problem(broken, problem, kind):
    waits = {"wait": 3.2} if kind is errors.TooManyRequestsError else {}
    error = kind("It is so. Do that.", **waits)
    told = kind_of(error)
    found = problem(broken.fails_with(error), told.status, told.name)
    assert (found["detail"] == "It is so. Do that.") == told.told


def test_words_of_people_stand_in_no_error_and_no_log(broken, log):
    """What does not fit would be told by the errors of our models and of the database."""
    words = "the discount is ninety percent"

    @broken.app.get("/v1/unfit")
    def unfit():
        return Call.model_validate({"id": "x", words: 1, "stage": words})

    @broken.app.get("/v1/unfit-answer", response_model=Body)
    def unfit_answer():
        return {"days": words}

    @broken.app.get("/v1/mistaken")
    def mistaken():
        with broken.store.write() as tx:
            tx.session.execute(text("SELECT * FROM nothing WHERE x = :x"), {"x": words})

    client = TestClient(broken.app, raise_server_exceptions=False)
    for path in ("unfit", "unfit-answer", "mistaken"):
        answer = client.get(f"/v1/{path}")
        assert answer.status_code in (500, 503)
        assert words not in answer.text
    assert len([*log.lines("request_broke"), *log.lines("request_failed")]) == 3
    assert words not in log.text()


def test_a_fault_of_ours_says_nothing_of_itself_but_in_the_log(broken, problem, log):
    answer = broken.fails_with(RuntimeError("postgresql://t2h:s3cret@db/t2h"))
    problem(answer, 500, "internal")
    assert "s3cret" not in answer.text
    policy = answer.headers["content-security-policy"].split("; ")
    assert {"default-src 'self'", "frame-ancestors 'none'"} <= {*policy}
    (line,) = log.lines("request_broke")
    assert "RuntimeError" in line["exception"]
    assert f"{__file__}:" in line["exception"]
    assert line["request_id"] == answer.json()["request_id"]
    assert "s3cret" not in log.text()


def test_words_in_a_fault_of_ours_and_in_what_led_to_it_are_not_logged(broken, problem, log):
    words = "the discount is ninety percent"

    @broken.app.get("/v1/stumbles")
    def stumbles():
        try:
            Call.model_validate({"id": "x", words: 1, "stage": words})
        except ValueError as error:
            raise LookupError(words) from error

    client = TestClient(broken.app, raise_server_exceptions=False)
    problem(client.get("/v1/stumbles"), 500, "internal")
    (line,) = log.lines("request_broke")
    assert "ValidationError" in line["exception"]
    assert "\nLookupError\n" in line["exception"]
    assert " stumbles" in line["exception"]
    assert words not in log.text()


def test_where_our_database_is_is_not_told(broken, problem):
    answer = broken.fails_with(errors.StoreUnreachableError("The database db.internal is gone."))
    assert "again" in problem(answer, 503, "store_unreachable")["detail"]
    assert "db.internal" not in answer.text
    assert answer.headers["retry-after"] == "5"


def test_how_long_to_wait_is_told_in_whole_seconds(broken):
    answer = broken.fails_with(errors.TooManyRequestsError("Too many.", wait=3.2))
    assert answer.headers["retry-after"] == "4"


@pytest.mark.parametrize(
    ("method", "path", "status", "name"),
    [
        ("GET", "/v1/nothing", 404, "no_such_path"),
        ("PUT", "/v1/body", 405, "no_such_method"),
        ("GET", "/v1/users", 401, "not_signed_in"),
    ],
)
def test_what_the_framework_refuses_is_a_problem(broken, problem, method, path, status, name):
    problem(broken.client().request(method, path), status, name)


def test_a_wrong_method_says_which_ones_there_are(broken):
    assert broken.client().put("/v1/body").headers["allow"] == "POST"


def test_who_is_not_signed_in_is_told_how(broken):
    assert broken.client().get("/v1/users").headers["www-authenticate"] == "Bearer"


def test_what_does_not_fit_is_pointed_at_and_not_repeated(broken, problem):
    answer = broken.client().post("/v1/body", json={"days": "s3cret"})
    found = problem(answer, 422, "invalid_request")
    assert [each["pointer"] for each in found["errors"]] == ["#/days"]
    assert "s3cret" not in answer.text


@pytest.mark.parametrize("body", [b"{", b"\xff\xfe", b"", b"[1]"])
def test_a_body_that_is_none_is_a_problem(broken, body):
    headers = {"content-type": "application/json"}
    answer = broken.client().post("/v1/body", content=body, headers=headers)
    assert answer.status_code in (400, 422)
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_query_that_does_not_fit_is_pointed_at(broken, problem):
    client = broken.by_key("deals:read")
    found = problem(client.get("/v1/deals?limit=1000"), 422, "invalid_request")
    assert [each["pointer"] for each in found["errors"]] == ["query:limit"]
    problem(client.get("/v1/deals?after=nonsense"), 422, "invalid_input")


def test_a_key_in_a_path_is_not_repeated(broken, problem):
    @broken.app.post("/v1/takes/{name}/{key}")
    def takes(name, key):
        raise errors.DeliveryForgedError("It is not proven.")

    answer = broken.client().post("/v1/takes/crm/the-key-itself")
    found = problem(answer, 401, "delivery_forged")
    assert found["instance"] == "/v1/takes/crm/…"


def test_the_description_has_every_kind_with_an_example(sqlite_service):
    described = sqlite_service.app.openapi()
    shared = described["components"]["responses"]
    examples = {
        (name, kind): example["value"]
        for name, response in shared.items()
        for kind, example in response["content"]["application/problem+json"]["examples"].items()
    }
    for kind in KINDS.values():
        assert examples[f"Problem{kind.status}", kind.name]["status"] == kind.status
    assert described["components"]["schemas"]["Problem"]["required"] == [
        "type",
        "title",
        "status",
        "detail",
        "instance",
        "request_id",
    ]


def test_every_operation_names_its_problems_by_the_shared_responses(sqlite_service):
    described = sqlite_service.app.openapi()
    for path, item in described["paths"].items():
        for method, operation in item.items():
            problems = {
                int(code): told
                for code, told in operation["responses"].items()
                if code.isdigit() and int(code) >= 400
            }
            assert {422, 429, 500, 503} <= problems.keys(), (method, path)
            for code, told in problems.items():
                assert told == {"$ref": f"#/components/responses/Problem{code}"}, (method, path)
            if operation.get("security"):
                assert {401, 403} <= problems.keys(), (method, path)


def test_the_description_refers_to_nothing_that_is_not_there(sqlite_service):
    described = sqlite_service.app.openapi()
    text = json.dumps(described)
    for kind in ("schemas", "responses", "securitySchemes"):
        for part in text.split(f'"#/components/{kind}/')[1:]:
            assert part.split('"')[0] in described["components"][kind]
    assert "HTTPValidationError" not in text


def test_every_post_takes_an_idempotency_key(sqlite_service):
    described = sqlite_service.app.openapi()
    for path, item in described["paths"].items():
        if "post" in item:
            names = [each.get("name") for each in item["post"].get("parameters", [])]
            inside = not path.startswith(
                ("/v1/webhooks/", "/v1/sign-in", "/v1/setup", "/v1/people/export")
            )
            assert ("Idempotency-Key" in names) == inside, path
