"""The steps in order, on a shelf in memory."""

from dataclasses import dataclass, field

import pytest

from transcript2handoff.deal import Call, Deal, DealContext, Participant
from transcript2handoff.errors import Cancelled, EmptyTranscriptError
from transcript2handoff.facts import Pain
from transcript2handoff.handoff import Citation, Draft, DraftClaim, Provenance, Window
from transcript2handoff.pipeline import (
    BRIEF_HTML,
    BRIEF_MARKDOWN,
    DRAFT,
    HANDOFF,
    TRANSCRIPT,
    Outcome,
    Plan,
    execute,
    steps,
)
from transcript2handoff.render import BriefOptions
from transcript2handoff.transcript import Speaker, Transcript, Turn
from transcript2handoff.watch import NOBODY, Watch

CALL = Transcript(
    call_id="alder-1",
    speakers=(Speaker(id="S1", name="Jonas Adler"),),
    turns=(
        Turn(n=1, speaker="S1", text="Jonas Adler, I run the warehouse."),
        Turn(n=2, speaker="S1", text="We count stock by hand, and it takes two days."),
    ),
)
DEAL = Deal(
    customer="Alder & Finch", participants=(Participant(name="Jonas Adler", side="customer"),)
)


@dataclass
class MemoryShelf:
    """Files in a dictionary."""

    files: dict = field(default_factory=dict)
    keys: dict = field(default_factory=dict)

    def read(self, name):
        return self.files.get(name)

    def is_made(self, step, key):
        return self.keys.get(step.name) == key

    def put(self, step, key, files):
        assert set(files) == set(step.writes)
        self.files.update(files)
        self.keys[step.name] = key


@dataclass
class Listener:
    transcript: Transcript = CALL
    identity: str = "recording 1"

    def listen(self, watch):
        watch.at(0.5)
        return self.transcript


@dataclass
class Engine:
    """Finds one pain, and claims one that nobody spoke of."""

    identity: str = "engine 1"

    def extract(self, transcript, context, *, watch=NOBODY):
        watch.at(0.0)
        if not transcript.turns:
            raise EmptyTranscriptError("Nobody speaks.")
        claims = [
            DraftClaim(summary=text, fact=Pain(), citations=(Citation(turn=2, quote=text),))
            for text in ("We count stock by hand", "The roof leaks")
        ]
        return Draft(
            call_id=transcript.call_id,
            transcript_version=transcript.version,
            provenance=Provenance(call_id="alder-1", engine="test", engine_version="1"),
            coverage=(Window(first=1, last=len(transcript.turns)),),
            claims=tuple(claims),
        )


def plan(*, listener=None, engine=None):
    return Plan(
        listener=listener or Listener(),
        extractor=engine or Engine(),
        context=DealContext(deal=DEAL, call=Call(id="alder-1")),
        brief=BriefOptions(),
    )


def test_goes_from_the_recording_to_the_brief():
    shelf = MemoryShelf()
    outcomes = execute(steps(plan()), shelf)
    assert list(outcomes) == ["transcribe", "extract", "ground", "render"]
    assert set(outcomes.values()) == {Outcome.DONE}
    assert list(shelf.files) == [TRANSCRIPT, DRAFT, HANDOFF, BRIEF_MARKDOWN, BRIEF_HTML]
    brief = shelf.files[BRIEF_MARKDOWN].decode()
    assert "We count stock by hand" in brief
    body, appendix = brief.split("## Appendix")
    assert "The roof leaks" not in body
    assert "The roof leaks" in appendix


def test_names_the_speakers_before_anything_is_extracted():
    shelf = MemoryShelf()
    execute(steps(plan()), shelf)
    assert b'"side": "customer"' in shelf.files[TRANSCRIPT]


def test_nothing_is_done_twice():
    shelf = MemoryShelf()
    execute(steps(plan()), shelf)
    assert set(execute(steps(plan()), shelf).values()) == {Outcome.REUSED}


def test_another_engine_does_again_what_depends_on_it():
    shelf = MemoryShelf()
    execute(steps(plan()), shelf)
    outcomes = execute(steps(plan(engine=Engine(identity="engine 2"))), shelf)
    assert outcomes == {
        "transcribe": Outcome.REUSED,
        "extract": Outcome.DONE,
        "ground": Outcome.REUSED,
        "render": Outcome.REUSED,
    }


def test_what_earlier_steps_made_stays_when_a_later_one_fails():
    shelf = MemoryShelf()
    silent = Listener(transcript=CALL.model_copy(update={"turns": ()}))
    with pytest.raises(EmptyTranscriptError):
        execute(steps(plan(listener=silent)), shelf)
    assert list(shelf.files) == [TRANSCRIPT]


def test_says_how_far_it_is_step_by_step():
    seen = []
    execute(
        steps(plan()),
        MemoryShelf(),
        watch=lambda step: Watch(report=lambda share: seen.append((step.name, share))),
    )
    assert seen[0] == ("transcribe", 0.5)
    assert {name for name, _ in seen} == {"transcribe", "extract", "ground", "render"}


def test_stops_on_request_and_keeps_what_was_made():
    shelf = MemoryShelf()
    with pytest.raises(Cancelled):
        execute(
            steps(plan()),
            shelf,
            watch=lambda step: Watch(cancelled=lambda: step.name == "ground"),
        )
    assert list(shelf.files) == [TRANSCRIPT, DRAFT]


def test_a_damaged_file_is_named_with_what_to_do():
    shelf = MemoryShelf()
    execute(steps(plan()), shelf)
    shelf.files[TRANSCRIPT] = b"{"
    with pytest.raises(Exception, match=r"2_transcript\.json.*t2h transcribe"):
        execute(steps(plan()), shelf)
