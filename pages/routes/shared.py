"""The brief for a reader who has a link to it and no account: to be read, and heard if allowed."""

from typing import Final

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from transcript2handoff.api.deps import ServicesDep
from transcript2handoff.api.routes import shares
from transcript2handoff.api.routes.shares import CallRef, Followed, Token
from transcript2handoff.api.shared import Shared, open_shared
from transcript2handoff.errors import StoreGoneError
from transcript2handoff.pages.briefs import BriefPage, spoken
from transcript2handoff.pages.deal_frame import title_of
from transcript2handoff.pages.frame import show
from transcript2handoff.pages.tracks import timeline, track_of
from transcript2handoff.render import BriefOptions
from transcript2handoff.render.around import scenes
from transcript2handoff.render.brief import build_brief
from transcript2handoff.render.proofs import HeardCall, Proofs, heard_calls

router = APIRouter()
_HEADERS: Final = {"Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex, nofollow"}
"""The address is a secret: neither other sites nor search engines are told of it."""


@router.get("/shared/{token}")
def read_shared(request: Request, services: ServicesDep, link: Followed, token: Token) -> Response:
    """The brief behind a link."""
    shared = shares.open_brief(services, link)
    options = _options(shared, token)
    calls = heard_calls(shared.dossier.handoff, shared.dossier.transcripts, options)
    response = show(
        request,
        "shared",
        title=title_of(shared.dossier.handoff.deal),
        expires=link.expires,
        hidden=sum(shared.shown.hidden.values()),
        page=_page(shared, options, calls),
        silent=_silent(shared, calls),
        **spoken(options.words),
    )
    response.headers.update(_HEADERS)
    return response


@router.get("/shared/{token}/audio/{call_ref}")
def hear_shared(
    request: Request, services: ServicesDep, link: Followed, call_ref: CallRef
) -> Response:
    """A call of the brief, where the link is for hearing too."""
    response = shares.hear_shared(request, services, link, call_ref)
    response.headers.update(_HEADERS)
    return response


@router.get("/shared/{token}/timeline/{call_ref}")
def read_timeline(
    services: ServicesDep, link: Followed, token: Token, call_ref: CallRef
) -> Response:
    """What is said when on a call that may be heard, for the player.

    Raises:
        StoreGoneError: there is no such call, or it may not be heard.
    """
    shared = open_shared(services, link)
    options = _options(shared, token)
    calls = heard_calls(shared.dossier.handoff, shared.dossier.transcripts, options)
    found = next((one for one in calls if one.audio and one.record.call.id == call_ref), None)
    if found is None:
        raise StoreGoneError("There is no such call here, or it may not be heard.")
    shares.note_followed(services, link, "transcript", shared.calls[call_ref].id)
    told = timeline(shared.dossier.handoff, found, None)
    return JSONResponse(told.model_dump(mode="json"), headers=_HEADERS)


def _page(shared: Shared, options: BriefOptions, calls: tuple[HeardCall, ...]) -> BriefPage:
    """The brief without any way to what stands behind it."""
    dossier = shared.dossier
    proofs = Proofs(deal=dossier.handoff.deal, calls=calls, words=options.words)
    return BriefPage(
        deal_id="",
        edition=shared.edition,
        brief=build_brief(dossier.handoff, dossier.assessment, dossier.transcripts, options),
        scenes={claim.id: scenes(claim, proofs) for claim in dossier.handoff.claims},
        call_ids={},
        tracks=tuple(
            track_of(
                call,
                call_id=call.record.call.id,
                timeline=call.audio.replace("/audio/", "/timeline/"),
            )
            for call in calls
            if call.audio
        ),
    )


def _options(shared: Shared, token: str) -> BriefOptions:
    dossier = shared.dossier
    refs = [one.call.id for one in dossier.handoff.calls]
    return BriefOptions(
        audio={r: f"/shared/{token}/audio/{r}" for r in refs if shared.silent_why(r) is None},
        templates=dossier.company_files.templates_in(shared.record.language),
        sections=dossier.company.section_order,
        review=dossier.review,
    )


def _silent(shared: Shared, calls: tuple[HeardCall, ...]) -> tuple[str, ...]:
    """Which calls may not be heard, and why; nothing where the link is for reading alone."""
    if not shared.record.audio:
        return ()
    reasons = ((call.name, shared.silent_why(call.record.call.id)) for call in calls)
    return tuple(f"{name}: {why}" for name, why in reasons if why)
