"""What joining two engines is worth, and the second pass, with recorded answers of a real model.

    python benchmarks/union.py

plays every recording below ``tests/engines/openai/data/recorded`` with the fake model server (real
HTTP), and scores the engines on the same calls: the local one, the model, both, and each of the
latter two with the second pass. The local reader as shipped has not seen the deals ``harborline``,
``quarrystone`` and ``redfern``; of other calls its figures are too good.
"""

import shutil
import sys
import tempfile
from pathlib import Path
from typing import Final

from transcript2handoff.assemble import Engine, Extraction
from transcript2handoff.evaluate.scoring import Report, score
from transcript2handoff.evaluation import Bench, Evaluation
from transcript2handoff.settings import Settings
from transcript2handoff.testing.model_server import ModelServer
from transcript2handoff.testing.recorded import Player, Recording, read_recording
from transcript2handoff.watch import NOBODY

ROOT: Final = Path(__file__).parent.parent
BENCH: Final = ROOT / "fixtures" / "bench"
RECORDED: Final = ROOT / "tests" / "engines" / "openai" / "data" / "recorded"
ENGINES: Final = (
    ("local", Engine.LOCAL, False),
    ("model", Engine.OPENAI, False),
    ("model, second pass", Engine.OPENAI, True),
    ("both", Engine.BOTH, False),
    ("both, second pass", Engine.BOTH, True),
)


def main() -> None:
    """Print a row for each engine, over all recorded calls."""
    recordings = [
        read_recording(path.read_bytes(), where=str(path)) for path in sorted(RECORDED.glob("*"))
    ]
    sys.stdout.write(f"{', '.join(recording.call_id for recording in recordings)}\n\n")
    sys.stdout.write("| engine | micro F1 | macro F1 | promise F1 | claims | right |\n")
    sys.stdout.write("|---|---|---|---|---|---|\n")
    for name, engine, check in ENGINES:
        results = [result for one in recordings for result in _read(one, engine, check=check).calls]
        sys.stdout.write(_row(name, score(results), sum(len(found) for _, found in results)))


def _read(recording: Recording, engine: Engine, *, check: bool) -> Evaluation:
    with tempfile.TemporaryDirectory() as folder, ModelServer(script=Player(recording)) as server:
        shutil.copy(BENCH / f"{recording.call_id}.json", folder)
        settings = Settings(
            model_url=server.base_url,
            model_name=server.model,
            model_key=server.api_key,
            model_window=recording.window_tokens,
            model_overlap=recording.overlap_tokens,
            model_incomplete=True,
            model_check=check,
            model_cache=Path(folder) / "cache",
            sending="unless_refused",
        )
        return Bench(Path(folder), Extraction(engine=engine), settings).read(NOBODY)


def _row(name: str, report: Report, found: int) -> str:
    promise = report.kind("promise").f1
    return (
        f"| {name} | {report.total.f1:.3f} | {report.macro_f1():.3f} | {promise:.3f} "
        f"| {found} | {report.pairs.total()} |\n"
    )


if __name__ == "__main__":
    main()
