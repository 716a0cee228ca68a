"""The next runs, handed to the engine.

Only the next ones: what waits in the store can still be overtaken by something more urgent, be
cancelled or be erased, and shows as waiting. In the engine, too, the more urgent goes first.
"""

from dataclasses import dataclass
from typing import Final

from transcript2handoff.jobs.port import Register, Ticket
from transcript2handoff.store import Store, runs, workers

AHEAD: Final = 4
"""So many attempts for each slot are handed over, so that no worker waits for the next one."""


@dataclass(frozen=True, kw_only=True)
class Dispatch:
    """Hands the next runs over; it does not matter how many workers do so."""

    store: Store
    register: Register
    silent: float
    """Seconds after which a worker counts as dead, and its slots no more."""

    def hand_over(self) -> bool:
        """Queue the next runs; whether there were any.

        Raises:
            StoreUnreachableError: the store or the engine's database cannot be used.
        """
        with self.store.read() as tx:
            slots = sum(worker.slots for worker in workers.alive(tx, self.silent))
            next_runs = [runs.get(tx, one) for one in runs.waiting(tx, AHEAD * max(slots, 1))]
        tickets = [
            Ticket(run_id=run.id, attempt=run.attempt, priority=max(run.priority, 1))
            for run in next_runs
        ]
        known = self.register.standings(tickets)
        new = [ticket for ticket in tickets if ticket.id not in known]
        self.register.start(new)
        return bool(new)
