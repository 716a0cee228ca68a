"""The words of the files in a ZIP archive, at no more than a bounded cost.

Anybody who may upload may send an archive whose few bytes unpack to as many as they like: by zeros,
or by a list that names one file ten thousand times. All files of an archive have one budget.
"""

import io
import zipfile
import zlib
from collections.abc import Iterator
from typing import Final

LARGEST: Final = 256 << 20
"""Bytes of a file, or of all that is in an archive, whose words are looked at."""
_FOLD: Final = 64
"""An archive is unpacked to so many times its bytes; text is packed to a fifth or a twentieth."""
_ALWAYS: Final = 1 << 20
"""Bytes to which the smallest archive is unpacked, too."""
_PIECE: Final = 1 << 20
_MEMBERS: Final = 10_000
_BEGIN: Final = b"PK"
_ENTRY: Final = b"PK\x01\x02"
"""Each entry in the list of an archive begins with it."""
_SIMPLE: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""The ways of packing that DOCX and XLSX know. Of the others a piece cannot be had alone."""
_FAULTS: Final = (
    zipfile.BadZipFile,
    zlib.error,
    NotImplementedError,
    RuntimeError,
    EOFError,
    OSError,
    ValueError,
    OverflowError,
)
"""What is raised where a file is damaged, locked by a password, or packed in another way."""


class Unpacking:
    """Unpacks an archive, and says afterwards whether that was all of it."""

    def __init__(self, data: bytes) -> None:
        """Take the bytes of a file, an archive or not."""
        self._data = data
        self._budget = min(_FOLD * len(data) + _ALWAYS, LARGEST)
        self.is_whole = True
        """Whether nothing was passed over, as far as ``texts`` has come."""

    def texts(self) -> Iterator[str]:
        """The files in the archive as texts; none if it is no archive."""
        if not self._data.startswith(_BEGIN):
            return
        if self._data.count(_ENTRY) > _MEMBERS:
            # Even the list of that many files takes a lot of memory.
            self.is_whole = False
            return
        try:
            with zipfile.ZipFile(io.BytesIO(self._data)) as archive:
                yield from self._members(archive)
        except zipfile.BadZipFile:
            """It only begins like one, as a part of an upload may: its bytes are looked at."""
        except _FAULTS:
            self.is_whole = False

    def _members(self, archive: zipfile.ZipFile) -> Iterator[str]:
        infos = archive.infolist()
        if sum(info.compress_size for info in infos) > len(self._data):
            # Files that lie in one another are no work of a program that packs.
            self.is_whole = False
            return
        for info in infos:
            yield self._unpacked(archive, info).decode(errors="replace")

    def _unpacked(self, archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
        """The bytes of a file in the archive, as far as they can be had within the budget."""
        content = bytearray()
        if info.compress_type not in _SIMPLE:
            self.is_whole = False
            return b""
        try:
            with archive.open(info) as file:
                while self._budget and (piece := file.read(min(_PIECE, self._budget))):
                    content += piece
                    self._budget -= len(piece)
                self.is_whole &= bool(self._budget) or not file.read(1)
        except _FAULTS:
            self.is_whole = False
        return bytes(content)
