"""The stakeholder map: nothing overlaps, nothing is clipped, everything is escaped and readable."""

from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcript2handoff.documents.attitudes import ATTITUDES
from transcript2handoff.documents.map_layout import (
    CARD,
    MOST_LINES,
    WIDTH,
    card,
    lay_out,
    width,
    wrapped,
)
from transcript2handoff.documents.stakeholder_map import stakeholder_map_list, stakeholder_map_svg
from transcript2handoff.facts import Objection, Stakeholder

SVG = "{http://www.w3.org/2000/svg}"
INFLUENCES = (
    "economic_buyer",
    "champion",
    "technical",
    "user",
    "blocker",
    "influencer",
    "unknown",
)
LONG = "Dr. Maria-Theresia Ólafsdóttir-Wolfeschlegelsteinhausenbergerdorff von und zu Weißenfels"

cells = st.tuples(st.integers(0, 4), st.integers(0, 4))


def _picture(talk, count, name="Person {}"):
    for number in range(count):
        fact = Stakeholder(
            name=name.format(number),
            role=name.format("of role"),
            influence=INFLUENCES[number % len(INFLUENCES)],
            present=False,
        )
        talk.hear("Lena Koch", f"There is number {number}.", fact)
    return ElementTree.fromstring(stakeholder_map_svg(talk.inside()))


def _boxes(root):
    """The outer edges of all cards: left, top, right, bottom."""
    return [
        (x, y, x + w, y + h)
        for x, y, w, h in (
            tuple(int(each.get(name)) for name in ("x", "y", "width", "height"))
            for each in root.findall(f"{SVG}svg")
        )
    ]


def _overlap(one, other):
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


@pytest.mark.parametrize(
    "name", ["Person {}", LONG + " {}", "{}" + "W" * 300, "株式会社長い名前の担当者{}"]
)
@pytest.mark.parametrize("count", [1, 12, 30])
def test_up_to_thirty_people_stand_inside_the_picture_and_apart(talk, count, name):
    root = _picture(talk, count, name)

    boxes = _boxes(root)
    *_, across, down = map(int, root.get("viewBox").split())
    assert len(boxes) == count
    assert across <= WIDTH
    for n, box in enumerate(boxes):
        assert 0 <= box[0] < box[2] <= across
        assert 0 <= box[1] < box[3] <= down
        assert not any(_overlap(box, other) for other in boxes[:n])
    for each in root.findall(f"{SVG}svg"):
        for text in each.findall(f"{SVG}text"):
            size = int(text.get("font-size"))
            assert size >= 12
            assert int(text.get("x")) + width(text.text, size) <= CARD
            assert int(text.get("y")) + size // 4 <= int(each.get("height"))


@given(places=st.lists(cells, max_size=60), lines=st.integers(1, 3))
def test_cards_stand_in_their_cells_and_never_on_one_another(places, lines):
    cards = [card(" ".join(["Wilhelmina"] * lines), "Head", "") for _ in places]

    layout = lay_out(places, cards, lanes=5, rows=5)

    boxes = []
    for (lane, row), placed in zip(places, layout.placed, strict=True):
        box = (placed.x, placed.y, placed.x + CARD, placed.y + placed.card.height)
        across, down = layout.lanes[lane], layout.rows[row]
        assert across.start <= box[0] < box[2] <= across.start + across.length
        assert down.start <= box[1] < box[3] <= down.start + down.length
        assert not any(_overlap(box, other) for other in boxes)
        boxes.append(box)
    assert layout.width <= WIDTH
    assert layout == lay_out(places, cards, lanes=5, rows=5)


@given(text=st.text(max_size=300), room=st.integers(60, 400))
def test_lines_fit_and_lose_nothing_but_what_is_cut(text, room):
    lines = wrapped(text, size=14, room=room)

    assert len(lines) <= MOST_LINES
    assert all(width(line, 14) <= room for line in lines)
    shown = "".join("".join(lines).split())
    whole = "".join(text.split())
    assert shown == whole or whole.startswith(shown.removesuffix("…"))


def test_each_attitude_has_a_pattern_of_its_own_in_black_and_white(talk):
    root = _picture(talk, 7)

    patterns = {
        each.get("id"): ElementTree.tostring(each).split(b">", 1)[1]
        for each in root.iter(f"{SVG}pattern")
    }
    assert set(patterns) == {f"map-{attitude}" for attitude in ATTITUDES}
    assert len(set(patterns.values())) == len(ATTITUDES)
    colours = {
        value
        for each in root.iter()
        for name, value in each.items()
        if name in ("fill", "stroke") and not value.startswith("url(")
    }
    assert colours <= {"#000000", "#ffffff", "#777777", "none"}


def test_it_can_be_read_without_seeing_it(talk):
    talk.hear("Lena Koch", "Too dear.", Objection(topic="price"))
    fact = Stakeholder(name="Lena Koch", role="COO", influence="economic_buyer", present=True)
    talk.hear("Lena Koch", "I decide.", fact)
    root = ElementTree.fromstring(stakeholder_map_svg(talk.inside()))

    assert root.get("role") == "img"
    ids = root.get("aria-labelledby").split()
    title, description = (next(e for e in root.iter() if e.get("id") == one) for one in ids)
    assert title.text == "Stakeholders of Alder Freight: influence against attitude"
    assert description.text == (
        "Lena Koch, COO, decides about money, Doubts without an answer, 1 open objection. "
    )


def test_hostile_names_stay_names(talk):
    name = '<script>alert(1)</script> & "x" \x00\x0b\ufffe {}'
    root = _picture(talk, 2, name)

    assert {each.tag.removeprefix(SVG) for each in root.iter()} <= {
        *("svg", "title", "desc", "defs", "pattern", "rect", "path", "circle", "g", "text")
    }
    assert not any(name.startswith(("on", "href")) for each in root.iter() for name in each.attrib)
    titles = [each.find(f"{SVG}title").text for each in root.findall(f"{SVG}svg")]
    assert titles[0].startswith('<script>alert(1)</script> & "x"')


def test_nobody_was_named(talk):
    talk.say("alder-1", "Ana Reyes", "Hello.")
    inside = talk.inside(customer="A very long name of a customer " * 9)
    root = ElementTree.fromstring(stakeholder_map_svg(inside))

    assert "Not discussed." in [text.text for text in root.iter(f"{SVG}text")]
    across = int(root.get("viewBox").split()[2])
    heading = root.find(f"{SVG}text")
    assert int(heading.get("x")) + width(heading.text, 20) <= across
    assert "*Not discussed.*" in stakeholder_map_list(inside, picture="map.svg")


def test_the_list_proves_influence_and_attitude(talk):
    talk.hear("Lena Koch", "Too dear.", Objection(topic="price", status="deferred"))
    fact = Stakeholder(name="Lena Koch", role="COO", influence="user", present=True)
    talk.hear("Lena Koch", "I use it daily.", fact)

    text = stakeholder_map_list(talk.inside(), picture="map.svg")

    assert "[The picture](map.svg)" in text
    assert "| user | Doubts without an answer |" in text
    assert "- Lena Koch, Alder Freight, turn 2, 0:10: “I use it daily.”" in text
    assert "- **Too dear.** (put off)\n  - Lena Koch, Alder Freight, turn 1, 0:00" in text
