"""Correcting a transcript that others may be correcting: nothing of theirs is lost in silence.

A form carries what stood there when it was shown. It is held against what stands there now, and
the API is told how many corrections there were; where others were quicker elsewhere in the call,
all this is repeated.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import Depends
from pydantic import ValidationError

from transcript2handoff.access import Principal
from transcript2handoff.api.deps import ServicesDep, Writer
from transcript2handoff.api.models.corrections import CorrectedOut, CorrectionList
from transcript2handoff.api.models.ids import CallId, DealId
from transcript2handoff.api.opened import Opened, open_deal
from transcript2handoff.api.routes import corrections as api
from transcript2handoff.api.services import Services
from transcript2handoff.deal import first_fault
from transcript2handoff.errors import CorrectionError, StoreConflictError, StoreGoneError
from transcript2handoff.pages.answered import answer_as
from transcript2handoff.pages.briefs import call_names
from transcript2handoff.pages.seen import by_whom
from transcript2handoff.transcript import Transcript

_ATTEMPTS: Final = 5


@dataclass(frozen=True, kw_only=True)
class AtCall:
    """Who corrects, and which call of which deal."""

    services: Services
    caller: Principal
    deal_id: str
    call_id: str

    @property
    def path(self) -> str:
        """Of the page of the transcript."""
        return f"/deals/{self.deal_id}/calls/{self.call_id}"


def _place(services: ServicesDep, caller: Writer, deal_id: DealId, call_id: CallId) -> AtCall:
    return AtCall(services=services, caller=caller, deal_id=deal_id, call_id=call_id)


AtCallDep = Annotated[AtCall, Depends(_place)]


@dataclass(frozen=True, kw_only=True)
class CallHere:
    """A call as it stands.

    Attributes:
        opened: its deal.
        ref: its id inside of the deal.
        transcript: with all that was put right.
        told: what was put right, newest first.
    """

    opened: Opened
    ref: str
    transcript: Transcript
    told: CorrectionList

    @property
    def name(self) -> str:
        """What people call it."""
        return call_names(self.opened)[self.ref]


@dataclass(frozen=True, kw_only=True)
class Clash:
    """What somebody wants to put right says something else by now.

    Attributes:
        here: the call as it stands.
        who: who was quicker.
        rows: of each thing its name, what somebody had before them, what stands there, and what
            they want.
    """

    here: CallHere
    who: str
    rows: tuple[tuple[str, str, str, str], ...]


Seen = Mapping[str, str]
"""What somebody had before them, by names for people."""


@dataclass(frozen=True, kw_only=True)
class Correcting:
    """What somebody wants to put right.

    Attributes:
        seen: what they had before them.
        count: how many corrections there were then.
        mine: says what they want to stand there, as it is called in a transcript.
        now: says what stands there in a transcript.
        send: makes the correction, given the call and how many corrections it has.
    """

    seen: Seen
    count: int
    mine: Callable[[Transcript], Seen]
    now: Callable[[Transcript], Seen]
    send: Callable[[CallHere], CorrectedOut]


def call_here(at: AtCall) -> CallHere:
    """A call as it stands.

    Raises:
        StoreGoneError: the deal has no such call, or it has no transcript.
    """
    # Corrections first: what is in the transcript and not among them is noticed when it is sent.
    told = answer_as(CorrectionList, api.list_corrections(at.services.store, at.caller, at.call_id))
    opened = open_deal(at.services, at.caller, at.deal_id)
    refs = {call.id: call.ref for call in opened.on_desk.calls}
    for transcript in opened.dossier.transcripts:
        if transcript.call_id == refs.get(at.call_id):
            return CallHere(opened=opened, ref=transcript.call_id, transcript=transcript, told=told)
    raise StoreGoneError(
        "There is no transcript of this call yet, or not any more. The page of the deal's calls "
        "tells how far it is."
    )


def correct(at: AtCall, wish: Correcting) -> CorrectedOut | Clash:
    """Put something right, unless somebody else has just done so.

    Raises:
        CorrectionError: it does not fit the transcript.
        StoreConflictError: others correct the call again and again.
        StoreGoneError: there is no such call.
    """
    for _ in range(_ATTEMPTS):
        here = call_here(at)
        now = wish.now(here.transcript)
        if now != wish.seen:
            return _clash(here, wish, now)
        try:
            return wish.send(here)
        except StoreConflictError:
            continue
        except ValidationError as error:
            raise CorrectionError(f"It cannot be corrected so: {first_fault(error)}.") from error
    raise StoreConflictError("Others correct this transcript at the same moment. Try again.")


def _clash(here: CallHere, wish: Correcting, now: Seen) -> Clash:
    mine = wish.mine(here.transcript)
    newer = [one.correction.by for one in here.told.items if one.number > wish.count]
    return Clash(
        here=here,
        who=by_whom(newer[::-1]),
        rows=tuple(
            (name, was, now.get(name, ""), mine.get(name, now.get(name, "")))
            for name, was in wish.seen.items()
            if was != now.get(name, "") or mine.get(name, was) != was
        ),
    )
