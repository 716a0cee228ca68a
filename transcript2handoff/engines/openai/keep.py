"""Answers kept on the disk by what was asked, and a journal of everything that was sent."""

import hashlib
import json
from dataclasses import asdict
from pathlib import Path

from pydantic import ValidationError

from transcript2handoff.deal import Record
from transcript2handoff.engines.openai.client import Question
from transcript2handoff.engines.openai.options import Endpoint
from transcript2handoff.files import make_folder, write_whole, writing_to
from transcript2handoff.handoff import Sending

JOURNAL = "sendings.jsonl"


class KeptAnswer(Record):
    """An answer of the right form, and what was sent to get it."""

    text: str
    sendings: tuple[Sending, ...]


def key_of(question: Question, endpoint: Endpoint) -> str:
    """A name for a question to a model; equal names, equal questions."""
    asked = (endpoint.url, endpoint.model, asdict(question))
    return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()


class Keep:
    """A folder with kept answers and the journal.

    Args:
        folder: made when it is first needed.
        answers: whether answers are kept and used again; the journal is written in any case.
    """

    def __init__(self, folder: Path, *, answers: bool = True) -> None:
        self._folder = folder
        self._answers = answers

    def get(self, key: str) -> KeptAnswer | None:
        """The answer to a question that was asked before; a file that is not whole is none."""
        if not self._answers:
            return None
        try:
            return KeptAnswer.model_validate_json((self._folder / f"{key}.json").read_bytes())
        except (OSError, ValidationError):
            return None

    def put(self, key: str, answer: KeptAnswer) -> None:
        """Keep an answer.

        Raises:
            OutputError: the folder cannot be written.
        """
        if self._answers:
            write_whole(self._private(), {f"{key}.json": answer.model_dump_json().encode()})

    def note(self, call_id: str, sending: Sending) -> None:
        """Write a line to the journal, before anything is sent.

        Raises:
            OutputError: it cannot be written, so nothing may be sent.
        """
        line = json.dumps({"call": call_id, **sending.model_dump(mode="json")})
        journal = self._private() / JOURNAL
        with writing_to(journal), journal.open("a", encoding="utf-8") as file:
            file.write(line + "\n")

    def _private(self) -> Path:
        """The folder, which nobody else may look into: answers quote the call."""
        folder = make_folder(self._folder)
        with writing_to(folder):
            folder.chmod(0o700)
        return folder
