"""What the intake works with, and how an event ends."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Final

from transcript2handoff.connections import Connections
from transcript2handoff.erasure import Who
from transcript2handoff.service_file import ServiceFile

NO_CALL: Final = "No call of this deal is here yet: upload a recording, or connect the recorder."
"""What a won deal waits for."""
NO_DEAL: Final = (
    "The recorder does not say to which deal this call belongs: move the call to its deal."
)
"""What a deal waits for that was made for a call alone."""


def _prove_nothing(_receipt_id: str, _who: Who | None) -> None:
    """No engine is there; housekeeping proves it."""


def _forget_nothing(_: Collection[str]) -> None:
    """No engine is there."""


@dataclass(frozen=True, kw_only=True)
class IntakeServices:
    """Handed in by the worker.

    Attributes:
        service: the service file.
        connections: the CRMs that it names.
        worker: the name under which events are taken.
        forget: told the ids of runs that were erased, for the engine has notes of its own.
        prove: told the receipt of an erasure, and who was erased, once all else is done.
    """

    service: ServiceFile
    connections: Connections
    worker: str
    forget: Callable[[Collection[str]], None] = _forget_nothing
    prove: Callable[[str, Who | None], None] = _prove_nothing

    def is_of_another_portal(self, account: str | None) -> bool:
        """Whether an event of HubSpot is of another account than that which is connected."""
        connection = self.service.crm.hubspot
        ours = connection.portal if connection else None
        return None not in (ours, account) and account != ours
