"""Logs: one line an event, with the ids of the request and the run it belongs to.

Lines of the standard library, of uvicorn and of every other library go the same way.
"""

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final, TextIO
from urllib.parse import unquote

import structlog
from structlog.stdlib import BoundLogger, ProcessorFormatter
from structlog.types import Processor

from transcript2handoff.settings import Settings
from transcript2handoff.telemetry.faults import place_of
from transcript2handoff.telemetry.hiding import hide, without_secrets

QUIET: Final = ("httpx", "httpcore", "alembic", "faster_whisper", "asyncio", "urllib3")
"""Libraries that tell more than is wanted; of them warnings are logged and nothing below."""


def logger(name: str) -> BoundLogger:
    """The logger of a module. Events are fixed words; what changes is given by name."""
    found: BoundLogger = structlog.stdlib.get_logger(name)
    return found


@contextmanager
def bound(**names: str | int) -> Iterator[None]:
    """Have every line that is logged within tell these names: ``run_id=…``, ``request_id=…``."""
    with structlog.contextvars.bound_contextvars(**names):
        yield


def set_up_logging(settings: Settings, *, stream: TextIO | None = None) -> None:
    """Log as the settings say, to standard error; called once, when a process starts.

    Args:
        settings: of the process; the secrets in them are hidden from then on.
        stream: where to, instead of standard error.
    """
    _learn(settings)
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
        structlog.processors.StackInfoRenderer(),
        structlog.processors.ExceptionRenderer(place_of),
    ]
    structlog.configure(
        processors=[*shared, ProcessorFormatter.wrap_for_formatter],
        wrapper_class=BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    _to_one_handler(stream or sys.stderr, settings, shared)


def _to_one_handler(stream: TextIO, settings: Settings, shared: list[Processor]) -> None:
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                ProcessorFormatter.remove_processors_meta,
                _without_colours,
                without_secrets,
                _renderer(settings),
            ],
        )
    )
    logging.captureWarnings(True)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(settings.log_level.upper())
    for name in QUIET:
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        logging.getLogger(name).handlers.clear()
        logging.getLogger(name).propagate = True


def _renderer(settings: Settings) -> Processor:
    if settings.log_format == "json":
        return structlog.processors.JSONRenderer(ensure_ascii=False)
    return structlog.dev.ConsoleRenderer(
        colors=False, timestamp_key="time", exception_formatter=structlog.dev.plain_traceback
    )


def _without_colours(_logger: object, _method: str, event: Any) -> Any:  # noqa: ANN401
    """Uvicorn says everything twice, the second time in colour."""
    event.pop("color_message", None)
    return event


def _learn(settings: Settings) -> None:
    """Hide what the settings hold of secrets."""
    _, _, after = settings.database.partition("://")
    password = after.rpartition("@")[0].partition(":")[2]
    hide(settings.model_key, password, unquote(password))
    hide(*(str(value) for name, value in settings.blob_options.items() if "key" in name))
