"""Keeping: blobs stay while a row names them, and go when none does any more."""

import datetime
import threading

import pytest
from sqlalchemy import select

from transcript2handoff.errors import (
    BlobMissingError,
    Cancelled,
    StoreConflictError,
    StoreUnreachableError,
)
from transcript2handoff.store import Blob, Store, documents, erasing, keeping, results, uploads
from transcript2handoff.store.tables import BlobRow, ResultRow

HOUR = datetime.timedelta(hours=1)


def named(store: Store, deal, blob: Blob, name: str = "a") -> None:
    with store.write() as tx:
        made = results.Result(
            deal_id=deal.id,
            call_id=None,
            step="render",
            key="k",
            name=name,
            blob=blob,
            media_type="text/plain",
        )
        results.put(tx, made)


def unnamed(store: Store, deal, *blobs: Blob) -> int:
    """Drop all that names blobs; how many were doomed."""
    with store.write() as tx:
        for row in tx.session.scalars(select(ResultRow)):
            tx.session.delete(row)
        tx.session.flush()
        return keeping.doom(tx, [blob.digest for blob in blobs])


def there(store: Store) -> set[str]:
    return {found.name.rpartition("/")[2] for found in store.blobs.everything()}


def test_a_blob_goes_when_the_last_row_that_names_it_goes(store: Store, deal):
    blob = store.blobs.put([b"x"])
    named(store, deal, blob)
    place = {"edition": "1-0", "name": "brief", "language": "en", "format": "md"}
    with store.write() as tx:
        documents.put(
            tx,
            documents.NewDocument(
                deal_id=deal.id, blob=blob.digest, media_type="text/plain", **place
            ),
        )
    assert unnamed(store, deal, blob) == 0
    assert keeping.collect(store) == 0
    with store.write() as tx:
        documents.drop_older(tx, deal.id, "2-0")
    assert there(store) == {blob.digest}
    assert keeping.collect(store) == 1
    assert there(store) == set()
    assert keeping.collect(store) == 0


def test_a_doomed_blob_that_is_named_again_stays(store: Store, deal):
    blob = store.blobs.put([b"x"])
    named(store, deal, blob)
    assert unnamed(store, deal, blob) == 1
    named(store, deal, blob)
    assert keeping.collect(store) == 0
    assert there(store) == {blob.digest}


def test_what_was_taken_away_can_be_put_again(store: Store, deal):
    blob = store.blobs.put([b"x"])
    named(store, deal, blob)
    unnamed(store, deal, blob)
    keeping.collect(store)
    with pytest.raises(BlobMissingError):
        named(store, deal, blob)
    assert store.blobs.put([b"x"]) == blob
    named(store, deal, blob)
    assert keeping.collect(store) == 0


def replaced_and_broken_off(store: Store, deal) -> None:
    made = results.Result(
        deal_id=deal.id,
        call_id=None,
        step="render",
        key="k",
        name="a",
        blob=store.blobs.put([b"new"]),
        media_type="text/plain",
    )
    with store.write() as tx:
        results.put(tx, made)
        raise RuntimeError("broken off")


def test_a_transaction_that_fails_dooms_nothing(store: Store, deal):
    blob = store.blobs.put([b"x"])
    named(store, deal, blob)
    with pytest.raises(RuntimeError, match="broken off"):
        replaced_and_broken_off(store, deal)
    assert keeping.collect(store) == 0
    assert blob.digest in there(store)


@pytest.mark.parametrize("error", [Cancelled("Stopped."), StoreConflictError("It was erased.")])
def test_bytes_whose_rows_cannot_be_written_go_at_once(store: Store, deal, error):
    new, shared = store.blobs.put([b"new"]), store.blobs.put([b"shared"])
    named(store, deal, shared)
    put = [new.digest, shared.digest]

    def fail() -> None:
        with keeping.rows_or_nothing(store, put), store.write() as tx:
            keeping.keep(tx, new.digest)
            raise error

    with pytest.raises(type(error)):
        fail()
    assert there(store) == {shared.digest}
    again = store.blobs.put([b"new"])
    with keeping.rows_or_nothing(store, [again.digest]):
        named(store, deal, again, "b")
    assert there(store) == {shared.digest, again.digest}


def test_bytes_stay_where_nobody_can_say_whether_their_row_is_there(store: Store):
    new = store.blobs.put([b"new"])
    away = StoreUnreachableError("It is away.")
    with pytest.raises(StoreUnreachableError), keeping.rows_or_nothing(store, [new.digest]):
        raise away
    assert there(store) == {new.digest}


def test_orphans_are_swept_once_they_are_old(store: Store, deal):
    kept, orphan = store.blobs.put([b"kept"]), store.blobs.put([b"orphan"])
    named(store, deal, kept)
    with store.write() as tx:
        upload = uploads.add(tx, uploads.NewUpload(actor="key-1", length=4))
    store.blobs.put_part(upload.id, 0, b"part")
    assert keeping.sweep(store, older=HOUR) == 0
    now = store.now()
    store.now = lambda: now + 2 * HOUR
    assert [found.bytes for found in keeping.orphans(store, older=HOUR)] == [orphan.bytes]
    assert keeping.sweep(store, older=HOUR) == 1
    assert there(store) == {kept.digest, "000000000000000"}
    assert keeping.sweep(store, older=HOUR) == 0


def test_parts_are_swept_whose_upload_was_erased(store: Store, deal, tmp_path):
    with store.write() as tx:
        new = uploads.NewUpload(actor="key-1", deal_id=deal.id, length=8)
        upload = uploads.add(tx, new)
    for offset in (0, 4):
        store.blobs.put_part(upload.id, offset, b"part")
    with store.write() as tx:
        assert erasing.deal(tx, deal.id, by="user-1").uploads == (upload.id,)
    # Whoever erased the deal was killed here.
    assert keeping.sweep(store, older=HOUR) == 0
    now = store.now()
    store.now = lambda: now + 2 * HOUR
    assert keeping.sweep(store, older=HOUR) == 2
    assert list((tmp_path / "blobs" / "uploads").iterdir()) == []


def test_many_blobs_are_looked_up_with_few_questions(store: Store, deal, monkeypatch):
    monkeypatch.setattr(keeping, "_AT_ONCE", 3)
    wanted = [store.blobs.put([b"kept %d" % number]) for number in range(7)]
    for number, blob in enumerate(wanted):
        named(store, deal, blob, f"{number}")
    left = {store.blobs.put([b"left %d" % number]).digest for number in range(7)}
    now = store.now()
    store.now = lambda: now + 2 * HOUR
    told = [keeping.digest_of(found) for found in keeping.orphans(store, older=HOUR)]
    assert len(told) == len(left)
    assert set(told) == left


def test_a_passing_file_is_swept_too(store: Store, tmp_path):
    incoming = tmp_path / "blobs" / "incoming"
    incoming.mkdir()
    (incoming / "whole").write_bytes(b"x")
    (incoming / "half#1").write_bytes(b"x")
    assert keeping.sweep(store, older=HOUR) == 0
    now = store.now()
    store.now = lambda: now + 2 * HOUR
    assert keeping.sweep(store, older=HOUR) == 2
    assert list(incoming.iterdir()) == []


def test_nobody_names_bytes_that_are_being_taken_away(store: Store, deal):
    """Whoever wins, a row that names a blob and the blob's bytes are there together or not."""
    stop = threading.Event()
    broken: list[str] = []

    def collector() -> None:
        while not stop.is_set():
            keeping.collect(store)

    def namer() -> None:
        for number in range(25):
            blob = store.blobs.put([b"x"])
            try:
                named(store, deal, blob)
            except BlobMissingError:
                continue
            if blob.digest not in there(store):
                broken.append(f"in round {number}")
            unnamed(store, deal, blob)

    threads = [threading.Thread(target=collector) for _ in range(2)]
    for thread in threads:
        thread.start()
    namer()
    stop.set()
    for thread in threads:
        thread.join()
    assert broken == []


def test_a_blob_that_was_doomed_by_somebody_who_did_not_know_it_has_its_length(store: Store):
    digest = store.blobs.put([b"twelve bytes"]).digest
    with store.write() as tx:
        keeping._doom_unnamed(tx, digest)
        assert keeping.keep(tx, digest) == 12
        assert tx.session.get_one(BlobRow, digest).bytes == 12
