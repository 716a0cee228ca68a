"""Where everything stands in the stakeholder map: lanes of attitude, rows of influence, cards.

Lengths are CSS pixels. Cards fill the cells of a grid that grows with them, so none can lie on
another. How wide a text is, is estimated with the widths of a wide typeface: the picture is drawn
with whatever typeface its reader has.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

WIDTH: Final = 1200
"""That a picture has at most."""
MARGIN: Final = 20
LABELS: Final = 130
"""The column with the names of the rows."""
TOP: Final = 116
"""Title and headings of the lanes."""
CARD: Final = 180
GAP: Final = 8
EMPTY_LANE: Final = 110
EMPTY_ROW: Final = 60
BAR: Final = 14
"""The patterned bar at the left of a card."""
NAME_SIZE: Final = 14
SMALL_SIZE: Final = 12
MOST_LINES: Final = 3
"""Of a name and of a role; what does not fit is cut, and stands whole in the list of the people."""

_ROOM_FOR_LANES: Final = WIDTH - 2 * MARGIN - LABELS
_ROOM: Final = CARD - BAR - 16
_NARROW: Final = frozenset("iljtfrI.,:;'’|!()[] -")
_WIDE: Final = frozenset("mwMW@%&")


@dataclass(frozen=True, kw_only=True)
class Label:
    """A line of text; ``y`` is its baseline, from the top of its card."""

    y: int
    text: str
    size: int
    bold: bool = False


@dataclass(frozen=True, kw_only=True)
class Card:
    """Somebody before placing: the lines of the card, and its height."""

    labels: tuple[Label, ...]
    height: int


@dataclass(frozen=True, kw_only=True)
class Placed:
    """A card in its place; ``index`` counts from 0 in the cards that were given."""

    index: int
    card: Card
    x: int
    y: int


@dataclass(frozen=True, kw_only=True)
class Stretch:
    """A lane from left to right, or a row from top to bottom."""

    start: int
    length: int


@dataclass(frozen=True, kw_only=True)
class Layout:
    """The grid, and the cards in it."""

    lanes: tuple[Stretch, ...]
    rows: tuple[Stretch, ...]
    placed: tuple[Placed, ...]
    height: int

    @property
    def width(self) -> int:
        """Of the whole picture."""
        return self.lanes[-1].start + self.lanes[-1].length + MARGIN


def card(name: str, role: str, note: str) -> Card:
    """The lines of somebody's card; role and note may be empty."""
    labels: list[Label] = []
    y = 4
    for text, size in ((name, NAME_SIZE), (role, SMALL_SIZE), (note, SMALL_SIZE)):
        for row in wrapped(text, size=size, room=_ROOM):
            y += size + 4
            labels.append(Label(y=y, text=row, size=size, bold=size == NAME_SIZE))
    return Card(labels=tuple(labels), height=y + 10)


def lay_out(
    cells: Sequence[tuple[int, int]], cards: Sequence[Card], *, lanes: int, rows: int
) -> Layout:
    """Place each card in its cell of a grid; ``cells`` are pairs of lane and row, from 0.

    Cards fill a cell in the order in which they are given.
    """
    grid = {
        (lane, row): [n for n, cell in enumerate(cells) if cell == (lane, row)]
        for lane in range(lanes)
        for row in range(rows)
    }
    across = _lanes(grid, cards, lanes)
    filled = {cell: _filled(mine, cards, across[cell[0]]) for cell, mine in grid.items()}
    heights = [
        max(EMPTY_ROW, *(filled[lane, row].height for lane in range(lanes))) for row in range(rows)
    ]
    down = _stretches(TOP, heights)
    placed = [
        replace(one, y=down[row].start + one.y)
        for (_, row), found in filled.items()
        for one in found.placed
    ]
    return Layout(
        lanes=across,
        rows=down,
        placed=tuple(sorted(placed, key=lambda each: each.index)),
        height=down[-1].start + down[-1].length + MARGIN,
    )


def wrapped(text: str, *, size: int, room: float, most: int = MOST_LINES) -> tuple[str, ...]:
    """Text in lines that are not wider than ``room``; what ``most`` lines cannot hold is cut."""
    lines: list[str] = []
    line = ""
    for word in _pieces(text, size, room):
        longer = f"{line} {word}".strip()
        if line and width(longer, size) > room:
            lines.append(line)
            line = word
        else:
            line = longer
    lines += [line] if line else []
    if len(lines) <= most:
        return tuple(lines)
    return (*lines[: most - 1], _cut(" ".join(lines[most - 1 :]), size, room))


def width(text: str, size: int) -> float:
    """How wide a text is at most, in a typeface as wide as DejaVu Sans; large text is bold."""
    weight = 1.0 if size > SMALL_SIZE else 0.9
    return size * weight * sum(_advance(character) for character in text)


def _advance(character: str) -> float:
    if unicodedata.combining(character):
        return 0.0
    if character in _NARROW:
        return 0.42
    if character in _WIDE or unicodedata.east_asian_width(character) in "WF":
        return 1.1
    return 0.83 if character.isupper() else 0.72


def _pieces(text: str, size: int, room: float) -> Iterator[str]:
    """The words of a text; one that is too wide for a line is broken."""
    for word in text.split():
        piece = ""
        for character in word:
            if width(piece + character, size) > room:
                yield piece
                piece = ""
            piece += character
        yield piece


def _cut(text: str, size: int, room: float) -> str:
    while width(f"{text}…", size) > room:
        text = text[:-1]
    return f"{text.rstrip()}…"


@dataclass(frozen=True, kw_only=True)
class _Filled:
    """The cards of one cell; ``y`` counts from the top of the cell."""

    placed: tuple[Placed, ...]
    height: int


def _filled(mine: Sequence[int], cards: Sequence[Card], lane: Stretch) -> _Filled:
    """Each card goes into the column that is shortest so far, the first of equals."""
    columns = max((lane.length - GAP) // (CARD + GAP), 1)
    depths = [GAP] * columns
    placed: list[Placed] = []
    for n in mine:
        column = depths.index(min(depths))
        x = lane.start + GAP + column * (CARD + GAP)
        placed.append(Placed(index=n, card=cards[n], x=x, y=depths[column]))
        depths[column] += cards[n].height + GAP
    return _Filled(placed=tuple(placed), height=max(depths))


def _lanes(
    grid: dict[tuple[int, int], list[int]], cards: Sequence[Card], lanes: int
) -> tuple[Stretch, ...]:
    """A lane with people is as wide as a card; the fullest get more while the page has room."""
    fullest = [max(len(mine) for (at, _), mine in grid.items() if at == n) for n in range(lanes)]
    columns = [1 if most else 0 for most in fullest]
    while cards:
        n = max(range(lanes), key=lambda lane: (fullest[lane] / max(columns[lane], 1), -lane))
        if fullest[n] <= columns[n] or sum(_widths(columns)) + CARD + GAP > _ROOM_FOR_LANES:
            break
        columns[n] += 1
    return _stretches(MARGIN + LABELS, _widths(columns))


def _widths(columns: Sequence[int]) -> list[int]:
    return [n * (CARD + GAP) + GAP if n else EMPTY_LANE for n in columns]


def _stretches(start: int, lengths: Sequence[int]) -> tuple[Stretch, ...]:
    return tuple(
        Stretch(start=start + sum(lengths[:n]), length=length) for n, length in enumerate(lengths)
    )
