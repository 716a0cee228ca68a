"""Plots of the feedback report: stacked bars, the same bytes from the same deals."""

import io
from typing import TYPE_CHECKING, Final, Literal

from transcript2handoff.reports.feedback import Table, tables
from transcript2handoff.reports.portfolio import Portfolio
from transcript2handoff.reports.tallies import Tally, promises_of
from transcript2handoff.words import Message, Words, message

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_PARTS: Final[tuple[tuple[str, Message, str, str], ...]] = (
    ("kept", message("Kept"), "#0072b2", ""),
    ("late", message("Late"), "#e69f00", "//"),
    ("impossible", message("Could not be kept"), "#d55e00", "xx"),
    ("unknown", message("Not known"), "#dddddd", ""),
)
"""Colours of Okabe and Ito, told apart by the colour-blind; hatches tell them apart in grey."""
_ROW: Final = 0.4
_LONGEST: Final = 40
"""Characters of a name on the axis."""


def feedback_plots(
    portfolio: Portfolio, words: Words, *, form: Literal["svg", "png"] = "svg"
) -> dict[str, bytes]:
    """One picture for each table of the report that has rows, by file name."""
    made = tables(promises_of(portfolio))
    return {f"{table.picture}.{form}": _plot(table, words, form) for table in made if table.rows}


def _plot(table: Table, words: Words, form: str) -> bytes:
    # A third of a second that no other command should wait for.
    import matplotlib
    from matplotlib.figure import Figure
    from matplotlib.ticker import MaxNLocator

    with matplotlib.rc_context(
        {"svg.hashsalt": "transcript2handoff", "text.parse_math": False, "hatch.linewidth": 0.6}
    ):
        figure = Figure(figsize=(7, 2.2 + _ROW * len(table.rows)), layout="constrained")
        axes = figure.subplots()
        _bars(axes, table, words)
        axes.set_title(words.say(table.title), loc="left")
        axes.set_xlabel(words.say(message("Number of promises")))
        axes.set_ylabel(words.say(table.column))
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.invert_yaxis()
        axes.spines[["top", "right"]].set_visible(False)
        figure.legend(loc="outside lower center", ncols=len(_PARTS), frameon=False)
        picture = io.BytesIO()
        about = {"Date": None} if form == "svg" else {}
        figure.savefig(picture, format=form, metadata=about, dpi=150)
    return picture.getvalue()


def _bars(axes: "Axes", table: Table, words: Words) -> None:
    places = list(range(len(table.rows)))
    begun = [0] * len(places)
    for part, title, colour, hatch in _PARTS:
        counts = [_count(row.tally, part) for row in table.rows]
        axes.barh(
            places,
            counts,
            left=begun,
            label=words.say(title),
            color=colour,
            hatch=hatch,
            edgecolor="white",
        )
        begun = [sum(pair) for pair in zip(begun, counts, strict=True)]
    names = (words.shown(row.name) for row in table.rows)
    axes.set_yticks(places, [_short(name) for name in names])


def _count(tally: Tally, part: str) -> int:
    return int(getattr(tally, part))


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST else name[: _LONGEST - 1] + "…"
