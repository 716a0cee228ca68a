"""A deal of three calls: promises that move and are taken back, a goal, a person and a price."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, replace

import pytest

from transcript2handoff.consolidate import consolidated
from transcript2handoff.deal import Call, Deal, DealContext, Participant
from transcript2handoff.facts import Exclusion, Fact, Goal, Promise, Stakeholder, Term
from transcript2handoff.ground import KnownClaim, ground, known_claims
from transcript2handoff.handoff import (
    Citation,
    Claim,
    Draft,
    DraftClaim,
    Handoff,
    Provenance,
    Window,
)
from transcript2handoff.journal import Applied, Calls, Desk, Event, apply
from transcript2handoff.transcript import Speaker, Transcript, Turn


@dataclass(frozen=True)
class Line:
    """A turn of a call, and the fact that it states."""

    text: str
    fact: Fact | None = None
    summary: str | None = None
    by: str = "S1"


FRENCH = Line(
    "The French interface, that should be in by the end of June.",
    Promise(strength="hedged", type="feature", due="2026-06-30"),
    "French interface should come by end of June.",
)
FRENCH_LATER = Line(
    "So, French. That has slipped to September, should be.",
    Promise(strength="hedged", type="feature", due="September"),
    "French interface slipped to September.",
)
FREE = Line(
    "Four weeks of pilot, and we don't charge you for it.",
    Promise(strength="firm", type="commercial"),
    "Four-week pilot free of charge.",
)
NOT_FREE = Line(
    "My director says no to the free one.", Exclusion(), "The pilot cannot be free of charge."
)
FORM = Line(
    "You get the security questionnaire back within two days.",
    Promise(strength="firm", type="document", owner="Ann Lee"),
    "Ann returns the completed security questionnaire.",
)
GOAL = Line(
    "We want invoices booked in two days instead of nine.",
    Goal(metric="days to book an invoice", baseline="nine", target="two"),
    by="S2",
)
BUYER = Line("Bo Ray signs whatever we buy.", Stakeholder(name="Bo Ray", present=True), by="S2")
PRICE = Line("It is forty euros a seat.", Term(type="price", value="40 euros a seat"))
TALK = Line("We also spoke about training your people on site, and we will do that.", by="S1")

CALLS = ((FRENCH, FREE, GOAL, BUYER), (FORM, FRENCH_LATER, TALK), (NOT_FREE, PRICE))


def held(number: int, lines: Sequence[Line], previous: Sequence[KnownClaim] = ()) -> Calls:
    """The ``number``-th call of the deal, a week after the one before."""
    call_id = f"acme-{number}"
    transcript = Transcript(
        call_id=call_id,
        speakers=(
            Speaker(id="S1", name="Ann Lee", side="seller"),
            Speaker(id="S2", name="Bo Ray", side="customer"),
        ),
        turns=tuple(Turn(n=n, speaker=one.by, text=one.text) for n, one in enumerate(lines, 1)),
    )
    call = Call(id=call_id, date=datetime.date(2026, 3, 2) + datetime.timedelta(weeks=number))
    draft = Draft(
        call_id=call_id,
        transcript_version=1,
        provenance=Provenance(call_id=call_id, engine="people", engine_version="1"),
        coverage=(Window(first=1, last=len(lines)),),
        claims=tuple(
            DraftClaim(
                summary=one.summary or one.text,
                fact=one.fact,
                citations=(Citation(turn=n, quote=one.text),),
            )
            for n, one in enumerate(lines, 1)
            if one.fact
        ),
    )
    people = (
        Participant(name="Ann Lee", side="seller"),
        Participant(name="Bo Ray", side="customer"),
    )
    deal = Deal(deal="acme", seller="Tidewell", participants=people, calls=(call,))
    context = DealContext(deal=deal, call=call)
    return Calls(
        handoff=ground(draft, transcript, context, previous=previous), transcripts=(transcript,)
    )


def joined(*parts: Calls, previous: Sequence[KnownClaim] = ()) -> Calls:
    """The deal out of its calls, in whatever order they are given."""
    transcripts = tuple(one for part in parts for one in part.transcripts)
    whole = consolidated([part.handoff for part in parts], transcripts, previous=previous)
    return Calls(handoff=whole.handoff, transcripts=transcripts, origin=whole.origin)


class Acme:
    """The deal, and what tests do with it."""

    lines = CALLS
    moved = FRENCH_LATER.summary

    def __init__(self) -> None:
        """Hold the three calls."""
        self.calls = tuple(held(n, lines) for n, lines in enumerate(CALLS, 1))
        self.deal = joined(*self.calls)

    held = staticmethod(held)
    joined = staticmethod(joined)
    known = staticmethod(lambda handoff: known_claims(handoff.to_json()))

    @property
    def desk(self) -> Desk:
        """The whole deal, to which nobody has done anything yet."""
        return Desk(self.deal)

    @staticmethod
    def applied(calls: Calls, events: Sequence[Event]) -> Applied:
        """The deal after the events."""
        return apply(calls.handoff, events, calls.transcripts, origin=calls.origin)

    @staticmethod
    def find(handoff: Handoff, words: str) -> Claim:
        """The only claim whose summary holds these words."""
        (claim,) = [one for one in handoff.claims if words in one.summary]
        return claim

    @staticmethod
    def find_id(handoff: Handoff, claim_id: str) -> Claim:
        """The claim with this id."""
        (claim,) = [one for one in handoff.claims if one.id == claim_id]
        return claim

    def reread(self, due: str | None) -> Calls:
        """The deal after an engine heard another date in the second call; ids are kept."""
        fact = FRENCH_LATER.fact.model_copy(update={"due": due})
        line = replace(FRENCH_LATER, fact=fact, summary="French interface slipped.")
        second = held(2, (FORM, line, TALK), self.known(self.calls[1].handoff))
        previous = self.known(self.deal.handoff)
        return joined(self.calls[0], second, self.calls[2], previous=previous)


@pytest.fixture(scope="session")
def acme() -> Acme:
    """The deal of three calls."""
    return Acme()
