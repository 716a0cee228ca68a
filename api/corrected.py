"""The transcript of a call as people corrected it, whether a run has come to it yet or not."""

from collections.abc import Sequence
from dataclasses import dataclass

from transcript2handoff.corrections import Proof, parsed
from transcript2handoff.deal import Participant
from transcript2handoff.errors import StoreGoneError
from transcript2handoff.jobs.shelf import heard_before
from transcript2handoff.jobs.telling import transcript_of
from transcript2handoff.store import Blobs, Transaction, corrections
from transcript2handoff.store.calls import CallRecord


@dataclass(frozen=True, kw_only=True)
class HeardCall:
    """What was heard on a call, and what was corrected since."""

    call: CallRecord
    digest: str
    """Of the transcript as it was heard."""
    lines: tuple[str, ...]
    """The corrections, as they are kept."""

    @property
    def tag(self) -> str:
        """Equal tags, equal transcripts."""
        return f"{self.digest}-{len(self.lines)}" if self.lines else self.digest

    def proof(self, blobs: Blobs, people: Sequence[Participant] = ()) -> Proof:
        """The call as people have it before them.

        Args:
            blobs: have the transcript.
            people: may have been on the call.

        Raises:
            ArtifactError: the transcript is broken.
            BlobMissingError: it is kept no longer.
            CorrectionError: a correction cannot be read.
            StoreUnreachableError: the blobs cannot be read.
        """
        heard = transcript_of(blobs, self.digest)
        return Proof(heard=heard, corrections=parsed(self.lines), people=people)


def heard_call(tx: Transaction, call: CallRecord) -> HeardCall:
    """What was heard on a call, and what was corrected since.

    Raises:
        StoreGoneError: it has no transcript yet.
    """
    digest = heard_before(tx, call)
    if digest is None:
        raise StoreGoneError(
            f"The call {call.id} has no transcript yet. Its run tells how far it is."
        )
    return HeardCall(call=call, digest=digest, lines=corrections.of(tx, call.id))
