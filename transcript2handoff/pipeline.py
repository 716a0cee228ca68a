"""The way of a call, as a list: transcribe, extract, ground, render.

The steps are named here once. They compute and do not store: the command line and the durable jobs
both hand them to ``execute`` together with a *shelf*, which keeps what each step has made. A step
whose inputs have not changed since is not done again.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from importlib.metadata import version
from typing import Protocol

from transcript2handoff.assess import assess
from transcript2handoff.corrections.handoffs import carried_known, is_same_call
from transcript2handoff.deal import BESIDE_THE_CALLS, DealContext
from transcript2handoff.errors import ArtifactError
from transcript2handoff.extract import Extractor
from transcript2handoff.ground import KnownClaim, ground, known_claims
from transcript2handoff.handoff import Draft, Handoff, read_draft, read_handoff
from transcript2handoff.render import BriefOptions, brief_html, brief_markdown
from transcript2handoff.speakers import name_speakers
from transcript2handoff.transcript import Transcript, read_transcript
from transcript2handoff.watch import NOBODY, Watch

TRANSCRIPT = "2_transcript.json"
DRAFT = "3_draft.json"
HANDOFF = "4_handoff.json"
EARLIER = "4_transcript.json"
"""The transcript that the earlier handoff was proved in, on shelves that keep it."""
BRIEF_MARKDOWN = "5_kickoff_brief.md"
BRIEF_HTML = "5_kickoff_brief.html"

Files = Mapping[str, bytes]


@dataclass(frozen=True, kw_only=True)
class Step:
    """One arrow of the design: named files in, named files out."""

    name: str
    reads: tuple[str, ...]
    writes: tuple[str, ...]
    run: Callable[[Files, Watch], Files]
    settings: str
    """Everything beside the files read that decides the result."""
    remembers: tuple[str, ...] = ()
    """Files of an earlier run that are looked at, if they are there, but decide nothing new."""
    is_final: Callable[[Files], bool] = lambda _: True
    """Whether files that it has made need not be made again from the same inputs."""

    def key(self, digests: Iterable[str]) -> str:
        """A name for this step done on inputs with these digests; equal keys, equal results."""
        parts = (version("transcript2handoff"), self.name, self.settings, *digests)
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


class Outcome(Enum):
    """What became of a step in a run."""

    DONE = "done"
    REUSED = "reused"


class Shelf(Protocol):
    """Where the files of a call are kept: a folder, a blob store."""

    def read(self, name: str) -> bytes | None:
        """The bytes of a file, or none if it is not there."""
        ...

    def is_made(self, step: Step, key: str) -> bool:
        """Whether the step's files are there and were made under this key."""
        ...

    def put(self, step: Step, key: str, files: Files) -> None:
        """Keep what a step has made: all of it or nothing."""
        ...


class Listener(Protocol):
    """What turns a recording, or another tool's transcript, into turns of voices."""

    @property
    def identity(self) -> str:
        """A digest of the recording and of everything that decides how it is heard."""
        ...

    def listen(self, watch: Watch) -> Transcript:
        """The transcript; speakers may still be without names."""
        ...


@dataclass(frozen=True, kw_only=True)
class HeardPlan:
    """What a run needs from outside of the core once the call is heard."""

    extractor: Extractor
    context: DealContext
    brief: BriefOptions


@dataclass(frozen=True, kw_only=True)
class Plan(HeardPlan):
    """What a run needs from outside of the core."""

    listener: Listener


def steps(plan: Plan) -> tuple[Step, ...]:
    """All steps from audio to brief, in order."""
    return steps_after((transcribe_step(plan.listener, plan.context),), plan)


def steps_after(hearing: Iterable[Step], plan: HeardPlan) -> tuple[Step, ...]:
    """All steps, in order, where the call is heard in steps that end with ``TRANSCRIPT``."""
    return (
        *hearing,
        extract_step(plan.extractor, plan.context),
        ground_step(plan.context),
        render_step(plan.brief),
    )


def execute(
    plan: Iterable[Step], shelf: Shelf, *, watch: Callable[[Step], Watch] = lambda _: NOBODY
) -> dict[str, Outcome]:
    """Do the steps in order, leaving out those whose result is on the shelf already.

    Raises:
        HandoffError: a step cannot be done; what earlier steps have made stays.
    """
    outcomes = {}
    for step in plan:
        inputs = {name: _needed(shelf, name) for name in step.reads}
        key = step.key(hashlib.sha256(inputs[name]).hexdigest() for name in step.reads)
        if shelf.is_made(step, key):
            outcomes[step.name] = Outcome.REUSED
            continue
        memory = {name: data for name in step.remembers if (data := shelf.read(name)) is not None}
        made = step.run({**memory, **inputs}, watch(step))
        # What is not whole is kept under a key that is never asked for.
        shelf.put(step, key if step.is_final(made) else step.key((key, "again")), made)
        outcomes[step.name] = Outcome.DONE
    return outcomes


def name_call(transcript: Transcript, context: DealContext) -> Transcript:
    """The transcript with the names and sides of those who were invited to the call."""
    return name_speakers(transcript, context.deal.expecting(context.call))


def transcribe_step(listener: Listener, context: DealContext) -> Step:
    """Hear the call and say who speaks."""

    def run(_: Files, watch: Watch) -> Files:
        return {TRANSCRIPT: name_call(listener.listen(watch), context).to_json().encode()}

    return Step(
        name="transcribe",
        reads=(),
        writes=(TRANSCRIPT,),
        run=run,
        settings=listener.identity + context.deal.expecting(context.call).people(),
    )


def extract_step(extractor: Extractor, context: DealContext) -> Step:
    """Let the engine say which facts the call holds."""

    def run(files: Files, watch: Watch) -> Files:
        draft = extractor.extract(_transcript(files), context, watch=watch)
        return {DRAFT: draft.to_json().encode()}

    def is_whole(files: Files) -> bool:
        return not _draft(files).unread

    return Step(
        name="extract",
        reads=(TRANSCRIPT,),
        writes=(DRAFT,),
        run=run,
        settings=extractor.identity
        + context.model_dump_json(exclude={"deal": set(BESIDE_THE_CALLS)}),
        is_final=is_whole,
    )


def ground_step(context: DealContext) -> Step:
    """Find every quote in the transcript; what is not found proves nothing."""

    def run(files: Files, watch: Watch) -> Files:
        watch.at(0.0)
        transcript = _transcript(files)
        earlier = _earlier(files, transcript)
        handoff = ground(_draft(files), transcript, context, previous=earlier)
        return {HANDOFF: handoff.to_json().encode()}

    return Step(
        name="ground",
        reads=(TRANSCRIPT, DRAFT),
        writes=(HANDOFF,),
        run=run,
        settings=context.model_dump_json(),
        remembers=(HANDOFF, EARLIER),
    )


def render_step(options: BriefOptions) -> Step:
    """Write the internal kickoff brief."""

    def run(files: Files, watch: Watch) -> Files:
        watch.at(0.0)
        transcript = _transcript(files)
        handoff = _handoff(files, transcript)
        facts = (handoff, assess(handoff, (transcript,)), (transcript,), options)
        return {
            BRIEF_MARKDOWN: brief_markdown(*facts).encode(),
            BRIEF_HTML: brief_html(*facts).encode(),
        }

    return Step(
        name="render",
        reads=(TRANSCRIPT, HANDOFF),
        writes=(BRIEF_MARKDOWN, BRIEF_HTML),
        run=run,
        settings=repr(options),
    )


def _earlier(files: Files, transcript: Transcript) -> tuple[KnownClaim, ...]:
    """The claims whose ids are kept, on the words as they were corrected since."""
    known = known_claims(files[HANDOFF]) if HANDOFF in files else ()
    if EARLIER not in files:
        return known
    before = read_transcript(files[EARLIER], where=EARLIER)
    if not is_same_call(before, transcript):
        return known
    return tuple(carried_known(claim, before, transcript) for claim in known)


def _needed(shelf: Shelf, name: str) -> bytes:
    data = shelf.read(name)
    if data is None:
        raise ArtifactError(f"{name} is not there yet. Make it first with `t2h {_MAKERS[name]}`.")
    return data


_MAKERS = {TRANSCRIPT: "transcribe", DRAFT: "extract", HANDOFF: "ground"}


def _transcript(files: Files) -> Transcript:
    return read_transcript(files[TRANSCRIPT], where=TRANSCRIPT)


def _draft(files: Files) -> Draft:
    return read_draft(files[DRAFT], where=DRAFT)


def _handoff(files: Files, transcript: Transcript) -> Handoff:
    return read_handoff(files[HANDOFF], [transcript], where=HANDOFF)
