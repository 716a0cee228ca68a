"""The corrected transcript: what was heard, with all that people put right. Pure.

It is always made of the transcript as it was heard, so that it is the same however often it is
made, and a correction that is taken back leaves no trace.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from transcript2handoff.corrections import notices
from transcript2handoff.corrections.events import (
    Change,
    Correction,
    SpeakerChanged,
    SpeakersMerged,
    TurnMoved,
    Undone,
    WordsFixed,
)
from transcript2handoff.corrections.notices import Notice
from transcript2handoff.corrections.outlines import outline
from transcript2handoff.corrections.signing import undone
from transcript2handoff.corrections.timing import reworded
from transcript2handoff.corrections.wordings import TurnWords, Wording
from transcript2handoff.transcript import Speaker, Transcript, Turn

Texts = Mapping[int, tuple[str, ...]]
"""Of each turn that somebody ever fixed: every text that it has had, the oldest first."""


@dataclass(frozen=True)
class Corrected:
    """A transcript after the corrections, and what somebody should know of them."""

    transcript: Transcript
    notices: tuple[Notice, ...] = ()
    texts: Texts = field(default_factory=lambda: MappingProxyType({}))


def apply(heard: Transcript, corrections: Iterable[Correction]) -> Corrected:
    """The transcript after all corrections that stand.

    Its version is that of ``heard`` and one more for each correction that is made in it.

    Args:
        heard: as it was heard or imported, and named.
        corrections: in their order, those that were taken back among them.
    """
    told = tuple(corrections)
    if not told:
        return Corrected(heard)
    taken, here = takings(told), outline(heard)
    strange = {n for n, one in enumerate(told, start=1) if one.outline not in (None, here)}
    words = _words(heard, told, strange)
    cast = _Cast(heard)
    standing = [(n, one) for n, one in _changes(told) if n not in taken]
    for number, change in standing:
        if number in strange:
            cast.notices.append(notices.heard_anew(number, change))
        else:
            cast.take(number, change)
    for turn in words.values():
        cast.notices += [notices.unfit(n, turn.fixes[n]) for n in turn.misses(taken)]
    return Corrected(
        cast.transcript({n: turn.now(taken) for n, turn in words.items()}, len(standing)),
        tuple(sorted(cast.notices, key=lambda notice: notice.number)),
        MappingProxyType({n: tuple(turn.texts) for n, turn in words.items()}),
    )


def takings(corrections: Sequence[Correction]) -> Mapping[int, int]:
    """Which corrections are taken back, and by which later one; by their numbers from 1."""
    return undone([one.number if isinstance(one, Undone) else None for one in corrections])


def _changes(corrections: Iterable[Correction]) -> Iterator[tuple[int, Change]]:
    for number, one in enumerate(corrections, start=1):
        if not isinstance(one, Undone):
            yield number, one


def _words(
    heard: Transcript, corrections: Sequence[Correction], strange: Collection[int]
) -> dict[int, TurnWords]:
    """The turns that somebody ever fixed, with all that was done to them."""
    found: dict[int, TurnWords] = {}
    for number, change in enumerate(corrections, start=1):
        taken = takings(corrections[:number])
        is_here = isinstance(change, WordsFixed) and change.turn <= len(heard.turns)
        if isinstance(change, WordsFixed) and is_here and number not in strange:
            turn = found.setdefault(change.turn, TurnWords(heard.turn(change.turn).text))
            turn.note(takings(corrections[: number - 1]))
            turn.fix(number, change, taken)
        if isinstance(change, WordsFixed | Undone):
            for one in found.values():
                one.note(taken)
    return found


@dataclass
class _Cast:
    """Who says what, while the corrections are made."""

    heard: Transcript
    speakers: dict[str, Speaker] = field(init=False)
    turns: dict[int, str | None] = field(default_factory=dict)
    """The voice of each turn that got another one."""
    notices: list[Notice] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.speakers = {one.id: one for one in self.heard.speakers}

    def take(self, number: int, change: Change) -> None:
        """Make a correction of voices, or note why it cannot be made."""
        if missing := self._missing(change):
            self.notices.append(notices.missing(number, change, missing))
        elif isinstance(change, WordsFixed):
            pass
        elif isinstance(change, SpeakerChanged):
            self.speakers[change.speaker] = changed(self.speakers[change.speaker], change)
        elif isinstance(change, TurnMoved):
            if change.is_new:
                self.speakers.setdefault(change.speaker, Speaker(id=change.speaker))
            self.turns[change.turn] = change.speaker
        else:
            self._merge(change)

    def transcript(self, words: Mapping[int, Wording], standing: int) -> Transcript:
        """What was heard, after all corrections.

        Args:
            words: of the turns that were fixed.
            standing: how many corrections were to be made.
        """
        turns = (
            reworded(turn, words[turn.n]) if turn.n in words else turn for turn in self.heard.turns
        )
        return self.heard.model_copy(
            update={
                "version": self.heard.version + standing - len(self.notices),
                "speakers": tuple(self.speakers.values()),
                "turns": tuple(map(self._said, turns)),
            }
        )

    def _said(self, turn: Turn) -> Turn:
        """A turn, said by whoever says it now."""
        speaker = self.turns.get(turn.n, turn.speaker)
        return turn if speaker == turn.speaker else turn.model_copy(update={"speaker": speaker})

    def _missing(self, change: Change) -> str | None:
        """What a correction is about and is not there."""
        turn = getattr(change, "turn", 1)
        if turn > len(self.heard.turns):
            return f"turn {turn}"
        if isinstance(change, WordsFixed) or (isinstance(change, TurnMoved) and change.is_new):
            return None
        wanted = (change.speaker, getattr(change, "into", change.speaker))
        gone = [one for one in wanted if one not in self.speakers]
        return f"the voice {gone[0]}" if gone else None

    def _merge(self, change: SpeakersMerged) -> None:
        gone, stays = self.speakers.pop(change.speaker), self.speakers[change.into]
        self.speakers[change.into] = _with_all(stays, gone)
        for turn in self.heard.turns:
            if self.turns.get(turn.n, turn.speaker) == change.speaker:
                self.turns[turn.n] = change.into


def _with_all(speaker: Speaker, other: Speaker) -> Speaker:
    """A voice with what is known of another one and not of it."""
    told: dict[str, object] = {}
    if speaker.name is None and other.name:
        told |= {"name": other.name, "name_confidence": other.name_confidence}
    if speaker.side is None and other.side:
        told |= {"side": other.side, "side_confidence": other.side_confidence}
    if speaker.title is None and other.title:
        told |= {"title": other.title}
    return speaker.model_copy(update=told)


def changed(speaker: Speaker, change: SpeakerChanged) -> Speaker:
    """A voice as somebody says that it is."""
    told: dict[str, object] = {"reason": f"{change.by} said so on {change.at.date()}"}
    if change.name is not None:
        told |= {"name": change.name or None, "name_confidence": 1.0 if change.name else 0.0}
    if change.title is not None:
        told |= {"title": change.title or None}
    if change.side is not None:
        side = None if change.side == "unknown" else change.side
        told |= {"side": side, "side_confidence": 1.0 if side else 0.0}
    return speaker.model_copy(update=told)
