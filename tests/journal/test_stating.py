"""What answers state where the calls are silent: claims, with the answer as their proof."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.journal.test_laws import SIGNED, some
from transcript2handoff.errors import JournalError
from transcript2handoff.facts import Goal, NextStep, Pain, Promise, Stakeholder, Term
from transcript2handoff.handoff import StatementEvidence
from transcript2handoff.journal import (
    Answered,
    Asked,
    Desk,
    Signature,
    claims_of,
    making,
    parse_event,
    to_line,
)
from transcript2handoff.journal.notices import noted_line
from transcript2handoff.journal.stating import strength_of

QUESTIONS = ("no_goal", "no_scope", "no_buyer", "no_terms", "no_next_step")
ASKED = [Asked(id=name, text=f"About {name}?") for name in QUESTIONS]
PRICE = Term(type="price", value="12,000 euros a year")
LENGTH = Term(type="length", value="three years")
START = Term(type="start", value="1 June")


def by(day, name="Ann Lee"):
    return Signature(by=name, at=datetime.datetime(2026, 4, day, 9, tzinfo=datetime.UTC))


def answer(acme, question, words, day=10, *, events=(), facts=None):
    event = making.answered(Desk(acme.deal, events), question, words, by(day), asked=ASKED)
    return event if facts is None else making.stating(event, facts)


def new_claims(acme, events):
    """The claims that are there with the events alone, and that nothing is to be said about."""
    done = acme.applied(acme.deal, events)
    assert done.notices == ()
    known = {claim.id for claim in acme.deal.handoff.claims}
    return [claim for claim in done.handoff.claims if claim.id not in known]


def test_an_answer_becomes_a_claim_with_the_answer_as_its_proof(acme):
    event = answer(acme, "no_goal", "Fewer late deliveries:\n4 % by autumn.")
    (claim,) = new_claims(acme, [event])
    assert (claim.summary, claim.fact) == ("Fewer late deliveries: 4 % by autumn.", Goal())
    assert claim.evidence == (
        StatementEvidence(person="Ann Lee", at=event.at, words=event.words, question_id="no_goal"),
    )
    assert (claim.review.action, claim.review.by) == ("added", "Ann Lee")
    assert claims_of(event) == (claim.id,)
    assert parse_event(to_line(event)) == event
    assert noted_line(event, None).startswith(f"no_goal answered, which states {claim.id}: Fewer")


def test_terms_stand_as_terms(acme):
    told = answer(acme, "no_terms", "As in the order form.", facts=[PRICE, LENGTH, START])
    assert [(one.summary, one.fact) for one in new_claims(acme, [told])] == [
        ("Price: 12,000 euros a year.", PRICE),
        ("Contract length: three years.", LENGTH),
        ("Start: 1 June.", START),
    ]
    assert new_claims(acme, [answer(acme, "no_terms", "12,000 euros a year.")]) == []


@pytest.mark.parametrize(
    ("words", "due"),
    [
        ("Kickoff with Bo on 26 May 2026.", "2026-05-26"),
        ("Kickoff, next Tuesday.", "2026-04-14"),
        ("Kickoff on 26 May or on 27 May 2026.", None),
        ("Kickoff in mid May.", None),
        ("A kickoff with the whole team.", None),
    ],
)
def test_a_next_step_is_due_on_the_one_day_that_is_named(acme, words, due):
    (claim,) = new_claims(acme, [answer(acme, "no_next_step", words, day=7)])
    assert claim.fact == NextStep(due=due)


@pytest.mark.parametrize(
    ("words", "name", "present"),
    [
        ("That is bo  ray alone.", "Bo Ray", True),
        ("Bo does.", None, False),
        ("Bo Rayner does.", None, False),
        ("Ann Lee asked: their board.", None, False),
    ],
)
def test_who_decides_has_a_name_where_one_of_the_customers_people_is_named(
    acme, words, name, present
):
    (claim,) = new_claims(acme, [answer(acme, "no_buyer", words)])
    role = None if name else "Decides about money"
    assert claim.fact == Stakeholder(
        name=name, role=role, influence="economic_buyer", present=present
    )


@pytest.mark.parametrize(
    ("words", "strength"),
    [
        ("The French interface, in May 2026, for up to 50 users.", "firm"),
        ("Die französische Oberfläche, fest zugesagt.", "firm"),
        ("The French interface should be in by June.", "hedged"),
        ("Perhaps the French interface.", "hedged"),
        ("I guess it is the French interface.", "hedged"),
        ("It may be the French interface.", "hedged"),
        ("Hopefully the French interface, if legal signs.", "hedged"),
        ("Wahrscheinlich die französische Oberfläche.", "hedged"),
        ("The French interface, if legal signs.", "conditional"),
        ("The French interface once approved.", "conditional"),
        ("The French interface, subject to approval.", "conditional"),
        ("Die französische Oberfläche, sofern die Rechtsabteilung zustimmt.", "conditional"),
    ],
)
def test_a_promise_is_never_firmer_than_its_words(acme, words, strength):
    (claim,) = new_claims(acme, [answer(acme, "no_scope", words)])
    assert claim.fact == Promise(strength=strength, type="feature")
    assert claim.summary == words


@given(
    st.sampled_from(["if", "unless", "once", "should", "might", "I think", "provided", "maybe"]),
    st.text(st.sampled_from("abc ,."), max_size=30),
    st.text(st.sampled_from("abc ,."), max_size=30),
)
def test_words_that_weaken_are_heard_wherever_they_stand(weak, before, after):
    assert strength_of(f"{before} {weak} {after}") != "firm"


@pytest.mark.parametrize("question", ["no_goal", "no_scope", "no_buyer", "no_next_step"])
@pytest.mark.parametrize(
    "words",
    [
        "There is none.",
        "I don't know yet.",
        "Still open.",
        "Unknown.",
        "What do they want?",
        "To be agreed.",
        "Noch nicht bekannt.",
        "Keine Ahnung.",
    ],
)
def test_words_that_deny_or_leave_open_state_nothing(acme, question, words):
    event = answer(acme, question, words)
    assert new_claims(acme, [event]) == []
    assert acme.applied(acme.deal, [event]).handoff.answers[0].evidence.words == words
    assert "facts" not in to_line(event)


def test_answers_about_claims_state_nothing_more(acme):
    claim = acme.find(acme.deal.handoff, "French")
    asked = [Asked(id=f"hedged:{claim.id}", text="Is it so?", claim_ids=(claim.id,))]
    event = making.answered(acme.desk, "hedged", "Yes.", by(10), asked=asked)
    assert (event.facts, new_claims(acme, [event])) == ((), [])
    with pytest.raises(JournalError, match="the answer stands behind it"):
        making.stating(event, [Goal()])


@pytest.mark.parametrize(
    ("question", "facts", "why"),
    [
        ("no_goal", [Pain()], "can only state goals"),
        ("no_scope", [Promise(strength="firm", type="support")], "promises of features"),
        ("no_buyer", [Stakeholder(role="CFO", present=False)], "influence economic_buyer"),
        ("no_terms", [Term(type="sla", value="99 %")], "of these types: price, length, start"),
        ("no_terms", [PRICE, PRICE], "each type of term once"),
        ("no_next_step", [Goal()], "next steps"),
    ],
)
def test_an_answer_states_what_its_question_asks_for(acme, question, facts, why):
    with pytest.raises(JournalError, match=why):
        answer(acme, question, "Yes.", facts=facts)


def test_facts_that_are_given_take_the_place_of_those_that_the_words_show(acme):
    goals = [Goal(target="4 %"), Goal(target="two days")]
    first, second = new_claims(acme, [answer(acme, "no_goal", "Both.", facts=goals)])
    assert [first.fact, second.fact] == goals
    assert first.id != second.id
    assert new_claims(acme, [answer(acme, "no_goal", "Both.", facts=[])]) == []


def test_another_answer_takes_the_place_of_the_first(acme):
    first = answer(acme, "no_terms", "All.", 10, facts=[PRICE, LENGTH])
    dearer = Term(type="price", value="15,000 euros")
    second = answer(acme, "no_terms", "Dearer.", 11, events=[first], facts=[dearer, START])
    (price, _), (now, start) = new_claims(acme, [first]), new_claims(acme, [second, first])
    assert (now.id, now.fact, start.fact) == (price.id, dearer, START)
    assert [piece.words for piece in now.evidence] == ["Dearer."]
    back = making.undone(Desk(acme.deal, [first, second]), 2, by(12))
    assert new_claims(acme, [first, second, back]) == new_claims(acme, [first])
    assert back.claim_ids == (now.id, start.id)


def test_what_people_do_to_such_a_claim_holds_until_it_is_said_anew(acme):
    first = answer(acme, "no_goal", "Fewer late deliveries.", 10)
    (claim,) = new_claims(acme, [first])
    desk = Desk(acme.deal, [first])
    edit = making.edited(desk, claim.id, {"target": "4 %"}, by(11, "Dana Roe"))
    (edited,) = new_claims(acme, [first, edit])
    assert (edited.id, edited.fact) == (claim.id, Goal(target="4 %"))
    out = making.rejected(Desk(acme.deal, [first, edit]), claim.id, by(12, "Dana Roe"))
    events = [first, edit, out]
    assert new_claims(acme, events) == []
    assert Desk(acme.deal, events).claim(claim.id).id == claim.id
    again = answer(acme, "no_goal", "Two late ones a week.", 13, events=events)
    (anew,) = new_claims(acme, [*events, again])
    assert (anew.id, anew.summary, anew.fact) == (claim.id, "Two late ones a week.", Goal())


def test_old_journals_are_read_as_they_were_written():
    line = (
        '{"by":"Ann Lee","at":"2026-04-10T09:00:00Z","event":"answered","question_id":"no_goal",'
        '"question":"Which?","words":"Fewer late deliveries."}'
    )
    assert parse_event(line).stated == ()


@st.composite
def answers(draw):
    facts = {
        "no_terms": st.lists(st.sampled_from([PRICE, LENGTH, START]), unique=True, max_size=3),
        "no_goal": st.lists(st.sampled_from([Goal(), Goal(target="4 %")]), max_size=2),
    }
    question = draw(st.sampled_from(sorted(facts)))
    return Answered(
        question_id=question,
        question="Which?",
        words=draw(st.sampled_from(["So.", "Otherwise."])),
        facts=tuple(draw(facts[question])),
        **draw(SIGNED),
    )


def with_answers(data, acme):
    events = [*some(data, acme), *data.draw(st.lists(answers(), min_size=1, max_size=5))]
    return list(data.draw(st.permutations(events)))


@given(st.data())
def test_applying_twice_is_applying_once(acme, data):
    events = with_answers(data, acme)
    once = acme.applied(acme.deal, events).handoff
    told = type(acme.deal)(handoff=once, transcripts=acme.deal.transcripts, origin=acme.deal.origin)
    assert acme.applied(told, events).handoff == once


@given(st.data())
def test_events_of_different_times_may_stand_in_any_order(acme, data):
    events = list({event.at: event for event in with_answers(data, acme)}.values())
    shuffled = data.draw(st.permutations(events))
    assert acme.applied(acme.deal, shuffled) == acme.applied(acme.deal, events)


@given(st.data())
def test_the_last_answer_states_what_there_is(acme, data):
    told = data.draw(st.lists(answers(), min_size=1, max_size=6))
    last = {one.question_id: one for one in sorted(told, key=lambda one: one.at)}
    wanted = {claim.id: claim.fact for one in last.values() for claim in one.stated}
    assert {claim.id: claim.fact for claim in new_claims(acme, told)} == wanted


@given(st.data())
def test_taking_an_answer_back_is_as_if_it_had_not_been(acme, data):
    events = with_answers(data, acme)
    number = data.draw(st.integers(1, len(events)))
    back = [*events, making.undone(Desk(acme.deal, events), number, by(20))]
    rest = events[: number - 1] + events[number:]
    assert acme.applied(acme.deal, back) == acme.applied(acme.deal, rest)


@given(st.data())
def test_they_stand_when_a_call_is_read_again(acme, data):
    told = data.draw(st.lists(answers(), min_size=1, max_size=4))
    before = new_claims(acme, told)
    after = acme.applied(acme.reread(data.draw(st.sampled_from(["autumn", None]))), told)
    assert [one for one in after.handoff.claims if one.id in {c.id for c in before}] == before
