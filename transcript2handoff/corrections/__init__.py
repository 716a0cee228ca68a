"""What people put right in a transcript: who speaks, on which side, and which words were said.

``events`` says what there is, ``making`` makes events out of what a person wants, ``applying``
makes the corrected transcript, and ``handoffs`` brings what was claimed before onto its words.
"""

from transcript2handoff.corrections.applying import Corrected, Texts, apply, takings
from transcript2handoff.corrections.events import (
    Change,
    Correction,
    SideTold,
    SpeakerChanged,
    SpeakersMerged,
    TurnMoved,
    Undone,
    WordsFixed,
    parsed,
    to_line,
)
from transcript2handoff.corrections.leaving import left_over
from transcript2handoff.corrections.making import NEW_VOICE, Proof, Who
from transcript2handoff.corrections.notices import Notice
from transcript2handoff.corrections.outlines import outline
from transcript2handoff.corrections.signing import Signature, Signed, undone

__all__ = [
    "NEW_VOICE",
    "Change",
    "Corrected",
    "Correction",
    "Notice",
    "Proof",
    "SideTold",
    "Signature",
    "Signed",
    "SpeakerChanged",
    "SpeakersMerged",
    "Texts",
    "TurnMoved",
    "Undone",
    "Who",
    "WordsFixed",
    "apply",
    "left_over",
    "outline",
    "parsed",
    "takings",
    "to_line",
    "undone",
]
