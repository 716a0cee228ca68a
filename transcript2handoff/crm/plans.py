"""What both CRMs' plans are made of, and how a plan is shown."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import time
from typing import Any, Final

from transcript2handoff.crm.records import Kind, Request, Write, digest
from transcript2handoff.words import ENGLISH, Words

NOON: Final = time(12)
"""At noon in UTC a day is the same day nearly everywhere, so a due day does not move."""


@dataclass(frozen=True, kw_only=True)
class Planning:
    """What a plan is made with.

    Attributes:
        known: content hashes of what was delivered, by the key of the write.
        words: of those who read the CRM.
    """

    known: Mapping[str, str]
    words: Words = ENGLISH


def json_bytes(value: Mapping[str, Any]) -> bytes:
    """The JSON of a body: on one line, letters as they are."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.encode()


@dataclass(frozen=True, kw_only=True)
class Step:
    """One note, task or set of properties: how it is made, and how it is changed.

    Attributes:
        kind: what is written.
        key: of the write.
        create: makes it, where it is not known.
        update: changes it; does not touch what people may have changed, as who a task belongs to.
        again: whether ``update`` follows when ``create`` finds it there.
    """

    kind: Kind
    key: str
    create: Request
    update: Request
    again: bool = False

    def write(self, known: Mapping[str, str]) -> Write | None:
        """What is to be sent; None where the CRM has all of it already."""
        content_hash = digest(self.update.body)
        delivered = known.get(self.key)
        if delivered == content_hash:
            return None
        return Write(
            key=self.key,
            kind=self.kind,
            content_hash=content_hash,
            request=self.create if delivered is None else self.update,
            again=self.update if self.again and delivered is None else None,
        )


def needed(steps: Iterable[Step], known: Mapping[str, str]) -> tuple[Write, ...]:
    """The writes that change something, in the order of the steps."""
    return tuple(write for step in steps if (write := step.write(known)))


def dry_run(plan: Iterable[Write]) -> str:
    """Exactly what would be sent: of each request its method, its path and its body."""
    return "\n".join(_shown(plan)) or "Nothing to write: the CRM has all of it.\n"


def _shown(plan: Iterable[Write]) -> Iterator[str]:
    for write in plan:
        yield f"# {write.kind} {write.key}"
        yield _request(write.request)
        if write.again:
            yield "# and if the CRM says that it has this one already"
            yield _request(write.again)


def _request(request: Request) -> str:
    return f"{request.method} {request.path}\n{request.body.decode()}\n"
