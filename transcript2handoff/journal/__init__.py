"""What people do to a deal's handoff: events that are kept, and applied anew to every run.

``events`` says what there is, ``making`` makes events out of what a person wants, ``desk`` finds
what they mean, and ``applying`` gives the handoff after all of them.
"""

from transcript2handoff.corrections.signing import Signature
from transcript2handoff.journal.applying import Applied, apply
from transcript2handoff.journal.desk import Calls, Desk
from transcript2handoff.journal.events import (
    Added,
    Answered,
    Change,
    Confirmed,
    Edited,
    Event,
    NewClaim,
    OutcomeTold,
    Quoted,
    Rejected,
    StandingEvent,
    Undone,
    claims_of,
    parse_event,
    parsed,
    to_line,
)
from transcript2handoff.journal.making import Asked
from transcript2handoff.journal.notices import Notice
from transcript2handoff.journal.standing import standing, taken_back

__all__ = [
    "Added",
    "Answered",
    "Applied",
    "Asked",
    "Calls",
    "Change",
    "Confirmed",
    "Desk",
    "Edited",
    "Event",
    "NewClaim",
    "Notice",
    "OutcomeTold",
    "Quoted",
    "Rejected",
    "Signature",
    "StandingEvent",
    "Undone",
    "apply",
    "claims_of",
    "parse_event",
    "parsed",
    "standing",
    "taken_back",
    "to_line",
]
