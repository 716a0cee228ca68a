"""What people did to a handoff, kept in a file beside the deal.

``journal.jsonl`` stands in the deal's own folder, since a package may be made anew at any time. It
has one event a line and only grows. Who writes has the file for himself until the line is on the
disk; a line that was cut off (a crash, a full disk) was never noted, and the next writer removes
it.
"""

import datetime
import errno
import fcntl
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import FileIO
from pathlib import Path
from typing import Final, Literal

from transcript2handoff.errors import InputError, JournalError
from transcript2handoff.files import writing_to
from transcript2handoff.handoff import Claim, Handoff, Outcome
from transcript2handoff.journal import (
    Asked,
    Calls,
    Desk,
    Event,
    Signature,
    claims_of,
    making,
    parse_event,
    to_line,
)
from transcript2handoff.journal.notices import noted_line

JOURNAL: Final = "journal.jsonl"

Verdict = Literal["confirm", "reject"]


@dataclass(frozen=True, kw_only=True)
class Journal:
    """What a journal holds."""

    events: tuple[Event, ...] = ()
    torn: str | None = None
    """What to know of a last line that was cut off; its event does not count."""


@dataclass(frozen=True, kw_only=True)
class Noted:
    """An event that is on the disk now, and what came of it."""

    event: Event
    handoff: Handoff
    """The handoff with it."""
    notes: tuple[str, ...] = ()
    """What the person should know, a sentence or more each."""

    @property
    def claim(self) -> Claim | None:
        """The claim as it is shown now; none for a rejection or an answer."""
        claim_id = getattr(self.event, "claim_id", None)
        return next((one for one in self.handoff.claims if one.id == claim_id), None)

    @property
    def line(self) -> str:
        """What was noted, in one line for the person who did it."""
        return noted_line(self.event, self.claim)


def read_journal(folder: Path) -> Journal:
    """The journal of a deal's folder; an empty one if nobody has done anything yet.

    Raises:
        InputError: the file cannot be read.
        JournalError: a line is no event; the message gives its number.
    """
    path = folder / JOURNAL
    try:
        with path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH)
            data = file.read()
    except FileNotFoundError:
        return Journal()
    except OSError as error:
        raise InputError(f"Cannot read {path}: {error.strerror}. Check the path.") from error
    return _parsed(data, path)


def append_event(folder: Path, event: Event) -> None:
    """Put an event at the end of the journal; when this returns, it is on the disk.

    Raises:
        OutputError: it cannot be written; the journal is as it was.
    """
    path = folder / JOURNAL
    with writing_to(path):
        is_new = not path.exists()
        with _alone_with(path) as file:
            end = _mended(file)
            try:
                _write(file, end, to_line(event).encode())
            except OSError:
                os.ftruncate(file.fileno(), end)
                raise
        if is_new:
            _sync_folder(folder)


def signed(by: str, why: str | None = None) -> Signature:
    """The signature of somebody who does something now.

    Raises:
        JournalError: there is no name.
    """
    return Signature(by=by, at=datetime.datetime.now(datetime.UTC), why=why)


@dataclass(frozen=True, kw_only=True)
class Office:
    """A deal's folder, with what its calls say: where people review, answer and tell outcomes.

    Each method checks that the event fits the deal as it stands, and notes it in the journal.
    All of them raise ``JournalError`` where it does not fit, and ``OutputError`` if the journal
    cannot be written.
    """

    folder: Path
    """With ``deal.toml``."""
    calls: Calls

    def desk(self) -> Desk:
        """The deal with all that was done to it so far."""
        return Desk(self.calls, read_journal(self.folder).events)

    def review(
        self,
        claim_id: str,
        signature: Signature,
        *,
        verdict: Verdict | None = None,
        changes: Sequence[str] = (),
    ) -> Noted:
        """Confirm, reject or edit a claim: one of them at a time.

        Args:
            claim_id: or how it begins.
            signature: who does it.
            verdict: what the person thinks of the claim.
            changes: fields to set, each as ``field=value``.
        """
        if (verdict is None) == (not changes):
            raise JournalError("Say one of --confirm, --reject or --set field=value.")
        values = dict(making.parse_change(text) for text in changes)
        desk = self.desk()
        match verdict:
            case "confirm":
                return self._note(desk, making.confirmed(desk, claim_id, signature))
            case "reject":
                return self._note(desk, making.rejected(desk, claim_id, signature))
            case None:
                return self._note(desk, making.edited(desk, claim_id, values, signature))

    def answer(
        self, question_id: str, words: str, signature: Signature, *, asked: Sequence[Asked]
    ) -> Noted:
        """Answer one of the questions that are ``asked``, or change an earlier answer."""
        desk = self.desk()
        return self._note(desk, making.answered(desk, question_id, words, signature, asked=asked))

    def outcome(self, claim_id: str, what: Outcome, signature: Signature) -> Noted:
        """Tell what came of a promise."""
        desk = self.desk()
        return self._note(desk, making.outcome(desk, claim_id, what, signature))

    def undo(self, number: int, signature: Signature) -> Noted:
        """Take back an event, by its place in the journal from 1."""
        desk = self.desk()
        return self._note(desk, making.undone(desk, number, signature))

    def _note(self, desk: Desk, event: Event) -> Noted:
        torn = read_journal(self.folder).torn
        append_event(self.folder, event)
        applied = Desk(desk.calls, (*desk.events, event)).applied
        ids = claims_of(event)
        told = tuple(notice.text for notice in applied.notices if notice.claim_id in ids)
        return Noted(event=event, handoff=applied.handoff, notes=(torn, *told) if torn else told)


def _parsed(data: bytes, path: Path) -> Journal:
    *lines, rest = data.split(b"\n")
    events = [
        parse_event(line, where=f"{path}, line {number},")
        for number, line in enumerate(lines, start=1)
        if line.strip()
    ]
    if not rest.strip():
        return Journal(events=tuple(events))
    if not _is_cut_off(rest):
        last = parse_event(rest, where=f"{path}, line {len(lines) + 1},")
        return Journal(events=(*events, last))
    torn = (
        f"{path}, line {len(lines) + 1}, was cut off while it was written, so its event does not "
        "count. Do again what was done last; the other events stand."
    )
    return Journal(events=tuple(events), torn=torn)


def _is_cut_off(line: bytes) -> bool:
    """Whether a last line without its end is only a part of an event."""
    try:
        json.loads(line)
    except ValueError:
        return True
    return False


@contextmanager
def _alone_with(path: Path) -> Iterator[FileIO]:
    """The open file, which no other process reads or writes meanwhile."""
    # Without a buffer: what could not be written must not be tried again when the file is closed.
    with FileIO(os.open(path, os.O_RDWR | os.O_CREAT, 0o666), "r+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield file


def _write(file: FileIO, begin: int, data: bytes) -> None:
    file.seek(begin)
    if file.write(data) < len(data):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    os.fsync(file.fileno())


def _mended(file: FileIO) -> int:
    """The byte after the last whole line; a line that was cut off is removed."""
    data = file.read()
    begin = data.rfind(b"\n") + 1
    if begin == len(data):
        return begin
    if _is_cut_off(data[begin:]):
        os.ftruncate(file.fileno(), begin)
        return begin
    file.write(b"\n")
    return len(data) + 1


def _sync_folder(folder: Path) -> None:
    """Make sure that a new file is found in its folder after a crash."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
