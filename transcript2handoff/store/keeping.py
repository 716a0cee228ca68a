"""Which blobs are wanted: kept while a row names them, taken away when none does any more.

Bytes are only ever taken away by ``collect``, which holds the blob's row meanwhile. Who wants to
name a blob holds the same row, so that nobody names bytes that are on their way out.
"""

import datetime
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Final

from sqlalchemy import ColumnElement, exists, or_, select, update

from transcript2handoff.errors import BlobMissingError, HandoffError, StoreUnreachableError
from transcript2handoff.store.blobs import UPLOADS, digest_of
from transcript2handoff.store.bucket import Stored
from transcript2handoff.store.opening import Store
from transcript2handoff.store.tables import BlobRow, CallRow, DocumentRow, ResultRow, UploadRow
from transcript2handoff.store.transaction import Transaction, add_new

NAMED_BY: Final = (
    CallRow.recording,
    CallRow.playback,
    CallRow.transcript,
    ResultRow.blob,
    DocumentRow.blob,
)
"""Every column that names a blob."""
_AT_ONCE: Final = 500
"""Files that are looked up together."""


def keep(tx: Transaction, digest: str) -> int:
    """Note a blob before a row names it; the number of its bytes.

    Raises:
        BlobMissingError: its bytes are not there (any more); put them again.
        StoreUnreachableError: nobody can say whether they are there.
    """
    row = tx.session.get(BlobRow, digest, with_for_update=True, populate_existing=True)
    if row is not None and row.doomed is None:
        return row.bytes
    size = tx.blobs.size(digest)
    add_new(tx, BlobRow, digest=digest, bytes=size, created=tx.now)
    row = tx.session.get(BlobRow, digest, with_for_update=True, populate_existing=True)
    if row is None:
        raise BlobMissingError(f"The blob {digest} was just taken away. Send its bytes again.")
    # Looked at again while the row is held: before that, its bytes may have been taken away.
    tx.blobs.size(digest)
    # Who marked it as doomed may not have known how long it is.
    row.doomed, row.bytes = None, size
    tx.session.flush()
    return size


def doom(tx: Transaction, digests: Iterable[str | None]) -> int:
    """Mark those blobs that no row names any more; the number of them."""
    doomed = 0
    for digest in sorted({digest for digest in digests if digest}):
        row = tx.session.get(BlobRow, digest, with_for_update=True, populate_existing=True)
        if row is not None and not tx.session.scalar(select(_is_named(digest))):
            row.doomed = tx.now
            doomed += 1
    tx.session.flush()
    return doomed


def doomed(tx: Transaction, digests: Iterable[str]) -> tuple[str, ...]:
    """Those of these blobs whose bytes are on their way out."""
    query = select(BlobRow.digest).where(BlobRow.doomed.is_not(None))
    return tuple(sorted(set(tx.session.scalars(query)).intersection(digests)))


def _is_named(digest: str) -> ColumnElement[bool]:
    return or_(*(exists().where(column == digest) for column in NAMED_BY))


def deals_naming(tx: Transaction, digest: str) -> tuple[str, ...]:
    """The deals that name a blob, themselves or by their calls."""
    named = (
        *(select(CallRow.deal_id).where(c == digest) for c in NAMED_BY[:3]),
        *(select(c.class_.deal_id).where(c == digest) for c in NAMED_BY[3:]),
    )
    return tuple(sorted({deal_id for query in named for deal_id in tx.session.scalars(query)}))


def collect(store: Store) -> int:
    """Take away the bytes of doomed blobs; the number of them.

    It may be broken off at any point and be done again.

    Raises:
        StoreUnreachableError: they cannot be taken away; they stay doomed.
    """
    with store.read() as tx:
        doomed = list(tx.session.scalars(select(BlobRow.digest).where(BlobRow.doomed.is_not(None))))
    return sum(_collect(store, digest) for digest in doomed)


def _collect(store: Store, digest: str) -> bool:
    with store.write() as tx:
        row = tx.session.get(BlobRow, digest, with_for_update=True, populate_existing=True)
        if row is None or row.doomed is None or tx.session.scalar(select(_is_named(digest))):
            return False
        tx.blobs.remove(digest)
        tx.session.delete(row)
    return True


@contextmanager
def rows_or_nothing(store: Store, digests: Collection[str]) -> Iterator[None]:
    """Take bytes away again that were put for rows, where these cannot be written.

    What was erased meanwhile would lie about as an orphan otherwise, until a sweep finds it.

    Args:
        store: the store.
        digests: of the blobs, which may become more within. Those that other rows name stay.
    """
    try:
        yield
    except StoreUnreachableError:
        raise
    except HandoffError:
        with store.write() as tx:
            for digest in sorted(set(digests)):
                _doom_unnamed(tx, digest)
        for digest in digests:
            _collect(store, digest)
        raise


def _doom_unnamed(tx: Transaction, digest: str, size: int = 0) -> None:
    """Mark a blob of which perhaps no row says that it is there, unless one names it."""
    add_new(tx, BlobRow, digest=digest, bytes=size, created=tx.now)
    tx.session.execute(
        update(BlobRow).where(BlobRow.digest == digest, ~_is_named(digest)).values(doomed=tx.now)
    )


def orphans(store: Store, *, older: datetime.timedelta) -> list[Stored]:
    """What lies in the blob store and no row names, if it has lain there for so long.

    Parts of uploads go with their upload; they are orphans if that is not there any more, because
    whoever erased it was killed before they were taken away.

    Raises:
        StoreUnreachableError: the blobs cannot be listed.
    """
    since = store.now() - older
    everything = store.blobs.everything()
    left: list[Stored] = []
    # No transaction is held while the blobs are listed, which takes long where there are many.
    while some := list(islice(everything, _AT_ONCE)):
        old = [found for found in some if found.at < since]
        with store.read() as tx:
            wanted = _wanted(tx, old)
        left += [found for found in old if _name_of(found) not in wanted]
    return left


def _wanted(tx: Transaction, files: Iterable[Stored]) -> set[str]:
    """Those of these blobs and uploads that rows name."""
    names = [_name_of(found) for found in files]
    found: set[str] = set()
    for column in (*NAMED_BY, UploadRow.id):
        named = tx.session.scalars(select(column).where(column.in_(names)))
        found.update(name for name in named if name)
    return found


def _name_of(found: Stored) -> str:
    """By which a row would name it: its digest, or the upload of which it is a part."""
    folder, _, rest = found.name.partition("/")
    return rest.partition("/")[0] if folder == UPLOADS else digest_of(found) or found.name


def sweep(store: Store, *, older: datetime.timedelta) -> int:
    """Take away the orphans; the number of them.

    Args:
        store: the store.
        older: leave what is younger: its row may be about to be written.

    Raises:
        StoreUnreachableError: they cannot be listed or taken away.
    """
    gone = store.blobs.tidy(before=store.now() - older)
    for found in orphans(store, older=older):
        digest = digest_of(found)
        if digest is None:
            store.blobs.remove(found.name)
            gone += 1
            if found.name.startswith(f"{UPLOADS}/"):
                store.blobs.remove_parts(_name_of(found))
            continue
        with store.write() as tx:
            _doom_unnamed(tx, digest, found.bytes)
    return gone + collect(store)
