"""Looking for all of what was erased, in every table, file and blob of the store."""

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from sqlalchemy import or_, select

from transcript2handoff.erasure import Who
from transcript2handoff.errors import BlobMissingError
from transcript2handoff.store import keeping, scanning
from transcript2handoff.store.blobs import UPLOADS, digest_of
from transcript2handoff.store.bucket import Stored
from transcript2handoff.store.opening import Store
from transcript2handoff.store.receipts import Left, Receipt
from transcript2handoff.store.scanning import Found, Sought, some
from transcript2handoff.store.tables import CallRow, ResultRow
from transcript2handoff.store.transaction import Transaction

BLOBS: Final = "blobs"
"""The place of what was found in the blob store."""
LARGEST: Final = 256 << 20
"""Bytes of a blob, or of a file in an archive, whose words are looked at; sound is longer."""
_MEMBERS: Final = 10_000
_ROW: Final = (
    "A row names what was erased. Something may have been written while it was erased: run `t2h "
    "erasure verify` again, and report it if the row is still there."
)
_SHARED: Final = (
    "Another deal or call that is still there has a file with the very same bytes, and keeps it. "
    "Erase that as well if it is to go."
)
_BYTES: Final = (
    "The bytes are still there. Run `t2h erasure verify` again once a worker has tidied."
)
_ACCOUNT: Final = (
    "An account has this name and none of the addresses that were told, so that it may be somebody "
    "else's. Erase its address if it is theirs."
)
_WORDS: Final = (
    "The name or an address stands there. It may have come since; erase the person again, with all "
    "spellings, or correct it by hand."
)
_PAGES: Final = (
    "Pages without a row still hold the name. A worker writes the file anew when it tidies: run "
    "`t2h erasure verify` again then."
)


@dataclass
class Looked:
    """What a search has looked through, and what it has found.

    Attributes:
        through: how much, by places.
        left: what was to be gone.
    """

    through: dict[str, int] = field(default_factory=dict)
    left: list[Left] = field(default_factory=list)


def look(store: Store, receipt: Receipt, who: Who | None = None) -> Looked:
    """Look for everything that an erasure was to take away.

    Args:
        store: the store.
        receipt: of the erasure.
        who: the person who was erased; none where nobody knows it any more.

    Raises:
        StoreUnreachableError: the store cannot be read.
    """
    gone = receipt.gone
    looked = Looked()
    _look_for_blobs(store, receipt, looked)
    sought = Sought.of((*gone.deals, *gone.calls, *gone.runs, *gone.uploads), who)
    if sought.ids or sought.words:
        with store.read() as tx:
            found = scanning.search(tx.session.connection(), sought)
        tell(found, looked)
    if sought.words:
        _look_into_blobs(store, sought, looked)
        _look_into_files(store, sought, looked)
    return looked


def tell(found: Found, looked: Looked, *, of: str = "") -> None:
    """Tell what was found in a database as what is left.

    Args:
        found: in its tables.
        looked: where it is told.
        of: goes before the names of the tables.
    """
    for name, number in found.rows.items():
        looked.through[f"{of}{name}"] = number
    for place, ids in sorted(found.ids.items()):
        row = {"what": "row", "where": f"{of}{place}", "number": len(ids), "why": _ROW}
        looked.left.append(Left.model_validate({**row, "ids": some(ids)}))
    for place, rows in sorted(found.words.items()):
        why = _ACCOUNT if place == "users.name" else _WORDS
        row = {"what": "words", "where": f"{of}{place}", "number": len(rows), "why": why}
        looked.left.append(Left.model_validate({**row, "ids": some(rows)}))


def _look_for_blobs(store: Store, receipt: Receipt, looked: Looked) -> None:
    for digest in receipt.gone.blobs:
        if not store.blobs.has(digest):
            continue
        with store.read() as tx:
            shared = keeping.deals_naming(tx, digest)
        looked.left.append(
            Left(
                what="shared" if shared else "blob",
                where=BLOBS,
                number=1,
                ids=(digest, *shared[:9]),
                why=_SHARED if shared else _BYTES,
            )
        )
    for upload in receipt.gone.uploads:
        if number := sum(1 for _ in store.blobs.parts(upload)):
            told = {"what": "upload", "where": UPLOADS, "number": number, "ids": (upload,)}
            looked.left.append(Left.model_validate({**told, "why": _BYTES}))
    looked.through["digests"] = len(receipt.gone.blobs)


def _look_into_blobs(store: Store, sought: Sought, looked: Looked) -> None:
    """Look through everything in the blob store that is no sound, orphans and parts included."""
    with store.read() as tx:
        sound = _sound(tx)
    named: list[str] = []
    read = passed = 0
    for stored in store.blobs.everything():
        digest = digest_of(stored)
        if digest in sound or stored.bytes > LARGEST:
            passed += 1
            continue
        read += 1
        if any(map(sought.is_named_in, _texts(store, stored))):
            named.append(digest or "")
    looked.through |= {"blobs": read, "blobs_of_sound": passed}
    if named:
        told = {"what": "words", "where": BLOBS, "number": len(named), "ids": some(named)}
        looked.left.append(Left.model_validate({**told, "why": _WORDS}))


def _sound(tx: Transaction) -> set[str]:
    """The digests of recordings, and of what was made to be heard."""
    of_calls = select(CallRow.recording, CallRow.playback)
    heard = select(ResultRow.blob).where(
        or_(ResultRow.media_type.startswith("audio/"), ResultRow.media_type.startswith("video/"))
    )
    found = {digest for row in tx.session.execute(of_calls) for digest in row if digest}
    return found | set(tx.session.scalars(heard))


def _texts(store: Store, stored: Stored) -> Iterator[str]:
    """The bytes of a file as text, and those of the files in it if it is a ZIP archive."""
    try:
        data = b"".join(store.blobs.read_stored(stored))
    except BlobMissingError:
        return
    yield data.decode(errors="replace")
    if data.startswith(b"PK"):
        yield from _members(data)


def _members(data: bytes) -> Iterator[str]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for info in archive.infolist()[:_MEMBERS]:
                if info.file_size <= LARGEST:
                    yield archive.read(info).decode(errors="replace")
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError):
        """It only begins like one: its bytes have been looked at."""


def _look_into_files(store: Store, sought: Sought, looked: Looked) -> None:
    """Look at the bytes of an SQLite file, where no row leads to any more."""
    if store.file is not None:
        in_rows = any(left.what == "words" and left.where != BLOBS for left in looked.left)
        look_into(store.file, sought, looked, in_rows=in_rows)


def look_into(file: Path, sought: Sought, looked: Looked, *, in_rows: bool) -> None:
    """Look at the bytes of an SQLite file and of its journal.

    Args:
        file: the database.
        sought: what is looked for.
        looked: where it is told.
        in_rows: whether rows hold it, so that the file does as well.
    """
    for path in (file, file.with_name(f"{file.name}-wal")):
        if not path.exists():
            continue
        looked.through[path.name] = path.stat().st_size
        if not in_rows and scanning.is_named_in_file(path, sought):
            looked.left.append(Left(what="pages", where=path.name, number=1, why=_PAGES))
