"""What is kept and read again: handoffs, drafts, journals, corrections, and answers of a model."""

import datetime
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from benchmarks.fuzzing.examples import HARBORLINE, lines_of, short_draft, short_transcript
from benchmarks.fuzzing.mutating import of_bytes, of_json, of_text, one_of
from benchmarks.fuzzing.target import ROOT, Target, Try
from transcript2handoff import corrections
from transcript2handoff.deal import Call, Deal, DealContext
from transcript2handoff.engines.openai.answers import (
    AnswerFault,
    read_answer,
    read_cut_answer,
    read_verdicts,
)
from transcript2handoff.engines.openai.schema import Group
from transcript2handoff.errors import ArtifactError
from transcript2handoff.ground import ground
from transcript2handoff.handoff import Handoff, read_draft, read_handoff
from transcript2handoff.journal import Calls, Desk, parsed, to_line
from transcript2handoff.journalling import read_journal
from transcript2handoff.transcript import read_transcript

_JSON: Final = one_of((0.85, of_json), (0.1, of_text), (0.05, of_bytes))
_RENDERED: Final = ROOT / "tests" / "render" / "data"
_ANSWER: Final = b"""{"promises": [{"citations": [{"turn": 1, "quote": "for sure"}], \
"summary": "It comes by May.", "sure": "high", "strength": "firm", "type": "feature", \
"owner": null, "due": "2026-05-31", "status": "open"}], "exclusions": [], \
"customer_commitments": [], "next_steps": []}"""


def targets() -> Iterator[Target]:
    """One for each kind of thing that is kept."""
    yield _target("handoff", "4_handoff.json", _handoffs, _handoff, share=60)
    yield _target("draft", "3_draft.json, and grounding it", lambda: [short_draft()], _draft)
    yield _target("journal", "journal.jsonl, and applying it", _journals, _journal, share=14)
    yield _target("corrections", "lines, and applying them", _corrections, _corrected)
    yield _target("answers", "of a model, whole and cut off", _answers, _answered, share=160)


def _target(name: str, what: str, examples: Any, opened: Any, share: int = 60) -> Target:
    return Target(
        name=name,
        what=what,
        examples=examples,
        mutate=_lines if name in ("journal", "corrections") else _JSON,
        opened=opened,
        share=share,
        seconds=5,
    )


def _lines(chance: Any, seeds: Sequence[bytes]) -> bytes:
    """Some lines, one of them changed."""
    whole = [line for seed in seeds for line in seed.splitlines() if line.strip()]
    lines = chance.sample(whole, chance.randint(0, min(6, len(whole))))
    at = chance.randint(0, len(lines))
    end = chance.choice((b"\n", b"\n", b"\n", b"", b"\n\n"))
    return b"\n".join((*lines[:at], _JSON(chance, whole), *lines[at:])) + end


def _handoffs() -> list[bytes]:
    return [(_RENDERED / "4_handoff.json").read_bytes()]


def _handoff(_: Path) -> Try:
    known = [read_transcript((_RENDERED / "2_transcript.json").read_bytes())]

    def attempt(content: bytes) -> None:
        handoff = read_handoff(content, known)
        assert read_handoff(handoff.to_json(), known) == handoff
        handoff.items()

    return attempt


def _draft(_: Path) -> Try:
    transcript = read_transcript(short_transcript())
    context = DealContext(
        deal=Deal(deal="harborline"),
        call=Call(id=transcript.call_id, date=datetime.date(2026, 5, 5)),
    )

    def attempt(content: bytes) -> None:
        draft = read_draft(content)
        handoff = ground(draft, transcript, context)
        for claim in handoff.claims:
            for proof in claim.evidence:
                assert proof.quote in transcript.turn(proof.turn).text
        assert read_handoff(handoff.to_json(), [transcript]) == handoff

    return attempt


def _journals() -> list[bytes]:
    return lines_of("journal.md")


def _journal(folder: Path) -> Try:
    transcript = read_transcript((HARBORLINE / "harborline-1" / "2_transcript.json").read_bytes())
    handoff = read_handoff(
        (HARBORLINE / "harborline-1" / "4_handoff.json").read_bytes(), [transcript]
    )
    calls = Calls(handoff=handoff, transcripts=(transcript,))

    def attempt(content: bytes) -> None:
        (folder / "journal.jsonl").write_bytes(content)
        events = read_journal(folder).events
        applied = Desk(calls, events).applied
        assert parsed(map(to_line, events)) == events
        json = applied.handoff.to_json()
        assert Handoff.model_validate_json(json, context=_context(transcript)) == applied.handoff

    return attempt


def _context(transcript: Any) -> dict[str, Any]:
    return {"transcripts": {transcript.call_id: transcript}}


def _corrections() -> list[bytes]:
    lines = [line.replace(b"5d1c0f6a2b9e4c37", b"") for line in lines_of("corrections.md")]
    return [line.replace(b'"outline":""', b'"outline":null') for line in lines]


def _corrected(_: Path) -> Try:
    heard = read_transcript(short_transcript(20))

    def attempt(content: bytes) -> None:
        told = corrections.parsed(content.decode(errors="replace").splitlines())
        assert corrections.parsed(map(corrections.to_line, told)) == told
        now = corrections.apply(heard, told).transcript
        assert read_transcript(now.to_json()) == now

    return attempt


def _answers() -> list[bytes]:
    return [
        _ANSWER,
        b'{"verdicts": [{"claim": 1, "holds": true, "strength": "firm", '
        b'"promise_status": "open", "objection_status": null}]}',
    ]


def _answered(_: Path) -> Try:
    def attempt(content: bytes) -> None:
        text = content.decode(errors="replace")
        read_cut_answer(Group.COMMITMENTS, text)
        try:
            if '"verdicts"' in text:
                read_verdicts(text, claims=1)
            else:
                read_answer(Group.COMMITMENTS, text)
        except AnswerFault as fault:
            # Put back to the model, and an error of our tree when it does not mend it.
            raise ArtifactError(str(fault)) from fault

    return attempt
