"""Putting a backup back into an empty folder."""

import hashlib
import os
import shutil
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from transcript2handoff.backup.archive import (
    BLOBS,
    DATABASE,
    ENGINE,
    ERASED,
    LARGEST_MANIFEST,
    MANIFEST,
    WHOLE,
    Entry,
    Manifest,
    Places,
    is_known,
)
from transcript2handoff.backup.repeating import ErasureFile, Repeated, repeat
from transcript2handoff.deal import Record
from transcript2handoff.errors import BackupFileError, OutputError, StoreNotMigratedError
from transcript2handoff.files import make_folder, writing_to
from transcript2handoff.settings import Settings
from transcript2handoff.store.migrating import versions
from transcript2handoff.watch import NOBODY, Watch

_CHUNK: Final = 1 << 20


class Restored(Record):
    """What was put back."""

    manifest: Manifest
    repeated: Repeated
    """What was erased again."""


def restore(
    settings: Settings,
    archive: Path,
    *,
    erasures: ErasureFile | None = None,
    watch: Watch = NOBODY,
) -> Restored:
    """Put a backup back. Nothing takes its place before all of it was read and found right.

    What was erased since is erased again before that, so that no service ever finds it there.

    Args:
        settings: of the installation; nothing of a service may be in its places.
        archive: the backup.
        erasures: what was erased since the backup was made.
        watch: is told the share of the archive that was read.

    Raises:
        SettingsError: the installation is not one of files on this machine.
        BackupFileError: the archive cannot be read, or is damaged.
        StoreNotMigratedError: it was made by a newer program.
        OutputError: the places are not empty, or cannot be written.
        Cancelled: somebody asked to stop.
    """
    places = Places.of(settings)
    _check_empty(places)
    make_folder(settings.data)
    with writing_to(places.database), ExitStack() as ending:
        staging = _Staging(
            files=_waiting(ending, places.database.parent),
            blobs=_waiting(ending, places.blobs.parent),
        )
        manifest = _read(archive, staging, watch)
        repeated = Repeated()
        if erasures is not None:
            repeated = repeat(staging.settings(settings), erasures, since=manifest.made)
        staging.take_places(places)
    return Restored(manifest=manifest, repeated=repeated)


def _waiting(ending: ExitStack, beside: Path) -> Path:
    """A folder that goes when all is done, on the disk on which its files will stay."""
    made = tempfile.TemporaryDirectory(dir=make_folder(beside), prefix=".restoring-")
    return Path(ending.enter_context(made))


def _check_empty(places: Places) -> None:
    full = [path for path in (places.database, places.engine) if path.exists()]
    if places.blobs.exists() and (not places.blobs.is_dir() or any(places.blobs.iterdir())):
        full.append(places.blobs)
    if full:
        raise OutputError(
            f"There is something in {full[0]} already, and a backup is put back into an empty "
            "folder alone. Stop the service, move its folder away, and try again."
        )


class _Staging:
    """Where members wait until all of them are there."""

    def __init__(self, *, files: Path, blobs: Path) -> None:
        self._files = files
        self._blobs = blobs / BLOBS
        self._blobs.mkdir(mode=0o700)

    def path_of(self, name: str) -> Path:
        """Where a member waits."""
        folder, _, below = name.partition("/")
        path = self._blobs / below if folder == BLOBS else self._files / name
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        return path

    def settings(self, settings: Settings) -> Settings:
        """Those of a service that stands where the members wait."""
        places = {
            "data": self._files,
            "database": f"sqlite:///{self._files / DATABASE}",
            "blobs": str(self._blobs),
        }
        return settings.model_copy(update=places)

    def take_places(self, places: Places) -> None:
        """Move everything to its place, the database last: without it there is no service."""
        if places.blobs.exists():
            places.blobs.rmdir()
        self._blobs.rename(places.blobs)
        if (engine := self._files / ENGINE).exists():
            shutil.move(engine, make_folder(places.engine.parent) / ENGINE)
        (self._files / DATABASE).rename(places.database)


def _read(archive: Path, staging: _Staging, watch: Watch) -> Manifest:
    """Read all of an archive, and find out whether it is what its manifest says."""
    found: dict[str, Entry] = {}
    text = b""
    try:
        size = max(archive.stat().st_size, 1)
        with archive.open("rb") as file, tarfile.open(fileobj=file, mode="r|") as tar:
            for member in tar:
                watch.at(file.tell() / size)
                if member.name == MANIFEST:
                    text = _text(tar, member)
                elif member.name != ERASED:
                    found[member.name] = _put(tar, member, staging.path_of(_checked(member)))
    except (tarfile.TarError, EOFError) as error:
        raise BackupFileError(_damaged(archive, "it was cut off, or is no backup")) from error
    except (FileNotFoundError, IsADirectoryError, PermissionError) as error:
        if error.filename != str(archive):
            raise
        raise BackupFileError(f"The backup {archive} cannot be read: {error.strerror}.") from error
    return _compared(archive, text, found)


def _checked(member: tarfile.TarInfo) -> str:
    # A sparse file is few bytes in the archive and any number on the disk.
    if not member.isreg() or member.issparse() or not is_known(member.name):
        raise BackupFileError(f"The archive holds {member.name!r}, which is no part of a backup.")
    return member.name


def _text(tar: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    if member.size > LARGEST_MANIFEST or not member.isreg() or member.issparse():
        raise BackupFileError("The manifest of the archive is larger than any backup needs.")
    return b"".join(_chunks(tar, member))


def _put(tar: tarfile.TarFile, member: tarfile.TarInfo, path: Path) -> Entry:
    digest, count = hashlib.sha256(), 0
    with path.open("xb") as file:
        path.chmod(0o600)
        for piece in _chunks(tar, member):
            digest.update(piece)
            count += len(piece)
            file.write(piece)
        file.flush()
        os.fsync(file.fileno())
    return Entry(name=member.name, bytes=count, sha256=digest.hexdigest())


def _chunks(tar: tarfile.TarFile, member: tarfile.TarInfo) -> Iterator[bytes]:
    file = tar.extractfile(member)
    assert file is not None
    while piece := file.read(_CHUNK):
        yield piece


def _compared(archive: Path, text: bytes, found: dict[str, Entry]) -> Manifest:
    try:
        manifest = Manifest.model_validate_json(text)
    except ValidationError as error:
        raise BackupFileError(_damaged(archive, "it has no manifest that can be read")) from error
    if manifest.schema_version not in versions():
        raise StoreNotMigratedError(
            f"The backup {archive} is of the schema {manifest.schema_version}, which is newer than "
            "this program. Install the program that made it, or a newer one."
        )
    named = {entry.name: entry for entry in manifest.entries}
    wrong = sorted(
        name for name in {*named, *found} if named.get(name) != found.get(name)
    ) or sorted(name for name, entry in found.items() if not _is_as_named(name, entry))
    if wrong or DATABASE not in found:
        raise BackupFileError(_damaged(archive, f"{(wrong or [DATABASE])[0]} is not as written"))
    return manifest


def _is_as_named(name: str, entry: Entry) -> bool:
    blob = WHOLE.fullmatch(name.removeprefix(f"{BLOBS}/"))
    return blob is None or blob[1] == entry.sha256


def _damaged(archive: Path, why: str) -> str:
    return f"The backup {archive} is damaged: {why}. Use another one; nothing was restored."
