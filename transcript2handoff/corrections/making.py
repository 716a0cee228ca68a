"""Corrections out of what a person wants, checked against the transcript as it stands."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, TypeVar

from pydantic import ValidationError

from transcript2handoff.corrections.applying import Corrected, apply, changed, takings
from transcript2handoff.corrections.events import (
    Correction,
    SideTold,
    SpeakerChanged,
    SpeakersMerged,
    TurnMoved,
    Undone,
    WordsFixed,
)
from transcript2handoff.corrections.outlines import outline
from transcript2handoff.corrections.signing import Signature
from transcript2handoff.deal import Participant, first_fault
from transcript2handoff.errors import CorrectionError
from transcript2handoff.ground.quotes import Text
from transcript2handoff.transcript import Speaker, Transcript

NEW_VOICE: Final = "new"
"""What stands for the id of a voice that the transcript does not know yet."""
_Made = TypeVar("_Made", SpeakerChanged, SpeakersMerged, TurnMoved, WordsFixed, Undone)


@dataclass(frozen=True, kw_only=True)
class Proof:
    """A call as a person has it before them: what was heard, and what was corrected so far."""

    heard: Transcript
    corrections: Sequence[Correction] = ()
    people: Sequence[Participant] = ()
    """Those who may have been on the call."""

    @cached_property
    def corrected(self) -> Corrected:
        """The transcript as it is shown."""
        return apply(self.heard, self.corrections)

    @property
    def transcript(self) -> Transcript:
        """The transcript as it is shown."""
        return self.corrected.transcript


@dataclass(frozen=True, kw_only=True)
class Who:
    """What somebody says of a voice; none says nothing, and empty that nobody knows."""

    name: str | None = None
    side: SideTold | None = None
    title: str | None = None


def speaker_changed(proof: Proof, speaker: str, who: Who, signature: Signature) -> SpeakerChanged:
    """Somebody says who a voice is. Of a participant's name the side and the title follow.

    Raises:
        CorrectionError: there is no such voice, nothing is said of it, or it is so already.
    """
    voice = _voice(proof, speaker)
    told = {"name": _line(who.name), "side": who.side, "title": _line(who.title)}
    person = next((one for one in proof.people if one.name == told["name"]), None)
    if person:
        told["side"] = told["side"] or person.side
        told["title"] = person.title if told["title"] is None else told["title"]
    made = _made(SpeakerChanged, {"speaker": voice.id, **told}, proof, signature)
    if changed(voice, made).model_copy(update={"reason": voice.reason}) == voice:
        raise CorrectionError(f"That is known of {voice.label} already. Nothing was changed.")
    return made


def speakers_merged(proof: Proof, speaker: str, into: str, signature: Signature) -> SpeakersMerged:
    """Somebody says that two voices are one person.

    Raises:
        CorrectionError: one of the voices is not there, or they are the same.
    """
    told = {"speaker": _voice(proof, speaker).id, "into": _voice(proof, into).id}
    return _made(SpeakersMerged, told, proof, signature)


def turn_moved(proof: Proof, turn: int, speaker: str, signature: Signature) -> TurnMoved:
    """Somebody says that another voice said a turn; ``NEW_VOICE`` is one that is not there yet.

    Raises:
        CorrectionError: there is no such turn or voice, or it is that one's already.
    """
    _check_turn(proof.transcript, turn)
    is_new = speaker == NEW_VOICE and proof.transcript.speaker(NEW_VOICE) is None
    voice = _free_id(proof) if is_new else _voice(proof, speaker).id
    if voice == proof.transcript.turn(turn).speaker:
        raise CorrectionError(f"Turn {turn} is said by {voice} already. Choose another voice.")
    told = {"turn": turn, "speaker": voice, "is_new": is_new}
    return _made(TurnMoved, told, proof, signature)


def words_fixed(
    proof: Proof, fix: tuple[int, int, int], words: tuple[str, str], signature: Signature
) -> WordsFixed:
    """Somebody says which words were said in a turn.

    Args:
        proof: the call.
        fix: the turn, and where in its text the words begin and end (exclusive).
        words: those that stand there, and those that were said.
        signature: who says so.

    Raises:
        CorrectionError: the words do not stand there (any more), they are the same, or no word
            would be left.
    """
    (turn, start, end), (was, now) = fix, (words[0], " ".join(words[1].split()))
    _check_turn(proof.transcript, turn)
    text = proof.transcript.turn(turn).text
    if not 0 <= start < end <= len(text) or text[start:end] != was:
        raise CorrectionError(
            f"Turn {turn} does not say “{was}” there. Somebody may have corrected it meanwhile: "
            "read it again, and choose the words as they stand now."
        )
    if now == was:
        raise CorrectionError("The words are the same as before. Write what was said instead.")
    if not Text(now).plain.words:
        raise CorrectionError(
            "No word would be left there. To take a word out, choose the one beside it as well, "
            "and write that one alone."
        )
    told = {"turn": turn, "start": start, "end": end, "was": was, "now": now}
    return _made(WordsFixed, told, proof, signature)


def undone(proof: Proof, number: int, signature: Signature) -> Undone:
    """Somebody takes back a correction, or the taking back of one.

    Raises:
        CorrectionError: there is none with this number, it is taken back already, or another one
            that stands was made on top of it.
    """
    if not 1 <= number <= len(proof.corrections):
        raise CorrectionError(
            f"There is no correction {number}; the call has {len(proof.corrections)}."
        )
    if by := takings(proof.corrections).get(number):
        raise CorrectionError(
            f"Correction {number} is taken back already, by number {by}. Take that one back to "
            "have it again."
        )
    told = _made(Undone, {"number": number}, proof, signature)
    before = {one.number for one in proof.corrected.notices}
    after = apply(proof.heard, (*proof.corrections, told)).notices
    if left := [one.number for one in after if one.number not in before]:
        raise CorrectionError(
            f"Correction {left[0]} was made on top of correction {number}. Take {left[0]} back "
            "first."
        )
    return told


def namesakes(transcript: Transcript, speaker: str) -> tuple[Speaker, ...]:
    """Other voices that have the same name: somebody may want to merge them, or to rename them."""
    voice = transcript.speaker(speaker)
    if voice is None or voice.name is None:
        return ()
    return tuple(one for one in transcript.speakers if one.id != speaker and one.name == voice.name)


def _made(
    kind: type[_Made], told: Mapping[str, object], proof: Proof, signature: Signature
) -> _Made:
    fields = {**told, "outline": outline(proof.heard), **signature.fields()}
    try:
        return kind.model_validate(fields)
    except ValidationError as error:
        raise CorrectionError(f"This cannot be corrected so: {first_fault(error)}.") from error


def _voice(proof: Proof, speaker: str) -> Speaker:
    voice = proof.transcript.speaker(speaker)
    if voice is None:
        raise CorrectionError(
            f"There is no voice {speaker!r} on the call; there are "
            f"{_listed(one.id for one in proof.transcript.speakers)}."
        )
    return voice


def _check_turn(transcript: Transcript, turn: int) -> None:
    if not 1 <= turn <= len(transcript.turns):
        raise CorrectionError(
            f"There is no turn {turn}; the call has turns 1 to {len(transcript.turns)}."
        )


def _free_id(proof: Proof) -> str:
    """The id of a voice more, that nobody ever had on the call."""
    taken = {one.id for one in (*proof.heard.speakers, *proof.transcript.speakers)}
    taken |= {one.speaker for one in proof.corrections if isinstance(one, TurnMoved)}
    number = 1
    while f"S{number}" in taken:
        number += 1
    return f"S{number}"


def _line(text: str | None) -> str | None:
    return None if text is None else " ".join(text.split())


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names) or "none"
