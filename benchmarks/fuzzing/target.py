"""What is fuzzed: a way in for foreign bytes, with examples of what belongs there."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Final

ROOT: Final = Path(__file__).parent.parent.parent
CORPUS: Final = ROOT / "tests" / "fuzz" / "corpus"
"""A folder for each target: every input that ever broke it, and small ones that reach far."""

Try = Callable[[bytes], object]
"""Gives a value, or raises an error of our tree; whatever else it raises is a defect."""
Mutate = Callable[[Random, Sequence[bytes]], bytes]
"""Makes an input out of examples; the same chance makes the same input."""


@dataclass(frozen=True, kw_only=True)
class Target:
    """A way in for foreign bytes."""

    name: str
    what: str
    """For the table: what the bytes are."""
    examples: Callable[[], Sequence[bytes]]
    mutate: Mutate
    opened: Callable[[Path], Try]
    """What tries an input; the folder is empty and of this run alone."""
    share: int
    """How many inputs it gets, in proportion to the other targets."""
    seconds: float = 2.0
    """Processor time that an input may take; what takes longer hangs."""
    memory: int = 512 << 20
    """Bytes of address space that inputs may take beside what the target needs empty."""

    def kept(self) -> list[bytes]:
        """What the corpus keeps of this target."""
        paths = sorted(path for path in (CORPUS / self.name).glob("*") if path.is_file())
        return [path.read_bytes() for path in paths]

    def seeds(self) -> list[bytes]:
        """What inputs are made of: mostly the examples, and what the corpus keeps."""
        return [*self.examples()] * 3 + self.kept()

    def input(self, seed: int, index: int, seeds: Sequence[bytes]) -> bytes:
        """The input with this number: it follows from the seed and the examples alone."""
        return self.mutate(Random(f"{seed}/{self.name}/{index}"), seeds)  # noqa: S311 - no secret
