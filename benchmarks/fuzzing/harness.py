"""Tries inputs in a child process: a crash, a hang or a full memory ends the child, not the run.

The child notes in shared memory which input it works on, so whatever ends it is known, and the
next child goes on behind it. Children come from a server that never tried anything itself: what
makes PDFs keeps threads, and a process that is forked from one with threads waits for them forever.
"""

import hashlib
import multiprocessing
import os
import pickle
import resource
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Final

import cloudpickle
import psutil

from benchmarks.fuzzing.target import Target, Try
from transcript2handoff.errors import HandoffError

_PATIENCE: Final = 20.0
"""Times the limit of processor time, in seconds on the wall, after which a child hangs."""
_IN_MEMORY: Final = Path("/dev/shm")  # noqa: S108 - a folder of one's own is made in it
_PART: Final = 200
"""Inputs after which the child tells what came of them."""
_TRIES: Final = 400
"""Shorter inputs that are tried for each kind of defect."""
_CHILDREN: Final = multiprocessing.get_context("forkserver")
_CHILDREN.set_forkserver_preload(["benchmarks.fuzzing.papers", "benchmarks.fuzzing.served"])


class TooSlowError(BaseException):
    """An input takes more processor time than it may; nothing that is tried may catch this."""


@dataclass(frozen=True, kw_only=True)
class Defect:
    """An input that ended otherwise than with a value or an error of our tree."""

    target: str
    where: str
    """The exception, and the innermost lines that it came through; equal for equal defects."""
    content: bytes
    trace: str = ""

    @property
    def name(self) -> str:
        """For a file in the corpus."""
        return hashlib.sha256(self.content).hexdigest()[:16]


@dataclass
class Tally:
    """What came of the inputs of a target."""

    inputs: int = 0
    values: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    """By the class of the error."""
    defects: dict[str, Defect] = field(default_factory=dict)
    """The first of each kind."""
    broken: int = 0
    """Inputs that ended in a defect, of whatever kind."""
    slowest: float = 0.0
    """Processor time of the slowest input, in seconds."""
    cpu: float = 0.0
    """Processor time of all, in seconds."""
    memory: int = 0
    """The highest resident memory, in bytes."""

    def add(self, other: "Tally") -> None:
        """Count what another has counted."""
        self.inputs += other.inputs
        self.values += other.values
        self.refused += other.refused
        self.broken += other.broken
        self.slowest = max(self.slowest, other.slowest)
        self.cpu += other.cpu
        self.memory = max(self.memory, other.memory)
        for where, defect in other.defects.items():
            self.defects.setdefault(where, defect)


def generated(target: Target, seed: int) -> Callable[[int], bytes]:
    """Inputs by number, for ``run``."""
    seeds = target.seeds()
    return lambda index: target.input(seed, index, seeds)


def listed(inputs: Sequence[bytes]) -> Callable[[int], bytes]:
    """Inputs that are there already, for ``run``."""
    return lambda index: inputs[index]


def run(target: Target, numbers: range, make: Callable[[int], bytes]) -> Tally:
    """Try the inputs with these numbers."""
    job = _Job(target, make)
    while job.told < len(numbers):
        why = _watched(job, numbers)
        if why is not None:
            place = job.working_on.value
            content = make(numbers[place])
            job.total.add(_one(Defect(target=target.name, where=why, content=content)))
            job.fatal.add(place)
    return job.total


class _Job:
    """What is done of the inputs of a target. ``told`` of them are counted."""

    def __init__(self, target: Target, make: Callable[[int], bytes]) -> None:
        self.target = target
        self.make = make
        self.total = Tally()
        self.told = 0
        self.fatal: set[int] = set()
        """The places of inputs that ended a child; they are counted already."""
        self.working_on = _CHILDREN.Value("q", 0, lock=False)
        """The place of the input that the child works on."""

    def __getstate__(self) -> dict[str, Any]:
        """For a child. What to try and how is mostly a function without a name."""
        what = cloudpickle.dumps((self.target, self.make))
        return self.__dict__ | {"target": None, "make": None, "what": what}

    def __setstate__(self, state: dict[str, Any]) -> None:
        target, make = pickle.loads(state.pop("what"))  # noqa: S301 - of our own making
        self.__dict__ |= state | {"target": target, "make": make}


def _one(defect: Defect) -> Tally:
    return Tally(inputs=1, broken=1, defects={defect.where: defect})


def _watched(job: _Job, numbers: range) -> str | None:
    """Count what a child tells until it has done all, or say what ended it before."""
    ours, theirs = _CHILDREN.Pipe(duplex=False)
    child = _CHILDREN.Process(target=_child, args=(job, numbers, theirs))
    child.start()
    theirs.close()
    last, since = -1, time.monotonic()
    try:
        while job.told < len(numbers):
            if ours.poll(1.0):
                part, job.told = ours.recv()
                job.total.add(part)
            if job.working_on.value != last:
                last, since = job.working_on.value, time.monotonic()
            elif time.monotonic() - since > _PATIENCE * job.target.seconds + 30:
                return "it hangs without using the processor"
    except EOFError:
        child.join()
        return f"the process died (code {child.exitcode})"
    finally:
        if job.told < len(numbers):
            child.kill()
        child.join()
    return None


def _child(job: _Job, numbers: range, told: Connection) -> None:
    parent = os.getppid()
    shared = _IN_MEMORY if _IN_MEMORY.is_dir() else None
    with tempfile.TemporaryDirectory(prefix="t2h-fuzz-", dir=shared) as folder:
        attempt = job.target.opened(Path(folder))
        _limit_memory(job.target.memory)
        part, known = Tally(), set[str]()
        for place in range(job.told, len(numbers)):
            if place not in job.fatal:
                job.working_on.value = place
                part.add(_tried(job, numbers[place], attempt, known))
            if part.inputs >= _PART or place == len(numbers) - 1:
                part.memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
                told.send((part, place + 1))
                part = Tally()
                if os.getppid() != parent:
                    return


def _tried(job: _Job, number: int, attempt: Try, known: set[str]) -> Tally:
    """What comes of an input; of each kind of defect the first is made shorter."""
    found = try_one(job.target, job.make(number), attempt)
    new = {where: one for where, one in found.defects.items() if where not in known}
    known |= new.keys()
    found.defects = {where: shrunk(job.target, one, attempt) for where, one in new.items()}
    return found


def _limit_memory(more: int) -> None:
    most = psutil.Process().memory_info().vms + more
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def try_one(target: Target, content: bytes, attempt: Try) -> Tally:
    """What comes of one input. A hang is one by processor time: other work does not count."""
    tally = Tally(inputs=1)
    signal.signal(signal.SIGPROF, _stop)
    begun = time.process_time()
    signal.setitimer(signal.ITIMER_PROF, target.seconds)
    try:
        attempt(content)
        tally.values = 1
    except HandoffError as error:
        tally.refused[type(error).__name__] += 1
    except (Exception, TooSlowError) as error:  # noqa: BLE001 - every other one is a find
        tally.add(_one(_defect(target, error, content)))
        tally.inputs = 1
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
    tally.cpu = tally.slowest = time.process_time() - begun
    return tally


def _stop(*_: object) -> None:
    raise TooSlowError


def _defect(target: Target, error: BaseException, content: bytes) -> Defect:
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if "transcript2handoff" in frame.filename][-2:]
    places = (f"{_file(frame.filename)}:{frame.name}" for frame in [*ours, *frames[-1:]])
    slow = isinstance(error, TooSlowError)
    what = f"over {target.seconds:g} s" if slow else type(error).__name__
    where = f"{what} at {' > '.join(dict.fromkeys(places))}"
    trace = "".join(traceback.format_exception(error))[-4000:]
    return Defect(target=target.name, where=where, content=content, trace=trace)


def _file(name: str) -> str:
    return "/".join(Path(name).parts[-2:])


def shrunk(target: Target, defect: Defect, attempt: Try) -> Defect:
    """A shorter input with the same defect: stretches are left out as long as it stays."""
    best, tries = defect, 0
    size = len(best.content) // 2
    while size and tries < _TRIES and not defect.where.startswith("over"):
        at = 0
        while at < len(best.content) and tries < _TRIES:
            content = best.content[:at] + best.content[at + size :]
            found = try_one(target, content, attempt).defects.get(defect.where)
            best, at, tries = found or best, at + (0 if found else size), tries + 1
        size //= 2
    return best


def lines(tallies: Sequence[tuple[Target, Tally]]) -> Iterator[str]:
    """The table, in Markdown."""
    yield "| target | inputs | values | refused | broken | slowest, ms | mean, ms | memory, MiB |"
    yield "|---|---|---|---|---|---|---|---|"
    total = Tally()
    for target, tally in tallies:
        yield _line(f"{target.name}: {target.what}", tally)
        total.add(tally)
    yield _line("all", total)


def _line(name: str, tally: Tally) -> str:
    cells = (
        f"{tally.inputs:,}",
        f"{tally.values:,}",
        f"{sum(tally.refused.values()):,}",
        f"{tally.broken:,}",
        f"{1000 * tally.slowest:,.0f}",
        f"{1000 * tally.cpu / max(tally.inputs, 1):.2f}",
        f"{tally.memory >> 20:,}",
    )
    return f"| {name} | {' | '.join(cells)} |"


def say(text: str) -> None:
    """Progress, beside the table."""
    print(text, file=sys.stderr, flush=True)
