"""The command line: parse, call, print.

``base`` has the program and ``options`` what commands share; ``calls`` has the commands for one
call, ``deals`` those for a deal, ``reports`` those for many, ``service`` those that serve,
``operate``, ``access`` and ``exchange`` those for whoever runs the service, and ``bench`` those
that measure, train and examine.
"""

from transcript2handoff.cli import calls, deals, reports, service  # isort: skip - the help's order
from transcript2handoff.cli import operate, access, exchange, bench  # isort: skip - as above
from transcript2handoff.cli.base import app

__all__ = [
    "access",
    "app",
    "bench",
    "calls",
    "deals",
    "exchange",
    "main",
    "operate",
    "reports",
    "service",
]


def main() -> None:
    """The program ``t2h``."""
    app(prog_name="t2h")
