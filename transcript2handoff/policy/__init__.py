"""What may be done with a call: whether it is worked on, and what of it leaves this machine."""

from transcript2handoff.policy.gate import Gate, Refusal, SendingPolicy
from transcript2handoff.policy.others import Detector, use
from transcript2handoff.policy.processing import ProcessingPolicy
from transcript2handoff.policy.redaction import Projection, redact, redact_texts, unredacted

__all__ = [
    "Detector",
    "Gate",
    "ProcessingPolicy",
    "Projection",
    "Refusal",
    "SendingPolicy",
    "redact",
    "redact_texts",
    "unredacted",
    "use",
]
