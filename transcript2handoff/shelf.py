"""The folder of a call: its numbered files, and what each of them was made from."""

import hashlib
from pathlib import Path

from pydantic import Field, ValidationError

from transcript2handoff.deal import Deal, Record
from transcript2handoff.errors import ArtifactError, InputError
from transcript2handoff.files import make_folder, write_whole
from transcript2handoff.pipeline import Files, Step

MEMORY = ".t2h.json"
"""Beside the numbered files: what earlier runs were told, and what they made."""


class Made(Record):
    """What a step has made: the key it was done under, and the SHA-256 of each of its files."""

    key: str
    files: dict[str, str]


class Told(Record):
    """What somebody said once and the following commands may rely on."""

    deal: Deal = Deal()
    call_id: str | None = None
    recording: str | None = None
    """The recording as the folder sees it: a relative path, or an address."""


class Memory(Record):
    """What a folder remembers."""

    told: Told = Told()
    made: dict[str, Made] = Field(default_factory=dict)


def read_file(path: Path) -> bytes:
    """The bytes of a file that somebody named.

    Raises:
        InputError: it cannot be read.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError(f"Cannot read {path}: {error.strerror}. Check the path.") from error


class FolderShelf:
    """Keeps the files of one call in one folder.

    A file that somebody has changed by hand is taken as it is, and what follows from it is made
    anew; it is never overwritten without being asked.
    """

    def __init__(
        self,
        folder: Path,
        *,
        overwrite: bool = False,
        inputs: Path | None = None,
        told: Told | None = None,
    ) -> None:
        """Use ``folder``, which is made if it is not there.

        Args:
            folder: where the numbered files stand or shall stand.
            overwrite: do every step again, also over files that were changed by hand.
            inputs: where the files that a step reads stand; ``folder`` else.
            told: what to remember with the next files; what ``inputs`` remembers else.

        Raises:
            OutputError: the folder cannot be made.
            ArtifactError: it holds another call, and that is not to be overwritten.
        """
        self._folder = make_folder(folder)
        self._inputs = inputs or folder
        self._overwrite = overwrite
        earlier = _remember(folder)
        told = told or remembered(self._inputs)
        if earlier.told.call_id not in (None, told.call_id) and not overwrite:
            raise ArtifactError(
                f"{folder} holds the call {earlier.told.call_id}, and this is {told.call_id}. "
                "Write into another folder with -o, or overwrite it with --force."
            )
        self._memory = earlier.model_copy(update={"told": told})

    def read(self, name: str) -> bytes | None:
        """The bytes of a file, or none if it is not there."""
        path = self._inputs / name
        return read_file(path) if path.exists() else None

    def is_made(self, step: Step, key: str) -> bool:
        """Whether the step's files are there and were made, or changed by hand, under this key.

        Raises:
            ArtifactError: a file was changed by hand and would have to be made anew.
        """
        if self._overwrite:
            return False
        made = self._memory.made.get(step.name, Made(key="", files={}))
        paths = {name: self._folder / name for name in step.writes}
        there = {name: read_file(path) for name, path in paths.items() if path.exists()}
        if made.key == key and len(there) == len(step.writes):
            return True
        for name, data in there.items():
            if made.files.get(name) != _digest(data):
                raise ArtifactError(
                    f"{self._folder / name} was not made here from what is there now: somebody has "
                    "changed it or put it there. Write into another folder with -o, or overwrite "
                    "it with --force."
                )
        return False

    def put(self, step: Step, key: str, files: Files) -> None:
        """Keep what a step has made, together with the memory of it.

        Raises:
            OutputError: the folder cannot be written or the disk is full.
        """
        made = Made(key=key, files={name: _digest(data) for name, data in files.items()})
        memory = self._memory.model_copy(update={"made": {**self._memory.made, step.name: made}})
        write_whole(self._folder, {**files, MEMORY: memory.model_dump_json(indent=1).encode()})
        self._memory = memory


def remembered(folder: Path) -> Told:
    """What earlier commands were told about the call in a folder."""
    return _remember(folder).told


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _remember(folder: Path) -> Memory:
    """What the folder says of earlier runs; a memory that cannot be read is none."""
    try:
        return Memory.model_validate_json((folder / MEMORY).read_bytes())
    except (OSError, ValidationError):
        return Memory()
