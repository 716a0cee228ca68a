"""``python -m transcript2handoff.cli``."""

from transcript2handoff.cli import main

main()
