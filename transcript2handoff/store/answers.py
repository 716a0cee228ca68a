"""Answers to requests with an idempotency key: a request that is repeated is answered alike."""

import datetime
import json
from collections.abc import Mapping
from typing import Annotated, Final

from pydantic import Field
from sqlalchemy import CursorResult, delete

from transcript2handoff.deal import Record
from transcript2handoff.errors import StoreConflictError
from transcript2handoff.store.tables import AnswerRow
from transcript2handoff.store.transaction import Transaction, add_new

GIVEN_UP_SECONDS: Final = 600
"""A request that has no answer after so long has died with its process; it may be done again.

Long enough for a large recording on its way: while one is received, a second is not.
"""


class Answer(Record):
    """What a request was answered."""

    status: int
    body: Annotated[str | None, Field(repr=False)]
    """JSON; None if there was none, or if its words were erased."""
    headers: Mapping[str, str] = {}


class Known(Record):
    """A request that was made before."""

    answer: Answer | None
    """None while it is still worked on."""


def begin(tx: Transaction, actor: str, key: str, request_digest: str) -> Known | None:
    """Hold a key for a request; None if the request is to be worked on now.

    Args:
        tx: the transaction; end it before the work begins, so that others see the key.
        actor: whose key it is.
        key: the idempotency key.
        request_digest: of all that the request says.

    Raises:
        StoreConflictError: the key was used for a different request.
    """
    values = {"actor": actor, "key": key, "request": request_digest, "created": tx.now}
    if add_new(tx, AnswerRow, **values):
        return None
    row = tx.session.get_one(AnswerRow, (actor, key), with_for_update=True, populate_existing=True)
    if row.request != request_digest:
        raise StoreConflictError(
            "This idempotency key was used for a different request. Use a new key for each "
            "request, and the same one only to repeat it."
        )
    if row.status is not None:
        return Known(answer=_answer(row, row.status))
    if row.created > tx.now - datetime.timedelta(seconds=GIVEN_UP_SECONDS):
        return Known(answer=None)
    row.created = tx.now
    tx.session.flush()
    return None


def answer(tx: Transaction, actor: str, key: str, told: Answer) -> None:
    """Keep what a request was answered; best in the transaction that does what it asked."""
    row = tx.session.get(AnswerRow, (actor, key), with_for_update=True, populate_existing=True)
    if row is None:
        return
    row.status, row.body = told.status, told.body
    row.headers = json.dumps(dict(told.headers)) if told.headers else None
    tx.session.flush()


def forget(tx: Transaction, actor: str, key: str) -> None:
    """Let a key be used again: its request has failed, and nothing was done."""
    tx.session.execute(delete(AnswerRow).where(AnswerRow.actor == actor, AnswerRow.key == key))


def drop_old(tx: Transaction, older: datetime.timedelta) -> int:
    """Forget the keys that are older; the number of them."""
    result = tx.session.execute(delete(AnswerRow).where(AnswerRow.created < tx.now - older))
    assert isinstance(result, CursorResult)
    return result.rowcount


def _answer(row: AnswerRow, status: int) -> Answer:
    headers = json.loads(row.headers) if row.headers else {}
    return Answer(status=status, body=row.body, headers=headers)
