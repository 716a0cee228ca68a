"""The proof of an erasure: what was forgotten is found, wherever it stands; what is gone is not."""

import json
import sqlite3
import zipfile
from collections.abc import Callable
from contextlib import closing
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from tests.store.test_erasing import cleared, make
from tests.store.test_unpacking import listed_often, packed
from transcript2handoff.erasure import Who
from transcript2handoff.store import (
    Store,
    Transaction,
    Window,
    audit,
    erasing,
    keeping,
    proving,
    receipts,
    scanning,
)
from transcript2handoff.store.receipts import Left, Proof, Receipt
from transcript2handoff.store.scanning import Sought
from transcript2handoff.store.tables import Base, CallRow, DealRow, RunRow

WHO = Who(names=("Ysolde Quibbleworth",), emails=("ysolde@quibble.example",))


def receipt(store: Store, erased: erasing.Erased) -> Receipt:
    with store.read() as tx:
        return receipts.get(tx, erased.receipt_id)


def erase_deal(store: Store, deal_id: str) -> Receipt:
    with store.write() as tx:
        erased = erasing.deal(tx, deal_id, by="user-1")
    cleared(store, erased)
    return receipt(store, erased)


def places(left: list[Left]) -> set[tuple[str, str]]:
    return {(each.what, each.where) for each in left}


def test_a_receipt_says_what_went_by_ids_and_numbers_alone(store: Store):
    made, _ = make(store, "Secretia"), make(store, "Openia")
    told = erase_deal(store, made.deal)
    assert (told.kind, told.by, told.proof, told.digest) == ("deal", "user-1", None, None)
    gone = told.gone
    assert (gone.deals, gone.calls, gone.runs) == ((made.deal,), (made.call,), (made.run,))
    assert gone.uploads == (made.upload,)
    assert len(gone.blobs) == 4
    for table in ("deals", "calls", "runs", "steps", "handoffs", "said", "corrections", "shares"):
        assert gone.rows[table] == 1, table
    assert "Secretia" not in told.model_dump_json()


def test_a_clean_erasure_is_proven_clean(store: Store):
    made, _ = make(store, "Secretia"), make(store, "Openia")
    looked = proving.look(store, erase_deal(store, made.deal))
    assert looked.left == []
    assert looked.through["digests"] == 4
    assert looked.through["deals"] >= 1


COLUMNS = [
    (table, column)
    for table in Base.metadata.sorted_tables
    for column in table.columns
    if column.name in ("deal_id", "call_id", "run_id")
]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("table", "column"), COLUMNS, ids=lambda each: getattr(each, "name", each))
def test_a_row_that_was_forgotten_is_found_in_every_table(store: Store, table, column):
    """A row of each table that names a deal, a call or a run, planted after their erasure."""
    made, other = make(store, "Secretia"), make(store, "Openia")
    told = erase_deal(store, made.deal)
    gone = {"deal_id": made.deal, "call_id": made.call, "run_id": made.run}[column.name]
    kept = {"deal_id": other.deal, "call_id": other.call, "run_id": other.run}[column.name]
    with closing(sqlite3.connect(store.file or "")) as connection:
        changed = connection.execute(
            f"UPDATE {table.name} SET {column.name} = ? WHERE {column.name} = ?",
            (gone, kept),
        ).rowcount
        if not changed:
            _plant(connection, table, column.name, gone)
        connection.commit()
    left = proving.look(store, told).left
    assert ("row", f"{table.name}.{column.name}") in places(left)
    assert gone in next(one for one in left if one.where == f"{table.name}.{column.name}").ids


def _plant(connection, table, name, value) -> None:
    """A row of nothing but what it must have."""
    needed = [c for c in table.columns if not c.nullable or c.name == name]
    values = [value if c.name == name else "2026-03-02 09:00:00.000000" for c in needed]
    names = ", ".join(f'"{c.name}"' for c in needed)
    marks = ", ".join("?" * len(needed))
    connection.execute(f"INSERT INTO {table.name} ({names}) VALUES ({marks})", values)


def test_an_id_within_a_text_is_found(store: Store):
    made, other = make(store, "Secretia"), make(store, "Openia")
    told = erase_deal(store, made.deal)
    with store.write() as tx:
        row = tx.session.get_one(DealRow, other.deal)
        row.waits_for = f"the deal {made.deal} comes first"
    assert places(proving.look(store, told).left) == {("row", "deals.waits_for")}


def test_bytes_that_were_not_taken_away_are_found(store: Store):
    made = make(store, "Secretia")
    with store.write() as tx:
        erased = erasing.deal(tx, made.deal, by="user-1")
    looked = proving.look(store, receipt(store, erased))
    assert places(looked.left) == {("blob", "blobs"), ("upload", "uploads")}
    assert len([one for one in looked.left if one.what == "blob"]) == 4
    cleared(store, erased)
    assert proving.look(store, receipt(store, erased)).left == []


def test_a_blob_that_another_deal_shares_is_told_with_the_deal(store: Store):
    made, other = make(store, "Secretia"), make(store, "Openia")
    with store.write() as tx:
        shared = tx.session.get_one(CallRow, made.call).recording
        tx.session.get_one(CallRow, other.call).recording = shared
    (left,) = proving.look(store, erase_deal(store, made.deal)).left
    assert (left.what, left.ids) == ("shared", (shared, other.deal))
    assert "very same bytes" in left.why


def _in_a_row(store: Store, tx: Transaction, deal_id: str) -> None:
    tx.session.execute(
        text("UPDATE deals SET waits_for = :told WHERE id = :id"),
        {"told": "ask YSOLDE  Quibbleworth first", "id": deal_id},
    )


def _in_json(store: Store, tx: Transaction, deal_id: str) -> None:
    tx.session.execute(
        text("UPDATE events SET text = :told WHERE deal_id = :id"),
        {"told": json.dumps({"by": "Ysolde\nQuibbleworth"}), "id": deal_id},
    )


def _an_address(store: Store, tx: Transaction, deal_id: str) -> None:
    run = tx.session.query(RunRow).filter_by(deal_id=deal_id).first()
    assert run is not None
    run.error = "no mail to <Ysolde@quibble.example>."


def _in_a_blob(store: Store, tx: Transaction, deal_id: str) -> None:
    keeping.keep(tx, store.blobs.put([b'{"text": "I am Ysolde Quibbleworth."}']).digest)


def _in_an_orphan(store: Store, tx: Transaction, deal_id: str) -> None:
    store.blobs.put([b"Ysolde Quibbleworth"])


def _in_a_document(store: Store, tx: Transaction, deal_id: str) -> None:
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", "<w:t>Ysolde Quibbleworth</w:t>" * 50)
    store.blobs.put([file.getvalue()])


def _in_an_upload(store: Store, tx: Transaction, deal_id: str) -> None:
    store.blobs.put_part("upload-1", 0, b"Ysolde Quibbleworth: Hello.")


PLANTED: dict[Callable[..., None], str] = {
    _in_a_row: "deals.waits_for",
    _in_json: "events.text",
    _an_address: "runs.error",
    _in_a_blob: "blobs",
    _in_an_orphan: "blobs",
    _in_a_document: "blobs",
    _in_an_upload: "blobs",
}


@pytest.mark.parametrize("plant", PLANTED, ids=lambda each: each.__name__.strip("_"))
def test_a_name_that_was_forgotten_is_found(store: Store, plant: Callable[..., None]):
    other = make(store, "Openia")
    with store.write() as tx:
        erased = erasing.person(tx, WHO, by="user-1")
    assert proving.look(store, receipt(store, erased), erased.who).left == []
    with store.write() as tx:
        plant(store, tx, other.deal)
    left = proving.look(store, receipt(store, erased), erased.who).left
    assert places(left) == {("words", PLANTED[plant])}
    told = Proof(at=store.now(), looked_through={}, with_names=True, left=left, clean=False)
    assert "bbleworth" not in told.model_dump_json().lower()
    assert "ysolde" not in told.model_dump_json().lower()


def _an_archive_of_zeros(store: Store) -> None:
    store.blobs.put([packed(*[bytes(1 << 20)] * 3)])


def _a_part_that_lists_a_file_often(store: Store) -> None:
    store.blobs.put_part("upload-1", 0, listed_often(bytes(1 << 20), 1000))


def _a_long_file(store: Store) -> None:
    store.blobs.put([b"Ysolde Quibbleworth" * 4000])


@pytest.mark.parametrize(
    "plant", [_an_archive_of_zeros, _a_part_that_lists_a_file_often, _a_long_file]
)
def test_what_was_not_looked_into_is_told_and_leaves_no_proof_clean(
    store: Store, plant: Callable[[Store], None], monkeypatch
):
    monkeypatch.setattr(proving, "LARGEST", 50_000)
    with store.write() as tx:
        erased = erasing.person(tx, WHO, by="user-1")
    plant(store)
    looked = proving.look(store, receipt(store, erased), erased.who)
    assert places(looked.left) == {("unread", "blobs")}
    assert looked.left[0].number == looked.through["blobs_unread"] == 1
    assert looked.through["blobs_of_sound"] == looked.through["blobs"] == 0
    assert "by hand" in looked.left[0].why


def test_a_name_is_found_in_an_archive_that_is_not_looked_into_to_its_end(store: Store):
    with store.write() as tx:
        erased = erasing.person(tx, WHO, by="user-1")
    store.blobs.put([packed(b"Ysolde Quibbleworth", *[bytes(1 << 20)] * 3)])
    looked = proving.look(store, receipt(store, erased), erased.who)
    assert places(looked.left) == {("words", "blobs")}


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_name_in_free_pages_is_found(store: Store):
    with store.write() as tx:
        erased = erasing.person(tx, WHO, by="user-1")
    with closing(sqlite3.connect(store.file or "")) as connection:
        connection.execute("PRAGMA secure_delete=OFF")
        connection.execute("CREATE TABLE notes (words TEXT)")
        connection.execute("INSERT INTO notes VALUES ('Ysolde Quibbleworth')")
        connection.commit()
        connection.execute("DELETE FROM notes")
        connection.commit()
    store.settle()
    (left,) = proving.look(store, receipt(store, erased), erased.who).left
    assert (left.what, left.where) == ("pages", "t2h.db")


def test_a_table_that_nobody_told_of_is_looked_through(store: Store):
    with store.write() as tx:
        erased = erasing.person(tx, WHO, by="user-1")
        tx.session.execute(text("CREATE TABLE later (id INTEGER PRIMARY KEY, words TEXT)"))
        tx.session.execute(text("INSERT INTO later VALUES (1, 'Ysolde Quibbleworth')"))
    try:
        left = proving.look(store, receipt(store, erased), WHO).left
    finally:
        with store.write() as tx:
            tx.session.execute(text("DROP TABLE later"))
    assert places(left) == {("words", "later.words")}


def test_a_receipt_is_completed_once_proven_and_anchored_in_the_audit(store: Store):
    told = erase_deal(store, make(store, "Secretia").deal)
    proof = Proof(at=store.now(), looked_through={"deals": 0}, with_names=False, clean=True)
    with store.write() as tx:
        assert receipts.unproven(tx) == ()
        proven = receipts.prove(tx, told.id, proof, by="user-1")
    assert proven.digest == receipts.digest_of(proven)
    with store.read() as tx:
        assert receipts.get(tx, told.id) == proven
        added, deed = audit.listed(tx, Window()).items
    assert (deed.number, deed.details["receipt"]) == (proven.deed, told.id)
    assert (added.matter, added.subject) == ("receipt", told.id)
    assert added.details == {"clean": True, "digest": (proven.digest or "")[:32]}


def test_whether_somebody_was_erased_can_be_said_and_not_who(store: Store):
    with store.write() as tx:
        erased = erasing.person(tx, WHO, by="user-1")
        erasing.person(tx, Who(names=("Tom Nair",)), by="user-1")
    with store.read() as tx:
        for who in (
            Who(names=("Quibbleworth, ysolde",)),
            Who(emails=("YSOLDE@quibble.example",)),
            WHO,
        ):
            (found,) = receipts.listed(tx, Window(), who=who).items
            assert found.id == erased.receipt_id
            assert receipts.is_of(tx, found, who)
        assert receipts.listed(tx, Window(), who=Who(names=("Ann Other",))).items == ()
        assert not receipts.is_of(tx, found, Who(names=("Ann Other",)))
        assert len(receipts.listed(tx, Window()).items) == 2
    assert "uibbleworth" not in found.model_dump_json()


@given(st.text(max_size=40), st.text(max_size=40))
def test_a_name_is_found_between_any_others_unless_it_is_part_of_a_word(before: str, after: str):
    sought = Sought.of((), WHO)
    told = f"{before} Ysolde Quibbleworth {after}"
    assert sought.is_named_in(told)
    assert sought.is_named_in(json.dumps({"text": told}))
    assert sought.is_named_in(told.upper())
    assert not sought.is_named_in("Ysolde Quibbleworthy")


@pytest.mark.parametrize("before", [0, (1 << 20) - 1, (1 << 20) - 9, 1 << 20])
def test_a_name_is_found_wherever_in_a_file_it_stands(tmp_path, before: int):
    sought = Sought.of((), Who(names=("Zoë Quibbleworth",)))
    file = tmp_path / "file"
    file.write_bytes(b"x" * before + "3Zoë Quibbleworth3".encode() + b"y" * 3000)
    assert scanning.is_named_in_file(file, sought)
    file.write_bytes(b"x" * before + "3Zoë Quibble worth".encode())
    assert not scanning.is_named_in_file(file, sought)
