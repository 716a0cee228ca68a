"""Phrases that tell what a promise is about, and what has come of one; in English."""

import re
from typing import Final

RECEIPT: Final = re.compile(
    r"\b(got|received|read|saw|seen|thanks? (you )?for|went through|been through|looked at"
    r"|have a look|signed|ran|sent|came back|owe you|answer|spoke to|asked|tested|tried|found"
    r"|checked|told|said|reported|as promised"
    r"|your (page|pack|quote|report|sheet|paper|questionnaire))\b",
    re.IGNORECASE,
)
INQUIRY: Final = re.compile(
    r"\b(finds? out|comes? back|gets? back|reports? (back|whether|on)|and reports?|returns? with"
    r"|answers?|yes or no|looks? into|double-checks?|checks? (if|whether|with|the)|asks?"
    r"|confirms?|sees? (what|if|whether)|clarif\w+|assess\w*|quotes?)\b",
    re.IGNORECASE,
)
FUTURE: Final = re.compile(r"\b(will|\w+['\u2019]ll|going to|gonna|if)\b", re.IGNORECASE)
PAST: Final = re.compile(
    r"\b(\w+ed|got|had|did|went|sent|saw|read|ran|took|came|been|gave|said|told|wrote|was|were"
    r"|found|has|have|\w*['\u2019](ve|s))\b",
    re.IGNORECASE,
)
DENIED: Final = re.compile(
    r"\b(never (got|came|saw|sent|received|arrived|heard)|(have|has|had|did)n['\u2019]t"
    r" (got|get|come|seen|see|sent|send|received|receive|arrived?|heard|hear)"
    r"|still (waiting|no|nothing|owe|open"
    r"|outstanding|missing)|not (yet|arrived|come|seen|received)|no sign of|overdue|chas(ed|ing)"
    r"|waiting for)\b",
    re.IGNORECASE,
)
INVITATION: Final = re.compile(r"\b(invit(e|es|ation|ations)|calendar)\b", re.IGNORECASE)
NEXT_CALL: Final = re.compile(
    r"\b(next (call|meeting|time)|we (next )?(speak|talk|meet)( next)?)\b", re.IGNORECASE
)
TRIAL: Final = re.compile(r"\b(pilot|trial|poc|proof of concept|demo|test)s?\b", re.IGNORECASE)

PROVISIONAL: Final = re.compile(
    r"\b(today|yet|currently|at the moment|at present|for now|so far|right now)\b", re.IGNORECASE
)


def is_inquiry(summary: str) -> bool:
    """Whether a promise is to find something out."""
    return bool(INQUIRY.search(summary))


def is_trial(summary: str) -> bool:
    """Whether a promise is about a trial, which is not the go-live."""
    return bool(TRIAL.search(summary))


def is_provisional(summary: str) -> bool:
    """Whether an exclusion only says how things are now, so that a promise may follow."""
    return bool(PROVISIONAL.search(summary))
