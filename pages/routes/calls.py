"""The calls of a deal: how far each is, what is known of it, and where it belongs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Final

from fastapi import APIRouter, Form, Request, Response

from transcript2handoff.access import Principal
from transcript2handoff.api.deps import Reader, ServicesDep, Writer
from transcript2handoff.api.models.calls import CallChangeBody, CallList, CallOut, MoveBody
from transcript2handoff.api.models.ids import CallId, DealId, RunId
from transcript2handoff.api.models.runs import RunOut
from transcript2handoff.api.paging import Paging
from transcript2handoff.api.routes import calls as api
from transcript2handoff.api.routes import deals, runs
from transcript2handoff.api.services import Services
from transcript2handoff.errors import HandoffError
from transcript2handoff.pages.answered import answer_as, listed
from transcript2handoff.pages.deal_frame import deal_of, frame_of
from transcript2handoff.pages.forms import (
    BLANK,
    Filled,
    FormFault,
    again,
    form_of,
    read_form,
    touched,
)
from transcript2handoff.pages.frame import is_fragment, see_other, show
from transcript2handoff.pages.progress import RunView, newest_of_calls, view_of
from transcript2handoff.pages.routes.upload import CONSENTS, STAGES

router = APIRouter()
_BESIDE: Final = 5
"""Runs of the deal itself that are looked at, for one that is under way."""
_STAGE_WORDS: Final = (("", "Not known"), *((one, one.capitalize()) for one in STAGES))


@dataclass(frozen=True, kw_only=True)
class CallCard:
    """A call on the page, with its newest run and its form."""

    call: CallOut
    view: RunView | None
    form: Filled


@dataclass(frozen=True, kw_only=True)
class _Wanted:
    """What somebody wants to see."""

    deal_id: str
    window: Paging
    faults: Mapping[str, Filled] = field(default_factory=dict)
    """Forms that did not fit, by their calls."""


@router.get("/deals/{deal_id}/calls")
def deal_calls(
    request: Request, services: ServicesDep, caller: Reader, deal_id: DealId, window: Paging
) -> Response:
    """The calls of a deal, oldest first, with their newest runs."""
    return _page(request, services, caller, _Wanted(deal_id=deal_id, window=window))


@router.post("/deals/{deal_id}/calls/{call_id}/change")
def change(  # noqa: PLR0913, PLR0917 - what the request holds
    request: Request,
    services: ServicesDep,
    caller: Writer,
    deal_id: DealId,
    call_id: CallId,
    window: Paging,
) -> Response:
    """Set the day, the stage and the consent of a call."""
    form = form_of(request)
    emptied = {name: None for name in ("date", "stage") if not form.get(name)}
    told = read_form(request, CallChangeBody, **emptied)
    if not isinstance(told, FormFault):
        try:
            api.change_call(services, caller, call_id, touched(request, told))
        except HandoffError as error:
            told = again(request, error)
        else:
            said = "Saved. The call is read anew with it."
            return see_other(request, f"/deals/{deal_id}/calls", said=said)
    wanted = _Wanted(deal_id=deal_id, window=window, faults={call_id: told})
    return _page(request, services, caller, wanted, status=422)


@router.post("/deals/{deal_id}/calls/{call_id}/move")
def move(  # noqa: PLR0913, PLR0917 - what the request holds
    request: Request,
    services: ServicesDep,
    caller: Writer,
    deal_id: DealId,
    call_id: CallId,
    target: Annotated[str, Form(pattern=r"^[A-Za-z0-9_-]{1,48}$")],
) -> Response:
    """Put a call under another deal."""
    moved = api.move_call(services, caller, call_id, MoveBody(deal_id=target))
    where = answer_as(CallOut, moved).deal_id
    said = "The call was moved here. Both deals are worked on anew."
    return see_other(request, f"/deals/{where}/calls", said=said)


@router.post("/deals/{deal_id}/calls/{call_id}/work")
def work_anew(
    request: Request, services: ServicesDep, caller: Writer, deal_id: DealId, call_id: CallId
) -> Response:
    """Take a call through all steps again."""
    run = answer_as(RunOut, api.start_call_run(services.store, caller, call_id))
    return _after(request, services, caller, run)


@router.get("/deals/{deal_id}/calls/{call_id}/progress")
def call_progress(  # noqa: PLR0913, PLR0917 - what the request holds
    request: Request,
    services: ServicesDep,
    caller: Reader,
    deal_id: DealId,
    call_id: CallId,
    window: Paging,
) -> Response:
    """How far the newest run of a call is, as a part of a page."""
    found = newest_of_calls(_runs(services, caller, deal_id, window)).get(call_id)
    return show(request, "run", view=found and _seen(services, caller, found))


@router.get("/deals/{deal_id}/runs/{run_id}/progress")
def run_progress(
    request: Request, services: ServicesDep, caller: Reader, deal_id: DealId, run_id: RunId
) -> Response:
    """How far a run is, as a part of a page."""
    run = answer_as(RunOut, runs.read_run(services.store, caller, run_id))
    return show(request, "run", view=_seen(services, caller, run))


@router.post("/deals/{deal_id}/runs/{run_id}/cancel")
def cancel(
    request: Request, services: ServicesDep, caller: Writer, deal_id: DealId, run_id: RunId
) -> Response:
    """Ask a run to stop."""
    run = answer_as(RunOut, runs.cancel_run(services.store, caller, run_id))
    return _after(request, services, caller, run)


@router.post("/deals/{deal_id}/runs/{run_id}/retry")
def retry(
    request: Request, services: ServicesDep, caller: Writer, deal_id: DealId, run_id: RunId
) -> Response:
    """Try a run again that failed or was stopped."""
    run = answer_as(RunOut, runs.retry_run(services.store, caller, run_id))
    return _after(request, services, caller, run)


def _after(request: Request, services: Services, caller: Principal, run: RunOut) -> Response:
    if is_fragment(request):
        return show(request, "run", view=_seen(services, caller, run))
    return see_other(request, f"/deals/{run.deal_id}/calls")


def _page(
    request: Request, services: Services, caller: Principal, wanted: _Wanted, *, status: int = 200
) -> Response:
    found = answer_as(CallList, api.list_calls(services.store, caller, wanted.deal_id))
    of_deal = _runs(services, caller, wanted.deal_id, wanted.window)
    newest = newest_of_calls(of_deal)
    deal = deal_of(services.store, caller, wanted.deal_id)
    others = listed(deals.list_deals(services.store, caller, wanted.window)).items
    return show(
        request,
        "calls",
        status=status,
        frame=frame_of(deal, tab="calls"),
        cards=tuple(_card(call, newest.get(call.id), wanted) for call in found.items),
        under_way=_under_way(of_deal),
        others=tuple(each for each in others if each.id != wanted.deal_id),
        stage_words=_STAGE_WORDS,
        consents=CONSENTS,
    )


def _card(call: CallOut, run: RunOut | None, wanted: _Wanted) -> CallCard:
    view = view_of(run, has_recording=call.has_recording) if run else None
    return CallCard(call=call, view=view, form=wanted.faults.get(call.id, BLANK))


def _under_way(of_deal: tuple[RunOut, ...]) -> RunView | None:
    """What is made of the whole deal just now, if anything is."""
    own = [run for run in of_deal if run.call_id is None][:_BESIDE]
    run = next((run for run in own if not run.is_over), None)
    return view_of(run) if run else None


def _seen(services: Services, caller: Principal, run: RunOut) -> RunView:
    if run.call_id is None:
        return view_of(run)
    call = answer_as(CallOut, api.read_call(services.store, caller, run.call_id))
    return view_of(run, has_recording=call.has_recording)


def _runs(
    services: Services, caller: Principal, deal_id: str, window: Paging
) -> tuple[RunOut, ...]:
    return listed(runs.list_runs(services.store, caller, window, deal_id=deal_id)).items
