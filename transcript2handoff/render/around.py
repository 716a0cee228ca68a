"""The words around a quote: the turn that it stands in, and the turns before and after it.

Words that are cut are cut between words, and an ellipsis says so.
"""

from dataclasses import dataclass
from typing import Final

from transcript2handoff.handoff import Claim, SpokenEvidence
from transcript2handoff.render.proofs import HeardCall, Proof, Proofs, clock, label
from transcript2handoff.transcript import Playback, Span, Turn
from transcript2handoff.words import message

NOT_ON_A_CALL: Final = message("not said on a call")
"""How a proof is marked that somebody gave after the calls."""
NEAR: Final = 140
"""Characters of the quoted turn that are shown before and after the quote."""
FAR: Final = 100
"""Characters that are shown of the turn before and of the turn after."""
_CUT: Final = "…"


@dataclass(frozen=True, kw_only=True)
class Surrounding:
    """A turn around a quote, or the quoted one: the words before the quote, the quote, the rest."""

    number: int
    speaker: str
    when: str | None
    before: str
    quote: str
    after: str

    @property
    def is_quoted(self) -> bool:
        """Whether the quote stands in this turn."""
        return bool(self.quote)


@dataclass(frozen=True, kw_only=True)
class Scene:
    """A proof within what was said around it; nothing is around what was said after the calls."""

    proof: Proof
    turns: tuple[Surrounding, ...] = ()


def scenes(claim: Claim, proofs: Proofs) -> tuple[Scene, ...]:
    """The proofs of a claim in their surroundings, the best one first.

    Raises:
        ArtifactError: the claim quotes a call that the handoff does not list.
    """
    shown = zip(claim.evidence, proofs.of(claim), strict=True)
    return tuple(
        Scene(proof=proof, turns=around(proofs.heard(each.call_id), each))
        if isinstance(each, SpokenEvidence)
        else Scene(proof=proof)
        for each, proof in shown
    )


def around(call: HeardCall, evidence: SpokenEvidence) -> tuple[Surrounding, ...]:
    """The turn of a quote with its neighbours, in the order of the call."""
    turns, n = call.transcript.turns, evidence.turn
    earlier = [_shown(call, turn, before=_end_of(turn.text, FAR)) for turn in turns[:n][-2:-1]]
    later = [_shown(call, turn, after=_start_of(turn.text, FAR)) for turn in turns[n : n + 1]]
    return (*earlier, _quoted(call, evidence), *later)


def _quoted(call: HeardCall, evidence: SpokenEvidence) -> Surrounding:
    turn = call.transcript.turn(evidence.turn)
    span = span_of(evidence, turn)
    return _shown(
        call,
        turn,
        before=_end_of(turn.text[: span.begin], NEAR),
        quote=evidence.quote,
        after=_start_of(turn.text[span.end :], NEAR),
    )


def span_of(evidence: SpokenEvidence, turn: Turn) -> Span:
    """The characters of a quote in its turn: of several places the one that is said at its time."""
    length = len(evidence.quote)
    begin = turn.text.find(evidence.quote)
    while not _is_said_at(evidence, turn.playback(Span(begin, begin + length))):
        begin = turn.text.index(evidence.quote, begin + 1)
    return Span(begin, begin + length)


def _is_said_at(evidence: SpokenEvidence, playback: Playback | None) -> bool:
    there = (playback.start, playback.end) if playback else (None, None)
    return there == (evidence.start, evidence.end)


def _shown(
    call: HeardCall, turn: Turn, *, before: str = "", quote: str = "", after: str = ""
) -> Surrounding:
    return Surrounding(
        number=turn.n,
        speaker=label(call.transcript.speaker(turn.speaker), call.words),
        when=None if turn.start is None else clock(turn.start),
        before=before,
        quote=quote,
        after=after,
    )


def _end_of(text: str, most: int) -> str:
    """The end of a text, from the beginning of a word on."""
    if len(text) <= most:
        return text
    return _CUT + text[-most:].partition(" ")[2]


def _start_of(text: str, most: int) -> str:
    """The beginning of a text, to the end of a word."""
    if len(text) <= most:
        return text
    return text[:most].rpartition(" ")[0] + _CUT
