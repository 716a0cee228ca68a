"""Nothing is open before the set-up but the set-up itself."""

import datetime
import threading

import pytest
from fastapi.testclient import TestClient

from transcript2handoff.access import links


def first(token, **changes):
    told = {
        "token": token,
        "name": "Ana Reyes",
        "email": "Ana@Seller.example",
        "password": "a long password",
    }
    return {**told, **changes}


@pytest.mark.parametrize("path", ["/v1/deals", "/v1/sign-in", "/v1/openapi.json", "/nothing"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_everything_is_closed_before(sqlite_service, problem, method, path):
    answer = sqlite_service.client().request(method, path)
    problem(answer, 503, "not_set_up")
    assert "set up" in answer.json()["detail"]


def test_a_delivery_is_to_come_again_after_the_set_up(sqlite_service, problem):
    answer = sqlite_service.client().post("/v1/webhooks/crm", json={})
    problem(answer, 503, "not_set_up")
    assert int(answer.headers["retry-after"]) > 0


def test_the_set_up_makes_the_first_administrator_and_signs_them_in(service):
    client = service.client()
    assert client.get("/v1/setup").json() == {"set_up": False}
    answer = client.post("/v1/setup", json=first(service.setup_token()))
    assert answer.status_code == 201, answer.text
    assert answer.json()["user"]["role"] == "admin"
    assert answer.json()["user"]["email"] == "ana@seller.example"
    assert client.get("/v1/session").json()["name"] == "Ana Reyes"
    assert client.get("/v1/setup").json() == {"set_up": True}


def test_a_link_works_once(sqlite_service, problem):
    client = sqlite_service.client()
    token = sqlite_service.setup_token()
    assert client.post("/v1/setup", json=first(token)).status_code == 201
    problem(sqlite_service.client().post("/v1/setup", json=first(token)), 403, "not_allowed")
    assert links.setup_link(sqlite_service.store, "http://t2h.example") is None


def test_two_at_the_same_moment_are_one_administrator(service):
    token = service.setup_token()
    statuses = []

    def set_up(name):
        told = first(token, email=f"{name}@seller.example")
        statuses.append(service.client().post("/v1/setup", json=told).status_code)

    threads = [threading.Thread(target=set_up, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses)[0] == 201
    assert statuses.count(201) == 1
    assert set(statuses) <= {201, 401, 403}


def test_a_wrong_or_an_old_link_does_not_hold(sqlite_service, problem):
    client = sqlite_service.client()
    token = sqlite_service.setup_token()
    problem(client.post("/v1/setup", json=first("x" * 43)), 401, "not_signed_in")
    now = datetime.datetime.now(datetime.UTC)
    sqlite_service.store.now = lambda: now + links.SETUP_LASTS
    problem(client.post("/v1/setup", json=first(token)), 401, "not_signed_in")


def test_guessing_has_to_wait(sqlite_service, problem):
    client = sqlite_service.client()
    for _ in range(20):
        assert client.post("/v1/setup", json=first("x" * 43)).status_code == 401
    answer = client.post("/v1/setup", json=first("x" * 43))
    problem(answer, 429, "too_many_requests")
    assert int(answer.headers["retry-after"]) >= 1


@pytest.mark.parametrize(
    ("field", "value"),
    [("password", "short"), ("password", "x" * 257), ("email", "ana"), ("name", "a\nb")],
)
def test_what_does_not_fit_is_named(sqlite_service, problem, field, value):
    client = sqlite_service.client()
    told = first(sqlite_service.setup_token(), **{field: value})
    found = problem(client.post("/v1/setup", json=told), 422, "invalid_request")
    assert [each["pointer"] for each in found["errors"]] == [f"#/{field}"]
    assert "password" in told
    assert told["password"] not in str(found)


def test_a_key_of_the_machine_opens_the_service_too(sqlite_service):
    client = sqlite_service.client()
    assert client.get("/v1/deals").status_code == 503
    assert sqlite_service.by_key("deals:read").get("/v1/deals").status_code == 200


def test_a_database_that_is_gone_is_no_reason_to_open(sqlite_service, problem):
    sqlite_service.store._engine.dispose()
    for file in sqlite_service.settings.data.glob("t2h.db*"):
        file.unlink()
    client = TestClient(sqlite_service.app, raise_server_exceptions=False)
    assert client.get("/v1/deals").status_code >= 500
