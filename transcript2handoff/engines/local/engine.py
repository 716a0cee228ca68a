"""The local engine: a trained reader, entities and rules of conversation; no key, no network."""

from functools import cached_property
from typing import Final

from transcript2handoff.deal import DealContext
from transcript2handoff.engines.entities import ENTITIES, entity_recogniser
from transcript2handoff.engines.local.assemble import assemble
from transcript2handoff.engines.local.decisions import Recall
from transcript2handoff.engines.local.dialogue import with_request
from transcript2handoff.engines.local.finder import Finder
from transcript2handoff.engines.local.language import refuse_other_languages
from transcript2handoff.engines.local.model import Model, shipped_model
from transcript2handoff.engines.local.reading import read
from transcript2handoff.engines.local.spotter import TrainedFinder
from transcript2handoff.errors import EmptyTranscriptError
from transcript2handoff.handoff import Draft, Provenance, Window
from transcript2handoff.transcript import Transcript
from transcript2handoff.watch import NOBODY, Watch

ENGINE_VERSION: Final = "3"
"""Raised whenever the same call may give other claims."""


class LocalEngine:
    """Reads a whole call at once, in time that grows with its length.

    Args:
        model: what facts are found with; the one that is shipped where none is given.
        recall: how much is kept.
        finder: found by other means, for a comparison; takes the place of the model.
    """

    def __init__(
        self,
        model: Model | None = None,
        *,
        recall: Recall = Recall.BALANCED,
        finder: Finder | None = None,
    ) -> None:
        self._model = model
        self._recall = recall
        self._given = finder

    @cached_property
    def _finder(self) -> Finder:
        if self._given:
            return self._given
        model = self._model or shipped_model()
        return TrainedFinder(model, self._recall)

    @property
    def identity(self) -> str:
        """Name and version of the engine, of its models, and how much it keeps."""
        return f"local {ENGINE_VERSION}, {self._finder.name}, {ENTITIES}"

    def extract(
        self, transcript: Transcript, context: DealContext, *, watch: Watch = NOBODY
    ) -> Draft:
        """Claims with citations whose quotes stand letter for letter in their turns.

        Raises:
            EmptyTranscriptError: the transcript has no turns.
            ExtractionRefusedError: the call is not in English.
            ModelMissingError: the files of the model are not whole.
        """
        watch.at(0.0)
        if not transcript.turns:
            raise EmptyTranscriptError(
                f"The transcript of {transcript.call_id} has no turns, so there is nothing to "
                "extract. Check the recording, or transcribe it again."
            )
        refuse_other_languages(transcript)
        reading = read(transcript, context, pipeline=entity_recogniser())
        found = (with_request(reading, candidate) for candidate in self._finder.find(reading))
        return Draft(
            call_id=transcript.call_id,
            transcript_version=transcript.version,
            provenance=Provenance(
                call_id=transcript.call_id,
                engine="local",
                engine_version=ENGINE_VERSION,
                model=f"{self._finder.name}, {ENTITIES}",
            ),
            coverage=(Window(first=1, last=len(transcript.turns)),),
            claims=assemble(reading, found),
        )
