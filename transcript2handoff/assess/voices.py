"""Who said something to whom, as far as the transcripts tell for sure.

A name is left out rather than guessed. Words are taken to be told to somebody of the other side if
nobody else of that side speaks on the call, if they follow a question of that person, or if that
person speaks right before and right after them.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from transcript2handoff.deal import Deal, Side
from transcript2handoff.handoff import Claim, Evidence, SpokenEvidence
from transcript2handoff.transcript import Speaker, Transcript, Turn

_EXECUTIVE: Final = re.compile(r"\baccount executive\b", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Said:
    """Where the words of a claim come from; a name is none where it is not sure."""

    speaker: str | None = None
    listener: str | None = None
    """Whom somebody of the seller's side told it; of the customer's words it is never said."""
    quotes: tuple[str, ...] = ()
    """The words themselves, best first."""


class Voices:
    """The people of a deal's calls."""

    def __init__(
        self, deal: Deal, transcripts: Iterable[Transcript] = (), *, executive: str | None = None
    ) -> None:
        self._transcripts: Mapping[str, Transcript] = {each.call_id: each for each in transcripts}
        self._executive = executive or executive_of(deal)

    def is_asked(self, name: str | None) -> bool:
        """Whether this is the account executive, to whom the questions go."""
        return bool(name and self._executive and name.casefold() == self._executive.casefold())

    def said(self, claim: Claim) -> Said:
        """Who said the words that a claim is stated in; a promise by the seller's side alone."""
        pieces = _stated(claim)
        wanted: Side | None = "seller" if claim.kind == "promise" else None
        for piece in pieces:
            speaker = self._speaker(piece)
            if speaker is None or not speaker.name or (wanted and speaker.side != wanted):
                continue
            told = speaker.side == "seller"
            return Said(
                speaker=speaker.name,
                listener=self._listener(piece, speaker) if told else None,
                quotes=tuple(q for each in pieces for q in _quote(each, piece)),
            )
        return Said(quotes=tuple(q for each in pieces for q in _quote(each, pieces[0])))

    def _transcript(self, piece: Evidence) -> Transcript | None:
        if not isinstance(piece, SpokenEvidence):
            return None
        found = self._transcripts.get(piece.call_id)
        return found if found and found.version == piece.transcript_version else None

    def _speaker(self, piece: Evidence) -> Speaker | None:
        found = self._transcript(piece)
        if found is None or not isinstance(piece, SpokenEvidence):
            return None
        return next((each for each in found.speakers if each.id == piece.speaker), None)

    def _listener(self, piece: Evidence, speaker: Speaker) -> str | None:
        found = self._transcript(piece)
        if found is None or not isinstance(piece, SpokenEvidence):
            return None
        heard = {turn.speaker for turn in found.turns}
        voices = [each for each in found.speakers if each.id in heard]
        others = {each.id: each.name for each in voices if each.side not in (None, speaker.side)}
        if len(others) == 1 and all(each.side for each in voices):
            return next(iter(others.values()))
        before, after = (_neighbour(found, piece.turn + step) for step in (-1, 1))
        asked = before is not None and before.text.rstrip().endswith("?")
        talking = before is not None and after is not None and before.speaker == after.speaker
        if before is None or before.speaker is None or not (asked or talking):
            return None
        return others.get(before.speaker)


def executive_of(deal: Deal) -> str | None:
    """The account executive of a deal: named as its owner, or the only one who takes part."""
    if named := deal.owners.get("account_executive"):
        return named
    titled = [
        person.name
        for person in deal.participants
        if person.side == "seller" and _EXECUTIVE.search(person.title or "")
    ]
    return titled[0] if len(titled) == 1 else None


def _neighbour(transcript: Transcript, number: int) -> Turn | None:
    return transcript.turn(number) if 1 <= number <= len(transcript.turns) else None


def _stated(claim: Claim) -> tuple[Evidence, ...]:
    """The evidence of the call in whose words the claim stands now."""
    steps = [step for step in claim.history if step.summary == claim.summary]
    return steps[-1].evidence if steps else claim.evidence


def _quote(piece: Evidence, of: Evidence) -> tuple[str, ...]:
    """The words of a piece of evidence, if the same person said them on the same call."""
    if not isinstance(piece, SpokenEvidence) or not isinstance(of, SpokenEvidence):
        return ()
    same = (piece.call_id, piece.speaker) == (of.call_id, of.speaker)
    return (piece.quote,) if same else ()
