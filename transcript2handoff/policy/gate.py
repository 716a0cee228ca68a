"""May a call leave this machine? The answer of the company's policy and of those on the call."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Literal

from transcript2handoff.deal import Call, DealContext
from transcript2handoff.errors import SendingRefusedError
from transcript2handoff.policy.redaction import Projection, redact, unredacted
from transcript2handoff.transcript import Transcript, Turn

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

    def frame(self, context: DealContext) -> DealContext:
        """What is told of the deal beside the transcript: nothing private stands in it, either."""
        if not self.redaction:
            return context
        deal = context.deal
        named = {name: getattr(deal, name) for name in ("seller", "customer", "product")}
        frame = {name: _bare(text) for name, text in named.items() if text}
        people = tuple(
            person.model_copy(
                update={"name": _bare(person.name), "title": person.title and _bare(person.title)}
            )
            for person in deal.participants
        )
        told = deal.model_copy(update={**frame, "participants": people})
        # Attendees are known by the names that they have in the deal.
        invited = tuple(_bare(name) for name in context.call.attendees)
        call = context.call.model_copy(update={"attendees": invited})
        return DealContext(deal=told, call=call)

    def refuses(self, call: Call) -> Refusal | None:
        """Why nothing of a call may be sent; None if it may."""
        if self.sending is SendingPolicy.NEVER:
            return "never"
        if call.consent == "refused":
            return "refused"
        if self.sending is SendingPolicy.WITH_CONSENT and call.consent != "given":
            return "unknown"
        return None


def _bare(text: str) -> str:
    """A text with dots for what is hidden: its placeholders would be those of the transcript."""
    projection = redact(Transcript(call_id="frame", turns=(Turn(n=1, text=text),)))
    told = projection.transcript.turns[0].text
    for holder in projection.originals:
        told = told.replace(holder, "…")
    return told


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
