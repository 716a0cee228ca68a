"""From a path to text: size, encoding, and the first guess whether a file is text at all."""

import codecs
import hashlib
import re
import stat
from pathlib import Path
from typing import Final

from transcript2handoff.errors import InputError, TranscriptFormatError
from transcript2handoff.importers.format import Document

MAX_BYTES: Final = 50_000_000
"""No export of a call comes near; a ten-hour call with a time for each word has about 10 MB."""

TEXT_SUFFIXES: Final = frozenset({".vtt", ".srt", ".txt", ".json", ".md", ".text"})

_HEAD_BYTES: Final = 4096
_UTF16_MARKS: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_NOT_IN_TEXT: Final = re.compile(r"[\x00-\x08\x0e-\x1f]")


def looks_like_transcript(path: Path) -> bool:
    """Whether a file is text, so a transcript rather than a recording.

    Reads the first 4 KiB at most. The content decides; the suffix only where the content says
    nothing (an empty or missing file), or where the name claims text (so that a broken
    ``call.vtt`` is reported as a broken transcript). Only a regular file is opened: a pipe could
    wait forever for its writer. Never raises.
    """
    if path.suffix.lower() in TEXT_SUFFIXES:
        return True
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            return False
        with path.open("rb") as file:
            head = file.read(_HEAD_BYTES)
    except OSError:
        return False
    return bool(head) and _is_text(head)


def _is_text(head: bytes) -> bool:
    """Whether the first bytes of a file are characters, in any encoding that we read."""
    if head.startswith(_UTF16_MARKS):
        return True
    try:
        # Not final: the head may end inside a character.
        text = codecs.getincrementaldecoder("utf-8-sig")().decode(head)
    except UnicodeDecodeError:
        return b"\0" not in head and not _NOT_IN_TEXT.search(head.decode("latin-1"))
    return not _NOT_IN_TEXT.search(text)


def read_document(path: Path, call_id: str) -> Document:
    """Read and decode a file.

    UTF-8 with or without a byte order mark, UTF-16 with one. What is neither, and does not
    begin like JSON (which is UTF-8 by its standard), is read as Windows-1252, the encoding of
    older Windows tools.

    Raises:
        InputError: there is no such file, it cannot be read, or it is a folder, a pipe or a device.
        TranscriptFormatError: it is larger than ``MAX_BYTES``, or no text.
    """
    raw = _bytes(path)
    text = _decode(raw, path.name).replace("\r\n", "\n").replace("\r", "\n")
    return Document(
        file=path.name, text=text, call_id=call_id, sha256=hashlib.sha256(raw).hexdigest()
    )


def _bytes(path: Path) -> bytes:
    try:
        status = path.stat()
        _check_kind(path, status.st_mode)
        raw = b"" if status.st_size > MAX_BYTES else _contents(path)
    except FileNotFoundError as error:
        raise InputError(f"There is no file {path}.") from error
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror or error}.") from error
    if max(status.st_size, len(raw)) > MAX_BYTES:
        raise TranscriptFormatError(
            f"{path.name} is larger than {MAX_BYTES // 1_000_000} MB, "
            "which no transcript of a call is. Is it a recording?"
        )
    return raw


def _check_kind(path: Path, mode: int) -> None:
    """Opening a pipe may wait forever, and a device may have no end."""
    if stat.S_ISDIR(mode):
        raise InputError(f"{path} is a folder. Name the transcript in it.")
    if not stat.S_ISREG(mode):
        raise InputError(
            f"{path} is no file that can be read, but a pipe, a socket or a device. "
            "Save the transcript in a file and name that."
        )


def _contents(path: Path) -> bytes:
    """At most one byte more than ``MAX_BYTES``: enough to see that a file has grown since."""
    with path.open("rb") as file:
        return file.read(MAX_BYTES + 1)


def _decode(raw: bytes, file: str) -> str:
    try:
        text = raw.decode("utf-16" if raw.startswith(_UTF16_MARKS) else "utf-8-sig")
    except UnicodeDecodeError as error:
        text = _decode_windows(raw, file, error)
    odd = _NOT_IN_TEXT.search(text)
    if odd:
        line = text.count("\n", 0, odd.start()) + 1
        raise TranscriptFormatError(
            f"{file} is no text: line {line} holds the control character "
            f"U+{ord(odd[0]):04X}. Is it a recording, or damaged?"
        )
    return text


def _decode_windows(raw: bytes, file: str, error: UnicodeDecodeError) -> str:
    if raw.startswith(_UTF16_MARKS) or raw.lstrip()[:1] in (b"{", b"["):
        raise TranscriptFormatError(
            f"{file} is not valid {error.encoding}: byte {error.start} fits no character. "
            "Save it as UTF-8."
        ) from error
    try:
        return raw.decode("cp1252")
    except UnicodeDecodeError as second:
        raise TranscriptFormatError(
            f"{file} is no text in UTF-8, UTF-16 or Windows-1252. Save it as UTF-8."
        ) from second
