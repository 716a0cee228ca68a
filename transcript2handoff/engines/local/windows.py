"""Lays a call out for the encoder: windows of tokens, each sentence with words around it.

Every turn begins with a mark of the speaker's side, so that the encoder knows who talks.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from transcript2handoff.deal import Side
from transcript2handoff.engines.local.reading import Sentence

Ids = npt.NDArray[np.int64]

WINDOW: Final = 256
"""Tokens that the encoder sees at once, the two at the ends included."""
CORE: Final = 128
"""Tokens of a window whose sentences are judged; the others are what is said around them."""
BEFORE: Final = 72
"""Tokens that stand before the core, where the call has them."""
LONGEST: Final = 96
"""A longer sentence is cut after this many tokens."""
CLS, SEP, PAD, UNKNOWN = 101, 102, 0, 100
"""Special tokens of the BERT vocabulary."""
SIDE_MARKS: Final[dict[Side | None, int]] = {"seller": 1, "customer": 2, None: 3}
"""Tokens that the vocabulary leaves unused, one a side."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A sentence in tokens.

    Attributes:
        ids: token ids, the mark of the side first where a turn begins.
        lead: how many of them are marks.
        offsets: characters of the sentence that each token stands for, begin and end.
    """

    ids: tuple[int, ...]
    lead: int
    offsets: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Window:
    """Sentences ``first`` up to ``last``, of which ``core`` are judged; ends are exclusive."""

    first: int
    last: int
    core: range


def read_tokenizer(file: Path) -> Any:  # noqa: ANN401 - tokenizers has no types
    """The tokenizer of a file, neither padding nor truncating, as ``pieces`` wants it."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(file))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


def pieces(sentences: Sequence[Sentence], tokenizer: Any) -> list[Piece]:  # noqa: ANN401
    """The tokens of every sentence.

    Args:
        sentences: of one call, in order.
        tokenizer: as ``read_tokenizer`` gives it.
    """
    encoded = tokenizer.encode_batch([s.text for s in sentences], add_special_tokens=False)
    made = []
    for sentence, encoding in zip(sentences, encoded, strict=True):
        lead = (SIDE_MARKS[sentence.side],) if sentence.first else ()
        # What the vocabulary has no word for at all, such as a lone control character.
        words = encoding.ids[:LONGEST] or [UNKNOWN]
        offsets = encoding.offsets[:LONGEST] or [(0, len(sentence.text))]
        made.append(Piece((*lead, *words), len(lead), tuple(offsets)))
    return made


def judged_windows(said: Sequence[Piece]) -> Iterator[Window]:
    """Windows whose cores follow one another and together hold every sentence once."""
    sizes = [len(piece.ids) for piece in said]
    begin = 0
    while begin < len(sizes):
        end = _reach(sizes, begin, CORE)
        first = begin
        room = BEFORE
        while first > 0 and sizes[first - 1] <= room:
            first -= 1
            room -= sizes[first]
        last = _reach(sizes, first, WINDOW - 2, at_least=end)
        yield Window(first, last, range(begin, end))
        begin = end


def packed_windows(said: Sequence[Piece], *, begin: int) -> Iterator[Window]:
    """Windows one after the other from sentence ``begin`` on, full, every sentence judged."""
    sizes = [len(piece.ids) for piece in said]
    if begin:
        yield from _packed(sizes[:begin], 0)
    yield from _packed(sizes[begin:], begin)


def _packed(sizes: Sequence[int], offset: int) -> Iterator[Window]:
    begin = 0
    while begin < len(sizes):
        end = _reach(sizes, begin, WINDOW - 2)
        yield Window(offset + begin, offset + end, range(offset + begin, offset + end))
        begin = end


def _reach(sizes: Sequence[int], begin: int, room: int, *, at_least: int = 0) -> int:
    """The end of the longest run from ``begin`` that fits the room; one sentence always does."""
    end, used = begin, 0
    while end < len(sizes) and (used + sizes[end] <= room or end < max(at_least, begin + 1)):
        used += sizes[end]
        end += 1
    return end


def tokens_of(window: Window, said: Sequence[Piece]) -> tuple[list[int], list[tuple[int, int]]]:
    """The tokens of a window and where each of its sentences stands in them, marks left out."""
    ids, places = [CLS], []
    for piece in said[window.first : window.last]:
        ids.extend(piece.ids)
        places.append((len(ids) - len(piece.ids) + piece.lead, len(ids)))
    ids.append(SEP)
    return ids, places


def padded(rows: Sequence[Sequence[int]]) -> tuple[Ids, Ids]:
    """Token rows as one array and its mask, both of shape (rows, longest row)."""
    longest = max(len(row) for row in rows)
    ids = np.full((len(rows), longest), PAD, dtype=np.int64)
    mask = np.zeros_like(ids)
    for place, row in enumerate(rows):
        ids[place, : len(row)] = row
        mask[place, : len(row)] = 1
    return ids, mask
