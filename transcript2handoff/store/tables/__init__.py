"""The tables, as SQLAlchemy sees them; ``migrations`` makes them."""

from transcript2handoff.store.tables.access import (
    AuditHeadRow,
    AuditRow,
    KeyRow,
    TokenRow,
    UserRow,
)
from transcript2handoff.store.tables.base import Base, new_id
from transcript2handoff.store.tables.contacts import ContactRow
from transcript2handoff.store.tables.counts import CountRow
from transcript2handoff.store.tables.deals import (
    BlobRow,
    CallRow,
    DealRow,
    DocumentRow,
    EventRow,
    HandoffRow,
    PaperRow,
    ResultRow,
    RunRow,
    StepRow,
)
from transcript2handoff.store.tables.derived import describe, plain
from transcript2handoff.store.tables.erasures import BackupRow, ErasureRow, SecretRow
from transcript2handoff.store.tables.queues import (
    AnswerRow,
    InboxRow,
    OutboxRow,
    UploadRow,
    WorkerRow,
)
from transcript2handoff.store.tables.reading import (
    CorrectionRow,
    LedgerRow,
    SaidRow,
    ShareRow,
    ViewRow,
)

__all__ = [
    "AnswerRow",
    "AuditHeadRow",
    "AuditRow",
    "BackupRow",
    "Base",
    "BlobRow",
    "CallRow",
    "ContactRow",
    "CorrectionRow",
    "CountRow",
    "DealRow",
    "DocumentRow",
    "ErasureRow",
    "EventRow",
    "HandoffRow",
    "InboxRow",
    "KeyRow",
    "LedgerRow",
    "OutboxRow",
    "PaperRow",
    "ResultRow",
    "RunRow",
    "SaidRow",
    "SecretRow",
    "ShareRow",
    "StepRow",
    "TokenRow",
    "UploadRow",
    "UserRow",
    "ViewRow",
    "WorkerRow",
    "describe",
    "new_id",
    "plain",
]
