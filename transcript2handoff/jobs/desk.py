"""A deal out of the store, as people have it before them: what its calls say, and what they did."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from transcript2handoff.corrections import parsed as corrections_in
from transcript2handoff.deal_documents import DealDocuments
from transcript2handoff.dossier import Dossier, Papers, dossier
from transcript2handoff.errors import BlobMissingError, StoreConflictError, StoreGoneError
from transcript2handoff.handoff import Handoff
from transcript2handoff.jobs.correcting import corrected_calls
from transcript2handoff.jobs.paperwork import NOTHING_SIGNED, Signed, signed_in
from transcript2handoff.jobs.shelf import heard_before
from transcript2handoff.jobs.telling import read_told, transcript_of
from transcript2handoff.journal import Calls, Desk, Event, parsed
from transcript2handoff.store import (
    Blobs,
    Store,
    Transaction,
    calls,
    corrections,
    deals,
    events,
    handoffs,
    papers,
)
from transcript2handoff.store.calls import CallRecord
from transcript2handoff.store.deals import DealRecord
from transcript2handoff.store.handoffs import HandoffRecord
from transcript2handoff.words import Language


@dataclass(frozen=True, kw_only=True)
class OnDesk:
    """One edition of a deal's handoff, with everything it is made of."""

    deal: DealRecord
    record: HandoffRecord
    """What the calls say, as it is stored, with the decision on it."""
    told: Calls
    """What the calls say, before anybody touched it."""
    events: tuple[Event, ...]
    calls: tuple[CallRecord, ...]
    signed: Signed = NOTHING_SIGNED
    """Its contract and its plan."""

    @property
    def edition(self) -> str:
        """The version of what the calls say, and the number of events since; the ETag."""
        is_newest = self.record.version == self.deal.handoff_version
        return self.deal.edition if is_newest else f"{self.record.version}-0"

    @cached_property
    def desk(self) -> Desk:
        """Where claims and questions are found by their ids, and events are made."""
        return Desk(self.told, self.events)

    @property
    def handoff(self) -> Handoff:
        """The handoff after all that people did."""
        return self.desk.applied.handoff

    def dossier(self, beside: Papers) -> Dossier:
        """Everything that is known about the deal.

        Args:
            beside: what stands beside every deal; the contract is the deal's own.
        """
        return dossier(self.told, self.events, replace(beside, contract=self.signed.contract))

    def documents(self, beside: Papers, *, language: Language, public_url: str) -> DealDocuments:
        """The documents of this edition; recordings are played from the service.

        Args:
            beside: what stands beside every deal.
            language: of the documents.
            public_url: of the service, without a slash at its end.
        """
        return DealDocuments(
            deal=self.dossier(beside),
            language=language,
            plan=self.signed.plan,
            recordings=self.recordings(public_url),
        )

    def recordings(self, service: str = "") -> Mapping[str, str]:
        """Where each recording is heard, by the id of its call in the deal.

        Args:
            service: its address, without a slash at its end; nothing for its own pages.
        """
        return {
            call.ref: f"{service}/v1/calls/{call.id}/audio"
            for call in self.calls
            if call.playback or call.recording
        }


@dataclass(frozen=True, kw_only=True)
class Rows:
    """The rows of one edition: equal rows, and transcripts that are there, make an equal desk."""

    deal: DealRecord
    record: HandoffRecord
    lines: tuple[str, ...]
    beside: Mapping[papers.PaperName, papers.PaperRecord]
    calls: tuple[CallRecord, ...]
    corrections: Mapping[str, tuple[str, ...]]
    """Of the calls that somebody ever corrected, by the ids that they have in the deal."""
    heard: Mapping[str, str]
    """The digests of the transcripts of these calls, before anybody corrected them."""


def on_desk(store: Store, deal_id: str, version: int | None = None) -> OnDesk:
    """A deal as it stands now, or as its calls stood at an earlier version.

    Args:
        store: the store.
        deal_id: the deal.
        version: of what the calls say; the newest if none. No events are applied to an earlier one
            that came after it was replaced, for nobody knows when; it is shown as the calls said,
            and put beside nothing that was signed.

    Raises:
        StoreGoneError: there is no such deal, it has no handoff yet or no such version, or a
            transcript that this rests on is kept no longer.
        ArtifactError: what is stored is broken.
        StoreUnreachableError: the store cannot be read.
    """
    return laid_out(rows_of(store, deal_id, version), store.blobs)


def rows_of(store: Store, deal_id: str, version: int | None = None) -> Rows:
    """The rows of which ``on_desk`` makes the deal; its arguments, and what it raises of rows."""
    with store.read() as tx:
        deal = deals.get(tx, deal_id)
        newest = handoffs.newest(tx, deal_id)
        if newest is None:
            raise StoreGoneError(
                "The deal has no handoff yet. Wait until one of its calls has been worked on."
            )
        record = newest if version is None else handoffs.get(tx, deal_id, version)
        is_newest = record.version == newest.version
        of_deal = calls.of_deal(tx, deal_id)
        corrected = corrections.of_deal(tx, deal_id) if is_newest else {}
        return Rows(
            deal=deal,
            record=record,
            lines=events.of(tx, deal_id) if is_newest else (),
            beside=papers.of(tx, deal_id) if is_newest else {},
            calls=of_deal,
            corrections=corrected,
            heard={
                call.ref: digest
                for call in of_deal
                if call.ref in corrected and (digest := heard_before(tx, call))
            },
        )


def laid_out(rows: Rows, blobs: Blobs) -> OnDesk:
    """The deal of these rows; raises what ``on_desk`` raises of transcripts and broken text."""
    return OnDesk(
        deal=rows.deal,
        record=rows.record,
        told=_corrected(read_told(rows.record.text, blobs), rows, blobs),
        events=parsed(rows.lines),
        calls=rows.calls,
        signed=signed_in(rows.beside),
    )


def _corrected(told: Calls, rows: Rows, blobs: Blobs) -> Calls:
    """What the calls say, on their transcripts as people corrected them by now."""
    if not rows.corrections:
        return told
    try:
        heard = {ref: transcript_of(blobs, digest) for ref, digest in rows.heard.items()}
    except BlobMissingError:
        return told
    lines = {ref: corrections_in(lines) for ref, lines in rows.corrections.items()}
    return corrected_calls(told, heard, lines)


def unchanged(tx: Transaction, here: OnDesk) -> DealRecord:
    """The deal, held until the transaction ends, if it still has the edition that is on the desk.

    Raises:
        StoreConflictError: it has another one by now.
        StoreGoneError: it was erased.
    """
    deal = deals.get(tx, here.deal.id, lock=True)
    if deal.edition != here.edition:
        raise StoreConflictError(
            f"The handoff has been changed meanwhile: it is at {deal.edition}, and this was made "
            f"of {here.edition}. Retry the run."
        )
    return deal


def open_dossier(store: Store, beside: Papers, deal_id: str) -> Dossier:
    """Everything that is known about a deal now; raises what ``on_desk`` raises."""
    return on_desk(store, deal_id).dossier(beside)


def current_handoff(store: Store, deal_id: str) -> Handoff:
    """The handoff of a deal after all that people did; raises what ``on_desk`` raises."""
    return on_desk(store, deal_id).handoff
