"""Nothing internal reaches a document for the customer, whatever a handoff holds."""

import datetime
import typing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcript2handoff.company import Company, Member
from transcript2handoff.deal import Call, Deal, Participant
from transcript2handoff.documents.introduction import introduction_eml, introduction_text
from transcript2handoff.documents.kickoff_meeting import kickoff_meeting
from transcript2handoff.documents.raci import raci
from transcript2handoff.documents.shared import shared
from transcript2handoff.documents.success_plan import success_plan
from transcript2handoff.facts import (
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
    Answer,
    CallRecord,
    Citation,
    Claim,
    Contradiction,
    DraftClaim,
    Handoff,
    Provenance,
    Rejection,
    Review,
    StatementEvidence,
    spoken_evidence,
)
from transcript2handoff.render.templates import Templates
from transcript2handoff.transcript import Span, Speaker, Transcript, Turn
from transcript2handoff.words import LANGUAGES, Words
from transcript2handoff.workdays import Workdays

AT = datetime.datetime(2027, 1, 20, tzinfo=datetime.UTC)
SECRET = "Zx{}qj"
FIRM = Promise(strength="firm", type="support", owner="Ana Reyes", due="2027-03-01")
LEAD = Member(name="Sam Osei", role="customer_success_manager", email="sam@brightloop.example")


def _claim(fact, words, *, name="c", before=None, **fields):
    """A claim that rests on words of a turn, which changed what was said ``before`` in it."""
    said = f"{before} {words}" if before else words
    transcript = Transcript(call_id="alder-1", turns=(Turn(n=1, text=said),))
    told = {"id": name, "summary": SECRET.format("summary"), "fact": fact, **fields}
    steps = [(before, "open"), (words, "changed")] if before else []
    return Claim.model_validate(
        {
            **told,
            "evidence": [_heard(transcript, before or words)],
            "history": [
                {
                    "call_id": "alder-1",
                    "date": None,
                    "state": state,
                    "summary": told["summary"],
                    "evidence": [_heard(transcript, step)],
                }
                for step, state in steps
            ],
        },
        context={"transcripts": {"alder-1": transcript}},
    )


def _heard(transcript, words):
    begin = transcript.turn(1).text.index(words)
    return spoken_evidence(transcript, 1, Span(begin, begin + len(words)), match="exact")


def _handoff(*claims, **fields):
    call = Call(id="alder-1", date=datetime.date(2027, 1, 12))
    deal = fields.pop("deal", Deal(deal="alder", seller="Brightloop", customer="Alder Freight"))
    bare = Handoff(
        deal=deal,
        calls=(CallRecord(call=call, transcript_version=1, turns=1),),
        provenance=fields.pop("provenance", ()),
    )
    # Every claim has its own transcript, so that no single one could prove them all again.
    return bare.model_copy(update={"claims": claims, **fields})


def test_a_half_of_a_number_is_hidden_that_a_whole_call_tells():
    words = "1111 1111, and I'll send you the form by Friday."
    said = (("S1", "Sure, the card number is 4111 1111"), ("S2", "Go on."), ("S1", words))
    call = Transcript(
        call_id="alder-1",
        speakers=(Speaker(id="S1"), Speaker(id="S2")),
        turns=tuple(Turn(n=n, speaker=who, text=text) for n, (who, text) in enumerate(said, 1)),
    )
    handoff = _handoff(_claim(FIRM, words))
    (told,) = shared(handoff, Company(), transcripts=[call]).promises
    assert told.words == "[CARD 2], and I'll send you the form by Friday."
    (alone,) = shared(handoff, Company(), transcripts=()).promises
    assert "1111 1111" in alone.words


def _everything(handoff, company=Company(team=(LEAD,))):  # noqa: B008 - a frozen value
    deal, days = shared(handoff, company, transcripts=()), Workdays()
    for language in typing.cast("tuple", LANGUAGES):
        templates = Templates(words=Words.of(language))
        yield success_plan(deal, days, templates=templates)
        yield kickoff_meeting(deal, days, templates=templates)
        yield raci(deal, templates=templates)
        yield introduction_text(deal, templates=templates)
        yield introduction_eml(deal, templates=templates).decode()


def _text(handoff):
    return "\n".join(_everything(handoff))


def test_a_firm_promise_goes_out_in_the_words_that_were_heard():
    text = _text(_handoff(_claim(FIRM, "We train your team in March.")))

    assert "We train your team in March." in text
    assert SECRET.format("summary") not in text


@pytest.mark.parametrize(
    ("change", "fields"),
    [
        ({"strength": "hedged"}, {}),
        ({"strength": "conditional"}, {}),
        ({"type": "commercial"}, {}),
        ({"status": "withdrawn"}, {}),
        ({"status": "done"}, {}),
        ({"due": "2027-01-05"}, {}),
        ({}, {"confidence": 0.2}),
        ({}, {"outcome": "impossible"}),
    ],
)
def test_a_promise_that_cannot_be_counted_on_stays_inside(change, fields):
    claim = _claim(FIRM.model_copy(update=change), "We train your team in March.", **fields)

    assert shared(_handoff(claim), Company(), transcripts=()).promises == ()


@pytest.mark.parametrize(
    "words",
    [
        "We should be able to train your team.",
        "We train your team if you sign in March.",
        "It will be with you then.",
        "We add fifteen and a query.",
        "We train your team in",
        "We do.",
    ],
)
def test_words_that_are_loose_or_half_stay_inside(words):
    assert shared(_handoff(_claim(FIRM, words)), Company(), transcripts=()).promises == ()


def test_a_changed_promise_goes_out_in_its_final_words():
    claim = _claim(FIRM, "We train your team in April.", before="We train your team in March.")

    (promise,) = shared(_handoff(claim), Company(), transcripts=()).promises
    assert promise.words == "We train your team in April."


def test_what_was_said_among_colleagues_stays_inside():
    ana = Participant(name="Ana Reyes", side="seller")
    call = Call(id="alder-1", attendees=("Ana Reyes",))
    deal = Deal(participants=(ana,), calls=(call,))
    claim = _claim(FIRM, "We train your team in March.")

    assert shared(_handoff(claim, deal=deal), Company(), transcripts=()).promises == ()


def test_words_that_name_a_rival_stay_inside():
    rival = Competitor(name="Parsewell", status="evaluating")
    words = "We want to beat what Parsewell gave us."
    claims = (_claim(Goal(), words), _claim(rival, "Parsewell was here before.", name="r"))

    assert shared(_handoff(*claims), Company(), transcripts=()).goals == ()
    assert len(shared(_handoff(claims[0]), Company(), transcripts=()).goals) == 1


def _internal(word):
    """A claim of each internal sort, with the word in every text of it."""
    facts = [
        Pain(),
        Requirement(),
        Risk(),
        Expansion(),
        Objection(topic="price"),
        Competitor(name=word, status="evaluating", reason=word),
        Term(type="price", value=word),
        Stakeholder(name=word, role=word, influence="blocker", present=False),
        Promise(strength="hedged", type="feature", owner=word, due=word),
        Promise(strength="conditional", type="feature", owner=word, due=word),
        Promise(strength="firm", type="commercial", owner=word, due=word),
    ]
    weak = [Goal(metric=word), Exclusion(), CustomerCommitment(owner=word), NextStep(due=word)]
    words = f"We talked of {word} here."
    fields = {"summary": word, "review": Review(action="edited", by=word, at=AT, why=word)}
    yield from (_claim(fact, words, name=f"i{n}", **fields) for n, fact in enumerate(facts))
    yield from (
        _claim(fact, words, name=f"w{n}", confidence=0.1, summary=word)
        for n, fact in enumerate(weak)
    )
    told = StatementEvidence(person=word, at=AT, words=f"We give {word} away.")
    yield Claim(id="told", summary=word, fact=FIRM, evidence=(told,))
    yield from (_claim(FIRM, f"{words[:-1]} {n}.", name=f"x{n}", summary=word) for n in "12")
    sound = "We train your team in March."
    yield _claim(FIRM, sound, name="moved", before=words, **fields)


@given(st.integers(0, 10**9))
def test_no_internal_field_reaches_any_document(number):
    word = SECRET.format(number)
    told = StatementEvidence(person=word, at=AT, words=word)
    draft = DraftClaim(summary=word, fact=FIRM, citations=(Citation(turn=1, quote=word),))
    handoff = _handoff(
        *_internal(word),
        deal=Deal(deal=word, seller="Brightloop", customer="Alder", segment=word, tags=(word,)),
        contradictions=(Contradiction(claims=("x1", "x2"), about=word),),
        answers=(Answer(question_id=word, question=word, evidence=told),),
        rejected=(Rejection(claim=draft, call_id=word, reason=word),),
        provenance=(Provenance(call_id="alder-1", engine=word, engine_version=word, model=word),),
    )
    other = Member(name=word, role="executive_sponsor", email=f"{word}@brightloop.example")

    text = "\n".join(_everything(handoff, Company(team=(LEAD, other))))

    assert word not in text
    assert "We train your team in March." in text
