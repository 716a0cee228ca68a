"""When the scope is final: what is promised, firm, settled, and borne out by what was signed."""

import datetime
import json

import pytest

from transcript2handoff.assess import assess
from transcript2handoff.assess.question import Known
from transcript2handoff.assess.questions import questions_for
from transcript2handoff.assess.voices import Voices
from transcript2handoff.contract import parse_catalog, parse_contract, review
from transcript2handoff.deal import Call, Deal
from transcript2handoff.facts import Exclusion, Goal, Objection, Promise, Requirement, Term
from transcript2handoff.handoff import (
    Answer,
    CallRecord,
    Claim,
    Contradiction,
    Handoff,
    Review,
    StatementEvidence,
    Turning,
)

AT = datetime.datetime(2027, 6, 2, tzinfo=datetime.UTC)
LAST_CALL = datetime.date(2027, 6, 1)
STATEMENT = StatementEvidence(person="Ola Stern", at=AT, words="so it is")
FIRM = Promise(strength="firm", type="feature", owner="Ola Stern", due="2027-09-01")


def claim(number, fact, *states, summary=None, reviewed=False):
    """The claim ``c<number>``, with a history of these states."""
    steps = tuple(
        Turning(
            call_id="ash-1",
            date=LAST_CALL,
            state=state,
            summary=f"it was {n}",
            evidence=(STATEMENT,),
        )
        for n, state in enumerate(states)
    )
    return Claim(
        id=f"c{number}",
        summary=summary or f"fact {number}",
        fact=fact,
        evidence=(STATEMENT,),
        history=steps,
        review=Review(action="confirmed", by="Ola Stern", at=AT) if reviewed else None,
    )


def handoff(*claims, clashes=(), answered=()):
    call = CallRecord(call=Call(id="ash-1", date=LAST_CALL), transcript_version=1, turns=9)
    return Handoff(
        deal=Deal(),
        calls=(call,),
        provenance=(),
        claims=claims,
        contradictions=tuple(Contradiction(claims=ids, about="they differ") for ids in clashes),
        answers=tuple(
            Answer(question_id=one, question="What holds?", evidence=STATEMENT) for one in answered
        ),
    )


def reasons(made, name="scope", **more):
    found = next(each for each in assess(made, **more).conditions if each.name == name)
    return [str(reason) for reason in found.reasons]


def test_a_firm_feature_is_a_final_scope():
    assert reasons(handoff(claim(1, FIRM), claim(2, Requirement()), claim(3, Exclusion()))) == []


def test_requirements_without_a_promised_feature_are_no_scope():
    assert reasons(handoff(claim(1, Requirement()))) == [
        "what the customer requires is known, but no feature is promised"
    ]
    assert reasons(handoff()) == ["nothing is said about what is to be delivered"]
    ended = claim(1, FIRM, "open", "withdrawn")
    assert reasons(handoff(ended)) == ["nothing is said about what is to be delivered"]


def test_an_answer_can_say_what_is_to_be_delivered():
    assert reasons(handoff(claim(1, Requirement()), answered=["no_scope"])) == []


def test_a_feature_that_changed_needs_somebody_to_say_what_holds():
    changed = claim(1, FIRM, "open", "changed")
    assert reasons(handoff(changed)) == [
        "1 promised feature changed between calls, and nobody has confirmed what holds"
    ]
    assert reasons(handoff(claim(1, FIRM, "open", "changed", reviewed=True))) == []
    assert reasons(handoff(changed, answered=["changed:c1"])) == []


def test_a_term_that_moved_is_asked_about_unless_the_contract_settles_it():
    made = handoff(claim(1, PRICE, "open", "changed", summary="it was 1"))
    (asked,) = [each for each in assess(made).questions if each.sort == "changed"]
    assert str(asked.text) == (
        "This was said: it was 1. Before, it was: “it was 0” "
        "What holds, and does the customer know?"
    )
    settled = assess(made, review=held_against(made)).questions
    assert all(each.sort != "changed" for each in settled)
    same = handoff(claim(1, PRICE, "open"))
    assert all(each.sort != "changed" for each in assess(same).questions)


def test_a_feature_that_should_be_there_by_now_is_not_settled():
    late = FIRM.model_copy(update={"due": "2027-05-31"})
    assert reasons(handoff(claim(1, late))) == [
        "1 promised feature was due before the last call, and nobody says it is there"
    ]
    today = FIRM.model_copy(update={"due": LAST_CALL.isoformat()})
    assert reasons(handoff(claim(1, today))) == []


@pytest.mark.parametrize(
    ("status", "met"), [("open", False), ("deferred", False), ("addressed", True)]
)
def test_an_objection_to_the_product_must_be_answered(status, met):
    doubt = Objection(topic="integration", status=status)
    assert (reasons(handoff(claim(1, FIRM), claim(2, doubt))) == []) is met


PRICE = Term(type="price", value="9,000")
GOAL = Goal(target="1", deadline="May")
LATER = Promise(strength="firm", type="timeline", owner="Ola Stern", due="2027-09-01")


@pytest.mark.parametrize(
    ("facts", "condition", "reason"),
    [
        ((FIRM, Exclusion()), "scope", "1 contradiction about what is to be delivered"),
        ((Requirement(), LATER), "scope", "1 contradiction about what is to be delivered"),
        ((PRICE, PRICE), "commercial", "1 contradiction between terms"),
        ((LATER, Term(type="start", value="May")), "commercial", "1 contradiction between terms"),
        ((GOAL, GOAL), "success", "1 contradiction between goals"),
        ((LATER, LATER), "expectations", "1 other contradiction"),
    ],
)
def test_a_contradiction_speaks_against_one_condition_until_it_is_settled(facts, condition, reason):
    claims = [claim(n, fact) for n, fact in enumerate(facts, start=1)]
    made = handoff(*claims, clashes=[("c1", "c2")])
    against = [
        each.name
        for each in assess(made).conditions
        if any("contradiction" in str(doubt) for doubt in each.reasons)
    ]
    assert against == [condition]
    assert reason in reasons(made, condition)
    asked = questions_for(Known(handoff=made, voices=Voices(made.deal)))
    (clash,) = [each.id for each in asked if each.sort == "contradiction"]
    settled = made.model_copy(update={"answers": handoff(answered=[clash]).answers})
    assert reason not in reasons(settled, condition)


CONTRACT = parse_contract(
    json.dumps(
        {
            "lines": [
                {"id": "length", "type": "length", "text": "Term of 12 months"},
                {
                    "id": "start",
                    "type": "start",
                    "text": "Starts 1 September",
                    "date": "2027-09-01",
                },
                {
                    "id": "fee",
                    "type": "price",
                    "text": "Licence",
                    "amount": 9000,
                    "currency": "EUR",
                },
                {"id": "badge", "type": "deliverable", "text": "Badge scanning at the gate"},
            ]
        }
    ),
    where="terms.yaml",
)
CATALOG = parse_catalog(
    json.dumps({"features": [{"name": "Badge scanning", "status": "not_offered"}]}),
    where="catalog.yaml",
)


def held_against(made, catalog=None):
    return review(made, CONTRACT, catalog, today=LAST_CALL)


def test_a_feature_must_stand_in_the_contract_where_there_is_one():
    signed = handoff(claim(1, FIRM, summary="Badge scanning at the gate."))
    assert reasons(signed, review=held_against(signed)) == []
    unsigned = handoff(claim(1, FIRM, summary="A dashboard for the night shift."))
    not_borne_out = "1 promised feature is not borne out by the contract or the catalogue"
    assert reasons(unsigned, review=held_against(unsigned)) == [not_borne_out]
    assert reasons(signed, review=held_against(signed, CATALOG)) == [not_borne_out]


def test_terms_that_the_contract_has_need_not_be_said():
    made = handoff(claim(1, FIRM, summary="Badge scanning at the gate."))
    assert "price is not stated" in reasons(made, "commercial")
    assert reasons(made, "commercial", review=held_against(made)) == [
        "nobody is known to decide about the money"
    ]


def test_terms_that_only_the_contract_has_are_thin_and_do_not_block():
    made = handoff(claim(1, FIRM), claim(2, GOAL))
    assert assess(made).verdict == "blocked"
    assessment = assess(made, review=held_against(made))
    assert assessment.section("terms").state == "thin"
    assert assessment.verdict == "ask_ae"
