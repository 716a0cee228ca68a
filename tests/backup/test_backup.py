"""A backup that is made at work is put back as it was, or refused; nothing half is left."""

import io
import json
import os
import sqlite3
import subprocess
import sys
import tarfile
import threading
from contextlib import closing, nullcontext
from pathlib import Path

import pytest

from transcript2handoff.backup import back_up, making, restore
from transcript2handoff.backup.writing import Archive
from transcript2handoff.deal import Call, Deal
from transcript2handoff.errors import (
    BackupFileError,
    Cancelled,
    OutputError,
    SettingsError,
    StoreConflictError,
    StoreNotMigratedError,
    StoreUnreachableError,
)
from transcript2handoff.settings import Settings
from transcript2handoff.startup import open_store
from transcript2handoff.store import Deed, Window, audit, backups, calls, deals, keeping, uploads
from transcript2handoff.store.blobs import Blob
from transcript2handoff.watch import Watch


@pytest.fixture
def store(settings):
    with closing(open_store(settings)) as opened:
        with closing(sqlite3.connect(settings.data / "engine.db")) as engine:
            engine.execute("PRAGMA journal_mode=WAL")
            engine.execute("CREATE TABLE workflow_status (id TEXT)")
            engine.execute("INSERT INTO workflow_status VALUES ('run-1.1')")
            engine.commit()
        yield opened


def kept(store, content):
    blob = store.blobs.put([content])
    with store.write() as tx:
        keeping.keep(tx, blob.digest)
    return blob


def new_deal(store, number=0):
    with store.write() as tx:
        tx.note(Deed(actor="user-1", action="add", matter="deal"))
        return deals.add(tx, deals.NewDeal(deal=Deal(), by="user-1", external_id=str(number)))


def bytes_of(store, blob):
    return b"".join(store.blobs.read(blob.digest))


def left_in(folder):
    return sorted(path.name for path in folder.iterdir())


def test_all_of_a_service_comes_back(settings, elsewhere, store, tmp_path):
    deal = new_deal(store)
    blobs = [kept(store, content) for content in (b"recording" * 100_000, b"", b"brief")]
    with store.write() as tx:
        upload = uploads.add(tx, uploads.NewUpload(actor="key-1", length=6))
        uploads.advance(tx, upload.id, offset=0, by=5)
    store.blobs.put_part(upload.id, 0, b"begun")
    store.blobs.put_part("upload-of-nobody", 0, b"forgotten words")
    made = back_up(settings, tmp_path / "t2h.tar")
    new_deal(store, 1)

    assert restore(elsewhere, tmp_path / "t2h.tar").manifest == made
    with closing(open_store(elsewhere)) as restored, restored.read() as tx:
        assert [found.id for found in deals.listed(tx, Window()).items] == [deal.id]
        assert audit.verify(tx) == 1
        assert [bytes_of(restored, blob) for blob in blobs] == [
            b"recording" * 100_000,
            b"",
            b"brief",
        ]
        assert b"".join(restored.blobs.read_parts(upload.id)) == b"begun"
    assert b"forgotten words" not in (tmp_path / "t2h.tar").read_bytes()
    with closing(sqlite3.connect(elsewhere.data / "engine.db")) as engine:
        assert engine.execute("SELECT id FROM workflow_status").fetchall() == [("run-1.1",)]
    assert left_in(tmp_path) == ["other", "service", "t2h.tar"]
    assert left_in(elsewhere.data) == ["blobs", "engine.db", "t2h.db"]
    assert (tmp_path / "t2h.tar").stat().st_mode & 0o77 == 0


def test_a_backup_that_is_made_at_work_is_of_one_moment(settings, elsewhere, store, tmp_path):
    """Each transaction adds a deal and a deed: no copy has more of one than of the other."""
    stop = threading.Event()

    def work():
        number = 0
        while not stop.is_set():
            number += 1
            kept(store, str(number).encode())
            new_deal(store, number)

    working = threading.Thread(target=work)
    working.start()
    try:
        for number in range(5):
            back_up(settings, tmp_path / f"{number}.tar")
    finally:
        stop.set()
        working.join()
    restore(elsewhere, tmp_path / "4.tar")
    with closing(open_store(elsewhere)) as restored, restored.read() as tx:
        count = len(deals.listed(tx, Window(limit=200)).items)
        # The four backups before are deeds as well.
        assert count == min(audit.verify(tx) - 4, 200) > 0


def test_what_was_erased_is_in_no_backup(settings, store, tmp_path):
    gone, stays = kept(store, b"spoken words"), kept(store, b"others")
    with store.write() as tx:
        keeping.doom(tx, [gone.digest])
    keeping.collect(store)
    names = [entry.name for entry in back_up(settings, tmp_path / "t2h.tar").entries]
    assert not [name for name in names if gone.digest in name]
    assert [name for name in names if stays.digest in name]
    assert b"spoken words" not in (tmp_path / "t2h.tar").read_bytes()


def test_what_is_erased_while_a_backup_is_made_has_the_database_copied_again(
    settings, store, tmp_path, monkeypatch
):
    gone = kept(store, b"spoken words")
    take, taken = making.snapshot, []

    def snapshot(file, target):
        take(file, target)
        taken.append(file.name)
        if taken.count("t2h.db") == 1 and file.name == "t2h.db":
            with store.write() as tx:
                keeping.doom(tx, [gone.digest])
            keeping.collect(store)

    monkeypatch.setattr(making, "snapshot", snapshot)
    manifest = back_up(settings, tmp_path / "t2h.tar")
    assert taken == ["engine.db", "t2h.db"] * 2
    assert not [entry for entry in manifest.entries if gone.digest in entry.name]


def test_an_upload_that_becomes_a_blob_has_the_database_copied_again(
    settings, elsewhere, store, tmp_path, monkeypatch
):
    """The copied database knows of the parts, which are gone, and not of the blob."""
    deal = new_deal(store)
    with store.write() as tx:
        upload = uploads.add(tx, uploads.NewUpload(actor="key-1", length=6))
        new = calls.NewCall(deal_id=deal.id, call=Call(id="demo"), upload_id=upload.id)
        call = calls.add(tx, new)
        uploads.advance(tx, upload.id, offset=0, by=6)
    store.blobs.put_part(upload.id, 0, b"spoken")
    take, taken = making.snapshot, []

    def snapshot(file, target):
        take(file, target)
        taken.append(file.name)
        if len(taken) == 2:
            blob = store.blobs.put([b"spoken"])
            with store.write() as tx:
                calls.change(tx, call.id, calls.CallChanges(recording=blob.digest, upload_id=None))
            store.blobs.remove_parts(upload.id)

    monkeypatch.setattr(making, "snapshot", snapshot)
    back_up(settings, tmp_path / "t2h.tar")
    assert taken == ["engine.db", "t2h.db"] * 2
    restore(elsewhere, tmp_path / "t2h.tar")
    with closing(open_store(elsewhere)) as restored, restored.read() as tx:
        digest = calls.get(tx, call.id).recording
        assert b"".join(restored.blobs.read(digest)) == b"spoken"


def test_what_is_in_the_archive_already_goes_if_it_is_erased_and_the_rest_is_read_once(
    settings, elsewhere, store, tmp_path, monkeypatch
):
    """A blob is erased that was read, and one that was not; then the copy names less."""
    blobs = sorted(
        (kept(store, f"spoken {number} ".encode() * 1000) for number in range(9)),
        key=lambda blob: blob.digest,
    )
    add, added = Archive.add, []

    def add_and_erase(archive, path, name):
        added.append(name)
        entry = add(archive, path, name)
        if len(added) == 5:
            with store.write() as tx:
                keeping.doom(tx, [blobs[0].digest, blobs[8].digest])
            keeping.collect(store)
        return entry

    gone = [bytes_of(store, blobs[each]) for each in (0, 8)]
    monkeypatch.setattr(Archive, "add", add_and_erase)
    manifest = back_up(settings, tmp_path / "t2h.tar")
    assert sum("sha256" in name for name in added) == 9
    assert not [each for each in gone if each in (tmp_path / "t2h.tar").read_bytes()]
    assert restore(elsewhere, tmp_path / "t2h.tar").manifest == manifest
    with closing(open_store(elsewhere)) as restored:
        assert all(bytes_of(restored, blob).startswith(b"spoken") for blob in blobs[1:8])
        assert len(list(restored.blobs.everything())) == 7


def test_a_backup_gives_up_if_something_is_erased_whenever_it_is_nearly_done(
    settings, store, tmp_path, monkeypatch
):
    take = making.snapshot

    def snapshot(file, target):
        fleeting = kept(store, os.urandom(8))
        take(file, target)
        with store.write() as tx:
            keeping.doom(tx, [fleeting.digest])
        keeping.collect(store)

    monkeypatch.setattr(making, "snapshot", snapshot)
    with pytest.raises(StoreConflictError, match="erased"):
        back_up(settings, tmp_path / "t2h.tar")
    assert left_in(tmp_path) == ["service"]


@pytest.mark.parametrize(("held", "is_made"), [(5, True), (6, False)])
def test_a_backup_waits_for_a_database_that_is_held_when_it_is_done(
    settings, store, tmp_path, monkeypatch, held, is_made
):
    add, asked = backups.add, []

    def busy(tx, new, *, by):
        asked.append(new)
        if len(asked) <= held:
            raise StoreUnreachableError("The database is busy.")
        return add(tx, new, by=by)

    monkeypatch.setattr(backups, "add", busy)
    with nullcontext() if is_made else pytest.raises(StoreUnreachableError, match="busy"):
        back_up(settings, tmp_path / "t2h.tar")
    assert left_in(tmp_path) == ["service", *(["t2h.tar"] if is_made else [])]
    with store.read() as tx:
        assert len(backups.listed(tx, Window()).items) == is_made


def test_a_backup_of_a_service_that_has_lost_a_blob_is_refused(settings, store, tmp_path):
    blob = kept(store, b"spoken words")
    store.blobs.remove(blob.digest)
    with pytest.raises(StoreUnreachableError, match=f"{blob.digest}, which is not there"):
        back_up(settings, tmp_path / "t2h.tar")
    assert left_in(tmp_path) == ["service"]


def test_a_damaged_blob_is_told_of_and_not_kept(settings, store, tmp_path):
    blob = kept(store, b"spoken words")
    path = settings.data / "blobs" / "sha256" / blob.digest[:2] / blob.digest
    path.write_bytes(b"other words!")
    with pytest.raises(StoreUnreachableError, match=blob.digest):
        back_up(settings, tmp_path / "t2h.tar")
    assert left_in(tmp_path) == ["service"]


def test_a_backup_replaces_no_file(settings, store, tmp_path):
    (tmp_path / "t2h.tar").write_text("older")
    with pytest.raises(OutputError, match="already"):
        back_up(settings, tmp_path / "t2h.tar")
    assert (tmp_path / "t2h.tar").read_text() == "older"


def test_a_backup_into_a_folder_that_is_not_there_is_refused(settings, store, tmp_path):
    with pytest.raises(OutputError):
        back_up(settings, tmp_path / "no" / "t2h.tar")


FULL = """
import os, sys
from pathlib import Path
from transcript2handoff.backup import back_up
from transcript2handoff.errors import OutputError
from transcript2handoff.settings import Settings

disk, data = map(Path, sys.argv[1:])
try:
    back_up(Settings(data=data), disk / "t2h.tar")
except OutputError as error:
    print(error, os.listdir(disk))
"""


def test_a_full_disk_leaves_nothing(settings, store, tmp_path):
    kept(store, os.urandom(3_000_000))
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = 'mount -t tmpfs -o size=1m tmpfs "$1" && exec "$2" -c "$3" "$1" "$4"'
    command = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", mount, "sh"]
    arguments = [str(disk), sys.executable, FULL, str(settings.data)]
    told = subprocess.run([*command, *arguments], capture_output=True, text=True, check=True)
    assert "the disk is full" in told.stdout
    assert told.stdout.rstrip().endswith("[]")


@pytest.mark.parametrize("share", [0.0, 0.5])
def test_a_backup_and_a_restore_can_be_stopped(settings, elsewhere, store, tmp_path, share):
    for number in range(4):
        kept(store, str(number).encode())
    back_up(settings, tmp_path / "whole.tar")
    seen = []
    watch = Watch(report=seen.append, cancelled=lambda: bool(seen) and seen[-1] >= share)
    with pytest.raises(Cancelled):
        back_up(settings, tmp_path / "t2h.tar", watch=watch)
    seen.clear()
    with pytest.raises(Cancelled):
        restore(elsewhere, tmp_path / "whole.tar", watch=watch)
    assert left_in(tmp_path) == ["other", "service", "whole.tar"]
    assert left_in(elsewhere.data) == []


@pytest.mark.parametrize("name", ["t2h.db", "engine.db", "blobs/sha256/ab/x"])
def test_nothing_is_put_over_a_service(settings, elsewhere, store, tmp_path, name):
    back_up(settings, tmp_path / "t2h.tar")
    (elsewhere.data / name).parent.mkdir(parents=True, exist_ok=True)
    (elsewhere.data / name).write_text("there before")
    with pytest.raises(OutputError, match="empty folder"):
        restore(elsewhere, tmp_path / "t2h.tar")
    assert (elsewhere.data / name).read_text() == "there before"


def repacked(source, target, change):
    """The archive with its members changed: ``change`` gives pairs of name and bytes, or none."""
    with tarfile.open(source) as old, tarfile.open(target, "w") as new:
        for member in old.getmembers():
            for name, content in change(member.name, old.extractfile(member).read()):
                info = tarfile.TarInfo(name)
                info.size = len(content)
                new.addfile(info, io.BytesIO(content))
    return target


def turned(content):
    return content[:-1] + bytes([content[-1] ^ 1])


def manifest_with(content, **changes):
    return json.dumps({**json.loads(content), **changes}).encode()


DAMAGE = {
    "a turned bit in the database": lambda name, content: [
        (name, turned(content) if name == "t2h.db" else content)
    ],
    "a turned bit in a blob": lambda name, content: [
        (name, turned(content) if "sha256" in name else content)
    ],
    "a blob that is missing": lambda name, content: [] if "sha256" in name else [(name, content)],
    "the database is missing": lambda name, content: [] if name == "t2h.db" else [(name, content)],
    "no manifest": lambda name, content: [] if name == "manifest.json" else [(name, content)],
    "a manifest of another format": lambda name, content: [
        (name, manifest_with(content, format=2) if name == "manifest.json" else content)
    ],
    "a member that leads out": lambda name, content: [(name, content), ("../../evil", b"x")],
    "a member from the root": lambda name, content: [(name, content), ("/tmp/evil", b"x")],
    "a member beside the blobs": lambda name, content: [(name, content), ("blobs/../x", b"x")],
}


@pytest.mark.parametrize("change", DAMAGE.values(), ids=DAMAGE)
def test_a_damaged_backup_is_refused_and_nothing_is_restored(
    settings, elsewhere, store, tmp_path, change
):
    kept(store, b"spoken words")
    back_up(settings, tmp_path / "whole.tar")
    damaged = repacked(tmp_path / "whole.tar", tmp_path / "t2h.tar", change)
    with pytest.raises(BackupFileError):
        restore(elsewhere, damaged)
    assert left_in(elsewhere.data) == []
    assert left_in(tmp_path) == ["other", "service", "t2h.tar", "whole.tar"]


@pytest.mark.parametrize("share", [0.0, 0.01, 0.5, 0.9])
def test_a_backup_that_was_cut_off_is_refused(settings, elsewhere, store, tmp_path, share):
    kept(store, b"spoken words" * 1000)
    back_up(settings, tmp_path / "t2h.tar")
    content = (tmp_path / "t2h.tar").read_bytes()
    (tmp_path / "t2h.tar").write_bytes(content[: int(len(content) * share)])
    with pytest.raises(BackupFileError, match=r"damaged"):
        restore(elsewhere, tmp_path / "t2h.tar")
    assert left_in(elsewhere.data) == []


def test_what_is_no_backup_is_refused(elsewhere, tmp_path):
    (tmp_path / "text").write_text("hello " * 1000)
    for path in (tmp_path / "text", tmp_path / "missing", tmp_path):
        with pytest.raises(BackupFileError):
            restore(elsewhere, path)


def test_a_link_in_a_backup_is_refused(settings, elsewhere, store, tmp_path):
    back_up(settings, tmp_path / "whole.tar")
    with tarfile.open(tmp_path / "whole.tar", "a") as tar:
        link = tarfile.TarInfo("engine.db")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(link)
    with pytest.raises(BackupFileError, match="no part of a backup"):
        restore(elsewhere, tmp_path / "whole.tar")


DIGEST = "0" * 64
NO_PART, NO_MANIFEST = "no part of a backup", "larger than any backup needs"


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("../outside", tarfile.REGTYPE),
        ("/etc/passwd", tarfile.REGTYPE),
        ("blobs/../../outside", tarfile.REGTYPE),
        ("blobs/sha256/../../../outside", tarfile.REGTYPE),
        (f"blobs/sha256/00/{DIGEST}\n", tarfile.REGTYPE),
        ("blobs/uploads/../000000000000001", tarfile.REGTYPE),
        ("t2h.db/", tarfile.DIRTYPE),
        ("engine.db", tarfile.LNKTYPE),
        ("engine.db", tarfile.CHRTYPE),
        ("engine.db", tarfile.BLKTYPE),
        ("engine.db", tarfile.FIFOTYPE),
        ("manifest.json", tarfile.SYMTYPE),
        ("manifest.json", "sparse"),
        ("engine.db", "sparse"),
    ],
)
def test_no_member_lands_elsewhere_or_is_anything_but_a_file(
    settings, elsewhere, store, tmp_path, name, kind
):
    """It stands in a backup that is whole, so that nothing else is wrong with it."""
    back_up(settings, tmp_path / "made.tar")
    with tarfile.open(tmp_path / "made.tar", "a") as tar:
        member = tarfile.TarInfo(name)
        if kind == "sparse":
            # One byte of content that says that it is one of a file of eight gigabytes.
            member.pax_headers = {"GNU.sparse.size": str(8 << 30), "GNU.sparse.numblocks": "1"}
            member.pax_headers |= {"GNU.sparse.map": f"{(8 << 30) - 1},1"}
            member.size = 1
            tar.addfile(member, io.BytesIO(b"x"))
        else:
            member.type, member.linkname = kind, "t2h.db"
            tar.addfile(member)
    why = NO_MANIFEST if name == "manifest.json" else NO_PART
    with pytest.raises(BackupFileError, match=why):
        restore(elsewhere, tmp_path / "made.tar")
    assert left_in(elsewhere.data) == []
    assert not [*tmp_path.rglob("outside")]


def test_a_backup_of_a_newer_program_is_refused(settings, elsewhere, store, tmp_path):
    back_up(settings, tmp_path / "whole.tar")
    newer = repacked(
        tmp_path / "whole.tar",
        tmp_path / "t2h.tar",
        lambda name, content: [
            (
                name,
                manifest_with(content, schema_version="9999")
                if name == "manifest.json"
                else content,
            )
        ],
    )
    with pytest.raises(StoreNotMigratedError, match="newer"):
        restore(elsewhere, newer)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"database": "postgresql://t2h:pass-word@db/t2h"}, "pg_dump"),
        ({"blobs": "s3://t2h/blobs"}, "tools of the blob store"),
    ],
)
def test_other_installations_are_told_to_use_their_own_tools(tmp_path, values, words):
    settings = Settings(data=tmp_path, **values)
    for command in (back_up, restore):
        with pytest.raises(SettingsError, match=words) as raised:
            command(settings, tmp_path / "t2h.tar")
        assert "pass-word" not in str(raised.value)


def test_without_a_service_there_is_nothing_to_back_up(settings, tmp_path):
    with pytest.raises(StoreUnreachableError, match="T2H_DATA"):
        back_up(settings, tmp_path / "t2h.tar")


def test_a_file_that_is_no_database_is_not_backed_up(settings, tmp_path):
    settings.data.mkdir()
    (settings.data / "t2h.db").write_text("no database " * 1000)
    with pytest.raises(StoreUnreachableError):
        back_up(settings, tmp_path / "t2h.tar")


def test_database_and_blobs_may_stand_apart(tmp_path):
    apart = Settings(
        data=tmp_path / "data",
        database=f"sqlite:///{tmp_path / 'rows' / 'own.db'}",
        blobs=f"file://{tmp_path / 'bytes' / 'own'}",
    )
    with closing(open_store(apart)) as store:
        blob = kept(store, b"spoken words")
    back_up(apart, tmp_path / "t2h.tar")
    for name in ("rows", "bytes"):
        Path(tmp_path / name).rename(tmp_path / f"old-{name}")
    restore(apart, tmp_path / "t2h.tar")
    with closing(open_store(apart)) as store:
        assert bytes_of(store, Blob(digest=blob.digest, bytes=12)) == b"spoken words"
