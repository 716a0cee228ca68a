"""How well a recording was heard: words, invented words, numbers, voices, names and sides."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import jiwer
from pyannote.core import Annotation, Segment, Timeline
from pyannote.metrics.diarization import DiarizationErrorRate
from whisper_normalizer.english import EnglishTextNormalizer

from benchmarks.listening.hearing import Segment as Piece
from benchmarks.listening.sounds import Said
from transcript2handoff.audio.stretches import overlap
from transcript2handoff.deal import Deal, Participant
from transcript2handoff.transcript import Transcript, Turn

SOUND: Final = (".opus", ".ogg", ".mp3", ".m4a", ".mp4", ".wav", ".flac", ".webm", ".mkv")
COLLAR: Final = 0.25
_EDGE: Final = 0.5
"""Words this near to the border of an empty stretch may be of the speech beside it; seconds."""
normalise: Final = EnglishTextNormalizer()


@dataclass(frozen=True, kw_only=True)
class Words:
    """Counts over normalised words."""

    reference: int
    errors: int
    inserted: int
    numbers: int
    """Words of the reference with a digit, after normalising."""
    numbers_heard: int
    invented: int
    """Words in stretches in which nobody speaks."""
    empty: float
    """How long those stretches are, in seconds."""


@dataclass(frozen=True, kw_only=True)
class Voices:
    """Counts over turns, and the diarization error rate with its seconds."""

    der: float
    turns: int
    named: int
    right_name: int
    right_side: int
    speakers: int
    wanted: int
    """How many people speak."""


def with_reference(folder: Path) -> list[Path]:
    """The recordings in a folder that have a reference beside them."""
    return [
        path
        for path in sorted(folder.rglob("*"))
        if path.suffix in SOUND and path.with_suffix(".json").exists()
    ]


def judge_words(
    pieces: Sequence[Piece], turns: Sequence[Said], empty: Sequence[tuple[float, float]]
) -> Words:
    """Words against those of the reference."""
    said = normalise(" ".join(turn.text for turn in turns))
    out = jiwer.process_words(said, normalise(" ".join(piece.text for piece in pieces)))
    wanted = out.references[0]
    kept = {n for c in out.alignments[0] if c.type == "equal"
            for n in range(c.ref_start_idx, c.ref_end_idx)}  # fmt: skip
    numbers = [n for n, word in enumerate(wanted) if re.search(r"\d", word)]
    return Words(
        reference=len(wanted),
        errors=out.substitutions + out.deletions + out.insertions,
        inserted=out.insertions,
        numbers=len(numbers),
        numbers_heard=sum(n in kept for n in numbers),
        invented=sum(1 for _ in _invented(pieces, turns, empty)),
        empty=sum(end - start for start, end in empty),
    )


def _invented(
    pieces: Sequence[Piece], turns: Sequence[Said], empty: Sequence[tuple[float, float]]
) -> Iterator[str]:
    """Words that lie where nobody speaks and that nobody says anywhere near in the order.

    Systems that give only the seconds of segments have their words spread evenly over them; a word
    that the reference has in this place of the text is not counted, wherever it was spread to.
    """
    words = [word for piece in pieces for word in _spread(piece)]
    if not words or not empty:
        return
    said = [bare for turn in turns for bare in _bare(turn.text)]
    out = jiwer.process_words(" ".join(said), " ".join(word for word, _ in words))
    for chunk in out.alignments[0]:
        if chunk.type == "insert":
            for word, at in words[chunk.hyp_start_idx : chunk.hyp_end_idx]:
                if any(start + _EDGE < at < end - _EDGE for start, end in empty):
                    yield word


def _spread(piece: Piece) -> Iterator[tuple[str, float]]:
    words = _bare(piece.text)
    for n, word in enumerate(words):
        yield word, piece.start + (n + 0.5) / len(words) * (piece.end - piece.start)


def _bare(text: str) -> list[str]:
    return re.findall(r"[a-z0-9']+", text.lower())


def judge_voices(named: Transcript, turns: Sequence[Said], side_of: Mapping[str, str]) -> Voices:
    """Voices, names and sides against those of the reference turns that ours overlap most."""
    names = right = sided = 0
    for turn in named.turns:
        truth = _belongs_to(turn, turns).speaker
        speaker = named.speaker(turn.speaker)
        name, side = (speaker.name, speaker.side) if speaker else (None, None)
        names += name is not None
        right += name == truth
        sided += side == side_of[truth]
    return Voices(
        der=diarization_errors(named.turns, turns),
        turns=len(named.turns),
        named=names,
        right_name=right,
        right_side=sided,
        speakers=len(named.speakers),
        wanted=len({turn.speaker for turn in turns}),
    )


def diarization_errors(turns: Sequence[Turn], reference: Sequence[Said]) -> float:
    """Diarization error rate of turns; one without a speaker counts as a stranger's."""
    truth, found = Annotation(), Annotation()
    for n, said in enumerate(reference):
        truth[Segment(said.start, said.end), n] = said.speaker
    for turn in turns:
        found[Segment(turn.start, turn.end), turn.n] = turn.speaker or "nobody"
    whole = Timeline([truth.get_timeline().extent() | found.get_timeline().extent()])
    return float(DiarizationErrorRate(collar=COLLAR)(truth, found, uem=whole))


def said_in(reference: Mapping[str, Any]) -> tuple[Said, ...]:
    """The turns of a reference."""
    return tuple(
        Said(turn["speaker"], turn["text"], turn["start"], turn["end"])
        for turn in reference["turns"]
    )


def deal_of(reference: Mapping[str, Any]) -> Deal:
    """What the deal file of the call would say."""
    return Deal(
        deal=reference["deal"],
        seller=reference["seller"],
        customer=reference["customer"],
        product=reference["product"],
        participants=tuple(Participant(**person) for person in reference["participants"]),
    )


def _belongs_to(turn: Turn, reference: Sequence[Said]) -> Said:
    """The reference turn that a turn overlaps most, or lies nearest to."""
    span = (turn.start or 0.0, turn.end or 0.0)
    return max(reference, key=lambda said: overlap(span, (said.start, said.end)))
