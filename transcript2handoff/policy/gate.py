"""May a call leave this machine? The answer of the company's policy and of those on the call."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Literal

from transcript2handoff.deal import Call
from transcript2handoff.errors import SendingRefusedError
from transcript2handoff.policy.redaction import Projection, redact, unredacted
from transcript2handoff.transcript import Transcript

Refusal = Literal["never", "refused", "unknown"]
"""Why nothing of a call may be sent: the company's policy, a no, or that nobody noted a yes."""


class SendingPolicy(StrEnum):
    """What the company allows."""

    NEVER = "never"
    WITH_CONSENT = "with_consent"
    UNLESS_REFUSED = "unless_refused"


@dataclass(frozen=True, kw_only=True)
class Gate:
    """The one way by which a transcript leaves this machine."""

    sending: SendingPolicy = SendingPolicy.WITH_CONSENT
    redaction: bool = True

    def admit(self, transcript: Transcript, call: Call, *, to: str) -> Projection:
        """What of the call may be sent.

        Args:
            transcript: the words of the call.
            call: the same call as the deal knows it, with the consent of those who are on it.
            to: who would receive it, such as ``https://api.openai.com``.

        Raises:
            SendingRefusedError: nothing of it may be sent; the message says why and what to do.
            ValueError: the transcript is of another call.
        """
        if transcript.call_id != call.id:
            raise ValueError(f"transcript of {transcript.call_id}, consent of {call.id}")
        if refusal := self.refuses(call):
            raise SendingRefusedError(
                f"The call {call.id} is not sent to {to}: {_WHY[refusal]} `--engine local` reads "
                "it on this machine."
            )
        return redact(transcript) if self.redaction else unredacted(transcript)

    def refuses(self, call: Call) -> Refusal | None:
        """Why nothing of a call may be sent; None if it may."""
        if self.sending is SendingPolicy.NEVER:
            return "never"
        if call.consent == "refused":
            return "refused"
        if self.sending is SendingPolicy.WITH_CONSENT and call.consent != "given":
            return "unknown"
        return None


_WHY: Final[Mapping[Refusal, str]] = {
    "never": "T2H_SENDING is never, so that no call leaves this machine. Set it to with_consent or "
    "unless_refused to change that.",
    "refused": 'deal.toml says consent = "refused" for it, which holds under every T2H_SENDING '
    '(never|with_consent|unless_refused). Set consent = "given" under its [[calls]] only once the '
    "customer agreed.",
    "unknown": "nobody noted that the customer agreed, and T2H_SENDING is with_consent. Set "
    'consent = "given" under its [[calls]] in deal.toml once the customer agreed, or set '
    "T2H_SENDING to unless_refused.",
}
