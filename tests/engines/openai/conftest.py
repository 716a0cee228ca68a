"""A short call, a long one, and engines that read them with a fake model server."""

import datetime

import pytest

from transcript2handoff.deal import Call, Deal, DealContext, Participant
from transcript2handoff.engines.openai import Endpoint, Keep, Limits, ModelOptions, OpenAIEngine
from transcript2handoff.policy import Gate
from transcript2handoff.transcript import Speaker, Transcript, Turn

SPEAKERS = (
    Speaker(id="S1", name="Nora Lindqvist", side="seller"),
    Speaker(id="S2", name="Tomas Reyes", side="customer"),
)
SAID = (
    ("S1", "Thanks for making the time, Tomas."),
    ("S2", "Sure. We lose about nine hours a week on manual counts."),
    ("S1", "I'll send you the security pack by Friday."),
    ("S2", "Please do. And the training?"),
    ("S1", "We'll run two sessions for your team in October."),
    ("S2", "Good, then I'll get you the list of users."),
)
PARTICIPANTS = (
    Participant(name="Nora Lindqvist", side="seller", title="Account Executive"),
    Participant(name="Tomas Reyes", side="customer", title="Head of Operations"),
)


@pytest.fixture
def call():
    """Builds a call of (speaker id, words) pairs; a short one with two promises by default."""

    def build(said=SAID):
        turns = tuple(Turn(n=n, speaker=who, text=words) for n, (who, words) in enumerate(said, 1))
        return Transcript(call_id="alder-1", speakers=SPEAKERS, turns=turns)

    return build


@pytest.fixture
def long_call(call):
    """Builds a call of so many turns; every tenth holds a promise of its own."""

    def build(turns):
        def words(n):
            if n % 10 == 0:
                return "S1", f"I'll send you document number {n} next week."
            return ("S2" if n % 2 else "S1"), f"That was about matter {n}, and it went on."

        return call(tuple(map(words, range(1, turns + 1))))

    return build


@pytest.fixture
def context():
    """The deal of the calls; the customer has agreed that they are sent."""
    return DealContext(
        deal=Deal(
            deal="alder",
            seller="Countwell",
            customer="Alder Foods",
            product="stock counting",
            participants=PARTICIPANTS,
        ),
        call=Call(id="alder-1", date=datetime.date(2026, 9, 14), consent="given"),
    )


@pytest.fixture
def limits():
    """Small windows and short waits."""
    return Limits(
        request_seconds=60,
        deadline_seconds=300,
        first_wait_seconds=0.01,
        window_tokens=400,
        overlap_tokens=60,
        answer_tokens=2000,
    )


@pytest.fixture
def engine(tmp_path, limits):
    """Builds an engine that asks a server: ``engine(server, check=True, ...)``."""
    ours = limits

    def build(server, *, limits=ours, gate=None, answers=True, price=None, **options):
        endpoint = Endpoint(
            url=server.base_url, model=server.model, key=server.api_key, price=price
        )
        return OpenAIEngine(
            ModelOptions(endpoint=endpoint, limits=limits, **options),
            gate=gate or Gate(),
            keep=Keep(tmp_path / "answers", answers=answers),
        )

    return build
