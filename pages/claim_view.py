"""One claim as its page shows it: what it says, what proves it, and what people did to it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from transcript2handoff.api.opened import Opened
from transcript2handoff.api.routes.journal import journal_of
from transcript2handoff.errors import JournalError, StoreGoneError
from transcript2handoff.handoff import Claim
from transcript2handoff.journal import Rejected, taken_back
from transcript2handoff.pages.briefs import options_of
from transcript2handoff.pages.deeds import DeedView, deed_of, numbers_about
from transcript2handoff.pages.fact_form import FormField, form_fields, shown
from transcript2handoff.pages.field_labels import KINDS_SAID
from transcript2handoff.pages.seen import Seen
from transcript2handoff.pages.tracks import Track, tracks
from transcript2handoff.render.around import Scene, scenes
from transcript2handoff.render.facts import Row, row
from transcript2handoff.render.proofs import Proofs, heard_calls


@dataclass(frozen=True, kw_only=True)
class ClaimView:
    """What the page of a claim shows.

    Attributes:
        deal_id: of the deal.
        claim: as it stands; a rejected one as it stood before that.
        anchor: the id of its line on the page of the brief.
        kind: what people call its kind.
        row: its line, as the brief shows it.
        scenes: its proofs, within what was said around them.
        call_ids: the id of each call, by its id inside of the deal.
        rejection: what was said when it was rejected, if it is.
        deeds: what people did to it, the last first.
        fields: those of its kind.
        seen: what a form carries, so that nothing of others is lost.
        tracks: the recordings in which its proofs are heard.
    """

    deal_id: str
    claim: Claim
    anchor: str
    kind: str
    row: Row
    scenes: tuple[Scene, ...]
    call_ids: Mapping[str, str]
    rejection: Rejected | None
    deeds: tuple[DeedView, ...]
    fields: tuple[FormField, ...]
    seen: Seen
    tracks: tuple[Track, ...]

    @property
    def path(self) -> str:
        """Of its page."""
        return f"/deals/{self.deal_id}/claims/{self.claim.id}"

    @property
    def filled(self) -> Mapping[str, Any]:
        """What stands in the form."""
        return shown(self.claim.kind, self.seen.values)

    @property
    def can_have_outcome(self) -> bool:
        """Whether something can come of it."""
        return self.claim.kind == "promise"


def claim_in(opened: Opened, claim_id: str) -> Claim:
    """A claim of a deal, by its id, one that it had, or how it begins; a rejected one, too.

    Raises:
        StoreGoneError: there is none.
    """
    try:
        return opened.desk.claim(claim_id)
    except JournalError as error:
        raise StoreGoneError(str(error)) from error


def seen_of(opened: Opened, claim: Claim) -> Seen:
    """A claim as it stands, to be carried by a form."""
    return Seen.of(opened.desk, claim, deeds=len(numbers_about(opened.desk, claim.id)))


def claim_view(opened: Opened, claim: Claim) -> ClaimView:
    """The page of a claim.

    Raises:
        ArtifactError: what is stored does not fit together.
    """
    options = options_of(opened)
    handoff = opened.dossier.handoff
    heard = heard_calls(handoff, opened.dossier.transcripts, options)
    proofs = Proofs(deal=handoff.deal, calls=heard, words=options.words)
    quoted = {piece.call_id for piece in claim.spoken}
    ids = [one.id for one in handoff.claims]
    line = row(claim, ids.index(claim.id) + 1 if claim.id in ids else 0, proofs)
    return ClaimView(
        deal_id=opened.deal_id,
        claim=claim,
        anchor=line.anchor,
        kind=KINDS_SAID[claim.kind],
        row=line,
        scenes=scenes(claim, proofs),
        call_ids={call.ref: call.id for call in opened.on_desk.calls},
        rejection=_rejection(opened, claim),
        deeds=_deeds(opened, claim),
        fields=form_fields(claim.kind),
        seen=seen_of(opened, claim),
        tracks=tracks(opened, (call for call in heard if call.record.call.id in quoted)),
    )


def _deeds(opened: Opened, claim: Claim) -> tuple[DeedView, ...]:
    events = opened.desk.events
    wanted = set(numbers_about(opened.desk, claim.id))
    entries = (one for one in journal_of(opened.desk) if one.number in wanted)
    deeds = (deed_of(opened.deal_id, one, events) for one in entries)
    # Which claim it is about is plain on the page of the claim.
    return tuple(replace(one, about=None, href=None) for one in deeds)


def _rejection(opened: Opened, claim: Claim) -> Rejected | None:
    if opened.desk.is_shown(claim):
        return None
    events = opened.desk.events
    taken = taken_back(events)
    standing = [n for n in numbers_about(opened.desk, claim.id) if n not in taken]
    told = (events[number - 1] for number in reversed(standing))
    return next((event for event in told if isinstance(event, Rejected)), None)
