"""The durable engine: DBOS, which is known to this module alone.

``Books`` are its tables, open to any process. ``Engine`` works: it takes attempts from its queue
and calls a ``Script`` for each step, noting which steps are done.
"""

import datetime
import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any, Final, TypeVar

from dbos import DBOS, DBOSClient, DBOSConfig, DBOSPortableJSONSerializer, WorkflowStatus
from dbos import error as faults
from sqlalchemy.exc import ProgrammingError

from transcript2handoff.errors import StoreNotMigratedError, StoreUnreachableError
from transcript2handoff.jobs.engine_options import EngineOptions, prepare_sqlite, quieten
from transcript2handoff.jobs.port import Interrupted, Script, Standing, Ticket
from transcript2handoff.settings import Settings
from transcript2handoff.store.engine import in_words

APPLICATION: Final = "transcript2handoff"
VERSION: Final = "1"
"""Raised when attempts that an older program has begun can no longer be gone on with."""
QUEUE: Final = "runs"
WORKFLOW: Final = "run"
MOST_DEATHS: Final = 25
"""So many workers may die of an attempt before it is given up."""
POLL_SECONDS: Final = 0.2
_PAGE: Final = 500
_FIRST_ATTEMPTS: Final = range(1, 21)
"""Attempts of an erased run of which notes are looked for, whether or not any is known."""
_DAY_SECONDS: Final = 86_400.0
_STANDINGS: Final = {
    "ENQUEUED": Standing.QUEUED,
    "DELAYED": Standing.QUEUED,
    "PENDING": Standing.WORKING,
    "SUCCESS": Standing.ENDED,
}
_Given = TypeVar("_Given")


class Books:
    """The engine's tables, for processes that do no work themselves; see ``port.Register``."""

    def __init__(self, options: EngineOptions) -> None:
        """Nothing is connected yet. ``Engine.launch`` makes the tables."""
        quieten()
        self.options = options
        self._client = DBOSClient(
            system_database_url=options.url,
            serializer=DBOSPortableJSONSerializer(),
            application_name=APPLICATION,
            lazy=True,
            retry_connection_errors=False,
        )

    def start(self, tickets: Iterable[Ticket]) -> None:
        """Queue attempts; those that the engine knows already stay as they are."""
        with self._in_words():
            for ticket in tickets:
                self._client.enqueue(
                    {
                        "workflow_name": WORKFLOW,
                        "queue_name": QUEUE,
                        "workflow_id": ticket.id,
                        "app_version": VERSION,
                        "priority": ticket.priority,
                    },
                    ticket.run_id,
                    ticket.attempt,
                )

    def standings(self, tickets: Sequence[Ticket]) -> dict[str, Standing]:
        """How attempts stand, by their ids; those that the engine does not know are left out."""
        ids = [ticket.id for ticket in tickets]
        return {
            status.workflow_id: _STANDINGS.get(status.status, Standing.BROKEN)
            for begin in range(0, len(ids), _PAGE)
            for status in self._listed(workflow_ids=ids[begin : begin + _PAGE])
        }

    def known(self, *, ended_before: datetime.datetime | None = None) -> tuple[str, ...]:
        """The ids of all attempts, or of those that ended before a moment."""
        before = ended_before.isoformat() if ended_before else None
        ids: list[str] = []
        while page := self._listed(completed_before=before, limit=_PAGE, offset=len(ids)):
            ids += [status.workflow_id for status in page]
        return tuple(ids)

    def forget(self, ids: Collection[str]) -> None:
        """Erase attempts with all that the engine has noted of them."""
        wanted = list(ids)
        with self._in_words():
            for begin in range(0, len(wanted), _PAGE):
                self._client.delete_workflows(wanted[begin : begin + _PAGE])

    def resume(self, ids: Collection[str]) -> None:
        """Queue attempts again that were begun, whoever has begun them; not what was forgotten."""
        with self._in_words():
            for one in ids:
                with suppress(faults.DBOSNonExistentWorkflowError):
                    self._client.resume_workflow(one, queue_name=QUEUE)

    def begun(self) -> dict[str, str]:
        """The attempts that workers have begun and not ended, with the worker of each."""
        return {
            status.workflow_id: status.executor_id or ""
            for status in self._listed(status="PENDING")
        }

    def close(self) -> None:
        """Close the connections."""
        self._client.destroy()

    def _listed(self, **which: Any) -> list[WorkflowStatus]:  # noqa: ANN401
        with self._in_words():
            return self._client.list_workflows(load_input=False, load_output=False, **which)

    @contextmanager
    def _in_words(self) -> Iterator[None]:
        try:
            with in_words(self.options.shown):
                yield
        except faults.DBOSQueryTimeoutError as error:
            raise StoreUnreachableError(
                f"The database {self.options.shown} takes too long to answer. Check what else "
                "keeps it busy; it is asked again."
            ) from error


class Engine(Books):
    """The engine that works in this process, one in each; see ``port.Runner``."""

    def __init__(self, options: EngineOptions, script: Script) -> None:
        """Nothing is done before ``launch``."""
        super().__init__(options)
        self._script = script
        self._slots = threading.Semaphore(options.slots)
        self._stopping = threading.Event()
        self._active: set[str] = set()
        self._suspects: set[str] = set()

    def launch(self) -> None:
        """Make the tables, take up what this worker left when it died, and begin to work.

        Raises:
            StoreUnreachableError: the engine's database cannot be used.
            StoreNotMigratedError: the tables cannot be made.
        """
        with self._in_words():
            if self.options.file:
                prepare_sqlite(self.options.file)
            try:
                self._launch()
            except BaseException as error:
                DBOS.destroy(destroy_registry=True)
                if isinstance(error, ProgrammingError):
                    raise StoreNotMigratedError(_no_tables(self.options, error)) from error
                raise

    def _launch(self) -> None:
        DBOS(config=self._config())
        self._register_workflow()
        DBOS.launch()
        DBOS.register_queue(
            QUEUE,
            worker_concurrency=self.options.slots,
            polling_interval_sec=POLL_SECONDS,
            on_conflict="always_update",
        )

    def _register_workflow(self) -> None:
        @DBOS.workflow(name=WORKFLOW, max_recovery_attempts=MOST_DEATHS)
        def perform(run_id: str, attempt: int) -> None:
            self._perform(Ticket(run_id=run_id, attempt=attempt))

    def _config(self) -> DBOSConfig:
        return {
            "name": APPLICATION,
            "system_database_url": self.options.url,
            "sys_db_pool_size": self.options.slots + 5,
            "serializer": DBOSPortableJSONSerializer(),
            "application_version": VERSION,
            "executor_id": self.options.worker,
            "use_listen_notify": False,
            # Nothing is scheduled with the engine, so that it need not look for it.
            "scheduler_polling_interval_sec": _DAY_SECONDS,
            "log_level": "WARNING",
        }

    def take_over(self, *, alive: Collection[str]) -> int:
        """Queue again what workers began who are not alive any more; the number of attempts."""
        dead = {worker for worker in self.begun().values() if worker not in alive}
        dead.discard(self.options.worker)
        # Each attempt only if the dead worker still has it: two who take over do it once. The
        # public way, `resume_workflow`, would also take it from a living worker that was quicker.
        return len(DBOS._recover_pending_workflows(sorted(dead))) if dead else 0

    def take_up_stranded(self) -> int:
        """Queue again what this worker began and lost; the number of attempts.

        That is so when the disk was full or the database gone as the engine wanted to note an end.
        What is seen twice is stranded; once, it may just be beginning or ending.
        """
        mine = {one for one, worker in self.begun().items() if worker == self.options.worker}
        suspects = mine - self._active
        stranded = suspects & self._suspects
        self._suspects = suspects - stranded
        if stranded:
            self.resume(stranded)
        return len(stranded)

    def stop(self, *, seconds: float) -> bool:
        """Begin no more steps, and wait for those that run; whether all have ended.

        What they leave is queued again for whoever works next.
        """
        self._stopping.set()
        DBOS.destroy(destroy_registry=True, workflow_completion_timeout_sec=round(seconds))
        mine = {one for one, worker in self.begun().items() if worker == self.options.worker}
        if left := mine - self._active:
            self.resume(left)
        return not self._active

    def _perform(self, ticket: Ticket) -> None:
        self._active.add(ticket.id)
        try:
            names = self._note("plan", partial(self._script.plan, ticket))
            for position, name in enumerate(names):
                if not self._note(name, partial(self._script.play, ticket, name, position)):
                    return
            if names:
                self._note("finish", partial(self._script.finish, ticket))
        finally:
            self._active.discard(ticket.id)

    def _note(self, name: str, do: Callable[[], _Given]) -> _Given:
        """Do it, unless it is noted as done; note what it gave."""
        return DBOS.run_step({"name": name}, self._take_slot, do)

    def _take_slot(self, do: Callable[[], _Given]) -> _Given:
        while not self._slots.acquire(timeout=POLL_SECONDS):
            self._check()
        try:
            self._check()
            return do()
        finally:
            self._slots.release()

    def _check(self) -> None:
        if self._stopping.is_set():
            raise Interrupted


def _no_tables(options: EngineOptions, error: ProgrammingError) -> str:
    return (
        f"The tables of the engine cannot be made in {options.shown}: "
        f"{str(error.orig).splitlines()[0]}. Let the user of T2H_DATABASE create a schema there, "
        "then start the worker again."
    )


def known_runs(settings: Settings) -> frozenset[str]:
    """The runs of which the engine knows an attempt.

    Raises:
        StoreUnreachableError: the engine's database cannot be used.
    """
    return frozenset(Ticket.named(one).run_id for one in attempts_known(settings))


def attempts_known(settings: Settings) -> tuple[str, ...]:
    """The ids of all attempts that stand in the engine's tables; none where there are no tables.

    Raises:
        StoreUnreachableError: the engine's database cannot be used.
    """
    options = EngineOptions.of(settings)
    if options.file and not options.file.exists():
        return ()
    books = Books(options)
    try:
        return books.known()
    except ProgrammingError:
        # The engine has no tables yet.
        return ()
    finally:
        books.close()


def forget(settings: Settings, run_ids: Collection[str]) -> None:
    """Erase runs from the engine's tables: all attempts at each.

    Raises:
        StoreUnreachableError: the engine's database cannot be used.
    """
    options = EngineOptions.of(settings)
    if not run_ids or (options.file and not options.file.exists()):
        return
    books = Books(options)
    try:
        erased = set(run_ids)
        known = {one for one in books.known() if Ticket.named(one).run_id in erased}
        # What a step noted just after its attempt was forgotten belongs to none that is listed.
        first = {Ticket(run_id=each, attempt=n).id for each in erased for n in _FIRST_ATTEMPTS}
        books.forget(known | first)
    except ProgrammingError:
        """The engine has no tables yet, so it knows nothing of them."""
    finally:
        books.close()
