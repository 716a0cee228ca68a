"""What holds for all that people can correct, in whatever order."""

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.corrections.calling import Desk, call, signed
from transcript2handoff.corrections import NEW_VOICE, Who, apply, making, parsed, takings, to_line
from transcript2handoff.corrections.carrying import Way
from transcript2handoff.corrections.handoffs import carried, carried_known
from transcript2handoff.deal import Call, Deal, DealContext, Participant
from transcript2handoff.errors import CorrectionError
from transcript2handoff.facts import Pain, Promise, Risk
from transcript2handoff.ground import ground, known_claims
from transcript2handoff.handoff import (
    Citation,
    Draft,
    DraftClaim,
    Handoff,
    Provenance,
    Window,
    read_handoff,
)
from transcript2handoff.journal import Added, Calls, NewClaim, Quoted
from transcript2handoff.journal import apply as applied
from transcript2handoff.transcript import Span, Transcript, read_transcript

PROMISE = Promise(strength="firm", type="feature", owner="Ann Lee")
QUOTES = (
    (1, "We will ship the Zen desk link by May", PROMISE),
    (1, "by May, for sure", Risk()),
    (2, "invoices booked in two days, two days", Pain()),
    (3, "no", Risk()),
    (3, "we do not charge you for it", PROMISE),
    (4, "Bo Ray signs whatever we buy.", Risk()),
)
NEW_WORDS = st.sampled_from(
    ["Zendesk", "no", "two days", "May", "a", "not at all what it was", "ж東京", "I'd say so, yes."]
)
some = settings(max_examples=50)
SORTS = st.sampled_from(["fix", "fix", "fix", "undo", "name", "side", "merge", "move"])


def stretch(draw, text: str) -> Span:
    """Words of a text, or letters of them."""
    begin = draw(st.integers(0, len(text) - 1))
    end = draw(st.integers(begin + 1, min(begin + 25, len(text))))
    return Span(begin, end)


def correct(draw, desk: Desk) -> None:
    """Have somebody correct something, if it can be done."""
    proof = desk.proof
    turn = draw(st.integers(1, len(desk.now.turns)))
    voices = [one.id for one in desk.now.speakers]
    voice, other = draw(st.sampled_from(voices)), draw(st.sampled_from([*voices, NEW_VOICE]))
    try:
        match draw(SORTS):
            case "fix":
                span = stretch(draw, desk.text(turn))
                words = (desk.text(turn)[span.begin : span.end], draw(NEW_WORDS))
                made = making.words_fixed(proof, (turn, *span), words, signed())
            case "undo":
                made = making.undone(proof, draw(st.integers(1, 6)), signed())
            case "name":
                name = draw(st.sampled_from(["Ann Lee", "Cy Fox", "Dee Day", ""]))
                made = making.speaker_changed(proof, voice, Who(name=name), signed())
            case "side":
                side = draw(st.sampled_from(["seller", "customer", "unknown"]))
                made = making.speaker_changed(proof, voice, Who(side=side), signed())
            case "merge":
                made = making.speakers_merged(proof, voice, other, signed())
            case _:
                made = making.turn_moved(proof, turn, other, signed())
    except CorrectionError:
        return
    desk.add(made)


@st.composite
def desks(draw) -> Desk:
    """The call, after whatever people did to it."""
    desk = Desk(call(timed=draw(st.booleans())))
    for _ in range(draw(st.integers(0, 7))):
        correct(draw, desk)
    return desk


def context(transcript: Transcript) -> DealContext:
    """The deal of a call."""
    one = Call(id=transcript.call_id)
    people = (
        Participant(name="Ann Lee", side="seller"),
        Participant(name="Bo Ray", side="customer"),
    )
    return DealContext(deal=Deal(deal="acme", participants=people, calls=(one,)), call=one)


def claimed(transcript: Transcript, *, previous=(), quotes=QUOTES) -> Handoff:
    """A handoff of claims on these quotes."""
    draft = Draft(
        call_id=transcript.call_id,
        transcript_version=transcript.version,
        provenance=Provenance(call_id=transcript.call_id, engine="people", engine_version="1"),
        coverage=(Window(first=1, last=len(transcript.turns)),),
        claims=tuple(
            DraftClaim(summary=quote, fact=fact, citations=(Citation(turn=n, quote=quote),))
            for n, quote, fact in quotes
        ),
    )
    return ground(draft, transcript, context(transcript), previous=previous)


def by_id(*transcripts: Transcript) -> dict[str, Transcript]:
    """Transcripts by their calls."""
    return {one.call_id: one for one in transcripts}


@some
@given(desks())
def test_a_corrected_transcript_is_a_transcript(desk):
    assert read_transcript(desk.now.to_json()) == desk.now
    assert desk.notices == []
    lines = [to_line(one) for one in desk.corrections]
    assert apply(desk.heard, parsed(lines)).transcript == desk.now
    assert [one.start for one in desk.now.turns] == [one.start for one in desk.heard.turns]
    for turn in desk.now.turns:
        seconds = [at for word in turn.words for at in (word.start, word.end)]
        assert seconds == sorted(seconds)


@some
@given(st.data())
def test_taking_back_gives_the_very_transcript_before(data):
    desk = data.draw(desks())
    before, there = desk.now, len(desk.corrections)
    correct(data.draw, desk)
    if len(desk.corrections) > there:
        after = desk.now
        desk.undo(there + 1)
        assert desk.now == before
        desk.undo(there + 2)
        assert desk.now == after


@some
@given(desks())
def test_all_taken_back_from_the_last_to_the_first_is_what_was_heard(desk):
    for number in range(len(desk.corrections), 0, -1):
        if number not in takings(desk.corrections):
            desk.undo(number)
    assert desk.now == desk.heard


@some
@given(st.data())
def test_every_quote_of_every_claim_stands_in_the_corrected_words_under_its_id(data):
    desk = data.draw(desks())
    before = desk.now
    told = claimed(desk.heard)
    told = carried(told, by_id(desk.heard), by_id(before))
    for _ in range(data.draw(st.integers(1, 4))):
        correct(data.draw, desk)
    now = carried(told, by_id(before), by_id(desk.now))
    # Reading it proves every quote, its seconds and its speaker in the transcript.
    assert read_handoff(now.to_json(), [desk.now]) == now
    assert [one.id for one in now.claims] == [one.id for one in claimed(desk.heard).claims]
    assert all(one.quote in desk.text(one.turn) for claim in now.claims for one in claim.spoken)
    if desk.now == before:
        assert now == told


@some
@given(desks())
def test_an_engine_that_finds_the_corrected_words_gives_the_ids_of_before(desk):
    told = claimed(desk.heard, quotes=QUOTES[:1])
    known = [carried_known(one, desk.heard, desk.now) for one in known_claims(told.to_json())]
    words = [piece.quote for one in known for piece in one.evidence]
    assert all(quote in desk.text(1) for quote in words)
    citations = tuple((1, quote, Risk()) for quote in words)
    again = claimed(desk.now, quotes=citations, previous=[_as(one, "risk") for one in known])
    assert [one.id for one in again.claims] == [one.id for one in told.claims]


@some
@given(desks())
def test_claims_that_people_added_stay_proved(desk):
    new = NewClaim(
        id="promise-0add0add",
        summary="Free of charge.",
        fact=PROMISE,
        evidence=(Quoted(call_id="acme-1", turn=3, quote="we do not charge you"),),
    )
    told = Calls(
        handoff=claimed(desk.heard),
        transcripts=(desk.heard,),
    )
    corrected = desk.proof.corrected
    done = applied(
        carried(told.handoff, by_id(desk.heard), by_id(desk.now)),
        [Added(claim=new, **signed().fields())],
        [desk.now],
        wordings={"acme-1": corrected.texts},
    )
    assert done.notices == ()
    (claim,) = [one for one in done.handoff.claims if one.id == new.id]
    assert all(piece.quote in desk.text(3) for piece in claim.spoken)


@given(st.text(alphabet="ab ", min_size=1, max_size=30), st.data())
def test_a_way_leads_to_words_always(before, data):
    after = data.draw(st.text(alphabet="ab ", min_size=1, max_size=30).filter(str.strip))
    found = [Span(*one.span()) for one in re.finditer(r"\S+", before)]
    if not found:
        return
    first, last = sorted(data.draw(st.lists(st.sampled_from(found), min_size=2, max_size=2)))
    span = Way(before, after).carried(Span(first.begin, last.end))
    assert after[span.begin : span.end].strip()
    assert Way(before, before).carried(first) == first


def _as(known, kind):
    return known.model_copy(update={"fact": known.fact.model_copy(update={"kind": kind})})
