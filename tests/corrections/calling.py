"""A call of three voices, with seconds, and what people may put right in it."""

import datetime
from collections.abc import Sequence
from itertools import accumulate

from transcript2handoff.corrections import Proof, Signature, apply, making
from transcript2handoff.corrections.events import Correction
from transcript2handoff.deal import Participant
from transcript2handoff.transcript import Speaker, Transcript, Turn, Word

SAID = (
    ("S1", "We will ship the Zen desk link by May, for sure."),
    ("S2", "Good. We want invoices booked in two days, two days instead of nine."),
    ("S1", "And no, no, no, we do not charge you for it."),
    ("S3", "Bo Ray signs whatever we buy."),
    ("S2", "Fine by me."),
)


def turn(n: int, speaker: str, text: str, *, timed: bool = True) -> Turn:
    """A turn of one second, its words said at an even pace."""
    if not timed:
        return Turn(n=n, speaker=speaker, text=text)
    tokens = text.split()
    ends = [round(n + done / len("".join(tokens)), 2) for done in accumulate(map(len, tokens))]
    words = (
        Word(token, start, end)
        for token, start, end in zip(tokens, [float(n), *ends], ends, strict=False)
    )
    return Turn(n=n, speaker=speaker, text=text, start=n, end=ends[-1], words=tuple(words))


def call(said: Sequence[tuple[str, str]] = SAID, *, timed: bool = True) -> Transcript:
    """A call on which this is said."""
    return Transcript(
        call_id="acme-1",
        language="en",
        speakers=(
            Speaker(id="S1", name="Ann Lee", side="seller", name_confidence=0.95),
            Speaker(id="S2", name="Bo Ray", side="customer"),
            Speaker(id="S3"),
        ),
        turns=tuple(turn(n, *one, timed=timed) for n, one in enumerate(said, start=1)),
    )


def signed(by: str = "Dana Roe", why: str | None = None) -> Signature:
    """A signature of that day."""
    return Signature(by=by, at=datetime.datetime(2026, 5, 18, 9, tzinfo=datetime.UTC), why=why)


class Desk:
    """The call, and what is done to it."""

    def __init__(self, heard: Transcript) -> None:
        self.heard = heard
        self.corrections: tuple[Correction, ...] = ()
        self.people = (
            Participant(name="Ann Lee", side="seller"),
            Participant(name="Cy Fox", side="customer", title="CFO"),
        )

    @property
    def proof(self) -> Proof:
        return Proof(heard=self.heard, corrections=self.corrections, people=self.people)

    @property
    def now(self) -> Transcript:
        return self.proof.transcript

    @property
    def notices(self) -> list[tuple[int, str]]:
        return [(one.number, one.reason) for one in self.proof.corrected.notices]

    def text(self, n: int) -> str:
        return self.now.turn(n).text

    def add(self, correction: Correction) -> int:
        self.corrections = (*self.corrections, correction)
        return len(self.corrections)

    def fix(self, n: int, was: str, now: str, *, place: int = 0) -> int:
        """Fix words where they stand for the first time, or the time that ``place`` counts."""
        begin = -1
        for _ in range(place + 1):
            begin = self.text(n).index(was, begin + 1)
        where = (n, begin, begin + len(was))
        return self.add(making.words_fixed(self.proof, where, (was, now), signed()))

    def undo(self, number: int) -> int:
        return self.add(making.undone(self.proof, number, signed()))

    def after(self, heard: Transcript) -> list[tuple[int, str]]:
        """What is noticed where the corrections meet another transcript."""
        return [(one.number, one.reason) for one in apply(heard, self.corrections).notices]
