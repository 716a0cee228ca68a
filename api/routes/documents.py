"""Documents of a deal: which there are, and each of them in every format."""

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Final

import anyio
from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse

from transcript2handoff.access import Principal
from transcript2handoff.api.deps import Reader, ServicesDep, note, visible_deal
from transcript2handoff.api.models.answers import ETAG, file, header, problems
from transcript2handoff.api.models.documents import DocumentComing, DocumentList, DocumentOut
from transcript2handoff.api.models.ids import DealId
from transcript2handoff.api.models.runs import RunOut
from transcript2handoff.api.opened import with_handoff
from transcript2handoff.api.ranges import blob_response
from transcript2handoff.api.services import Services
from transcript2handoff.errors import DocumentMissingError, StoreConflictError, StoreGoneError
from transcript2handoff.jobs.desk import on_desk
from transcript2handoff.store import documents, runs
from transcript2handoff.store.documents import DocumentPlace, DocumentRecord
from transcript2handoff.words import Language

router = APIRouter(tags=["documents"])
LONGEST_WAIT: Final = 25.0
"""Seconds that a request waits for a document: less than proxies wait for an answer."""
_LOOK_EVERY: Final = 0.5
_A_PERSON_WAITS: Final = 2
_AGAIN_IN: Final = "5"
_PLAIN_NAME: Final = re.compile(r"[^A-Za-z0-9_.-]")
_POLICY: Final = (
    "default-src 'none'; img-src data:; style-src 'unsafe-inline'; media-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)
_OF_PAGES: Final = f"{_POLICY}; script-src 'unsafe-inline'"
"""A page brings its own policy, which names its one script by its hash; both hold."""
_TYPES: Final = (
    "text/markdown",
    "text/html",
    "text/plain",
    "text/csv",
    "text/vtt",
    "message/rfc822",
    "image/svg+xml",
    "application/pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
)

Name = Annotated[
    str,
    Path(
        description="The document, without its ending.",
        pattern=r"^[^\x00-\x1f\x7f]{1,200}$",
        examples=["internal/kickoff_brief"],
    ),
]
Format = Annotated[
    str, Path(description="Its ending.", pattern=r"^[a-z0-9]{1,8}$", examples=["pdf"])
]
InLanguage = Annotated[
    Language | None, Query(description="Of the document; the language of the company else.")
]


@dataclass(frozen=True, kw_only=True)
class _Wish:
    """A document that somebody wants."""

    deal_id: str
    name: str
    format: str
    language: Language

    @property
    def wanted(self) -> str:
        """As a run knows it."""
        return f"{self.name}.{self.format} {self.language}"

    def at(self, edition: str) -> DocumentPlace:
        """Where it is kept."""
        return DocumentPlace(
            deal_id=self.deal_id,
            edition=edition,
            name=self.name,
            language=self.language,
            format=self.format,
        )


@dataclass(frozen=True, kw_only=True)
class _Look:
    """What there is of a document at a moment."""

    edition: str
    document: DocumentRecord | None = None
    run: runs.RunRecord | None = None


@router.get(
    "/deals/{deal_id}/documents",
    summary="List documents",
    operation_id="list_documents",
    response_model=DocumentList,
    responses=problems(404),
)
def list_documents(
    services: ServicesDep, caller: Reader, deal_id: DealId, language: InLanguage = None
) -> object:
    """All documents of a deal in all formats, and which of them are ready."""
    with services.store.read() as tx:
        edition = with_handoff(visible_deal(tx, caller, deal_id)).edition
        ready = {(d.name, d.format, d.language): d for d in documents.of(tx, deal_id, edition)}
        note(tx, caller, "read", "document", deal_id)
    told = language or services.company_files.company.language
    there = on_desk(services.store, deal_id).documents(
        services.papers, language=told, public_url=services.settings.public_url
    )
    items = tuple(
        _listed(_Wish(deal_id=deal_id, name=one.path, format=one.format, language=told), ready)
        for one in there.names()
    )
    return DocumentList(edition=edition, items=items)


@router.get(
    "/deals/{deal_id}/documents/{name:path}.{format}",
    summary="Read a document",
    operation_id="read_document",
    response_class=Response,
    responses={
        200: file("The document.", *_TYPES),
        202: {
            "description": "It is being made: ask again, or watch its run.",
            "model": DocumentComing,
            "headers": {
                "Location": header("Of the run that makes it.", "/v1/runs/run-1"),
                "Retry-After": header("In how many seconds to ask again.", _AGAIN_IN),
            },
        },
        206: file("A range of its bytes.", *_TYPES),
        304: {"description": "It is what If-None-Match names.", "headers": ETAG},
        **problems(404, 409, 416),
    },
)
async def read_document(  # noqa: PLR0913, PLR0917 - what the request holds
    request: Request,
    services: ServicesDep,
    caller: Reader,
    deal_id: DealId,
    name: Name,
    format: Format,  # noqa: A002 - the word of its readers
    language: InLanguage = None,
    wait: Annotated[
        float, Query(ge=0, le=LONGEST_WAIT, description="Seconds to wait for it.")
    ] = LONGEST_WAIT,
) -> Response:
    """A document of the handoff as it stands; one that is not there is made, and waited for."""
    wish = _Wish(
        deal_id=deal_id,
        name=name,
        format=format,
        language=language or services.company_files.company.language,
    )
    look = await run_in_threadpool(_first_look, services, caller, wish)
    until = time.monotonic() + wait
    while look.document is None and time.monotonic() < until:
        await anyio.sleep(_LOOK_EVERY)
        look = await run_in_threadpool(_look, services, caller, wish, look.run)
    if look.document is None:
        return _coming(look)
    return await run_in_threadpool(_found, services, look, request.headers)


def _listed(wish: _Wish, ready: Mapping[tuple[str, str, str], DocumentRecord]) -> DocumentOut:
    there = ready.get((wish.name, wish.format, wish.language))
    return DocumentOut(
        name=wish.name,
        format=wish.format,
        language=wish.language,
        is_ready=there is not None,
        bytes=there and there.bytes,
        media_type=there and there.media_type,
        created=there and there.created,
    )


def _first_look(services: Services, caller: Principal, wish: _Wish) -> _Look:
    """What there is; where there is nothing yet, a run that makes it.

    Raises:
        StoreGoneError: there is no such deal, handoff or document.
    """
    with services.store.read() as tx:
        deal = with_handoff(visible_deal(tx, caller, wish.deal_id))
        note(tx, caller, "read", "document", wish.deal_id)
        if document := documents.find(tx, wish.at(deal.edition)):
            return _Look(edition=deal.edition, document=document)
    _check_known(services, wish)
    with services.store.write() as tx:
        new = runs.NewRun(
            deal_id=wish.deal_id, kind="documents", wanted=wish.wanted, priority=_A_PERSON_WAITS
        )
        run = runs.start(tx, new)
        note(tx, caller, "add", "run", run.id)
        return _Look(edition=deal.edition, run=run)


def _check_known(services: Services, wish: _Wish) -> None:
    there = on_desk(services.store, wish.deal_id).documents(
        services.papers, language=wish.language, public_url=services.settings.public_url
    )
    if (wish.name, wish.format) not in {(one.path, one.format) for one in there.names()}:
        raise DocumentMissingError(
            f"There is no document {wish.name}.{wish.format} of this deal. "
            f"/v1/deals/{wish.deal_id}/documents lists what there is."
        )


def _look(services: Services, caller: Principal, wish: _Wish, run: runs.RunRecord | None) -> _Look:
    """What there is by now.

    Raises:
        StoreConflictError: it cannot be made.
    """
    with services.store.read() as tx:
        deal = visible_deal(tx, caller, wish.deal_id)
        found = documents.find(tx, wish.at(deal.edition))
        now = runs.get(tx, run.id) if run else None
    if found is None and now and now.state in ("failed", "cancelled"):
        raise StoreConflictError(
            f"The document was not made: {now.error or 'its run was stopped'} "
            f"Its run is {now.id}; retry it, or ask again."
        )
    return _Look(edition=deal.edition, document=found, run=now)


def _coming(look: _Look) -> Response:
    if look.run is None:
        raise StoreGoneError("The document is not there any more. Ask for it again.")
    coming = DocumentComing(run=RunOut.of(look.run))
    return JSONResponse(
        coming.model_dump(mode="json"),
        status_code=202,
        headers={"Location": f"/v1/runs/{look.run.id}", "Retry-After": _AGAIN_IN},
    )


def _found(services: Services, look: _Look, asked: Mapping[str, str]) -> Response:
    document = look.document
    assert document is not None
    base = document.name.rpartition("/")[2]
    response = blob_response(
        services.store.blobs,
        document.blob,
        media_type=document.media_type,
        asked=asked,
        name=_PLAIN_NAME.sub("_", f"{base}.{document.format}"),
    )
    response.headers["Content-Security-Policy"] = (
        _OF_PAGES if document.format == "html" else _POLICY
    )
    response.headers["T2H-Edition"] = look.edition
    return response
