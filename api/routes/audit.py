"""The audit: who has done what, and whether that is all."""

from collections.abc import Iterator
from itertools import islice
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response, StreamingResponse
from pydantic import AwareDatetime

from transcript2handoff.api.deps import Admin, StoreDep, note
from transcript2handoff.api.models.answers import file, problems
from transcript2handoff.api.models.people import AuditCheckOut, DeedOut
from transcript2handoff.api.paging import Paging, shaped
from transcript2handoff.errors import AuditBrokenError
from transcript2handoff.store import Page, Store, audit, audit_file
from transcript2handoff.store.audit import AuditFilter
from transcript2handoff.store.chain import START, Anchor
from transcript2handoff.store.deed import Action

router = APIRouter(tags=["audit"])
LINES = "application/x-ndjson"
_AT_ONCE: Final = 1000
"""Deeds that are sent together: each piece costs a way between two threads."""
_Id = Annotated[str | None, Query(pattern=r"^[A-Za-z0-9_.:-]{1,48}$")]


def _wanted(  # noqa: PLR0913, PLR0917 - what the query holds
    subject: _Id = None,
    actor: _Id = None,
    action: Action | None = None,
    deal_id: Annotated[
        str | None,
        Query(
            pattern=r"^[A-Za-z0-9_-]{1,48}$",
            description="Of this deal, of its calls and runs, and of its shared links.",
        ),
    ] = None,
    since: AwareDatetime | None = None,
    until: AwareDatetime | None = None,
) -> AuditFilter:
    return AuditFilter(
        subject=subject, actor=actor, action=action, deal_id=deal_id, since=since, until=until
    )


Wanted = Annotated[AuditFilter, Depends(_wanted)]
"""Which deeds are asked for."""


@router.get(
    "/audit",
    summary="Read the audit",
    operation_id="read_audit",
    response_model=Page[DeedOut],
    responses=problems(),
)
def read_audit(
    store: StoreDep, caller: Admin, window: Paging, only: Wanted = audit.EVERY_DEED
) -> object:
    """Who has read, changed, sent or erased what, newest first.

    Whoever reads the same thing again within a quarter of an hour is noted once.
    """
    with store.read() as tx:
        note(tx, caller, "read", "audit")
        return shaped(audit.listed(tx, window, only=only), DeedOut.of)


@router.get(
    "/audit/check",
    summary="Check the audit",
    operation_id="check_audit",
    response_model=AuditCheckOut,
    responses=problems(),
)
def check_audit(
    store: StoreDep,
    caller: Admin,
    anchor: Annotated[
        str | None,
        Query(
            pattern=r"^[0-9]{1,18}:[0-9a-f]{64}$",
            description="A head that was told before and noted elsewhere: the audit must hold it.",
        ),
    ] = None,
) -> object:
    """Whether no deed was changed, taken out or cut off since it was written.

    `head` is the last deed by its number and digest. Who keeps it elsewhere can prove later, with
    `anchor`, that nothing of what was written until now was written anew.
    """
    since = START if anchor is None else Anchor.read(anchor)
    with store.read() as tx:
        note(tx, caller, "read", "audit")
        try:
            count = audit.verify(tx, since=since)
            return AuditCheckOut(whole=True, deeds=count, head=str(audit.head(tx)))
        except AuditBrokenError as error:
            return AuditCheckOut(whole=False, fault=str(error))


@router.get(
    "/audit/export",
    summary="Export the audit",
    operation_id="export_audit",
    response_class=Response,
    responses={200: file("A deed a line, the oldest first.", LINES), **problems()},
)
def export_audit(store: StoreDep, caller: Admin) -> Response:
    """The whole audit as JSON lines; `t2h audit verify FILE` checks them without the database."""
    with store.write() as tx:
        note(tx, caller, "send", "audit")
    named = {"Content-Disposition": 'attachment; filename="audit.jsonl"'}
    return StreamingResponse(_lines(store), media_type=LINES, headers=named)


def _lines(store: Store) -> Iterator[bytes]:
    with store.read() as tx:
        lines = audit_file.written(tx)
        while some := b"".join(islice(lines, _AT_ONCE)):
            yield some
