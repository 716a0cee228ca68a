"""What a CRM answers, and how it is quoted."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

_LONGEST_MESSAGE: Final = 300


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What came back. ``body`` is the JSON; None where there was no body or it was no JSON."""

    status: int
    headers: Mapping[str, str]
    body: Any = field(default=None, repr=False)
    is_json: bool = True


def asked_to_wait(answer: Answer) -> float | None:
    """Seconds of ``Retry-After``, where the answer has it."""
    try:
        seconds = float(answer.headers.get("retry-after", ""))
    except ValueError:
        return None
    return seconds if 0 <= seconds < float("inf") else None


def short(words: object) -> str:
    """What a CRM said, on one line and not too long."""
    line = " ".join(str(words).split())
    cut = line if len(line) <= _LONGEST_MESSAGE else line[:_LONGEST_MESSAGE] + " …"
    return cut if cut.endswith((".", "!", "?", "…")) else cut + "."
