"""The lock files: every dependency with its version and the digests of its files.

Each file in ``locks/`` holds what one way to install needs beyond the file that it names in its
first line; a package stands in one file alone.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from packaging.markers import Marker
from packaging.utils import canonicalize_name

ROOT: Final = Path(__file__).parent.parent
LOCKS: Final = ROOT / "locks"


@dataclass(frozen=True)
class Level:
    """One way to install: a lock file, and the extras of the package that it serves."""

    name: str
    extras: tuple[str, ...]
    purpose: str


LEVELS: Final = (
    Level("runtime", ("diarize", "models"), "`t2h` itself: `make demo`, `make serve`, the image"),
    Level("dev", ("train", "dev"), "tests, linters, training: `make test`"),
    Level("tools", ("bench", "fuzz", "presidio", "supply"), "benchmarks, fuzzing, the lock"),
)
"""From the smallest to the largest; each stands on the one before it."""

TORCH: Final = "torch"
"""The lock of PyTorch as the package index has it: on Linux its CUDA build, with what it needs."""

TORCH_CPU: Final = "torch-cpu"
"""The lock of PyTorch's CPU build, which needs nothing besides; its own site has it."""

LANGUAGE_MODEL: Final = "llm"
"""The lock of the language model that `make test-llm` runs; installed by hand alone."""


@dataclass(frozen=True)
class Pin:
    """One locked package."""

    name: str
    """As its index spells it."""
    version: str
    marker: str
    """Where it is installed, as an environment marker; empty for everywhere."""
    hashes: tuple[str, ...]
    """SHA-256 of each of its files, in hexadecimal digits, sorted."""
    wanted_by: tuple[str, ...]
    """Names of the packages that depend on it; ``transcript2handoff`` for its own."""

    @property
    def key(self) -> str:
        """The name in its normal form."""
        return canonicalize_name(self.name)

    @property
    def applies_here(self) -> bool:
        """Whether it is installed on this platform and Python."""
        return not self.marker or Marker(self.marker).evaluate()


def read_lock(name: str) -> tuple[Pin, ...]:
    """The pins that stand in ``locks/NAME.txt`` itself, in its order."""
    return tuple(parse_pins((LOCKS / f"{name}.txt").read_text(encoding="utf-8")))


def read_level(name: str) -> tuple[Pin, ...]:
    """The pins of a level and of those that it stands on, PyTorch's CPU build too, by name."""
    pins = list(read_lock(TORCH_CPU))
    for level in LEVELS:
        pins += read_lock(level.name)
        if level.name == name:
            break
    return tuple(sorted(pins, key=lambda pin: pin.key))


_PLATFORMS: Final = (("linux", "x86_64"), ("linux", "aarch64"), ("darwin", "arm64"))
_PYTHONS: Final = ("3.11", "3.12", "3.13")
SUPPORTED: Final = tuple(
    {
        "sys_platform": system,
        "platform_system": {"linux": "Linux", "darwin": "Darwin"}[system],
        "platform_machine": machine,
        "platform_python_implementation": "CPython",
        "implementation_name": "cpython",
        "os_name": "posix",
        "python_version": python,
        "python_full_version": f"{python}.0",
        "extra": "",
    }
    for system, machine in _PLATFORMS
    for python in _PYTHONS
)
"""The environments that the lock holds for, as environment markers see them."""
_CONDITIONS: Final = ("", "sys_platform == 'linux'", "sys_platform == 'darwin'")


def held(marker: str) -> tuple[bool, ...]:
    """In which of the supported environments a marker holds."""
    return tuple(not marker or Marker(marker).evaluate(dict(place)) for place in SUPPORTED)


def simplest(marker: str) -> str:
    """The shortest marker that says the same of the supported environments."""
    places = held(marker)
    return next((words for words in _CONDITIONS if held(words) == places), marker)


_HEAD = re.compile(r"(?P<name>[\w.-]+)==(?P<version>[^\s;]+)(?:\s*;\s*(?P<marker>[^\\]+?))?\s*\\?$")
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")
_OWN = re.compile(r"^(?:transcript2handoff \(.*\)|-r .*|-)$")


def parse_pins(text: str) -> Iterator[Pin]:
    """Read pins with their hashes and annotations, as a lock file or a resolver writes them.

    Raises:
        ValueError: A line that is neither of the three.
    """
    block: list[str] = []
    for line in text.splitlines():
        if block and line[:1] not in {" ", "\t"}:
            yield _pin(block)
            block = []
        if line.strip() and not line.startswith(("#", "-r ")):
            block.append(line)
    if block:
        yield _pin(block)


def _pin(block: list[str]) -> Pin:
    head = _HEAD.match(block[0])
    if head is None:
        raise ValueError(f"not a pin of a lock file: {block[0]!r}")
    comments = [line.strip().removeprefix("#").strip() for line in block if "#" in line]
    words = ", ".join(comment.removeprefix("via").strip() for comment in comments)
    wanted_by = [name.strip() for name in words.split(", ")]
    return Pin(
        name=head["name"],
        version=head["version"],
        marker=head["marker"] or "",
        hashes=tuple(sorted(set(_HASH.findall("\n".join(block))))),
        wanted_by=tuple(
            sorted(
                {_OWN.sub("transcript2handoff", name) for name in wanted_by if name}
                - {name for name in wanted_by if name.startswith("-c ")}
            )
        ),
    )


def written(pins: Iterable[Pin], *, heading: str, above: str = "") -> str:
    """The text of a lock file: ``heading`` as a comment, ``above`` as the lock it stands on."""
    lines = [f"# {heading}", "# Written by `make lock`; pip checks each file against its digest."]
    if above:
        lines.append(f"-r {above}.txt")
    for pin in sorted(pins, key=lambda pin: (pin.key, pin.version, pin.marker)):
        condition = f" ; {pin.marker}" if pin.marker else ""
        parts = [f"{pin.name}=={pin.version}{condition}"]
        parts += [f"    --hash=sha256:{digest}" for digest in pin.hashes]
        lines.append(" \\\n".join(parts))
        if pin.wanted_by:
            lines.append(f"    # via {', '.join(pin.wanted_by)}")
    return "\n".join(lines) + "\n"
