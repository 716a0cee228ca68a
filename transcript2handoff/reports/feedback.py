"""The feedback report to sales: which promises were kept, late, impossible."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from transcript2handoff.facts import PromiseType
from transcript2handoff.handoff import Outcome
from transcript2handoff.render.labels import OUTCOME_LABELS, STRENGTH_LABELS
from transcript2handoff.render.templates import Templates
from transcript2handoff.reports.portfolio import Portfolio
from transcript2handoff.reports.sayings import Saying, saying
from transcript2handoff.reports.tallies import FEWEST, Share, Tally, Told, promises_of, tallies
from transcript2handoff.words import Message, message

EXAMPLES: Final = 10
"""Broken promises that are quoted; the report says how many there are."""
_TYPES: Final[Mapping[PromiseType, Message]] = {
    "timeline": message("timeline"),
    "feature": message("feature"),
    "resource": message("people and time"),
    "commercial": message("commercial"),
    "document": message("document"),
    "support": message("support"),
}
_NAMELESS: Final[Mapping[Any, Message]] = {}
_WORST_FIRST: Final[tuple[Outcome, ...]] = ("impossible", "late")


@dataclass(frozen=True, kw_only=True)
class Row:
    """The outcomes of one group of promises. ``share`` is in words."""

    name: Message | str
    tally: Tally
    share: Message


@dataclass(frozen=True, kw_only=True)
class Table:
    """The promises by one trait."""

    trait: str
    title: Message
    column: Message
    rows: tuple[Row, ...]

    @property
    def picture(self) -> str:
        """The name of its plot, without what says the format."""
        return f"promises_by_{self.trait}"


@dataclass(frozen=True, kw_only=True)
class Broken:
    """A promise that was not kept as it was made."""

    deal: str
    outcome: Message
    said: Saying


def feedback_markdown(portfolio: Portfolio, templates: Templates) -> str:
    """The report as Markdown, in the language of the templates."""
    promises = promises_of(portfolio)
    broken = _broken(promises, templates)
    return templates.markdown(
        "sales_feedback.md.jinja",
        deals=len(portfolio.deals),
        total=_row(message("All promises"), Tally.of(told.claim for told in promises)),
        tables=tables(promises),
        fewest=FEWEST,
        broken=broken[:EXAMPLES],
        broken_count=len(broken),
        unread=portfolio.unread,
        found=len(portfolio.deals) + len(portfolio.unread),
    )


def tables(promises: tuple[Told, ...]) -> tuple[Table, ...]:
    """The promises by kind, strength, account executive and segment."""
    return (
        Table(
            trait="kind",
            title=message("By kind of promise"),
            column=message("Kind"),
            rows=_rows(promises, lambda told: told.promise.type, _TYPES),
        ),
        Table(
            trait="strength",
            title=message("By strength"),
            column=message("Strength"),
            rows=_rows(promises, lambda told: told.promise.strength, STRENGTH_LABELS),
        ),
        Table(
            trait="ae",
            title=message("By account executive"),
            column=message("Account executive"),
            rows=_rows(promises, lambda told: told.deal.executive),
        ),
        Table(
            trait="segment",
            title=message("By segment"),
            column=message("Segment"),
            rows=_rows(promises, lambda told: told.deal.handoff.deal.segment),
        ),
    )


def _rows(
    promises: Iterable[Told],
    key: Callable[[Told], str | None],
    names: Mapping[Any, Message] = _NAMELESS,
) -> tuple[Row, ...]:
    return tuple(
        _row(message("not named") if name is None else names.get(name, name), tally)
        for name, tally in tallies(promises, key).items()
    )


def _row(name: Message | str, tally: Tally) -> Row:
    return Row(name=name, tally=tally, share=_share(tally.share_kept, tally.known))


def _share(share: Share | None, known: int) -> Message:
    if share is None:
        return message("too few to say ({known})", known=known)
    return message(
        "{share} % of {known} ({low} to {high} %)",
        share=round(100 * share.share),
        low=round(100 * share.low),
        high=round(100 * share.high),
        known=known,
    )


def _broken(promises: tuple[Told, ...], templates: Templates) -> tuple[Broken, ...]:
    return tuple(
        Broken(
            deal=told.deal.name,
            outcome=OUTCOME_LABELS[outcome],
            said=saying(told.claim, told.deal, templates.words),
        )
        for outcome in _WORST_FIRST
        for told in promises
        if told.claim.outcome == outcome
    )
