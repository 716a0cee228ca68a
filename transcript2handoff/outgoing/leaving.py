"""Whether the words of a deal may leave this machine for people, and what to do if not. Pure."""

from collections.abc import Mapping, Sequence
from typing import Final

from transcript2handoff.deal import Call
from transcript2handoff.errors import SendingRefusedError
from transcript2handoff.policy import Gate, Refusal
from transcript2handoff.transcript import Transcript

_NOT_SENT: Final[Mapping[Refusal, str]] = {
    "never": "The brief is not sent: T2H_SENDING is never, so nothing that was said on a call "
    "leaves this machine. Whoever runs the service can change that.",
    "refused": "The brief is not sent, for it holds what was said on {calls}, and those who were "
    "on it said no to that. If they agree by now, note it at the call: consent, given.",
    "unknown": "The brief is not sent, for it holds what was said on {calls}, and nobody has noted "
    "that those who were on it agree. Once they do, note it at the call: consent, given.",
}


def check_leaving(
    transcripts: Sequence[Transcript], consents: Mapping[str, Call], gate: Gate
) -> None:
    """Check that the words of all calls of a deal may leave this machine.

    Args:
        transcripts: of the calls.
        consents: the calls as the deal lists them, by their ids.
        gate: what the company allows.

    Raises:
        SendingRefusedError: they may not; the message says why, of which calls, and what to do.
    """
    found = refusals(transcripts, consents, gate)
    for refusal, words in _NOT_SENT.items():
        if calls := found.get(refusal):
            raise SendingRefusedError(words.format(calls=", ".join(calls)))


def refusals(
    transcripts: Sequence[Transcript], consents: Mapping[str, Call], gate: Gate
) -> Mapping[Refusal, Sequence[str]]:
    """Why calls of a deal may not leave this machine, and which: nothing where all of them may."""
    found: dict[Refusal, list[str]] = {}
    for transcript in transcripts:
        call = consents.get(transcript.call_id, Call(id=transcript.call_id))
        if refusal := gate.refuses(call):
            found.setdefault(refusal, []).append(transcript.call_id)
    return found
