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
from transcript2handoff.api import pieces
from transcript2handoff.api.routes import reports
from transcript2handoff.api.routes import runs as run_routes
from transcript2handoff.api.routes import uploads as upload_routes
from transcript2handoff.errors import ArtifactError, StoreUnreachableError
from transcript2handoff.store import Window, audit, calls, deals, erasing, runs, uploads

on_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
"""One kind of database is enough where the answer does not come out of it."""

TEXT = b"Tom: We go live in May.\nAna: I promise you a trainer.\n"
LENGTH = len(TEXT)
TUS = {"Tus-Resumable": "1.0.0"}
OCTETS = {**TUS, "Content-Type": "application/offset+octet-stream"}
HALF = "\\ud800"
"""Half of a character, as JSON can name it."""


def metadata(**values):
    told = {name: base64.b64encode(text.encode()).decode() for name, text in values.items()}
    return ",".join(f"{name} {value}" for name, value in told.items())


def begin(client, headers, *, length=LENGTH, **more):
    told = {"Upload-Length": str(length), "Upload-Metadata": metadata(filename="a.txt", deal="{}")}
    return client.post("/v1/uploads", headers={**headers, **TUS, **told, **more})


def piece(client, headers, address, offset, data):
    return client.patch(
        address, headers={**headers, **OCTETS, "Upload-Offset": str(offset)}, content=data
    )


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


class TestTus:
    @on_sqlite
    def test_a_length_that_comes_later_is_refused(self, client, admin):
        headers = {
            **admin,
            **TUS,
            "Upload-Defer-Length": "1",
            "Upload-Metadata": metadata(deal="{}"),
        }
        assert client.post("/v1/uploads", headers=headers).status_code == 422

    @on_sqlite
    def test_every_answer_names_the_version(self, client, admin):
        answers = [
            begin(client, {}),
            begin(client, admin, length=2**50),
            client.head("/v1/uploads/upload-404", headers={**admin, **TUS}),
            client.get("/v1/uploads/upload-404", headers=admin),
        ]
        assert [each.status_code for each in answers] == [401, 413, 404, 405]
        assert {each.headers["tus-resumable"] for each in answers} == {"1.0.0"}

    def test_a_key_stands_for_what_the_headers_say(self, client, admin):
        key = {"Idempotency-Key": "once"}
        first, again = (begin(client, admin, **key) for _ in range(2))
        assert first.headers["location"] == again.headers["location"]
        assert again.headers["idempotency-replayed"] == "true"
        assert again.headers["tus-resumable"] == "1.0.0"
        assert begin(client, admin, length=9, **key).status_code == 422

    def test_of_many_senders_of_one_piece_one_is_heard(self, served, admin, store):
        address = begin(served, admin).headers["location"]
        with ThreadPoolExecutor(8) as senders:
            answers = list(senders.map(lambda _: piece(served, admin, address, 0, TEXT), range(8)))
        assert sorted(each.status_code for each in answers) == [204] + [409] * 7
        with store.read() as tx:
            (deal,) = deals.listed(tx, Window()).items
            assert len(calls.of_deal(tx, deal.id)) == 1

    def test_an_upload_that_is_whole_becomes_a_call_when_it_is_asked_for(
        self, client, admin, store, monkeypatch
    ):
        """Clients hear by HEAD that all bytes are there, and do not send the last ones again."""
        address = begin(client, admin).headers["location"]

        def fails(*_):
            raise StoreUnreachableError("The database is away.")

        with monkeypatch.context() as patch:
            patch.setattr(pieces, "receive", fails)
            assert piece(client, admin, address, 0, TEXT).status_code == 503
            assert client.head(address, headers={**admin, **TUS}).status_code == 503
        answer = client.head(address, headers={**admin, **TUS})
        assert (answer.status_code, answer.headers["upload-offset"]) == (200, str(len(TEXT)))
        with store.read() as tx:
            assert calls.get(tx, answer.headers["t2h-call"]).transcript

    def test_who_comes_second_is_told_of_the_call(self, client, callers, admin, store):
        """Of two that make the call of the same bytes, both at the end of them."""
        address = begin(client, admin).headers["location"]
        caller = principal_of(client, admin)
        with store.read() as tx:
            upload = uploads.get(tx, address.rpartition("/")[2])
        whole = pieces._append_part(store, upload, TEXT)
        first = pieces.finish(store, caller, whole)
        assert pieces.finish(store, caller, whole) == first

    @on_sqlite
    def test_bytes_that_are_lost_are_no_shorter_recording(self, client, admin, store):
        address = begin(client, admin).headers["location"]
        caller = principal_of(client, admin)
        with store.read() as tx:
            upload = uploads.get(tx, address.rpartition("/")[2])
        whole = pieces._append_part(store, upload, TEXT)
        store.blobs.put_part(upload.id, 0, TEXT[:20])
        with pytest.raises(pieces.StoreConflictError, match="20 can be read"):
            pieces.finish(store, caller, whole)
        assert client.head(address, headers={**admin, **TUS}).status_code == 409
        assert client.get("/v1/deals", headers=admin).json()["items"] == []


def principal_of(client, headers):
    told = client.get("/v1/session", headers=headers).json()
    return pieces.Principal(
        id=told["id"], name="x", kind="key", role="service", user_id=None, scopes={"admin"}
    )


class TestTwoWriters:
    def test_one_of_them_is_told(self, served, admin, harborline):
        """Both have seen the same deal; nothing of the one that was quicker is lost."""
        address = f"/v1/deals/{harborline.deal}"
        tag = {"If-Match": served.get(address, headers=admin).headers["etag"]}
        changes = [{"tags": ["one"]}, {"tags": ["two"]}, {"segment": "three"}, {"segment": "four"}]

        def changed(deal):
            return served.patch(address, json={"deal": deal}, headers={**admin, **tag})

        with ThreadPoolExecutor(4) as writers:
            answers = list(writers.map(changed, changes))
        assert sorted(each.status_code for each in answers) == [200, 412, 412, 412]
        (won,) = (each for each in answers if each.status_code == 200)
        assert served.get(address, headers=admin).json() == won.json()

    def test_without_a_tag_nothing_is_lost(self, served, admin, harborline):
        address = f"/v1/deals/{harborline.deal}"
        changes = [{"tags": ["one"]}, {"segment": "three"}, {"customer": "Four Ltd"}]

        def changed(deal):
            return served.patch(address, json={"deal": deal}, headers=admin).status_code

        with ThreadPoolExecutor(3) as writers:
            assert set(writers.map(changed, changes)) == {200}
        deal = served.get(address, headers=admin).json()["deal"]
        assert (deal["tags"], deal["segment"], deal["customer"]) == (["one"], "three", "Four Ltd")

    def test_events_of_a_handoff_are_written_once_each(self, served, admin, harborline):
        address = f"/v1/deals/{harborline.deal}"
        claims = served.get(f"{address}/claims?kind=promise", headers=admin).json()["items"][:4]
        tag = {"If-Match": served.get(f"{address}/handoff", headers=admin).headers["etag"]}

        def confirmed(claim):
            path = f"{address}/claims/{claim['id']}/confirm"
            return served.post(path, json={}, headers={**admin, **tag}).status_code

        with ThreadPoolExecutor(4) as writers:
            assert sorted(writers.map(confirmed, claims)) == [200, 412, 412, 412]
        assert served.get(address, headers=admin).json()["edition"] == "1-1"


class TestWatching:
    @pytest.fixture
    def watched(self, served, store, harborline, monkeypatch):
        """Watches a run, does something after the first event, and gives all lines."""
        monkeypatch.setattr(run_routes, "LOOK_EVERY", 0.01)

        def seen(headers, then):
            with store.write() as tx:
                run = runs.start(tx, runs.NewRun(deal_id=harborline.deal, kind="deal")).id
            with served.stream("GET", f"/v1/runs/{run}/events", headers=headers) as stream:
                lines = stream.iter_lines()
                first = next(lines)
                then(run)
                return [first, *lines]

        return seen

    def test_a_stream_ends_when_the_run_is_erased(self, watched, admin, store, harborline):
        def erase(_run):
            with store.write() as tx:
                erasing.deal(tx, harborline.deal, by="somebody")

        assert not any("event: end" in line for line in watched(admin, erase))

    def test_a_stream_goes_on_when_the_database_has_come_back(
        self, watched, admin, store, monkeypatch
    ):
        look, away = run_routes._progress, []

        def looks(*asked):
            if len(away) == 1:
                away.append("twice")
                raise StoreUnreachableError("The database is away.")
            return look(*asked)

        def stop(run):
            away.append("once")
            with store.write() as tx:
                runs.cancel(tx, run)

        monkeypatch.setattr(run_routes, "_progress", looks)
        assert any("event: end" in line for line in watched(admin, stop))
        assert away == ["once", "twice"]

    def test_a_stream_ends_when_the_deal_goes_to_somebody_else(
        self, watched, callers, store, harborline
    ):
        headers = callers.user("ae", "Tamsin Okoro")

        def give(ae_id):
            with store.write() as tx:
                deals.change(tx, harborline.deal, deals.DealChanges(ae_id=ae_id))

        give(callers.ids["Tamsin Okoro"])
        lines = watched(headers, lambda _run: give(None))
        assert lines[0].startswith(("event: progress", "data: ", "id: "))
        assert not any("event: end" in line for line in lines)


@on_sqlite
@pytest.mark.parametrize("role", ["ae", "csm"])
def test_a_deal_of_another_system_is_taken_by_nobody(client, callers, admin, role):
    """Its webhooks would bring its calls to whoever was quicker, and a refusal tells of it."""
    body = {"deal": {}, "source": "hubspot", "external_id": "4711"}
    headers = callers.user(role)
    assert client.post("/v1/deals", json=body, headers=headers).status_code == 403
    assert client.post("/v1/deals", json=body, headers=admin).status_code == 201
    assert client.post("/v1/deals", json=body, headers=headers).status_code == 403


@on_sqlite
@pytest.mark.parametrize("media_type", ["text/html", "image/svg+xml", "application/javascript"])
def test_a_recording_is_opened_as_a_sound_alone(client, admin, store, harborline, media_type):
    call = harborline.calls["harborline-1"]
    with store.write() as tx:
        recording = store.blobs.put([b"<script>alert(1)</script>"])
        changes = calls.CallChanges(recording=recording.digest, media_type=media_type)
        calls.change(tx, call, changes)
    answer = client.get(f"/v1/calls/{call}/audio", headers=admin)
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["x-content-type-options"] == "nosniff"


class TestDeeds:
    @pytest.mark.parametrize("asked", ["bytes=1-", "bytes=-5", "bytes=00-", "bytes=3-4", "x"])
    @on_sqlite
    def test_no_range_of_a_recording_is_heard_unseen(self, client, admin, store, harborline, asked):
        call = harborline.calls["harborline-1"]
        with store.write() as tx:
            recording = store.blobs.put([b"OggS" + bytes(50)])
            calls.change(tx, call, calls.CallChanges(recording=recording.digest))
        answer = client.get(f"/v1/calls/{call}/audio", headers={**admin, "Range": asked})
        assert answer.status_code in (200, 206)
        assert ("read", "recording", call) in deeds(store)

    @on_sqlite
    def test_an_answer_that_is_given_again_is_read_again(self, client, admin, store):
        headers = {**admin, "Idempotency-Key": "once"}
        for _ in range(2):
            assert client.post("/v1/deals", json={"deal": {}}, headers=headers).status_code == 201
        assert [each[:2] for each in deeds(store)] == [("read", "answer"), ("add", "deal")]

    @on_sqlite
    def test_a_handoff_that_has_not_changed_is_read_too(self, client, admin, store, harborline):
        address = f"/v1/deals/{harborline.deal}/handoff"
        answer = client.get(address, headers={**admin, "If-None-Match": "*"})
        assert answer.status_code == 304
        assert ("read", "handoff", harborline.deal) in deeds(store)


def deeds(store):
    with store.read() as tx:
        found = audit.listed(tx, Window(limit=200)).items
    return [(deed.action, deed.matter, deed.subject) for deed in found]


@on_sqlite
def test_a_call_is_not_moved_onto_another(client, admin, seed):
    one, other = seed(), seed()
    path = f"/v1/calls/{one.calls['harborline-1']}/move"
    answer = client.post(path, json={"deal_id": other.deal}, headers=admin)
    assert answer.status_code == 409
    assert "has a call harborline-1 already" in answer.json()["detail"]
