"""The audit: who has done what, and whether that is all."""

from typing import Annotated

from fastapi import APIRouter, Query

from transcript2handoff.api.deps import Admin, StoreDep, note
from transcript2handoff.api.models.answers import problems
from transcript2handoff.api.models.people import AuditCheckOut, DeedOut
from transcript2handoff.api.paging import Paging, shaped
from transcript2handoff.errors import StoreError, StoreUnreachableError
from transcript2handoff.store import Page, audit

router = APIRouter(tags=["audit"])
_Id = Annotated[str | None, Query(pattern=r"^[A-Za-z0-9_.:-]{1,48}$")]


@router.get(
    "/audit",
    summary="Read the audit",
    operation_id="read_audit",
    response_model=Page[DeedOut],
    responses=problems(),
)
def read_audit(
    store: StoreDep, caller: Admin, window: Paging, subject: _Id = None, actor: _Id = None
) -> object:
    """Who has read, changed, sent or erased what, newest first: of one thing, or by one actor."""
    with store.read() as tx:
        note(tx, caller, "read", "audit")
        return shaped(audit.listed(tx, window, subject=subject, actor=actor), DeedOut.of)


@router.get(
    "/audit/check",
    summary="Check the audit",
    operation_id="check_audit",
    response_model=AuditCheckOut,
    responses=problems(),
)
def check_audit(store: StoreDep, caller: Admin) -> object:
    """Whether no deed was changed, taken out or cut off since it was written."""
    with store.read() as tx:
        note(tx, caller, "read", "audit")
        try:
            return AuditCheckOut(whole=True, deeds=audit.verify(tx))
        except StoreUnreachableError:
            raise
        except StoreError as error:
            return AuditCheckOut(whole=False, fault=str(error))
