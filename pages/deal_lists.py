"""Lists of deals: what their filters are called, and which lists there are to begin with."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Self
from urllib.parse import parse_qsl, urlencode

from transcript2handoff.api.models.lists import ViewList

_FILTERS: Final = (
    "text",
    "verdict",
    "waits_on",
    "won",
    "kickoff_in",
    "ae_id",
    "csm_id",
    "kickoff_until",
    "order",
)
_USUAL: Final = ("order", "newest")
CHOICES: Final[Mapping[str, tuple[tuple[str, str], ...]]] = {
    "verdict": (
        ("", "Any"),
        ("ready", "Ready"),
        ("ask_ae", "Ask the AE"),
        ("blocked", "Blocked"),
    ),
    "waits_on": (
        ("", "Anybody"),
        ("ae", "Account executive"),
        ("csm", "Customer success"),
        ("service", "Being worked on"),
        ("nobody", "Nobody: accepted"),
    ),
    "kickoff_in": (
        ("", "Any day"),
        ("7", "Within 7 days"),
        ("14", "Within 14 days"),
        ("30", "Within 30 days"),
    ),
    "won": (("", "Any"), ("true", "Won"), ("false", "Not won yet")),
    "order": (
        ("newest", "Newest first"),
        ("kickoff", "Next kickoff first"),
        ("readiness", "Least ready first"),
        ("name", "By name"),
    ),
}
"""The values of each filter, with their words."""


@dataclass(frozen=True)
class DealList:
    """Which deals are wanted, as the query of the page says it."""

    told: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, told: Iterable[tuple[str, str]]) -> Self:
        """The filters of a query; what is no filter, or says what is so anyway, is left out."""
        kept = (one for one in told if one[0] in _FILTERS and one[1] and one != _USUAL)
        return cls(tuple(sorted(kept, key=lambda one: _FILTERS.index(one[0]))))

    @property
    def query(self) -> str:
        """As it stands behind the question mark; the same for the same list."""
        return urlencode(self.told)

    @property
    def path(self) -> str:
        """The address of the list."""
        return f"/deals?{self.query}" if self.told else "/deals"

    @property
    def is_all(self) -> bool:
        """Whether no filter leaves anything out."""
        return all(name == "order" for name, _ in self.told)

    def value(self, name: str) -> str:
        """The value of a filter, or nothing."""
        return next((value for key, value in self.told if key == name), "")

    def by(self, order: str) -> str:
        """The address of the same list in another order."""
        kept = [one for one in self.told if one[0] != "order"]
        return self.of([*kept, ("order", order)]).path

    def beyond(self, after: str) -> str:
        """The address of the next part of the list."""
        return f"/deals?{urlencode([*self.told, ('after', after)])}"


@dataclass(frozen=True, kw_only=True)
class View:
    """A list that is one click away; ``id`` is that of one which somebody has saved."""

    name: str
    path: str
    is_open: bool
    id: str | None = None


def views_for(role: str, saved: ViewList, wanted: DealList) -> tuple[View, ...]:
    """The lists above the list: those that everybody with a role has, and those of their own.

    Args:
        role: of who looks.
        saved: the lists that they have saved.
        wanted: the list that is open.
    """
    ready_made = [
        View(name=name, path=each.path, is_open=each == wanted) for name, each in _ready_made(role)
    ]
    known = {each.path for each in ready_made}
    own = ((view, DealList.of(parse_qsl(view.query))) for view in saved.items)
    return (
        *ready_made,
        *(
            View(
                name=view.name,
                path=each.path,
                is_open=each == wanted and each.path not in known,
                id=view.id,
            )
            for view, each in own
        ),
    )


def _ready_made(role: str) -> Iterator[tuple[str, DealList]]:
    yield "All", DealList(())
    if role in ("ae", "csm"):
        yield "Your turn", DealList.of([("waits_on", role)])
    else:
        yield "Account executive’s turn", DealList.of([("waits_on", "ae")])
        yield "Customer success’s turn", DealList.of([("waits_on", "csm")])
    yield "Kickoff within 7 days", DealList.of([("kickoff_in", "7"), ("order", "kickoff")])
