"""What can be said of a call without a model, as help for it: names, days and sums that were said.

Hints are data beside the transcript. They may be wrong, and the prompt says so.
"""

import datetime
from collections.abc import Iterable, Iterator
from typing import Final

from transcript2handoff.engines.entities import entity_recogniser
from transcript2handoff.extract.dates import find_dates
from transcript2handoff.extract.money import find_amounts
from transcript2handoff.transcript import Turn

_NAMES: Final = frozenset({"PERSON", "ORG", "PRODUCT"})


def hints(turns: Iterable[Turn], *, said_on: datetime.date | None) -> tuple[str, ...]:
    """A line for each kind of thing that was said, none for what was not."""
    listed = tuple(turns)
    found = {
        "names": tuple(_names(listed)),
        "days": tuple(_days(listed, said_on)),
        "sums": tuple(_sums(listed)),
    }
    return tuple(
        f"{kind}: {'; '.join(dict.fromkeys(said))}" for kind, said in found.items() if said
    )


def _names(turns: Iterable[Turn]) -> Iterator[str]:
    for doc in entity_recogniser().pipe(turn.text for turn in turns):
        yield from (entity.text for entity in doc.ents if entity.label_ in _NAMES)


def _days(turns: Iterable[Turn], said_on: datetime.date | None) -> Iterator[str]:
    for turn in turns:
        for mention in find_dates(turn.text, said_on=said_on):
            if mention.date:
                yield f"“{mention.words}” in turn {turn.n} is {mention.date:%A %Y-%m-%d}"


def _sums(turns: Iterable[Turn]) -> Iterator[str]:
    for turn in turns:
        for amount in find_amounts(turn.text):
            if amount.measure in ("money", "percent"):
                yield amount.words
