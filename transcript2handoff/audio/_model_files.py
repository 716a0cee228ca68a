"""The files of a model as they lie on disk: verified by digest, put together from parts."""

import hashlib
import os
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from transcript2handoff.errors import ModelMismatchError, ModelMissingError, OutputError

_BLOCK: Final = 1 << 20


@dataclass(frozen=True)
class ModelFile:
    """A file whose content is the content of its parts, one after the other."""

    name: str
    sha256: str
    parts: tuple[Path, ...]


def verify(files: Iterable[ModelFile]) -> None:
    """Read all files and compare their digests.

    Raises:
        ModelMismatchError: one is not the file that was pinned.
        ModelMissingError: one cannot be read.
    """
    for file in files:
        digest = hashlib.sha256()
        for block in _blocks(file):
            digest.update(block)
        _compare(file, digest.hexdigest())


def assemble(files: Iterable[ModelFile], folder: Path) -> Path:
    """Write each file whole into ``folder``, if it is not there already, and verify it.

    Any number of processes may do so at once: a file appears under its name complete or not at
    all, and they all write the same.

    Raises:
        ModelMismatchError: the parts do not make up the file that was pinned.
        ModelMissingError: a part cannot be read.
        OutputError: ``folder`` cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for file in files:
            if not _is_right(folder / file.name, file.sha256):
                _write(file, folder)
    except OSError as error:
        raise OutputError(
            f"The speech model cannot be put together in {folder} ({error.strerror}). "
            "Make room there, or let the settings name another folder for the cache."
        ) from error
    return folder


def _write(file: ModelFile, folder: Path) -> None:
    descriptor, name = tempfile.mkstemp(prefix=f".{file.name}-", dir=folder)
    unfinished = Path(name)
    try:
        digest = hashlib.sha256()
        with os.fdopen(descriptor, "wb") as output:
            for block in _blocks(file):
                digest.update(block)
                output.write(block)
        _compare(file, digest.hexdigest())
        unfinished.replace(folder / file.name)
    finally:
        unfinished.unlink(missing_ok=True)


def _is_right(path: Path, sha256: str) -> bool:
    if not path.is_file():
        return False
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest() == sha256


def _blocks(file: ModelFile) -> Iterator[bytes]:
    for part in file.parts:
        try:
            with part.open("rb") as stream:
                while block := stream.read(_BLOCK):
                    yield block
        except OSError as error:
            raise ModelMissingError(
                f"{part} of the speech model cannot be read ({error.strerror}). "
                "Check its rights, or install it once more."
            ) from error


def _compare(file: ModelFile, found: str) -> None:
    if found != file.sha256:
        parts = " + ".join(map(str, file.parts))
        raise ModelMismatchError(
            f"{parts} is not the {file.name} that was pinned: expected SHA-256 {file.sha256}, "
            f"found {found}. Delete or reinstall it, so that it is fetched anew; do not use it."
        )
