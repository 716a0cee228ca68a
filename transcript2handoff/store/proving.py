"""Looking for all of what was erased, in every table, file and blob of the store."""

from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Final, Literal

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
from transcript2handoff.store.unpacking import LARGEST, Unpacking

BLOBS: Final = "blobs"
"""The place of what was found in the blob store."""
Outcome = Literal["clean", "words", "unread"]
"""What comes of looking into a file of the blob store; words are those that were looked for."""
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
_UNREAD: Final = (
    "Nobody knows whether the name or an address stands there: the file is longer than is looked "
    "at, or an archive that unpacks to far more than it is or cannot be unpacked. Look into it by "
    "hand, or erase what has it. What is no file of a call or a deal, such as a part of an upload, "
    "goes by itself within three days: run `t2h erasure verify` with the name again then."
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
    found: dict[Outcome, list[str]] = {"clean": [], "words": [], "unread": []}
    passed = 0
    for stored in store.blobs.everything():
        digest = digest_of(stored)
        if digest in sound:
            passed += 1
        else:
            found[_outcome(store, stored, sought)].append(digest or "")
    unread = len(found["unread"])
    read = len(found["clean"]) + len(found["words"])
    looked.through |= {"blobs": read, "blobs_of_sound": passed, "blobs_unread": unread}
    _tell_of_blobs("words", found["words"], looked, why=_WORDS)
    _tell_of_blobs("unread", found["unread"], looked, why=_UNREAD)


def _tell_of_blobs(what: Outcome, digests: list[str], looked: Looked, *, why: str) -> None:
    if digests:
        told = {"what": what, "where": BLOBS, "number": len(digests), "ids": some(digests)}
        looked.left.append(Left.model_validate({**told, "why": why}))


def _sound(tx: Transaction) -> set[str]:
    """The digests of recordings, and of what was made to be heard."""
    of_calls = select(CallRow.recording, CallRow.playback)
    heard = select(ResultRow.blob).where(
        or_(ResultRow.media_type.startswith("audio/"), ResultRow.media_type.startswith("video/"))
    )
    found = {digest for row in tx.session.execute(of_calls) for digest in row if digest}
    return found | set(tx.session.scalars(heard))


def _outcome(store: Store, stored: Stored, sought: Sought) -> Outcome:
    """What comes of looking at the bytes of a file, and into it if it is a ZIP archive."""
    if stored.bytes > LARGEST:
        return "unread"
    try:
        data = b"".join(store.blobs.read_stored(stored))
    except BlobMissingError:
        return "clean"
    archive = Unpacking(data)
    if any(map(sought.is_named_in, chain((data.decode(errors="replace"),), archive.texts()))):
        return "words"
    return "clean" if archive.is_whole else "unread"


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
