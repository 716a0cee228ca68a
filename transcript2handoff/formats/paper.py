"""What a document says and shows besides its own text."""

from dataclasses import dataclass, field

from transcript2handoff.company import Look
from transcript2handoff.words import Language, Words, message


@dataclass(frozen=True, kw_only=True)
class Paper:
    """The frame of a document: what stands in its header, its footer and its properties."""

    title: str
    language: Language = "en"
    look: Look = field(default_factory=Look)
    logo: bytes | None = None
    """A PNG or SVG picture."""
    footer: str = ""
    internal: bool = False
    """Not for the customer; every page says so."""

    @property
    def audience(self) -> str:
        """What every page says about its readers; nothing if anybody may read it."""
        return Words.of(self.language).say(message("Internal")) if self.internal else ""
