"""Whether the service can do its work: checks with a time limit, told in words.

What is told here may be read by anybody, so it names no address and no folder; those are logged.
"""

import secrets
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import wait as wait_for
from dataclasses import dataclass
from typing import Final, Literal

from transcript2handoff.assemble import model_endpoint, speech_options
from transcript2handoff.audio.models import model_report
from transcript2handoff.deal import Record
from transcript2handoff.engines.local.model import shipped_model
from transcript2handoff.errors import HandoffError, ModelMissingError, StoreGoneError
from transcript2handoff.settings import Settings
from transcript2handoff.store import Store, workers
from transcript2handoff.telemetry import logger

SECONDS: Final = 5.0
"""How long all checks together may take."""
FRESH_SECONDS: Final = 600.0
"""How long it counts that model files were found right: to read them all takes a while."""
WRITTEN_SECONDS: Final = 2.0
"""How long it counts that something could be written: anybody may ask, as often as they like."""

CheckName = Literal["database", "blobs", "models", "engine", "worker"]


class Check(Record):
    """How one part of the service is."""

    name: CheckName
    state: Literal["ok", "failing"]
    words: str
    """For people; without addresses and folders."""
    seconds: float


class Health(Record):
    """How the service is.

    It is ``ready`` when all parts are, and ``degraded`` when requests are answered and kept, but
    no runs are done for now. It is ``failing`` when it cannot answer.
    """

    state: Literal["ready", "degraded", "failing"]
    checks: tuple[Check, ...]


@dataclass(frozen=True, kw_only=True)
class Probe:
    """How a part is looked at.

    Attributes:
        name: of the part.
        look: raises a HandoffError if the part cannot be used.
        failing: what is told then.
        needed: whether requests cannot be answered without it.
    """

    name: CheckName
    look: Callable[[], object]
    failing: str
    needed: bool = False


class Doctor:
    """Looks at all parts of a service at once. One for each process; threads may share it."""

    def __init__(self, probes: Sequence[Probe], *, seconds: float = SECONDS) -> None:
        """Look with these probes, none longer than so many seconds."""
        self._probes = tuple(probes)
        self._seconds = seconds
        self._pool = ThreadPoolExecutor(len(self._probes), thread_name_prefix="health")
        self._looks: dict[CheckName, Future[Check]] = {}

    def examine(self) -> Health:
        """Look at everything. A look that hangs is waited for, and not begun a second time."""
        for probe in self._probes:
            before = self._looks.get(probe.name)
            if before is None or before.done():
                self._looks[probe.name] = self._pool.submit(_looked, probe)
        looks = dict(self._looks)
        wait_for(looks.values(), timeout=self._seconds)
        checks = tuple(self._told(probe, looks[probe.name]) for probe in self._probes)
        failing = {check.name for check in checks if check.state == "failing"}
        if any(probe.needed for probe in self._probes if probe.name in failing):
            return Health(state="failing", checks=checks)
        return Health(state="degraded" if failing else "ready", checks=checks)

    def _told(self, probe: Probe, look: Future[Check]) -> Check:
        if look.done():
            return look.result()
        words = f"{probe.failing} There was no answer within {self._seconds:g} s."
        return Check(name=probe.name, state="failing", words=words, seconds=self._seconds)

    def close(self) -> None:
        """Look no more."""
        self._pool.shutdown(wait=False, cancel_futures=True)


def _looked(probe: Probe) -> Check:
    began = time.monotonic()
    try:
        probe.look()
    except HandoffError as error:
        logger(__name__).warning("check_failed", check=probe.name, why=str(error))
        state, words = "failing", probe.failing
    else:
        state, words = "ok", "fine"
    seconds = round(time.monotonic() - began, 3)
    return Check.model_validate(
        {"name": probe.name, "state": state, "words": words, "seconds": seconds}
    )


def probes(store: Store, settings: Settings) -> tuple[Probe, ...]:
    """How the parts of a service with this store and these settings are looked at."""
    return (
        Probe(
            name="database",
            look=Fresh(lambda: _write_nothing(store), seconds=WRITTEN_SECONDS),
            failing="The database cannot be reached or written.",
            needed=True,
        ),
        Probe(
            name="blobs",
            look=Fresh(lambda: write_a_part(store), seconds=WRITTEN_SECONDS),
            failing="The place of recordings and documents cannot be reached or written.",
            needed=True,
        ),
        Probe(
            name="models",
            look=Fresh(lambda: _find_models(settings)),
            failing="The speech model is not there, or not the right one. Run `t2h doctor`.",
        ),
        Probe(
            name="engine",
            look=Fresh(lambda: _find_engine(settings)),
            failing="The engine that finds facts is not whole. Run `t2h doctor`.",
        ),
        Probe(
            name="worker",
            look=lambda: _hear_a_worker(store),
            failing="No worker is alive: runs wait until one is. Start `t2h worker`.",
        ),
    )


class Fresh:
    """A look that is not repeated for a while after it went well."""

    def __init__(
        self,
        look: Callable[[], object],
        *,
        seconds: float = FRESH_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Look, and let it count for so many seconds of this clock."""
        self._look = look
        self._seconds = seconds
        self._clock = clock
        self._until: float | None = None

    def __call__(self) -> None:
        """Look, unless that was done a while ago and went well."""
        if self._until is None or self._clock() >= self._until:
            self._look()
            self._until = self._clock() + self._seconds


def write_a_part(store: Store) -> None:
    """Write a few bytes to the place of the blobs, and take them away.

    Raises:
        StoreUnreachableError: that is not possible.
    """
    name = f"probe-{secrets.token_hex(8)}"
    store.blobs.put_part(name, 0, b"t2h")
    store.blobs.remove_parts(name)


def _write_nothing(store: Store) -> None:
    with store.write():
        pass


def _find_models(settings: Settings) -> None:
    found = model_report(speech_options(settings).models, names=[settings.whisper_model])[0]
    if found.state != "found":
        raise ModelMissingError(found.advice)


def _find_engine(settings: Settings) -> None:
    shipped_model()
    if settings.model_url:
        model_endpoint(settings)


def _hear_a_worker(store: Store) -> None:
    with store.read() as tx:
        if not workers.alive(tx, workers.SILENT_SECONDS):
            raise StoreGoneError(f"No worker has been heard of for {workers.SILENT_SECONDS:g} s.")
