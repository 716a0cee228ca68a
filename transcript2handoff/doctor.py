"""What is installed, which model files are there, and what to do about the others."""

import sys
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version

from transcript2handoff.assemble import speech_options
from transcript2handoff.audio.models import model_report
from transcript2handoff.settings import Settings


@dataclass(frozen=True)
class Finding:
    """One thing that a run may need."""

    name: str
    good: bool
    found: str
    advice: str = ""

    @property
    def line(self) -> str:
        """The finding as a person reads it."""
        mark = "ok     " if self.good else "MISSING"
        return f"{mark} {self.name:<28} {self.found}" + (f"\n        {self.advice}" * bool(self.advice))

    def as_dict(self) -> dict[str, str | bool]:
        """The finding for machines."""
        return asdict(self)
