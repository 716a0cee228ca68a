"""One claim: what proves it, what people did to it, and the forms with which they do more."""

from collections.abc import Callable
from typing import Final, cast

from fastapi import APIRouter, Request, Response

from transcript2handoff.api.deps import Reader, ServicesDep, Writer
from transcript2handoff.api.models.claims import (
    ConfirmBody,
    EditBody,
    NotedOut,
    OutcomeBody,
    RejectBody,
)
from transcript2handoff.api.models.ids import ClaimId, DealId
from transcript2handoff.api.opened import open_deal
from transcript2handoff.api.routes import claims as api
from transcript2handoff.handoff import Outcome
from transcript2handoff.pages.changing import At, Meeting, Refused, change
from transcript2handoff.pages.claim_forms import Sent, sent_in
from transcript2handoff.pages.claim_shown import (
    SAID,
    Around,
    shown_after,
    shown_claim,
    shown_meeting,
)
from transcript2handoff.pages.claim_view import claim_in

router = APIRouter()
_AT: Final = "/deals/{deal_id}/claims/{claim_id}"
_CONFLICT: Final = 409
_DOES_NOT_FIT: Final = 422
_NOTHING: Final = "Nothing was changed. If the line is right as it is, confirm it."


@router.get(_AT)
def claim(
    request: Request, services: ServicesDep, caller: Reader, deal_id: DealId, claim_id: ClaimId
) -> Response:
    """The page of a claim; for htmx the forms alone, to be put below its line."""
    at = At(services=services, caller=caller, deal_id=deal_id, claim_id=claim_id)
    opened = open_deal(services, caller, deal_id)
    return shown_claim(request, at, opened, claim_in(opened, claim_id))


@router.post(f"{_AT}/confirm")
def confirm(
    request: Request, services: ServicesDep, caller: Writer, deal_id: DealId, claim_id: ClaimId
) -> Response:
    """It is right; a rejection is taken back."""
    sent = sent_in(request, "confirm")

    def do(match: str) -> object:
        told = ConfirmBody(why=sent.reason)
        return api.confirm_claim(services, caller, deal_id, claim_id, told, Response(), match)

    at = At(services=services, caller=caller, deal_id=deal_id, claim_id=claim_id)
    return _done(request, at, sent, do)


@router.post(f"{_AT}/reject")
def reject(
    request: Request, services: ServicesDep, caller: Writer, deal_id: DealId, claim_id: ClaimId
) -> Response:
    """It is wrong."""
    sent = sent_in(request, "reject")

    def do(match: str) -> object:
        told = RejectBody(why=sent.why)
        return api.reject_claim(services, caller, deal_id, claim_id, told, Response(), match)

    at = At(services=services, caller=caller, deal_id=deal_id, claim_id=claim_id)
    return _done(request, at, sent, do)


@router.post(f"{_AT}/edit")
def edit(
    request: Request, services: ServicesDep, caller: Writer, deal_id: DealId, claim_id: ClaimId
) -> Response:
    """Some of its fields are to hold something else."""
    sent = sent_in(request, "edit")

    def do(match: str) -> object:
        told = EditBody(changes=sent.wish.values, why=sent.why)
        return api.edit_claim(services, caller, deal_id, claim_id, told, Response(), match)

    at = At(services=services, caller=caller, deal_id=deal_id, claim_id=claim_id)
    return _done(request, at, sent, do)


@router.post(f"{_AT}/outcome")
def outcome(
    request: Request, services: ServicesDep, caller: Writer, deal_id: DealId, claim_id: ClaimId
) -> Response:
    """What came of a promise."""
    sent = sent_in(request, "outcome")

    def do(match: str) -> object:
        told = OutcomeBody(outcome=cast(Outcome, sent.wish.sent["outcome"]), why=sent.reason)
        return api.tell_outcome(services, caller, deal_id, claim_id, told, Response(), match)

    at = At(services=services, caller=caller, deal_id=deal_id, claim_id=claim_id)
    return _done(request, at, sent, do)


def _done(request: Request, at: At, sent: Sent, do: Callable[[str], object]) -> Response:
    """Do what was sent, and show what came of it."""
    if sent.errors or sent.is_empty:
        return _refused(request, at, sent)
    came = change(at, sent.wish, seen=sent.seen, do=lambda match: cast(NotedOut, do(match)))
    if isinstance(came, Meeting):
        return shown_meeting(request, at, came)
    if isinstance(came, Refused):
        around = Around(sent=sent, problem=came.why, status=_CONFLICT)
        return shown_claim(request, at, came.opened, came.claim, around)
    return shown_after(request, at, SAID[sent.wish.doing], notes=came.noted.notes)


def _refused(request: Request, at: At, sent: Sent) -> Response:
    opened = open_deal(at.services, at.caller, at.deal_id)
    found = claim_in(opened, at.claim_id)
    if sent.errors:
        around = Around(sent=sent, status=_DOES_NOT_FIT)
    elif sent.has_chosen:
        around = Around(said="Left as it stands.")
    else:
        around = Around(sent=sent, problem=_NOTHING, status=_DOES_NOT_FIT)
    return shown_claim(request, at, opened, found, around)
