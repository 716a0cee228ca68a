"""What is answered when a paper of a deal was changed."""

from transcript2handoff.api.models import examples
from transcript2handoff.api.models.runs import RunOut
from transcript2handoff.deal import Record


class PaperOut(Record):
    """A paper was put or removed."""

    model_config = examples.shown({"edition": "3-7-1", "run": examples.RUN})

    edition: str
    """Of the handoff by now."""
    run: RunOut | None
    """It judges the deal and makes its documents anew; none where nothing changed, or no call is
    there yet."""
