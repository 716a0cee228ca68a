"""What a CRM shall know of a deal is put into the outbox, if the service file lets it be sent."""

from collections.abc import Callable
from dataclasses import dataclass

from transcript2handoff.connections import CrmName
from transcript2handoff.dossier import Dossier
from transcript2handoff.outgoing.facts import Wording, write_back
from transcript2handoff.outgoing.pieces import Piece, wishes
from transcript2handoff.policy import Gate, SendingPolicy
from transcript2handoff.service_file import HubSpotConnection, SalesforceConnection, ServiceFile
from transcript2handoff.settings import Settings
from transcript2handoff.store import Store, Transaction, calls, outbox
from transcript2handoff.store.deals import DealRecord

Connection = HubSpotConnection | SalesforceConnection
Put = Callable[[Transaction], int]
"""Puts things into the outbox; how many of them are to be sent."""


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """How deals are handed on, by the service file and the settings."""

    service: ServiceFile
    settings: Settings

    def queue(self, store: Store, deal: DealRecord, dossier: Dossier) -> Put:
        """Work out what the CRM shall know; what is given puts it into the outbox.

        The same thing said again is not sent again; one that says something else is changed.
        A deal that is from no CRM, or from one that is not to be written to, is left alone.

        Raises:
            CrmRefusedError: a text does not fit, not even in part.
            TemplateFileError: a template of the company's own fails.
            StoreUnreachableError: the calls cannot be read.
        """
        crm = crm_of(deal)
        connection = crm and self.connection(crm)
        if crm is None or connection is None or not connection.write:
            return _nothing
        wanted = tuple(wishes(self.piece(store, deal, dossier), deal.id))
        kept = frozenset(wish.external_key for wish in wanted)

        def put(tx: Transaction) -> int:
            outbox.withdraw(tx, deal.id, crm, keeping=kept)
            return sum(outbox.put(tx, wish) for wish in wanted)

        return put

    def piece(self, store: Store, deal: DealRecord, dossier: Dossier) -> Piece:
        """Everything that the CRM of a deal shall know of it.

        Raises:
            TemplateFileError: a template of the company's own fails.
        """
        crm = crm_of(deal)
        connection = crm and self.connection(crm)
        assert crm is not None, "a deal of a CRM"
        assert connection is not None, "a CRM that is connected"
        with store.read() as tx:
            consents = {call.ref: call.call for call in calls.of_deal(tx, deal.id)}
        wording = Wording(
            language=connection.language,
            gate=Gate(
                sending=SendingPolicy(connection.sending or self.settings.sending),
                redaction=self.settings.redaction,
            ),
            link=f"{self.settings.public_url}/deals/{deal.id}",
        )
        return Piece(
            crm=crm,
            deal_id=deal.external_id or "",
            at=deal.created,
            language=connection.language,
            facts=write_back(dossier, consents, wording),
        )

    def connection(self, crm: CrmName) -> Connection | None:
        """What the service file says of a CRM."""
        if crm == "hubspot":
            return self.service.crm.hubspot
        return self.service.crm.salesforce


def _nothing(_: Transaction) -> int:
    return 0


def crm_of(deal: DealRecord) -> CrmName | None:
    """The CRM that a deal is from."""
    if deal.external_id is None:
        return None
    match deal.source:
        case "hubspot" | "salesforce":
            return deal.source
        case _:
            return None
