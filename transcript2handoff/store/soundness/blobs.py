"""Whether the bytes that rows name are there, and nothing lies there that no row names."""

import datetime
import hashlib
from collections.abc import Iterator
from typing import Final

from sqlalchemy import ColumnElement, Select, exists, or_, select

from transcript2handoff.errors import BlobMissingError
from transcript2handoff.store import keeping
from transcript2handoff.store.blobs import UPLOADS, digest_of
from transcript2handoff.store.bucket import Stored
from transcript2handoff.store.keeping import NAMED_BY
from transcript2handoff.store.opening import Store
from transcript2handoff.store.soundness.asking import asked
from transcript2handoff.store.soundness.fault import Fault
from transcript2handoff.store.tables import BlobRow, CallRow, DocumentRow, UploadRow

_AT_ONCE: Final = 200
_AGAIN: Final = (
    "Take the bytes from a backup, or upload the recording again; what was made of it is made anew "
    "by a run of the call."
)
_SWEPT: Final = (
    "The worker takes it away once an hour. Look into its log for blobs_swept if it is there for "
    "longer."
)


def named_blobs(store: Store) -> Iterator[Fault]:
    """Blobs that rows name, and that nothing keeps: they are not known, or are to be taken away."""
    for column in NAMED_BY:
        known = exists().where(BlobRow.digest == column, BlobRow.doomed.is_(None))
        query = select(column).distinct().where(column.is_not(None), ~known)
        what = f"{column.class_.__tablename__}.{column.key} names a blob that is not kept."
        yield from asked(store, {what: query}, advice=_AGAIN)


def bytes_of_blobs(store: Store) -> Iterator[Fault]:
    """Blobs whose bytes are not there, or are others than they were."""
    after = ""
    while True:
        query = (
            select(BlobRow.digest, BlobRow.bytes)
            .where(BlobRow.digest > after, BlobRow.doomed.is_(None))
            .order_by(BlobRow.digest)
            .limit(_AT_ONCE)
        )
        with store.read() as tx:
            some = [(digest, size) for digest, size in tx.session.execute(query)]
        for digest, size in some:
            if what := _wrong(store, digest, size):
                yield Fault(what=what, where=(digest,), advice=_AGAIN)
        if len(some) < _AT_ONCE:
            return
        after = some[-1][0]


def _wrong(store: Store, digest: str, size: int) -> str | None:
    read, count = hashlib.sha256(), 0
    try:
        for chunk in store.blobs.read(digest):
            read.update(chunk)
            count += len(chunk)
    except BlobMissingError:
        return "The bytes of a blob are not there."
    if read.hexdigest() != digest:
        return "The bytes of a blob are not those that it was written with."
    return None if count == size else "A blob has another length than its row says."


def unwanted_blobs(store: Store, *, grace: datetime.timedelta) -> Iterator[Fault]:
    """Bytes that lie there for longer than they should, and that no row names."""
    for found in _unknown(store, keeping.orphans(store, older=grace)):
        yield Fault(
            what="Bytes lie in the blob store that no row names.",
            where=(found.name,),
            advice=_SWEPT,
        )
    since = store.now() - grace
    with store.read() as tx:
        doomed = list(tx.session.scalars(select(BlobRow.digest).where(BlobRow.doomed < since)))
        left = list(tx.session.scalars(_unnamed().where(BlobRow.created < since)))
    for digest in doomed:
        yield Fault(
            what="A blob that nobody wants any more was not taken away.",
            where=(digest,),
            advice="The worker takes it away every ten minutes. Look into its log for chore_left.",
        )
    for digest in left:
        yield Fault(what="No row names a blob.", where=(digest,), advice=_SWEPT)


def _unknown(store: Store, files: list[Stored]) -> Iterator[Stored]:
    """Those that have no row at all: of the others, their rows tell how long they are unwanted."""
    for begin in range(0, len(files), _AT_ONCE):
        some = files[begin : begin + _AT_ONCE]
        digests = [digest for found in some if (digest := digest_of(found))]
        with store.read() as tx:
            query = select(BlobRow.digest).where(BlobRow.digest.in_(digests))
            known = set(tx.session.scalars(query))
        yield from (found for found in some if digest_of(found) not in known)


def _unnamed() -> Select[str]:
    named: list[ColumnElement[bool]] = [exists().where(c == BlobRow.digest) for c in NAMED_BY]
    return select(BlobRow.digest).where(BlobRow.doomed.is_(None), ~or_(*named))


def sizes_of_documents(store: Store) -> Iterator[Fault]:
    """Documents whose row says another length than that of their bytes."""
    query = (
        select(DocumentRow.deal_id, DocumentRow.name, DocumentRow.format)
        .join(BlobRow, BlobRow.digest == DocumentRow.blob)
        .where(DocumentRow.bytes != BlobRow.bytes)
    )
    what = "A document has another length than its row says."
    advice = "Start a run of the deal: it makes the documents anew."
    yield from asked(store, {what: query}, advice=advice)


def _coming() -> Select[str, int]:
    """Uploads that are under way, or that their call has not taken in yet."""
    untouched = CallRow.recording.is_(None) & CallRow.transcript.is_(None)
    wanted = exists().where(CallRow.upload_id == UploadRow.id, untouched)
    query = select(UploadRow.id, UploadRow.offset)
    return query.where(or_(UploadRow.call_id.is_(None), wanted))


def parts_of_uploads(store: Store) -> Iterator[Fault]:
    """Uploads of which fewer bytes are there than their senders were told."""
    with store.read() as tx:
        told = {upload: offset for upload, offset in tx.session.execute(_coming())}  # noqa: C416
    there: dict[str, int] = {}
    for found in store.blobs.all_parts():
        upload = found.name.removeprefix(f"{UPLOADS}/").partition("/")[0]
        there[upload] = there.get(upload, 0) + found.bytes
    for upload, offset in sorted(told.items()):
        if there.get(upload, 0) < offset:
            yield Fault(
                what="Of an upload, bytes are missing that its sender was told are there.",
                where=(upload,),
                advice="Have it sent again, as a new upload.",
            )
