"""What is in the outbox is sent to CRMs and by mail, each thing until it is there or cannot be."""

import random
from dataclasses import dataclass
from typing import Final

import structlog
from pydantic import ValidationError

from transcript2handoff.connections import Connections
from transcript2handoff.crm import Written
from transcript2handoff.errors import (
    CrmGoneError,
    CrmPassingError,
    CrmSetupError,
    HandoffError,
    LeaseLostError,
    MailPassingError,
    StoreUnreachableError,
)
from transcript2handoff.outgoing.letters import TARGET as MAIL
from transcript2handoff.outgoing.mailing import Mailer, is_given_up, not_set_up, wait_seconds
from transcript2handoff.outgoing.pieces import Piece
from transcript2handoff.outgoing.targets import Targets
from transcript2handoff.service_file import ServiceFile
from transcript2handoff.store import Deed, Store, outbox
from transcript2handoff.store.outbox import OutboxItem

LEASE_SECONDS: Final = 600.0
"""Longer than all requests for one thing may take."""
AGAIN_SECONDS: Final = (120, 300)
"""Until something is sent again that a CRM did not take for now."""
OFF_SECONDS: Final = 3600.0
"""Until it is looked whether the service file lets a CRM be written to again."""
_log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Sender:
    """Sends what a worker takes out of the outbox.

    Attributes:
        store: has the outbox.
        service: the service file.
        connections: the CRMs that it names.
        targets: where things go there.
        worker: the name under which they are taken.
        mailer: sends mail; None where none can be sent.
    """

    store: Store
    service: ServiceFile
    connections: Connections
    targets: Targets
    worker: str
    mailer: Mailer | None = None

    @classmethod
    def of(
        cls,
        store: Store,
        service: ServiceFile,
        connections: Connections,
        *,
        worker: str,
        mailer: Mailer | None = None,
    ) -> "Sender":
        """A sender for the CRMs of a service file, and for mail if there is a mailer."""
        return cls(store, service, connections, Targets(service, connections), worker, mailer)

    def send(self) -> bool:
        """Send the most urgent thing; False if there is none.

        Raises:
            StoreUnreachableError: the store cannot be used; the thing is taken again later, and
                its key keeps the CRM from having it twice.
        """
        with self.store.write() as tx:
            taken = outbox.claim(tx, self.worker, 1, LEASE_SECONDS)
        for item in taken:
            try:
                self._send(item)
            except LeaseLostError:
                _log.warning("thing_lost", thing_id=item.id)
        return bool(taken)

    def _send(self, item: OutboxItem) -> None:
        if why := self._off(item.target):
            self._wait(item, why, OFF_SECONDS, error=why)
            return
        try:
            written = self._execute(item)
        except LeaseLostError:
            raise
        except CrmPassingError as error:
            soon: float = random.randint(*AGAIN_SECONDS)  # noqa: S311 - no secret hangs on it
            self._wait(item, str(error), max(error.wait or 0.0, soon), error=_kind(error))
        except (MailPassingError, StoreUnreachableError) as error:
            self._wait_or_give_up(item, error)
        except CrmGoneError as error:
            with self.store.write() as tx:
                outbox.gone(tx, item, str(error))
            _log.warning("thing_gone", thing_id=item.id, error=_kind(error))
        except HandoffError as error:
            with self.store.write() as tx:
                outbox.fail(tx, item, str(error))
            _log.error("thing_failed", thing_id=item.id, error=_kind(error))
        else:
            self._note(item, written)

    def _off(self, target: str) -> str | None:
        """Why nothing is sent there for now; None if something is."""
        if target == MAIL:
            return None if self.mailer else str(not_set_up())
        found = self.service.crm.hubspot if target == "hubspot" else self.service.crm.salesforce
        is_on = found is not None and found.write
        return None if is_on else f"crm.{target}.write is off in the service file."

    def _execute(self, item: OutboxItem) -> Written:
        if item.target == MAIL:
            assert self.mailer is not None, "it was looked whether there is one"
            return self.mailer.execute(item)
        piece = _piece(item)
        write = self.targets.write(piece, item.external_key, is_there=item.sent_digest is not None)
        crm = self.connections.hubspot if piece.crm == "hubspot" else self.connections.salesforce
        assert crm is not None, "it was asked for the target"
        return crm.execute(write)

    def _wait_or_give_up(self, item: OutboxItem, error: HandoffError) -> None:
        """Have a letter sent later, unless nobody waits for it any more."""
        if not is_given_up(item, self.store):
            self._wait(item, str(error), wait_seconds(item.attempts), error=_kind(error))
            return
        with self.store.write() as tx:
            outbox.fail(tx, item, f"{error} After a day it was given up.")
        _log.error("thing_failed", thing_id=item.id, error=_kind(error))

    def _wait(self, item: OutboxItem, why: str, seconds: float, *, error: str) -> None:
        with self.store.write() as tx:
            outbox.wait(tx, item, why, seconds)
        _log.warning("thing_put_off", thing_id=item.id, seconds=seconds, error=error)

    def _note(self, item: OutboxItem, written: Written) -> None:
        with self.store.write() as tx:
            outbox.sent(tx, item, written.remote_id)
            if item.deal_id:
                tx.note(
                    Deed(
                        actor="worker",
                        action="send",
                        matter=item.kind,
                        subject=item.deal_id,
                        details={"to": item.target, "created": written.created},
                    )
                )


def _kind(error: HandoffError) -> str:
    """What a log says of an error: its words repeat what was sent, and stay with the thing."""
    return type(error).__name__


def _piece(item: OutboxItem) -> Piece:
    try:
        return Piece.model_validate_json(item.content or "null")
    except ValidationError:
        raise CrmSetupError(
            "What is to be sent cannot be read: another version of the program has noted it. Run "
            "the deal again."
        ) from None
