"""What may leave this machine: the consent to send a call, and its words without private data."""

from transcript2handoff.policy.gate import Gate, Refusal, SendingPolicy
from transcript2handoff.policy.redaction import Projection, redact, unredacted

__all__ = ["Gate", "Projection", "Refusal", "SendingPolicy", "redact", "unredacted"]
