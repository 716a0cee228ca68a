"""The frame of a deal: to whom it is handed, what it is called, and who takes part."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Request, Response
from starlette.datastructures import FormData

from transcript2handoff.access.principal import UserRole
from transcript2handoff.api.deps import Reader, ServicesDep, Writer
from transcript2handoff.api.etags import etag
from transcript2handoff.api.models.deals import AssignBody, DealChangeBody, DealOut
from transcript2handoff.api.models.ids import DealId
from transcript2handoff.api.models.people import ColleagueList, ColleagueOut
from transcript2handoff.api.routes import deals, people
from transcript2handoff.errors import InputError, PreconditionError
from transcript2handoff.pages.answered import answer_as
from transcript2handoff.pages.deal_details import (
    LABELS,
    Details,
    details_of,
    nameless,
    shown_in,
    typed_in,
)
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
from transcript2handoff.pages.frame import see_other, show

router = APIRouter()
_UNFIT: Final = 422
_MEANWHILE: Final = 412
_CHANGED: Final = "Somebody has changed this deal since you opened it. Look at it, then save again."
_NAMELESS: Final = "Somebody new has no name yet. Fill it in, or empty the row."


@dataclass(frozen=True, kw_only=True)
class _Sent:
    """What was filled in, beside what the form had in it when it was shown."""

    was: Details
    typed: Details

    @property
    def touched(self) -> frozenset[str]:
        """The fields that whoever filled it in has changed."""
        return self.typed.fields_unlike(self.was)


class _Details:
    """The page, with what every answer of it needs."""

    def __init__(
        self, request: Request, services: ServicesDep, caller: Reader, deal_id: DealId
    ) -> None:
        self.request, self.store, self.caller = request, services.store, caller
        self.path, self.form = f"/deals/{deal_id}/details", form_of(request)
        self.deal_id = deal_id

    @property
    def seen(self) -> str:
        """The ETag of the deal as it was shown."""
        return etag(str(self.form.get("version", "")))

    def read(self) -> DealOut:
        """The deal as it stands."""
        return deal_of(self.store, self.caller, self.deal_id)

    def shown(self, *, status: int = 200, **values: object) -> Response:
        """The page; ``values`` are in place of what nobody has filled in."""
        deal = self.read()
        found = answer_as(ColleagueList, people.list_colleagues(self.store, self.caller)).items
        now = details_of(deal)
        kept: dict[str, object] = {
            "form": BLANK,
            "handing": BLANK,
            "filled": now,
            "was": now,
            "version": deal.version,
            "theirs": (),
        }
        return show(
            self.request,
            "details",
            status=status,
            frame=frame_of(deal, tab="details"),
            managers=_choices(found, "csm", deal.csm_id),
            sellers=_choices(found, "ae", deal.ae_id) if self.caller.may("admin") else (),
            **{**kept, **values},
        )

    def again(self, sent: _Sent, form: Filled) -> Response:
        """The page with what was filled in, and why it does not fit."""
        told = Filled(errors=form.errors, problem=form.problem or _beside(form))
        version = str(self.form.get("version", ""))
        values = {"form": told, "filled": sent.typed, "was": sent.was, "version": version}
        return self.shown(status=_UNFIT, **values)

    def meeting(self, sent: _Sent) -> Response:
        """The page as the deal stands, with the own changes in it, and what others changed."""
        now = details_of(self.read())
        theirs = [
            (words, now.in_words(name))
            for name, words in LABELS.items()
            if name in now.fields_unlike(sent.was)
        ]
        filled = now.with_own(sent.typed, sent.touched)
        form = Filled(problem=_CHANGED)
        return self.shown(status=_MEANWHILE, form=form, filled=filled, theirs=theirs)


Page = Annotated[_Details, Depends()]


@router.get("/deals/{deal_id}/details")
def details(page: Page) -> Response:
    """Whose deal it is, what it is called, and who takes part."""
    return page.shown()


@router.post("/deals/{deal_id}/details")
def change(page: Page, caller: Writer) -> Response:
    """Set what was changed in the form, and nothing else."""
    typed = typed_in(page.form)
    sent = _Sent(was=shown_in(page.form) or details_of(page.read()), typed=typed)
    if fault := _without_name(page.form, sent):
        return page.again(sent, fault)
    if not sent.touched:
        return see_other(page.request, page.path, said="Nothing was changed.")
    won = typed.won if "won" in sent.touched else None
    body = read_form(page.request, DealChangeBody, deal=typed.only(sent.touched) or None, won=won)
    if isinstance(body, FormFault):
        return page.again(sent, body)
    try:
        deals.change_deal(page.store, caller, page.deal_id, body, Response(), page.seen)
    except PreconditionError:
        return page.meeting(sent)
    except InputError as error:
        return page.again(sent, again(page.request, error))
    return see_other(page.request, page.path, said="Saved.")


@router.post("/deals/{deal_id}/assign")
def assign(page: Page, caller: Writer) -> Response:
    """Hand the deal to somebody."""
    nobody = {name: None for name in AssignBody.model_fields if page.form.get(name) == ""}
    told = read_form(page.request, AssignBody, **nobody)
    if isinstance(told, FormFault):
        return page.shown(status=_UNFIT, handing=told)
    body = touched(page.request, told)
    if not body.model_fields_set:
        return see_other(page.request, page.path, said="Nothing was changed.")
    try:
        answer = deals.assign_deal(page.store, caller, page.deal_id, body, Response(), page.seen)
    except PreconditionError:
        return page.shown(status=_MEANWHILE, handing=Filled(problem=_CHANGED))
    deal = answer_as(DealOut, answer)
    if caller.seen_by not in (None, deal.ae_id, deal.csm_id):
        said = "The deal is handed on. It is among yours no more."
        return see_other(page.request, "/deals", said=said)
    return see_other(page.request, page.path, said="Saved. Whoever has it now sees it.")


def _without_name(form: FormData, sent: _Sent) -> Filled | None:
    if not sent.typed.deal:
        return Filled(errors={"deal.deal": "Fill this in."})
    return Filled(problem=_NAMELESS) if nameless(form, sent.was) else None


def _choices(
    found: Iterable[ColleagueOut], role: UserRole, now: str | None
) -> tuple[tuple[str, str], ...]:
    """Nobody, those with a role, and whoever has it now."""
    known = [(one.id, one.name) for one in found if one.role == role or one.id == now]
    if now and now not in dict(known):
        known.append((now, "Somebody whose account is closed"))
    return (("", "Nobody"), *known)


def _beside(form: Filled) -> str | None:
    """What is wrong with something that has no field of its own."""
    own = {f"deal.{name}" for name in LABELS if name != "participants"}
    return next((words for name, words in form.errors.items() if name not in own), None)
