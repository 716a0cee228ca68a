"""From a draft to a handoff: every quote is found in the transcript, or its claim is rejected."""

from transcript2handoff.ground.claims import ground
from transcript2handoff.ground.identity import KnownClaim, known_claims
from transcript2handoff.ground.quotes import Found, find_quote

__all__ = ["Found", "KnownClaim", "find_quote", "ground", "known_claims"]
