"""What all extraction engines share: the protocol that they fulfil."""

from typing import Protocol

from transcript2handoff.deal import DealContext
from transcript2handoff.handoff import Draft
from transcript2handoff.transcript import Transcript
from transcript2handoff.watch import NOBODY, Watch


class Extractor(Protocol):
    """An engine that reads a call and says which facts it holds, and where."""

    @property
    def identity(self) -> str:
        """Name and version of all that decides the result; equal identities, equal drafts."""
        ...

    def extract(
        self, transcript: Transcript, context: DealContext, *, watch: Watch = NOBODY
    ) -> Draft:
        """Claims with citations. Every turn is in ``Draft.coverage``, or ``unread`` says why not.

        Raises:
            EmptyTranscriptError: the transcript has no turns.
            ExtractionRefusedError: the engine cannot read this call, for example its language.
            EndpointError: a model server does not give what was asked for.
            Cancelled: somebody asked to stop.
        """
        ...
