"""What was said, by whom and when; the way between a character and a second."""

import json
from collections.abc import Iterator
from itertools import pairwise
from typing import Annotated, Final, Literal, NamedTuple, Self

from pydantic import Field, ValidationError, model_validator

from transcript2handoff.deal import Record, Side, Text, first_fault
from transcript2handoff.errors import ArtifactError

SCHEMA_VERSION: Final = 1

Confidence = Annotated[float, Field(ge=0.0, le=1.0)]
Seconds = Annotated[float, Field(ge=0.0, allow_inf_nan=False)]


class Span(NamedTuple):
    """A stretch of characters, end exclusive."""

    begin: int
    end: int


class Playback(NamedTuple):
    """A stretch of the recording in seconds."""

    start: float
    end: float


class Word(NamedTuple):
    """One word of a turn as it is written there, punctuation included, with its seconds."""

    text: str
    start: Seconds
    end: Seconds


class Speaker(Record):
    """A voice on the call. ``name`` and ``side`` are none where nothing says them for sure."""

    id: Text
    name: Text | None = None
    side: Side | None = None
    title: Text | None = None
    name_confidence: Confidence = 0.0
    side_confidence: Confidence = 0.0
    channel: Annotated[int, Field(ge=0)] | None = None
    """The channel that this voice is on, where channels carry different people."""
    reason: str | None = None
    """Why this name and side, in words that a reader can check."""

    @property
    def label(self) -> str:
        """What a document calls this speaker: the name, or an honest stand-in."""
        if self.name:
            return self.name
        return f"Unknown {self.id.removeprefix('S')}" if self.id.startswith("S") else self.id


class Turn(Record):
    """One stretch of one speaker. ``words`` are the tokens of ``text``, or none without times."""

    n: Annotated[int, Field(ge=1)]
    speaker: Text | None = None
    text: str
    start: Seconds | None = None
    end: Seconds | None = None
    words: tuple[Word, ...] = ()

    @model_validator(mode="after")
    def _words_are_the_text(self) -> Self:
        if (self.start is None) != (self.end is None):
            raise ValueError(f"turn {self.n} has one of start and end, not both")
        if self.start is not None and self.end is not None and self.start > self.end:
            raise ValueError(f"turn {self.n} ends before it starts")
        if self.words and [word.text for word in self.words] != self.text.split():
            raise ValueError(f"the words of turn {self.n} are not those of its text")
        if self.words and self.start is None:
            raise ValueError(f"turn {self.n} has timed words but no time of its own")
        return self

    def word_spans(self) -> Iterator[tuple[Word, Span]]:
        """Each timed word with its characters in ``text``."""
        position = 0
        for word in self.words:
            begin = self.text.index(word.text, position)
            position = begin + len(word.text)
            yield word, Span(begin, position)

    def playback(self, span: Span) -> Playback | None:
        """The seconds in which the characters of ``span`` are said; none without times.

        Timed words are met exactly. A turn that has only a start and an end is taken to be
        spoken at an even pace.
        """
        if self.start is None or self.end is None:
            return None
        spoken = [w for w, s in self.word_spans() if s.begin < span.end and span.begin < s.end]
        if spoken:
            return Playback(min(w.start for w in spoken), max(w.end for w in spoken))
        pace = (self.end - self.start) / max(len(self.text), 1)
        return Playback(
            round(self.start + pace * span.begin, 2), round(self.start + pace * span.end, 2)
        )


class Source(Record):
    """Where a transcript comes from; enough to make it again."""

    kind: Literal["recording", "transcript"]
    file: Text
    format: Text
    sha256: Text
    recognizer: str | None = None
    diarizer: str | None = None


class Transcript(Record):
    """A whole call: speakers, and turns numbered from 1 without gaps.

    ``version`` counts the corrections that people made to the words; evidence remembers it.
    """

    schema_version: Literal[1] = SCHEMA_VERSION
    call_id: Text
    version: Annotated[int, Field(ge=1)] = 1
    language: str | None = None
    """ISO 639-1 code of the language spoken, where it is known."""
    duration: Seconds | None = None
    source: Source | None = None
    notes: tuple[Text, ...] = ()
    """What a reader should know about how it came about: a damaged file, voices not told apart."""
    speakers: tuple[Speaker, ...] = ()
    turns: tuple[Turn, ...] = ()

    @model_validator(mode="after")
    def _turns_fit_together(self) -> Self:
        numbers = [turn.n for turn in self.turns]
        if numbers != list(range(1, len(numbers) + 1)):
            raise ValueError("turns are not numbered 1, 2, 3, … without gaps")
        ids = [speaker.id for speaker in self.speakers]
        if len(set(ids)) != len(ids):
            raise ValueError("two speakers have the same id")
        strangers = {turn.speaker for turn in self.turns} - {None, *ids}
        if strangers:
            raise ValueError(
                f"turns of speakers that are not listed: {sorted(map(str, strangers))}"
            )
        return self

    @property
    def text(self) -> str:
        """All turns, one a line, in order; ``offset`` and ``locate`` count its characters."""
        return "\n".join(turn.text for turn in self.turns)

    def turn(self, n: int) -> Turn:
        """The turn with this number.

        Raises:
            IndexError: there is no such turn.
        """
        if not 1 <= n <= len(self.turns):
            raise IndexError(f"turn {n} of {len(self.turns)}")
        return self.turns[n - 1]

    def offset(self, n: int) -> int:
        """Where turn ``n`` begins in ``text``."""
        self.turn(n)
        return sum(len(turn.text) + 1 for turn in self.turns[: n - 1])

    def locate(self, offset: int) -> tuple[Turn, int]:
        """The turn that holds a character of ``text``, and the place of the character in it.

        The line break after a turn counts as the turn's last place.

        Raises:
            IndexError: the offset lies outside of the text.
        """
        rest = offset
        for turn in self.turns if offset >= 0 else ():
            if rest <= len(turn.text):
                return turn, rest
            rest -= len(turn.text) + 1
        raise IndexError(f"character {offset} of {len(self.text)}")

    def speaker(self, speaker_id: str | None) -> Speaker | None:
        """The speaker with this id; none for none or an unlisted one."""
        return next((speaker for speaker in self.speakers if speaker.id == speaker_id), None)

    def speaker_of(self, n: int) -> Speaker | None:
        """Who speaks in turn ``n``, if anybody knows."""
        return self.speaker(self.turn(n).speaker)

    def side_of(self, n: int) -> Side | None:
        """On which side the speaker of turn ``n`` stands, if anybody knows."""
        speaker = self.speaker_of(n)
        return speaker.side if speaker else None

    def playback(self, n: int, quote: str) -> Playback | None:
        """When ``quote`` is said in turn ``n``; none without times.

        Raises:
            ValueError: the quote does not stand in the turn.
        """
        turn = self.turn(n)
        begin = turn.text.find(quote)
        if begin < 0 or not quote:
            raise ValueError(f"turn {n} does not hold {quote!r}")
        return turn.playback(Span(begin, begin + len(quote)))

    def has_times(self) -> bool:
        """Whether a recording can be played from the turns."""
        return any(turn.start is not None for turn in self.turns)

    def is_in_order(self) -> bool:
        """Whether the turns stand in the order of their seconds."""
        starts = [turn.start for turn in self.turns if turn.start is not None]
        return all(first <= second for first, second in pairwise(starts))

    def to_json(self) -> str:
        """The file ``2_transcript.json``: a head, then one line a turn."""
        data = self.model_dump(mode="json", exclude={"turns"})
        head = json.dumps(data, indent=1, ensure_ascii=False).removesuffix("\n}")
        turns = (
            json.dumps(turn.model_dump(mode="json"), ensure_ascii=False) for turn in self.turns
        )
        return f'{head},\n "turns": [\n  ' + ",\n  ".join(turns) + "\n ]\n}\n"


def read_transcript(text: str | bytes, *, where: str = "the transcript") -> Transcript:
    """Read what ``Transcript.to_json`` wrote.

    Raises:
        ArtifactError: it is not JSON, of another schema version, or breaks a rule of the types.
    """
    try:
        return Transcript.model_validate_json(text)
    except ValidationError as error:
        raise ArtifactError(
            f"{where} is not a transcript of schema version {SCHEMA_VERSION}: "
            f"{first_fault(error)}. Make it again with `t2h transcribe`."
        ) from error
