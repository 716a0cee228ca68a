"""The last backup of a soak, restored elsewhere and looked through."""

import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks.service_parts import T2H
from benchmarks.soaking.service import Soaked


def restored(soak: Soaked, archives: Sequence[tuple[Path, float]]) -> list[str]:
    """What `t2h doctor --deep` and `t2h audit verify` find in the last archive, once restored."""
    if not archives:
        return []
    with tempfile.TemporaryDirectory(prefix="t2h-restored-") as name:
        folder = Path(name) / "data"
        environment = {
            **soak.at.environment,
            "T2H_DATA": str(folder),
            "T2H_DATABASE": f"sqlite:///{folder}/t2h.db",
        }
        found: list[str] = []
        for words in (("restore", str(archives[-1][0])), ("audit", "verify"), ("doctor", "--deep")):
            done = subprocess.run(
                [*T2H, *words], env=environment, check=False, capture_output=True, text=True
            )
            if done.returncode:
                found += [f"{words[0]}: {line}" for line in done.stdout.splitlines()]
                found += [f"{words[0]}: {line}" for line in done.stderr.splitlines()]
    return found
