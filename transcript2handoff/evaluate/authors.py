"""Who wrote which annotated calls, and which are in a raw recogniser's style: ``AUTHORS.md``."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from transcript2handoff.evaluate.gold import GoldCall

_ROW = re.compile(r"^\|\s*([A-Z])\s*\|[^|]*\|([^|]*)\|", re.MULTILINE)
_RAW = re.compile(r"raw recogniser style[^:]*: ([^.]*)\.")


@dataclass(frozen=True)
class Authors:
    """Authors by deal, and the ids of the calls without punctuation."""

    by_deal: Mapping[str, str]
    raw: frozenset[str]

    def groups(
        self, calls: Sequence[tuple[GoldCall, Sequence[Any]]]
    ) -> dict[str, list[tuple[GoldCall, Sequence[Any]]]]:
        """Calls by author, then those in raw style and the others."""
        found: dict[str, list[tuple[GoldCall, Sequence[Any]]]] = {}
        for author in sorted(set(self.by_deal.values())):
            found[f"author {author}"] = [c for c in calls if self.of(c[0].id) == author]
        found["raw style"] = [c for c in calls if c[0].id in self.raw]
        found["punctuated"] = [c for c in calls if c[0].id not in self.raw]
        return {name: members for name, members in found.items() if members}

    def of(self, call_id: str) -> str | None:
        """The author of a call; its id is the deal's, a hyphen and a number."""
        return self.by_deal.get(call_id.rsplit("-", 1)[0])


def read_authors(text: str) -> Authors:
    """Read the table of authors and the sentence that lists the calls in raw style."""
    by_deal = {
        deal.strip(): author for author, deals in _ROW.findall(text) for deal in deals.split(",")
    }
    listed = _RAW.search(text)
    raw = frozenset(call.strip() for call in listed[1].split(",")) if listed else frozenset()
    return Authors(by_deal, raw)
