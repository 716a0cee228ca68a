"""Labels that stand for somebody without naming them: "Speaker 1", "Unknown", "Customer 2"."""

import re
from typing import Final

from transcript2handoff.deal import Side

_UNKNOWN: Final = r"unknown|unidentified|unnamed|anonymous"
_ANYBODY: Final = (
    r"speaker|spk|participant|person|voice|caller|guest|user|host|attendee|channel|presenter"
    r"|organi[sz]er|moderator|interviewer"
)
# The letter of "Speaker B" stands apart: "Mei" is a name, and so is "Sam".
_NUMBER: Final = r"(?:[\s_#:.-]*\d+|[\s_#:.-]+[a-z])?"
_GENERIC: Final = re.compile(
    rf"(?:{_UNKNOWN})(?:[\s_#:.-]*(?:{_ANYBODY}))?{_NUMBER}"
    rf"|(?:{_ANYBODY})(?:[\s_#:.-]*(?:user|voice|caller|participant))?{_NUMBER}"
    r"|s[\s_#.-]*\d+|me|you|them|male|female|n/a|none|null",
    re.IGNORECASE,
)
_ROLES: Final[dict[Side, re.Pattern[str]]] = {
    "seller": re.compile(
        rf"(?:agent|rep|sales rep|seller|sales|salesperson|ae)\W*{_NUMBER}", re.IGNORECASE
    ),
    "customer": re.compile(rf"(?:customer|client|prospect|buyer|lead)\W*{_NUMBER}", re.IGNORECASE),
}


def is_generic(label: str) -> bool:
    """Whether a label stands for "somebody": Speaker 1, SPEAKER_00, Unknown 2, Customer."""
    return bool(_GENERIC.fullmatch(label)) or role_side(label) is not None


def role_side(label: str) -> Side | None:
    """The side of a label that is a role, such as Agent or Customer 1; none for any other."""
    return next((side for side, role in _ROLES.items() if role.fullmatch(label)), None)
