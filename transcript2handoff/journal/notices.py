"""What somebody should know after the events were applied; nothing is dropped in silence."""

from typing import Literal

from transcript2handoff.deal import Record, Text
from transcript2handoff.handoff import Claim
from transcript2handoff.journal.events import (
    Added,
    Answered,
    ClaimEvent,
    Edited,
    Event,
    OutcomeTold,
    Rejected,
    StandingEvent,
    Undone,
)
from transcript2handoff.journal.fields import Value

Reason = Literal["missing", "changed", "unfit", "unproved", "said_again"]


class Notice(Record):
    """An event that could not be applied, or that somebody should look at again.

    ``missing``: its claim is not there any more. ``changed``: another value was heard since the
    person's own was set. ``unfit``: the claim has become one that the event does not fit.
    ``unproved``: the words of an added claim are not in the transcript any more. ``said_again``: a
    rejected claim was said on a further call.
    """

    reason: Reason
    claim_id: Text
    text: Text
    """The whole notice, for the reader."""


def missing(event: StandingEvent, claim_id: str) -> Notice:
    """The claim of an event is not there."""
    return Notice(
        reason="missing",
        claim_id=claim_id,
        text=f"{claim_id} is not there any more, but {_deed(event)}. The journal keeps it.",
    )


def changed(event: Edited | Added, claim: Claim, name: str, *, heard: Value) -> Notice:
    """The calls say something else now than when a person set the field."""
    return Notice(
        reason="changed",
        claim_id=claim.id,
        text=f"{claim.id} changed under your edit: the calls now give {name} as {_said(heard)}. "
        f"What {event.by} set on {event.at.date()} stands; set it again if the calls are right.",
    )


def unfit(event: ClaimEvent, claim: Claim, *, why: str) -> Notice:
    """The claim has become one that the event says nothing about."""
    return Notice(
        reason="unfit",
        claim_id=claim.id,
        text=f"{claim.id} could not be changed, though {_deed(event)}: {why}. "
        "The journal keeps it.",
    )


def unproved(event: Added, *, why: str) -> Notice:
    """The words of an added claim cannot be found."""
    return Notice(
        reason="unproved",
        claim_id=event.claim_id,
        text=f"{event.claim_id} is left out, though {_deed(event)}: {why}. Add it again with the "
        "words as the transcript has them now.",
    )


def said_again(event: Rejected, claim: Claim, calls: list[str]) -> Notice:
    """A rejected claim was said on further calls."""
    return Notice(
        reason="said_again",
        claim_id=claim.id,
        text=f"{claim.id} stays out, since {_deed(event)}, but it is also said on "
        f"{', '.join(calls)}. Confirm it if it should be shown again.",
    )


def noted_line(event: Event, claim: Claim | None) -> str:
    """What was noted, in one line for the person who did it.

    Args:
        event: what was noted.
        claim: the claim as it is shown now; none if it is not.
    """
    match event:
        case Answered():
            stated = ", ".join(one.id for one in event.stated)
            told = f", which states {stated}" if stated else ""
            return f"{event.question_id} answered{told}: {event.words}"
        case Edited():
            told = ", ".join(
                f"{name} is empty now" if change.now is None else f"{name} is {change.now}"
                for name, change in event.changes.items()
            )
            return f"{event.claim_id} edited: {told}"
        case Undone():
            return f"event {event.number} taken back"
    done = event.outcome if isinstance(event, OutcomeTold) else event.event
    return f"{event.claim_id} {done}{f': {claim.summary}' if claim else ''}"


def _deed(event: StandingEvent) -> str:
    what = {"outcome": "set its outcome", "answered": "answered a question about it"}
    return f"{event.by} {what.get(event.event, f'{event.event} it')} on {event.at.date()}"


def _said(value: Value) -> str:
    return "unsaid" if value is None else f'"{value}"'
