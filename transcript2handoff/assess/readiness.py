"""The readiness score: parts that a reader can add up to a number between 0 and 100.

* A section of the checklist gives its weight if it is complete, half of it if it is thin.
* A condition gives ``CONDITION`` points, less ``REASON`` for every reason against it.
* What is more than the verdict allows (``CEILINGS``) is taken off again, as a part of its own.

The conditions weigh more than the sections, for a full checklist of a deal that nobody can decide
is no reason to begin. A deal that is ready has at least ``READY`` points, any other one fewer: a
deal is ready only with its goals and terms complete, and people and commitments at least thin.
``docs/readiness.md`` shows the same figures.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final, Literal

from transcript2handoff.assess.checklist import TITLES, Section
from transcript2handoff.assess.conditions import CONDITIONS, Condition
from transcript2handoff.assess.standing import ConditionName
from transcript2handoff.deal import Record
from transcript2handoff.words import Message, message

State = Literal["complete", "thin", "missing"]
Verdict = Literal["ready", "ask_ae", "blocked"]

WEIGHTS: Final[Mapping[Section, int]] = {
    "goals": 10,
    "stakeholders": 4,
    "pain": 2,
    "terms": 10,
    "environment": 2,
    "competition": 2,
    "commitments": 8,
    "relationship": 2,
}
CONDITION: Final = 15
REASON: Final = 5
READY: Final = 80
CEILINGS: Final[Mapping[Verdict, int]] = {"ready": 100, "ask_ae": READY - 1, "blocked": 39}
"""The most points that a handoff can have with a verdict."""


class Part(Record):
    """What one section or condition adds to the score, or what the verdict takes off."""

    name: Section | ConditionName | Literal["verdict"]
    title: Message
    points: int
    most: int
    """What it adds at best."""


def section_part(section: Section, state: State) -> Part:
    """What a section adds."""
    most = WEIGHTS[section]
    points = {"complete": most, "thin": most // 2, "missing": 0}[state]
    return Part(name=section, title=TITLES[section], points=points, most=most)


def condition_part(condition: Condition) -> Part:
    """What a condition adds."""
    points = max(CONDITION - REASON * len(condition.reasons), 0)
    return Part(
        name=condition.name, title=CONDITIONS[condition.name], points=points, most=CONDITION
    )


def parts_of(
    sections: Iterable[tuple[Section, State]], conditions: Iterable[Condition], verdict: Verdict
) -> tuple[Part, ...]:
    """The parts of a score, those of the sections first; together they are the score."""
    return tuple(_parts(sections, conditions, verdict))


def _parts(
    sections: Iterable[tuple[Section, State]], conditions: Iterable[Condition], verdict: Verdict
) -> Iterator[Part]:
    filled = [section_part(section, state) for section, state in sections]
    met = [condition_part(condition) for condition in conditions]
    yield from filled
    yield from met
    total = sum(part.points for part in (*filled, *met))
    if total > CEILINGS[verdict]:
        title = message("More than the verdict allows")
        yield Part(name="verdict", title=title, points=CEILINGS[verdict] - total, most=0)
