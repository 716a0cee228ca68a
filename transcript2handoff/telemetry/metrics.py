"""What this process counts; what the database counts is added when somebody asks.

Names of routes are their templates and never addresses, so that no id becomes a label.
"""

from importlib.metadata import version
from typing import Final, Literal

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Histogram,
    Info,
    PlatformCollector,
    ProcessCollector,
)

REGISTRY: Final = CollectorRegistry(auto_describe=True)
"""All metrics of this process."""

Answer = Literal["kept", "known", "checked", "forged", "stale", "form", "too_large", "failed"]
"""What became of a delivery: its events were kept, or were known already; it only asked whether
we are there; or it was refused, and why; or it could not be kept."""

_BUILD: Final = Info("t2h_build", "The version of this program.", registry=REGISTRY)
_REQUESTS: Final = Histogram(
    "t2h_http_request_seconds",
    "Seconds until a request was answered, by method, route and status.",
    ("method", "route", "status"),
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0),
    registry=REGISTRY,
)
_DELIVERIES: Final = Counter(
    "t2h_webhook_deliveries",
    "Deliveries of webhooks by source, and what became of them.",
    ("source", "answer"),
    registry=REGISTRY,
)
_BUILD.info({"version": version("transcript2handoff")})
ProcessCollector(registry=REGISTRY)
PlatformCollector(registry=REGISTRY)


def answered(method: str, route: str, status: int, *, seconds: float) -> None:
    """Count a request.

    Args:
        method: in capitals.
        route: its template, ``/v1/deals/{deal_id}``; ``none`` where there is none.
        status: of the answer.
        seconds: that it took.
    """
    _REQUESTS.labels(method, route, str(status)).observe(seconds)


def delivered(source: str, answer: Answer) -> None:
    """Count a delivery of a webhook."""
    _DELIVERIES.labels(source, answer).inc()
