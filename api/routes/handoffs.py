"""Handoffs: as they stand, their versions, what is asked, and what customer success says."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Response

from transcript2handoff.api.deps import (
    Reader,
    ServicesDep,
    StoreDep,
    Writer,
    note,
    visible_deal,
)
from transcript2handoff.api.etags import check_match, etag, has_already
from transcript2handoff.api.models.answers import ETAG, problems
from transcript2handoff.api.models.handoffs import (
    DecisionBody,
    DecisionOut,
    HandoffOut,
    QuestionList,
    QuestionOut,
    ReadinessOut,
    VersionList,
    VersionOut,
)
from transcript2handoff.api.models.ids import DealId, IfMatch, IfNoneMatch
from transcript2handoff.api.opened import Opened, open_deal, with_handoff
from transcript2handoff.api.ranges import PRIVATE
from transcript2handoff.assess.about_silence import absent_terms
from transcript2handoff.errors import NotAllowedError
from transcript2handoff.store import handoffs
from transcript2handoff.words import Language, Words

router = APIRouter(tags=["handoffs"])
InLanguage = Annotated[
    Language | None, Query(description="Of fixed words; the language of the company else.")
]
_UNCHANGED: Final[dict[int | str, dict[str, Any]]] = {
    304: {"description": "It is what If-None-Match names.", "headers": ETAG}
}


@router.get(
    "/deals/{deal_id}/handoff",
    summary="Read a handoff",
    operation_id="read_handoff",
    response_model=HandoffOut,
    responses={200: {"headers": ETAG}, **_UNCHANGED, **problems(404)},
)
def read_handoff(
    services: ServicesDep,
    caller: Reader,
    deal_id: DealId,
    response: Response,
    if_none_match: IfNoneMatch = None,
) -> object:
    """The handoff of a deal: what the calls say, and all that people did to it since.

    Its ETag is its edition: send it as `If-Match` with what you do to the handoff.
    """
    with services.store.read() as tx:
        here = with_handoff(visible_deal(tx, caller, deal_id)).edition
        is_known = has_already(if_none_match, here)
        if is_known:
            note(tx, caller, "read", "handoff", deal_id)
    if is_known:
        return Response(status_code=304, headers=_headers(here))
    opened = open_deal(services, caller, deal_id)
    response.headers.update(_headers(opened.edition))
    return HandoffOut(
        deal_id=deal_id,
        edition=opened.edition,
        handoff=opened.dossier.handoff,
        notes=opened.dossier.notes,
        decision=DecisionOut.of(opened.on_desk.record.decision),
    )


@router.get(
    "/deals/{deal_id}/handoff/versions",
    summary="List the versions of a handoff",
    operation_id="list_handoff_versions",
    response_model=VersionList,
    responses=problems(404),
)
def list_versions(store: StoreDep, caller: Reader, deal_id: DealId) -> object:
    """The versions of what the calls say, newest first; a run that says the same adds none."""
    with store.read() as tx:
        visible_deal(tx, caller, deal_id)
        note(tx, caller, "read", "handoff", deal_id)
        return VersionList.of(handoffs.versions(tx, deal_id))


@router.post(
    "/deals/{deal_id}/handoff/decision",
    summary="Accept or return a handoff",
    operation_id="decide_handoff",
    response_model=VersionOut,
    responses=problems(404, 409, 412),
)
def decide(
    store: StoreDep,
    caller: Writer,
    deal_id: DealId,
    told: DecisionBody,
    if_match: IfMatch = None,
) -> object:
    """Customer success takes the handoff over, or gives it back with reasons."""
    if caller.role == "ae":
        raise NotAllowedError(
            "A handoff is accepted or returned by customer success. Ask whoever the deal is "
            "assigned to."
        )
    with store.write() as tx:
        deal = with_handoff(visible_deal(tx, caller, deal_id, lock=True))
        check_match(if_match, deal.edition)
        decision = handoffs.Decision(
            by=caller.name, by_id=caller.id, at=tx.now, edition=deal.edition, **dict(told)
        )
        decided = handoffs.decide(tx, deal_id, decision)
        note(tx, caller, "change", "handoff", deal_id, decision=told.what)
    return VersionOut.of(decided)


@router.get(
    "/deals/{deal_id}/questions",
    summary="List open questions",
    operation_id="list_questions",
    response_model=QuestionList,
    responses={200: {"headers": ETAG}, **problems(404)},
)
def list_questions(
    services: ServicesDep,
    caller: Reader,
    deal_id: DealId,
    response: Response,
    language: InLanguage = None,
) -> object:
    """What to ask the account executive, the most pressing first."""
    opened = open_deal(services, caller, deal_id)
    words = _words(opened, language)
    response.headers["ETag"] = etag(opened.edition)
    items = tuple(
        QuestionOut(text=words.say(one.text), **one.model_dump(exclude={"text"}))
        for one in opened.dossier.assessment.questions
    )
    absent = absent_terms(opened.dossier.handoff.claims, opened.dossier.review)
    return QuestionList(edition=opened.edition, items=items, absent_terms=tuple(absent))


@router.get(
    "/deals/{deal_id}/readiness",
    summary="Read the readiness of a deal",
    operation_id="read_readiness",
    response_model=ReadinessOut,
    responses={200: {"headers": ETAG}, **problems(404)},
)
def read_readiness(
    services: ServicesDep,
    caller: Reader,
    deal_id: DealId,
    response: Response,
    language: InLanguage = None,
) -> object:
    """Whether the handoff can be taken over: verdict, score, and what speaks against it."""
    opened = open_deal(services, caller, deal_id)
    response.headers["ETag"] = etag(opened.edition)
    return ReadinessOut.of(
        opened.dossier.assessment, edition=opened.edition, words=_words(opened, language)
    )


def _words(opened: Opened, language: Language | None) -> Words:
    return Words.of(language or opened.dossier.company.language)


def _headers(edition: str) -> dict[str, str]:
    return {"ETag": etag(edition), "Cache-Control": PRIVATE}
