"""What people say: numbers, dates, sums, private data, quotes, names, and the local engine."""

import datetime
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Final

from benchmarks.fuzzing.examples import sentences
from benchmarks.fuzzing.mutating import of_bytes, of_text, one_of
from benchmarks.fuzzing.target import Target, Try
from transcript2handoff.consolidate.values import amounts_differ, days_differ, figures_differ
from transcript2handoff.deal import Deal, Participant
from transcript2handoff.erasure import Eraser, Who
from transcript2handoff.extract.dates import due_day, find_dates
from transcript2handoff.extract.figures import said_figures, written_figures
from transcript2handoff.extract.money import find_amounts
from transcript2handoff.extract.numbers import number, ordinal_day
from transcript2handoff.extract.wording import in_digits, shorten, strangers, tidy, words_of
from transcript2handoff.ground import find_quote
from transcript2handoff.policy import redact
from transcript2handoff.speakers.naming import name_speakers
from transcript2handoff.transcript import Speaker, Transcript, Turn

DAY: Final = datetime.date(2026, 5, 18)
_SPOKEN: Final = (
    b"My card is four one one one, one one one one, one one one one, one one one one.",
    b"It's 4111 1111 1111 1111, and the IBAN is DE89 3704 0044 0532 0130 00.",
    b"Call me on plus four four, twenty, seven nine four six, oh one double two.",
    b"Write to dana dot roe at north wind dot co dot uk, or dana.roe@northwind.example.",
    b"Twelve and a half thousand pounds a month, so one hundred and fifty thousand a year.",
    b"By the last Friday of next month, or on the third of March, or 2026-03-05, or end of Q2.",
    b"In two weeks, ten business days after signature, 3/4/27, half past nine on the 31st of May.",
    b"$1,200.50 to 1.5k per seat a month, 20 percent off, two lakh rupees, \xe2\x82\xac12.000,00.",
    b"National insurance number A B one two three four five six C.",
)
_MUTATE: Final = one_of((0.95, of_text), (0.05, of_bytes))


def targets() -> Iterator[Target]:
    """One for each thing that is looked for in words."""
    yield _target("numbers", "figures, sums and days in words", _figures, share=12)
    yield _target("wording", "tidying and shortening what was said", _wording, share=60)
    yield _target("quotes", "a quote looked for in a turn", _quotes, share=100, mutate=_pair)
    yield _target("redaction", "private data in turns", _redaction, share=14)
    yield _target("erasing", "a person's name put out of texts", _erasing, share=60)
    yield _target("speakers", "who is who, by what they say", _speakers, share=8)


def _target(
    name: str,
    what: str,
    opened: Callable[[Path], Try],
    *,
    share: int,
    mutate: Callable[[Random, list[bytes]], bytes] = _MUTATE,
) -> Target:
    return Target(
        name=name,
        what=what,
        examples=lambda: [*_SPOKEN, *sentences()],
        mutate=mutate,
        opened=opened,
        share=share,
    )


def _pair(chance: Random, seeds: list[bytes]) -> bytes:
    """A text, and behind a line end a piece of it or of another, both changed."""
    text = bytes(_MUTATE(chance, seeds))
    words = chance.choice((text, text, text, chance.choice(seeds))).split(b" ")
    begin = chance.randrange(len(words))
    quote = b" ".join(words[begin : begin + chance.randint(1, 20)])
    if chance.random() < 0.5:
        quote = bytes(_MUTATE(chance, [quote]))
    return text + b"\n\0" + quote


def _decoded(content: bytes) -> str:
    return content.decode(errors="surrogateescape" if len(content) % 7 == 0 else "replace")


def _figures(_: Path) -> Try:
    def attempt(content: bytes) -> None:
        text = _decoded(content)
        for date in find_dates(text, said_on=DAY):
            assert text[date.span.begin : date.span.end].strip(" ,.") == date.words
            due_day(date.due)
        for amount in find_amounts(text):
            assert text[amount.span.begin : amount.span.end] == amount.words
        said_figures(text)
        written_figures(text)
        number(text)
        ordinal_day(text)
        half = len(text) // 2
        for differ in (amounts_differ, days_differ, figures_differ):
            differ(text[:half], text[half:])

    return attempt


def _wording(_: Path) -> Try:
    def attempt(content: bytes) -> None:
        text = _decoded(content)
        assert len(tidy(text)) <= 2 * len(text) + 2
        shorten(text)
        in_digits(text)
        strangers(text, words_of(text[::2]))

    return attempt


def _quotes(_: Path) -> Try:
    def attempt(content: bytes) -> None:
        text, _, quote = _decoded(content).partition("\n\0")
        found = find_quote(quote, text)
        if found:
            begin, end = found.span
            assert 0 <= begin < end <= len(text)
            assert text[begin:end].strip()
        if found and found.match == "exact":
            assert text[begin:end] == quote.strip()

    return attempt


def _call(text: str, rest: str = "") -> Transcript:
    """A call of two voices on which this is said."""
    said = [part for part in (*text.split(". "), rest) if part.strip()]
    return Transcript(
        call_id="call-1",
        speakers=(Speaker(id="S1", name="Dana Roe", side="seller"), Speaker(id="S2")),
        turns=tuple(
            Turn(n=n, speaker=f"S{1 + n % 2}", text=one) for n, one in enumerate(said, start=1)
        ),
    )


def _readable(content: bytes) -> str:
    """Text that can be kept: half of a surrogate pair stands in no transcript."""
    return content.decode(errors="replace")


def _redaction(_: Path) -> Try:
    def attempt(content: bytes) -> None:
        call = _call(_readable(content))
        hidden = redact(call)
        assert len(hidden.transcript.turns) == len(call.turns)
        assert not redact(hidden.transcript).hidden
        for turn, told in zip(call.turns, hidden.transcript.turns, strict=True):
            assert hidden.restore(told.text) == turn.text or "[" in turn.text

    return attempt


def _erasing(_: Path) -> Try:
    who = Who(names=("Dana Roe",), emails=("dana.roe@northwind.example",))
    erasers = (Eraser.anywhere(who), Eraser.near(who, keeping=("Dana Fox",), any_case=True))

    def attempt(content: bytes) -> None:
        for eraser in erasers:
            told = eraser.put_out(f"{_readable(content)} Dana Roe")
            assert "Dana Roe" not in told
            assert eraser.put_out(told) == told
            eraser.put_out_json(_readable(content))

    return attempt


def _speakers(_: Path) -> Try:
    deal = Deal(
        seller="Northwind",
        customer="Harborline",
        participants=(
            Participant(name="Dana Roe", side="seller"),
            Participant(name="Cy Fox", side="customer", title="CFO"),
        ),
    )

    def attempt(content: bytes) -> None:
        call = _call(_readable(content), rest="Thanks, Dana.")
        strange = tuple(Speaker(id=one.id) for one in call.speakers)
        name_speakers(call.model_copy(update={"speakers": strange}), deal)

    return attempt
