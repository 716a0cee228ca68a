"""Several calls, and texts about them, with private data hidden in all of them alike. Pure."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from transcript2handoff.policy.redaction import Projection, redact
from transcript2handoff.transcript import Span, Speaker, Transcript, Turn


@dataclass(frozen=True, kw_only=True)
class Redacted:
    """What is told in the place of the calls and the texts.

    Attributes:
        transcripts: the same calls, turns and speakers.
        texts: what stands for each text that was given; nothing for one that stays as it is.
        hidden: how many different values of each kind are hidden.
        originals: placeholder -> the words that it stands for.
    """

    transcripts: tuple[Transcript, ...]
    texts: Mapping[str, str] = field(default_factory=dict)
    hidden: Mapping[str, int] = field(default_factory=dict)
    originals: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def _holders(self) -> re.Pattern[str]:
        return re.compile("|".join(map(re.escape, self.originals)) or "(?!)")

    def span(self, told: str, was: Span) -> Span:
        """Where characters of a turn stand in the turn as it is told.

        A placeholder counts as a whole, also where a part of its words is meant.

        Args:
            told: the text of the turn as it is told.
            was: characters of its text as it was.
        """
        parts = [now for before, now in self._parts(told, was) if before]
        return Span(parts[0].begin, parts[-1].end)

    def hidden_spans(self, told: str) -> Iterator[Span]:
        """Where the words of each placeholder stood in a text before it was told this way."""
        shift = 0
        for found in self._holders.finditer(told):
            words = self.originals[found[0]]
            begin = found.start() + shift
            yield Span(begin, begin + len(words))
            shift += len(words) - len(found[0])

    def _parts(self, told: str, wanted: Span) -> Iterator[tuple[bool, Span]]:
        """Each stretch of a text as it is told, and whether it is wanted; cut to what is."""
        place, shift = 0, 0
        for found in self._holders.finditer(told):
            yield _cut(Span(place, found.start()), wanted, shift)
            length = len(self.originals[found[0]])
            begin = found.start() + shift
            meets = begin < wanted.end and wanted.begin < begin + length
            yield meets, Span(found.start(), found.end())
            place, shift = found.end(), shift + length - len(found[0])
        yield _cut(Span(place, len(told)), wanted, shift)


def _cut(now: Span, wanted: Span, shift: int) -> tuple[bool, Span]:
    """What of a stretch without placeholders is wanted; ``shift`` leads to where it stood."""
    begin, end = max(now.begin, wanted.begin - shift), min(now.end, wanted.end - shift)
    return begin < end, Span(begin, end)


def redacted(transcripts: Sequence[Transcript], texts: Iterable[str]) -> Redacted:
    """The calls and the texts without private data; the same words have one placeholder in all.

    Args:
        transcripts: of the calls.
        texts: of which each is told by itself. What is hidden in a call is hidden in them, too.
    """
    said = [_named(turn, call.call_id) for call in transcripts for turn in call.turns]
    free = tuple(dict.fromkeys(texts))
    turns = (*said, *(Turn(n=1, text=text) for text in free))
    whole = Transcript(
        call_id="calls",
        speakers=tuple(_named_speaker(one, call) for call in transcripts for one in call.speakers),
        turns=tuple(turn.model_copy(update={"n": n}) for n, turn in enumerate(turns, 1)),
    )
    projection = redact(whole)
    told = [turn.text for turn in projection.transcript.turns[len(said) :]]
    return Redacted(
        transcripts=tuple(_apart(transcripts, projection)),
        texts={text: now for text, now in zip(free, told, strict=True) if text != now},
        hidden=projection.hidden,
        originals=projection.originals,
    )


def redacted_texts(transcripts: Sequence[Transcript], texts: Sequence[str]) -> dict[str, str]:
    """Each text as it may be told beside the calls, line by line."""
    lines = redacted(transcripts, (line for text in texts for line in text.split("\n"))).texts
    return {text: "\n".join(lines.get(line, line) for line in text.split("\n")) for text in texts}


def _apart(transcripts: Sequence[Transcript], projection: Projection) -> Iterator[Transcript]:
    """The calls by themselves again, in their order."""
    turns = iter(projection.transcript.turns)
    speakers = iter(projection.transcript.speakers)
    for call in transcripts:
        told = tuple(_told(turn, next(turns).text) for turn in call.turns)
        who = tuple(
            one.model_copy(update={"name": now.name, "title": now.title})
            for one, now in zip(call.speakers, speakers, strict=False)
        )
        yield call.model_copy(update={"turns": told, "speakers": who})


def _told(turn: Turn, text: str) -> Turn:
    return turn if turn.text == text else turn.model_copy(update={"text": text, "words": ()})


def _named(turn: Turn, call_id: str) -> Turn:
    """A turn among those of other calls, where S1 may be somebody else."""
    speaker = turn.speaker and f"{call_id} {turn.speaker}"
    return turn.model_copy(update={"speaker": speaker, "words": ()})


def _named_speaker(speaker: Speaker, call: Transcript) -> Speaker:
    return speaker.model_copy(update={"id": f"{call.call_id} {speaker.id}", "reason": None})
