"""What stays in the journal of a deal when one of its calls is erased: no words of that call."""

import datetime
import json
from typing import Any

import pytest

from transcript2handoff.deal import Call
from transcript2handoff.journal import parse_event, to_line
from transcript2handoff.store import (
    Store,
    calls,
    erasing,
    events,
    handoffs,
    journal_words,
    runs,
)

SIGNED = {"by": "Ana Reyes", "at": datetime.datetime(2026, 3, 2, tzinfo=datetime.UTC).isoformat()}
WORD = "Secretia"


def spoken(call_id: str) -> dict[str, Any]:
    return {"source": "spoken", "call_id": call_id, "turn": 1, "quote": "words"}


def handoff(**claims: str) -> dict[str, Any]:
    """One with these claims, each proven by calls of these names."""
    fact = {"kind": "promise"}
    told = [
        {"id": name, "fact": fact, "evidence": list(map(spoken, on.split()))}
        for name, on in claims.items()
    ]
    return {"handoff": {"claims": told}}


def edit(claim_id: str, summary: str = WORD) -> dict[str, Any]:
    changes = {"summary": {"was": summary, "now": f"{summary} (put right)"}}
    told = {"event": "edited", "claim_id": claim_id, "kind": "promise", "changes": changes}
    return {**told, **SIGNED}


def answer(*claim_ids: str, question: str = WORD, **more: Any) -> dict[str, Any]:
    told = {"event": "answered", "question_id": f"weak:{'+'.join(claim_ids)}", "question": question}
    return {**told, "words": "By May.", "claim_ids": list(claim_ids), **SIGNED, **more}


@pytest.fixture
def demo(store: Store, deal):
    """The other call of the deal."""
    with store.write() as tx:
        return calls.add(tx, calls.NewCall(deal_id=deal.id, call=Call(id="demo")))


@pytest.fixture
def journal(store: Store, deal, call, demo):
    """Gives what is left of events, as dictionaries, after the call ``kickoff`` was erased."""

    def left(*told: dict[str, Any], newest: dict[str, Any] | None) -> list[dict[str, Any]]:
        lines = [to_line(parse_event(json.dumps(each))) for each in told]
        with store.write() as tx:
            if newest is not None:
                run = runs.start(tx, runs.NewRun(deal_id=deal.id, kind="deal"))
                handoffs.add(tx, deal.id, json.dumps(newest), run_id=run.id)
            events.append(tx, deal.id, lines, edition=None)
        with store.write() as tx:
            erasing.call(tx, call.id, by="user-1")
        with store.read() as tx:
            found = events.of(tx, deal.id)
        assert WORD not in "".join(found)
        for line in found:
            parse_event(line)
        return [json.loads(line) for line in found]

    return left


CLAIMS = handoff(alone="kickoff", both="kickoff demo", other="demo")


def test_answers_keep_their_words_and_lose_the_question_that_retells_the_call(journal):
    told = journal(
        answer("alone"),
        answer("both"),
        answer("alone", "other"),
        answer("gone"),
        answer("other", question="Of the demo?"),
        answer(question="Who decides?"),
        newest=CLAIMS,
    )
    assert [(each["claim_ids"], each["question"], each["words"]) for each in told] == [
        (["both"], "[erased]", "By May."),
        (["other"], "[erased]", "By May."),
        (["gone"], "[erased]", "By May."),
        (["other"], "Of the demo?", "By May."),
        ([], "Who decides?", "By May."),
    ]


def test_edits_of_claims_that_the_call_proves_go_and_others_stay(journal):
    told = journal(
        edit("alone"),
        edit("both"),
        edit("gone"),
        edit("other", "Of the demo"),
        newest=CLAIMS,
    )
    assert [each["claim_id"] for each in told] == ["other"]


def test_edits_follow_a_claim_into_the_one_that_it_became_part_of(journal):
    newest = {**CLAIMS, "origin": {"was-both": "both", "was-other": "other"}}
    told = journal(edit("was-both"), edit("was-other", "Of the demo"), newest=newest)
    assert [each["claim_id"] for each in told] == ["was-other"]


def test_what_people_added_and_stated_themselves_stays_with_their_edits(journal):
    goal = {"kind": "goal", "target": "40 depots"}
    stated = answer(question="Which result?", facts=[goal])
    (claim,) = parse_event(json.dumps(stated)).stated
    mine = {"source": "statement", "person": "Ana", "at": SIGNED["at"], "words": "So I know it."}
    new = {"id": "mine", "summary": "Mine", "fact": goal, "evidence": [mine]}
    added = {"event": "added", "claim": new, **SIGNED}
    theirs = [added, edit("mine", "Mine"), stated, edit(claim.id, "Mine")]
    told = journal(*theirs, newest=CLAIMS)
    assert [each["event"] for each in told] == ["added", "edited", "answered", "edited"]


def test_an_event_tells_itself_which_words_it_repeats(journal):
    """Another call was erased a moment ago, and the deal has no handoff just yet."""
    here, there = ({"call_id": each, "turn": 1} for each in ("kickoff", "demo"))
    told = journal(
        {**edit("one"), "places": [there, here]},
        {**edit("two", "Of the demo"), "places": [there]},
        {**answer("one"), "places": [here]},
        {**answer("two", question="Of the demo?"), "places": [there]},
        newest=None,
    )
    assert [each.get("question", each.get("claim_id")) for each in told] == [
        "two",
        "[erased]",
        "Of the demo?",
    ]


def test_a_step_of_the_history_of_a_claim_is_repeated_by_its_edits_as_well(journal):
    newest = handoff(one="demo")
    newest["handoff"]["claims"][0]["history"] = [
        {"call_id": "kickoff", "evidence": [spoken("kickoff")]}
    ]
    assert journal(edit("one"), newest=newest) == []


def test_what_took_back_a_deed_on_another_claim_tells_its_place_anew(journal):
    confirmed = {"event": "confirmed", "claim_id": "other", "kind": "promise", **SIGNED}
    undone = {"event": "undone", "number": 2, "claim_ids": ["other", "alone"], **SIGNED}
    told = journal(edit("alone"), confirmed, undone, newest=CLAIMS)
    assert [(each["event"], each.get("number")) for each in told] == [
        ("confirmed", None),
        ("undone", 1),
    ]
    assert told[1]["claim_ids"] == ["other"]


def test_deeds_on_what_a_person_alone_said_on_two_calls_go_with_the_person(store, deal, call, demo):
    told = [json.dumps({"event": "confirmed", "claim_id": one, **SIGNED}) for one in ("both", "c")]
    newest = handoff(both="kickoff demo", c="demo")
    with store.write() as tx:
        run = runs.start(tx, runs.NewRun(deal_id=deal.id, kind="deal"))
        handoffs.add(tx, deal.id, json.dumps(newest), run_id=run.id)
        events.append(tx, deal.id, told, edition=None)
        journal_words.put_out(tx, deal.id, {"kickoff": None, "demo": [2]})
        assert len(events.of(tx, deal.id)) == 2
        journal_words.put_out(tx, deal.id, {"kickoff": None, "demo": [1]})
        assert events.of(tx, deal.id) == ()


def test_nothing_goes_where_a_person_is_only_named(store, deal, call, demo):
    told = [json.dumps(edit(one)) for one in ("both", "gone")]
    with store.write() as tx:
        run = runs.start(tx, runs.NewRun(deal_id=deal.id, kind="deal"))
        handoffs.add(tx, deal.id, json.dumps(CLAIMS), run_id=run.id)
        events.append(tx, deal.id, told, edition=None)
        journal_words.put_out(tx, deal.id, {"kickoff": [], "demo": []})
        assert events.of(tx, deal.id) == tuple(told)
