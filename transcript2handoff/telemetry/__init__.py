"""What the service tells about itself: logs without secrets, and numbers."""

from transcript2handoff.telemetry.hiding import hidden, hide, hide_all_in
from transcript2handoff.telemetry.logs import bound, logger, set_up_logging
from transcript2handoff.telemetry.metrics import REGISTRY, Answer, answered, delivered

__all__ = [
    "REGISTRY",
    "Answer",
    "answered",
    "bound",
    "delivered",
    "hidden",
    "hide",
    "hide_all_in",
    "logger",
    "set_up_logging",
]
