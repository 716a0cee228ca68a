"""What the recogniser's ways of saving time cost in words; prints a Markdown table.

Words alone, one thread, whole recordings with a reference. Ways that were turned down stand here
and not in the package.

    python -m benchmarks.listening.tuning CALLS_DIR [--only harborline]
"""

import argparse
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from benchmarks.listening.hearing import Segment
from benchmarks.listening.measures import deal_of, judge_words, said_in
from transcript2handoff.audio import recognize
from transcript2handoff.audio._encoder import Encoder
from transcript2handoff.audio.channels import separate
from transcript2handoff.audio.decode import SAMPLE_RATE, decode
from transcript2handoff.audio.models import ModelSources, find_model
from transcript2handoff.audio.recognize import Recognizer

MODELS: Final = Path(__file__).parents[1] / "work" / "models"
SOUND: Final = (".opus", ".mp3", ".m4a", ".wav")
Encode = Callable[[NDArray[np.float32]], Any]


def anew(encode: Encode) -> Encode:
    """Each reading is encoded, as faster-whisper does."""
    return encode


def cut(encode: Encode, *, silence: int, longest: int = 3000) -> Encode:
    """Batches of clips up to ``longest`` frames keep ``silence`` frames of what fills them up."""
    remembering = Encoder(encode)

    def cut_and_encode(spectra: NDArray[np.float32]) -> Any:
        sounding = np.flatnonzero(spectra.any(axis=(0, 1))) if spectra.ndim == 3 else ()
        if len(sounding) == 0 or sounding[-1] >= longest:
            return remembering(spectra)
        frames = min(sounding[-1] + 1 + silence, 3000) // 2 * 2
        return encode(np.ascontiguousarray(spectra[..., :frames]))

    return cut_and_encode


WAYS: Final[dict[str, Callable[[Encode], Encode]]] = {
    "every reading encoded anew": anew,
    "a clip encoded once, as it is": Encoder,
    "pieces filled with 4 s of silence": lambda encode: cut(encode, silence=400, longest=900),
    **{
        f"clips filled with {seconds} s of silence": lambda encode, s=seconds: cut(
            encode, silence=100 * s
        )
        for seconds in (4, 2, 1)
    },
}


def main() -> None:
    """Recognise every recording in every way and print a row for each."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("calls", type=Path)
    parser.add_argument("--only", default="harborline", help="recordings that begin so")
    parser.add_argument("--ways", nargs="+", default=list(WAYS), choices=WAYS)
    chosen = parser.parse_args()
    print("| recording | way | WER | numbers | processor |\n|---|---|---|---|---|")
    for path in sorted(chosen.calls.rglob(f"{chosen.only}*")):
        if path.suffix in SOUND and path.with_suffix(".json").exists():
            for way in chosen.ways:
                print(f"| {path.stem} | {way} | {' | '.join(row(path, way))} |", flush=True)


def row(path: Path, way: str) -> tuple[str, str, str]:
    """The cells of one recording, read in one way."""
    reference = json.loads(path.with_suffix(".json").read_text())
    samples = separate(decode(path).samples).mono
    recognizer = _recognizer(way)
    began = time.process_time()
    heard = recognizer.recognize(samples, vocabulary=deal_of(reference).vocabulary())
    spent = time.process_time() - began
    pieces = [Segment(word.text, word.start, word.end) for word in heard.words]
    words = judge_words(pieces, said_in(reference), ())
    return (
        f"{words.errors / words.reference:.1%}",
        f"{words.numbers_heard} of {words.numbers}",
        f"{spent / (len(samples) / SAMPLE_RATE):.3f}",
    )


def _recognizer(way: str) -> Recognizer:
    usual = recognize.Encoder
    try:
        recognize.Encoder = WAYS[way]
        return Recognizer(find_model("base", ModelSources(cache=MODELS)), threads=1)
    finally:
        recognize.Encoder = usual


if __name__ == "__main__":
    main()
