"""Housekeeping: what nobody asks for any more goes, and everything else stays."""

import datetime
import hashlib
from collections.abc import Iterator

import pytest
from structlog.testing import capture_logs

from tests.jobs.workshop import Workshop, until
from tests.store.test_opening import with_moved_words
from transcript2handoff.deal import Call
from transcript2handoff.errors import StoreGoneError
from transcript2handoff.jobs import proving
from transcript2handoff.jobs.engine import Books
from transcript2handoff.jobs.engine_options import EngineOptions
from transcript2handoff.jobs.housekeeping import Housekeeping
from transcript2handoff.store import (
    Store,
    Window,
    answers,
    calls,
    erasing,
    events,
    inbox,
    receipts,
    results,
    runs,
    said,
    shares,
    tokens,
    uploads,
)
from transcript2handoff.transcript import Transcript, Turn

DAY = datetime.timedelta(days=1)
DIGEST = hashlib.sha256(b"secret").hexdigest()


@pytest.fixture
def books(workshop: Workshop) -> Iterator[Books]:
    """The engine's books, with a run that has ended and one that has not."""
    worker = workshop.worker()
    workshop.ends(workshop.start(wanted="ended"))
    workshop.have("one", "hold")
    held = workshop.start(wanted="held")
    until(lambda: workshop.log(held))
    worker.terminate()
    worker.wait()
    books = Books(EngineOptions.of(workshop.settings()))
    yield books
    books.close()


def keeper(workshop: Workshop, books: Books | None = None, **settings: object) -> Housekeeping:
    """A housekeeper who comes four days later."""
    moment = datetime.datetime.now(datetime.UTC) + 4 * DAY
    workshop.store.now = lambda: moment
    return Housekeeping(
        store=workshop.store,
        register=books or Books(EngineOptions.of(workshop.settings())),
        settings=workshop.settings().model_copy(update=settings),
    )


def test_attempts_are_forgotten_once_they_have_ended(workshop: Workshop, books: Books) -> None:
    with workshop.store.read() as tx:
        [held] = runs.listed(tx, Window(), state="working").items
    keeper(workshop, books).tidy()
    assert books.known() == (f"{held.id}.1",)


def test_attempts_at_erased_runs_are_forgotten_at_once(workshop: Workshop, books: Books) -> None:
    with workshop.store.write() as tx:
        erasing.deal(tx, workshop.deal_id, by="test")
    keeper(workshop, books).forget_attempts()
    assert books.known() == ()


def begun_upload(store: Store) -> str:
    with store.write() as tx:
        upload = uploads.add(tx, uploads.NewUpload(actor="key-1", length=8))
    store.blobs.put_part(upload.id, 0, b"half")
    return upload.id


def is_there(store: Store, upload_id: str) -> bool:
    try:
        with store.read() as tx:
            uploads.get(tx, upload_id)
    except StoreGoneError:
        assert list(store.blobs.read_parts(upload_id)) == []
        return False
    assert list(store.blobs.read_parts(upload_id)) != []
    return True


def test_an_upload_that_does_not_go_on_is_dropped(sqlite_workshop: Workshop) -> None:
    upload_id = begun_upload(sqlite_workshop.store)
    housekeeper = keeper(sqlite_workshop)
    young = begun_upload(sqlite_workshop.store)
    housekeeper.drop_stale_uploads()
    assert not is_there(sqlite_workshop.store, upload_id)
    assert is_there(sqlite_workshop.store, young)


@pytest.mark.parametrize("taken_in", [False, True])
def test_an_upload_stays_until_its_call_has_taken_it_in(
    sqlite_workshop: Workshop, taken_in: bool
) -> None:
    store = sqlite_workshop.store
    upload_id = begun_upload(store)
    recording = store.blobs.put([b"halfhalf"]).digest
    store.blobs.put_part(upload_id, 4, b"half")
    with store.write() as tx:
        uploads.advance(tx, upload_id, offset=0, by=8)
        new = calls.NewCall(
            deal_id=sqlite_workshop.deal_id,
            call=Call(id="kickoff"),
            upload_id=upload_id,
            recording=recording if taken_in else None,
        )
        uploads.finish(tx, upload_id, calls.add(tx, new).id)
    keeper(sqlite_workshop).drop_stale_uploads()
    assert is_there(store, upload_id) != taken_in


def test_answers_and_tokens_go_when_their_time_is_over(sqlite_workshop: Workshop) -> None:
    store = sqlite_workshop.store
    with store.write() as tx:
        answers.begin(tx, "key-1", "a", DIGEST)
        for digest, days in ((DIGEST, 1), (DIGEST[::-1], 9)):
            expires = tx.now + days * DAY
            tokens.add(tx, tokens.NewToken(digest=digest, purpose="session", expires=expires))
    keeper(sqlite_workshop).tidy()
    with store.write() as tx:
        assert answers.begin(tx, "key-1", "a", DIGEST) is None
        assert tokens.remove(tx, DIGEST) is False
        assert tokens.remove(tx, DIGEST[::-1]) is True


def test_links_go_a_month_after_they_led_somewhere(sqlite_workshop: Workshop) -> None:
    """It is four days later by then."""
    store = sqlite_workshop.store
    with store.write() as tx:
        for digest, days in ((DIGEST, -27), (DIGEST[::-1], -25)):
            told = {"by": "Ana", "by_id": "user-1", "audio": False, "language": "en"}
            place = {"deal_id": sqlite_workshop.deal_id, "digest": digest}
            shares.add(tx, shares.NewShare(**place, **told, expires=tx.now + days * DAY))
    keeper(sqlite_workshop).tidy()
    with store.read() as tx:
        [left] = shares.of_deal(tx, sqlite_workshop.deal_id)
    assert left.digest == DIGEST[::-1]


def test_calls_that_earlier_programs_heard_are_searched_in(sqlite_workshop: Workshop) -> None:
    store = sqlite_workshop.store
    call_id = recorded(sqlite_workshop)
    transcript = Transcript(call_id="kickoff", turns=(Turn(n=1, text="We need it by Friday."),))
    blob = store.blobs.put([transcript.to_json().encode()])
    place = {"deal_id": sqlite_workshop.deal_id, "call_id": call_id, "step": "diarize", "key": "k"}
    name = {"name": "2_transcript.json", "media_type": "application/json"}
    with store.write() as tx:
        results.put(tx, results.Result(**place, **name, blob=blob))
    keeper(sqlite_workshop).tidy()
    with store.read() as tx:
        [hit] = said.search(tx, "friday", Window()).items
    assert (hit.call_id, hit.turn) == (call_id, 1)


@pytest.mark.parametrize(("done", "stays"), [(True, False), (False, True)])
def test_what_was_sent_with_an_event_goes_a_week_after_its_end(
    sqlite_workshop: Workshop, done: bool, stays: bool
) -> None:
    store = sqlite_workshop.store
    with store.write() as tx:
        new = inbox.NewItem(source="zoom", key="1", event='{"token": "secret"}', endpoint="zoom")
        inbox.add(tx, new)
        [item] = inbox.claim(tx, "w", 1, 60)
        if done:
            inbox.done(tx, item)
    housekeeper = keeper(sqlite_workshop)
    housekeeper.tidy()
    with store.read() as tx:
        assert inbox.get(tx, item.id).event == '{"token": "secret"}'
    moment = store.now() + 4 * DAY
    store.now = lambda: moment
    housekeeper.tidy()
    with store.read() as tx:
        assert bool(inbox.get(tx, item.id).event) == stays


def recorded(workshop: Workshop) -> str:
    digest = workshop.store.blobs.put([b"sound"]).digest
    with workshop.store.write() as tx:
        new = calls.NewCall(deal_id=workshop.deal_id, call=Call(id="kickoff"), recording=digest)
        return calls.add(tx, new).id


@pytest.mark.parametrize(
    ("settings", "stays"),
    [({}, True), ({"keep_audio_days": 5}, True), ({"keep_audio_days": 3}, False)],
)
def test_recordings_are_kept_as_long_as_the_settings_say(
    sqlite_workshop: Workshop, settings: dict[str, int], stays: bool
) -> None:
    call_id = recorded(sqlite_workshop)
    keeper(sqlite_workshop, **settings).tidy()
    with sqlite_workshop.store.read() as tx:
        assert bool(calls.get(tx, call_id).recording) == stays
    assert len(list(sqlite_workshop.store.blobs.everything())) == stays


def briefed(workshop: Workshop) -> None:
    with workshop.store.write() as tx:
        events.append(tx, workshop.deal_id, ['{"event": "confirmed"}'], edition=None)


@pytest.mark.parametrize(("days", "stays"), [(None, True), (5, True), (3, False)])
def test_briefs_are_kept_as_long_as_the_settings_say(
    sqlite_workshop: Workshop, days: int | None, stays: bool
) -> None:
    briefed(sqlite_workshop)
    keeper(sqlite_workshop, keep_brief_days=days).tidy()
    with sqlite_workshop.store.read() as tx:
        assert bool(events.of(tx, sqlite_workshop.deal_id)) == stays
        told = receipts.listed(tx, Window()).items
    assert [each.kind for each in told] == ([] if stays else ["briefs"])
    assert all(each.proof and each.proof.clean for each in told)


def test_an_erasure_whose_maker_was_stopped_is_proven(sqlite_workshop: Workshop) -> None:
    store = sqlite_workshop.store
    recorded(sqlite_workshop)
    with store.write() as tx:
        erased = erasing.deal(tx, sqlite_workshop.deal_id, by="test")
        assert receipts.unproven(tx) == ()
    keeper(sqlite_workshop).tidy()
    with store.read() as tx:
        receipt = receipts.get(tx, erased.receipt_id)
    assert receipt.proof is not None
    assert receipt.proof.clean
    assert not receipt.proof.with_names


def test_what_an_erasure_had_left_and_was_taken_away_since_is_looked_for_once_more(
    sqlite_workshop: Workshop,
) -> None:
    store, settings = sqlite_workshop.store, sqlite_workshop.settings()
    recorded(sqlite_workshop)
    housekeeping = keeper(sqlite_workshop)
    with store.write() as tx:
        erased = erasing.deal(tx, sqlite_workshop.deal_id, by="test")
    with store.read() as tx:
        receipt = receipts.get(tx, erased.receipt_id)
    with store.write() as tx:
        proof = proving.look(store, settings, receipt, None)
        assert not receipts.prove(tx, receipt.id, proof, by="test").proof.clean
        assert receipts.left_to_pass(tx) == (receipt.id,)
    housekeeping.tidy()
    with store.read() as tx:
        assert receipts.get(tx, receipt.id).proof.clean
        assert receipts.left_to_pass(tx) == ()


def test_the_database_is_written_anew_after_an_erasure(sqlite_workshop: Workshop) -> None:
    store = sqlite_workshop.store
    housekeeping = keeper(sqlite_workshop)
    assert store.file is not None
    with_moved_words(store.file)
    housekeeping.tidy()
    assert b"Raskakastow" in store.file.read_bytes()
    with store.write() as tx:
        erasing.deal(tx, sqlite_workshop.deal_id, by="test")
    housekeeping.tidy()
    assert b"Raskakastow" not in store.file.read_bytes()


def test_bytes_that_no_row_names_are_swept(sqlite_workshop: Workshop) -> None:
    sqlite_workshop.store.blobs.put([b"nobody's"])
    recorded(sqlite_workshop)
    keeper(sqlite_workshop).sweep()
    assert len(list(sqlite_workshop.store.blobs.everything())) == 1


def test_a_chore_that_fails_does_not_keep_the_others_from_being_done(
    sqlite_workshop: Workshop,
) -> None:
    call_id = recorded(sqlite_workshop)
    (sqlite_workshop.folder / "engine.db").write_bytes(b"no database" * 1000)
    with capture_logs() as told:
        keeper(sqlite_workshop, keep_audio_days=1).tidy()
    assert [line["chore"] for line in told] == ["forget_attempts"]
    with sqlite_workshop.store.read() as tx:
        assert calls.get(tx, call_id).recording is None
