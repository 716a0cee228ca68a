"""What a log tells of an exception: of what type it is, and where it was raised.

Its message is not told, nor what it holds: an error of a model that does not fit shows what it was
given, which may be the words of a call.
"""

from collections.abc import Iterator
from traceback import walk_tb
from types import TracebackType
from typing import Final

from structlog.typing import ExcInfo

_MOST_FRAMES: Final = 60
"""The innermost ones; of a recursion without end there are a thousand of the same."""
_MOST_FAULTS: Final = 20


def place_of(exc_info: ExcInfo) -> str:
    """The types of an exception and of those that led to it, the first one first, and their frames.

    A line a frame, with file, line and function, the innermost one last.
    """
    return "\n".join(line for each in _chain(exc_info[1]) for line in _lines(each))


def _chain(error: BaseException) -> list[BaseException]:
    """An exception, what led to it and the members of groups among them, the first one first."""
    found: list[BaseException] = []
    waiting = [error]
    while waiting and len(found) < _MOST_FAULTS:
        each = waiting.pop()
        if any(each is one for one in found):
            continue
        found.append(each)
        waiting += _led_to(each)
    return found[::-1]


def _led_to(error: BaseException) -> Iterator[BaseException]:
    if isinstance(error, BaseExceptionGroup):
        yield from error.exceptions
    before = error.__cause__ if error.__suppress_context__ else error.__context__
    if before is not None:
        yield before


def _lines(error: BaseException) -> Iterator[str]:
    kind = type(error)
    module = "" if kind.__module__ == "builtins" else f"{kind.__module__}."
    yield f"{module}{kind.__qualname__}"
    frames = list(_frames(error.__traceback__))
    if len(frames) > _MOST_FRAMES:
        yield f"  … {len(frames) - _MOST_FRAMES} more"
    yield from frames[-_MOST_FRAMES:]


def _frames(trace: TracebackType | None) -> Iterator[str]:
    for frame, line in walk_tb(trace):
        code = frame.f_code
        yield f"  {code.co_filename}:{line} {code.co_name}"
