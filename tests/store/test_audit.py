"""The audit: deeds in a chain in which a changed, missing or added row shows."""

import datetime
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from transcript2handoff.errors import InputError, StoreError, StoreGoneError
from transcript2handoff.store import Deed, Store, Window, audit, deals
from transcript2handoff.store.chain import BEGINNING, digest_of
from transcript2handoff.store.tables import AuditRow
from transcript2handoff.store.transaction import Transaction

READ = Deed(actor="user-1", action="read", matter="handoff", subject="deal-1")
SENT = Deed(
    actor="worker",
    action="send",
    matter="note",
    subject="deal-2",
    details={"version": 3, "ok": True},
)


def noted(store: Store, *deeds: Deed) -> None:
    for deed in deeds:
        with store.write() as tx:
            tx.note(deed)


def verified(store: Store) -> int:
    with store.read() as tx:
        return audit.verify(tx)


def tampered(store: Store, statement: str) -> None:
    """Somebody with access to the database does what the database itself does not let happen."""
    with store.write() as tx:
        if tx.session.get_bind().dialect.name == "postgresql":
            tx.session.execute(text("ALTER TABLE audit DISABLE TRIGGER ALL"))
        else:
            names = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
            for name in tx.session.scalars(text(names)).all():
                tx.session.execute(text(f"DROP TRIGGER {name}"))
        tx.session.execute(text(statement))


def test_deeds_are_written_with_what_was_done(store: Store, clock):
    assert verified(store) == 0
    noted(store, READ)
    clock.move(1)
    noted(store, SENT)
    with store.read() as tx:
        second, first = audit.listed(tx, Window()).items
    assert (first.number, first.actor, first.action, first.matter) == (
        1,
        "user-1",
        "read",
        "handoff",
    )
    assert (second.number, second.at, second.subject) == (2, clock(), "deal-2")
    assert second.details == {"version": 3, "ok": True}
    assert verified(store) == 2


def test_a_long_audit_is_checked_to_its_end(store: Store, monkeypatch):
    monkeypatch.setattr(audit, "AT_ONCE", 3)
    for length in (3, 4, 7):
        noted(store, *[READ] * (length - verified(store)))
        assert verified(store) == length
    tampered(store, "UPDATE audit SET actor = 'x' WHERE number = 7")
    with pytest.raises(StoreError, match="deed 7"):
        verified(store)


def test_what_was_taken_back_was_not_done(store: Store):
    def fail(tx: Transaction) -> None:
        tx.note(READ)
        deals.get(tx, "deal-none")

    with pytest.raises(StoreGoneError), store.write() as tx:
        fail(tx)
    assert verified(store) == 0


def test_reading_is_noted_too(store: Store):
    with store.read() as tx:
        tx.note(READ)
    assert verified(store) == 1


def test_deeds_are_listed_in_pages_by_thing_and_by_actor(store: Store):
    noted(store, READ, SENT, READ, SENT, READ)
    with store.read() as tx:
        first = audit.listed(tx, Window(limit=2))
        rest = audit.listed(tx, Window(limit=3, after=first.after))
        assert [deed.number for deed in (*first.items, *rest.items)] == [5, 4, 3, 2, 1]
        assert rest.after is None
        assert [d.number for d in audit.listed(tx, Window(), subject="deal-2").items] == [4, 2]
        assert [d.number for d in audit.listed(tx, Window(), actor="user-1").items] == [5, 3, 1]
        assert audit.listed(tx, Window(), actor="worker", subject="deal-1").items == ()


@pytest.mark.parametrize("cursor", ["", "x", "-1", "1.0", "²", "9" * 30])
def test_a_cursor_of_something_else_is_refused(sqlite_store: Store, cursor: str):
    with pytest.raises(InputError, match="cursor"), sqlite_store.read() as tx:
        audit.listed(tx, Window(after=cursor))


@pytest.mark.parametrize(
    ("statement", "number"),
    [
        ("UPDATE audit SET actor = 'user-2' WHERE number = 2", 2),
        ("UPDATE audit SET at = '2020-01-01 00:00:00.000000' WHERE number = 3", 3),
        ("UPDATE audit SET details = '{}' WHERE number = 2", 2),
        ("UPDATE audit SET digest = previous WHERE number = 1", 1),
        ("DELETE FROM audit WHERE number = 2", 2),
        ("DELETE FROM audit WHERE number = 1", 1),
        ("DELETE FROM audit WHERE number = 4", 4),
        ("DELETE FROM audit", 1),
        ("UPDATE audit SET number = 9 WHERE number = 4", 4),
        ("UPDATE audit_head SET number = 3", 5),
        ("DELETE FROM audit_head", 5),
        (
            "INSERT INTO audit SELECT 5, at, actor, action, matter, subject, details, digest, "
            "digest FROM audit WHERE number = 4",
            5,
        ),
    ],
)
def test_whatever_somebody_changes_shows(sqlite_store: Store, statement: str, number: int):
    noted(sqlite_store, READ, SENT, READ, SENT)
    assert verified(sqlite_store) == 4
    tampered(sqlite_store, statement)
    with pytest.raises(StoreError, match=f"from deed {number} on"):
        verified(sqlite_store)


def test_the_database_itself_lets_nothing_be_changed(store: Store):
    noted(store, READ)
    for statement in ("UPDATE audit SET actor = 'x'", "DELETE FROM audit"):
        with pytest.raises((DBAPIError, StoreError)), store.write() as tx:
            tx.session.execute(text(statement))
    assert verified(store) == 1


def test_deeds_at_the_same_time_come_one_after_the_other(store: Store):
    begin = threading.Barrier(4)

    def work(_: int) -> None:
        begin.wait()
        for _ in range(5):
            noted(store, READ, SENT)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))
    assert verified(store) == 40


@pytest.mark.parametrize(
    "told",
    [
        {"subject": "Priya Nair"},
        {"subject": "priya@hl.example"},
        {"actor": ""},
        {"details": {"name": "Priya Nair"}},
        {"details": {"Priya Nair": 1}},
        {"details": {str(n): n for n in range(7)}},
    ],
)
def test_a_deed_has_no_place_for_words(told):
    with pytest.raises(ValidationError):
        Deed.model_validate({**READ.model_dump(), **told})


ROWS = st.builds(
    AuditRow,
    number=st.integers(1, 2**40),
    at=st.datetimes(timezones=st.just(datetime.UTC)),
    actor=st.text(),
    action=st.text(),
    matter=st.text(),
    subject=st.text(),
    details=st.text(),
    previous=st.just(BEGINNING),
)
SAID = ("number", "at", "actor", "action", "matter", "subject", "details", "previous")


@given(ROWS, ROWS)
def test_rows_that_say_something_else_have_other_digests(one: AuditRow, other: AuditRow):
    same = all(getattr(one, name) == getattr(other, name) for name in SAID)
    assert (digest_of(one) == digest_of(other)) == same


@given(st.text(), st.text())
def test_no_word_moves_from_one_column_into_the_next(one: str, other: str):
    told = {"number": 1, "at": datetime.datetime.now(datetime.UTC), "action": "", "matter": ""}
    first = AuditRow(**told, actor=one + other, subject="", details="", previous="")
    second = AuditRow(**told, actor=one, subject=other, details="", previous="")
    assert (digest_of(first) == digest_of(second)) == (not other)
