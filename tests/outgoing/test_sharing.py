"""What a reader with a link sees: nothing private, nothing of our own, and every word proved."""

import datetime
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.large_deals import large_calls
from transcript2handoff.contract import Contract, ContractLine
from transcript2handoff.deal import Call, Deal, Participant
from transcript2handoff.dossier import NO_PAPERS, Papers, dossier
from transcript2handoff.facts import CustomerCommitment, Promise, Stakeholder
from transcript2handoff.handoff import (
    Answer,
    CallRecord,
    Claim,
    Contradiction,
    Handoff,
    Provenance,
    Review,
    StatementEvidence,
    spoken_evidence,
)
from transcript2handoff.journal import Calls
from transcript2handoff.outgoing.sharing import shareable
from transcript2handoff.policy import redacted
from transcript2handoff.transcript import Span, Speaker, Transcript, Turn, Word
from transcript2handoff.words import message

PHONE, MAIL, CARD = "+44 20 7946 0958", "gareth@harborline.example", "4111 1111 1111 1111"
NOW = datetime.datetime(2026, 5, 1, tzinfo=datetime.UTC)
SAID = (
    "We go live in May.",
    f"Call me at {PHONE} once the trainer is booked, please.",
    "I promise you a trainer in May.",
)


def turn(n, text):
    words = tuple(Word(one, n + k / 10, n + (k + 1) / 10) for k, one in enumerate(text.split()))
    return Turn(n=n, speaker="S1", text=text, start=n, end=n + 1, words=words)


def call_of(ref, *texts):
    return Transcript(
        call_id=ref,
        duration=len(texts) + 1.0,
        notes=("a note of ours",),
        speakers=(Speaker(id="S1", name="Gareth Pugh", side="customer", reason="leads"),),
        turns=tuple(turn(n, text) for n, text in enumerate(texts, 1)),
    )


def proof(call, n, words):
    begin = call.turn(n).text.index(words)
    return spoken_evidence(call, n, Span(begin, begin + len(words)), match="exact")


def statement(words):
    return StatementEvidence(person="Tamsin Okoro", at=NOW, words=words, question_id="q")


FIRST, SECOND = call_of("first", *SAID), call_of("second", "Nothing here.", "We pay in June.")
PROVING = {"transcripts": {one.call_id: one for one in (FIRST, SECOND)}}


def claim(name, evidence, fact, summary="A trainer is booked", **more):
    told = {"id": name, "summary": summary, "fact": fact, "evidence": (evidence,), **more}
    return Claim.model_validate(told, context=PROVING)


PROMISE = Promise(strength="firm", type="resource", due="2026-05-15")


@pytest.fixture(scope="module")
def deal():
    frame = Deal(
        deal="Harborline",
        customer="Harborline Freight",
        amount=48_000,
        currency="EUR",
        tags=("strategic",),
        glossary=("dock",),
        participants=(Participant(name="Gareth Pugh", side="customer", email=MAIL),),
    )
    reviewed = Review(action="confirmed", by="Maeve", at=NOW, why="He told me over lunch.")
    claims = (
        claim("a", proof(FIRST, 2, f"at {PHONE} once the trainer"), CustomerCommitment()),
        claim("b", proof(FIRST, 3, "a trainer in May"), PROMISE, review=reviewed),
        claim("c", proof(SECOND, 2, "pay in June"), CustomerCommitment(due="in June")),
        claim(
            "d",
            statement(f"Write to {MAIL}."),
            Stakeholder(name="Gareth Pugh", role=f"reach him at {MAIL}", present=True),
            summary=f"Gareth pays with {CARD}",
        ),
    )
    handoff = Handoff(
        deal=frame,
        calls=tuple(
            CallRecord(
                call=Call(id=one.call_id, file=f"{PHONE}.mp3"),
                transcript_version=1,
                turns=len(one.turns),
                notes=("a note of ours",),
            )
            for one in (FIRST, SECOND)
        ),
        provenance=(Provenance(call_id="first", engine="local", engine_version="9"),),
        claims=claims,
        contradictions=(
            Contradiction(claims=("a", "b"), about=message("the number {n}", n=PHONE)),
        ),
        answers=(Answer(question_id="q", question="Who pays?", evidence=statement(MAIL)),),
    )
    return dossier(Calls(handoff=handoff, transcripts=(FIRST, SECOND)), ())


@pytest.fixture(scope="module")
def shown(deal):
    return shareable(deal, NO_PAPERS, redaction=True)


def everything(one):
    """All that a reader could come by."""
    told = one.dossier
    return "\n".join(
        [
            told.handoff.model_dump_json(),
            told.assessment.model_dump_json(),
            told.told.handoff.model_dump_json(),
            *(call.to_json() for call in told.transcripts),
            *told.notes,
            str(told.review),
        ]
    )


def test_nothing_private_is_in_it(shown):
    told = everything(shown)
    assert not re.search(r"7946|0958|@harborline|4111", told)
    assert shown.hidden == {"card number": 1, "e-mail address": 1, "telephone number": 1}
    assert re.search(r"\[PHONE 1\]", told)


def test_nothing_of_our_own_is_in_it(shown):
    told = everything(shown)
    for ours in ("over lunch", "a note of ours", "leads", "48000", "strategic", "mp3", "local"):
        assert ours not in told
    handoff = shown.dossier.handoff
    assert (handoff.provenance, handoff.rejected) == ((), ())
    assert handoff.deal.participants == (Participant(name="Gareth Pugh", side="customer"),)
    assert handoff.claims[1].review == Review(action="confirmed", by="Maeve", at=NOW)


def test_every_quote_is_proved_by_what_is_shown(shown):
    calls = {one.call_id: one for one in shown.dossier.transcripts}
    told = [one for each in shown.dossier.handoff.claims for one in each.spoken]
    assert [one.quote for one in told] == [
        "at [PHONE 1] once the trainer",
        "a trainer in May",
        "pay in June",
    ]
    assert all(one.quote in calls[one.call_id].turn(one.turn).text for one in told)


def test_words_without_anything_private_keep_their_seconds(deal, shown):
    before, after = deal.handoff.claims, shown.dossier.handoff.claims
    assert after[1].evidence == before[1].evidence
    assert after[2] == before[2]
    assert (after[0].spoken[0].start, after[0].spoken[0].end) != (None, None)


def test_calls_in_which_something_is_hidden_are_named(shown):
    assert (set(shown.silences), shown.unheard) == ({"first"}, frozenset())


def test_a_brief_without_redaction_is_whole(deal):
    whole = shareable(deal, NO_PAPERS, redaction=False)
    assert (whole.hidden, whole.silences, whole.unheard) == ({}, {}, frozenset())
    assert PHONE in whole.dossier.handoff.claims[0].spoken[0].quote
    assert "over lunch" not in everything(whole)


def test_what_was_signed_is_shown_in_the_same_way(deal):
    line = ContractLine(id="L1", type="deliverable", text=f"A trainer in May, call {PHONE}")
    papers = Papers(company_files=NO_PAPERS.company_files, contract=Contract(lines=(line,)))
    told = shareable(deal, papers, redaction=True)
    assert told.dossier.review is not None
    assert "[PHONE 1]" in str(told.dossier.review)
    assert "7946" not in everything(told)


def test_a_large_deal_without_private_data_is_as_it_was():
    deal = dossier(large_calls(claims=60, minutes=20), ())
    told = shareable(deal, NO_PAPERS, redaction=True)
    assert told.dossier.handoff.claims == deal.handoff.claims
    assert told.dossier.assessment == deal.assessment
    assert (told.silences, told.unheard) == ({}, frozenset())


PIECES = st.sampled_from(["so ", "call me at ", PHONE, " or ", MAIL, "\n", "é", " please. "])


@given(st.lists(PIECES, max_size=8).map("".join), st.data())
def test_a_quote_is_found_again_with_whole_placeholders(text, data):
    told = redacted([call_of("c", text or " ")], ())
    was, now = text or " ", told.transcripts[0].turns[0].text
    begin = data.draw(st.integers(0, len(was) - 1))
    end = data.draw(st.integers(begin + 1, len(was)))
    span = told.span(now, Span(begin, end))
    words = now[span.begin : span.end]
    restored = words
    for holder, original in told.originals.items():
        restored = restored.replace(holder, original)
    assert was[begin:end] in restored
    # One placeholder at each end may hold more than was meant.
    longest = max(map(len, told.originals.values()), default=0)
    assert len(restored) - (end - begin) <= 2 * longest
