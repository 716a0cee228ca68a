"""Something that does not hold, as it is told to whoever runs the service."""

from transcript2handoff.deal import Record


class Fault(Record):
    """A fault, in fixed words and ids: it may be sent to whoever helps, and names nobody."""

    what: str
    """A sentence."""
    where: tuple[str, ...]
    """Ids and digests of what it is about."""
    advice: str
    """What to do."""
