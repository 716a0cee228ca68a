"""Engines made of two: one in the place of the other, or both together."""

from dataclasses import dataclass

from transcript2handoff.deal import DealContext
from transcript2handoff.errors import SendingRefusedError
from transcript2handoff.extract import Extractor
from transcript2handoff.extract.union import unite
from transcript2handoff.handoff import Draft
from transcript2handoff.transcript import Transcript
from transcript2handoff.watch import NOBODY, Watch


@dataclass(frozen=True)
class Allowed:
    """Sends a call where it may be sent, and else reads it here.

    Attributes:
        elsewhere: the engine that sends.
        here: the engine that does not.
    """

    elsewhere: Extractor
    here: Extractor

    @property
    def identity(self) -> str:
        """The names of both, for either may decide the result."""
        return f"{self.elsewhere.identity}; else {self.here.identity}"

    def extract(
        self, transcript: Transcript, context: DealContext, *, watch: Watch = NOBODY
    ) -> Draft:
        """What the one engine claims; what the other does, and why, if the call may not be sent."""
        try:
            return self.elsewhere.extract(transcript, context, watch=watch)
        except SendingRefusedError as refusal:
            draft = self.here.extract(transcript, context, watch=watch)
            return draft.model_copy(update={"notes": (*draft.notes, str(refusal))})


@dataclass(frozen=True)
class Both:
    """Reads a call with two engines; what both find is one claim, and surer.

    Attributes:
        first: the quicker one.
        second: the other one.
    """

    first: Extractor
    second: Extractor

    @property
    def identity(self) -> str:
        """The names of both."""
        return f"{self.first.identity} + {self.second.identity}"

    def extract(
        self, transcript: Transcript, context: DealContext, *, watch: Watch = NOBODY
    ) -> Draft:
        """The claims of both engines."""
        first = self.first.extract(transcript, context, watch=watch.part(0.0, 0.1))
        return unite(first, self.second.extract(transcript, context, watch=watch.part(0.1, 1.0)))
