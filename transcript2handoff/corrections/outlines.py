"""Whether a call was heard anew since somebody corrected it."""

import json
from hashlib import sha256

from transcript2handoff.transcript import Transcript


def outline(transcript: Transcript) -> str:
    """A digest of which voice speaks when, without any words and names.

    It stays the same when words or names change, when somebody is erased, and when voices get
    other ids. When a call is heard anew in another way, turns and voices are others: what somebody
    said of them must not be put on whoever has their numbers now.
    """
    voices: dict[str | None, int] = {}
    turns = [
        (voices.setdefault(turn.speaker, len(voices)), turn.start, turn.end)
        for turn in transcript.turns
    ]
    return sha256(json.dumps(turns).encode()).hexdigest()[:16]
