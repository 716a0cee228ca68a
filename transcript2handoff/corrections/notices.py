"""What somebody should know of corrections that could not be made; none is dropped in silence."""

from typing import Literal

from transcript2handoff.corrections.events import Change, SpeakerChanged, TurnMoved, WordsFixed
from transcript2handoff.deal import Record, Text

Reason = Literal["missing", "unfit", "heard_anew"]


class Notice(Record):
    """A correction that is not in the transcript, and why.

    ``missing``: its turn or its voice is not there. ``unfit``: the words that it puts right are not
    in its turn. ``heard_anew``: turns and voices are others than when it was made.
    """

    reason: Reason
    number: int
    """Of the correction, from 1."""
    text: Text
    """The whole notice, for the reader."""


def missing(number: int, change: Change, what: str) -> Notice:
    """The turn or the voice of a correction is not there."""
    return Notice(
        reason="missing",
        number=number,
        text=f"Correction {number} is left out: {what} is not there, but {deed(change)}.",
    )


def unfit(number: int, fix: WordsFixed) -> Notice:
    """The words of a fix are not in its turn, or not only once."""
    return Notice(
        reason="unfit",
        number=number,
        text=f"Correction {number} is left out: turn {fix.turn} does not say “{fix.was}” where "
        f"{deed(fix)}. Fix the words as they stand now.",
    )


def heard_anew(number: int, change: Change) -> Notice:
    """The call was heard anew since the correction was made."""
    return Notice(
        reason="heard_anew",
        number=number,
        text=f"Correction {number} is left out: the call was heard anew since {deed(change)}, so "
        "that its turns and voices are others. Listen to it, and correct it again.",
    )


def deed(change: Change) -> str:
    """What somebody did, and when, as the part of a sentence."""
    return f"{change.by} {_what(change)} on {change.at.date()}"


def _what(change: Change) -> str:
    match change:
        case SpeakerChanged():
            return f"said who {change.speaker} is"
        case TurnMoved():
            return f"gave turn {change.turn} to {change.speaker}"
        case WordsFixed():
            return f"fixed “{change.was}” to “{change.now}”"
    return f"said that {change.speaker} and {change.into} are one"
