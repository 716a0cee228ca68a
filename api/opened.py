"""A handoff as somebody has it before them, and what they do to it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from transcript2handoff.access import Principal
from transcript2handoff.api.deps import note, visible_deal
from transcript2handoff.api.etags import check_match
from transcript2handoff.api.models.claims import NotedOut
from transcript2handoff.api.models.runs import RunOut
from transcript2handoff.api.routes.deals import start_run
from transcript2handoff.api.services import Services
from transcript2handoff.dossier import Dossier
from transcript2handoff.errors import (
    JournalError,
    PreconditionError,
    StoreConflictError,
    StoreGoneError,
)
from transcript2handoff.jobs.desk import OnDesk
from transcript2handoff.jobs.standing import note_standing
from transcript2handoff.journal import Answered, Desk, Event, Signature, claims_of, to_line
from transcript2handoff.store import deals, events
from transcript2handoff.store.deals import DealRecord

_ATTEMPTS: Final = 5
"""Where somebody else was quicker, and the change does not say what it was made from."""


@dataclass(frozen=True, kw_only=True)
class Opened:
    """One edition of a deal's handoff, and everything that is known about it."""

    on_desk: OnDesk
    dossier: Dossier

    @property
    def deal_id(self) -> str:
        """Of the deal."""
        return self.on_desk.deal.id

    @property
    def edition(self) -> str:
        """Of the handoff."""
        return self.on_desk.edition

    @property
    def desk(self) -> Desk:
        """Where people find its claims."""
        return self.on_desk.desk


def open_deal(services: Services, caller: Principal, deal_id: str) -> Opened:
    """Open a deal for somebody to see.

    Raises:
        StoreGoneError: there is none for the caller, or none of its calls has been read yet.
    """
    with services.store.read() as tx:
        with_handoff(visible_deal(tx, caller, deal_id))
        note(tx, caller, "read", "handoff", deal_id)
    laid_out = services.desks.open(services.store, deal_id, services.papers)
    return Opened(on_desk=laid_out.here, dossier=laid_out.dossier)


def with_handoff(deal: DealRecord) -> DealRecord:
    """The deal, if there is a handoff of it.

    Raises:
        StoreGoneError: there is none yet.
    """
    if deal.handoff_version == 0:
        raise StoreGoneError(
            "There is no handoff of the deal yet: none of its calls has been read. Its runs tell "
            "how far they are."
        )
    return deal


@dataclass(frozen=True, kw_only=True)
class Deed:
    """Something that somebody wants to do to a handoff."""

    deal_id: str
    why: str | None
    if_match: str | None
    make: Callable[[Opened, Signature], Event]
    """Checks it against the deal as it stands, and raises ``JournalError`` if it does not fit."""
    claim_id: str | None = None
    """The claim that it is done to, if it is there already; or how its id begins."""


def do(services: Services, caller: Principal, deed: Deed) -> NotedOut:
    """Do something to a handoff: an event more in its journal, and a run that makes it anew.

    Raises:
        PreconditionError: the caller had another edition before them.
        StoreConflictError: others were quicker, again and again.
        StoreGoneError: there is no such deal, handoff or claim.
        JournalError: it does not fit the deal.
    """
    for _ in range(_ATTEMPTS):
        opened = open_deal(services, caller, deed.deal_id)
        check_match(deed.if_match, opened.edition)
        if deed.claim_id is not None:
            _check_there(opened.desk, deed.claim_id)
        signature = Signature(by=caller.name, at=services.store.now(), why=deed.why)
        event = deed.make(opened, signature)
        try:
            return _noted(services, caller, opened, event)
        except StoreConflictError as error:
            if deed.if_match is not None:
                raise PreconditionError(str(error)) from error
    raise StoreConflictError("Others change this handoff at the same moment. Try again.")


def _check_there(desk: Desk, claim_id: str) -> None:
    try:
        desk.claim(claim_id)
    except JournalError as error:
        raise StoreGoneError(str(error)) from error


def _noted(services: Services, caller: Principal, opened: Opened, event: Event) -> NotedOut:
    here = opened.on_desk
    # Judged before the deal is held; it fits what is written, or the edition is another one.
    whole = replace(here, events=(*here.events, event)).dossier(services.papers)
    with services.store.write() as tx:
        number = events.append(tx, here.deal.id, [to_line(event)], edition=here.edition)
        note_standing(tx, here.deal.id, whole, here.calls)
        edition = deals.get(tx, here.deal.id).edition
        run = start_run(tx, here.deal.id)
        note(tx, caller, "change", "handoff", here.deal.id, event=number)
    applied = Desk(here.told, (*here.events, event)).applied
    ids = claims_of(event)
    claims = {one.id: one for one in applied.handoff.claims}
    return NotedOut(
        event=event,
        claim=None if isinstance(event, Answered) or not ids else claims.get(ids[0]),
        edition=edition,
        notes=tuple(one.text for one in applied.notices if one.claim_id in ids),
        run=RunOut.of(run),
    )
