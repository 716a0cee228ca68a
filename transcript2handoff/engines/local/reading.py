"""A call as the finders see it: sentences with their speaker, their neighbours and their names."""

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any, Final

from transcript2handoff.deal import DealContext, Side
from transcript2handoff.extract.names import Roster, roster
from transcript2handoff.transcript import Span, Speaker, Transcript, Turn

LONG: Final = 26
"""Sentences with more words are cut at the joints of their clauses."""
LONGEST: Final = 1_000
"""Characters of what counts as one sentence: nobody says more in one breath, and what is done with
the figures and days of a sentence takes a time that grows faster than it."""
SHORT: Final = 6
"""No clause is cut shorter than this many words."""

_ABBREVIATION: Final = re.compile(r"\b(?:Mr|Mrs|Ms|Dr|St|vs|e\.g|i\.e|approx|No|Inc|Ltd)\.$")
_SENTENCE_END: Final = re.compile(r"(?<![.!?…])[.!?…]+[\"')\]]*\s+")
# The recogniser of names lives by capitals; a turn without one inside is not worth its time.
_INNER_CAPITAL: Final = re.compile(r"(?<=[^.!?…] )(?!I\b)[A-Z]|^(?!I\b)[A-Z]\w*(?:'s)? [A-Z]")
_JOINT: Final = re.compile(
    r"(?:[,;:]\s+|\s)(?=(?:and|but|because|cause|so|or|then|which|if|when|that's|thats)\s+\S)"
    r"|[,;]\s+(?=(?:i|we|he|she|they|it|you|there)(?:'\w+)?\s)"
    r"|\s(?=(?:okay|right|yeah)\s(?:so|and|but|i|we)\b)",
    re.IGNORECASE,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Sentence:
    """A sentence, or a clause of a long one. ``text`` stands letter for letter in its turn."""

    turn: int
    span: Span
    text: str
    plain: str
    """``text`` in lower case with straight quotes, of the same length."""
    side: Side | None
    speaker: str | None
    """The speaker's name, where it is known."""
    first: bool
    """Whether the turn begins with it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class NamedEntity:
    """What the entity recogniser holds for a name; ``label`` is of OntoNotes (PERSON, ORG, …)."""

    turn: int
    span: Span
    text: str
    label: str


@dataclass(frozen=True, kw_only=True)
class Reading:
    """A call, read once: everything that finders and field readers look at."""

    transcript: Transcript
    context: DealContext
    roster: Roster
    sentences: tuple[Sentence, ...]
    entities: tuple[NamedEntity, ...]

    @cached_property
    def _sentences_by_turn(self) -> dict[int, list[Sentence]]:
        found: dict[int, list[Sentence]] = {}
        for sentence in self.sentences:
            found.setdefault(sentence.turn, []).append(sentence)
        return found

    @cached_property
    def _entities_by_sentence(self) -> dict[tuple[int, int], list[NamedEntity]]:
        """By turn and place of the sentence that an entity begins in."""
        found: dict[tuple[int, int], list[NamedEntity]] = {}
        begins = {n: [s.span.begin for s in said] for n, said in self._sentences_by_turn.items()}
        for entity in self.entities:
            places = begins[entity.turn]
            place = places[max(bisect_right(places, entity.span.begin) - 1, 0)]
            found.setdefault((entity.turn, place), []).append(entity)
        return found

    @cached_property
    def customers_talk(self) -> Counter[str]:
        """How many sentences each named person of the customer's side says."""
        said = (s.speaker for s in self.sentences if s.side == "customer" and s.speaker)
        return Counter(said)

    def of_turn(self, n: int) -> list[Sentence]:
        """The sentences of turn ``n``; none for a turn that is not there."""
        return self._sentences_by_turn.get(n, [])

    def entities_in(self, sentence: Sentence) -> list[NamedEntity]:
        """The named entities that begin in a sentence."""
        return self._entities_by_sentence.get((sentence.turn, sentence.span.begin), [])

    def following(self, sentence: Sentence) -> Sentence | None:
        """The next sentence of the same turn."""
        said = self.of_turn(sentence.turn)
        place = bisect_left(said, sentence.span.end, key=lambda each: each.span.begin)
        return said[place] if place < len(said) else None

    def preceding(self, sentence: Sentence) -> Sentence | None:
        """The sentence before, in the same turn."""
        said = self.of_turn(sentence.turn)
        place = bisect_right(said, sentence.span.begin, key=lambda each: each.span.end)
        return said[place - 1] if place else None

    def share(self, sentence: Sentence) -> float:
        """How far into the call a sentence is said, 0 to 1."""
        return sentence.turn / len(self.transcript.turns)


def plain_text(text: str) -> str:
    """Lower case with straight quotes, character for character."""
    lowered = text.lower()
    same = lowered if len(lowered) == len(text) else text  # some capitals lower to two letters
    return same.replace("’", "'").replace("‘", "'").replace("“", '"').replace("”", '"')


def read(transcript: Transcript, context: DealContext, *, pipeline: Any) -> Reading:  # noqa: ANN401
    """Cut a call into sentences and find its names.

    Args:
        transcript: the call; at least one turn.
        context: what the deal file knows.
        pipeline: a spaCy pipeline with an entity recogniser.
    """
    return Reading(
        transcript=transcript,
        context=context,
        roster=roster(transcript, context),
        sentences=cut(transcript),
        entities=tuple(_entities(transcript.turns, pipeline)),
    )


def cut(transcript: Transcript) -> tuple[Sentence, ...]:
    """The sentences of a call, in order."""
    speakers = {speaker.id: speaker for speaker in transcript.speakers}
    said = (_sentences(turn, speakers.get(turn.speaker or "")) for turn in transcript.turns)
    return tuple(sentence for turn in said for sentence in turn)


def _entities(turns: Iterable[Turn], pipeline: Any) -> Iterator[NamedEntity]:  # noqa: ANN401
    numbered = ((turn.text, turn.n) for turn in turns if _INNER_CAPITAL.search(turn.text))
    for doc, n in pipeline.pipe(numbered, as_tuples=True, batch_size=256):
        for entity in doc.ents:
            span = Span(entity.start_char, entity.end_char)
            yield NamedEntity(turn=n, span=span, text=entity.text, label=entity.label_)


def _sentences(turn: Turn, speaker: Speaker | None) -> Iterator[Sentence]:
    for span in sentence_spans(turn.text):
        text = turn.text[span.begin : span.end]
        yield Sentence(
            turn=turn.n,
            span=span,
            text=text,
            plain=plain_text(text),
            side=speaker.side if speaker else None,
            speaker=speaker.name if speaker else None,
            first=not turn.text[: span.begin].strip(),
        )


def sentence_spans(text: str) -> tuple[Span, ...]:
    """Where the sentences of a turn stand, long ones cut into clauses, outer blanks left off.

    Text without punctuation (raw recogniser output) falls into clauses alone.
    """
    pieces = (clause for sentence in _by_punctuation(text) for clause in _clauses(text, sentence))
    short = (part for piece in pieces for part in _parts(text, piece))
    trimmed = (_trimmed(text, piece) for piece in short)
    return tuple(span for span in trimmed if span.begin < span.end)


def _by_punctuation(text: str) -> Iterator[Span]:
    begin = 0
    for match in _SENTENCE_END.finditer(text):
        if not _ABBREVIATION.search(text[begin : match.end()].rstrip()):
            yield Span(begin, match.end())
            begin = match.end()
    yield Span(begin, len(text))


def _clauses(text: str, sentence: Span) -> Iterator[Span]:
    words = len(text[sentence.begin : sentence.end].split())
    if words <= LONG:
        yield sentence
        return
    joints = [match.end() for match in _JOINT.finditer(text, sentence.begin, sentence.end)]
    edges = [sentence.begin]
    for joint in joints:
        before = len(text[edges[-1] : joint].split())
        after = len(text[joint : sentence.end].split())
        if before >= SHORT and after >= SHORT:
            edges.append(joint)
    yield from (Span(begin, end) for begin, end in pairwise([*edges, sentence.end]))


def _parts(text: str, piece: Span) -> Iterator[Span]:
    """Pieces of bounded length, cut at blanks where there are any."""
    begin = piece.begin
    while piece.end - begin > LONGEST:
        blank = text.rfind(" ", begin + LONGEST // 2, begin + LONGEST)
        end = blank + 1 if blank >= 0 else begin + LONGEST
        yield Span(begin, end)
        begin = end
    yield Span(begin, piece.end)


def _trimmed(text: str, span: Span) -> Span:
    piece = text[span.begin : span.end]
    begin = span.begin + len(piece) - len(piece.lstrip())
    return Span(begin, max(begin, span.end - len(piece) + len(piece.rstrip())))
