"""The stakeholder map: influence against attitude, as a picture and as a list with the proofs.

What an attitude is and how it is read off the calls, ``attitudes`` says. The picture is black on
white; patterns tell the attitudes apart, so that a copy on paper loses nothing.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from transcript2handoff.documents.attitudes import ATTITUDES, Attitude, Standing, standings
from transcript2handoff.documents.inside import Inside, Line, line, not_discussed
from transcript2handoff.documents.map_layout import (
    BAR,
    CARD,
    MARGIN,
    Card,
    Label,
    Layout,
    Placed,
    Stretch,
    card,
    lay_out,
    wrapped,
)
from transcript2handoff.facts import Influence, Objection
from transcript2handoff.handoff import Claim
from transcript2handoff.render.labels import INFLUENCE_LABELS, OBJECTION_LABELS
from transcript2handoff.words import Message, Shown, Words, counted, message

_LANES: Final[Mapping[Attitude, Message]] = {
    "against": message("May block"),
    "doubtful": message("Doubts without an answer"),
    "answered": message("Doubts, all answered"),
    "supportive": message("Supports it"),
    "unknown": message("Attitude not known"),
}
_ROWS: Final[tuple[tuple[Message, tuple[Influence, ...]], ...]] = (
    (message("Decides about money"), ("economic_buyer",)),
    (message("Can carry or stop it"), ("champion", "blocker")),
    (message("Has a say"), ("technical", "influencer")),
    (message("Uses it"), ("user",)),
    (message("Influence not known"), ("unknown",)),
)
"""From the most influence to the least."""

TITLE_SIZE: Final = 20
_UNFIT: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""Characters that XML does not allow, not even escaped."""


@dataclass(frozen=True, kw_only=True)
class Heading:
    """A lane or a row with its name in lines; ``pattern`` is the attitude of a lane."""

    stretch: Stretch
    lines: tuple[str, ...]
    pattern: Attitude | None = None


@dataclass(frozen=True, kw_only=True)
class Person:
    """Somebody's card in the picture; ``whole`` is all that it says, uncut."""

    x: int
    y: int
    height: int
    labels: tuple[Label, ...]
    pattern: Attitude
    whole: str


@dataclass(frozen=True, kw_only=True)
class Picture:
    """Everything that the SVG shows; lengths are CSS pixels."""

    title: str
    heading: str
    """The title as far as it fits."""
    layout: Layout
    lanes: tuple[Heading, ...]
    rows: tuple[Heading, ...]
    people: tuple[Person, ...]
    nothing: Message
    title_size: int = TITLE_SIZE
    card_width: int = CARD
    bar_width: int = BAR


@dataclass(frozen=True, kw_only=True)
class Listed:
    """Somebody in the list below the picture, with what the attitude rests on."""

    name: str
    role: str | None
    influence: Message
    attitude: Message
    about: Line
    objections: tuple[Line, ...]


def stakeholder_map_svg(inside: Inside) -> str:
    """The picture as a whole SVG document: no script, nothing loaded, text for screen readers.

    Raises:
        ArtifactError: the transcript of a call is not among those given.
    """
    picture = build_picture(inside)
    return inside.templates.html("stakeholder_map.svg.jinja", picture=picture)


def stakeholder_map_list(inside: Inside, *, picture: str) -> str:
    """The people as Markdown, each with the proofs of influence and attitude.

    Args:
        inside: the deal.
        picture: where the SVG lies, as a link from the list.

    Raises:
        ArtifactError: the transcript of a call is not among those given.
    """
    return inside.templates.markdown(
        "stakeholder_map.md.jinja",
        customer=inside.customer,
        people=tuple(_listed(inside, who) for who in standings(inside)),
        nothing=not_discussed(inside),
        picture=picture,
    )


def build_picture(inside: Inside) -> Picture:
    """Everybody in their cell; of a name or a role that is too long, the end is cut."""
    people = standings(inside)
    cards = [_card(who, inside.words) for who in people]
    cells = [(ATTITUDES.index(who.attitude), _row(who.influence)) for who in people]
    layout = lay_out(cells, cards, lanes=len(ATTITUDES), rows=len(_ROWS))
    title = message(
        "Stakeholders of {customer}: influence against attitude", customer=inside.customer
    )
    return Picture(
        title=_fit(inside.words.say(title)),
        heading=_heading(_fit(inside.words.say(title)), layout),
        layout=layout,
        lanes=tuple(_lane_headings(layout, inside.words)),
        rows=tuple(
            Heading(stretch=stretch, lines=wrapped(inside.words.say(name), size=13, room=115))
            for stretch, (name, _) in zip(layout.rows, _ROWS, strict=True)
        ),
        people=tuple(
            _placed(placed, people[placed.index], inside.words) for placed in layout.placed
        ),
        nothing=not_discussed(inside),
    )


def _placed(placed: Placed, who: Standing, words: Words) -> Person:
    return Person(
        x=placed.x,
        y=placed.y,
        height=placed.card.height,
        labels=placed.card.labels,
        pattern=who.attitude,
        whole=_fit(_whole(who, words)),
    )


def _heading(title: str, layout: Layout) -> str:
    return wrapped(title, size=TITLE_SIZE, room=layout.width - 2 * MARGIN, most=1)[0]


def _lane_headings(layout: Layout, words: Words) -> Iterator[Heading]:
    for stretch, attitude in zip(layout.lanes, ATTITUDES, strict=True):
        lines = wrapped(words.say(_LANES[attitude]), size=13, room=stretch.length - 10, most=3)
        yield Heading(stretch=stretch, lines=lines, pattern=attitude)


def _row(influence: Influence) -> int:
    return next(n for n, (_, influences) in enumerate(_ROWS) if influence in influences)


def _card(who: Standing, words: Words) -> Card:
    role = who.person.role if who.person.name else None
    waiting = _waiting(who)
    return card(_fit(who.name), _fit(role or ""), words.say(waiting) if waiting else "")


def _waiting(who: Standing) -> Message | None:
    count = len(who.open_objections)
    if not count:
        return None
    return counted("{count} open objection", "{count} open objections", count=count)


def _whole(who: Standing, words: Words) -> str:
    waiting = _waiting(who)
    shown: tuple[Shown | None, ...] = (
        who.name,
        who.person.role if who.person.name else None,
        INFLUENCE_LABELS[who.influence],
        _LANES[who.attitude],
        waiting,
    )
    return ", ".join(words.shown(part) for part in shown if part)


def _fit(text: str) -> str:
    return _UNFIT.sub("", text)


def _listed(inside: Inside, who: Standing) -> Listed:
    objections = (*who.open_objections, *who.answered_objections)
    return Listed(
        name=who.name,
        role=who.person.role if who.person.name else None,
        influence=INFLUENCE_LABELS[who.influence],
        attitude=_LANES[who.attitude],
        about=line(inside, who.claim),
        objections=tuple(line(inside, claim, _status(claim)) for claim in objections),
    )


def _status(claim: Claim) -> tuple[Message, ...]:
    return (OBJECTION_LABELS[claim.fact.status],) if isinstance(claim.fact, Objection) else ()
