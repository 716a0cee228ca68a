"""What lists show of a deal: noted by the step that judges it."""

import datetime

import pytest

from tests.jobs.by_hand import BESIDE, deal_row
from transcript2handoff.deal import Call, Deal
from transcript2handoff.facts import Promise
from transcript2handoff.handoff import CallRecord, Claim, Handoff, StatementEvidence, Turning
from transcript2handoff.jobs.desk import current_handoff, on_desk
from transcript2handoff.jobs.standing import entries_of, open_promises
from transcript2handoff.journal import Signature, making, to_line
from transcript2handoff.store import Window, deals, events, ledger
from transcript2handoff.store.deals import DealChanges

AT = datetime.datetime(2026, 4, 9, 9, tzinfo=datetime.UTC)
BY = Signature(by="Mara", at=AT, why=None)


def lines(hand, deal_id):
    with hand.store.read() as tx:
        page = ledger.listed(tx, Window(), only=ledger.LedgerFilter(deal_id=deal_id))
    return {line.claim_id: line for line in page.items}


def test_a_run_notes_the_promises_of_its_deal(hand):
    deal_id = hand.deal()
    call = hand.spoken(deal_id)
    hand.read(call)
    promises = current_handoff(hand.store, deal_id).of_kind("promise")
    assert promises
    told = lines(hand, deal_id)
    assert list(told) == [claim.id for claim in promises]
    (claim,) = (one for one in promises if "questionnaire" in one.summary)
    line = told[claim.id]
    assert (line.summary, line.owner, line.due) == (claim.summary, claim.fact.owner, claim.fact.due)
    assert (line.call_id, line.turn, line.speaker) == (call.id, 3, "Tamsin Okoro")
    assert line.quote == claim.spoken[0].quote
    assert (line.start, line.end) == (claim.spoken[0].start, claim.spoken[0].end)
    assert line.due_day is None or line.due_day.isoformat() == line.due
    assert (line.state, line.outcome, line.is_reviewed) == ("open", None, False)


def test_a_run_notes_what_is_open(hand):
    deal_id = hand.deal()
    hand.read(hand.spoken(deal_id))
    here = on_desk(hand.store, deal_id)
    judged = here.dossier(BESIDE).assessment
    row = deal_row(hand, deal_id)
    assert (row.verdict, row.score) == (judged.verdict, judged.score)
    assert row.open_questions == len(judged.questions) > 0
    assert row.open_promises == open_promises(here.handoff) == len(lines(hand, deal_id))
    assert row.waits_on == "ae"


def test_what_people_did_is_noted_by_the_next_run(hand):
    deal_id = hand.deal()
    hand.read(hand.spoken(deal_id))
    before = deal_row(hand, deal_id).open_promises
    here = on_desk(hand.store, deal_id)
    claim = here.handoff.of_kind("promise")[0]
    event = making.outcome(here.desk, claim.id, "late", BY)
    with hand.store.write() as tx:
        events.append(tx, deal_id, [to_line(event)], edition=None)
    run = hand.want("deal", deal_id)
    assert hand.do(run, "assess").state == "done"
    assert hand.do(run, "assess").state == "reused"
    assert deal_row(hand, deal_id).open_promises == before - 1
    line = lines(hand, deal_id)[claim.id]
    assert (line.outcome, line.is_reviewed) == ("late", claim.review is not None)


def test_what_was_noted_by_an_older_program_is_noted_anew(quick):
    deal_id = quick.deal()
    quick.read(quick.spoken(deal_id))
    with quick.store.write() as tx:
        ledger.drop(tx, deal_id)
        deals.change(tx, deal_id, DealChanges(open_promises=None, open_questions=None))
    assert quick.do(quick.want("deal", deal_id), "assess").state == "done"
    row = deal_row(quick, deal_id)
    assert row.open_promises == len(lines(quick, deal_id)) > 0
    assert row.open_questions


def standing(claim, *, owed):
    """How the ledger has a handoff with this claim alone, and how many promises are open in it."""
    call = CallRecord(call=Call(id="demo"), transcript_version=1, turns=1)
    whole = Handoff(deal=Deal(), calls=(call,), provenance=(), claims=(claim,))
    assert open_promises(whole) == owed
    return entries_of(whole, (), deal_id="deal-1", call_ids={})


def promise(state="open", **told):
    """A promise that came to this over two calls."""
    words = (StatementEvidence(person="Ana", at=AT, words="We do it."),)
    steps = tuple(
        Turning(call_id="demo", date=None, state=each, summary="Does it", evidence=words)
        for each in ("open", state)
    )
    fact = Promise(strength="firm", type="document", due="2026-05-02", owner="Ana")
    return Claim(id="c", summary="Does it", fact=fact, evidence=words, history=steps, **told)


@pytest.mark.parametrize("state", ["withdrawn", "superseded"])
def test_what_sales_took_back_is_no_promise_of_the_ledger(state):
    assert standing(promise(state), owed=0) == ()
    (kept,) = standing(promise(state, outcome="kept"), owed=0)
    assert (kept.outcome, kept.state) == ("kept", state)


def test_what_is_done_is_in_the_ledger_and_not_open():
    (done,) = standing(promise("done"), owed=0)
    assert done.state == "done"
    (late,) = standing(promise(outcome="late"), owed=0)
    assert late.outcome == "late"


def test_what_was_said_after_the_calls_cannot_be_played():
    (told,) = standing(promise("changed"), owed=1)
    assert (told.speaker, told.quote, told.owner) == ("Ana", "We do it.", "Ana")
    assert (told.due, told.due_day) == ("2026-05-02", datetime.date(2026, 5, 2))
    assert (told.call_id, told.turn, told.start, told.end) == (None,) * 4
