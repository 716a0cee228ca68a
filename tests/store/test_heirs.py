"""A claim that loses the statement by which it had its id goes on under that of another one."""

import datetime
import json

import pytest

from transcript2handoff.deal import Call
from transcript2handoff.store import calls, heirs, results
from transcript2handoff.store.going import Going

SAID = {
    "one": {"promise-a": 1, "promise-b": 2, "goal-alone": 3},
    "two": {"exclusion-d": 1},
    "three": {"promise-c": 1},
}
"""Claims of calls, each with its turn."""
ORIGIN = {
    "promise-a": "promise-a",
    "promise-b": "promise-a",
    "exclusion-d": "promise-a",
    "promise-c": "promise-a",
    "goal-alone": "goal-alone",
}


def claim(name, ref="one", turn=1):
    kind = name.partition("-")[0]
    return {"id": name, "fact": {"kind": kind}, "evidence": [{"call_id": ref, "turn": turn}]}


HANDOFF = {
    "handoff": {"claims": [claim("promise-a"), claim("goal-alone", turn=3)]},
    "origin": ORIGIN,
}


@pytest.fixture
def add(store, deal):
    """Adds a call that says something: bytes."""

    def added(ref, said, day):
        date = datetime.date(2026, 3, day)
        blob = store.blobs.put([said])
        with store.write() as tx:
            call = calls.add(tx, calls.NewCall(deal_id=deal.id, call=Call(id=ref, date=date)))
            made = {"deal_id": deal.id, "call_id": call.id, "step": "ground", "key": ref}
            one = results.Result(**made, name="4_handoff.json", blob=blob, media_type="a/b")
            results.put(tx, one)

    return added


@pytest.fixture
def told(store, deal, add):
    """The heirs in the deal of ``SAID`` when turns go, or whole calls."""

    def found(turns, handoff=HANDOFF):
        for day, (ref, said) in enumerate(SAID.items(), start=1):
            claims = [claim(name, ref, turn) for name, turn in said.items()]
            add(ref, json.dumps({"claims": claims}).encode(), day)
        with store.read() as tx:
            return heirs.of(tx, deal.id, handoff, Going(turns)).ids

    return found


@pytest.mark.parametrize(
    ("turns", "ids"),
    [
        ({"two": None}, {"exclusion-d": "promise-a"}),
        ({"three": None}, {"promise-c": "promise-a", "exclusion-d": "promise-a"}),
        ({}, {"exclusion-d": "promise-a"}),
        ({"one": None, "two": None, "three": None}, {}),
    ],
)
def test_a_claim_whose_own_statement_stays_keeps_its_id(told, turns, ids):
    assert told(turns) == ids


@pytest.mark.parametrize("turns", [None, [1], [1, 2], []])
def test_a_statement_of_a_call_that_is_not_touched_is_the_best_heir(told, turns):
    before = ("promise-a", "promise-b", "exclusion-d")
    assert told({"one": turns}) == dict.fromkeys(before, "promise-c")


def test_else_it_is_one_of_a_call_that_is_read_anew(told):
    ids = told({"one": [1], "two": None, "three": None})
    assert ids == dict.fromkeys(("promise-a", "exclusion-d", "promise-c"), "promise-b")


def test_no_claim_goes_on_as_one_of_another_kind(told):
    assert told({"one": None, "three": None}) == {}


def test_of_the_words_of_a_person_on_several_calls_all_go_at_once(told):
    assert told({"one": [1], "three": [1]}) == {
        "promise-a": "promise-b",
        "promise-c": "promise-b",
        "exclusion-d": "promise-b",
    }


@pytest.mark.parametrize("said", [b"", b"\xff", b"{"])
def test_a_call_that_cannot_be_read_says_nothing(told, add, said):
    add("broken", said, 9)
    assert told({"one": None})["promise-a"] == "promise-c"


def test_where_no_call_joined_another_nothing_is_read(told, store):
    single = {"handoff": HANDOFF["handoff"], "origin": {"promise-a": "promise-a"}}
    assert told({"one": None}, single) == told_of_nothing(store) == {}


def told_of_nothing(store):
    with store.read() as tx:
        return heirs.of(tx, "a deal without a handoff", {}, Going({"one": None})).ids


def test_events_call_claims_and_questions_by_their_new_ids():
    follow = heirs.Heirs({"promise-1": "promise-3"})
    assert follow.told({"claim_id": "promise-1", "kind": "promise"}) == {
        "claim_id": "promise-3",
        "kind": "promise",
    }
    asked = {"question_id": "contradiction:promise-1+promise-2"}
    asked["claim_ids"] = ["promise-1", "promise-3", "promise-2"]
    assert follow.told(asked) == {
        "question_id": "contradiction:promise-2+promise-3",
        "claim_ids": ["promise-3", "promise-2"],
    }
    undone = {"event": "undone", "number": 3, "claim_ids": ["promise-1"]}
    assert follow.told(undone) == {"event": "undone", "number": 3, "claim_ids": ["promise-3"]}
    added = {"event": "added", "claim": {"id": "promise-1"}}
    assert follow.told(added) == added
