"""An archive while it is written: members come, and go again if they were erased meanwhile."""

import datetime
import hashlib
import io
import os
import tarfile
from collections.abc import Collection
from pathlib import Path
from typing import BinaryIO, Final

from transcript2handoff.backup.archive import ERASED, Entry

_HEADER: Final = tarfile.BLOCKSIZE
_CHUNK: Final = 1 << 20


class Archive:
    """A tar archive in an empty file that is open to write."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._tar = tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT)  # noqa: SIM115
        self._members: dict[str, tuple[Entry, range]] = {}

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The members that are in it, by name."""
        return tuple(self._members[name][0] for name in sorted(self._members))

    def __contains__(self, name: object) -> bool:
        """Whether there is a member of this name."""
        return name in self._members

    def add(self, path: Path, name: str) -> Entry:
        """Add a file; its entry.

        Raises:
            FileNotFoundError: it is not there.
        """
        with path.open("rb") as file:
            read = _Hashed(file)
            info = _info(name, os.fstat(file.fileno()).st_size)
            begin = self._tar.offset
            self._tar.addfile(info, read)
        entry = Entry(name=name, bytes=info.size, sha256=read.digest)
        self._members[name] = entry, range(begin, self._tar.offset)
        return entry

    def keep(self, names: Collection[str]) -> None:
        """Take all other members out: zeros are written over them."""
        for name in self._members.keys() - names:
            _, place = self._members.pop(name)
            self._overwrite(place)

    def _overwrite(self, place: range) -> None:
        # One block says how long it is, whatever that is, only in this format.
        info = _info(ERASED, len(place) - _HEADER)
        self._file.seek(place.start)
        self._file.write(info.tobuf(tarfile.GNU_FORMAT))
        for begin in range(0, info.size, _CHUNK):
            self._file.write(bytes(min(_CHUNK, info.size - begin)))
        self._file.seek(self._tar.offset)

    def close(self, name: str, text: bytes) -> None:
        """Add a last member, which is no file, and see that all is on the disk."""
        self._tar.addfile(_info(name, len(text)), io.BytesIO(text))
        self._tar.close()
        self._file.flush()
        os.fsync(self._file.fileno())


def _info(name: str, size: int) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.size, info.mode = size, 0o600
    info.mtime = int(datetime.datetime.now(datetime.UTC).timestamp())
    return info


class _Hashed:
    """A file that is hashed while it is read."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._hash = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        """The next bytes."""
        piece = self._file.read(size)
        self._hash.update(piece)
        return piece

    @property
    def digest(self) -> str:
        """Of what was read."""
        return self._hash.hexdigest()
