"""What may be done with a call: whether it is worked on, and what of it leaves this machine."""

from transcript2handoff.policy.gate import Gate, Refusal, SendingPolicy
from transcript2handoff.policy.others import Detector, use
from transcript2handoff.policy.processing import ProcessingPolicy
from transcript2handoff.policy.redaction import Projection, redact, unredacted
from transcript2handoff.policy.together import Redacted, redacted, redacted_texts

__all__ = [
    "Detector",
    "Gate",
    "ProcessingPolicy",
    "Projection",
    "Redacted",
    "Refusal",
    "SendingPolicy",
    "redact",
    "redacted",
    "redacted_texts",
    "unredacted",
    "use",
]
