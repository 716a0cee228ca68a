"""Readiness: sections, conditions, verdict and questions."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcript2handoff.assess import assess
from transcript2handoff.assess.checklist import KINDS_OF, SECTIONS, TITLES, section_of
from transcript2handoff.assess.questions import LIMIT
from transcript2handoff.deal import Call, Deal
from transcript2handoff.facts import (
    KINDS,
    Competitor,
    CustomerCommitment,
    Exclusion,
    Expansion,
    Goal,
    NextStep,
    Objection,
    Pain,
    Promise,
    Requirement,
    Risk,
    Stakeholder,
    Term,
)
from transcript2handoff.handoff import (
    CallRecord,
    Claim,
    Contradiction,
    Handoff,
    StatementEvidence,
    Turning,
    Unread,
)

LAST_CALL = datetime.date(2027, 1, 12)

GOAL = Goal(metric="hours", baseline="two days", target="three hours", deadline="2027-10-01")
BUYER = Stakeholder(name="Petra Lind", influence="economic_buyer", present=False)
CHAMPION = Stakeholder(name="Jonas Adler", influence="champion", present=True)
PRICE = Term(type="price", value="24,000 a year")
LENGTH = Term(type="length", value="two years")
START = Term(type="start", value="1 March")
PROMISE = Promise(strength="firm", type="document", owner="Ines Duarte", due="2027-02-01")
FEATURE = Promise(strength="firm", type="feature", owner="Ines Duarte", due="2027-03-01")
MEETING = NextStep(due="2027-01-20")
RIVAL = Competitor(name="Stockwise", status="rejected", reason="too slow")

DECIDABLE = (
    GOAL,
    BUYER,
    CHAMPION,
    Pain(),
    PRICE,
    LENGTH,
    START,
    Requirement(),
    RIVAL,
    PROMISE,
    MEETING,
    Risk(),
    FEATURE,
)


def handoff(*facts, confidence=0.9):
    """A handoff whose claims ``c1``, ``c2``, … stand on statements; wording is of no matter."""
    at = datetime.datetime(2027, 1, 13, tzinfo=datetime.UTC)
    evidence = (StatementEvidence(person="Ines Duarte", at=at, words="yes"),)
    claims = tuple(
        Claim(id=f"c{n}", summary=f"fact {n}", fact=fact, evidence=evidence, confidence=confidence)
        for n, fact in enumerate(facts, start=1)
    )
    call = CallRecord(call=Call(id="alder-1", date=LAST_CALL), transcript_version=1, turns=1)
    return Handoff(deal=Deal(), calls=(call,), provenance=(), claims=claims)


def without(*facts):
    return tuple(fact for fact in DECIDABLE if fact not in facts)


def said(messages):
    return tuple(map(str, messages))


def unmet(assessment):
    return {condition.name for condition in assessment.conditions if not condition.met}


def test_every_kind_stands_in_exactly_one_section():
    assert sorted(kind for kinds in KINDS_OF.values() for kind in kinds) == sorted(KINDS)
    assert all(kind in KINDS_OF[section_of(kind)] for kind in KINDS)
    assert tuple(TITLES) == SECTIONS


def test_a_decidable_deal_is_ready_and_leaves_no_question():
    assessment = assess(handoff(*DECIDABLE))
    assert assessment.verdict == "ready"
    assert {section.state for section in assessment.sections} == {"complete"}
    assert unmet(assessment) == set()
    assert assessment.questions == ()


def test_silence_blocks_and_is_said():
    assessment = assess(handoff())
    assert assessment.verdict == "blocked"
    assert {section.state for section in assessment.sections} == {"missing"}
    assert all(said(section.reasons) == ("not discussed",) for section in assessment.sections)
    assert said(assessment.reasons) == (
        "Goals and success criteria: not discussed",
        "Contract specifics: not discussed",
        "Open commitments: not discussed",
    )
    assert unmet(assessment) == {"scope", "success", "commercial", "expectations"}


@pytest.mark.parametrize(
    ("gone", "verdict"),
    [
        ((GOAL,), "blocked"),
        ((PRICE, LENGTH, START), "blocked"),
        ((PROMISE, FEATURE, MEETING), "blocked"),
        ((PRICE,), "ask_ae"),
        ((BUYER,), "ask_ae"),
        ((MEETING,), "ask_ae"),
        ((FEATURE,), "ask_ae"),
        ((RIVAL,), "ready"),
        ((Pain(),), "ready"),
    ],
)
def test_what_a_gap_does_to_the_verdict(gone, verdict):
    assert assess(handoff(*without(*gone))).verdict == verdict


@pytest.mark.parametrize(
    ("section", "facts", "reason"),
    [
        ("goals", [Goal(deadline="October")], "no goal has a target"),
        ("goals", [Goal(target="three hours")], "no goal has a deadline"),
        ("stakeholders", [CHAMPION], "nobody is known to decide about the money"),
        ("stakeholders", [BUYER], "no champion is known"),
        ("terms", [PRICE, LENGTH], "start is not stated"),
        ("competition", [Competitor(name="A", status="evaluating")], "why not one of the"),
        ("commitments", [PROMISE], "no next step is agreed"),
        (
            "commitments",
            [Promise(strength="firm", type="support", owner="Ines Duarte"), MEETING],
            "1 open promise without owner or date",
        ),
        ("relationship", [Expansion()], "no risk and no objection"),
    ],
)
def test_a_thin_section_says_what_it_wants(section, facts, reason):
    state = assess(handoff(*facts)).section(section)
    assert state.state == "thin"
    assert any(reason in given_reason for given_reason in said(state.reasons))


@pytest.mark.parametrize(
    ("fact", "condition"),
    [
        (Promise(strength="hedged", type="feature", owner="A", due="March"), "scope"),
        (Objection(topic="integration"), "scope"),
        (Objection(topic="price"), "commercial"),
        (
            Promise(strength="conditional", type="commercial", owner="A", due="March"),
            "expectations",
        ),
        (Promise(strength="firm", type="support"), "expectations"),
    ],
)
def test_what_speaks_against_a_condition(fact, condition):
    assessment = assess(handoff(*DECIDABLE, fact))
    assert unmet(assessment) == {condition}
    assert assessment.verdict == "ask_ae"
    assert assessment.reasons == tuple(
        reason for each in assessment.conditions for reason in each.reasons
    )


@pytest.mark.parametrize(
    "fact",
    [
        Promise(strength="hedged", type="feature", status="withdrawn"),
        Promise(strength="hedged", type="feature", status="done"),
        Objection(topic="price", status="addressed"),
        Exclusion(),
    ],
)
def test_what_is_over_speaks_against_nothing(fact):
    assert assess(handoff(*DECIDABLE, fact)).verdict == "ready"


def test_weak_claims_fill_no_gap():
    assessment = assess(handoff(*DECIDABLE, confidence=0.3))
    assert {section.state for section in assessment.sections} == {"thin"}
    assert said(assessment.section("goals").reasons) == ("only weakly supported",)
    assert assessment.verdict == "ask_ae"
    assert "success" in unmet(assessment)


@pytest.mark.parametrize(
    ("fact", "text"),
    [
        (
            Promise(strength="hedged", type="feature", due="March"),
            "Has product confirmed it, and in writing?",
        ),
        (Promise(strength="conditional", type="commercial"), "Is that condition met"),
        (Promise(strength="firm", type="support"), "Who does this, and by when?"),
        (Promise(strength="firm", type="support", due="March"), "Who on our side"),
        (Promise(strength="firm", type="support", owner="Ines Duarte"), "By when does"),
        (Promise(strength="firm", type="support", status="withdrawn"), "no longer stands"),
        (Promise(strength="firm", type="support", due="2027-01-11"), "before the last call"),
        (Objection(topic="trust"), "What is our answer?"),
        (Objection(topic="trust", status="deferred"), "What became of it?"),
        (Goal(), "Which figure counts as success, and by when?"),
        (Goal(target="three hours"), "By when does the customer want"),
        (Goal(deadline="October"), "Which figure counts as success?"),
        (Stakeholder(role="union", influence="blocker", present=False), "won over"),
        (Competitor(name="Stockwise", status="evaluating"), "still in the race"),
        (CustomerCommitment(owner="Jonas Adler"), "Who at the customer"),
    ],
)
def test_a_claim_that_cannot_be_built_on_is_asked_about(fact, text):
    (question,) = assess(handoff(*DECIDABLE, fact)).questions
    assert text in str(question.text)
    assert question.about == "fact 14"
    assert question.claim_ids == ("c14",)
    assert question.section == section_of(fact.kind)


@pytest.mark.parametrize(
    ("gone", "text"),
    [
        ((GOAL,), "Which result does the customer expect"),
        ((BUYER,), "Who decides about the money"),
        ((PRICE, START), "What was agreed about price and start?"),
        ((PRICE, LENGTH, START), "What was agreed about price, length and start?"),
        ((MEETING,), "Which next meeting"),
        ((FEATURE,), "What exactly is to be delivered?"),
    ],
)
def test_silence_is_asked_about(gone, text):
    (question,) = assess(handoff(*without(*gone))).questions
    assert text in str(question.text)
    assert question.about is None


def test_what_was_due_on_the_day_of_the_last_call_is_not_late():
    due = PROMISE.model_copy(update={"due": LAST_CALL.isoformat()})
    assert assess(handoff(*DECIDABLE, due)).questions == ()


FACTS = st.one_of(
    st.sampled_from(DECIDABLE),
    st.builds(
        Promise,
        strength=st.sampled_from(["firm", "conditional", "hedged"]),
        type=st.sampled_from(["feature", "commercial", "support"]),
        owner=st.sampled_from([None, "Ines Duarte"]),
        due=st.sampled_from([None, "2026-12-01", "2027-02-01", "soon"]),
        status=st.sampled_from(["open", "withdrawn", "done"]),
    ),
    st.builds(
        Objection,
        topic=st.sampled_from(["price", "trust", "integration"]),
        status=st.sampled_from(["open", "addressed", "deferred"]),
    ),
    st.builds(Goal, target=st.sampled_from([None, "1"]), deadline=st.sampled_from([None, "May"])),
)


@given(st.lists(FACTS, max_size=30), st.sampled_from([0.3, 0.9]))
def test_the_parts_of_an_assessment_agree(facts, confidence):
    given_handoff = handoff(*facts, confidence=confidence)
    assessment = assess(given_handoff)
    ranks = [question.rank for question in assessment.questions]
    asked = [question.claim_ids for question in assessment.questions if question.claim_ids]
    assert ranks == sorted(ranks)
    assert len(ranks) <= LIMIT
    assert len(asked) == len(set(asked))
    assert (assessment.verdict == "ready") == (not unmet(assessment))
    listed = [claim_id for section in assessment.sections for claim_id in section.claim_ids]
    assert sorted(listed) == sorted(claim.id for claim in given_handoff.claims)
    for section in assessment.sections:
        assert (section.state == "complete") == (not section.reasons)


def with_history(made, *states):
    """The handoff with a history for its last claim."""
    *others, last = made.claims
    steps = tuple(
        Turning(
            call_id="alder-1",
            date=LAST_CALL,
            state=state,
            summary=f"now {state}",
            evidence=last.evidence,
        )
        for state in states
    )
    claims = (*others, last.model_copy(update={"history": steps}))
    return made.model_copy(update={"claims": claims})


@pytest.mark.parametrize("state", ["withdrawn", "superseded"])
def test_a_promise_that_a_later_call_ended_is_no_longer_owed(state):
    hedged = Promise(strength="hedged", type="feature")
    ended = with_history(handoff(*without(PROMISE, FEATURE), hedged), "open", state)
    assert "1 promised feature not firm" not in said(assess(ended).reasons)
    asked = [str(question.text) for question in assess(ended).questions]
    assert any("This no longer stands. Does the customer know?" in text for text in asked)


def test_a_promise_that_was_changed_is_owed_as_it_stands_now():
    hedged = Promise(strength="hedged", type="feature")
    changed = with_history(handoff(*without(PROMISE, FEATURE), hedged), "open", "changed")
    assert "1 promised feature not firm" in said(assess(changed).reasons)


def test_a_contradiction_is_the_first_thing_to_ask():
    made = handoff(*DECIDABLE, Term(type="price", value="27,000 a year"))
    clash = Contradiction(claims=("c5", "c14"), about="two prices")
    questions = assess(made.model_copy(update={"contradictions": (clash,)})).questions
    assert questions[0].sort == "contradiction"
    assert str(questions[0].text).startswith("This was said: fact 5. This was said: fact 14.")
    assert questions[0].claim_ids == ("c5", "c14")


def test_what_was_not_read_blocks_and_is_not_called_silence():
    made = handoff(*without(GOAL))
    gap = Unread(first=3, last=9, reason="The server was busy.")
    call = made.calls[0].model_copy(update={"unread": (gap,)})
    assessment = assess(made.model_copy(update={"calls": (call,)}))
    assert assessment.verdict == "blocked"
    assert said(assessment.reasons) == (
        "Incomplete: turns 3 to 9 of alder-1 could not be read",
        "Goals and success criteria: not found in the turns that were read",
    )
    assert assess(handoff(*DECIDABLE).model_copy(update={"calls": (call,)})).verdict == "blocked"
