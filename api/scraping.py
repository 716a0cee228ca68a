"""What the database counts, as metrics: asked of it whenever somebody scrapes."""

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from transcript2handoff.errors import StoreError
from transcript2handoff.store import Store, Transaction, counts, inbox, outbox, runs, workers
from transcript2handoff.store.counts import Count
from transcript2handoff.telemetry import REGISTRY, logger


class Told(NamedTuple):
    """A metric that is made of the counts of one kind; what stands in a label of theirs."""

    name: str
    help: str
    labels: tuple[str, str]


SUMS: Final = {
    "step": Told("t2h_steps", "Steps that ended.", ("step", "state")),
    "run": Told("t2h_runs", "Runs that ended.", ("kind", "state")),
    "tokens": Told(
        "t2h_model_tokens", "Tokens of model servers: in, cached, out.", ("model", "use")
    ),
}
SECONDS: Final = {
    "step": Told(
        "t2h_step_seconds", "Seconds that steps took until they ended.", ("step", "state")
    ),
    "run": Told("t2h_run_seconds", "Seconds that runs took until they ended.", ("kind", "state")),
}
QUEUES: Final = {
    "waiting": "Rows of a queue that wait.",
    "working": "Rows of a queue that a worker has.",
    "failed": "Rows of a queue that were given up, and stay so until somebody looks.",
    "oldest_seconds": "Seconds since the oldest row that waits came.",
}


def metrics_text(store: Store) -> bytes:
    """All metrics, those of this process first; without those of the database if it is away."""
    asked = CollectorRegistry(auto_describe=False)
    asked.register(OfStore(store))
    return generate_latest(REGISTRY) + generate_latest(asked)


class OfStore(Collector):
    """Asks the database. Its figures are the same from whichever web process they are asked."""

    def __init__(self, store: Store) -> None:
        """Ask this store."""
        self._store = store

    def collect(self) -> Iterable[Metric]:
        """The metrics as they are now."""
        try:
            with self._store.read() as tx:
                found = [*_sums(counts.of_all(tx)), *_queues(tx), _workers(tx)]
        except StoreError as error:
            logger(__name__).warning("metrics_without_database", why=str(error))
            return [_up(0)]
        return [_up(1), *found]


def _up(value: int) -> Metric:
    return GaugeMetricFamily("t2h_database_up", "Whether the database answered.", value=value)


def _sums(found: tuple[Count, ...]) -> Iterator[Metric]:
    for what, told in SUMS.items():
        yield _counter(told, {one.label: one.number for one in found if one.what == what})
    for what, told in SECONDS.items():
        yield _counter(told, {one.label: one.amount for one in found if one.what == what})


def _counter(told: Told, values: dict[str, int] | dict[str, float]) -> Metric:
    metric = CounterMetricFamily(told.name, told.help, labels=told.labels)
    for label, value in values.items():
        # Names of models may hold slashes; the word after the last one never does.
        first, _, last = label.rpartition("/")
        metric.add_metric((first, last), value)
    return metric


def _queues(tx: Transaction) -> Iterator[Metric]:
    """How full the queues are. Runs that failed are among the sums: they wait for nobody."""
    states = {
        "runs": runs.queue(tx).model_dump(),
        "inbox": inbox.queue(tx).model_dump(),
        "outbox": outbox.queue(tx).model_dump(),
    }
    for name, text in QUEUES.items():
        metric = GaugeMetricFamily(f"t2h_queue_{name}", text, labels=("queue",))
        for queue, state in states.items():
            if name in state:
                metric.add_metric((queue,), state[name])
        yield metric


def _workers(tx: Transaction) -> Metric:
    alive = len(workers.alive(tx, workers.SILENT_SECONDS))
    return GaugeMetricFamily("t2h_workers", "Workers that are alive.", value=alive)
