"""Doing something to a claim that others may be changing: nothing of theirs is lost in silence.

A form carries the claim as it was shown. It is held against the claim as it stands, and the API is
asked to change that very edition; where somebody else was quicker elsewhere, all this is repeated.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from fastapi import Request
from pydantic import ValidationError

from transcript2handoff.access import Principal
from transcript2handoff.api.etags import etag
from transcript2handoff.api.models.claims import NotedOut
from transcript2handoff.api.opened import Opened, open_deal
from transcript2handoff.api.services import Services
from transcript2handoff.errors import JournalError, PreconditionError, StoreConflictError
from transcript2handoff.handoff import Claim
from transcript2handoff.journal.fields import Value, values_of
from transcript2handoff.pages.claim_view import claim_in, seen_of
from transcript2handoff.pages.deeds import numbers_about
from transcript2handoff.pages.forms import form_of
from transcript2handoff.pages.seen import Difference, Seen, by_whom, differences

Doing = Literal["confirm", "edit", "reject", "outcome"]
_ATTEMPTS: Final = 5
_ABOUT: Final = "seen"


@dataclass(frozen=True, kw_only=True)
class At:
    """Who does something, and to which claim of which deal."""

    services: Services
    caller: Principal
    deal_id: str
    claim_id: str


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What somebody wants to do to a claim.

    Attributes:
        doing: what.
        values: the fields that they want to set, with what is to stand there.
        sent: what was filled in, by the names of the inputs.
    """

    doing: Doing
    values: Mapping[str, Value] = field(default_factory=dict)
    sent: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Meeting:
    """Two people have changed one claim; the later one is shown what the other did.

    Attributes:
        opened: the deal as it stands.
        claim: as it stands.
        wish: what the later one wanted.
        seen: the claim as it stands, to be carried by the form that decides.
        before: the claim as the later one had it before them.
        who: who was quicker.
        differences: field by field.
    """

    opened: Opened
    claim: Claim
    wish: Wish
    seen: Seen
    before: Seen
    who: str
    differences: tuple[Difference, ...]


@dataclass(frozen=True, kw_only=True)
class Done:
    """It is done."""

    noted: NotedOut


@dataclass(frozen=True, kw_only=True)
class Refused:
    """It does not fit the claim."""

    opened: Opened
    claim: Claim
    why: str


def seen_in(request: Request) -> Seen:
    """The claim as somebody had it before them, out of the form.

    Raises:
        JournalError: the form does not carry it.
    """
    try:
        return Seen.model_validate_json(str(form_of(request).get(_ABOUT, "")))
    except ValidationError as error:
        raise JournalError(
            "The form does not say what you had before you. Open the line again, then repeat it."
        ) from error


def change(
    at: At, wish: Wish, *, seen: Seen, do: Callable[[str], NotedOut]
) -> Done | Refused | Meeting:
    """Do something to a claim, unless somebody else has changed it meanwhile.

    Args:
        at: who does it, and to which claim.
        wish: what they want.
        seen: the claim as they had it before them.
        do: does it to the edition whose ETag it is given.

    Raises:
        StoreGoneError: there is no such deal or claim.
        StoreConflictError: others change the deal again and again.
    """
    for _ in range(_ATTEMPTS):
        opened = open_deal(at.services, at.caller, at.deal_id)
        claim = claim_in(opened, at.claim_id)
        now = seen_of(opened, claim)
        if not _may_go_on(wish, seen, now):
            return _meeting(opened, claim, wish, seen=seen, now=now)
        try:
            return Done(noted=do(etag(opened.edition)))
        except PreconditionError:
            continue
        except JournalError as error:
            return Refused(opened=opened, claim=claim, why=str(error))
    raise StoreConflictError("Others change this deal at the same moment. Try again.")


def _may_go_on(wish: Wish, seen: Seen, now: Seen) -> bool:
    """Whether nobody else has touched the claim; that others also found it right is no matter."""
    return seen == now or (wish.doing == "confirm" and seen.says_the_same_as(now))


def _meeting(opened: Opened, claim: Claim, wish: Wish, *, seen: Seen, now: Seen) -> Meeting:
    theirs = values_of(claim.summary, claim.fact)
    numbers = numbers_about(opened.desk, claim.id)[seen.deeds :]
    return Meeting(
        opened=opened,
        claim=claim,
        wish=wish,
        seen=now,
        before=seen,
        who=by_whom([opened.desk.events[number - 1].by for number in numbers]),
        differences=differences(seen, theirs, wish.values) if seen.kind == now.kind else (),
    )
