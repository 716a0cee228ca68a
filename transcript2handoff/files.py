"""Files that are whole or not there: written under a temporary name, then renamed; and read."""

import errno
import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from transcript2handoff.errors import InputError, OutputError

_ADVICE = {
    errno.ENOSPC: "the disk is full; free some space and run the command again",
    errno.EDQUOT: "your disk quota is used up; free some space and run the command again",
    errno.EROFS: "the disk is read-only; choose another folder with -o",
    errno.EACCES: "you may not write there; choose another folder with -o",
    errno.EPERM: "you may not write there; choose another folder with -o",
    errno.ENOTDIR: "a part of that path is a file, not a folder; choose another folder with -o",
    errno.EEXIST: "there is a file of that name; choose another folder with -o",
    errno.EISDIR: "there is a folder of that name; choose another name",
    errno.ENAMETOOLONG: "that name is too long; choose a shorter one",
}


@contextmanager
def writing_to(path: Path) -> Iterator[None]:
    """Turn the operating system's refusals to write into words.

    Raises:
        OutputError: anything below could not write; the message says what to do.
    """
    try:
        yield
    except OSError as error:
        advice = _ADVICE.get(error.errno or 0, error.strerror or "choose another folder with -o")
        raise OutputError(f"Cannot write {path}: {advice}.") from error


def make_folder(path: Path) -> Path:
    """Make a folder and those above it, if they are not there.

    Raises:
        OutputError: it cannot be made.
    """
    with writing_to(path):
        path.mkdir(parents=True, exist_ok=True)
    return path


def is_below(path: Path, folder: Path) -> bool:
    """Whether a path leads below a folder, also behind all symbolic links."""
    return path.resolve().is_relative_to(folder.resolve())


def write_whole(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write files together: none takes its name before all of them are on the disk.

    Args:
        folder: is there already.
        files: by their paths below it, with slashes; folders in between are made.

    Raises:
        OutputError: the folder cannot be written or the disk is full; the old files are intact.
    """
    for name in files:
        if (folder / name).is_dir():
            raise OutputError(f"Cannot write {folder / name}: {_ADVICE[errno.EISDIR]}.")
        make_folder((folder / name).parent)
    with writing_to(folder), tempfile.TemporaryDirectory(dir=folder, prefix=".t2h-") as waiting:
        for number, data in enumerate(files.values()):
            with Path(waiting, str(number)).open("wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
        for number, name in enumerate(files):
            Path(waiting, str(number)).replace(folder / name)


def write_lines(path: Path, lines: Iterable[bytes]) -> None:
    """Write a file that is too large to be held in memory, in place of one of this name.

    Raises:
        OutputError: it cannot be written; an old file is intact.
    """
    with (
        writing_to(path),
        tempfile.TemporaryDirectory(dir=path.absolute().parent, prefix=".t2h-") as waiting,
    ):
        part = Path(waiting, "lines")
        with part.open("wb") as file:
            file.writelines(lines)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)


@contextmanager
def reading(path: Path) -> Iterator[BinaryIO]:
    """A file that is given, to be read piece by piece.

    Raises:
        InputError: it cannot be read.
    """
    try:
        with path.open("rb") as file:
            yield file
    except OSError as error:
        raise InputError(
            f"{path} cannot be read: {error.strerror}. Give a file that is there, and that this "
            "user may read."
        ) from error
