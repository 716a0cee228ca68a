"""People with an account."""

import datetime
from typing import Annotated, Literal

from pydantic import Field, StringConstraints
from sqlalchemy import delete, func, select

from transcript2handoff.deal import Name, Record
from transcript2handoff.errors import StoreConflictError
from transcript2handoff.store.paging import Page, Window, newest_first
from transcript2handoff.store.tables import TokenRow, UserRow, new_id
from transcript2handoff.store.transaction import Transaction, the_row

Role = Literal["ae", "csm", "admin"]
Email = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True, to_lower=True, max_length=255, pattern=r"^[^@\s]+@[^@\s]+$"
    ),
]
"""In small letters: nobody has two accounts because of a capital."""


class NewUser(Record):
    """Somebody who gets an account."""

    name: Name
    email: Email
    role: Role
    password_hash: Annotated[str | None, Field(repr=False)] = None
    subject: Annotated[str | None, Field(max_length=255)] = None
    """What the identity provider calls the person."""


class UserChanges(Record):
    """What is to be changed: the fields that are given."""

    name: Name = ""
    email: Email = ""
    role: Role = "ae"
    password_hash: Annotated[str | None, Field(repr=False)] = None
    subject: Annotated[str | None, Field(max_length=255)] = None


class UserRecord(Record):
    """Somebody with an account."""

    id: str
    name: str
    email: str
    role: Role
    password_hash: Annotated[str | None, Field(repr=False)]
    subject: str | None
    created: datetime.datetime
    disabled: datetime.datetime | None


def add(tx: Transaction, new: NewUser) -> UserRecord:
    """Give somebody an account.

    Raises:
        StoreConflictError: somebody has one with this e-mail address or subject.
    """
    _check_free(tx, email=new.email, subject=new.subject)
    row = UserRow(id=new_id("user"), created=tx.now, **new.model_dump())
    tx.session.add(row)
    tx.session.flush()
    return _record(row)


def _check_free(
    tx: Transaction, *, email: str, subject: str | None, besides: str | None = None
) -> None:
    taken = UserRow.email == email
    if subject is not None:
        taken |= UserRow.subject == subject
    if tx.session.scalar(select(UserRow.id).where(taken, UserRow.id != (besides or ""))):
        raise StoreConflictError(
            "Somebody has an account with this e-mail address, or with this identity. Change that "
            "account, or use another address."
        )


def get(tx: Transaction, user_id: str) -> UserRecord:
    """An account.

    Raises:
        StoreGoneError: there is none.
    """
    return _record(the_row(tx, UserRow, user_id))


def by_email(tx: Transaction, email: str) -> UserRecord | None:
    """The account with this e-mail address, in whatever letters it is written."""
    row = tx.session.scalar(select(UserRow).where(UserRow.email == email.strip().lower()))
    return None if row is None else _record(row)


def by_subject(tx: Transaction, subject: str) -> UserRecord | None:
    """The account of whom the identity provider calls so."""
    row = tx.session.scalar(select(UserRow).where(UserRow.subject == subject))
    return None if row is None else _record(row)


def listed(tx: Transaction, window: Window) -> Page[UserRecord]:
    """The accounts, newest first, the disabled ones too.

    Raises:
        InputError: the cursor is none of this list.
    """
    rows, after = newest_first(tx, select(UserRow), UserRow, window=window)
    return Page[UserRecord](items=tuple(_record(row) for row in rows), after=after)


def count(tx: Transaction) -> int:
    """How many accounts there are, the disabled ones too."""
    return tx.session.scalar(select(func.count()).select_from(UserRow)) or 0


def change(tx: Transaction, user_id: str, changes: UserChanges) -> UserRecord:
    """Change an account.

    Raises:
        StoreConflictError: somebody else has the e-mail address or the subject, or the last
            administrator would be none any more.
        StoreGoneError: there is no such account.
    """
    _hold_admins(tx)
    row = the_row(tx, UserRow, user_id, lock=True)
    wanted = changes.model_dump(include=changes.model_fields_set)
    if wanted.get("role", row.role) != row.role:
        _check_not_the_last(tx, row)
    _check_free(
        tx,
        email=wanted.get("email", row.email),
        subject=wanted.get("subject", row.subject),
        besides=row.id,
    )
    for name, value in wanted.items():
        setattr(row, name, value)
    tx.session.flush()
    return _record(row)


def disable(tx: Transaction, user_id: str) -> UserRecord:
    """Let somebody in no more, and end all that is open for them. What they did stays theirs.

    Raises:
        StoreConflictError: it is the last administrator.
        StoreGoneError: there is no such account.
    """
    _hold_admins(tx)
    row = the_row(tx, UserRow, user_id, lock=True)
    _check_not_the_last(tx, row)
    row.disabled = row.disabled or tx.now
    tx.session.execute(delete(TokenRow).where(TokenRow.user_id == user_id))
    tx.session.flush()
    return _record(row)


def enable(tx: Transaction, user_id: str) -> UserRecord:
    """Let somebody in again.

    Raises:
        StoreGoneError: there is no such account.
    """
    row = the_row(tx, UserRow, user_id, lock=True)
    row.disabled = None
    tx.session.flush()
    return _record(row)


def _hold_admins(tx: Transaction) -> None:
    """Have those who would leave no administrator, each at the same moment, wait for each other."""
    admins = select(UserRow.id).where(UserRow.role == "admin").order_by(UserRow.id)
    tx.session.scalars(admins.with_for_update()).all()


def _check_not_the_last(tx: Transaction, row: UserRow) -> None:
    others = select(func.count()).where(
        UserRow.role == "admin", UserRow.disabled.is_(None), UserRow.id != row.id
    )
    if row.role == "admin" and row.disabled is None and not tx.session.scalar(others):
        raise StoreConflictError(
            "This is the only administrator. Make somebody else one first, then try again."
        )


def _record(row: UserRow) -> UserRecord:
    return UserRecord.model_validate({name: getattr(row, name) for name in UserRecord.model_fields})
