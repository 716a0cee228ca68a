"""Blobs as files of this machine, for what can read nothing else."""

import datetime
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePath
from typing import Final

from transcript2handoff.errors import InputError
from transcript2handoff.files import writing_to
from transcript2handoff.store import Blobs

PREFIX: Final = "t2h-brought-"
"""How the folders begin in which files lie meanwhile."""
_STEM: Final = 200
_SUFFIX: Final = 20
"""Bytes that are kept of a name and of its ending: file systems take 255."""


@contextmanager
def brought(blobs: Blobs, digest: str, *, name: str) -> Iterator[Path]:
    """A blob as a file under a name; it is gone afterwards.

    Errors about the file name it alone: where it lay meanwhile says nothing to anybody.

    Args:
        blobs: where the blob is.
        digest: the blob.
        name: the name that the file came with, of which only the last part is used.

    Raises:
        BlobMissingError: there is no such blob.
        StoreUnreachableError: it cannot be read.
        OutputError: there is no room for the file.
    """
    with tempfile.TemporaryDirectory(prefix=PREFIX) as folder:
        path = Path(folder, plain_name(name))
        with writing_to(path), path.open("wb") as file:
            file.writelines(blobs.read(digest))
        try:
            yield path
        except InputError as error:
            raise type(error)(str(error).replace(f"{folder}/", "")) from error


def clear_left(*, older: datetime.timedelta) -> int:
    """Take away what killed workers left on this machine so long ago; the number of folders."""
    limit = datetime.datetime.now(datetime.UTC) - older
    left = [
        folder
        for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*")
        if folder.is_dir() and folder.stat().st_mtime < limit.timestamp()
    ]
    for folder in left:
        shutil.rmtree(folder, ignore_errors=True)
    return len(left)


def plain_name(name: str) -> str:
    """The last part of a name, as any folder can hold it; its ending stays."""
    last = "".join(filter(str.isprintable, PurePath(name.replace("\\", "/")).name))
    path = PurePath(last.strip().lstrip(".") or "call")
    return f"{_cut(path.stem, _STEM)}{_cut(path.suffix, _SUFFIX)}"


def _cut(text: str, most: int) -> str:
    return text.encode()[:most].decode(errors="ignore")
