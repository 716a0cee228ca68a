"""What was said right before a quote that cannot be understood alone."""

import re
from typing import Final

from transcript2handoff.handoff import SpokenEvidence
from transcript2handoff.transcript import Transcript

MOST: Final = 100
"""Characters that are shown of it."""
TELLING: Final = 3
"""Words that it has at least: "Yes, sure." tells nothing."""

_LEANS: Final = re.compile(
    r"^\W*(?:[\w’'-]+[\s:,.“\"]+){0,4}"
    r"(?:[Ii]t|[Tt]hat|[Tt]his|[Tt]hey|[Tt]hem|[Tt]hose|[Tt]hese|[Bb]oth|[Oo]nce|[Ff]ree|[Ss]ame)\b"
)
"""A summary that begins with something which was named before."""

_SENTENCE: Final = re.compile(r"[.?!] (?=\S)")


def leans(summary: str) -> bool:
    """Whether a summary speaks of something that it does not name."""
    return bool(_LEANS.match(summary))


def words_before(transcript: Transcript, evidence: SpokenEvidence) -> str | None:
    """The words before a quote: of its turn, else the end of the turn before.

    They stand in the transcript as they are shown, from the beginning of a word on.
    """
    turn = transcript.turn(evidence.turn)
    said = turn.text[: max(turn.text.find(evidence.quote), 0)].strip()
    if len(said.split()) >= TELLING or evidence.turn == 1:
        return _end(said)
    return _end(transcript.turn(evidence.turn - 1).text.strip())


def _end(said: str) -> str | None:
    """The last sentences that there is room for, or as much of the last one."""
    end = said if len(said) <= MOST else said[-MOST:].partition(" ")[2]
    begin = _SENTENCE.search(end) if end != said else None
    whole = end[begin.end() :] if begin else end
    told = whole if len(whole.split()) >= TELLING else end
    return told if len(told.split()) >= TELLING else None
