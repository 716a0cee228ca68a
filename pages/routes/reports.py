"""Reports over the deals that somebody sees: what came of promises, and what to talk about."""

from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import APIRouter, Query, Request, Response

from transcript2handoff.api.deps import Reporter, ServicesDep
from transcript2handoff.api.models.documents import FeedbackOut, MeetingOut, TableOut, TallyOut
from transcript2handoff.api.routes import reports as api
from transcript2handoff.pages.frame import show

router = APIRouter()
Outcomes = tuple[int, int, int, int]
"""How many were kept, late, impossible, and not known."""
PARTS: Final = (
    ("kept", "Kept"),
    ("late", "Late"),
    ("impossible", "Could not be kept"),
    ("unknown", "Not known"),
)
_ROW: Final = 44
_BEGIN: Final = 3
_WIDE: Final = 380
"""Of a plot, in its own units: the height of a row, where bars begin, how long the longest is."""
_LONGEST: Final = 48
"""Characters of a name above a bar."""
_MARKS: Final = 5
"""Most numbers that stand below the bars, beside the zero."""


@dataclass(frozen=True, kw_only=True)
class Part:
    """A part of a bar."""

    name: str
    x: float
    width: float
    count: int


@dataclass(frozen=True, kw_only=True)
class Bar:
    """A bar of a plot, with its name above it."""

    name: str
    y: int
    parts: tuple[Part, ...]
    total: int
    end: float


@dataclass(frozen=True, kw_only=True)
class Plot:
    """Stacked bars: one for each row of a table."""

    bars: tuple[Bar, ...]
    marks: tuple[tuple[float, int], ...]
    """Where numbers stand below the bars, and which."""
    height: int
    words: str
    """What the picture shows, for those who do not see it."""


def plot_of(table: TableOut) -> Plot:
    """The plot of a table."""
    longest = max((_total(row) for row in table.rows), default=0)
    scale = _WIDE / max(longest, 1)
    bars = tuple(_bar(row, place, scale) for place, row in enumerate(table.rows))
    step = max(1, -(-longest // _MARKS))
    marks = tuple(
        (round(_BEGIN + number * scale, 1), number) for number in range(0, longest + 1, step)
    )
    words = "; ".join(
        f"{row.name}: {row.kept} kept, {row.late} late, {row.impossible} could not be kept, "
        f"{row.unknown} not known"
        for row in table.rows
    )
    return Plot(bars=bars, marks=marks, height=_ROW * len(bars) + 28, words=words)


@router.get("/reports")
def feedback(request: Request, services: ServicesDep, caller: Reporter) -> Response:
    """Which promises were kept, for those who made them."""
    answer = api.report_feedback(services, caller, format="json", language="en")
    told = FeedbackOut.model_validate_json(bytes(answer.body))
    tables = tuple((table, plot_of(table)) for table in told.tables if table.rows)
    return show(
        request,
        "feedback",
        told=told,
        tables=tables,
        total=_sum(tables[0][0]) if tables else None,
        parts=PARTS,
        today=services.clock().date(),
    )


@router.get("/reports/meeting")
def meeting(
    request: Request,
    services: ServicesDep,
    caller: Reporter,
    first: Annotated[api.Day | None, Query(alias="from")] = None,
    last: Annotated[api.Day | None, Query(alias="to")] = None,
) -> Response:
    """What the meeting of sales and success talks about."""
    answer = api.report_meeting(
        services, caller, first=first, last=last, format="json", language="en"
    )
    told = MeetingOut.model_validate_json(bytes(answer.body))
    return show(request, "meeting", told=told, issues=[one for one in told.issues if one.count])


def _bar(row: TallyOut, place: int, scale: float) -> Bar:
    parts, x = [], float(_BEGIN)
    for name, _ in PARTS:
        count: int = getattr(row, name)
        if count:
            parts.append(Part(name=name, x=round(x, 1), width=round(count * scale, 1), count=count))
            x += count * scale
    shown = row.name if len(row.name) <= _LONGEST else f"{row.name[: _LONGEST - 1]}…"
    total = _total(row)
    return Bar(name=shown, y=place * _ROW, parts=tuple(parts), total=total, end=round(x, 1))


def _total(row: TallyOut) -> int:
    return row.kept + row.late + row.impossible + row.unknown


def _sum(table: TableOut) -> Outcomes:
    """Of all promises: each of them is in one row of each table."""
    columns = [(row.kept, row.late, row.impossible, row.unknown) for row in table.rows]
    kept, late, impossible, unknown = (sum(column) for column in zip(*columns, strict=True))
    return kept, late, impossible, unknown
