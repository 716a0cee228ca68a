"""The audit as a file: JSON lines that prove themselves, without the database."""

import datetime
import json
from collections.abc import Iterable, Iterator

from pydantic import ValidationError

from transcript2handoff.deal import Record
from transcript2handoff.errors import AuditBrokenError
from transcript2handoff.store import audit
from transcript2handoff.store.chain import START, Anchor, Link, broken_from, followed
from transcript2handoff.store.transaction import Transaction


class _Line(Record):
    """A deed as it stands in the file: all that its digest is made of."""

    number: int
    at: datetime.datetime
    actor: str
    action: str
    matter: str
    subject: str
    details: str
    previous: str
    digest: str


def written(tx: Transaction) -> Iterator[bytes]:
    """The lines of the audit, the oldest first; each ends with a line break.

    Args:
        tx: a transaction that reads, so that the file is of one moment.
    """
    for link in audit.links(tx):
        told = {**link._asdict(), "at": link.at.astimezone(datetime.UTC).isoformat()}
        yield json.dumps(told).encode() + b"\n"


def verified(lines: Iterable[bytes], *, since: Anchor = START) -> Anchor:
    """Check a file that ``written`` wrote; its last deed.

    What was cut off at its end shows only against an anchor that was noted elsewhere.

    Args:
        lines: of the file.
        since: a deed that it has to hold.

    Raises:
        AuditBrokenError: it is not what was written, or holds no such deed.
    """
    return followed(_read(lines), since=since)


def _read(lines: Iterable[bytes]) -> Iterator[Link]:
    for number, line in enumerate(lines, start=1):
        try:
            told = _Line.model_validate_json(line)
        except ValidationError:
            raise AuditBrokenError(broken_from(number)) from None
        yield Link(**dict(told))
