"""What one tool exports, we read back: the same speakers, the same words, the same times."""

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transcript2handoff.importers import import_transcript
from transcript2handoff.transcript import Transcript, Turn
from transcript2handoff.unseen import without_unseen

NAMES = ("Tamsin Okoro", "Ana de la Cruz", "O'Neil-Jones, Pat", "דנה כהן", "张伟", "Speaker 2")


class Said(NamedTuple):
    """A turn before the export; times are milliseconds."""

    speaker: str
    text: str
    start: int
    end: int


Exporter = Callable[[Sequence[Said]], str]


def _clock(ms: int, *, point: str = ".") -> str:
    seconds, ms = divmod(ms, 1000)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}{point}{ms:03}"


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def to_vtt(turns: Sequence[Said]) -> str:
    cues = (
        f"{_clock(one.start)} --> {_clock(one.end)}\n<v {one.speaker}>{_escaped(one.text)}</v>\n"
        for one in turns
    )
    return "\n".join(("WEBVTT\n", *cues))


def to_zoom(turns: Sequence[Said]) -> str:
    cues = (
        f"{n}\n{_clock(one.start)} --> {_clock(one.end)}\n{one.speaker}: {_escaped(one.text)}\n"
        for n, one in enumerate(turns, start=1)
    )
    return "\n".join(("WEBVTT\n", *cues))


def to_srt(turns: Sequence[Said]) -> str:
    return "\n".join(
        f"{n}\n{_clock(one.start, point=',')} --> {_clock(one.end, point=',')}\n"
        f"{one.speaker}: {_escaped(one.text)}\n"
        for n, one in enumerate(turns, start=1)
    )


def to_plain(turns: Sequence[Said]) -> str:
    return "\n".join(f"{one.speaker}: {one.text}" for one in turns)


def to_plain_with_times(turns: Sequence[Said]) -> str:
    return "\n".join(f"[{_clock(one.start)}] {one.speaker}: {one.text}" for one in turns)


def to_otter(turns: Sequence[Said]) -> str:
    return "\n".join(f"{one.speaker}  {_clock(one.start)}  \n{one.text}\n" for one in turns)


TIMED: dict[str, Exporter] = {"webvtt": to_vtt, "zoom": to_zoom, "srt": to_srt}
STARTS: dict[str, Exporter] = {"plain": to_plain_with_times, "otter": to_otter}

# Any characters but those that the formats use for themselves or that cannot be seen.
words = (
    st.text(
        st.characters(codec="utf-8", exclude_categories=("C", "Z"), exclude_characters="{}:："),
        min_size=1,
        max_size=12,
    )
    .map(without_unseen)
    .filter(lambda word: word and not word[0].isdigit() and "-->" not in word)
)
texts = st.lists(words, min_size=1, max_size=8).map(" ".join)


@st.composite
def calls(draw: st.DrawFn) -> list[Said]:
    """Up to twelve turns of three people, no two of one person in a row."""
    people = draw(st.lists(st.sampled_from(NAMES), min_size=2, max_size=3, unique=True))
    turns: list[Said] = []
    clock = 0
    for text in draw(st.lists(texts, min_size=1, max_size=12)):
        others = [name for name in people if not turns or name != turns[-1].speaker]
        start = clock + draw(st.integers(1, 100_000))
        clock = start + draw(st.integers(1, 60_000))
        turns.append(Said(draw(st.sampled_from(others)), text, start, clock))
    return turns


def read(text: str) -> Transcript:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "export"
        path.write_text(text, encoding="utf-8")
        return import_transcript(path, "a-1").transcript


def _same_words(transcript: Transcript, turns: Sequence[Said]) -> None:
    labels = list(dict.fromkeys(one.speaker for one in turns))
    names = [None if name == "Speaker 2" else name for name in labels]
    assert [speaker.name for speaker in transcript.speakers] == names
    assert [(turn.speaker, turn.text) for turn in transcript.turns] == [
        (f"S{labels.index(one.speaker) + 1}", one.text) for one in turns
    ]


def _words_stay_inside(turn: Turn) -> None:
    assert turn.start is not None
    assert turn.end is not None
    assert [word.text for word in turn.words] == turn.text.split()
    for word in turn.words:
        assert turn.start - 0.001 <= word.start <= word.end <= turn.end + 0.001


@pytest.mark.parametrize("name", TIMED)
@settings(deadline=None)
@given(turns=calls())
def test_cues_come_back_with_speakers_words_and_times(name: str, turns: list[Said]) -> None:
    transcript = read(TIMED[name](turns))

    _same_words(transcript, turns)
    assert transcript.source is not None
    assert transcript.source.format == name
    assert [(turn.start, turn.end) for turn in transcript.turns] == [
        (one.start / 1000, one.end / 1000) for one in turns
    ]
    for turn in transcript.turns:
        _words_stay_inside(turn)


@pytest.mark.parametrize("name", STARTS)
@settings(deadline=None)
@given(turns=calls())
def test_starts_come_back_and_a_turn_ends_before_the_next(name: str, turns: list[Said]) -> None:
    transcript = read(STARTS[name](turns))

    _same_words(transcript, turns)
    assert transcript.source is not None
    assert transcript.source.format == name
    assert [turn.start for turn in transcript.turns] == [one.start / 1000 for one in turns]
    for turn, following in zip(transcript.turns, transcript.turns[1:], strict=False):
        assert turn.end is not None
        assert following.start is not None
        assert turn.end <= following.start
    for turn in transcript.turns:
        _words_stay_inside(turn)


@settings(deadline=None)
@given(turns=calls())
def test_plain_text_comes_back_without_times(turns: list[Said]) -> None:
    transcript = read(to_plain(turns))

    _same_words(transcript, turns)
    assert not transcript.has_times()
    assert all(turn.words == () for turn in transcript.turns)


@settings(deadline=None)
@given(turns=calls(), order=st.randoms(use_true_random=False))
def test_order_of_the_cues_in_the_file_does_not_matter(turns: list[Said], order) -> None:
    shuffled = list(turns)
    order.shuffle(shuffled)

    assert read(to_vtt(shuffled)).turns == read(to_vtt(turns)).turns


@pytest.mark.parametrize("export", [to_vtt, to_zoom, to_srt, to_plain, to_otter])
def test_ten_thousand_turns(export: Exporter) -> None:
    turns = [
        Said(NAMES[n % 3], f"turn number {n} of a very long call", 4000 * n, 4000 * n + 3500)
        for n in range(10_000)
    ]

    _same_words(read(export(turns)), turns)
