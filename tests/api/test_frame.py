"""What stands around every route: ids, headers, logs, limits, who asks and how often."""

import contextlib
import hmac
import socket
import threading
from typing import Annotated
from urllib.parse import urlsplit

import httpx
import pytest
import uvicorn
from fastapi import Form, Request, Response

from transcript2handoff.api import limits
from transcript2handoff.api.deps import Caller
from transcript2handoff.api.limits import MOST_OF_JSON, has_recording, most_bytes
from transcript2handoff.errors import ServiceFileError

PROVIDER = {"issuer": "https://id.example", "client_id": "t2h"}


def test_a_request_has_an_id_in_its_answer_and_in_the_log(sqlite_service, log):
    client = sqlite_service.by_key("deals:read")
    answer = client.get("/v1/deals", headers={"X-Request-Id": "from-the-proxy-1"})
    assert answer.headers["x-request-id"] == "from-the-proxy-1"
    (line,) = log.lines()
    assert line["request_id"] == "from-the-proxy-1"
    assert (line["method"], line["path"], line["status"]) == ("GET", "/v1/deals", 200)
    assert line["caller"].startswith("key-")


@pytest.mark.parametrize("told", ["", "short", "with space in it", "x" * 65, "a\tbcdefgh", "ä" * 9])
def test_an_id_in_another_form_is_not_taken_over(sqlite_service, told):
    headers = {"X-Request-Id": told.encode()}
    answer = sqlite_service.client().get("/v1/setup", headers=headers)
    assert answer.headers["x-request-id"] != told
    assert len(answer.headers["x-request-id"]) == 32


@pytest.mark.parametrize("path", ["/v1/setup", "/v1/nothing", "/v1/users"])
def test_every_answer_has_the_headers_of_security(sqlite_service, path):
    headers = sqlite_service.client().get(path).headers
    assert headers["content-security-policy"].startswith("default-src 'self'; ")
    assert "frame-ancestors 'none'" in headers["content-security-policy"].split("; ")
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] == "no-store"
    assert headers["referrer-policy"] == "same-origin"
    assert "server" not in headers
    assert "strict-transport-security" not in headers


def test_over_https_browsers_come_by_nothing_else(serve):
    headers = serve(url="https://t2h.example").client().get("/v1/setup").headers
    assert headers["strict-transport-security"] == "max-age=31536000"


def test_a_form_of_a_page_has_its_token_in_a_field(sqlite_service, problem):
    @sqlite_service.app.post("/v1/form")
    def form(caller: Caller, name: Annotated[str, Form()]):
        return {"name": name}

    client = sqlite_service.signed_in(sqlite_service.user())
    token = client.headers.pop("X-CSRF-Token")
    assert client.post("/v1/form", data={"name": "x", "csrf_token": token}).json() == {"name": "x"}
    problem(client.post("/v1/form", data={"name": "x", "csrf_token": "y" * 43}), 403, "cross_site")
    problem(client.post("/v1/form", data={"name": "x"}), 403, "cross_site")
    file = {"csrf_token": (None, token), "name": (None, "x")}
    problem(client.post("/v1/form", files=file), 403, "cross_site")


@pytest.mark.parametrize("fits", [False, True])
def test_the_token_of_a_form_is_compared_in_constant_time(sqlite_service, monkeypatch, fits):
    """All hangs on that comparison: as it says, the right one is refused and a wrong one taken."""

    @sqlite_service.app.post("/v1/form")
    def form(caller: Caller, name: Annotated[str, Form()]):
        return {"name": name}

    client = sqlite_service.signed_in(sqlite_service.user())
    token = client.headers.pop("X-CSRF-Token")
    compared = []
    monkeypatch.setattr(hmac, "compare_digest", lambda *both: compared.append(both) or fits)
    for each in (token, "y" * 43):
        answer = client.post("/v1/form", data={"name": "x", "csrf_token": each})
        assert answer.status_code == (200 if fits else 403)
        assert (each.encode(), token.encode()) in compared


def test_a_method_that_nobody_knows_is_counted_as_one(sqlite_service, log):
    sqlite_service.client().request("BREW", "/v1/setup")
    assert [each["method"] for each in log.lines()] == ["other"]


def test_a_route_may_have_headers_of_its_own(sqlite_service):
    @sqlite_service.app.get("/v1/own")
    def own():
        return Response("x", headers={"Cache-Control": "private, max-age=60"})

    sqlite_service.user()
    assert sqlite_service.client().get("/v1/own").headers.get_list("cache-control") == [
        "private, max-age=60"
    ]


def test_the_log_has_the_name_of_a_parameter_and_not_its_value(sqlite_service, log):
    sqlite_service.by_key("deals:read").get("/v1/deals/deal-4711")
    assert [each["path"] for each in log.lines()] == ["/v1/deals/{deal_id}"]
    assert "deal-4711" not in log.text()


def test_no_secret_stands_in_logs_or_answers(sqlite_service, log):
    service = sqlite_service
    user = service.user(role="admin")
    key = service.key("admin")
    client = service.signed_in(user)
    session, csrf = client.cookies["t2h_session"], client.headers["X-CSRF-Token"]
    new = "another long password"
    answers = [
        client.get("/v1/session", headers={"Authorization": f"Bearer {key[:-1]}x"}),
        client.get("/v1/users", headers={"Authorization": f"Bearer {key}"}),
        client.get(f"/v1/nothing/{key}", headers={"Authorization": f"Basic {key}"}),
        client.post("/v1/keys", json={"name": "x", "scopes": [key]}),
        client.post("/v1/sign-in", json={"email": user.email, "password": new, "more": new}),
        client.post("/v1/setup", json={"token": new, "name": "x", "email": "a@b", "password": new}),
        client.post("/v1/sign-in/password", json={"now": new, "new": new}),
        client.post("/v1/sign-in/password", json={"now": service.password, "new": new}),
    ]
    assert [each.status_code for each in answers] == [401, 200, 404, 422, 422, 403, 403, 200]
    told = log.text() + "".join(each.text.replace(f"/v1/nothing/{key}", "") for each in answers)
    assert "session" in told
    for secret in (session, csrf, new, service.password, key.rpartition("_")[2]):
        assert secret not in told


class TestBodies:
    @pytest.fixture
    def reads(self, sqlite_service):
        sqlite_service.read = []

        @sqlite_service.app.post("/v1/reads")
        async def reads(request: Request):
            async for chunk in request.stream():
                sqlite_service.read.append(len(chunk))
            return {"read": sum(sqlite_service.read)}

        sqlite_service.user()
        return sqlite_service

    def test_a_body_that_says_it_is_too_long_is_not_read(self, reads, problem):
        answer = reads.client().post("/v1/reads", content=b"x" * (MOST_OF_JSON + 1))
        problem(answer, 413, "body_too_large")
        assert reads.read == []

    def test_a_body_may_be_as_long_as_is_said(self, reads):
        answer = reads.client().post("/v1/reads", content=b"x" * MOST_OF_JSON)
        assert answer.json() == {"read": MOST_OF_JSON}

    def test_a_body_that_turns_out_too_long_is_not_read_to_its_end(self, reads, problem):
        with running(reads.app) as url:
            pieces = (b"x" * 65536 for _ in range(200))
            try:
                answer = httpx.post(f"{url}/v1/reads", content=pieces, timeout=20)
            except httpx.WriteError:
                answer = None  # The server has hung up before all was sent, as it may.
        if answer is not None:
            problem(answer, 413, "body_too_large")
        assert sum(reads.read) <= MOST_OF_JSON

    @pytest.mark.parametrize("key", [None, "once"])
    def test_json_in_pieces_that_turns_out_too_long_is_refused(self, reads, problem, key):
        client = reads.by_key("deals:write")
        headers = {"content-type": "application/json"} | ({"Idempotency-Key": key} if key else {})
        pieces = (b" " * 65536 for _ in range(20))
        problem(client.post("/v1/deals", content=pieces, headers=headers), 413, "body_too_large")

    @pytest.mark.parametrize(
        ("method", "path", "large"),
        [
            ("PATCH", "/v1/uploads/upload-1", True),
            ("POST", "/v1/calls", True),
            ("POST", "/v1/uploads", False),
            ("POST", "/v1/calls/call-1/move", False),
            ("PATCH", "/v1/calls/call-1", False),
            ("PUT", "/v1/uploads", False),
            ("POST", "/v1/deals/deal-1/runs", False),
            ("POST", "/v1/deals", False),
        ],
    )
    def test_recordings_may_be_long(self, sqlite_service, method, path, large):
        services = sqlite_service.app.state.services
        most = most_bytes(method, path, services)
        assert (most >= services.settings.max_recording_bytes) == large
        assert large or most == MOST_OF_JSON
        assert has_recording(method, path) == large

    @pytest.mark.parametrize("key", [None, "once"])
    def test_a_body_that_comes_a_byte_at_a_time_is_not_waited_for(self, reads, monkeypatch, key):
        monkeypatch.setattr(limits, "BODY_SECONDS", 0.3)
        shown = reads.key("deals:write")
        head = f"POST /v1/reads HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {shown}\r\n"
        head += f"Idempotency-Key: {key}\r\n" if key else ""
        with running(reads.app) as url, line_to(url) as line:
            line.sendall(f"{head}Content-Length: 1000\r\n\r\n".encode())
            answer = dribbled(line)
        assert answer.startswith(b"HTTP/1.1 408 ")
        assert b"/problems/body_too_slow" in answer
        assert b"connection: close" in answer.lower()

    def test_a_recording_is_waited_for(self, reads, monkeypatch):
        monkeypatch.setattr(limits, "BODY_SECONDS", 0.1)
        monkeypatch.setattr(limits, "_WHOLE", {"/v1/reads"})
        with running(reads.app) as url, line_to(url) as line:
            line.sendall(b"POST /v1/reads HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n")
            answer = dribbled(line)
        assert answer.startswith(b"HTTP/1.1 200 ")
        assert b'{"read":10}' in answer


def line_to(url):
    return socket.create_connection((urlsplit(url).hostname, urlsplit(url).port), timeout=0.05)


def dribbled(line):
    """What is answered to somebody who sends ten bytes and then waits a while."""
    answer = b""
    for number in range(100):
        with contextlib.suppress(TimeoutError):
            answer += line.recv(65536)
        if b"\r\n\r\n" in answer and answer.endswith(b"}"):
            break
        if number < 10:
            line.sendall(b"x")
    return answer


class running:  # noqa: N801 - reads as a phrase
    """An application behind a real server."""

    def __init__(self, app):
        config = uvicorn.Config(
            app, host="127.0.0.1", port=0, proxy_headers=False, server_header=False, log_config=None
        )
        self.server = uvicorn.Server(config)
        self.thread = threading.Thread(target=self.server.run)

    def __enter__(self):
        self.thread.start()
        while not self.server.started:
            self.thread.join(0.01)
        port = self.server.servers[0].sockets[0].getsockname()[1]
        return f"http://127.0.0.1:{port}"

    def __exit__(self, *_):
        self.server.should_exit = True
        self.thread.join()


def test_a_caller_who_asks_too_often_has_to_wait(serve, problem):
    service = serve(rate_limit=5)
    client, other = service.by_key("deals:read"), service.by_key("deals:read")
    for _ in range(5):
        assert client.get("/v1/deals").status_code == 200
    answer = client.get("/v1/deals")
    problem(answer, 429, "too_many_requests")
    assert 1 <= int(answer.headers["retry-after"]) <= 12
    assert other.get("/v1/deals").status_code == 200


class TestProxy:
    ACCESS = {  # noqa: RUF012
        "proxy": {"header": "X-Forwarded-Email", "cidrs": ["10.0.0.0/8", "fd00::/8"]}
    }
    ANA = {"X-Forwarded-Email": "Ana@Seller.example"}  # noqa: RUF012

    @pytest.fixture
    def proxied(self, serve):
        service = serve(access=self.ACCESS)
        service.user()
        return service

    @pytest.mark.parametrize("peer", ["10.1.2.3", "::ffff:10.1.2.3", "fd00::1"])
    def test_the_word_of_the_proxy_counts(self, proxied, peer):
        client = proxied.client(client=(peer, 4711))
        assert client.get("/v1/session", headers=self.ANA).json()["name"] == "Ana"

    @pytest.mark.parametrize("peer", ["11.0.0.1", "127.0.0.1", "::1", "testclient"])
    def test_the_word_of_anybody_else_does_not(self, proxied, problem, peer):
        client = proxied.client(client=(peer, 4711))
        headers = {**self.ANA, "X-Forwarded-For": "10.0.0.1"}
        problem(client.get("/v1/session", headers=headers), 401, "not_signed_in")

    def test_a_header_that_stands_twice_counts_for_nothing(self, proxied, problem):
        client = proxied.client(client=("10.0.0.1", 4711))
        headers = [("X-Forwarded-Email", "ana@seller.example")] * 2
        problem(client.get("/v1/session", headers=headers), 401, "not_signed_in")

    def test_nobody_gets_an_account_by_it(self, proxied, problem):
        client = proxied.client(client=("10.0.0.1", 4711))
        headers = {"X-Forwarded-Email": "new@seller.example"}
        problem(client.get("/v1/session", headers=headers), 401, "not_signed_in")

    def test_a_page_of_another_site_is_refused(self, proxied, problem):
        client = proxied.client(client=("10.0.0.1", 4711))
        body = {"name": "x", "scopes": ["deals:read"]}
        headers = {**self.ANA, "Origin": "http://evil.example"}
        problem(client.post("/v1/keys", json=body, headers=headers), 403, "cross_site")
        headers["Origin"] = "http://t2h.example"
        assert client.post("/v1/keys", json=body, headers=headers).status_code == 201

    def test_without_such_a_setting_no_header_counts(self, sqlite_service, problem):
        sqlite_service.user()
        client = sqlite_service.client(client=("10.0.0.1", 4711))
        problem(client.get("/v1/session", headers=self.ANA), 401, "not_signed_in")

    def test_wrong_sign_ins_are_counted_for_the_address_behind_the_proxy(self, proxied):
        client = proxied.client(client=("10.0.0.1", 4711))

        def tried(address, number):
            told = {"email": f"p{number}@seller.example", "password": "wrong password"}
            headers = {"X-Forwarded-For": f"9.9.9.9, {address}, 10.0.0.7"}
            return client.post("/v1/sign-in", json=told, headers=headers).status_code

        assert {tried("1.1.1.1", number) for number in range(20)} == {401}
        assert tried("1.1.1.1", 20) == 429
        assert tried("2.2.2.2", 20) == 401


@pytest.mark.parametrize(
    ("access", "words"),
    [
        ({"passwords": "perhaps"}, "passwords"),
        ({"proxy": {"header": "X", "cidrs": ["10.0.0.1/8"]}}, "10.0.0.1/8"),
        ({"proxy": {"header": "X", "cidrs": []}}, "cidrs"),
        ({"proxy": {"header": "a b", "cidrs": ["10.0.0.0/8"]}}, "header"),
        ({"oidc": {"issuer": "http://id.example", "client_id": "x"}}, "https"),
        ({"oidc": {"issuer": "https://id.example?x", "client_id": "x"}}, "query"),
        ({"oidc": {"issuer": "https://id.example"}}, "client_id"),
        ({"oidc": {**PROVIDER, "scopes": ["email"]}}, "openid"),
        ({"oidc": {**PROVIDER, "new_people": "ae"}}, "hosts"),
        ({"saml": {}}, "saml"),
    ],
)
def test_wrong_settings_are_named_and_nothing_starts(serve, access, words):
    with pytest.raises(ServiceFileError, match=words):
        serve(access=access)
