"""The steps of a run that read one call: from where its recording lies to its own handoff."""

import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import Final

from transcript2handoff import assemble, pipeline
from transcript2handoff.audio.steps import PLAYBACK, Recorded, hearing_steps
from transcript2handoff.company import Company, with_company
from transcript2handoff.deal import DealContext
from transcript2handoff.errors import ArtifactError
from transcript2handoff.extract import Extractor
from transcript2handoff.handoff import read_draft
from transcript2handoff.importers import import_transcript
from transcript2handoff.jobs.bringing import brought
from transcript2handoff.jobs.correcting import CORRECT, correct_step
from transcript2handoff.jobs.port import StepOutcome
from transcript2handoff.jobs.searching import note_said
from transcript2handoff.jobs.shelf import StoreShelf
from transcript2handoff.jobs.writing import writing
from transcript2handoff.pipeline import DRAFT, TRANSCRIPT, HeardPlan, Outcome, Step
from transcript2handoff.render import BriefOptions
from transcript2handoff.settings import Settings
from transcript2handoff.store import Store, calls, corrections, counts, deals
from transcript2handoff.store.calls import CallChanges, CallRecord
from transcript2handoff.store.counts import Count
from transcript2handoff.store.deals import DealRecord
from transcript2handoff.store.runs import RunRecord
from transcript2handoff.transcript import Transcript
from transcript2handoff.watch import Watch

HEARING: Final = ("decode", "transcribe", "diarize")
READING: Final = (CORRECT, "extract", "ground")
IMPORTING: Final = ("transcribe",)
"""In place of ``HEARING`` where there is a transcript already."""

_HEAVY: Final = ("transcribe", "diarize")
_ALONE: Final = threading.Lock()
"""Held by the one recording that is heard in this process; a second would slow both down."""
_LOOK_AROUND: Final = 0.5
"""Seconds after which whoever waits for the lock asks whether it shall stop."""


@dataclass(frozen=True)
class StoredListener:
    """Has a transcript that another tool wrote, and reads it when it is asked for."""

    store: Store
    call: CallRecord

    @property
    def identity(self) -> str:
        """The digest of the transcript, and the call that it is of."""
        return f"{self.call.transcript}\n{self.call.ref}"

    def listen(self, watch: Watch) -> Transcript:
        """The transcript as it was imported."""
        with _file(self.store, self.call, self.call.transcript) as path:
            imported = import_transcript(path, self.call.ref).transcript
        watch.at(1.0)
        return imported.model_copy(update={"call_id": self.call.ref})


@dataclass(frozen=True, kw_only=True)
class CallSteps:
    """Hears and reads calls of the store."""

    store: Store
    settings: Settings
    company: Company

    def do(self, run: RunRecord, call: CallRecord, name: str, watch: Watch) -> StepOutcome:
        """Do one of the steps ``HEARING`` and ``READING``, or find that it was done.

        Raises:
            HandoffError: it cannot be done.
            Cancelled: ``watch`` asked to stop.
        """
        step = self._steps(call).get(name)
        if step is None:
            # The call turned out to be a transcript after the steps of its run were listed.
            return StepOutcome(state="reused")
        shelf = StoreShelf(self.store, call, run)
        _check_inputs(step, shelf)
        is_heavy = name in _HEAVY and call.transcript is None
        with heard_alone(watch) if is_heavy else nullcontext():
            outcome = pipeline.execute([step], shelf, watch=lambda _: watch)[name]
        if name == "decode":
            self._note_copy(run, call, shelf)
        if name == CORRECT:
            note_said(self.store, run, call.id, shelf.digest(TRANSCRIPT))
        if name == "extract" and outcome is Outcome.DONE:
            self._count_tokens(shelf.read(DRAFT) or b"")
        return StepOutcome(state=outcome.value, key=shelf.key(name))

    def _steps(self, call: CallRecord) -> dict[str, Step]:
        with self.store.read() as tx:
            deal = deals.get(tx, call.deal_id)
            lines = corrections.of(tx, call.id)
        context = context_of(deal, call, self.company)
        plan = HeardPlan(extractor=self._extractor, context=context, brief=BriefOptions())
        hearing = (*self._hearing(call, context), correct_step(lines))
        steps = pipeline.steps_after(hearing, plan)
        return {step.name: step for step in steps if step.name in (*HEARING, *READING)}

    def _hearing(self, call: CallRecord, context: DealContext) -> tuple[Step, ...]:
        if call.transcript:
            return (pipeline.transcribe_step(StoredListener(self.store, call), context),)
        if call.recording is None:
            raise ArtifactError(
                "The call has neither a recording nor a transcript. Upload one of them for it, "
                "then start the run again."
            )
        bring = partial(_file, self.store, call, call.recording)
        recorded = Recorded(digest=call.recording, bring=bring)
        return hearing_steps(recorded, context, assemble.speech_options(self.settings))

    @cached_property
    def _extractor(self) -> Extractor:
        # Answers that a model gave would lie beside the store, where no erasure looks.
        wish = assemble.Extraction(keep_answers=False)
        return assemble.extractor(wish, self.settings)

    def _note_copy(self, run: RunRecord, call: CallRecord, shelf: StoreShelf) -> None:
        copy = shelf.digest(PLAYBACK)
        if copy != call.playback:
            with writing(self.store, run.id) as tx:
                calls.change(tx, call.id, CallChanges(playback=copy))

    def _count_tokens(self, data: bytes) -> None:
        made = read_draft(data).provenance
        if made.usage is None:
            return
        used = {
            "in": made.usage.tokens_in,
            "cached": made.usage.tokens_cached,
            "out": made.usage.tokens_out,
        }
        with self.store.write() as tx:
            for way, number in used.items():
                label = f"{made.model}/{way}"[:255]
                counts.add(tx, Count(what="tokens", label=label, number=number))


def step_names(call: CallRecord) -> tuple[str, ...]:
    """The steps that hear and read a call, in order."""
    return (*(IMPORTING if call.transcript else HEARING), *READING)


def context_of(deal: DealRecord, call: CallRecord, company: Company) -> DealContext:
    """What an engine is told of a call: its deal as it stands, without the other calls.

    Those may come and go, and nothing that is read in this one hangs on them.
    """
    known = with_company(deal.deal, company).model_copy(update={"calls": (call.call,)})
    return DealContext(deal=known, call=call.call)


def _check_inputs(step: Step, shelf: StoreShelf) -> None:
    gone = [name for name in step.reads if shelf.digest(name) is None]
    if gone:
        raise ArtifactError(
            f"What the step {step.name} works on is not there any more ({', '.join(gone)}). Start "
            "a new run of the call."
        )


def _file(store: Store, call: CallRecord, digest: str | None) -> AbstractContextManager[Path]:
    assert digest is not None
    return brought(store.blobs, digest, name=call.call.file or call.ref)


@contextmanager
def heard_alone(watch: Watch) -> Iterator[None]:
    """No other recording is heard in this process meanwhile."""
    while not _ALONE.acquire(timeout=_LOOK_AROUND):
        watch.at(0.0)
    try:
        yield
    finally:
        _ALONE.release()
