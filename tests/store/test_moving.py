"""A call that moves to another deal leaves nothing of what was said on it behind."""

import json

import pytest

from transcript2handoff.deal import Call, Deal
from transcript2handoff.errors import StoreConflictError
from transcript2handoff.store import (
    Store,
    calls,
    deals,
    erasing,
    events,
    handoffs,
    keeping,
    moving,
    results,
    runs,
)

WORD = "Secretia"
SAID = {"event": "edited", "claim_id": "alone", "changes": {"summary": {"was": WORD, "now": WORD}}}
STAYS = {"event": "confirmed", "claim_id": "other"}


def told() -> str:
    """A handoff with a claim of the call that moves, and one of another call."""
    claims = [
        {"id": "alone", "summary": WORD, "evidence": [{"call_id": "kickoff", "turn": 1}]},
        {"id": "other", "summary": "Depots", "evidence": [{"call_id": "demo", "turn": 1}]},
    ]
    return json.dumps({"handoff": {"claims": claims}})


def test_what_is_erased_after_it_was_moved_is_gone_from_both_deals(
    store: Store, deal, call, everything
):
    read = store.blobs.put([b"{}"])
    with store.write() as tx:
        demo = calls.add(tx, calls.NewCall(deal_id=deal.id, call=Call(id="demo"))).id
        of_demo = {"deal_id": deal.id, "call_id": demo, "step": "ground", "key": "k"}
        results.put(tx, results.Result(**of_demo, name="4", blob=read, media_type="a/b"))
        there = deals.add(tx, deals.NewDeal(deal=Deal(), by="import", external_id="2")).id
        done = runs.start(tx, runs.NewRun(deal_id=deal.id, kind="deal"))
        handoffs.add(tx, deal.id, told(), run_id=done.id)
        events.append(tx, deal.id, [json.dumps(each) for each in (SAID, STAYS)], edition=None)
        of_call = runs.start(tx, runs.NewRun(deal_id=deal.id, call_id=call.id, kind="call"))
        for each in (done, of_call):
            runs.begin(tx, each.id, attempt=1, worker="w")
    assert WORD in everything()
    with store.write() as tx:
        moved = moving.call(tx, call.id, there)
    assert moved.call.deal_id == there
    # They were at work with what the deal was; another one is wanted in its place.
    assert set(moved.run_ids) == {done.id, of_call.id}
    with store.read() as tx:
        assert len(runs.waiting(tx, 9)) == 1
        assert handoffs.newest(tx, deal.id) is None
        assert [json.loads(each) for each in events.of(tx, deal.id)] == [STAYS]
        assert [each.ref for each in calls.of_deal(tx, deal.id)] == ["demo"]
    with store.write() as tx:
        erasing.call(tx, call.id, by="user-1")
    keeping.collect(store)
    assert WORD not in everything()


def test_a_call_stays_where_its_deal_could_not_be_read_anew(store: Store, deal, call):
    """Transcripts are kept for a shorter time than briefs."""
    kept = json.dumps({"handoff": {"calls": [{"call": {"id": "long ago"}}], "claims": []}})
    with store.write() as tx:
        there = deals.add(tx, deals.NewDeal(deal=Deal(), by="import", external_id="2")).id
        run = runs.start(tx, runs.NewRun(deal_id=deal.id, kind="deal"))
        handoffs.add(tx, deal.id, kept, run_id=run.id)
    with pytest.raises(StoreConflictError, match="rests on long ago"), store.write() as tx:
        moving.call(tx, call.id, there)
    with store.read() as tx:
        assert handoffs.newest(tx, deal.id).text == kept
        assert calls.get(tx, call.id).deal_id == deal.id
