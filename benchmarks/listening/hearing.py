"""One recording heard by one system, in a process of its own; prints JSON.

``heard`` starts this file as a script, so that each system's time and peak of memory are its own.
The peak counts the largest process; this package's decoding child is smaller than its recogniser.

    python -m benchmarks.listening.hearing SYSTEM RECORDING --model-folder DIR --threads 2
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

OURS: Final = "ours"
PLAIN: Final = "faster-whisper"
COMMAND: Final = "whisper-ctranslate2"
BATCHED: Final = "whisper-ctranslate2 --batched"
ON_ALL: Final = (PLAIN, OURS, BATCHED)
ON_CLEAN: Final = (*ON_ALL, COMMAND)
"""whisper-ctranslate2 hears as faster-whisper does unless it is told to read in batches."""


@dataclass(frozen=True)
class Segment:
    """Words in a row, as a system gives them; seconds."""

    text: str
    start: float
    end: float


@dataclass(frozen=True, kw_only=True)
class Hearing:
    """What a system made of a recording, and what that took."""

    segments: tuple[Segment, ...]
    transcript: Mapping[str, Any] | None
    """Of this package: the whole transcript."""
    seconds: float
    """From the start of the process to its end, loading of models included."""
    processor: float
    """Seconds of processor time."""
    peak: int
    """The most memory that one process held, in bytes."""


@dataclass(frozen=True, kw_only=True)
class Order:
    """What is to be heard."""

    system: str
    path: Path
    folder: Path
    """Of the model."""
    model: str
    threads: int
    vocabulary: tuple[str, ...] = ()


def heard(order: Order) -> Hearing:
    """Hear a recording in a fresh process."""
    began = time.perf_counter()
    with tempfile.TemporaryFile() as answer:
        child = subprocess.Popen(_command(order), stdout=answer, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        seconds = time.perf_counter() - began
        if child.returncode:
            raise SystemExit(f"{order.system} ended with {child.returncode} on {order.path}.")
        answer.seek(0)
        content = json.loads(answer.read())
    return Hearing(
        segments=tuple(Segment(*segment) for segment in content["segments"]),
        transcript=content.get("transcript"),
        seconds=seconds,
        processor=usage.ru_utime + usage.ru_stime,
        peak=usage.ru_maxrss * 1024,
    )


def _command(order: Order) -> list[str]:
    return [
        sys.executable, "-P", __file__, order.system, str(order.path),
        "--model-folder", str(order.folder), "--model", order.model,
        "--threads", str(order.threads), "--vocabulary", json.dumps(order.vocabulary),
    ]  # fmt: skip


def main() -> None:
    """Hear one recording and print what was heard."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("system", choices=SYSTEMS)
    parser.add_argument("path", type=Path)
    parser.add_argument("--model-folder", type=Path, required=True, dest="folder")
    parser.add_argument("--model", default="base")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--vocabulary", type=json.loads, default=[])
    chosen = parser.parse_args()
    print(json.dumps(SYSTEMS[chosen.system](Order(**vars(chosen)))))


def _ours(order: Order) -> dict[str, Any]:
    from transcript2handoff.audio.models import ModelSources
    from transcript2handoff.audio.recording import SpeechOptions, transcribe_recording

    sources = ModelSources(path=order.folder, cache=order.folder.parent, hub=False)
    options = SpeechOptions(model=order.model, models=sources, threads=order.threads)
    transcript = transcribe_recording(
        order.path, order.path.stem, options=options, vocabulary=tuple(order.vocabulary)
    )
    words = [word for turn in transcript.turns for word in turn.words]
    return {
        "segments": [(w.text, w.start, w.end) for w in words],
        "transcript": json.loads(transcript.to_json()),
    }


def _plain(order: Order) -> dict[str, Any]:
    """faster-whisper with its defaults, but for the numbers of its model."""
    from faster_whisper import WhisperModel

    model = WhisperModel(
        str(order.folder), device="cpu", compute_type="int8", cpu_threads=order.threads
    )
    segments, _ = model.transcribe(str(order.path))
    return {"segments": [(s.text, s.start, s.end) for s in segments]}


def _command_line(order: Order, *options: str) -> dict[str, Any]:
    """whisper-ctranslate2 as its users call it."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            [
                str(Path(sys.executable).with_name(COMMAND)), str(order.path),
                "--model_directory", str(order.folder), "--device", "cpu",
                "--compute_type", "int8", "--threads", str(order.threads),
                "--output_format", "json", "--output_dir", folder, *options,
            ],
            check=True, stdout=subprocess.DEVNULL, env=os.environ | {"HF_HUB_OFFLINE": "1"},
        )  # fmt: skip
        content = json.loads(next(Path(folder).glob("*.json")).read_text())
    return {"segments": [(s["text"], s["start"], s["end"]) for s in content["segments"]]}


def _batched(order: Order) -> dict[str, Any]:
    return _command_line(order, "--batched", "True")


SYSTEMS: Final[Mapping[str, Callable[[Order], dict[str, Any]]]] = MappingProxyType(
    {OURS: _ours, PLAIN: _plain, COMMAND: _command_line, BATCHED: _batched}
)

if __name__ == "__main__":
    main()
