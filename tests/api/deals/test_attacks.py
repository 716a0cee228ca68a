"""What comes from whoever means no good, or has lost their way: refused, and never a fault."""

import base64
import json
import socket
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from argon2.exceptions import VerifyMismatchError
from pydantic import SecretStr

from transcript2handoff.access import passwords
from transcript2handoff.api.routes import reports
from transcript2handoff.api.routes import uploads as upload_routes
from transcript2handoff.errors import ArtifactError, StoreUnreachableError

on_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
"""One kind of database is enough where the answer does not come out of it."""

TEXT = b"Tom: We go live in May.\nAna: I promise you a trainer.\n"
HALF = "\\ud800"
"""Half of a character, as JSON can name it."""


class TestBodies:
    @pytest.mark.parametrize(
        ("path", "body"),
        [
            ("/v1/deals", '{"deal": {"deal": "%s"}}'),
            ("/v1/deals", '{"deal": {"%s": 1}}'),
            ("/v1/deals", '{"deal": {"owners": {"%s": "x"}}}'),
            ("/v1/deals", '{"deal": {"country": "%s"}}'),
            ("/v1/keys", '{"name": "%s", "scopes": ["admin"]}'),
            ("/v1/users", '{"name": "x", "role": "ae", "email": "%s@example.com"}'),
            ("/v1/people/erasure", '{"names": ["Tom %s"]}'),
            ("/v1/sign-in", '{"email": "a@example.com", "password": "%s"}'),
            ("/v1/sign-in", '{"email": "%s@example.com", "password": "x"}'),
            ("/v1/sign-in/invitation", '{"token": "x", "password": "twelve signs %s"}'),
            ("/v1/sign-in/invitation", '{"token": "%s", "password": "twelve signs, more"}'),
        ],
    )
    @on_sqlite
    def test_halves_of_characters_are_refused(self, client, admin, path, body):
        headers = {**admin, "Content-Type": "application/json"}
        answer = client.post(path, content=body % HALF, headers=headers)
        assert (answer.status_code, answer.json()["type"]) == (422, "/problems/invalid_request")

    @pytest.mark.parametrize(
        ("body", "status"),
        [
            ('{"deal": {"signed": 1e999}}', 422),
            ('{"deal": {"signed": NaN}}', 422),
            (f'{{"deal": {{"signed": {"9" * 5000}}}}}', 400),
            ("[" * 100_000, 400),
            ('{"deal":' * 50_000, 400),
            ("null", 422),
            ('{"deal": {}, "version": 9}', 422),
            ('{"deal": {}, "id": "deal-1", "verdict": "ready"}', 422),
            ('{"deal": {"calls": [{"id": "x"}]}}', 422),
            (f'{{"deal": {{"tags": [{"9" * 100_000!r}]}}}}'.replace("'", '"'), 422),
        ],
    )
    @on_sqlite
    def test_what_is_no_deal_is_refused(self, client, admin, body, status):
        headers = {**admin, "Content-Type": "application/json"}
        assert client.post("/v1/deals", content=body, headers=headers).status_code == status

    @pytest.mark.parametrize("media_type", ["text/plain", "application/x-www-form-urlencoded", ""])
    @pytest.mark.parametrize("path", ["/v1/deals", "/v1/sign-in", "/v1/setup"])
    @on_sqlite
    def test_json_of_another_media_type_is_not_read(self, client, admin, path, media_type):
        """A page of another site can send those without asking first."""
        body = '{"deal": {}}' if path == "/v1/deals" else '{"email": "a@b.example"}'
        told = {"Content-Type": media_type} if media_type else {}
        answer = client.post(path, content=body, headers={**admin, **told})
        assert answer.status_code == 422
        assert all(fault["pointer"] == "#" for fault in answer.json()["errors"])

    @pytest.mark.parametrize(
        "charset", ["undefined", "punycode", "unicode_escape", "utf-7", "utf-16", "latin-1"]
    )
    @on_sqlite
    def test_a_form_is_utf_8(self, client, admin, charset):
        part = b'--x\r\nContent-Disposition: form-data; name="a\\ud800"\r\n\r\n+2AA-\r\n--x--\r\n'
        media_type = f"multipart/form-data; boundary=x; charset={charset}"
        headers = {**admin, "Content-Type": media_type}
        assert client.post("/v1/calls", content=part, headers=headers).status_code == 415

    @on_sqlite
    def test_a_name_of_a_file_goes_nowhere(self, client, admin):
        deal = client.post("/v1/deals", json={"deal": {}}, headers=admin).json()["id"]
        name = '../../etc/"\r\nSet-Cookie: a=b\x00\u202e.txt'
        file = {"file": (name, TEXT)}
        answer = client.post("/v1/calls", data={"deal_id": deal}, files=file, headers=admin)
        assert answer.status_code == 201, answer.text
        call = answer.json()["call"]
        assert "/" not in call["file"]
        assert call["file"].isprintable()
        assert call["ref"].isascii()


@on_sqlite
def test_a_full_disk_is_told_as_what_it_is(client, admin, monkeypatch):
    """A form waits in a file of the machine's until it is whole."""

    def fails(*_):
        raise OSError(28, "No space left on device", "/tmp/secret-name")

    monkeypatch.setattr(upload_routes, "_keep", fails)
    answer = client.post(
        "/v1/calls", data={"deal": "{}"}, files={"file": ("a.txt", TEXT)}, headers=admin
    )
    assert (answer.status_code, answer.json()["type"]) == (503, "/problems/store_unreachable")
    assert "secret-name" not in answer.text


def test_passwords_are_worked_on_two_at_a_time(monkeypatch):
    """Each takes 64 MiB, and anybody may try one."""
    now, most = [], []

    class Hasher:
        def verify(self, *_):
            now.append(1)
            most.append(len(now))
            time.sleep(0.05)
            now.pop()
            raise VerifyMismatchError

    monkeypatch.setattr(passwords, "_hasher", Hasher())
    monkeypatch.setattr(passwords, "_nobodys", lambda: "")
    with ThreadPoolExecutor(8) as people:
        tried = [people.submit(passwords.holds, "x", SecretStr("a password")) for _ in range(8)]
    assert [each.result() for each in tried] == [False] * 8
    assert max(most) == 2


@on_sqlite
@pytest.mark.parametrize("day", ["0001-01-01", "1999-12-31", "9999-12-31"])
@pytest.mark.parametrize("name", ["from", "to"])
def test_a_report_of_no_day_that_we_know(client, admin, name, day):
    answer = client.get("/v1/reports/meeting", params={name: day}, headers=admin)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == f"query:{name}"


@on_sqlite
@pytest.mark.parametrize(
    ("error", "status"), [(StoreUnreachableError("Away."), 503), (ArtifactError("/srv/x"), 200)]
)
def test_a_report_tells_nothing_of_the_machine(
    client, admin, harborline, monkeypatch, error, status
):
    """What is away for a moment is no deal that cannot be read."""

    def fails(*_):
        raise error

    monkeypatch.setattr(reports, "open_dossier", fails)
    answer = client.get("/v1/reports/feedback?format=json", headers=admin)
    assert answer.status_code == status
    assert "/srv/x" not in answer.text
    if status == 200:
        assert [one["name"] for one in answer.json()["unread"]] == ["harborline"]


def cursor(*place):
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "after",
    [
        "x",
        "\0",
        cursor("users", "2026-01-01T00:00:00Z", "x"),
        cursor("deals", "0001-01-01T00:00:00+14:00", "x"),
        cursor("deals", "9999-12-31T23:59:59-14:00", "x"),
        cursor("deals", 1e300, "x"),
        cursor("deals", "2026-01-01T00:00:00Z", "\ud800"),
        cursor(*["x"] * 60),
    ],
)
def test_a_cursor_that_is_made_up_is_refused(client, admin, after):
    answer = client.get("/v1/deals", params={"after": after}, headers=admin)
    assert answer.status_code == 422
    assert answer.json()["type"] in ("/problems/invalid_input", "/problems/invalid_request")


@pytest.mark.parametrize("id_", ["' OR 1=1 --", "%", "x\0"])
def test_a_cursor_shows_no_deal_of_others(client, callers, harborline, id_):
    after = cursor("deals", "2098-01-01T00:00:00Z", id_)
    answer = client.get("/v1/deals", params={"after": after}, headers=callers.user("ae"))
    assert answer.status_code in (200, 422)
    assert harborline.deal not in answer.text


class TestRaw:
    """What no client of ours would send."""

    @pytest.fixture
    def sent(self, served):
        def raw(*lines, body=b""):
            url = served.base_url
            with socket.create_connection((url.host, url.port), timeout=5) as line:
                line.sendall("\r\n".join([*lines, "", ""]).encode() + body)
                answer = b""
                while chunk := line.recv(65536):
                    answer += chunk
            return answer

        return raw

    @pytest.mark.parametrize(
        "told",
        [
            ("Content-Length: 2", "Content-Length: 3"),
            ("Content-Length: 2, 3",),
            ("Content-Length: +2",),
            ("Transfer-Encoding: identity, chunked",),
            ("Transfer-Encoding: xchunked",),
            ("Transfer-Encoding: chunked", "Content-Length: 5"),
            ("Content-Length: 5", "Transfer-Encoding: chunked"),
            ("Content-Length : 5",),
        ],
    )
    @on_sqlite
    def test_a_body_of_two_lengths_hides_no_second_request(self, sent, admin, told):
        hidden = b"0\r\n\r\nGET /v1/setup HTTP/1.1\r\nHost: x\r\n\r\n"
        answer = sent("POST /v1/deals HTTP/1.1", "Host: x", *told, body=hidden)
        assert answer.startswith(b"HTTP/1.1 400 ")
        assert answer.count(b"HTTP/1.1") == 1

    @on_sqlite
    def test_nobody_is_sent_to_the_host_that_a_request_names(self, sent, admin):
        answer = sent("GET /v1/deals/ HTTP/1.1", "Host: evil.example", "Connection: close")
        assert answer.startswith(b"HTTP/1.1 404 ")
        assert b"evil.example" not in answer


@on_sqlite
@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/v1/deals", "GET, POST"),
        ("/v1/deals/deal-1", "GET, PATCH"),
        ("/v1/uploads/upload-1", "DELETE, HEAD, PATCH"),
        ("/v1/deals/deal-1/documents/a/b.md", "GET"),
    ],
)
def test_a_path_names_all_methods_that_it_knows(client, admin, path, allowed):
    answer = client.request("PROPFIND", path, headers=admin)
    assert (answer.status_code, answer.headers["allow"]) == (405, allowed)
