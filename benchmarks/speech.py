"""How well recordings are heard: words, voices, sides and names; prints a Markdown table.

Every recording beside a reference of the same name (``X.opus`` and ``X.json``, with ``turns`` of
``text``, ``speaker``, ``start`` and ``end``, and ``participants``) is transcribed, by this package
and by plain faster-whisper with the same model in the same run.

* Word error rate: jiwer, over text normalised by whisper-normalizer's EnglishTextNormalizer
  (case, punctuation, spelling and numbers), on both sides alike.
* Diarization error rate: pyannote.metrics, collar 0.25 s, turns against turns.
* Turns: each turn of ours belongs to the reference turn that it overlaps most. *named* is the
  share of turns with any name, *wrong names* the number of those with another person's.
* Time: seconds per second of sound, models loaded anew for each recording.

    python benchmarks/speech.py CALLS_DIR [--model base]
"""

import argparse
import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import jiwer
from pyannote.core import Annotation, Segment, Timeline
from pyannote.metrics.diarization import DiarizationErrorRate
from whisper_normalizer.english import EnglishTextNormalizer

from transcript2handoff.audio.models import ModelSources, find_model
from transcript2handoff.audio.recording import SpeechOptions, transcribe_recording
from transcript2handoff.audio.stretches import overlap
from transcript2handoff.deal import Deal, Participant
from transcript2handoff.speakers import name_speakers
from transcript2handoff.transcript import Transcript, Turn

SOUND: Final = (".opus", ".ogg", ".mp3", ".m4a", ".mp4", ".wav", ".flac", ".webm", ".mkv")
COLLAR: Final = 0.25
COLUMNS: Final = (
    "recording", "WER", "plain WER", "DER", "turns", "speakers", "named", "right name",
    "wrong names", "right side", "time", "plain time",
)  # fmt: skip
normalise: Final = EnglishTextNormalizer()


@dataclass(frozen=True, kw_only=True)
class Shares:
    """Which part of the turns is named and placed, 0 to 1; ``wrong`` counts turns."""

    named: float
    right_name: float
    right_side: float
    wrong: int


def main() -> None:
    """Transcribe all recordings with a reference and print a row for each."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("calls", type=Path, help="a folder with recordings and references")
    parser.add_argument("--model", default="base")
    parser.add_argument("--threads", type=int, default=0)
    chosen = parser.parse_args()
    options = SpeechOptions(
        model=chosen.model,
        models=ModelSources(cache=Path(__file__).parent / "work" / "models"),
        threads=chosen.threads,
    )
    print(f"| {' | '.join(COLUMNS)} |\n" + "|---" * len(COLUMNS) + "|", flush=True)
    for path in recordings(chosen.calls):
        print(f"| {path.stem} | {' | '.join(row(path, options))} |", flush=True)


def recordings(folder: Path) -> Iterator[Path]:
    """The recordings below ``folder`` that have a reference beside them."""
    for path in sorted(folder.rglob("*")):
        if path.suffix in SOUND and path.with_suffix(".json").exists():
            yield path


def row(path: Path, options: SpeechOptions) -> Iterator[str]:
    """The cells of one recording."""
    reference = json.loads(path.with_suffix(".json").read_text())
    deal = deal_of(reference)
    spoken = " ".join(turn["text"] for turn in reference["turns"])
    began = time.perf_counter()
    transcript = transcribe_recording(
        path, path.stem, options=options, vocabulary=deal.vocabulary()
    )
    ours = time.perf_counter() - began
    began = time.perf_counter()
    plain = plain_text(path, options)
    theirs = time.perf_counter() - began
    named = name_speakers(transcript, deal)
    shares = judge(named, reference)
    length = transcript.duration or 1.0
    yield f"{word_errors(spoken, transcript.text):.1%}"
    yield f"{word_errors(spoken, plain):.1%}"
    yield f"{diarization_errors(transcript.turns, reference['turns']):.1%}"
    yield f"{len(transcript.turns)} of {len(reference['turns'])}"
    yield f"{len(transcript.speakers)} of {len({t['speaker'] for t in reference['turns']})}"
    yield f"{shares.named:.1%}"
    yield f"{shares.right_name:.1%}"
    yield str(shares.wrong)
    yield f"{shares.right_side:.1%}"
    yield f"{ours / length:.3f}"
    yield f"{theirs / length:.3f}"


def deal_of(reference: dict[str, Any]) -> Deal:
    """What the deal file of the call would say."""
    return Deal(
        deal=reference["deal"],
        seller=reference["seller"],
        customer=reference["customer"],
        product=reference["product"],
        participants=tuple(Participant(**person) for person in reference["participants"]),
    )


def plain_text(path: Path, options: SpeechOptions) -> str:
    """What faster-whisper hears with its defaults."""
    from faster_whisper import WhisperModel

    folder = find_model(options.model, options.models)
    model = WhisperModel(
        str(folder), device="cpu", compute_type="int8", cpu_threads=options.threads
    )
    segments, _ = model.transcribe(str(path))
    return " ".join(segment.text for segment in segments)


def word_errors(reference: str, heard: str) -> float:
    """Word error rate of normalised text."""
    return float(jiwer.wer(normalise(reference), normalise(heard)))


def diarization_errors(turns: Sequence[Turn], reference: Sequence[dict[str, Any]]) -> float:
    """Diarization error rate of turns; one without a speaker counts as a stranger's."""
    truth, found = Annotation(), Annotation()
    for n, said in enumerate(reference):
        truth[Segment(said["start"], said["end"]), n] = said["speaker"]
    for turn in turns:
        found[Segment(turn.start, turn.end), turn.n] = turn.speaker or "nobody"
    whole = Timeline([truth.get_timeline().extent() | found.get_timeline().extent()])
    return float(DiarizationErrorRate(collar=COLLAR)(truth, found, uem=whole))


def judge(transcript: Transcript, reference: dict[str, Any]) -> Shares:
    """Names and sides of our turns against those of the reference turns that they belong to."""
    side_of = {person["name"]: person["side"] for person in reference["participants"]}
    named = right = sided = 0
    for turn in transcript.turns:
        truth = belongs_to(turn, reference["turns"])["speaker"]
        speaker = transcript.speaker(turn.speaker)
        name, side = (speaker.name, speaker.side) if speaker else (None, None)
        named += name is not None
        right += name == truth
        sided += side == side_of[truth]
    total = len(transcript.turns) or 1
    return Shares(
        named=named / total, right_name=right / total, right_side=sided / total, wrong=named - right
    )


def belongs_to(turn: Turn, reference: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The reference turn that a turn overlaps most, or lies nearest to."""
    span = (turn.start or 0.0, turn.end or 0.0)
    return max(reference, key=lambda said: overlap(span, (said["start"], said["end"])))


if __name__ == "__main__":
    main()
