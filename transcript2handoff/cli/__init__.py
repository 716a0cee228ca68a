"""The command line: parse, call, print.

``base`` has the program and ``options`` what commands share; ``calls`` has the commands for one
call, ``deals`` those for a deal, ``reports`` those for many, and ``bench`` those that measure,
train and examine.
"""

from transcript2handoff.cli import calls, deals, reports, bench  # isort: skip - the order of the help
from transcript2handoff.cli.base import app

__all__ = ["app", "bench", "calls", "deals", "main", "reports"]


def main() -> None:
    """The program ``t2h``."""
    app(prog_name="t2h")
