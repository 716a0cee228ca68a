import numpy as np
import pytest

from transcript2handoff.engines.local.encoder import Told
from transcript2handoff.engines.local.labels import NAMES, width
from transcript2handoff.engines.local.mentions import mentions, named
from transcript2handoff.engines.local.reading import Sentence
from transcript2handoff.engines.local.windows import Piece
from transcript2handoff.transcript import Span


def told(texts, kind, marked):
    """What a reader tells that marks just these words, each word being a token."""
    pieces, names = [], []
    for text in texts:
        offsets, at = [], 0
        for word in text.split():
            begin = text.index(word, at)
            at = begin + len(word)
            offsets.append((begin, at))
        marks = np.full((len(offsets), len(NAMES)), -5.0, np.float32)
        for n, (begin, end) in enumerate(offsets):
            if text[begin:end].strip(".,?") in marked:
                marks[n, NAMES.index(kind)] = 2.0
        pieces.append(Piece((0,) * len(offsets), 0, tuple(offsets)))
        names.append(marks)
    return Told(np.zeros((len(texts), width()), np.float32), tuple(names), tuple(pieces))


def sentences(*texts):
    return [
        Sentence(
            turn=n,
            span=Span(0, len(text)),
            text=text,
            plain=text.lower(),
            side="customer",
            speaker=None,
            first=True,
        )
        for n, text in enumerate(texts, 1)
    ]


def test_marked_neighbours_are_one_name():
    said = sentences("We had Lantern Freight, for two years.")
    found = list(
        mentions(
            said, told([s.text for s in said], "competitor", {"Lantern", "Freight"}), "competitor"
        )
    )
    assert [(m.name, m.place) for m in found] == [("Lantern Freight", 0)]


def test_articles_are_left_off():
    said = sentences("It all sits in the spreadsheet.")
    found = mentions(
        said, told([s.text for s in said], "competitor", {"the", "spreadsheet"}), "competitor"
    )
    assert [m.name for m in found] == ["spreadsheet"]


def test_a_part_of_a_name_joins_the_whole():
    said = sentences("Ask Marta Ruiz.", "Marta signs.", "Then Olek.")
    texts = [s.text for s in said]
    found = named(said, told(texts, "stakeholder", {"Marta", "Ruiz", "Olek"}), "stakeholder")
    assert [(n.name, [m.place for m in n.mentions]) for n in found] == [
        ("Marta Ruiz", [0, 1]),
        ("Olek", [2]),
    ]


@pytest.mark.parametrize("kind", NAMES)
def test_marks_of_the_other_kind_are_no_name(kind):
    said = sentences("Marta uses Doorly.")
    other = next(name for name in NAMES if name != kind)
    assert not named(said, told([s.text for s in said], kind, {"Marta"}), other)
