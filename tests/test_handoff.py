"""No evidence, no claim: what cannot be built, and what comes back from a file."""

import json
from datetime import UTC, datetime
from typing import get_args

import pytest
from pydantic import ValidationError

from transcript2handoff.deal import Call, Deal
from transcript2handoff.errors import ArtifactError
from transcript2handoff.facts import KINDS, Competitor, Fact, Pain, Promise, Stakeholder
from transcript2handoff.handoff import (
    CallRecord,
    Citation,
    Claim,
    Draft,
    DraftClaim,
    Handoff,
    Provenance,
    SpokenEvidence,
    StatementEvidence,
    Window,
    read_draft,
    read_handoff,
    spoken_evidence,
)
from transcript2handoff.transcript import Span, Speaker, Transcript, Turn

CALL = Transcript(
    call_id="acme-1",
    speakers=(Speaker(id="S1", name="Ann Lee", side="seller"),),
    turns=(
        Turn(n=1, speaker="S1", text="I'll send it by Friday.", start=10.0, end=12.3),
        Turn(n=2, text="Please do."),
    ),
)
MADE = Provenance(call_id="acme-1", engine="test", engine_version="1")
PROMISE = Promise(strength="firm", type="document", owner="Ann Lee", due="Friday")


def evidence() -> SpokenEvidence:
    return spoken_evidence(CALL, 1, Span(0, 12), match="exact")


def claim(claim_id: str = "promise-1", **fields) -> Claim:
    made = {"id": claim_id, "summary": "Ann sends it.", "fact": PROMISE, "evidence": [evidence()]}
    return Claim.model_validate(made | fields, context={"transcripts": {"acme-1": CALL}})


def handoff(*claims: Claim) -> Handoff:
    record = CallRecord(call=Call(id="acme-1"), transcript_version=1, turns=2)
    return Handoff(deal=Deal(), calls=(record,), provenance=(MADE,), claims=claims)


# Evidence


def test_evidence_is_read_off_the_transcript():
    it = evidence()
    assert (it.quote, it.speaker, it.turn) == ("I'll send it", "S1", 1)
    assert (it.start, it.end) == (10.0, 11.2)


def test_evidence_of_a_turn_without_times_or_speaker_has_none():
    it = spoken_evidence(CALL, 2, Span(0, 6), match="exact")
    assert (it.quote, it.start, it.end, it.speaker) == ("Please", None, None, None)


def test_an_empty_span_and_a_turn_that_is_not_there_are_no_evidence():
    with pytest.raises(ValidationError, match="at least 1 character"):
        spoken_evidence(CALL, 1, Span(3, 3), match="exact")
    with pytest.raises(IndexError):
        spoken_evidence(CALL, 3, Span(0, 1), match="exact")


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"quote": "I'll send them"}, "turn 1 of acme-1 does not hold"),
        ({"quote": "i'll send it"}, "does not hold"),
        ({"turn": 2}, "does not hold"),
        ({"turn": 3}, "acme-1 has no turn 3"),
        ({"speaker": "S2"}, "is not said by S2"),
        ({"transcript_version": 2}, "evidence of version 2 of acme-1, which is at version 1"),
        ({"call_id": "acme-2"}, "no transcript of acme-2"),
        ({"start": 999.0, "end": 3.0}, "does not say .* from 999.0 to 3.0"),
        ({"end": 11.3}, "does not say .* from 10.0 to 11.3"),
        ({"start": None, "end": None}, "does not say .* from None to None"),
        ({"quote": ""}, "at least 1 character"),
        ({"quote": " "}, "should match pattern"),
    ],
)
def test_evidence_that_the_transcript_does_not_bear_out_cannot_be_built(changed, says):
    with pytest.raises(ValidationError, match=says):
        SpokenEvidence.model_validate(
            evidence().model_dump() | changed, context={"transcripts": {"acme-1": CALL}}
        )


def test_words_said_twice_may_be_played_from_either_place():
    turn = Turn(n=1, text="by Friday, yes, by Friday", start=0.0, end=25.0)
    twice = Transcript(call_id="acme-1", turns=(turn,))
    for begin in (0, 16):
        span = Span(begin, begin + 9)
        it = spoken_evidence(twice, 1, span, match="exact")
        assert (it.quote, it.start, it.end) == ("by Friday", float(begin), begin + 9.0)


def test_seconds_for_a_turn_without_times_are_made_up():
    untimed = spoken_evidence(CALL, 2, Span(0, 6), match="exact").model_dump()
    with pytest.raises(ValidationError, match=r"does not say 'Please' from 1\.0 to 2\.0"):
        SpokenEvidence.model_validate(
            untimed | {"start": 1.0, "end": 2.0}, context={"transcripts": {"acme-1": CALL}}
        )


def test_evidence_cannot_be_built_where_no_transcript_is():
    with pytest.raises(ValidationError, match="no transcript of acme-1"):
        SpokenEvidence(**evidence().model_dump())


# Claims


def test_a_claim_without_evidence_cannot_be_built():
    with pytest.raises(ValidationError, match="at least 1 item"):
        Claim(id="a", summary="A fact.", fact=Pain(), evidence=())


def test_a_draft_claim_without_a_citation_cannot_be_built():
    with pytest.raises(ValidationError, match="at least 1 item"):
        DraftClaim(summary="A fact.", fact=Pain(), citations=())


def test_what_was_stated_after_the_call_is_not_spoken():
    statement = StatementEvidence(
        person="Ann Lee", at=datetime(2026, 9, 14, tzinfo=UTC), words="Yes, by Friday."
    )
    it = claim(evidence=[statement, evidence()])
    assert it.spoken == (evidence(),)
    assert it.kind == "promise"


@pytest.mark.parametrize("value", [-0.1, 1.1])
def test_confidence_is_a_share(value):
    with pytest.raises(ValidationError):
        claim(confidence=value)


def test_a_stakeholder_is_somebody():
    with pytest.raises(ValidationError, match="a name or a role"):
        Stakeholder(present=True)
    assert Stakeholder(role="CFO", present=False).name is None


def test_the_kinds_are_the_facts():
    union, _ = get_args(Fact)
    assert tuple(fact.model_fields["kind"].default for fact in get_args(union)) == KINDS
    assert len(KINDS) == 13


@pytest.mark.parametrize(
    "fields",
    [
        {"strength": "certain", "type": "document"},
        {"strength": "firm", "type": "gift"},
        {"strength": "firm", "type": "document", "kind": "pain"},
        {"strength": "firm", "type": "document", "topic": "price"},
        {"type": "document"},
    ],
)
def test_a_fact_holds_only_what_its_kind_allows(fields):
    with pytest.raises(ValidationError):
        Promise(**fields)


def test_a_competitor_has_a_name():
    with pytest.raises(ValidationError):
        Competitor(name=" ", status="mentioned")


# Handoff


def test_two_claims_cannot_have_the_same_id():
    with pytest.raises(ValidationError, match="the same id"):
        handoff(claim("a"), claim("a"))


def test_claims_by_kind_keep_their_order():
    pain = claim("b", fact=Pain())
    made = handoff(claim("a"), pain, claim("c"))
    assert [it.id for it in made.of_kind("promise", "pain")] == ["a", "b", "c"]
    assert made.of_kind("pain") == (pain,)
    assert made.of_kind("goal") == ()


def test_items_are_flat():
    (item,) = handoff(claim()).items()
    assert item["kind"] == "promise"
    assert item["owner"] == "Ann Lee"
    assert item["evidence"][0]["turn"] == 1
    assert item["evidence"][0]["quote"] == "I'll send it"
    assert json.loads(json.dumps(item)) == item


# Files


def test_a_handoff_comes_back_with_its_transcript():
    made = handoff(claim())
    assert read_handoff(made.to_json(), [CALL]) == made


def test_a_handoff_does_not_come_back_without_its_transcript():
    with pytest.raises(ArtifactError, match="no transcript of acme-1"):
        read_handoff(handoff(claim()).to_json(), [])


def test_a_quote_that_was_tampered_with_is_found_out():
    text = handoff(claim()).to_json().replace("I'll send it", "I'll send two")
    with pytest.raises(ArtifactError, match=r"^4\.json is not a handoff .* does not hold .*ground"):
        read_handoff(text, [CALL], where="4.json")


def test_a_draft_comes_back():
    made = Draft(
        call_id="acme-1",
        transcript_version=1,
        provenance=MADE,
        coverage=(Window(first=1, last=2),),
        claims=(
            DraftClaim(
                summary="Ann sends it.", fact=PROMISE, citations=(Citation(turn=1, quote="send"),)
            ),
        ),
    )
    assert read_draft(made.to_json()) == made
    assert made.claims[0].kind == "promise"


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"schema_version": 2}'])
def test_a_file_that_is_neither_is_named(text):
    with pytest.raises(ArtifactError, match=r"^3\.json is not a draft .*`t2h extract`"):
        read_draft(text, where="3.json")
    with pytest.raises(ArtifactError, match=r"^4\.json is not a handoff .*`t2h ground`"):
        read_handoff(text, [CALL], where="4.json")
