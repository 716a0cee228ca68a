"""Many at the same time: pieces of one upload, writers of one deal, and a run that goes away."""

import base64
from concurrent.futures import ThreadPoolExecutor

import pytest

from transcript2handoff.api import pieces
from transcript2handoff.api.routes import runs as run_routes
from transcript2handoff.errors import StoreUnreachableError
from transcript2handoff.store import Window, calls, deals, erasing, runs, uploads

on_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
"""One kind of database is enough where the answer does not come out of it."""

TEXT = b"Tom: We go live in May.\nAna: I promise you a trainer.\n"
LENGTH = len(TEXT)
TUS = {"Tus-Resumable": "1.0.0"}
OCTETS = {**TUS, "Content-Type": "application/offset+octet-stream"}


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
