"""The command line: parse, call, print.

``base`` has the program and the options that commands share; ``calls`` the commands for one call,
``deals`` those for a deal and many, ``bench`` those that measure, train and examine.
"""

from transcript2handoff.cli import calls, deals, bench  # isort: skip - the order of the help
from transcript2handoff.cli.base import app

__all__ = ["app", "bench", "calls", "deals", "main"]


def main() -> None:
    """The program ``t2h``."""
    app(prog_name="t2h")
