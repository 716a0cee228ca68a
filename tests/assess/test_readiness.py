"""The readiness score: its parts, its laws, and the page that documents it."""

import datetime
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcript2handoff.assess import assess
from transcript2handoff.assess.question import RANKS
from transcript2handoff.assess.readiness import CEILINGS, CONDITION, READY, REASON, WEIGHTS
from transcript2handoff.deal import Call, Deal
from transcript2handoff.facts import (
    Competitor,
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
    Unread,
)

PAGE = (Path(__file__).parents[2] / "docs" / "readiness.md").read_text(encoding="utf-8")
LAST_CALL = datetime.date(2027, 5, 4)
EVIDENCE = (
    StatementEvidence(
        person="Nell Abara", at=datetime.datetime(2027, 5, 5, tzinfo=datetime.UTC), words="so it is"
    ),
)
READY_FACTS = (
    Goal(target="two days", deadline="2027-12-31"),
    Stakeholder(name="Oda Brandt", influence="economic_buyer", present=True),
    Stakeholder(name="Piet Maas", influence="champion", present=True),
    Pain(),
    Term(type="price", value="18,000 a year"),
    Term(type="length", value="one year"),
    Term(type="start", value="1 June"),
    Requirement(),
    Competitor(name="Gridley", status="rejected", reason="no audit log"),
    Promise(strength="firm", type="feature", owner="Nell Abara", due="2027-07-01"),
    NextStep(due="2027-05-11"),
    Risk(),
)


def handoff(*facts, clashes=(), unread=(), confidence=0.9):
    claims = tuple(
        Claim(id=f"c{n}", summary=f"fact {n}", fact=fact, evidence=EVIDENCE, confidence=confidence)
        for n, fact in enumerate(facts, start=1)
    )
    call = CallRecord(
        call=Call(id="oak-1", date=LAST_CALL), transcript_version=1, turns=9, unread=unread
    )
    return Handoff(
        deal=Deal(), calls=(call,), provenance=(), claims=claims, contradictions=tuple(clashes)
    )


def points(assessment):
    return {part.name: part.points for part in assessment.parts}


PROMISES = st.builds(
    Promise,
    strength=st.sampled_from(["firm", "conditional", "hedged"]),
    type=st.sampled_from(["feature", "timeline", "commercial", "document", "support"]),
    owner=st.sampled_from([None, "Nell Abara"]),
    due=st.sampled_from([None, "2027-01-01", "2027-08-01", "soon"]),
    status=st.sampled_from(["open", "withdrawn", "done"]),
)
KNOWLEDGE = st.one_of(
    st.builds(
        Term,
        type=st.sampled_from(["price", "length", "start", "sla"]),
        value=st.sampled_from(["12", "24"]),
    ),
    st.builds(Goal, target=st.sampled_from([None, "1"]), deadline=st.sampled_from([None, "May"])),
    st.builds(
        Stakeholder,
        name=st.just("Oda Brandt"),
        influence=st.sampled_from(["economic_buyer", "champion", "user", "blocker"]),
        present=st.booleans(),
    ),
)
FACTS = st.one_of(
    st.sampled_from(READY_FACTS),
    PROMISES,
    KNOWLEDGE,
    st.builds(
        Objection,
        topic=st.sampled_from(["price", "trust", "integration"]),
        status=st.sampled_from(["open", "addressed", "deferred"]),
    ),
)
SOME_FACTS = st.one_of(
    st.lists(FACTS, max_size=12),
    st.lists(FACTS, max_size=2).map(lambda more: [*READY_FACTS, *more]),
)
GOOD_PROMISE = st.builds(
    Promise,
    strength=st.just("firm"),
    type=st.sampled_from(["feature", "timeline", "commercial", "document", "support"]),
    owner=st.just("Nell Abara"),
    due=st.just("2027-09-01"),
)


def test_a_deal_with_everything_has_a_hundred_points():
    assessment = assess(handoff(*READY_FACTS))
    assert assessment.verdict == "ready"
    assert assessment.score == 100


def test_every_reason_against_a_condition_costs_its_points():
    doubtful = (
        *READY_FACTS,
        Promise(strength="hedged", type="feature", owner="Nell Abara", due="2027-08-01"),
        Objection(topic="integration"),
    )
    assessment = assess(handoff(*doubtful))
    assert points(assessment)["scope"] == CONDITION - 2 * REASON
    assert points(assessment)["expectations"] == CONDITION
    assert points(assessment)["verdict"] == -11
    assert assessment.score == CEILINGS["ask_ae"]


def test_what_was_not_read_caps_the_score():
    gap = Unread(first=2, last=3, reason="The server was busy.")
    assert assess(handoff(*READY_FACTS, unread=(gap,))).score == CEILINGS["blocked"]


@given(SOME_FACTS, st.sampled_from([0.3, 0.9]))
def test_the_parts_add_up_and_the_number_says_what_the_verdict_says(facts, confidence):
    assessment = assess(handoff(*facts, confidence=confidence))
    assert assessment.score == sum(part.points for part in assessment.parts)
    assert 0 <= assessment.score <= CEILINGS[assessment.verdict]
    assert (assessment.score >= READY) == (assessment.verdict == "ready")
    complete = all(section.state == "complete" for section in assessment.sections)
    assert (assessment.score == 100) == (assessment.verdict == "ready" and complete)
    earned = [part for part in assessment.parts if part.name != "verdict"]
    assert all(0 <= part.points <= part.most for part in earned)
    assert sum(part.most for part in earned) == 100


@given(SOME_FACTS, GOOD_PROMISE)
def test_a_firm_promise_with_owner_and_day_never_lowers_anything(facts, promise):
    before, after = assess(handoff(*facts)), assess(handoff(*facts, promise))
    earned = [name for name in points(before) if name != "verdict"]
    assert all(points(before)[name] <= points(after)[name] for name in earned)
    assert before.score <= after.score


@given(SOME_FACTS, PROMISES.filter(lambda promise: promise.strength == "hedged"))
def test_a_hedged_promise_never_raises_a_condition(facts, promise):
    before, after = assess(handoff(*facts)), assess(handoff(*facts, promise))
    for one, other in zip(before.conditions, after.conditions, strict=True):
        assert points(after)[other.name] <= points(before)[one.name]


@given(SOME_FACTS, KNOWLEDGE)
def test_what_becomes_known_never_lowers_the_score(facts, fact):
    assert assess(handoff(*facts)).score <= assess(handoff(*facts, fact)).score


@given(SOME_FACTS.filter(lambda facts: len(facts) > 1), st.data())
def test_a_contradiction_that_is_settled_never_lowers_the_score(facts, data):
    ids = [f"c{n}" for n in range(1, len(facts) + 1)]
    pair = data.draw(st.lists(st.sampled_from(ids), min_size=2, max_size=2, unique=True))
    clash = Contradiction(claims=tuple(pair), about="two of them")
    assert assess(handoff(*facts, clashes=(clash,))).score <= assess(handoff(*facts)).score


@given(SOME_FACTS.flatmap(lambda facts: st.tuples(st.just(facts), st.permutations(facts))))
def test_the_order_of_the_claims_does_not_count(orders):
    one, other = orders
    assert points(assess(handoff(*one))) == points(assess(handoff(*other)))


def rows(*, columns):
    """The cells of the lines of the page's tables that have so many columns."""
    lines = [line for line in PAGE.splitlines() if line.startswith("|")]
    cells = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]
    return [row for row in cells if len(row) == columns]


def test_the_page_shows_the_points_of_the_code():
    shown = {name: int(most) for name, most, _ in rows(columns=3) if most.isdecimal()}
    conditions = {condition.name: CONDITION for condition in assess(handoff()).conditions}
    assert shown == {**WEIGHTS, **conditions}
    assert f"less {REASON} for every reason" in PAGE
    ceilings = {row[0]: int(row[1]) for row in rows(columns=2) if row[1].isdecimal()}
    assert ceilings == CEILINGS
    assert f"at least {READY} points" in PAGE


def test_the_page_shows_the_ranks_of_the_code():
    shown = {sort: int(rank) for rank, sort, _, _ in rows(columns=4) if rank.isdecimal()}
    assert shown == RANKS
    assert list(shown) == list(RANKS)


@pytest.mark.parametrize("name", [*WEIGHTS, "scope", "success", "commercial", "expectations"])
def test_the_docstring_shows_the_points_of_the_code(name):
    text = re.sub(r"\s+", " ", assess.__globals__["__doc__"])
    if name in WEIGHTS:
        assert re.search(rf"\b{name} {WEIGHTS[name]}\b", text)
    else:
        assert f"each condition gives {CONDITION}, less {REASON}" in text
