"""Whether it is worth telling voices apart while words are recognised; prints a Markdown table.

Each way runs in a process of its own, on the first minutes of a recording. Two threads are what a
machine of two cores has; with more cores give ``--threads``.

    python -m benchmarks.listening.pipelining RECORDING [--minutes 3] [--threads 2]
"""

import argparse
import json
import resource
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

from transcript2handoff.audio.channels import Channels, separate
from transcript2handoff.audio.decode import SAMPLE_RATE, decode
from transcript2handoff.audio.models import ModelSources, find_model
from transcript2handoff.audio.recognize import Recognizer
from transcript2handoff.audio.recording import SpeechOptions, tell_voices_apart

MODELS: Final = Path(__file__).parents[1] / "work" / "models"
WAYS: Final = {
    "one after the other": (False, 1.0),
    "at once, half of the threads each": (True, 0.5),
    "at once, all threads each": (True, 1.0),
}
"""Whether both run at once, and the share of the threads that each is given."""


def main() -> None:
    """Measure each way and print a row for it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("recording", type=Path)
    parser.add_argument("--minutes", type=float, default=3.0)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--way", choices=WAYS, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.way:
        print(json.dumps(measure(chosen)))
        return
    print("| way | seconds | processor | memory |\n|---|---|---|---|")
    for way in WAYS:
        command = [sys.executable, "-P", __file__, *sys.argv[1:], "--way", way]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        seconds, processor, peak = json.loads(done.stdout)
        print(f"| {way} | {seconds:.1f} | {processor:.1f} | {peak / 2**20:.2f} GiB |", flush=True)


def measure(chosen: argparse.Namespace) -> tuple[float, float, int]:
    """Seconds, seconds of processor time, and the peak of memory in KiB."""
    at_once, share = WAYS[chosen.way]
    threads = max(1, int(chosen.threads * share))
    options = SpeechOptions(models=ModelSources(cache=MODELS), threads=threads)
    length = int(chosen.minutes * 60 * SAMPLE_RATE)
    channels = separate(decode(chosen.recording).samples[:, :length])
    began, worked = time.perf_counter(), time.process_time()
    with ThreadPoolExecutor(2 if at_once else 1) as pool:
        parts = (pool.submit(_words, channels, options), pool.submit(_voices, channels, options))
        for part in parts:
            part.result()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return time.perf_counter() - began, time.process_time() - worked, peak


def _words(channels: Channels, options: SpeechOptions) -> None:
    folder = find_model(options.model, options.models)
    Recognizer(folder, threads=options.threads).recognize(channels.mono)


def _voices(channels: Channels, options: SpeechOptions) -> None:
    tell_voices_apart(channels, options)


if __name__ == "__main__":
    main()
