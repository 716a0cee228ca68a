"""Writing a backup while the service runs."""

import datetime
import hashlib
import io
import os
import tarfile
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import BinaryIO, Final

from transcript2handoff.backup.archive import (
    BLOBS,
    DATABASE,
    ENGINE,
    MANIFEST,
    PART,
    WHOLE,
    Entry,
    Manifest,
    Places,
)
from transcript2handoff.errors import OutputError, StoreConflictError, StoreUnreachableError
from transcript2handoff.files import writing_to
from transcript2handoff.settings import Settings
from transcript2handoff.store import Store, backups
from transcript2handoff.store.copying import (
    ids_in,
    named_blobs,
    snapshot,
    version_of,
    waiting_parts,
)
from transcript2handoff.store.migrating import versions
from transcript2handoff.watch import NOBODY, Watch

TRIES: Final = 10
"""How often a backup begins anew because something was erased while it was written."""


class _ErasedMeanwhileError(Exception):
    """A blob that the copied database names is not there any more."""


def back_up(settings: Settings, target: Path, *, watch: Watch = NOBODY) -> Manifest:
    """Write a backup of the databases and the blobs; what was erased until then is not in it.

    Args:
        settings: of the installation, which may be at work.
        target: the archive; no file of that name may be there.
        watch: is told the share of the bytes that is written.

    Raises:
        SettingsError: the installation is not one of files on this machine.
        StoreUnreachableError: its database cannot be read, or there is none.
        StoreConflictError: so much is erased meanwhile that no copy is whole.
        OutputError: the archive cannot be written; nothing is left of it.
        Cancelled: somebody asked to stop.
    """
    places = Places.of(settings)
    if target.exists():
        raise OutputError(f"There is a file {target} already. Choose another name for the backup.")
    if not places.database.exists():
        raise StoreUnreachableError(
            f"There is no database {places.database}. Set T2H_DATA to the folder of the service."
        )
    for _ in range(TRIES):
        try:
            return _written(settings, target, watch)
        except _ErasedMeanwhileError:
            continue
    raise StoreConflictError(
        "Each time that the backup was nearly done, something of it was erased. Try again later."
    )


def _written(settings: Settings, target: Path, watch: Watch) -> Manifest:
    places = Places.of(settings)
    with (
        writing_to(target),
        tempfile.TemporaryDirectory(dir=target.absolute().parent, prefix=".t2h-") as name,
    ):
        folder = Path(name)
        made = datetime.datetime.now(datetime.UTC)
        # The engine first: of two states the older one is then the engine's, who takes that well.
        if places.engine.exists():
            snapshot(places.engine, folder / ENGINE)
        snapshot(places.database, folder / DATABASE)
        whole = folder / "archive"
        with whole.open("xb") as file:
            whole.chmod(0o600)
            manifest = _fill(file, folder, places, made, watch)
            file.flush()
            os.fsync(file.fileno())
        # Noted before it has its name: rather an archive too many in the list than one too few.
        _note(settings, target.name, manifest)
        whole.rename(target)
    return manifest


def _note(settings: Settings, name: str, manifest: Manifest) -> None:
    """Have the store know of an archive, so that receipts of erasures can name it."""
    if manifest.schema_version != versions()[-1]:
        # It has no place for it yet: this is the backup before an update.
        return
    archive = backups.NewBackup(
        name=name,
        made=manifest.made,
        digest=hashlib.sha256(manifest.to_text().encode()).hexdigest(),
        bytes=manifest.bytes,
        deals=len(manifest.deals),
        calls=len(manifest.calls),
    )
    with closing(Store.open(settings.database, settings.blobs)) as store, store.write() as tx:
        backups.add(tx, archive, by="command_line")


def _fill(
    file: BinaryIO, folder: Path, places: Places, made: datetime.datetime, watch: Watch
) -> Manifest:
    files = [path for name in (DATABASE, ENGINE) if (path := folder / name).exists()]
    blobs = dict(_blobs(places.blobs))
    if named_blobs(folder / DATABASE) - set(blobs.values()):
        raise _ErasedMeanwhileError
    with tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT) as tar:
        members = _Members(tar=tar)
        for path in files:
            members.add(path, path.name)
        for number, (path, digest) in enumerate(sorted(blobs.items())):
            watch.at(number / len(blobs))
            members.add(path, f"{BLOBS}/{path.relative_to(places.blobs)}", digest=digest)
        _check_parts(folder / DATABASE, members.entries)
        manifest = Manifest(
            program=version("transcript2handoff"),
            schema_version=version_of(folder / DATABASE),
            made=made,
            deals=ids_in(folder / DATABASE, "deals"),
            calls=ids_in(folder / DATABASE, "calls"),
            entries=tuple(members.entries),
        )
        members.add_text(MANIFEST, manifest.to_text().encode())
    watch.at(1.0)
    return manifest


def _check_parts(database: Path, entries: Iterable[Entry]) -> None:
    """Check that the parts are there on which calls rest whose recording is not one blob yet.

    Raises:
        _ErasedMeanwhileError: they have become one meanwhile, which the copied database cannot
            know.
    """
    there: Counter[str] = Counter()
    for entry in entries:
        if PART.fullmatch(below := entry.name.removeprefix(f"{BLOBS}/")):
            there[below.split("/")[1]] += entry.bytes
    if any(there[upload] < size for upload, size in waiting_parts(database).items()):
        raise _ErasedMeanwhileError


def _blobs(folder: Path) -> Iterator[tuple[Path, str | None]]:
    """All whole blobs with their digests, and the parts of uploads that have not ended."""
    for path in folder.rglob("*"):
        below = path.relative_to(folder).as_posix()
        if found := WHOLE.fullmatch(below):
            yield path, found[1]
        elif PART.fullmatch(below):
            yield path, None


@dataclass(frozen=True, kw_only=True)
class _Members:
    """The members of an archive that is written."""

    tar: tarfile.TarFile
    entries: list[Entry] = field(default_factory=list)

    def add(self, path: Path, name: str, *, digest: str | None = None) -> None:
        """Add a file; an upload that ended meanwhile is left out.

        Args:
            path: where the file is.
            name: in the archive.
            digest: that it must have, if it is a whole blob.

        Raises:
            _ErasedMeanwhileError: a whole blob is not there any more.
            StoreUnreachableError: it is not what its name says.
        """
        try:
            file = path.open("rb")
        except FileNotFoundError as error:
            if digest is None and name.startswith(BLOBS):
                return
            raise _ErasedMeanwhileError from error
        with file:
            info = self._info(name, os.fstat(file.fileno()).st_size)
            read = _Hashed(file)
            self.tar.addfile(info, read)
        self.entries.append(Entry(name=name, bytes=info.size, sha256=read.digest))
        if digest not in (None, read.digest):
            raise StoreUnreachableError(
                f"The blob {path} is damaged: its bytes are not those that it was written with. "
                "Take it from an older backup before you make a new one."
            )

    def add_text(self, name: str, text: bytes) -> None:
        """Add a member that is no file."""
        self.tar.addfile(self._info(name, len(text)), io.BytesIO(text))

    def _info(self, name: str, size: int) -> tarfile.TarInfo:
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
