"""Blobs: recordings, documents and results, named by the SHA-256 of their bytes.

A blob is written under a passing name and takes its own when all of it is there. Bytes go in and
out in chunks, so that the memory taken does not depend on their number.
"""

import datetime
import hashlib
import secrets
from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Any, Final, Self

from pydantic import Field, StringConstraints

from transcript2handoff.deal import Record
from transcript2handoff.errors import BlobMissingError
from transcript2handoff.store.bucket import CHUNK, Bucket, Stored

_KEPT: Final = "sha256"
_COMING: Final = "incoming"
UPLOADS: Final = "uploads"
"""The folder of parts of uploads: not blobs yet."""

Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class Blob(Record):
    """Bytes that the store holds."""

    digest: Sha256
    bytes: Annotated[int, Field(ge=0)]


class Blobs:
    """The bytes; which of them are wanted is a matter of rows."""

    def __init__(self, bucket: Bucket) -> None:
        """Use ``Blobs.open``."""
        self._bucket = bucket

    @classmethod
    def open(cls, url: str, *, options: Mapping[str, Any] | None = None) -> Self:
        """Use a local folder (a path, or ``file:///…``), ``s3://BUCKET/PREFIX`` or ``memory:///``.

        Args:
            url: where the blobs are.
            options: of S3, see ``bucket.S3_OPTIONS``.

        Raises:
            SettingsError: it is no address, or has an option, that we do not know.
            StoreUnreachableError: the folder cannot be made.
        """
        return cls(Bucket.open(url, options=options or {}))

    def put(self, chunks: Iterable[bytes]) -> Blob:
        """Write bytes, or find out that they are there already.

        A blob that no row names after a while is an orphan; ``keeping.sweep`` takes it away. What
        ``chunks`` raises goes on to the caller, and nothing is kept.

        Raises:
            StoreUnreachableError: they cannot be written.
        """
        counted = _Counted(chunks)
        coming = f"{_COMING}/{secrets.token_hex(16)}"
        self._bucket.write(coming, counted)
        # The same bytes may be there: writing them again also makes them young for a sweep.
        self._bucket.rename(coming, blob_name(counted.digest))
        return Blob(digest=counted.digest, bytes=counted.bytes)

    def read(
        self, digest: str, *, begin: int = 0, end: int | None = None, chunk: int = CHUNK
    ) -> Iterator[bytes]:
        """The bytes from ``begin`` up to and without ``end``, in chunks; to the last one if none.

        Raises:
            BlobMissingError: there is no such blob; told at once, not with the first chunk.
            StoreUnreachableError: it cannot be read.
            ValueError: the stretch does not lie in the blob.
        """
        size = self.size(digest)
        end = size if end is None else min(end, size)
        if not 0 <= begin <= end:
            raise ValueError(f"bytes {begin} to {end} of {size}")
        if begin == end:
            return iter(())
        return self._bucket.read(blob_name(digest), begin=begin, end=end, chunk=chunk)

    def size(self, digest: str) -> int:
        """How many bytes a blob has.

        Raises:
            BlobMissingError: there is no such blob.
            StoreUnreachableError: nobody can say.
        """
        return self._bucket.size(blob_name(digest))

    def has(self, digest: str) -> bool:
        """Whether a blob is there.

        Raises:
            StoreUnreachableError: nobody can say.
        """
        try:
            self.size(digest)
        except BlobMissingError:
            return False
        return True

    def remove(self, stored: str) -> None:
        """Take away what lies under a name or a digest; nothing happens if nothing does.

        Raises:
            StoreUnreachableError: it cannot be taken away.
        """
        self._bucket.remove(stored if "/" in stored else blob_name(stored))

    def put_part(self, upload_id: str, offset: int, part: bytes) -> None:
        """Write the part of an upload that begins at ``offset``, in place of an earlier attempt.

        Raises:
            StoreUnreachableError: it cannot be written.
        """
        self._bucket.write(_part_name(upload_id, offset), [part])

    def read_parts(self, upload_id: str) -> Iterator[bytes]:
        """The bytes of an upload, from its first part to its last one, in chunks.

        Raises:
            BlobMissingError: a part is missing in between.
            StoreUnreachableError: they cannot be read.
        """
        place = 0
        for part in self.parts(upload_id):
            if part.name != _part_name(upload_id, place):
                raise BlobMissingError(
                    f"Of the upload {upload_id}, the bytes from {place} on are missing. Send the "
                    "whole of it again, as a new upload."
                )
            if part.bytes:
                yield from self._bucket.read(part.name, begin=0, end=part.bytes)
            place += part.bytes

    def remove_parts(self, upload_id: str) -> None:
        """Take away the parts of an upload; nothing happens if there are none.

        Raises:
            StoreUnreachableError: they cannot be taken away.
        """
        for part in self.parts(upload_id):
            self._bucket.remove(part.name)
        self._bucket.fold(f"{UPLOADS}/{upload_id}")

    def parts(self, upload_id: str) -> list[Stored]:
        """The parts of an upload, in their order.

        Raises:
            StoreUnreachableError: they cannot be listed.
        """
        found = self._bucket.everything(f"{UPLOADS}/{upload_id}")
        return sorted(found, key=lambda part: part.name)

    def read_stored(self, stored: Stored) -> Iterator[bytes]:
        """The bytes of whatever lies in the blob store, a blob or not, in chunks.

        Raises:
            BlobMissingError: it is not there any more.
            StoreUnreachableError: it cannot be read.
        """
        return (
            self._bucket.read(stored.name, begin=0, end=stored.bytes) if stored.bytes else iter(())
        )

    def everything(self) -> Iterator[Stored]:
        """All that lies in the blob store, whether or not a row knows it.

        Raises:
            StoreUnreachableError: it cannot be listed.
        """
        return self._bucket.everything()

    def all_parts(self) -> Iterator[Stored]:
        """The parts of all uploads.

        Raises:
            StoreUnreachableError: they cannot be listed.
        """
        return self._bucket.everything(UPLOADS)

    def ping(self) -> None:
        """Find out whether the blob store answers.

        Raises:
            StoreUnreachableError: it does not, or nothing can be written there.
        """
        self._bucket.ping()

    def tidy(self, *, before: datetime.datetime) -> int:
        """Take away what writers who were killed before then left behind; the number of files.

        Raises:
            StoreUnreachableError: it cannot be taken away.
        """
        return sum(self._bucket.tidy(folder, before=before) for folder in (_COMING, UPLOADS))


class _Counted:
    """Chunks on their way, counted and hashed."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = iter(chunks)
        self._hash = hashlib.sha256()
        self.bytes = 0

    @property
    def digest(self) -> str:
        return self._hash.hexdigest()

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self._chunks:
            self._hash.update(chunk)
            self.bytes += len(chunk)
            yield chunk


def digest_of(stored: Stored) -> str | None:
    """The digest of what lies in the blob store, if it is a whole blob."""
    folder, _, rest = stored.name.partition("/")
    return rest.rpartition("/")[2] if folder == _KEPT else None


def blob_name(digest: str) -> str:
    """Where the bytes of a blob lie, below the folder or the bucket."""
    return f"{_KEPT}/{digest[:2]}/{digest}"


def _part_name(upload_id: str, offset: int) -> str:
    return f"{UPLOADS}/{upload_id}/{offset:015d}"
