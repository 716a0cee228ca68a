"""The documents of a deal: files to take away, links for readers outside, and the brief by mail."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.concurrency import run_in_threadpool

from transcript2handoff.access import Principal
from transcript2handoff.api.deps import Reader, ServicesDep, Writer
from transcript2handoff.api.models.documents import DocumentComing, DocumentList
from transcript2handoff.api.models.ids import DealId
from transcript2handoff.api.models.mails import MailsOut, NewMailBody
from transcript2handoff.api.models.shares import ShareBody, ShareList, ShareOut
from transcript2handoff.api.routes import documents as api
from transcript2handoff.api.routes import mails, shares
from transcript2handoff.api.services import Services
from transcript2handoff.errors import HandoffError
from transcript2handoff.pages.answered import answer_as
from transcript2handoff.pages.deal_frame import deal_of, frame_of
from transcript2handoff.pages.document_view import groups_of, title_of
from transcript2handoff.pages.forms import BLANK, FormFault, again, form_of, read_form
from transcript2handoff.pages.frame import see_other, show
from transcript2handoff.pages.progress import view_of
from transcript2handoff.words import Language

router = APIRouter()
InLanguage = Annotated[Language | None, Query()]
_WAIT = 2.0
"""Seconds: what is made so quickly comes at once, and for the rest there is a page that waits."""


@router.get("/deals/{deal_id}/documents")
def deal_documents(
    request: Request,
    services: ServicesDep,
    caller: Reader,
    deal_id: DealId,
    language: InLanguage = None,
) -> Response:
    """Everything that can be taken away or sent."""
    return _page(request, services, caller, deal_id, language=language)


@router.get("/deals/{deal_id}/files/{name:path}.{format}")
async def file(  # noqa: PLR0913, PLR0917 - what the request holds
    request: Request,
    services: ServicesDep,
    caller: Reader,
    deal_id: DealId,
    name: Annotated[str, Path(pattern=r"^[^\x00-\x1f\x7f]{1,200}$")],
    format: Annotated[str, Path(pattern=r"^[a-z0-9]{1,8}$")],  # noqa: A002
    language: InLanguage = None,
) -> Response:
    """A document; where it is being made, a page that tells how far it is."""
    response = await api.read_document(
        request, services, caller, deal_id, name, format, language, wait=_WAIT
    )
    if response.status_code != 202:
        return response
    run = DocumentComing.model_validate_json(bytes(response.body)).run
    deal = await run_in_threadpool(deal_of, services.store, caller, deal_id)
    return show(
        request,
        "document_coming",
        frame=frame_of(deal, tab="documents"),
        view=view_of(run),
        title=title_of(name),
        format=format,
    )


@router.post("/deals/{deal_id}/shares")
def share(request: Request, services: ServicesDep, caller: Writer, deal_id: DealId) -> Response:
    """Make a link to the brief; it is shown once."""
    told = read_form(request, ShareBody)
    if isinstance(told, FormFault):
        return _page(request, services, caller, deal_id, share_form=told, status=422)
    try:
        made = shares.share(request, services, caller, deal_id, told)
    except HandoffError as error:
        fault = again(request, error)
        return _page(request, services, caller, deal_id, share_form=fault, status=409)
    return _page(request, services, caller, deal_id, made=answer_as(ShareOut, made))


@router.post("/deals/{deal_id}/shares/{share_id}/withdraw")
def withdraw(
    request: Request,
    services: ServicesDep,
    caller: Writer,
    deal_id: DealId,
    share_id: shares.ShareId,
) -> Response:
    """Have a link lead nowhere from now on."""
    shares.withdraw_share(services.store, caller, share_id)
    said = "The link leads nowhere from now on."
    return see_other(request, f"/deals/{deal_id}/documents#links", said=said)


@router.post("/deals/{deal_id}/mails")
def send(request: Request, services: ServicesDep, caller: Writer, deal_id: DealId) -> Response:
    """Send the brief by mail."""
    form = form_of(request)
    to = tuple(str(form.get("addresses", "")).replace(",", " ").replace(";", " ").split())
    told = read_form(request, NewMailBody, to=to, pdf="pdf" in form)
    if not isinstance(told, FormFault):
        try:
            mails.send_mail(services, caller, deal_id, told)
        except HandoffError as error:
            told = again(request, error)
        else:
            said = "The mail is on its way."
            return see_other(request, f"/deals/{deal_id}/documents#mail", said=said)
    return _page(request, services, caller, deal_id, mail_form=told, status=422)


def _page(  # noqa: PLR0913 - what a page of three forms may be shown again with
    request: Request,
    services: Services,
    caller: Principal,
    deal_id: str,
    *,
    status: int = 200,
    language: Language | None = None,
    **told: Any,  # noqa: ANN401 - the forms
) -> Response:
    deal = deal_of(services.store, caller, deal_id)
    there = deal.verdict is not None
    known = _known(services, caller, deal_id, language) if there else {}
    forms = {"share_form": BLANK, "mail_form": BLANK, "made": None}
    return show(
        request,
        "documents",
        status=status,
        frame=frame_of(deal, tab="documents"),
        there=there,
        language=language or services.company_files.company.language,
        **{**forms, **known, **told},
    )


def _known(
    services: Services, caller: Principal, deal_id: str, language: Language | None
) -> dict[str, object]:
    found = answer_as(DocumentList, api.list_documents(services, caller, deal_id, language))
    links = answer_as(ShareList, shares.list_shares(services.store, caller, deal_id))
    return {
        "groups": groups_of(found.items),
        "links": links.items,
        "mail": answer_as(MailsOut, mails.list_mails(services, caller, deal_id)),
    }
