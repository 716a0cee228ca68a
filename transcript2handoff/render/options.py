"""What a brief is told beside its data."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from transcript2handoff.assess.checklist import SECTIONS, Section
from transcript2handoff.contract import ContractReview
from transcript2handoff.render.templates import Templates
from transcript2handoff.words import Words

OURS: Final = Templates()
"""Our own templates, in English."""


@dataclass(frozen=True, kw_only=True)
class BriefOptions:
    """What a brief is told beside its data."""

    audio: Mapping[str, str] = field(default_factory=dict)
    """For each call id the recording: a path relative to the brief, or an http(s) URL."""
    open_turns: int = 30
    """Transcripts with more turns than these are folded up."""
    templates: Templates = OURS
    """They bring the language of the reader."""
    sections: tuple[Section, ...] = SECTIONS
    """Those that come first, in their order; the others follow."""
    review: ContractReview | None = None
    """What was said against what was signed; none without a contract."""
    on_paper: bool = False
    """Without transcripts and recordings, so that nothing links to them."""

    @property
    def words(self) -> Words:
        """The language of the reader."""
        return self.templates.words

    @property
    def all_sections(self) -> tuple[Section, ...]:
        """All eight sections in the order of the document."""
        return tuple(dict.fromkeys((*self.sections, *SECTIONS)))
