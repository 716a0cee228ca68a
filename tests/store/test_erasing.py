"""Erasing a deal and a call: nothing of them is left anywhere, and others keep theirs."""

import datetime
import hashlib
import json
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import pytest

from transcript2handoff.deal import Call, Deal, Participant
from transcript2handoff.errors import LeaseLostError, StoreConflictError, StoreGoneError
from transcript2handoff.store import (
    Store,
    Transaction,
    Window,
    answers,
    audit,
    calls,
    corrections,
    deals,
    documents,
    erasing,
    events,
    handoffs,
    inbox,
    keeping,
    ledger,
    outbox,
    receipts,
    results,
    runs,
    said,
    shares,
    uploads,
)
from transcript2handoff.store.ledger import LedgerEntry
from transcript2handoff.transcript import Speaker, Transcript, Turn

LEASE = 60


@dataclass(frozen=True)
class Made:
    """The ids of what ``make`` has put into a store."""

    deal: str
    call: str
    run: str
    upload: str
    item: inbox.InboxItem


def make(store: Store, word: str) -> Made:
    """A deal with everything that a deal can have; ``word`` stands everywhere in it."""
    new = Deal(deal=word, participants=(Participant(name=word, side="customer"),))
    blobs = {name: store.blobs.put([f"{word} {name}".encode()]) for name in ("a", "b", "c", "d")}
    with store.write() as tx:
        deal = deals.add(tx, deals.NewDeal(deal=new, by=word, source="crm", external_id=word))
        call = calls.add(
            tx,
            calls.NewCall(
                deal_id=deal.id,
                call=Call(id="kickoff", attendees=(word,)),
                recording=blobs["a"].digest,
                transcript=blobs["b"].digest,
                fetch=json.dumps({"url": word}),
            ),
        )
        run = runs.start(tx, runs.NewRun(deal_id=deal.id, call_id=call.id, kind="call"))
        runs.begin(tx, run.id, attempt=1, worker="w")
        runs.step_began(tx, run.id, "extract", position=0)
        runs.step_failed(tx, run.id, "extract", state="failed", error=f"{word} cannot be read")
        of_call = {"deal_id": deal.id, "call_id": call.id, "step": "extract", "media_type": "a/b"}
        results.put(tx, results.Result(**of_call, key="k", name="3", blob=blobs["c"]))
        place = {"deal_id": deal.id, "edition": "1-0", "name": "brief", "language": "en"}
        documents.put(
            tx,
            documents.NewDocument(**place, format="md", media_type="t/m", blob=blobs["d"].digest),
        )
        handoffs.add(tx, deal.id, handoff(word), run_id=run.id)
        events.append(tx, deal.id, [event(word)], edition=None)
        upload = uploads.add(
            tx, uploads.NewUpload(actor="key-1", deal_id=deal.id, length=3, metadata=word)
        )
        told = json.dumps({"id": deal.id, "deal": word})
        answers.begin(tx, "key-1", word[::-1], "r")
        answers.answer(tx, "key-1", word[::-1], answers.Answer(status=201, body=told))
        inbox.add(tx, inbox.NewItem(source="zoom", key=word[::-1], event=told, endpoint="zoom"))
        (item,) = inbox.claim(tx, "w", 1, LEASE)
        inbox.link(tx, item, deal_id=deal.id, call_id=call.id)
        outbox.put(tx, wish(deal.id, word))
        ledger.put(tx, deal.id, [promise(deal.id, call.id, word)])
        said.put(tx, call.id, transcript(word))
        corrections.append(tx, call.id, json.dumps({"now": word}), expected=0)
        shares.add(tx, share(deal.id, word, tx.now))
    store.blobs.put_part(upload.id, 0, word.encode())
    return Made(deal=deal.id, call=call.id, run=run.id, upload=upload.id, item=item)


def promise(deal_id: str, call_id: str, word: str) -> LedgerEntry:
    told = dict.fromkeys(LedgerEntry.model_fields, word)
    places = {"deal_id": deal_id, "claim_id": "claim-1", "call_id": call_id, "position": 0}
    rest = {"due_day": None, "state": "open", "outcome": None, "is_reviewed": False}
    return LedgerEntry.model_validate({**told, **places, **rest, "turn": 1, "start": 0, "end": 1})


def transcript(word: str) -> Transcript:
    speakers = (Speaker(id="S1", name=word, side="customer"),)
    turns = (Turn(n=1, speaker="S1", text=f"I am {word}."),)
    return Transcript(call_id="kickoff", speakers=speakers, turns=turns)


def share(deal_id: str, word: str, now: datetime.datetime) -> shares.NewShare:
    digest = hashlib.sha256(word.encode()).hexdigest()
    expires = now + datetime.timedelta(days=14)
    told = {"by": word, "by_id": "user-1", "expires": expires, "audio": True, "language": "en"}
    return shares.NewShare(deal_id=deal_id, digest=digest, **told)


def is_found(store: Store, word: str) -> bool:
    with store.read() as tx:
        return bool(said.search(tx, word, Window()).items)


def wish(deal_id: str, says: str) -> outbox.OutboxWish:
    return outbox.OutboxWish(
        target="hubspot",
        external_key=deal_id,
        deal_id=deal_id,
        kind="note",
        content=json.dumps({"says": says}),
        digest=says,
    )


def claim(claim_id: str, *evidence: dict[str, Any]) -> dict[str, Any]:
    return {"id": claim_id, "summary": "x", "evidence": list(evidence)}


def spoken(call_id: str, quote: str) -> dict[str, Any]:
    return {"source": "spoken", "call_id": call_id, "turn": 1, "quote": quote}


def handoff(word: str) -> str:
    alone = claim("of-kickoff", spoken("kickoff", word))
    both = claim("of-both", spoken("kickoff", word), spoken("demo", "other"))
    return json.dumps({"handoff": {"claims": [alone, both]}})


def event(word: str) -> str:
    return json.dumps({"event": "answered", "question_id": "q", "words": word})


def cleared(store: Store, erased: erasing.Erased) -> None:
    """What is to be done after an erasure."""
    for upload_id in erased.uploads:
        store.blobs.remove_parts(upload_id)
    keeping.collect(store)
    store.settle()


def test_nothing_of_an_erased_deal_is_left(store: Store, everything, database: str, tmp_path):
    made, other = make(store, "Secretia"), make(store, "Openia")
    assert "Secretia" in everything()
    assert is_found(store, "Secretia")
    with store.write() as tx:
        erased = erasing.deal(tx, made.deal, by="user-1")
    assert (erased.run_ids, erased.uploads) == ((made.run,), (made.upload,))
    assert len(erased.blobs) == 4
    cleared(store, erased)
    left = everything()
    assert "Secretia" not in left
    assert left.count("Openia") > 10
    assert not is_found(store, "Secretia")
    assert is_found(store, "Openia")
    with store.read() as tx:
        assert deals.get(tx, other.deal).deal.deal == "Openia"
        assert results.of(tx, other.deal, "k")
        for gone in (
            lambda: deals.get(tx, made.deal),
            lambda: calls.get(tx, made.call),
            lambda: runs.get(tx, made.run),
            lambda: uploads.get(tx, made.upload),
        ):
            with pytest.raises(StoreGoneError):
                gone()
    if database == "sqlite":
        assert b"Secretia" not in b"".join(file.read_bytes() for file in tmp_path.glob("t2h.db*"))


def receipts_of(store: Store) -> tuple[receipts.Receipt, ...]:
    with store.read() as tx:
        return receipts.listed(tx, Window()).items


def test_the_audit_knows_that_there_was_a_deal(store: Store):
    made = make(store, "Secretia")
    with store.write() as tx:
        erasing.deal(tx, made.deal, by="user-1")
    with store.read() as tx:
        (deed,) = audit.listed(tx, Window()).items
        assert audit.verify(tx) == 1
    assert (deed.actor, deed.action, deed.matter) == ("user-1", "erase", "deal")
    (receipt,) = receipts_of(store)
    assert (deed.subject, deed.details) == (made.deal, {"calls": 1, "receipt": receipt.id})


def test_an_event_that_comes_again_does_not_bring_the_deal_back(store: Store):
    made = make(store, "Secretia")
    with store.write() as tx:
        erasing.deal(tx, made.deal, by="user-1")
    with store.write() as tx:
        again = inbox.NewItem(source="zoom", key="aiterceS", event="{}", endpoint="zoom")
        assert not inbox.add(tx, again)
        assert inbox.claim(tx, "w", 9, LEASE) == ()
        item = inbox.get(tx, made.item.id)
    assert (item.state, item.event, item.deal_id) == ("erased", None, None)
    with pytest.raises(LeaseLostError), store.write() as tx:
        inbox.done(tx, made.item)


def test_a_repeated_request_does_not_tell_of_an_erased_deal(store: Store):
    made = make(store, "Secretia")
    with store.write() as tx:
        erasing.deal(tx, made.deal, by="user-1")
        known = answers.begin(tx, "key-1", "Secretia"[::-1], "r")
    assert known == answers.Known(answer=answers.Answer(status=201, body=None))


def test_what_was_answered_when_an_upload_began_goes_with_it(store: Store):
    made = make(store, "Secretia")
    told = answers.Answer(status=201, body=None, headers={"location": f"/v1/uploads/{made.upload}"})
    with store.write() as tx:
        answers.begin(tx, "key-1", "upload", "r")
        answers.answer(tx, "key-1", "upload", told)
    with store.write() as tx:
        erasing.deal(tx, made.deal, by="user-1")
        known = answers.begin(tx, "key-1", "upload", "r")
    assert known == answers.Known(answer=answers.Answer(status=201, body=None))


def test_an_answer_that_names_an_erased_run_alone_goes_with_it(store: Store):
    made = make(store, "Secretia")
    told = answers.Answer(status=202, body=json.dumps({"run": made.run}))
    with store.write() as tx:
        answers.begin(tx, "key-1", "claim", "r")
        answers.answer(tx, "key-1", "claim", told)
    with store.write() as tx:
        erasing.call(tx, made.call, by="user-1")
        known = answers.begin(tx, "key-1", "claim", "r")
    assert known == answers.Known(answer=answers.Answer(status=202, body=None))


def test_a_blob_that_another_deal_has_too_stays(store: Store):
    made, other = make(store, "Secretia"), make(store, "Openia")
    same = store.blobs.put([b"the same sound"])
    for call_id in (made.call, other.call):
        with store.write() as tx:
            calls.change(tx, call_id, calls.CallChanges(recording=same.digest))
    with store.write() as tx:
        erased = erasing.deal(tx, made.deal, by="user-1")
    cleared(store, erased)
    assert b"".join(store.blobs.read(same.digest)) == b"the same sound"


def test_what_is_not_there_cannot_be_erased(store: Store):
    with pytest.raises(StoreGoneError, match="deal-none"), store.write() as tx:
        erasing.deal(tx, "deal-none", by="user-1")
    with pytest.raises(StoreGoneError, match="call-none"), store.write() as tx:
        erasing.call(tx, "call-none", by="user-1")
    with store.read() as tx:
        assert audit.verify(tx) == 0


def test_of_an_erased_call_the_deal_and_its_other_calls_are_left(store: Store):
    made = make(store, "Openia")
    kept = store.blobs.put([b"another call"])
    with store.write() as tx:
        new = calls.NewCall(deal_id=made.deal, call=Call(id="demo"), recording=kept.digest)
        demo = calls.add(tx, new)
        results.put(
            tx,
            results.Result(
                deal_id=made.deal,
                call_id=demo.id,
                step="extract",
                key="k2",
                name="3",
                blob=kept,
                media_type="a/b",
            ),
        )
    with store.write() as tx:
        erased = erasing.call(tx, made.call, by="user-1")
    cleared(store, erased)
    assert erased.run_ids == (made.run,)
    with store.read() as tx:
        assert [call.id for call in calls.of_deal(tx, made.deal)] == [demo.id]
        assert handoffs.newest(tx, made.deal) is None
        assert documents.of(tx, made.deal, "1-0") == ()
        assert results.of(tx, made.deal, "k") == {}
        assert results.of(tx, made.deal, "k2") == {"3": kept.digest}
        assert events.of(tx, made.deal) == (event("Openia"),)
        (deed,) = audit.listed(tx, Window()).items
        assert ledger.listed(tx, Window()).items == ()
        assert corrections.of_deal(tx, made.deal) == {}
        assert len(shares.of_deal(tx, made.deal)) == 1
    assert (deed.matter, deed.subject) == ("call", made.call)
    assert not is_found(store, "Openia")
    assert b"".join(store.blobs.read(kept.digest)) == b"another call"


def test_words_of_an_erased_call_leave_the_journal(store: Store):
    made = make(store, "Openia")
    added = {"event": "added", "claim": claim("new", spoken("kickoff", "Secretia"))}
    elsewhere = {"event": "added", "claim": claim("new2", spoken("demo", "kept"))}
    lines = [
        added,
        elsewhere,
        {"event": "edited", "claim_id": "of-kickoff", "changes": {"summary": "Secretia"}},
        {"event": "confirmed", "claim_id": "of-both"},
    ]
    with store.write() as tx:
        events.append(tx, made.deal, [json.dumps(line) for line in lines], edition=None)
    with store.write() as tx:
        erasing.call(tx, made.call, by="user-1")
    with store.read() as tx:
        told = [json.loads(line) for line in events.of(tx, made.deal)[1:]]
        deal = deals.get(tx, made.deal)
    assert told[0]["claim"] == claim("new", spoken("kickoff", "[erased]"))
    assert told[1:] == [elsewhere, lines[3]]
    # The next events and handoffs have new numbers, so that no edition comes twice, and what
    # somebody does who had the old edition before them is refused.
    assert (deal.event_number, deal.handoff_version) == (6, 1)


def test_what_was_sent_of_a_deal_with_an_erased_call_is_sent_anew(store: Store):
    made = make(store, "Openia")
    with store.write() as tx:
        (item,) = outbox.claim(tx, "w", 1, LEASE)
        outbox.sent(tx, item, "77")
    with store.write() as tx:
        erasing.call(tx, made.call, by="user-1")
    with store.write() as tx:
        emptied = outbox.get(tx, item.id)
        assert (emptied.state, emptied.content, emptied.remote_id) == ("erased", None, "77")
        assert outbox.put(tx, wish(made.deal, "Openia"))
        (item,) = outbox.claim(tx, "w", 1, LEASE)
    assert (item.remote_id, item.sent_digest) == ("77", "Openia")


@pytest.mark.parametrize("end", ["sent", "wait", "fail", "lost"])
def test_what_is_just_sent_while_its_words_are_erased(store: Store, clock, end: str):
    made = make(store, "Openia")
    with store.write() as tx:
        (item,) = outbox.claim(tx, "w", 1, LEASE)
    with store.write() as tx:
        erasing.call(tx, made.call, by="user-1")
    with store.write() as tx:
        match end:
            case "sent":
                outbox.sent(tx, item, "77")
            case "wait":
                outbox.wait(tx, item, "busy", 1)
            case "fail":
                outbox.fail(tx, item, "why")
    clock.move(LEASE)
    with store.write() as tx:
        assert outbox.claim(tx, "w", 1, LEASE) == ()
        told = outbox.get(tx, item.id)
        assert (told.state, told.content) == ("erased", None)
        assert outbox.queue(tx).working == 0
        assert told.remote_id == ("77" if end == "sent" else None)
        assert outbox.put(tx, wish(made.deal, "new"))
        assert len(outbox.claim(tx, "w", 1, LEASE)) == 1


def read_call(tx: Transaction, store: Store, deal_id: str) -> None:
    """A call of a deal that was read, as far as the deal's runs look."""
    call = calls.add(tx, calls.NewCall(deal_id=deal_id, call=Call(id="demo")))
    of_call = {"deal_id": deal_id, "call_id": call.id, "step": "ground", "media_type": "a/b"}
    blob = store.blobs.put([b"what was read"])
    results.put(tx, results.Result(**of_call, key="k4", name="4", blob=blob))


def test_a_run_of_the_deal_goes_where_no_call_is_left_that_was_read(store: Store):
    made = make(store, "Openia")
    with store.write() as tx:
        vain = runs.start(tx, runs.NewRun(deal_id=made.deal, kind="deal"))
    with store.write() as tx:
        erased = erasing.call(tx, made.call, by="user-1")
    assert set(erased.run_ids) == {made.run, vain.id}
    with store.read() as tx:
        assert runs.listed(tx, Window(), deal_id=made.deal).items == ()


def test_runs_at_work_on_the_deal_begin_anew(store: Store):
    made = make(store, "Openia")
    with store.write() as tx:
        read_call(tx, store, made.deal)
        wanted = runs.NewRun(deal_id=made.deal, kind="documents", wanted="a.pdf en", priority=2)
        working, waiting = runs.start(tx, wanted), None
        runs.begin(tx, working.id, attempt=1, worker="w")
        waiting = runs.start(tx, runs.NewRun(deal_id=made.deal, kind="deal"))
    with store.write() as tx:
        erased = erasing.call(tx, made.call, by="user-1")
    assert set(erased.run_ids) == {made.run, working.id}
    with store.read() as tx:
        left = runs.listed(tx, Window(), deal_id=made.deal).items
        assert runs.is_cancelled(tx, working.id)
    assert {run.state for run in left} == {"waiting"}
    assert waiting.id in {run.id for run in left}
    (anew,) = [run for run in left if run.id != waiting.id]
    assert (anew.kind, anew.wanted, anew.priority) == ("documents", "a.pdf en", 2)


def test_a_step_that_ends_while_its_deal_is_erased_brings_nothing_back(store: Store, everything):
    made = make(store, "Secretia")
    written, erased = threading.Event(), threading.Event()

    def step() -> None:
        late = store.blobs.put([b"late words"])
        with store.write() as tx:
            of_call = {"deal_id": made.deal, "call_id": made.call, "step": "ground"}
            result = results.Result(**of_call, key="k9", name="4", blob=late, media_type="a/b")
            results.put(tx, result)
            tx.session.flush()
            written.set()
            erased.wait(0.3)

    def erase() -> None:
        written.wait(5)
        with store.write() as tx:
            erasing.deal(tx, made.deal, by="user-1")
        erased.set()

    with ThreadPoolExecutor(2) as pool:
        for work in [pool.submit(step), pool.submit(erase)]:
            work.result()
    keeping.collect(store)
    assert "late words" not in everything()


def test_a_step_that_ends_after_the_erasure_is_refused(store: Store):
    made = make(store, "Secretia")
    late = store.blobs.put([b"late words"])
    with store.write() as tx:
        erasing.deal(tx, made.deal, by="user-1")
    of_call = {"deal_id": made.deal, "call_id": made.call, "step": "ground"}
    result = results.Result(**of_call, key="k9", name="4", blob=late, media_type="a/b")
    with pytest.raises(StoreConflictError), store.write() as tx:
        results.put(tx, result)
    with pytest.raises(StoreGoneError), store.write() as tx:
        handoffs.add(tx, made.deal, "{}", run_id=made.run)
    with pytest.raises(StoreConflictError), store.write() as tx:
        outbox.put(tx, wish(made.deal, "late"))
