"""Uploads: how much is there, in which order, and what became of it."""

import datetime

import pytest

from transcript2handoff.errors import StoreConflictError, StoreGoneError
from transcript2handoff.store import Store, deals, uploads
from transcript2handoff.store.uploads import NewUpload, UploadRecord


def begun(store: Store, *, length: int = 10, deal_id: str | None = None) -> UploadRecord:
    new = NewUpload(
        actor="key-1", deal_id=deal_id, length=length, metadata="filename eA==", about='{"a": 1}'
    )
    with store.write() as tx:
        return uploads.add(tx, new)


def test_an_upload_grows_to_its_length(store: Store, call, clock):
    upload = begun(store)
    assert (upload.offset, upload.length, upload.about) == (0, 10, '{"a": 1}')
    assert (upload.metadata, upload.actor) == ("filename eA==", "key-1")
    clock.move(5)
    with store.write() as tx:
        assert uploads.advance(tx, upload.id, offset=0, by=6).offset == 6
        assert uploads.advance(tx, upload.id, offset=6, by=4).updated == clock()
        done = uploads.finish(tx, upload.id, call.id)
    with store.read() as tx:
        assert uploads.get(tx, upload.id) == done
    assert done.call_id == call.id


def test_bytes_come_in_their_order_and_are_not_too_many(store: Store, call):
    upload = begun(store)
    with store.write() as tx:
        uploads.advance(tx, upload.id, offset=0, by=6)
    for offset, by in ((0, 6), (7, 1), (6, 5)):
        with pytest.raises(StoreConflictError), store.write() as tx:
            uploads.advance(tx, upload.id, offset=offset, by=by)
    with pytest.raises(StoreConflictError, match="not all"), store.write() as tx:
        uploads.finish(tx, upload.id, call.id)
    with store.write() as tx:
        uploads.advance(tx, upload.id, offset=6, by=4)
        uploads.finish(tx, upload.id, call.id)
    with pytest.raises(StoreConflictError, match="already"), store.write() as tx:
        uploads.finish(tx, upload.id, call.id)
    with pytest.raises(StoreConflictError), store.write() as tx:
        uploads.advance(tx, upload.id, offset=10, by=0)


def test_an_upload_that_was_removed_is_gone(store: Store):
    upload = begun(store)
    with store.write() as tx:
        uploads.remove(tx, upload.id)
    for use in (
        lambda tx: uploads.get(tx, upload.id),
        lambda tx: uploads.remove(tx, upload.id),
        lambda tx: uploads.advance(tx, upload.id, offset=0, by=1),
    ):
        with pytest.raises(StoreGoneError, match=upload.id), store.write() as tx:
            use(tx)


def test_an_upload_of_which_nothing_is_heard_is_stale(store: Store, clock):
    old = begun(store)
    clock.move(100)
    kept = begun(store)
    with store.write() as tx:
        found = uploads.stale(tx, datetime.timedelta(seconds=50))
        assert [upload.id for upload in found] == [old.id]
        uploads.advance(tx, old.id, offset=0, by=1)
        assert uploads.stale(tx, datetime.timedelta(seconds=50)) == ()
        assert uploads.get(tx, kept.id) == kept


def test_an_upload_needs_its_deal(store: Store):
    with pytest.raises(StoreConflictError):
        begun(store, deal_id="deal-none")
    with store.write() as tx:
        deal = deals.add(tx, deals.NewDeal(deal=deals.Deal(deal="x"), by="import"))
    assert begun(store, deal_id=deal.id).deal_id == deal.id
