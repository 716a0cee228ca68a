"""The audit: deeds in a chain in which a changed, missing or added row shows."""

import datetime
import json
import shutil
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from transcript2handoff.errors import (
    AuditBrokenError,
    InputError,
    StoreError,
    StoreGoneError,
    StoreUnreachableError,
)
from transcript2handoff.store import Deed, Store, Window, audit, audit_file, deals
from transcript2handoff.store.chain import BEGINNING, START, Anchor, digest_of
from transcript2handoff.store.seen import Seen
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


def verified(store: Store, *, since: Anchor = START) -> int:
    with store.read() as tx:
        return audit.verify(tx, since=since)


def tampered(store: Store, statement: str) -> None:
    """Somebody with access to the database does what the database itself does not let happen."""
    with store.write() as tx:
        if tx.session.get_bind().dialect.name == "postgresql":
            for table in ("audit", "audit_head"):
                tx.session.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER ALL"))
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
        assert [
            d.number
            for d in audit.listed(tx, Window(), only=audit.AuditFilter(subject="deal-2")).items
        ] == [4, 2]
        assert [
            d.number
            for d in audit.listed(tx, Window(), only=audit.AuditFilter(actor="user-1")).items
        ] == [5, 3, 1]
        assert (
            audit.listed(
                tx, Window(), only=audit.AuditFilter(actor="worker", subject="deal-1")
            ).items
            == ()
        )


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


EVERYWHERE = (
    "UPDATE audit SET actor = 'x'",
    "DELETE FROM audit",
    "UPDATE audit_head SET digest = 'x'",
    "UPDATE audit_head SET number = 0",
    "UPDATE audit_head SET id = 2",
    "DELETE FROM audit_head",
    "INSERT INTO audit_head (id, number, digest) VALUES (2, 7, 'x')",
)
COPIED = "SELECT number, at, 'x', action, matter, subject, details, previous, digest FROM audit"
REFUSED = {
    "postgresql": (*EVERYWHERE, "TRUNCATE audit", "TRUNCATE audit_head"),
    "sqlite": (
        *EVERYWHERE,
        # A row that takes the place of another one is not deleted in the eyes of triggers.
        f"INSERT OR REPLACE INTO audit {COPIED}",
        "INSERT OR REPLACE INTO audit_head (id, number, digest) VALUES (1, 0, 'x')",
    ),
}


def test_the_database_itself_lets_nothing_be_changed(store: Store):
    noted(store, READ)
    for statement in REFUSED[store._engine.dialect.name]:
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


def rechained(store: Store, begin: int) -> None:
    """Somebody who can do everything writes the audit anew from a deed on, and its head with it."""
    with store.read() as tx:
        links = [link for link in audit.links(tx) if link.number >= begin]
    previous = links[0].previous
    for link in links:
        row = AuditRow(**{**link._asdict(), "actor": "nobody", "previous": previous})
        told = f"actor = 'nobody', previous = '{previous}', digest = '{digest_of(row)}'"
        tampered(store, f"UPDATE audit SET {told} WHERE number = {link.number}")
        previous = digest_of(row)
    tampered(store, f"UPDATE audit_head SET digest = '{previous}'")


class TestAnchors:
    def test_a_chain_that_was_written_anew_shows_against_what_was_noted(self, store: Store):
        noted(store, READ, SENT, READ)
        with store.read() as tx:
            anchor = audit.head(tx)
        noted(store, READ)
        assert verified(store, since=anchor) == 4
        rechained(store, 2)
        assert verified(store) == 4, "nothing else tells of it"
        with pytest.raises(AuditBrokenError, match="deed 3 is another one by now"):
            verified(store, since=anchor)

    def test_what_was_written_anew_after_it_does_not(self, sqlite_store: Store):
        noted(sqlite_store, READ, SENT)
        with sqlite_store.read() as tx:
            anchor = audit.head(tx)
        noted(sqlite_store, READ, READ)
        rechained(sqlite_store, 3)
        assert verified(sqlite_store, since=anchor) == 4

    def test_a_tail_that_was_cut_off_with_its_head_shows(self, sqlite_store: Store):
        noted(sqlite_store, READ, SENT)
        with sqlite_store.read() as tx:
            before = audit.head(tx)
        noted(sqlite_store, READ)
        with sqlite_store.read() as tx:
            anchor = audit.head(tx)
        tampered(sqlite_store, "DELETE FROM audit WHERE number = 3")
        tampered(sqlite_store, f"UPDATE audit_head SET number = 2, digest = '{before.digest}'")
        assert verified(sqlite_store) == 2
        with pytest.raises(AuditBrokenError, match="its last deed is 2"):
            verified(sqlite_store, since=anchor)

    def test_the_audit_of_another_installation_is_none(
        self, store: Store, sqlite_template, tmp_path
    ):
        url = f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'other.db')}"
        with closing(Store.open(url, str(tmp_path / "others"))) as other:
            noted(other, READ)
            with other.read() as tx:
                anchor = audit.head(tx)
        noted(store, READ)
        with pytest.raises(AuditBrokenError, match="another installation"):
            verified(store, since=anchor)

    @pytest.mark.parametrize("text", ["", "5", "x:y", f"1:{'g' * 64}", f"-1:{'0' * 64}", "1:0"])
    def test_what_is_no_anchor_is_refused(self, text: str):
        with pytest.raises(InputError, match="t2h audit head"):
            Anchor.read(text)

    @given(st.integers(0, 2**60), st.binary(min_size=32, max_size=32))
    def test_an_anchor_is_read_as_it_is_printed(self, number: int, digest: bytes):
        anchor = Anchor(number=number, digest=digest.hex())
        assert Anchor.read(f" {anchor}\n") == anchor


class TestTheFile:
    @pytest.fixture
    def lines(self, sqlite_store: Store) -> list[bytes]:
        noted(sqlite_store, READ, SENT, READ, SENT)
        with sqlite_store.read() as tx:
            return [*audit_file.written(tx)]

    def test_it_is_the_audit(self, store: Store):
        noted(store, READ, SENT)
        with store.read() as tx:
            lines, head = [*audit_file.written(tx)], audit.head(tx)
        assert audit_file.verified(lines) == audit_file.verified(lines, since=head) == head

    @given(st.data())
    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
    def test_whatever_is_changed_in_it_shows(self, lines: list[bytes], data):
        head = audit_file.verified(lines)
        whole = b"".join(lines)
        place = data.draw(st.integers(0, len(whole) - 1))
        byte = data.draw(st.integers(0, 255))
        changed = whole[:place] + bytes([byte]) + whole[place + 1 :]
        parts = changed.splitlines(keepends=True)
        try:
            assert audit_file.verified(parts, since=head) == head
        except AuditBrokenError:
            return
        said = [json.loads(line) for line in lines]
        assert [json.loads(line) for line in parts] == said, "it says the same in other letters"

    @given(st.permutations(range(4)), st.integers(0, 4))
    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
    def test_lines_in_another_order_or_left_out_show(self, lines, order, kept):
        head = audit_file.verified(lines)
        if [*order][:kept] == [0, 1, 2, 3]:
            return
        with pytest.raises(AuditBrokenError):
            audit_file.verified([lines[n] for n in order[:kept]], since=head)


def test_what_is_read_again_is_noted_after_a_quarter_of_an_hour(store: Store, clock):
    for seconds in (0, 60, 840, 1, 30):
        clock.move(seconds)
        with store.read() as tx:
            tx.note(READ)
            tx.note(READ)
    assert verified(store) == 2


def test_what_could_not_be_noted_is_not_taken_for_noted(sqlite_store: Store, monkeypatch):
    def fail(*_told: object, **_more: object) -> None:
        raise StoreUnreachableError("away")

    with monkeypatch.context() as patch:
        patch.setattr("transcript2handoff.store.opening.add_to_chain", fail)
        with pytest.raises(StoreUnreachableError):
            read_once(sqlite_store)
    read_once(sqlite_store)
    assert verified(sqlite_store) == 1


def read_once(store: Store) -> None:
    with store.read() as tx:
        tx.note(READ)


def test_only_so_many_readings_are_remembered(monkeypatch):
    monkeypatch.setattr("transcript2handoff.store.seen._MOST", 2)
    seen, now = Seen(), datetime.datetime.now(datetime.UTC)
    deeds = [READ.model_copy(update={"subject": f"deal-{n}"}) for n in range(3)]
    seen.noted(deeds, now=now)
    assert seen.unnoted([*deeds, *deeds, SENT, SENT], now=now) == [deeds[0], SENT, SENT]
    before = now - datetime.timedelta(seconds=1)
    assert seen.unnoted(deeds[1:], now=before) == deeds[1:], "the clock was put back"


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
