"""One claim: what proves it, what people did to it, and the forms with which they do more."""

from collections.abc import Callable
from typing import Annotated, Final, cast

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel

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
from transcript2handoff.pages.answered import answer_as
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


def _place(services: ServicesDep, caller: Writer, deal_id: DealId, claim_id: ClaimId) -> At:
    return At(services=services, caller=caller, deal_id=deal_id, claim_id=claim_id)


AtClaim = Annotated[At, Depends(_place)]
"""The claim of a path, for somebody who may do something to it."""


@router.get(_AT)
def claim(
    request: Request, services: ServicesDep, caller: Reader, deal_id: DealId, claim_id: ClaimId
) -> Response:
    """The page of a claim; for htmx the forms alone, to be put below its line."""
    at = At(services=services, caller=caller, deal_id=deal_id, claim_id=claim_id)
    opened = open_deal(services, caller, deal_id)
    return shown_claim(request, at, opened, claim_in(opened, claim_id))


@router.post(f"{_AT}/confirm")
def confirm(request: Request, at: AtClaim) -> Response:
    """It is right; a rejection is taken back."""
    sent = sent_in(request, "confirm")
    return _done(request, at, sent, api.confirm_claim, lambda: ConfirmBody(why=sent.reason))


@router.post(f"{_AT}/reject")
def reject(request: Request, at: AtClaim) -> Response:
    """It is wrong."""
    sent = sent_in(request, "reject")
    return _done(request, at, sent, api.reject_claim, lambda: RejectBody(why=sent.why))


@router.post(f"{_AT}/edit")
def edit(request: Request, at: AtClaim) -> Response:
    """Some of its fields are to hold something else."""
    sent = sent_in(request, "edit")

    def body() -> EditBody:
        return EditBody(changes=sent.wish.values, why=sent.why)

    return _done(request, at, sent, api.edit_claim, body)


@router.post(f"{_AT}/outcome")
def outcome(request: Request, at: AtClaim) -> Response:
    """What came of a promise."""
    sent = sent_in(request, "outcome")

    def body() -> OutcomeBody:
        return OutcomeBody(outcome=cast(Outcome, sent.wish.sent["outcome"]), why=sent.reason)

    return _done(request, at, sent, api.tell_outcome, body)


def _done(
    request: Request,
    at: At,
    sent: Sent,
    tell: Callable[..., object],
    body: Callable[[], BaseModel],
) -> Response:
    """Tell the API what was sent, once it is seen that it fits, and show what came of it."""
    if sent.errors or sent.is_empty:
        return _refused(request, at, sent)

    def do(match: str) -> NotedOut:
        who = (at.services, at.caller, at.deal_id, at.claim_id)
        return answer_as(NotedOut, tell(*who, body(), Response(), match))

    came = change(at, sent.wish, seen=sent.seen, do=do)
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
