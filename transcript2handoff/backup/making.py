"""Writing a backup while the service runs."""

import datetime
import hashlib
import tempfile
from collections import Counter
from contextlib import closing, suppress
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Final

from transcript2handoff.backup.archive import (
    BLOBS,
    DATABASE,
    ENGINE,
    MANIFEST,
    PART,
    Manifest,
    Places,
)
from transcript2handoff.backup.writing import Archive
from transcript2handoff.errors import OutputError, StoreConflictError, StoreUnreachableError
from transcript2handoff.files import writing_to
from transcript2handoff.settings import Settings
from transcript2handoff.store import Store, backups
from transcript2handoff.store.blobs import UPLOADS, blob_name
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
"""How often the databases are copied again, because what they name was erased meanwhile."""
_PATIENCE: Final = 6
"""How often a database that others hold is asked to note the archive, some ten seconds each."""


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
    with (
        writing_to(target),
        tempfile.TemporaryDirectory(dir=target.absolute().parent, prefix=".t2h-") as name,
    ):
        whole = Path(name) / "archive"
        with whole.open("xb") as file:
            whole.chmod(0o600)
            manifest = _Making(places, Archive(file), Path(name), watch).make()
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
    for left in reversed(range(_PATIENCE)):
        try:
            with closing(Store.open(settings.database, settings.blobs)) as store:
                with store.write() as tx:
                    backups.add(tx, archive, by="command_line")
                return
        except StoreUnreachableError:
            # All that was copied shall not be for nothing because somebody else writes just now.
            if not left:
                raise


@dataclass(frozen=True)
class _Making:
    """An archive that is made of databases and blobs, which others change meanwhile.

    The databases are copied, then what the copies name is put into the archive. If some of that
    is not there any more, both are done again: then few blobs are new, and those go that are
    named no more.
    """

    places: Places
    archive: Archive
    folder: Path
    watch: Watch

    def make(self) -> Manifest:
        """Write all of it.

        Raises:
            StoreUnreachableError: a blob is damaged, or not there without having been erased.
            StoreConflictError: so much is erased meanwhile that no copy is whole.
            Cancelled: somebody asked to stop.
        """
        lost: frozenset[str] | None = None
        for _ in range(TRIES):
            made = datetime.datetime.now(datetime.UTC)
            self._copy_databases()
            missing = self._add_blobs() or self._add_parts()
            if not missing:
                return self._close(made)
            lost = missing if lost is None else lost & missing
        if lost:
            raise StoreUnreachableError(
                f"The backup is not whole without {min(lost)}, which is not there. See with "
                "`t2h doctor --deep` what is missing, and take it from an older backup."
            )
        raise StoreConflictError(
            "Each time that the backup was nearly done, something of it was erased. Try again "
            "later."
        )

    def _copy_databases(self) -> None:
        for name in (ENGINE, DATABASE):
            (self.folder / name).unlink(missing_ok=True)
        # The engine first: of two states the older one is then the engine's, who takes that well.
        if self.places.engine.exists():
            snapshot(self.places.engine, self.folder / ENGINE)
        snapshot(self.places.database, self.folder / DATABASE)

    def _add_blobs(self) -> frozenset[str]:
        """Have exactly the blobs that the copy names in the archive; those that are not there."""
        named = {f"{BLOBS}/{blob_name(each)}": each for each in named_blobs(self._database)}
        self.archive.keep(named)
        new = {name: each for name, each in sorted(named.items()) if name not in self.archive}
        # Looked for first: what is lost is told of at once, not when all else was copied.
        missing = {each for each in new.values() if not self._path(each).exists()}
        if missing:
            return frozenset(missing)
        for number, (name, digest) in enumerate(new.items()):
            self.watch.at(number / len(new))
            if not self._add_blob(name, digest):
                missing.add(digest)
        return frozenset(missing)

    def _add_blob(self, name: str, digest: str) -> bool:
        path = self._path(digest)
        try:
            entry = self.archive.add(path, name)
        except FileNotFoundError:
            return False
        if entry.sha256 != digest:
            raise StoreUnreachableError(
                f"The blob {path} is damaged: its bytes are not those that it was written with. "
                "Take it from an older backup before you make a new one."
            )
        return True

    def _add_parts(self) -> frozenset[str]:
        """Add the parts of the uploads of the copy; the uploads of which a call needs more.

        A recording that has become one blob meanwhile is such a one: the copy does not know it.
        """
        there: Counter[str] = Counter()
        for upload in ids_in(self._database, "uploads"):
            for path in sorted((self.places.blobs / UPLOADS / upload).glob("*")):
                below = path.relative_to(self.places.blobs).as_posix()
                # What is not whole yet has another name; what has ended is not there any more.
                with suppress(FileNotFoundError):
                    if PART.fullmatch(below):
                        there[upload] += self.archive.add(path, f"{BLOBS}/{below}").bytes
        waiting = waiting_parts(self._database)
        return frozenset(upload for upload, size in waiting.items() if there[upload] < size)

    def _close(self, made: datetime.datetime) -> Manifest:
        for name in (DATABASE, ENGINE):
            with suppress(FileNotFoundError):
                self.archive.add(self.folder / name, name)
        manifest = Manifest(
            program=version("transcript2handoff"),
            schema_version=version_of(self._database),
            made=made,
            deals=ids_in(self._database, "deals"),
            calls=ids_in(self._database, "calls"),
            entries=self.archive.entries,
        )
        self.archive.close(MANIFEST, manifest.to_text().encode())
        self.watch.at(1.0)
        return manifest

    def _path(self, digest: str) -> Path:
        return self.places.blobs / blob_name(digest)

    @property
    def _database(self) -> Path:
        return self.folder / DATABASE
