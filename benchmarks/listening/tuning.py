"""What the settings of the recogniser do to words, names and time; prints a Markdown table.

Words alone, one thread, the excerpts of ``benchmarks.speech`` under some of its conditions. Ways
that were turned down stand here and not in the package.

    python -m benchmarks.listening.tuning CALLS_DIR [--only harborline] [--ways ...]
"""

import argparse
import json
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final
from unittest.mock import patch

import numpy as np
from numpy.typing import NDArray

from benchmarks.listening.hearing import Segment
from benchmarks.listening.measures import (
    Words,
    deal_of,
    judge_words,
    normalise,
    said_in,
    with_reference,
)
from benchmarks.listening.sounds import CONDITIONS, Excerpt, excerpt_of, write
from transcript2handoff.audio import recognize
from transcript2handoff.audio._encoder import Encoder
from transcript2handoff.audio.channels import separate
from transcript2handoff.audio.decode import SAMPLE_RATE, decode
from transcript2handoff.audio.models import ModelSources, find_model
from transcript2handoff.audio.recognize import Recognizer

MODELS: Final = Path(__file__).parents[1] / "work" / "models"
HEARD: Final = ("clean", "telephone, mu-law", "Opus 6 kbit/s, 10 % lost", "babble 10 dB",
                "white noise 5 dB", "ringing, hiss", "music on hold")  # fmt: skip
"""The conditions that tell most."""
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


def always(*_: object, **__: object) -> bool:
    """Whatever was heard."""
    return True


def never(*_: object, **__: object) -> bool:
    """Whatever was heard."""
    return False


WAYS: Final[Mapping[str, Mapping[str, Any]]] = {
    "as it is": {"Encoder": Encoder},
    "batches of 4 clips": {"_BATCH": 4},
    "batches of 16 clips": {"_BATCH": 16},
    "speech from 0.2 on": {"_SPEECH": 0.2},
    "speech from 0.5 on": {"_SPEECH": 0.5},
    "clips of 10 s": {"_CLIP": 10.0},
    "clips of 28 s": {"_CLIP": 28.0},
    "pauses in clips up to 0.5 s": {"_PAUSE": 0.5},
    "pauses in clips up to 3 s": {"_PAUSE": 3.0},
    "names shown to no clip": {"nearly_holds": never},
    "names shown to every clip": {"nearly_holds": always},
    "what is left is not read on": {"_LIKELY": 1.0},
    "all that is left is read on": {"_LIKELY": -9.0},
    "every reading encoded anew": {"Encoder": anew},
    "pieces filled with 4 s of silence": {"Encoder": partial(cut, silence=400, longest=900)},
    "clips filled with 4 s of silence": {"Encoder": partial(cut, silence=400)},
    "clips filled with 2 s of silence": {"Encoder": partial(cut, silence=200)},
    "clips filled with 1 s of silence": {"Encoder": partial(cut, silence=100)},
}
"""What of ``audio.recognize`` is another."""


@dataclass(frozen=True, kw_only=True)
class Task:
    """An excerpt under a condition, ready to be recognised."""

    condition: str
    samples: NDArray[np.float32]
    excerpt: Excerpt
    names: tuple[str, ...]


def main() -> None:
    """Recognise every excerpt in every way and print a row for each way."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("calls", type=Path)
    parser.add_argument("--only", default="harborline", help="recordings that begin so")
    parser.add_argument("--ways", nargs="+", default=list(WAYS), choices=WAYS)
    parser.add_argument("--conditions", nargs="+", default=list(HEARD), choices=CONDITIONS)
    parser.add_argument("--seconds", type=float, default=60.0, help="of an excerpt, about")
    chosen = parser.parse_args()
    tasks = list(_tasks(chosen))
    head = ("way", *chosen.conditions, "invented a minute", "names", "processor")
    print("| " + " | ".join(head) + " |\n|" + "---|" * len(head))
    for way in chosen.ways:
        print(f"| {way} | {' | '.join(_cells(way, tasks, chosen.conditions))} |", flush=True)


def _tasks(chosen: argparse.Namespace) -> Iterator[Task]:
    sounds = {path: decode(path).samples for path in with_reference(chosen.calls)}
    for path, samples in sounds.items():
        if not path.stem.startswith(chosen.only):
            continue
        reference = json.loads(path.with_suffix(".json").read_text())
        first = excerpt_of(samples, said_in(reference), seconds=chosen.seconds)
        others = [sound for other, sound in sounds.items() if other != path]
        for condition in chosen.conditions:
            excerpt = CONDITIONS[condition](first, others)
            yield Task(
                condition=condition,
                samples=_heard_as(excerpt),
                excerpt=excerpt,
                names=deal_of(reference).vocabulary(),
            )


def _heard_as(excerpt: Excerpt) -> NDArray[np.float32]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "excerpt.wav"
        write(excerpt, path)
        return separate(decode(path).samples).mono


def _cells(way: str, tasks: Sequence[Task], conditions: Sequence[str]) -> Iterator[str]:
    judged: list[tuple[str, Words]] = []
    named, spoken, spent = 0, 0, 0.0
    with patch.multiple(recognize, **WAYS[way]):
        recognizer = Recognizer(find_model("base", ModelSources(cache=MODELS)), threads=1)
        for task in tasks:
            began = time.process_time()
            heard = recognizer.recognize(task.samples, vocabulary=task.names)
            spent += time.process_time() - began
            pieces = [Segment(word.text, word.start, word.end) for word in heard.words]
            words = judge_words(pieces, task.excerpt.turns, task.excerpt.empty)
            judged.append((task.condition, words))
            right, all_of_them = _names(pieces, task)
            named, spoken = named + right, spoken + all_of_them
    for condition in conditions:
        of_it = [words for name, words in judged if name == condition]
        yield f"{sum(w.errors for w in of_it) / sum(w.reference for w in of_it):.1%}"
    empty = sum(words.empty for _, words in judged) / 60
    yield f"{sum(words.invented for _, words in judged) / empty:.1f}" if empty else "–"
    yield f"{named} of {spoken}"
    yield f"{spent / sum(len(task.samples) / SAMPLE_RATE for task in tasks):.3f}"


def _names(pieces: Sequence[Segment], task: Task) -> tuple[int, int]:
    """How many words of names were heard, and how many are said."""
    wanted = {word for name in task.names for word in normalise(name).split() if len(word) > 3}
    said = normalise(" ".join(turn.text for turn in task.excerpt.turns)).split()
    heard = normalise(" ".join(piece.text for piece in pieces)).split()
    times = [(said.count(word), heard.count(word)) for word in wanted]
    return sum(map(min, times)), sum(of_all for of_all, _ in times)


if __name__ == "__main__":
    main()
