import datetime

import pytest

from transcript2handoff.deal import Call, Deal, DealContext, Participant
from transcript2handoff.engines.entities import entity_recogniser
from transcript2handoff.engines.local import LocalEngine
from transcript2handoff.engines.local.dialogue import with_request
from transcript2handoff.engines.local.fields import read_fact
from transcript2handoff.engines.local.finder import Candidate
from transcript2handoff.engines.local.reading import read
from transcript2handoff.transcript import Speaker, Transcript, Turn

PEOPLE = (
    Participant(name="Ines Halloran", side="seller", title="Account Executive"),
    Participant(name="Marek Dvorak", side="seller", title="Solutions Engineer"),
    Participant(name="Priya Raman", side="customer", title="Head of Operations"),
    Participant(name="Olu Bankole", side="customer", title="IT Manager"),
)
MONDAY = datetime.date(2026, 9, 14)


def conversation(*said, sides=True, language=None):
    """A transcript of (name, text) pairs; a name of none is a voice that nobody knows."""
    side_of = {person.name: person.side for person in PEOPLE}
    names = list(dict.fromkeys(name for name, _ in said))
    ids = {name: f"S{n}" for n, name in enumerate(names, start=1)}
    return Transcript(
        call_id="call-1",
        language=language,
        speakers=tuple(
            Speaker(id=ids[name], name=name, side=side_of.get(name) if sides else None)
            for name in names
        ),
        turns=tuple(
            Turn(n=n, speaker=ids[name], text=text) for n, (name, text) in enumerate(said, start=1)
        ),
    )


CONTEXT = DealContext(
    deal=Deal(deal="acme", seller="Brightloop", customer="Acme Freight", participants=PEOPLE),
    call=Call(id="call-1", date=MONDAY),
)


@pytest.fixture
def talk():
    """Makes a transcript; see ``conversation``."""
    return conversation


@pytest.fixture
def context():
    """The deal of the conversations, on a Monday."""
    return CONTEXT


@pytest.fixture(scope="session")
def engine():
    return LocalEngine()


class NoNames:
    """A pipeline that recognises no names."""

    def pipe(self, texts, **options):
        for _, n in texts:
            yield type("Doc", (), {"ents": ()}), n


@pytest.fixture
def reading(talk, context):
    """Reads a conversation of (name, text) pairs."""
    return lambda *said, **options: read(talk(*said, **options), context, pipeline=NoNames())


@pytest.fixture
def fact_of():
    """The fact that the last turn of (name, text) pairs states, or the turn ``at``, by rule.

    The words are given and not found, so that a field is tested apart from any model.
    """

    def understand(kind, *said, at=None, sentence=0, **given):
        reading = read(conversation(*said), CONTEXT, pipeline=entity_recogniser())
        stated = reading.of_turn(at or len(said))[sentence]
        found = Candidate(kind=kind, sentence=stated, confidence=0.9, **given)
        return read_fact(reading, with_request(reading, found))

    return understand


@pytest.fixture
def claims_of(engine):
    """Claims of one kind in a conversation of (name, text) pairs."""

    def extract(kind, *said, **options):
        draft = engine.extract(conversation(*said, **options), CONTEXT)
        return [claim for claim in draft.claims if claim.kind == kind]

    return extract
