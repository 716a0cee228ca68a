"""Runs as people watch them: what is done, what is worked on, how long it may still take."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from transcript2handoff.api.models.runs import RunOut, StepOut

_STEPS: Final[Mapping[str, str]] = {
    "fetch": "Fetch the recording",
    "decode": "Open the recording",
    "transcribe": "Write down what was said",
    "diarize": "Tell the speakers apart",
    "correct": "Apply corrections",
    "extract": "Find promises, goals and people",
    "ground": "Hold each line against the words",
    "consolidate": "Bring all calls together",
    "assess": "Judge whether it can be handed over",
    "render": "Write the documents",
    "deliver": "Tell other systems",
}
_OF_DEAL: Final = ("consolidate", "assess", "render", "deliver")
_READING: Final = ("correct", "extract", "ground")
_OF_CALL: Final = ("fetch", "decode", "transcribe", "diarize", *_READING, *_OF_DEAL)
_OF_TRANSCRIPT: Final = ("fetch", "transcribe", *_READING, *_OF_DEAL)
_STATES: Final[Mapping[str, str]] = {
    "waiting": "Waits for its turn",
    "working": "Being worked on",
    "done": "Done",
    "failed": "It failed",
    "cancelled": "Stopped",
    "held": "Waits for consent",
}
Tone = Literal["todo", "now", "done", "bad"]
_TONES: Final[Mapping[str, Tone]] = {
    "waiting": "todo",
    "working": "now",
    "done": "done",
    "reused": "done",
    "failed": "bad",
    "cancelled": "bad",
    "held": "todo",
}


@dataclass(frozen=True, kw_only=True)
class StepView:
    """A step, done or to come."""

    title: str
    tone: Tone
    done: float
    """The share of it that is done, 0 to 1."""
    error: str | None = None


@dataclass(frozen=True, kw_only=True)
class RunView:
    """A run as it stands."""

    run: RunOut
    steps: tuple[StepView, ...]

    @property
    def says(self) -> str:
        """Its state, for people."""
        if self.run.cancel and not self.run.is_over:
            return "Stops at the next point where it can"
        return _STATES[self.run.state]

    @property
    def now(self) -> StepView | None:
        """The step that is worked on."""
        return next((step for step in self.steps if step.tone == "now"), None)

    @property
    def number(self) -> int:
        """Of the step that is worked on, or that comes next: from 1."""
        to_come = (n for n, step in enumerate(self.steps, start=1) if step.tone in ("now", "bad"))
        return next(to_come, min(sum(s.tone == "done" for s in self.steps) + 1, len(self.steps)))

    @property
    def moved(self) -> str:
        """What a script compares, so that it draws a run anew when a step begins or ends."""
        return " ".join([self.run.state, *(f"{step.name}={step.state}" for step in self.run.steps)])


def view_of(run: RunOut, *, has_recording: bool = True) -> RunView:
    """A run as it is shown.

    Args:
        run: as the service knows it.
        has_recording: whether its call is heard, or its transcript was there already.
    """
    told = {step.name: step for step in run.steps}
    names = [*_expected(run, has_recording=has_recording)]
    names += [name for name in told if name not in names]
    return RunView(run=run, steps=tuple(_step(name, told.get(name)) for name in names))


def newest_of_calls(runs: Iterable[RunOut]) -> dict[str, RunOut]:
    """The newest run of each call; of those that come newest first."""
    found: dict[str, RunOut] = {}
    for run in runs:
        if run.call_id is not None:
            found.setdefault(run.call_id, run)
    return found


def _expected(run: RunOut, *, has_recording: bool) -> tuple[str, ...]:
    if run.kind == "documents":
        return ("render",)
    if run.kind == "deal":
        return _OF_DEAL
    return _OF_CALL if has_recording else _OF_TRANSCRIPT


def _step(name: str, step: StepOut | None) -> StepView:
    title = _STEPS.get(name, name.capitalize())
    if step is None:
        return StepView(title=title, tone="todo", done=0.0)
    return StepView(title=title, tone=_TONES[step.state], done=step.done, error=step.error)
