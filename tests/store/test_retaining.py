"""What is kept no longer: exactly what is old enough, and nothing that a run still wants."""

import datetime

import pytest
from sqlalchemy import exists, select

from tests.store.conftest import Clock
from transcript2handoff.deal import Call
from transcript2handoff.store import (
    Store,
    audit,
    calls,
    corrections,
    deals,
    documents,
    events,
    handoffs,
    keeping,
    proving,
    receipts,
    results,
    retaining,
    runs,
    said,
    shares,
)
from transcript2handoff.store.calls import CallChanges, CallRecord
from transcript2handoff.store.deals import DealRecord
from transcript2handoff.store.paging import Window
from transcript2handoff.store.tables import DocumentRow, EventRow, HandoffRow, ShareRow
from transcript2handoff.transcript import Transcript, Turn

MONTH = datetime.timedelta(days=30)
STEPS = ("decode", "diarize", "ground")


@pytest.fixture
def heard(store: Store, clock: Clock, deal: DealRecord) -> CallRecord:
    """A call with a recording, a copy to play, a transcript and what steps have made."""
    digest = {name: store.blobs.put([name.encode()]).digest for name in calls.BLOBS}
    with store.write() as tx:
        new = calls.NewCall(deal_id=deal.id, call=Call(id="kickoff"), recording=digest["recording"])
        call = calls.add(tx, new)
        changes = CallChanges(playback=digest["playback"], transcript=digest["transcript"])
        call = calls.change(tx, call.id, changes)
        for step in STEPS:
            blob = store.blobs.put([step.encode()])
            results.put(
                tx,
                results.Result(
                    deal_id=deal.id,
                    call_id=call.id,
                    step=step,
                    key=step,
                    name="file",
                    blob=blob,
                    media_type="text/plain",
                ),
            )
        turns = (Turn(n=1, text="We need it by Friday."),)
        said.put(tx, call.id, Transcript(call_id="kickoff", turns=turns), digest="1" * 64)
        corrections.append(tx, call.id, '{"now": "Friday"}', expected=0)
    return call


def is_searched(store: Store, call: CallRecord) -> bool:
    """Whether what was said on it can be found, and what people corrected in it is there."""
    with store.read() as tx:
        found = bool(said.search(tx, "friday", Window()).items)
        assert found == bool(corrections.count(tx, call.id)) == said.is_searched(tx, call.id)
    return found


def kept(store: Store, call: CallRecord) -> set[str]:
    """What is there of a call."""
    with store.read() as tx:
        now = calls.get(tx, call.id)
        fields = {name for name in calls.BLOBS if getattr(now, name)}
        return fields | {step for step in STEPS if results.of(tx, call.deal_id, step)}


EVERYTHING = {*calls.BLOBS, *STEPS}


def test_sound_goes_and_words_stay(store: Store, clock: Clock, heard: CallRecord) -> None:
    clock.move(MONTH.total_seconds() + 1)
    with store.write() as tx:
        assert retaining.drop_audio(tx, older=MONTH) == 1
    assert kept(store, heard) == {"transcript", "diarize", "ground"}
    assert is_searched(store, heard)
    assert keeping.collect(store) == 3
    with store.write() as tx:
        assert retaining.drop_audio(tx, older=MONTH) == 0


def test_an_upload_that_was_never_put_together_goes_too(
    store: Store, clock: Clock, deal: DealRecord
) -> None:
    with store.write() as tx:
        new = calls.NewCall(deal_id=deal.id, call=Call(id="kickoff"), upload_id="upload-1")
        call = calls.add(tx, new)
    clock.move(MONTH.total_seconds() + 1)
    with store.write() as tx:
        assert retaining.drop_audio(tx, older=MONTH) == 1
        assert calls.get(tx, call.id).upload_id is None
        assert retaining.drop_audio(tx, older=MONTH) == 0


def test_words_go_with_their_sound(store: Store, clock: Clock, heard: CallRecord) -> None:
    clock.move(MONTH.total_seconds() + 1)
    with store.write() as tx:
        assert retaining.drop_transcripts(tx, older=MONTH) == 1
    assert kept(store, heard) == set()
    assert not is_searched(store, heard)
    assert keeping.collect(store) == 6
    with store.write() as tx:
        assert retaining.drop_transcripts(tx, older=MONTH) == 0


def test_what_is_young_stays(store: Store, clock: Clock, heard: CallRecord) -> None:
    clock.move(MONTH.total_seconds())
    with store.write() as tx:
        assert retaining.drop_audio(tx, older=MONTH) == 0
        assert retaining.drop_transcripts(tx, older=MONTH) == 0
    assert kept(store, heard) == EVERYTHING


def test_what_a_run_wants_stays_until_it_has_ended(
    store: Store, clock: Clock, heard: CallRecord
) -> None:
    clock.move(MONTH.total_seconds() + 1)
    with store.write() as tx:
        run = runs.start(tx, runs.NewRun(deal_id=heard.deal_id, call_id=heard.id, kind="call"))
        assert retaining.drop_audio(tx, older=MONTH) == 0
        assert retaining.drop_transcripts(tx, older=MONTH) == 0
        runs.cancel(tx, run.id)
        assert retaining.drop_audio(tx, older=MONTH) == 1


def test_the_audit_says_what_went(store: Store, clock: Clock, heard: CallRecord) -> None:
    clock.move(MONTH.total_seconds() + 1)
    with store.write() as tx:
        retaining.drop_audio(tx, older=MONTH)
        retaining.drop_transcripts(tx, older=MONTH)
    with store.read() as tx:
        deeds = audit.listed(tx, Window(), only=audit.AuditFilter(subject=heard.id)).items
    told = {(deed.actor, deed.action, deed.matter) for deed in deeds}
    assert {("retention", "erase", "recording"), ("retention", "erase", "transcript")} <= told


def test_of_runs_those_are_gone_that_have_no_row(store: Store, deal: DealRecord) -> None:
    with store.write() as tx:
        run = runs.start(tx, runs.NewRun(deal_id=deal.id, kind="deal"))
        many = [f"run-{number}" for number in range(1200)]
        assert retaining.gone(tx, [run.id, *many]) == set(many)
        assert retaining.gone(tx, []) == set()


def a_brief(store: Store, call: CallRecord) -> None:
    """A handoff of the call's deal, with all that can be made of one."""
    document = store.blobs.put([b"the brief"]).digest
    with store.write() as tx:
        deal_id = call.deal_id
        handoffs.add(tx, deal_id, '{"handoff": {}}', run_id=None)
        events.append(tx, deal_id, ['{"event": "confirmed"}'], edition=None)
        place = {"deal_id": deal_id, "edition": "1-1", "name": "brief", "language": "en"}
        told = {"format": "md", "media_type": "text/markdown", "blob": document}
        documents.put(tx, documents.NewDocument(**place, **told))
        shares.add(
            tx,
            shares.NewShare(
                deal_id=deal_id,
                digest="2" * 64,
                by="Ana",
                by_id="user-1",
                expires=tx.now + MONTH,
                audio=False,
                language="en",
            ),
        )


def has_brief(store: Store, deal_id: str) -> bool:
    """Whether anything of a brief is there; all of it or nothing is."""
    with store.read() as tx:
        found = {
            bool(tx.session.scalar(select(exists().where(row.deal_id == deal_id))))
            for row in (HandoffRow, DocumentRow, EventRow, ShareRow)
        }
    assert len(found) == 1
    return found.pop()


def test_a_brief_goes_so_long_after_the_last_change(
    store: Store, clock: Clock, heard: CallRecord
) -> None:
    a_brief(store, heard)
    clock.move(MONTH.total_seconds() - 1)
    with store.write() as tx:
        assert retaining.drop_briefs(tx, older=MONTH) == 0
    assert has_brief(store, heard.deal_id)
    clock.move(2)
    with store.write() as tx:
        assert retaining.drop_briefs(tx, older=MONTH) == 1
        assert deals.get(tx, heard.deal_id).verdict is None
        assert retaining.drop_briefs(tx, older=MONTH) == 0
    assert not has_brief(store, heard.deal_id)
    assert kept(store, heard) == EVERYTHING - {"ground"}
    assert is_searched(store, heard)
    assert keeping.collect(store) == 2


def test_a_change_of_the_deal_keeps_its_brief(
    store: Store, clock: Clock, heard: CallRecord
) -> None:
    a_brief(store, heard)
    clock.move(MONTH.total_seconds() + 1)
    with store.write() as tx:
        events.append(tx, heard.deal_id, ['{"event": "answered"}'], edition=None)
        assert retaining.drop_briefs(tx, older=MONTH) == 0


def test_a_brief_that_a_run_works_at_waits(store: Store, clock: Clock, heard: CallRecord) -> None:
    a_brief(store, heard)
    clock.move(MONTH.total_seconds() + 1)
    with store.write() as tx:
        run = runs.start(tx, runs.NewRun(deal_id=heard.deal_id, kind="documents", wanted="brief"))
        assert retaining.drop_briefs(tx, older=MONTH) == 0
        runs.cancel(tx, run.id)
        assert retaining.drop_briefs(tx, older=MONTH) == 1


def test_each_pass_leaves_a_receipt(store: Store, clock: Clock, heard: CallRecord) -> None:
    a_brief(store, heard)
    clock.move(MONTH.total_seconds() + 1)
    for drop, kind, changed, blobs in (
        (retaining.drop_audio, "recordings", heard.id, 3),
        (retaining.drop_briefs, "briefs", heard.deal_id, 2),
        (retaining.drop_transcripts, "transcripts", heard.id, 2),
    ):
        with store.write() as tx:
            assert drop(tx, older=MONTH) == 1
            assert drop(tx, older=MONTH) == 0
        with store.read() as tx:
            receipt = receipts.listed(tx, Window()).items[0]
            assert receipt.id in receipts.unproven(tx)
        assert (receipt.kind, receipt.by) == (kind, "retention")
        assert receipt.gone.changed == (changed,)
        assert len(receipt.gone.blobs) == blobs
        assert {left.what for left in proving.look(store, receipt).left} == {"blob"}
        keeping.collect(store)
        assert proving.look(store, receipt).left == []
        clock.move(1)
