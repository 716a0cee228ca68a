"""The command line: parse, call, print.

``base`` has the program and ``options`` what commands share; ``calls`` has the commands for one
call, ``deals`` those for a deal, ``reports`` those for many, ``service`` those that serve,
``operate``, ``access``, ``erasure``, ``person`` and ``exchange`` those for whoever runs the
service, ``bench`` those that measure and train, and ``doctor`` the one that examines.
"""

from transcript2handoff.cli import calls, deals, reports, service  # isort: skip - the help's order
from transcript2handoff.cli import operate, access, erasure, person  # isort: skip - as above
from transcript2handoff.cli import exchange, bench, doctor  # isort: skip - as above
from transcript2handoff.cli.base import app

__all__ = [
    "access",
    "app",
    "bench",
    "calls",
    "deals",
    "doctor",
    "erasure",
    "exchange",
    "main",
    "operate",
    "person",
    "reports",
    "service",
]


def main() -> None:
    """The program ``t2h``."""
    app(prog_name="t2h")
