"""A deal out of the store, as people have it before them: what its calls say, and what they did."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from transcript2handoff.deal_documents import DealDocuments
from transcript2handoff.dossier import Dossier, Papers, dossier
from transcript2handoff.errors import StoreConflictError, StoreGoneError
from transcript2handoff.handoff import Handoff
from transcript2handoff.jobs.paperwork import NOTHING_SIGNED, Signed, signed_in
from transcript2handoff.jobs.telling import read_told
from transcript2handoff.journal import Calls, Desk, Event, parse_event
from transcript2handoff.store import Store, Transaction, calls, deals, events, handoffs, papers
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
            recordings={
                call.ref: f"{public_url}/v1/calls/{call.id}/audio"
                for call in self.calls
                if call.playback or call.recording
            },
        )


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
    with store.read() as tx:
        deal = deals.get(tx, deal_id)
        newest = handoffs.newest(tx, deal_id)
        if newest is None:
            raise StoreGoneError(
                "The deal has no handoff yet. Wait until one of its calls has been worked on."
            )
        record = newest if version is None else handoffs.get(tx, deal_id, version)
        is_newest = record.version == newest.version
        lines = events.of(tx, deal_id) if is_newest else ()
        beside = papers.of(tx, deal_id) if is_newest else {}
        heard = calls.of_deal(tx, deal_id)
    return OnDesk(
        deal=deal,
        record=record,
        told=read_told(record.text, store.blobs),
        events=parsed(lines),
        calls=heard,
        signed=signed_in(beside),
    )


def parsed(lines: Sequence[str]) -> tuple[Event, ...]:
    """Events out of the lines of a journal.

    Raises:
        JournalError: a line is no event.
    """
    return tuple(
        parse_event(line, where=f"event {number} of the deal")
        for number, line in enumerate(lines, start=1)
    )


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
