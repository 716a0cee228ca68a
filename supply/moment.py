"""The time that a build says it was made at: the same for the same commit."""

import os
import subprocess
from datetime import UTC, datetime
from typing import Final

from supply.locks import ROOT

_WITHOUT_HISTORY: Final = 315_532_800
"""The first second of 1980, the earliest that a zip archive can say."""


def moment() -> datetime:
    """``SOURCE_DATE_EPOCH``, else the time of the last commit, else the first second of 1980."""
    told = os.environ.get("SOURCE_DATE_EPOCH") or _last_commit() or _WITHOUT_HISTORY
    return datetime.fromtimestamp(int(told), tz=UTC)


def _last_commit() -> str:
    command = ["git", "log", "-1", "--format=%ct"]
    answer = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603
    return answer.stdout.strip()
