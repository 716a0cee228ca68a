"""Claims: listed, confirmed, rejected, edited, added, and what came of promises."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from transcript2handoff.api.deps import Reader, ServicesDep, Writer
from transcript2handoff.api.etags import etag
from transcript2handoff.api.models.answers import ETAG, problems
from transcript2handoff.api.models.claims import (
    AddBody,
    ClaimList,
    ConfirmBody,
    EditBody,
    NotedOut,
    OutcomeBody,
    RejectBody,
)
from transcript2handoff.api.models.handoffs import AnswerBody
from transcript2handoff.api.models.ids import ClaimId, DealId, IfMatch
from transcript2handoff.api.opened import Deed, Opened, do, open_deal
from transcript2handoff.facts import Kind
from transcript2handoff.handoff import Claim, PromiseState, StatementEvidence
from transcript2handoff.journal import Event, Quoted, Signature, making

router = APIRouter(tags=["claims"])
_NOTED = {200: {"headers": ETAG}, **problems(404, 409, 412)}
_ADDED = {201: {"headers": ETAG}, **problems(404, 409, 412)}


@router.get(
    "/deals/{deal_id}/claims",
    summary="List claims",
    operation_id="list_claims",
    response_model=ClaimList,
    responses={200: {"headers": ETAG}, **problems(404)},
)
def list_claims(  # noqa: PLR0913, PLR0917 - the filters of the query
    services: ServicesDep,
    caller: Reader,
    deal_id: DealId,
    response: Response,
    kind: Annotated[list[Kind] | None, Query(description="Only of these kinds.")] = None,
    state: Annotated[PromiseState | None, Query(description="Only promises in this state.")] = None,
    call: Annotated[
        str | None, Query(max_length=100, description="Only what was said on the call `ref`.")
    ] = None,
    reviewed: Annotated[bool | None, Query(description="Whether somebody looked at it.")] = None,
) -> object:
    """The claims of a deal as they stand, each with the words that prove it."""
    opened = open_deal(services, caller, deal_id)

    def fits(claim: Claim) -> bool:
        return (
            (not kind or claim.kind in kind)
            and (state is None or claim.state == state)
            and (call is None or any(piece.call_id == call for piece in claim.spoken))
            and (reviewed is None or (claim.review is not None) == reviewed)
        )

    response.headers["ETag"] = etag(opened.edition)
    found = tuple(filter(fits, opened.dossier.handoff.claims))
    return ClaimList(edition=opened.edition, items=found)


@router.post(
    "/deals/{deal_id}/claims",
    summary="Add a claim",
    operation_id="add_claim",
    status_code=201,
    response_model=NotedOut,
    responses=_ADDED,
)
def add_claim(  # noqa: PLR0913, PLR0917 - what the request holds
    services: ServicesDep,
    caller: Writer,
    deal_id: DealId,
    new: AddBody,
    response: Response,
    if_match: IfMatch = None,
) -> object:
    """Add what nobody had found. Its quotes must stand in the transcripts."""

    def make(opened: Opened, signature: Signature) -> Event:
        said = [Quoted(call_id=q.call_id, turn=q.turn, quote=q.quote) for q in new.quotes]
        told = [_statement(new.statement, signature)] if new.statement else []
        return making.added(opened.desk, new.summary, new.fact, [*said, *told], signature)

    deed = Deed(deal_id=deal_id, why=new.why, if_match=if_match, make=make)
    return _shown(do(services, caller, deed), response)


@router.post(
    "/deals/{deal_id}/claims/{claim_id}/confirm",
    summary="Confirm a claim",
    operation_id="confirm_claim",
    response_model=NotedOut,
    responses=_NOTED,
)
def confirm_claim(  # noqa: PLR0913, PLR0917 - what the request holds
    services: ServicesDep,
    caller: Writer,
    deal_id: DealId,
    claim_id: ClaimId,
    told: ConfirmBody,
    response: Response,
    if_match: IfMatch = None,
) -> object:
    """Say that a claim is right. A rejection is taken back."""

    def make(opened: Opened, signature: Signature) -> Event:
        return making.confirmed(opened.desk, claim_id, signature)

    deed = Deed(deal_id=deal_id, why=told.why, if_match=if_match, make=make, claim_id=claim_id)
    return _shown(do(services, caller, deed), response)


@router.post(
    "/deals/{deal_id}/claims/{claim_id}/reject",
    summary="Reject a claim",
    operation_id="reject_claim",
    response_model=NotedOut,
    responses=_NOTED,
)
def reject_claim(  # noqa: PLR0913, PLR0917 - what the request holds
    services: ServicesDep,
    caller: Writer,
    deal_id: DealId,
    claim_id: ClaimId,
    told: RejectBody,
    response: Response,
    if_match: IfMatch = None,
) -> object:
    """Say that a claim is wrong; it stands in the appendix then."""

    def make(opened: Opened, signature: Signature) -> Event:
        return making.rejected(opened.desk, claim_id, signature)

    deed = Deed(deal_id=deal_id, why=told.why, if_match=if_match, make=make, claim_id=claim_id)
    return _shown(do(services, caller, deed), response)


@router.patch(
    "/deals/{deal_id}/claims/{claim_id}",
    summary="Edit a claim",
    operation_id="edit_claim",
    response_model=NotedOut,
    responses=_NOTED,
)
def edit_claim(  # noqa: PLR0913, PLR0917 - what the request holds
    services: ServicesDep,
    caller: Writer,
    deal_id: DealId,
    claim_id: ClaimId,
    told: EditBody,
    response: Response,
    if_match: IfMatch = None,
) -> object:
    """Set fields of a claim: its `summary`, or those of its kind."""

    def make(opened: Opened, signature: Signature) -> Event:
        return making.edited(opened.desk, claim_id, told.changes, signature)

    deed = Deed(deal_id=deal_id, why=told.why, if_match=if_match, make=make, claim_id=claim_id)
    return _shown(do(services, caller, deed), response)


@router.post(
    "/deals/{deal_id}/claims/{claim_id}/outcome",
    summary="Tell what came of a promise",
    operation_id="tell_outcome",
    response_model=NotedOut,
    responses=_NOTED,
)
def tell_outcome(  # noqa: PLR0913, PLR0917 - what the request holds
    services: ServicesDep,
    caller: Writer,
    deal_id: DealId,
    claim_id: ClaimId,
    told: OutcomeBody,
    response: Response,
    if_match: IfMatch = None,
) -> object:
    """Say after the handoff that a promise was kept, came late, or could not be kept."""

    def make(opened: Opened, signature: Signature) -> Event:
        return making.outcome(opened.desk, claim_id, told.outcome, signature)

    deed = Deed(deal_id=deal_id, why=told.why, if_match=if_match, make=make, claim_id=claim_id)
    return _shown(do(services, caller, deed), response)


@router.post(
    "/deals/{deal_id}/answers",
    summary="Answer a question",
    operation_id="answer_question",
    status_code=201,
    response_model=NotedOut,
    responses=_ADDED,
)
def answer_question(  # noqa: PLR0913, PLR0917 - what the request holds
    services: ServicesDep,
    caller: Writer,
    deal_id: DealId,
    told: AnswerBody,
    response: Response,
    if_match: IfMatch = None,
) -> object:
    """Answer a question that the calls had left open, or answer it anew.

    What the answer states where the calls are silent becomes a claim, with the answer as its proof:
    of `no_goal` goals, of `no_scope` promised features, of `no_buyer` who decides about the money,
    of `no_terms` price, length and start, of `no_next_step` next steps. Give it in `facts`; without
    them the words are read (but for terms), and an empty list states nothing. Another answer takes
    the place of all that the one before it states.
    """

    def make(opened: Opened, signature: Signature) -> Event:
        asked = opened.dossier.asked
        event = making.answered(opened.desk, told.question_id, told.words, signature, asked=asked)
        return event if told.facts is None else making.stating(event, told.facts)

    deed = Deed(deal_id=deal_id, why=told.why, if_match=if_match, make=make)
    return _shown(do(services, caller, deed), response)


def _statement(words: str, signature: Signature) -> StatementEvidence:
    return StatementEvidence(person=signature.by, at=signature.at, words=words)


def _shown(noted: NotedOut, response: Response) -> NotedOut:
    response.headers["ETag"] = etag(noted.edition)
    return noted
