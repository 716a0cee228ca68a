"""How workers know of each other that they live."""

from dataclasses import dataclass

from transcript2handoff.store import Store, workers


@dataclass(frozen=True, kw_only=True)
class Heartbeat:
    """Says now and then that this worker lives."""

    store: Store
    worker: str
    slots: int

    def beat(self) -> bool:
        """Say it; nothing more is to be done then.

        Raises:
            StoreUnreachableError: the store cannot be written.
        """
        with self.store.write() as tx:
            workers.beat(tx, self.worker, slots=self.slots)
        return False

    def end(self) -> None:
        """Say that it lives no more.

        Raises:
            StoreUnreachableError: the store cannot be written.
        """
        with self.store.write() as tx:
            workers.forget(tx, self.worker)
