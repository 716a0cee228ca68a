"""A small deal to say things in, and the deal of ``fixtures/harborline`` as its package has it."""

import datetime
from pathlib import Path

import pytest

from transcript2handoff.assess import assess
from transcript2handoff.company import Company
from transcript2handoff.consolidate import consolidate
from transcript2handoff.contract import parse_catalog, parse_contract, review
from transcript2handoff.deal import Call, Deal
from transcript2handoff.documents.inside import Inside
from transcript2handoff.handoff import (
    CallRecord,
    Claim,
    Contradiction,
    Handoff,
    Provenance,
    read_handoff,
    spoken_evidence,
)
from transcript2handoff.transcript import Span, Speaker, Transcript, Turn, read_transcript

FIXTURES = Path(__file__).parents[3] / "fixtures" / "harborline"
COMPANY = Company()
SIDES = {"Ana Reyes": "seller", "Sam Osei": "seller", "Lena Koch": "customer"}


class Talk:
    """A deal of a few calls: first everything is said, then claimed, then put together."""

    def __init__(self):
        self.turns = {}
        self.claims = []
        self.contradictions = ()

    def say(self, call, speaker, text):
        """One more turn of a call; its place."""
        turns = self.turns.setdefault(call, [])
        start = 10.0 * len(turns)
        number = len(turns) + 1
        turns.append(Turn(n=number, speaker=speaker, text=text, start=start, end=start + 5.0))
        return call, number

    def claim(self, place, fact, summary, *, steps=(), **fields):
        """A claim that is proved by a whole turn; ``steps`` are pairs of a place and a state."""
        name = f"{fact.kind}-{len(self.claims) + 1}"
        self.claims.append((name, place, fact, summary, steps, fields))
        return name

    def hear(self, speaker, text, fact, *, call="alder-1", **fields):
        """Say something, and claim just that."""
        return self.claim(self.say(call, speaker, text), fact, text, **fields)

    def contradict(self, *claims, about):
        self.contradictions += (Contradiction(claims=claims, about=about),)

    def inside(self, *, company=COMPANY, signed=None, catalog=None, answers=(), **deal):
        """Everything put together; ``signed`` and ``catalog`` are YAML."""
        deal = {"deal": "alder", "seller": "Brightloop", "customer": "Alder Freight", **deal}
        handoff = Handoff(
            deal=Deal(**deal),
            calls=tuple(self._record(call) for call in self.turns),
            provenance=tuple(
                Provenance(call_id=call, engine="local", engine_version="1") for call in self.turns
            ),
            claims=tuple(self._built(*claim) for claim in self.claims),
            contradictions=self.contradictions,
            answers=answers,
        )
        found = _review(handoff, signed, catalog)
        transcripts = tuple(self.transcript(call) for call in self.turns)
        return Inside(
            handoff=handoff,
            assessment=assess(handoff, transcripts, review=found),
            company=company,
            transcripts=transcripts,
            review=found,
        )

    def transcript(self, call):
        turns = self.turns[call]
        speakers = tuple(
            Speaker(id=name, name=name, side=SIDES.get(name, "customer"))
            for name in dict.fromkeys(turn.speaker for turn in turns)
            if name
        )
        return Transcript(call_id=call, speakers=speakers, turns=tuple(turns))

    def _record(self, call):
        number = list(self.turns).index(call)
        day = datetime.date(2026, 9, 14) + datetime.timedelta(weeks=number)
        return CallRecord(
            call=Call(id=call, date=day), transcript_version=1, turns=len(self.turns[call])
        )

    def _built(self, name, place, fact, summary, steps, fields):
        history = [
            {
                "call_id": at[0],
                "date": self._record(at[0]).call.date,
                "state": state,
                "summary": self._text(at),
                "evidence": [self._evidence(at)],
            }
            for at, state in steps
        ]
        evidence = [self._evidence(place), *(self._evidence(at) for at, _ in steps[1:])]
        told = {"id": name, "summary": summary, "fact": fact, "evidence": evidence, **fields}
        transcripts = {call: self.transcript(call) for call in self.turns}
        return Claim.model_validate(
            {**told, "history": history}, context={"transcripts": transcripts}
        )

    def _text(self, place):
        call, number = place
        return self.turns[call][number - 1].text

    def _evidence(self, place):
        call, number = place
        span = Span(0, len(self._text(place)))
        return spoken_evidence(self.transcript(call), number, span, match="exact")


def _review(handoff, signed, catalog):
    if signed is None:
        return None
    listed = parse_catalog(catalog) if catalog else None
    return review(handoff, parse_contract(signed), listed, today=datetime.date(2026, 9, 30))


@pytest.fixture
def talk():
    return Talk()


@pytest.fixture(scope="session")
def harborline():
    """The deal of ``whole_deal``, made once."""
    return whole_deal()


def whole_deal():
    """The deal as ``t2h package`` has it, with contract and catalog."""
    calls = [FIXTURES / f"harborline-{number}" for number in (1, 2, 3)]
    transcripts = [read_transcript((call / "2_transcript.json").read_bytes()) for call in calls]
    handoffs = [
        read_handoff((call / "4_handoff.json").read_bytes(), [transcript])
        for call, transcript in zip(calls, transcripts, strict=True)
    ]
    handoff = consolidate(handoffs, transcripts)
    found = review(
        handoff,
        parse_contract((FIXTURES / "terms.yaml").read_text(encoding="utf-8")),
        parse_catalog((FIXTURES / "catalog.yaml").read_text(encoding="utf-8")),
        today=max(record.call.date for record in handoff.calls),
    )
    return Inside(
        handoff=handoff,
        assessment=assess(handoff, transcripts, review=found),
        company=Company(),
        transcripts=tuple(transcripts),
        review=found,
    )
