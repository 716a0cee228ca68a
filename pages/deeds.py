"""What people did to a handoff, in sentences, with what stood there before. Pure."""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from transcript2handoff.api.models.journal import JournalEntry, TakenBack
from transcript2handoff.journal import Answered, Desk, Edited, Event, OutcomeTold, Undone, claims_of
from transcript2handoff.pages.fact_form import form_fields
from transcript2handoff.pages.field_labels import OUTCOMES_SAID

_DEEDS: Final[Mapping[str, str]] = {
    "confirmed": "confirmed the line",
    "edited": "changed the line",
    "rejected": "rejected the line",
    "added": "added the line",
    "answered": "answered a question",
    "outcome": "said what came of the promise",
}


@dataclass(frozen=True, kw_only=True)
class ChangeView:
    """What stood somewhere before, and what stands there after."""

    label: str
    was: str | None
    now: str


@dataclass(frozen=True, kw_only=True)
class DeedView:
    """Something that somebody did.

    Attributes:
        anchor: its id on a page.
        by: who.
        at: when.
        what: in words, as the rest of a sentence that begins with the name.
        undo: where a form goes that takes it back; None where it is taken back.
        undone_by: who has taken it back.
        why: in their words.
        changes: before and after.
        about: what it was done to, in words.
        href: where that stands.
        note: what one should know about it.
    """

    anchor: str
    by: str
    at: datetime.datetime
    what: str
    undo: str | None
    undone_by: str | None
    why: str | None = None
    changes: tuple[ChangeView, ...] = ()
    about: str | None = None
    href: str | None = None
    note: str | None = None


def numbers_about(desk: Desk, claim_id: str) -> tuple[int, ...]:
    """The numbers of what people did to a claim, from 1, in the order of the journal.

    Args:
        desk: where the claim lies.
        claim_id: as it is now.
    """
    return tuple(
        number
        for number, event in enumerate(desk.events, start=1)
        if any(desk.knows(one) and desk.claim(one).id == claim_id for one in claims_of(event))
    )


def deed_of(deal_id: str, entry: JournalEntry, events: Sequence[Event]) -> DeedView:
    """An entry of a journal.

    Args:
        deal_id: of the deal.
        entry: of its journal.
        events: all of the journal, in its order.
    """
    event = entry.event
    claim = entry.claims[0] if entry.claims else None
    there = claim is not None and claim.summary is not None
    return DeedView(
        anchor=str(entry.number),
        by=event.by,
        at=event.at,
        what=_what(event, events),
        undo=None if entry.undone_by else f"/deals/{deal_id}/history/{entry.number}/undo",
        undone_by=by_of(entry.undone_by),
        why=event.why,
        changes=tuple(_changes(event)),
        about=claim.summary if claim else None,
        href=f"/deals/{deal_id}/claims/{claim.id}" if claim and there else None,
    )


def by_of(taken: TakenBack | None) -> str | None:
    """Who has taken something back, if anybody has."""
    return taken.by if taken else None


def _what(event: Event, events: Sequence[Event]) -> str:
    if not isinstance(event, Undone):
        return _DEEDS[event.event]
    before = events[event.number - 1]
    if isinstance(before, Undone):
        return f"put back what {before.by} had taken back"
    return f"took back that {before.by} {_DEEDS[before.event]}"


def _changes(event: Event) -> Iterable[ChangeView]:
    match event:
        case Edited():
            yield from _edited(event)
        case OutcomeTold():
            yield ChangeView(label="Outcome", was=None, now=OUTCOMES_SAID[event.outcome])
        case Answered():
            yield ChangeView(label=event.question, was=None, now=event.words)


def _edited(event: Edited) -> Iterable[ChangeView]:
    fields = {field.name: field for field in form_fields(event.kind)}
    for name, change in event.changes.items():
        field = fields[name]
        yield ChangeView(label=field.label, was=field.says(change.was), now=field.says(change.now))
