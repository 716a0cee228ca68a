"""Links to the brief of a deal for readers without an account."""

import datetime
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Path, Request, Response

from transcript2handoff.access import Principal
from transcript2handoff.access.secrets import digest_of, new_secret
from transcript2handoff.api.deps import (
    EntranceDep,
    Reader,
    ServicesDep,
    StoreDep,
    Writer,
    note,
    visible_deal,
)
from transcript2handoff.api.idempotency import keep_instead
from transcript2handoff.api.models.answers import ETAG, file, header, problems
from transcript2handoff.api.models.ids import DealId
from transcript2handoff.api.models.shares import ShareBody, SharedBriefOut, ShareList, ShareOut
from transcript2handoff.api.opened import with_handoff
from transcript2handoff.api.ranges import blob_response, bytes_response
from transcript2handoff.api.services import Services
from transcript2handoff.api.shared import Shared, check_shareable, open_shared
from transcript2handoff.audio.silence import silenced
from transcript2handoff.errors import SendingRefusedError, StoreGoneError
from transcript2handoff.store import Deed, Transaction, shares
from transcript2handoff.store.shares import NewShare, ShareRecord

router = APIRouter(tags=["shares"])
PLAYED: Final = "audio/ogg"
_NOBODY: Final = "nobody"
"""In the audit: whoever has followed a link that leads nowhere."""
_NOT_LISTED: Final = {"X-Robots-Tag": "noindex, nofollow"}
"""A link that somebody has put onto a page is not for search engines."""

ShareId = Annotated[
    str,
    Path(
        description="The id of a link, from the list of links.",
        pattern=r"^[A-Za-z0-9_-]{1,48}$",
        examples=["share-1"],
    ),
]
Token = Annotated[str, Path(description="The secret at the end of the link.", max_length=200)]
CallRef = Annotated[
    str, Path(description="The id of a call inside of the deal (`ref`).", max_length=100)
]


@router.get(
    "/deals/{deal_id}/shares",
    summary="List the links to a brief",
    operation_id="list_shares",
    response_model=ShareList,
    responses=problems(404),
)
def list_shares(store: StoreDep, caller: Reader, deal_id: DealId) -> object:
    """Who has shared the brief of a deal, newest first, and how often each link was followed."""
    with store.read() as tx:
        visible_deal(tx, caller, deal_id)
        note(tx, caller, "read", "share", deal_id)
        found = shares.of_deal(tx, deal_id)
        return ShareList(items=tuple(ShareOut.of(one, now=tx.now) for one in found))


@router.post(
    "/deals/{deal_id}/shares",
    summary="Share a brief",
    operation_id="share",
    status_code=201,
    response_model=ShareOut,
    responses=problems(404, 409),
)
def share(
    request: Request, services: ServicesDep, caller: Writer, deal_id: DealId, told: ShareBody
) -> object:
    """A link by which anybody reads the brief until it ends. It is told once, and not kept.

    It shows what may leave this machine: private data is hidden, and nothing is shared of a deal
    while it is not known that those on its calls agree.
    """
    with services.store.read() as tx:
        with_handoff(visible_deal(tx, caller, deal_id))
    check_shareable(services, deal_id)
    secret = new_secret()
    with services.store.write() as tx:
        visible_deal(tx, caller, deal_id)
        new = NewShare(
            deal_id=deal_id,
            digest=digest_of(secret),
            by=caller.name,
            by_id=caller.id,
            expires=tx.now + datetime.timedelta(days=told.days),
            audio=told.audio,
            language=told.language or services.company_files.company.language,
        )
        added = shares.add(tx, new)
        note(tx, caller, "add", "share", added.id, days=told.days, audio=told.audio)
        kept = ShareOut.of(added, now=tx.now)
    keep_instead(request, kept)
    return kept.model_copy(update={"link": f"{services.settings.public_url}/shared/{secret}"})


@router.delete(
    "/shares/{share_id}",
    summary="Withdraw a link",
    operation_id="withdraw_share",
    response_model=ShareOut,
    responses=problems(404),
)
def withdraw_share(store: StoreDep, caller: Writer, share_id: ShareId) -> object:
    """Have a link lead nowhere from now on."""
    with store.write() as tx:
        _check_visible(tx, caller, share_id)
        withdrawn = shares.withdraw(tx, share_id)
        note(tx, caller, "change", "share", share_id)
        return ShareOut.of(withdrawn, now=tx.now)


def _check_visible(tx: Transaction, caller: Principal, share_id: str) -> None:
    try:
        visible_deal(tx, caller, shares.get(tx, share_id).deal_id)
    except StoreGoneError as error:
        raise StoreGoneError(
            f"There is no link {share_id}, or not any more. List what is there, and take its id "
            "from the list."
        ) from error


def followed(request: Request, store: StoreDep, entrance: EntranceDep, token: Token) -> ShareRecord:
    """The link that somebody has followed, whoever they are.

    Raises:
        StoreGoneError: it leads nowhere: there is none, it has ended, or it was withdrawn.
        TooManyRequestsError: too many links that lead nowhere were followed from this address, or
            this one was followed too often.
    """
    address = entrance.address_of(request.scope)
    entrance.links.take(address)
    with store.read() as tx:
        found = shares.by_digest(tx, digest_of(token))
        if found is None:
            tx.note(Deed(actor=_NOBODY, action="refuse", matter="share"))
    if found is None:
        raise StoreGoneError(
            "The link leads nowhere: it has ended, was withdrawn, or is not whole. Ask whoever "
            "sent it to you for a new one."
        )
    entrance.links.give_back(address)
    entrance.callers.take(found.id)
    return found


Followed = Annotated[ShareRecord, Depends(followed)]
"""The link whose secret is the part `token` of the path."""


def open_brief(services: Services, link: ShareRecord) -> Shared:
    """What a link leads to; that somebody has followed it is counted and noted.

    Raises:
        SendingRefusedError: a call of the deal may not leave this machine, or not any more.
        StoreGoneError: there is no handoff of the deal just now.
    """
    shared = open_shared(services, link)
    with services.store.write() as tx:
        shares.opened(tx, link.id)
        tx.note(Deed(actor=link.id, action="read", matter="handoff", subject=link.deal_id))
    return shared


def note_followed(services: Services, link: ShareRecord, matter: str, call_id: str) -> None:
    """Have it written to the audit that whoever has a link has read something of a call."""
    with services.store.read() as tx:
        tx.note(Deed(actor=link.id, action="read", matter=matter, subject=call_id))


@router.get(
    "/shared/{token}",
    summary="Read a brief by its link",
    operation_id="read_shared",
    response_model=SharedBriefOut,
    responses=problems(404, 409),
)
def read_shared(services: ServicesDep, link: Followed, token: Token, response: Response) -> object:
    """The brief of a deal for whoever has the link: what may be shown of it, and nothing else."""
    response.headers.update(_NOT_LISTED)
    address = f"{services.settings.public_url}/v1/shared/{token}/audio/"
    return SharedBriefOut.of(open_brief(services, link), audio=address)


@router.get(
    "/shared/{token}/audio/{call_ref}",
    summary="Hear a call by a link",
    operation_id="hear_shared",
    response_class=Response,
    responses={
        200: file("All of the copy for playback.", PLAYED),
        206: file(
            "A range of its bytes.",
            PLAYED,
            headers={"Content-Range": header("Which bytes.", "bytes 0-65535/4194304")},
        ),
        304: {"description": "It is what If-None-Match names.", "headers": ETAG},
        **problems(404, 409, 416),
    },
)
def hear_shared(
    request: Request, services: ServicesDep, link: Followed, call_ref: CallRef
) -> Response:
    """A call of the brief, if the link is for hearing too and all on it agreed.

    Where words are hidden in the text, there is silence. It is refused with the reason where
    nobody knows their seconds. `Range` with one range of bytes is answered with 206.
    """
    shared = open_shared(services, link)
    if call_ref not in {one.call.id for one in shared.dossier.handoff.calls}:
        raise StoreGoneError("The brief has no such call. Take its id from the brief.")
    if why := shared.silent_why(call_ref):
        raise SendingRefusedError(why)
    call = shared.calls[call_ref]
    note_followed(services, link, "recording", call.id)
    assert call.playback is not None, "a call that may be heard"
    blobs, asked = services.store.blobs, request.headers
    if silences := shared.silences(call_ref):
        copy = silenced(b"".join(blobs.read(call.playback)), silences)
        answer = bytes_response(copy, media_type=PLAYED, asked=asked)
    else:
        answer = blob_response(blobs, call.playback, media_type=PLAYED, asked=asked)
    answer.headers.update(_NOT_LISTED)
    return answer
