"""Reads windows of a call: one question a window and group of kinds; smaller ones where it must."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from transcript2handoff.deal import DealContext
from transcript2handoff.engines.openai.answers import Stated, read_answer, read_cut_answer
from transcript2handoff.engines.openai.asking import Asker, Errand, together
from transcript2handoff.engines.openai.client import Message, Question
from transcript2handoff.engines.openai.cost import tokens
from transcript2handoff.engines.openai.faults import TooLargeFault
from transcript2handoff.engines.openai.options import ModelOptions
from transcript2handoff.engines.openai.prompts import CallSheet, find_prompt
from transcript2handoff.engines.openai.schema import KINDS_OF, MOST_ITEMS, Group, answer_schema
from transcript2handoff.engines.openai.sheet import call_sheet, line
from transcript2handoff.errors import EndpointError
from transcript2handoff.extract.windows import gaps, halves, plan_windows
from transcript2handoff.handoff import Unread, Window
from transcript2handoff.policy import Projection
from transcript2handoff.watch import Watch

FEWEST: Final = 2
"""Facts of one kind that may be stated, however short an answer must be."""
_FACT_TOKENS: Final = 80
"""Tokens of a stated fact, its quotes and its summary."""
_LINE_TOKENS: Final = 10
"""Tokens of a turn's number, side and name in a prompt."""


@dataclass(frozen=True)
class Read:
    """What a model stated of a window, about one group of kinds."""

    group: Group
    window: Window
    stated: tuple[Stated, ...]


@dataclass(frozen=True)
class Unreadable:
    """A window that could not be read about one group of kinds, and why.

    ``stated`` is what the model had said before it was cut off.
    """

    group: Group
    window: Window
    error: EndpointError
    stated: tuple[Stated, ...] = ()


Reading = Read | Unreadable


@dataclass(frozen=True)
class Reader:
    """Reads one call.

    Attributes:
        asker: asks the model.
        options: sizes of windows and answers; whether a window may stay unread.
        projection: the call as it may be sent.
        context: the deal and the call.
        redacted: whether ``projection`` hides anything, for the account of what was sent.
    """

    asker: Asker
    options: ModelOptions
    projection: Projection
    context: DealContext
    redacted: bool
    _sheets: dict[Window, CallSheet] = field(default_factory=dict)

    async def read(self, watch: Watch) -> tuple[Reading, ...]:
        """All windows for all groups, several at once, in the order of groups and turns.

        Raises:
            EndpointError: a window cannot be read, and a draft without it is not wanted.
            Cancelled: somebody asked to stop.
        """
        sizes = turn_tokens(self.projection)
        windows = planned(self.projection, self.options)
        asked = [(group, window) for group in Group for window in windows]
        done = 0

        async def counted(group: Group, window: Window) -> tuple[Reading, ...]:
            nonlocal done
            readings = await self._window(group, window, sizes)
            done += 1
            watch.at(done / len(asked))
            return readings

        watch.at(0.0)
        results = await together(counted(group, window) for group, window in asked)
        return tuple(reading for result in results for reading in result)

    async def _window(
        self, group: Group, window: Window, sizes: Sequence[int]
    ) -> tuple[Reading, ...]:
        try:
            return (await self._ask(group, window),)
        except TooLargeFault as fault:
            if window.first == window.last:
                cut = self._unreadable(group, window, fault.error)
                return (replace(cut, stated=read_cut_answer(group, fault.said)),)
            parts = halves(window, sizes, overlap=self.options.limits.overlap_tokens)
            first, second = [await self._window(group, part, sizes) for part in parts]
            return (*first, *second)
        except EndpointError as error:
            return (self._unreadable(group, window, error),)

    def _unreadable(self, group: Group, window: Window, error: EndpointError) -> Unreadable:
        if not self.options.accept_incomplete:
            raise error
        return Unreadable(group, window, error)

    async def _ask(self, group: Group, window: Window) -> Read:
        asked = question(group, self._sheet(window), self.options)
        errand = Errand(
            call_id=self.projection.transcript.call_id,
            purpose=f"find {group}",
            turns=(window,),
            redacted=self.redacted,
        )
        stated = await self.asker.ask(asked, errand, read=lambda text: read_answer(group, text))
        return Read(group, window, stated)

    def _sheet(self, window: Window) -> CallSheet:
        """The window laid out, which is the same for all groups."""
        if window not in self._sheets:
            self._sheets[window] = call_sheet(self.projection.transcript, self.context, (window,))
        return self._sheets[window]


def question(group: Group, sheet: CallSheet, options: ModelOptions) -> Question:
    """What is asked about a window, with the form that the answer must have."""
    prompt = find_prompt(group, sheet)
    return Question(
        messages=(Message("system", prompt.system), Message("user", prompt.user)),
        form=str(group),
        schema=answer_schema(group, most=most_items(group, options)),
        answer_tokens=options.limits.answer_tokens,
    )


def most_items(group: Group, options: ModelOptions) -> int:
    """Facts of one kind for which an answer has room: one that repeats itself comes to its end."""
    room = options.limits.answer_tokens // (len(KINDS_OF[group]) * _FACT_TOKENS)
    return min(max(room, FEWEST), MOST_ITEMS)


def full(reading: Reading, options: ModelOptions) -> Iterator[str]:
    """Notes on kinds of which as much was stated as there was room for: there may be more."""
    counts = Counter(one.kind for one in reading.stated)
    for kind, number in counts.items():
        if number >= most_items(reading.group, options):
            yield (
                f"The model stated {number} of a kind ({kind}) in {reading.window.turns}, and had "
                "no room for more. Raise T2H_MODEL_ANSWER or lower T2H_MODEL_WINDOW."
            )


def turn_tokens(projection: Projection) -> tuple[int, ...]:
    """About how many tokens each turn has in a prompt."""
    transcript = projection.transcript
    lines = (line(transcript, turn.n) for turn in transcript.turns)
    return tuple(tokens(f"{at.speaker} {at.text}") + _LINE_TOKENS for at in lines)


def planned(projection: Projection, options: ModelOptions) -> tuple[Window, ...]:
    """The windows in which a call is read, if all goes well."""
    limits = options.limits
    return plan_windows(
        turn_tokens(projection), budget=limits.window_tokens, overlap=limits.overlap_tokens
    )


def coverage(
    readings: Iterable[Reading], turns: int
) -> tuple[tuple[Window, ...], tuple[Unread, ...]]:
    """Which turns were read about all kinds by which window, and which were not, and why.

    A window counts if none of its turns stayed unread about any group; a turn that is in no such
    window counts as unread.
    """
    known = tuple(readings)
    done = [reading for reading in known if isinstance(reading, Read)]
    failed = [reading for reading in known if isinstance(reading, Unreadable)]
    missing = {
        n
        for group in Group
        for gap in gaps(turns, [at.window for at in done if at.group == group])
        for n in gap.numbers
    }
    whole = {reading.window for reading in done if not missing & set(reading.window.numbers)}
    read = tuple(sorted(whole, key=lambda window: (window.first, window.last)))
    unread = (
        Unread(first=gap.first, last=gap.last, reason=_reason(gap, failed))
        for gap in gaps(turns, read)
    )
    return read, tuple(unread)


def _reason(gap: Window, failed: Iterable[Unreadable]) -> str:
    """What the first window that failed there was told."""
    reasons = [str(at.error) for at in failed if set(at.window.numbers) & set(gap.numbers)]
    return reasons[0] if reasons else "a window around it was not read"
