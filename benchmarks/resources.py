"""What a recording costs: seconds per second of sound, stage by stage, and memory.

Longer recordings are made by joining those in ``CALLS_DIR`` until the wanted minutes are full.
Each length runs in a process of its own, so that its peak of memory is its own; the process that
decodes counts in full, although it is gone before the models are loaded. The recogniser is shown
the names of everybody who is on one of the joined calls.

    python benchmarks/resources.py CALLS_DIR [--minutes 5 20 60] [--model base] [--threads 2]
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import cycle
from pathlib import Path
from typing import Any, Final, TypeVar

import av
import numpy as np

from transcript2handoff.assess import assess
from transcript2handoff.audio.channels import separate
from transcript2handoff.audio.decode import SAMPLE_RATE, decode
from transcript2handoff.audio.models import ModelSources, find_model
from transcript2handoff.audio.recognize import Heard, Recognizer
from transcript2handoff.audio.recording import SpeechOptions, Voices, tell_voices_apart
from transcript2handoff.audio.turns import make_turns, voices_in_order
from transcript2handoff.deal import Call, Deal, DealContext
from transcript2handoff.engines.local import LocalEngine
from transcript2handoff.ground import ground
from transcript2handoff.render import BriefOptions, brief_html
from transcript2handoff.speakers import name_speakers
from transcript2handoff.transcript import Speaker, Transcript

STAGES: Final = (
    "find model", "decode", "recognise", "diarize", "turns", "extract", "ground", "render",
)  # fmt: skip
SOUND: Final = (".opus", ".mp3", ".m4a", ".wav")
NAMES: Final = (
    "Harborline Freight", "Foldwell", "Tamsin Okoro", "Gareth Pugh", "Priyanka Nair",
    "Devinder Sahota", "Siobhan Keane", "Georgina Ashdown", "Fraser Moncrieff", "Isla Rennie",
)  # fmt: skip
Made = TypeVar("Made")


def main() -> None:
    """Measure each length and print a row for it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("calls", type=Path)
    parser.add_argument("--minutes", type=int, nargs="+", default=[5, 20, 60])
    parser.add_argument("--model", default="base")
    parser.add_argument("--threads", type=int, default=0)
    parser.add_argument("--measure", action="store_true", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.measure:
        print(json.dumps(measure(chosen.calls, chosen.model, chosen.threads)))
        return
    print(f"| minutes | {' | '.join(STAGES)} | all | peak memory |")
    print("|---" * (len(STAGES) + 3) + "|")
    for minutes in chosen.minutes:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "joined.wav"
            join(sorted(p for p in chosen.calls.rglob("*") if p.suffix in SOUND), minutes, path)
            found = in_a_process_of_its_own(path, chosen.model, chosen.threads)
        print(f"| {minutes} | {' | '.join(row(found, minutes * 60))} |", flush=True)


def row(found: dict[str, float], seconds: float) -> Iterator[str]:
    """The cells of one length."""
    yield from (f"{found[stage] / seconds:.3f}" for stage in STAGES)
    yield f"{sum(found[stage] for stage in STAGES) / seconds:.3f}"
    yield f"{found['peak'] / 2**30:.2f} GiB"


def in_a_process_of_its_own(path: Path, model: str, threads: int) -> dict[str, float]:
    """The figures of ``measure``, taken in a fresh interpreter."""
    command = [sys.executable, __file__, str(path), "--measure", "--model", model]
    done = subprocess.run(
        [*command, "--threads", str(threads)], check=True, capture_output=True, text=True
    )
    figures: dict[str, float] = json.loads(done.stdout)
    return figures


def measure(path: Path, model: str, threads: int) -> dict[str, float]:
    """Seconds for each stage, and the most memory that this process held, in bytes."""
    spent: dict[str, float] = {}

    def timed(stage: str, work: Callable[[], Made]) -> Made:
        began = time.perf_counter()
        made = work()
        spent[stage] = time.perf_counter() - began
        return made

    options = SpeechOptions(
        model=model,
        models=ModelSources(cache=Path(__file__).parent / "work" / "models"),
        threads=threads,
    )
    folder = timed("find model", lambda: find_model(model, options.models))
    channels = timed("decode", lambda: separate(decode(path).samples))
    heard = timed(
        "recognise",
        lambda: Recognizer(folder, threads=threads).recognize(channels.mono, vocabulary=NAMES),
    )
    voices = timed("diarize", lambda: tell_voices_apart(channels, options))
    transcript = timed("turns", lambda: transcript_of(heard, voices))
    context = DealContext(call=Call(id=transcript.call_id))
    draft = timed("extract", lambda: LocalEngine().extract(transcript, context))
    handoff = timed("ground", lambda: ground(draft, transcript, context))
    timed(
        "render",
        lambda: brief_html(handoff, assess(handoff), [transcript], BriefOptions()),
    )
    whose = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    spent["peak"] = sum(resource.getrusage(who).ru_maxrss for who in whose) * 1024
    return spent


def transcript_of(heard: Heard, voices: Voices) -> Transcript:
    """Turns of named speakers, as a run makes them."""
    turns = make_turns(heard.words, voices.stretches)
    speakers = tuple(Speaker(id=voice) for voice in voices_in_order(turns))
    transcript = Transcript(call_id="joined", language="en", speakers=speakers, turns=turns)
    return name_speakers(transcript, Deal())


def join(paths: list[Path], minutes: int, target: Path) -> None:
    """Write a wav file of so many minutes: the recordings one after the other, mixed to mono."""
    wanted = minutes * 60 * SAMPLE_RATE
    with av.open(str(target), "w") as container:
        stream: Any = container.add_stream("pcm_s16le", rate=SAMPLE_RATE)
        stream.layout = "mono"
        for path in cycle(paths):
            samples = decode(path).samples.mean(axis=0)[:wanted]
            wanted -= len(samples)
            pcm = np.ascontiguousarray((samples * 32_767).astype(np.int16)[None])
            frame = av.AudioFrame.from_ndarray(pcm, "s16", "mono")
            frame.sample_rate = SAMPLE_RATE
            container.mux(stream.encode(frame))
            if wanted <= 0:
                break
        container.mux(stream.encode(None))


if __name__ == "__main__":
    main()
