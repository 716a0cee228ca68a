"""What was erased since a backup was made is erased again when that is put back."""

import json
from contextlib import closing

import pytest

from tests.store.test_erasing import make
from transcript2handoff.backup import ErasureFile, back_up, read_erasures, restore
from transcript2handoff.erasure import Who
from transcript2handoff.errors import BackupFileError
from transcript2handoff.jobs.proving import prove
from transcript2handoff.startup import open_store
from transcript2handoff.store import Window, backups, calls, deals, erasing, keeping, receipts

WHO = Who(names=("Ysolde Quibbleworth",))


@pytest.fixture
def store(settings):
    with closing(open_store(settings)) as opened:
        yield opened


def erase(store, settings, what, which):
    with store.write() as tx:
        erased = what(tx, which, by="user-1")
    for upload in erased.uploads:
        store.blobs.remove_parts(upload)
    keeping.collect(store)
    store.settle()
    return prove(store, settings, erased.receipt_id, by="user-1")


def exported(store):
    with store.read() as tx:
        found = receipts.listed(tx, Window(limit=200)).items
    return ErasureFile(made=store.now(), receipts=found)


def bytes_below(folder):
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def test_the_manifest_names_deals_and_calls_and_the_store_the_archive(settings, store, tmp_path):
    made = make(store, "Secretia")
    manifest = back_up(settings, tmp_path / "t2h.tar")
    assert (manifest.deals, manifest.calls) == ((made.deal,), (made.call,))
    with store.read() as tx:
        (archive,) = backups.listed(tx, Window()).items
    assert (archive.name, archive.deals, archive.calls) == ("t2h.tar", 1, 1)
    assert archive.made == manifest.made
    assert archive.bytes == manifest.bytes


def test_a_receipt_names_the_archives_that_hold_it_until_they_are_gone(settings, store, tmp_path):
    back_up(settings, tmp_path / "before.tar")
    with store.read() as tx:
        before = backups.listed(tx, Window()).items[0]
    moved = store.now
    store.now = lambda: moved() + backups.COPYING * 2
    made = make(store, "Secretia")
    moment = store.now()
    with store.write() as tx:
        new = backups.NewBackup(
            name="with.tar", made=moment, digest="0" * 64, bytes=1, deals=1, calls=1
        )
        held = backups.add(tx, new, by="command_line")
    receipt = erase(store, settings, erasing.deal, made.deal)
    store.now = lambda: moved() + backups.COPYING * 4
    back_up(settings, tmp_path / "after.tar")
    person = erase(store, settings, erasing.person, WHO)
    with store.write() as tx:
        assert [one.id for one in backups.holding(tx, receipt)] == [held.id]
        # Of a person nobody knows since when they were there.
        assert [one.name for one in backups.holding(tx, person)][:2] == ["before.tar", "after.tar"]
        backups.is_gone(tx, held.id, by="command_line")
        backups.is_gone(tx, before.id, by="command_line")
        assert backups.holding(tx, receipt) == ()


def test_what_was_erased_since_is_erased_again(settings, elsewhere, store, tmp_path):
    gone, half, stays = (make(store, word) for word in ("Secretia", "Halfia", "Openia"))
    early = erase(store, settings, erasing.person, Who(names=("Early Bird",)))
    back_up(settings, tmp_path / "t2h.tar")
    first = erase(store, settings, erasing.deal, gone.deal)
    second = erase(store, settings, erasing.call, half.call)
    third = erase(store, settings, erasing.person, WHO)
    restored = restore(elsewhere, tmp_path / "t2h.tar", erasures=exported(store))
    assert restored.repeated.again == (first.id, second.id)
    assert restored.repeated.by_hand == (third.id,)
    assert early.id not in restored.repeated.by_hand
    assert b"Secretia" not in bytes_below(elsewhere.data)
    with closing(open_store(elsewhere)) as there, there.read() as tx:
        left = {deal.id for deal in deals.listed(tx, Window()).items}
        assert left == {half.deal, stays.deal}
        assert calls.of_deal(tx, half.deal) == ()
        known = {each.id: each for each in receipts.listed(tx, Window()).items}
        assert {first.id, second.id, third.id, early.id} < set(known)
        assert len(known) == 6
        assert all(each.proof and each.proof.clean for each in known.values())
        assert receipts.is_of(tx, known[third.id], WHO)
        assert known[first.id] == first


def test_without_the_file_it_is_back(settings, elsewhere, store, tmp_path):
    made = make(store, "Secretia")
    back_up(settings, tmp_path / "t2h.tar")
    erase(store, settings, erasing.deal, made.deal)
    restore(elsewhere, tmp_path / "t2h.tar")
    assert b"Secretia" in bytes_below(elsewhere.data)


def test_a_file_of_erasures_holds_nobody(settings, store, tmp_path):
    make(store, "Ysolde Quibbleworth")
    erase(store, settings, erasing.person, WHO)
    path = tmp_path / "erasures.json"
    told = exported(store)
    path.write_text(told.model_dump_json())
    assert "uibbleworth" not in path.read_text()
    assert read_erasures(path) == told


@pytest.mark.parametrize("content", ["", "[]", "{}", json.dumps({"format": 2, "receipts": []})])
def test_what_is_no_file_of_erasures_is_refused(tmp_path, content):
    path = tmp_path / "erasures.json"
    path.write_text(content)
    with pytest.raises(BackupFileError, match="holds no erasures"):
        read_erasures(path)
    with pytest.raises(BackupFileError, match="cannot be read"):
        read_erasures(tmp_path / "none.json")
