"""Runs out of a real store, on both databases: from a transcript or a recording to documents."""

import pytest

from tests.jobs.by_hand import (
    BESIDE,
    IMPORTED,
    OF_A_DEAL,
    PUBLIC_URL,
    RECORDED,
    deal_row,
    queued,
    recorded,
    text_of,
)
from transcript2handoff.errors import (
    Cancelled,
    StoreConflictError,
    StoreGoneError,
    StoreUnreachableError,
)
from transcript2handoff.jobs import call_steps
from transcript2handoff.jobs.desk import open_dossier
from transcript2handoff.store import (
    deals,
    documents,
    erasing,
    results,
    runs,
)
from transcript2handoff.watch import NOBODY, Watch


def test_a_transcript_becomes_a_handoff_with_documents(hand):
    deal_id = hand.deal()
    call = hand.spoken(deal_id)
    outcomes = hand.read(call)
    assert tuple(outcomes) == IMPORTED
    assert outcomes["fetch"] == "reused"
    assert {state for name, state in outcomes.items() if name != "fetch"} == {"done"}
    deal = deal_row(hand, deal_id)
    assert deal.edition == "1-0"
    whole = open_dossier(hand.store, BESIDE, deal_id)
    assert (deal.verdict, deal.score) == (whole.assessment.verdict, whole.assessment.score)
    assert any("security questionnaire" in e.quote for c in whole.handoff.claims for e in c.spoken)
    assert [(row.edition, told.handoff) for row, told in hand.delivered] == [("1-0", whole.handoff)]
    with hand.store.read() as tx:
        assert queued(tx) == [deal_id]
        there = documents.of(tx, deal_id, "1-0")
    assert {one.format for one in there} == {"md", "html", "txt", "csv", "svg", "vtt", "eml"}
    brief = next(one for one in there if (one.name, one.format) == ("internal/kickoff_brief", "md"))
    assert brief.media_type == "text/markdown; charset=utf-8"
    assert "Harborline Freight" in text_of(hand, brief.blob)


def test_a_run_that_was_done_is_found_done(hand):
    deal_id = hand.deal()
    call = hand.spoken(deal_id)
    hand.read(call)
    again = hand.read(call)
    kept = ("fetch", "transcribe", "correct", "extract", "ground", "consolidate", "assess")
    assert {name: again[name] for name in kept} == dict.fromkeys(kept, "reused")
    assert deal_row(hand, deal_id).edition == "1-0"


def test_a_resumed_run_does_no_step_again(hand, monkeypatch):
    call = hand.spoken(hand.deal())
    run = hand.want("call", call.deal_id, call.id)
    for name in IMPORTED[:4]:
        hand.do(run, name)

    def heard_again(*_):
        raise AssertionError

    monkeypatch.setattr(call_steps, "import_transcript", heard_again)
    assert hand.do(run, "transcribe").state == "reused"
    assert hand.do(run, "extract").state == "reused"
    assert hand.do(run, "ground").state == "done"


def test_a_run_whose_call_was_erased_says_so(quick):
    call = quick.spoken(quick.deal())
    run = quick.want("call", call.deal_id, call.id)
    gone = run.model_copy(update={"call_id": None})
    with pytest.raises(StoreGoneError):
        quick.work.step_names(gone)


@pytest.mark.parametrize("at", ["transcribe", "ground", *OF_A_DEAL])
def test_a_run_that_was_cancelled_writes_nothing(at, hand):
    deal_id = hand.deal()
    call = hand.spoken(deal_id)
    run = hand.want("call", deal_id, call.id)
    for name in IMPORTED[: IMPORTED.index(at)]:
        hand.do(run, name)
    with hand.store.write() as tx:
        runs.cancel(tx, run.id)
    before = state_of(hand, call)
    with pytest.raises(Cancelled):
        hand.work.do(run, at, NOBODY)
    assert state_of(hand, call) == before


def state_of(hand, call):
    with hand.store.read() as tx:
        deal = deals.get(tx, call.deal_id)
        made = [results.latest(tx, call.id, step) for step in IMPORTED]
        return deal, made, documents.of(tx, deal.id, deal.edition), queued(tx)


@pytest.mark.parametrize("at", ["transcribe", "consolidate"])
def test_a_run_that_was_erased_writes_nothing(at, hand):
    deal_id = hand.deal()
    call = hand.spoken(deal_id)
    run = hand.want("call", deal_id, call.id)
    for name in IMPORTED[: IMPORTED.index(at)]:
        hand.do(run, name)

    def erase(_):
        with hand.store.write() as tx:
            if runs_there(tx, run.id):
                erasing.deal(tx, deal_id, by="u")

    with pytest.raises((Cancelled, StoreGoneError, StoreConflictError)):
        hand.work.do(run, at, Watch(report=erase))
    with hand.store.read() as tx, pytest.raises(StoreGoneError):
        deals.get(tx, deal_id)


def runs_there(tx, run_id):
    try:
        return bool(runs.get(tx, run_id))
    except StoreGoneError:
        return False


@pytest.mark.parametrize("at", ["transcribe", "render"])
def test_a_blob_that_is_collected_before_a_row_names_it_is_made_again(at, quick, monkeypatch):
    call = quick.spoken(quick.deal())
    run = quick.want("call", call.deal_id, call.id)
    for name in IMPORTED[: IMPORTED.index(at)]:
        quick.do(run, name)
    put = quick.store.blobs.put

    def put_and_lose(chunks):
        blob = put(chunks)
        quick.store.blobs.remove(blob.digest)
        return blob

    with monkeypatch.context() as patch:
        patch.setattr(quick.store.blobs, "put", put_and_lose)
        with pytest.raises(StoreConflictError, match="Retry"):
            quick.do(run, at)
    assert quick.do(run, at).state == "done"


def test_what_was_made_waits_for_a_store_that_is_away(quick, monkeypatch):
    call = quick.spoken(quick.deal())
    run = quick.want("call", call.deal_id, call.id)
    quick.do(run, "fetch")
    put, read, away, reads = quick.store.blobs.put, call_steps.import_transcript, [1, 1], []

    def put_later(chunks):
        if away:
            away.pop()
            raise StoreUnreachableError("The store is away.")
        return put(chunks)

    def count(path, ref):
        reads.append(ref)
        return read(path, ref)

    monkeypatch.setattr(quick.store.blobs, "put", put_later)
    monkeypatch.setattr(call_steps, "import_transcript", count)
    assert quick.do(run, "transcribe").state == "done"
    assert len(reads) == 1


@pytest.mark.slow
def test_a_recording_becomes_a_handoff(quick):
    deal_id = quick.deal()
    call = recorded(quick, deal_id)
    outcomes = quick.read(call)
    assert tuple(outcomes) == RECORDED
    assert outcomes.pop("fetch") == "reused"
    assert set(outcomes.values()) == {"done"}
    with quick.store.read() as tx:
        there = documents.of(tx, deal_id, "1-0")
    page = next(one for one in there if one.format == "html")
    assert f"{PUBLIC_URL}/v1/calls/{call.id}/audio#t=" in text_of(quick, page.blob)
    again = quick.read(call)
    assert {again[name] for name in RECORDED[:9]} == {"reused"}
