"""Adding a claim that nobody had found, with the words that prove it."""

from dataclasses import replace
from typing import Final, cast

from fastapi import APIRouter, Request, Response

from transcript2handoff.api.deps import ServicesDep, Writer
from transcript2handoff.api.models.claims import NotedOut
from transcript2handoff.api.models.ids import DealId
from transcript2handoff.api.opened import Opened, open_deal
from transcript2handoff.api.routes.claims import add_claim
from transcript2handoff.errors import JournalError
from transcript2handoff.journal import Added
from transcript2handoff.pages.answered import answer_as
from transcript2handoff.pages.briefs import call_names, words_of
from transcript2handoff.pages.changing import At
from transcript2handoff.pages.claim_shown import people_of, shown_after
from transcript2handoff.pages.deal_frame import deal_frame
from transcript2handoff.pages.field_labels import KINDS_SAID
from transcript2handoff.pages.forms import form_of, number_in
from transcript2handoff.pages.frame import is_fragment, show
from transcript2handoff.pages.new_claim import (
    NewClaimForm,
    QuoteForm,
    body_of,
    faults_of,
    inputs_of,
    new_claim_form,
    quotes_asked,
    with_faults,
    with_room,
)
from transcript2handoff.transcript import Speaker, Turn

router = APIRouter()
_AT: Final = "/deals/{deal_id}/claims/new"
_DOES_NOT_FIT: Final = 422
_CONFLICT: Final = 409


@router.get(_AT)
def new_claim(request: Request, services: ServicesDep, caller: Writer, deal_id: DealId) -> Response:
    """The form, with the words that were selected: ``?call=…&turn=…&quote=…``, again for more."""
    opened = open_deal(services, caller, deal_id)
    at = At(services=services, caller=caller, deal_id=deal_id, claim_id="")
    asked = request.query_params.getlist
    quotes = [
        _whole(opened, one) for one in quotes_asked(asked("call"), asked("turn"), asked("quote"))
    ]
    sent = {**inputs_of(quotes), **_guessed(opened, quotes)}
    return _shown(request, at, opened, new_claim_form(sent))


@router.post(_AT)
def add(request: Request, services: ServicesDep, caller: Writer, deal_id: DealId) -> Response:
    """Add the claim; or show the form with the fields of another kind, or with room for a quote."""
    at = At(services=services, caller=caller, deal_id=deal_id, claim_id="")
    sent = {name: str(value) for name, value in form_of(request).items()}
    form = new_claim_form(sent)
    opened = open_deal(services, caller, deal_id)
    if asked := sent.get("ask") or ("" if sent.get("shown") == form.kind else "kind"):
        return _shown(request, at, opened, with_room(form) if asked == "quote" else form)
    if faults := faults_of(form, sent):
        return _shown(request, at, opened, with_faults(form, faults), status=_DOES_NOT_FIT)
    try:
        noted = answer_as(
            NotedOut, add_claim(services, caller, deal_id, body_of(form, sent), Response())
        )
    except JournalError as error:
        again = new_claim_form(sent, problem=str(error))
        return _shown(request, at, opened, again, status=_CONFLICT)
    added = cast(Added, noted.event).claim_id
    at = At(services=services, caller=caller, deal_id=deal_id, claim_id=added)
    return shown_after(request, at, "Added. It stands in the brief now.", notes=noted.notes)


def _shown(
    request: Request, at: At, opened: Opened, form: NewClaimForm, *, status: int = 200
) -> Response:
    name = "claim_new_part" if is_fragment(request) else "claim_new"
    return show(
        request,
        name,
        status=status,
        new=form,
        path=f"/deals/{at.deal_id}/claims/new",
        kinds=tuple(KINDS_SAID.items()),
        calls=tuple(call_names(opened).items()),
        people=people_of(opened),
        **deal_frame(at.services, at.caller, at.deal_id, tab="brief"),
        **words_of(opened),
    )


def _whole(opened: Opened, quote: QuoteForm) -> QuoteForm:
    """A quote; the whole turn where no words of it are given, to be cut down."""
    turn, _ = _turn_of(opened, quote)
    return quote if quote.words or turn is None else replace(quote, words=turn.text)


def _guessed(opened: Opened, quotes: list[QuoteForm]) -> dict[str, str]:
    """What whoever spoke lets guess: the seller's side promises, and owes it themselves."""
    turn, speaker = _turn_of(opened, quotes[0] if quotes else QuoteForm())
    if turn is None or speaker is None:
        return {}
    if speaker.side == "customer":
        return {"kind": "requirement"}
    return {"kind": "promise", "owner": speaker.name or ""}


def _turn_of(opened: Opened, quote: QuoteForm) -> tuple[Turn | None, Speaker | None]:
    """The turn of a quote and who says it, if there is such a turn."""
    found = (one for one in opened.dossier.transcripts if one.call_id == quote.call)
    transcript = next(found, None)
    number = number_in(quote.turn) or 0
    if transcript is None or not 1 <= number <= len(transcript.turns):
        return None, None
    return transcript.turn(number), transcript.speaker_of(number)
