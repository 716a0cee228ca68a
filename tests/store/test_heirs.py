"""A claim that loses the statement by which it had its id goes on under that of another one."""

import json

import pytest

from transcript2handoff.deal import Call
from transcript2handoff.store import calls, heirs, results

ORIGIN = {"a": "a", "b": "a", "c": "a", "alone": "alone"}


@pytest.fixture
def told(store, deal):
    """The heirs in a deal whose calls say these claims, each on a turn, when some turns go."""

    def found(said, *, go):
        for ref, turns in said.items():
            claims = [
                {"id": name, "evidence": [{"call_id": ref, "turn": turn}]}
                for name, turn in turns.items()
            ]
            blob = store.blobs.put([json.dumps({"claims": claims}).encode()])
            with store.write() as tx:
                call = calls.add(tx, calls.NewCall(deal_id=deal.id, call=Call(id=ref)))
                made = {"deal_id": deal.id, "call_id": call.id, "step": "ground", "key": ref}
                one = results.Result(**made, name="4_handoff.json", blob=blob, media_type="a/b")
                results.put(tx, one)
        with store.read() as tx:
            return heirs.of(
                tx, deal.id, ORIGIN, lambda piece: (piece["call_id"], piece["turn"]) in go
            )

    return found


SAID = {"one": {"a": 1, "b": 2, "alone": 3}, "two": {"c": 1}}


@pytest.mark.parametrize(
    ("go", "ids"),
    [
        ({("one", 1)}, {"a": "b"}),
        ({("one", 2)}, {"b": "a"}),
        ({("two", 1)}, {"c": "a"}),
        ({("one", 1), ("one", 2), ("one", 3)}, {"a": "c", "b": "c"}),
        ({("one", 1), ("one", 2), ("two", 1)}, {}),
        (set(), {}),
    ],
)
def test_what_goes_on_is_known_by_a_statement_that_stays(told, go, ids):
    assert told(SAID, go=go).ids == ids


def test_a_call_of_which_nothing_is_kept_says_nothing(told, store, deal):
    with store.write() as tx:
        calls.add(tx, calls.NewCall(deal_id=deal.id, call=Call(id="never read")))
    assert told(SAID, go={("one", 1), ("one", 2)}).ids == {"a": "c", "b": "c"}


def test_events_call_claims_and_questions_by_their_new_ids():
    follow = heirs.Heirs({"promise-1": "promise-2"})
    assert follow.told({"claim_id": "promise-1", "kind": "promise"}) == {
        "claim_id": "promise-2",
        "kind": "promise",
    }
    asked = {"question_id": "weak:promise-1+goal-1", "claim_ids": ["promise-1", "promise-2", "g"]}
    assert follow.told(asked) == {
        "question_id": "weak:promise-2+goal-1",
        "claim_ids": ["promise-2", "g"],
    }
    undone = {"event": "undone", "number": 3, "claim_ids": ["promise-1"]}
    assert follow.told(undone) == {"event": "undone", "number": 3, "claim_ids": ["promise-2"]}
    added = {"event": "added", "claim": {"id": "promise-1"}}
    assert follow.told(added) == added
