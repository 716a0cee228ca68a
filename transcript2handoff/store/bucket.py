"""Where blobs lie: a folder of this machine, or a bucket of an S3-compatible store."""

import datetime
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any, Final, Self

import obstore
from obstore.exceptions import BaseError
from obstore.store import LocalStore, ObjectStore, from_url

from transcript2handoff.deal import Record
from transcript2handoff.errors import BlobMissingError, SettingsError, StoreUnreachableError

CHUNK: Final = 1024 * 1024
"""Bytes that are read at once."""
PART: Final = 5 * CHUNK
"""Bytes that are written at once: S3 takes no smaller parts."""
PARTS_AT_ONCE: Final = 2
S3_OPTIONS: Final = (
    "endpoint",
    "region",
    "access_key_id",
    "secret_access_key",
    "session_token",
    "virtual_hosted_style_request",
    "allow_http",
)
"""How an S3-compatible store is reached; ``allow_http`` where its endpoint has no TLS."""
_RETRIES: Final = {"max_retries": 4, "retry_timeout": datetime.timedelta(seconds=15)}
"""Of a single request: who asks for a blob waits for it."""
_S3_ADDRESS: Final = re.compile(r"s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/[\w!*'().-]+)*/?", re.A)
_STAGED: Final = "*#*"
"""The names under which the library writes files that are not whole yet."""


class Stored(Record):
    """A file in a bucket."""

    name: str
    bytes: int
    at: datetime.datetime
    """When it was written last."""


class Bucket:
    """Files under names with slashes; errors are in words."""

    def __init__(self, store: ObjectStore, *, where: str, folder: Path | None = None) -> None:
        """Use an object store; ``folder`` is where that is, if it is one of this machine."""
        self._store = store
        self._folder = folder
        self.where = where

    @classmethod
    def open(cls, url: str, *, options: Mapping[str, Any]) -> Self:
        """Use a local folder (a path, or ``file:///…``), ``s3://BUCKET/PREFIX`` or ``memory:///``.

        Raises:
            SettingsError: it is no address, or has an option, that we do not know.
            StoreUnreachableError: the folder cannot be made.
        """
        scheme, colon, rest = url.partition("://")
        if not colon or scheme == "file":
            return cls._in_folder(Path(rest if colon else url))
        if scheme != "memory" and not _S3_ADDRESS.fullmatch(url):
            raise SettingsError(
                "The address of the blobs is not one that we know. Write a folder, or "
                "s3://BUCKET/PREFIX; keys belong into the options."
            )
        try:
            store = from_url(url, **(_of_s3(options) if scheme == "s3" else {}))
        except (BaseError, ValueError) as error:
            raise SettingsError(
                f"The address or the options of the blobs do not fit: {_reason(error)}."
            ) from error
        return cls(store, where=url)

    @classmethod
    def _in_folder(cls, folder: Path) -> Self:
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise StoreUnreachableError(
                f"The folder {folder} of the blobs cannot be made: {error.strerror}."
            ) from error
        return cls(LocalStore(folder), where=str(folder), folder=folder)

    def write(self, name: str, chunks: Iterable[bytes]) -> None:
        """Write a file; nobody sees it before all of it is there.

        What ``chunks`` raises goes on to the caller, and nothing is kept. They may come out of the
        same bucket.

        Raises:
            StoreUnreachableError: it cannot be written.
        """
        with self._reached():
            file = obstore.open_writer(
                self._store, name, buffer_size=PART, max_concurrency=PARTS_AT_ONCE
            )
        with ExitStack() as on_error:
            on_error.push(file)
            for chunk in chunks:
                with self._reached():
                    file.write(chunk)
            on_error.pop_all()
        with self._reached():
            file.close()
            self._settle(name)
            self._settle_name(name)

    def rename(self, before: str, after: str) -> None:
        """Give a file another name, in place of what has that name already.

        Raises:
            StoreUnreachableError: it cannot be done.
        """
        with self._reached():
            obstore.rename(self._store, before, after)
            self._settle_name(after)

    def _settle(self, name: str) -> None:
        """Have the disk of this machine keep a file through a power cut."""
        if self._folder is not None:
            handle = os.open(self._folder / name, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)

    def _settle_name(self, name: str) -> None:
        """The same for its name, and for the names of the folders that it is in."""
        folder = name.rpartition("/")[0]
        self._settle(folder)
        if folder:
            self._settle_name(folder)

    def read(self, name: str, *, begin: int, end: int, chunk: int = CHUNK) -> Iterator[bytes]:
        """The bytes from ``begin`` up to and without ``end``, in chunks of about ``chunk``.

        Raises:
            BlobMissingError: there is no such file; told at once, not with the first chunk.
            StoreUnreachableError: it cannot be read.
        """
        with self._reached(name):
            found = obstore.get(self._store, name, options={"range": (begin, end)})
        return self._stream(found.stream(min_chunk_size=chunk), name)

    def _stream(self, stream: Iterable[Any], name: str) -> Iterator[bytes]:
        with self._reached(name):
            for piece in stream:
                yield bytes(piece)

    def size(self, name: str) -> int:
        """How many bytes a file has.

        Raises:
            BlobMissingError: there is no such file.
            StoreUnreachableError: nobody can say.
        """
        with self._reached(name):
            return obstore.head(self._store, name)["size"]

    def remove(self, name: str) -> None:
        """Take a file away; nothing happens if there is none.

        Raises:
            StoreUnreachableError: it cannot be taken away.
        """
        with suppress(BlobMissingError), self._reached(name):
            obstore.delete(self._store, name)

    def everything(self, folder: str | None = None) -> Iterator[Stored]:
        """All files, or those of a folder.

        Raises:
            StoreUnreachableError: they cannot be listed.
        """
        with self._reached():
            for batch in obstore.list(self._store, folder and f"{folder}/"):
                for found in batch:
                    yield Stored(name=found["path"], bytes=found["size"], at=found["last_modified"])

    def ping(self) -> None:
        """Find out whether the files can be reached.

        Raises:
            StoreUnreachableError: they cannot.
        """
        if self._folder is None:
            next(self.everything(), None)
        elif not (self._folder.is_dir() and os.access(self._folder, os.W_OK | os.X_OK)):
            raise StoreUnreachableError(self._trouble(NotADirectoryError("no folder to write to")))

    def tidy(self, folder: str, *, before: datetime.datetime) -> int:
        """Take away what writers who were killed left on this machine; the number of files.

        Unfinished uploads to S3 are a matter of the bucket's life cycle.

        Raises:
            StoreUnreachableError: a file cannot be taken away.
        """
        if self._folder is None:
            return 0
        with self._reached():
            left = [
                path
                for path in (self._folder / folder).rglob(_STAGED)
                if path.stat().st_mtime < before.timestamp()
            ]
            for path in left:
                path.unlink(missing_ok=True)
        return len(left)

    def fold(self, folder: str) -> None:
        """Take an empty folder of this machine away; it stays if something is in it."""
        if self._folder is not None:
            with suppress(OSError):
                (self._folder / folder).rmdir()

    @contextmanager
    def _reached(self, name: str | None = None) -> Iterator[None]:
        try:
            yield
        except FileNotFoundError as error:
            if name is None:
                raise StoreUnreachableError(self._trouble(error)) from error
            raise BlobMissingError(
                f"The blob {name.rpartition('/')[2]} is not in {self.where}. Send its bytes again; "
                "if it should be there, look whether the address of the blobs is the right one."
            ) from error
        except (BaseError, OSError) as error:
            raise StoreUnreachableError(self._trouble(error)) from error

    def _trouble(self, error: Exception) -> str:
        return (
            f"The blobs in {self.where} cannot be used: {_reason(error)}. Check that they can be "
            "reached and that there is room; then try again."
        )


def _of_s3(options: Mapping[str, Any]) -> dict[str, Any]:
    """Our options as obstore takes them."""
    if unknown := sorted(set(options) - set(S3_OPTIONS)):
        raise ValueError(f"there is no option {unknown[0]}, only {', '.join(S3_OPTIONS)}")
    given = {name: value for name, value in options.items() if name != "allow_http"}
    client = {"allow_http": bool(options.get("allow_http"))}
    return {**given, "client_options": client, "retry_config": _RETRIES}


def _reason(error: Exception) -> str:
    """The first line of what the library says, without what is for its developers."""
    told = (str(error).strip() or type(error).__name__).splitlines()[0]
    return re.sub(r"^Generic \w+ error: ", "", told).rstrip(".")
