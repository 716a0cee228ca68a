"""Make the wheel: ``python -m supply.wheel dist``. The same tree gives the same bytes.

Times and modes of files are set, what is not part of the package stays away, and the build runs
with the locked setuptools, not with one that is fetched for it.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from supply.locks import ROOT
from supply.moment import moment

PARTS: Final = (
    "LICENSE", "README.md", "pyproject.toml", "api", "pages", "prompts", "templates",
    "transcript2handoff",
)  # fmt: skip
"""What of the repository the wheel is made from."""


def make_wheel(target: Path, *, source: Path = ROOT) -> Path:
    """Build the wheel of ``source`` in the folder ``target``, and give its path.

    Raises:
        SystemExit: The build failed; with what it printed.
    """
    with TemporaryDirectory() as folder:
        clean = Path(folder) / "source"
        _copy(source, clean)
        command = [
            sys.executable,
            "-m",
            "build",
            "--wheel",
            "--no-isolation",
            "--skip-dependency-check",
        ]
        epoch = str(int(moment().timestamp()))
        built = subprocess.run(  # noqa: S603
            [*command, "--outdir", str(target), str(clean)],
            check=False,
            capture_output=True,
            text=True,
            umask=0o022,
            env={**os.environ, "SOURCE_DATE_EPOCH": epoch, "PYTHONHASHSEED": "0"},
        )
    if built.returncode:
        raise SystemExit(built.stdout + built.stderr)
    return max(target.glob("*.whl"), key=lambda wheel: wheel.stat().st_mtime)


def _copy(source: Path, clean: Path) -> None:
    clean.mkdir()
    for name in PARTS:
        part = source / name
        if part.is_dir():
            unwanted = shutil.ignore_patterns("__pycache__", "*.pyc", ".*")
            shutil.copytree(part, clean / name, ignore=unwanted)
        else:
            shutil.copy(part, clean / name)
    for path in clean.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)


if __name__ == "__main__":
    print(make_wheel(Path(sys.argv[1]).resolve()))  # noqa: T201
