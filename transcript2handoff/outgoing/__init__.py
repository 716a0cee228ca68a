"""What others are told of a deal: queued with its run or by a person, sent by the worker.

``Delivery.queue`` puts a note, tasks and properties into the outbox, where each of them stands once
and is changed later; ``Sender.send`` sends them one by one. Nothing is sent unless the service file
says ``write: on``. A mail is put there by whoever sends it, and handed over by ``Mailer``, never
twice. ``dry_run`` shows every request of it, byte for byte, and sends none.
"""

from transcript2handoff import crm
from transcript2handoff.connections import Connections
from transcript2handoff.dossier import Dossier
from transcript2handoff.errors import CrmSetupError
from transcript2handoff.outgoing.mailing import Mailer, MailSetup
from transcript2handoff.outgoing.pieces import Piece, wishes
from transcript2handoff.outgoing.queueing import Delivery, crm_of
from transcript2handoff.outgoing.sending import Sender
from transcript2handoff.outgoing.targets import Targets
from transcript2handoff.store import Store, outbox
from transcript2handoff.store.deals import DealRecord

__all__ = ["Delivery", "MailSetup", "Mailer", "Sender", "crm_of", "dry_run"]


def dry_run(
    store: Store,
    deal: DealRecord,
    dossier: Dossier,
    *,
    delivery: Delivery,
    connections: Connections,
) -> str:
    """Every request that would be sent now for a deal; the CRM is only read.

    Raises:
        CrmSetupError: the deal is from no CRM, or from one that is not connected.
        CrmError: the CRM cannot be read.
        TemplateFileError: a template of the company's own fails.
    """
    name = crm_of(deal)
    if name is None or delivery.connection(name) is None:
        raise CrmSetupError(
            "The deal is from no CRM that the service file connects, so nothing would be written."
        )
    with store.read() as tx:
        known = outbox.known(tx, deal.id, name)
    targets = Targets(delivery.service, connections)
    whole = delivery.piece(store, deal, dossier)
    return crm.dry_run(
        targets.write(
            Piece.model_validate_json(wish.content),
            wish.external_key,
            is_there=wish.external_key in known,
        )
        for wish in sorted(wishes(whole, deal.id), key=lambda wish: wish.priority)
        if known.get(wish.external_key) != wish.digest
    )
