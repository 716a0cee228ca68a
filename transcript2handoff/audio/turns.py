"""Words and voices -> turns: who said which words, and where one speaker hands over to the next.

Both sides of the sum are a little off. The time of a word, read off the recogniser's attention,
may be wrong by a third of a second; the borders of a voice likewise. What people write down is
better than either: speakers change in pauses and after sentences. So a change of voice is moved
to such a place if one is near, and a short answer goes to the one who was asked.

A back-channel ("mm-hm", "yeah") in the midst of somebody's sentence does not tear it in two: the
sentence stays one turn, and the back-channel follows it as a turn of its own, with its own time.
Turns are in the order of their starts, and every word is in exactly one of them.

Pure; all times in seconds.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from transcript2handoff.audio.stretches import VoiceStretch, overlap
from transcript2handoff.transcript import Turn, Word

_SENTENCE_ENDS: Final = (".", "?", "!", "…", "。", "？", "！")
_QUESTION_ENDS: Final = ("?", "？")
_REACH: Final = 0.7
"""How far a change of voice may be moved to a better place."""
_SENTENCE: Final = 0.6
"""How many seconds of distance the end of a sentence is worth; a pause is worth its length."""
_ANSWER: Final = 3
"""The words, at most, of an answer in which a voice may be too short to be told apart."""
_ANSWERING: Final = 1.0
"""How soon after the start of such an answer the other voice must be heard, in seconds."""
_STRAY: Final = 0.5
"""Words of another voice that last no longer than this, amid a sentence, are an error of time."""
_TAIL: Final = 0.5
"""How much later than the recogniser says a word may end."""
_LONG_TURN: Final = 30.0
_LONG_PAUSE: Final = 2.0
"""A turn longer than ``_LONG_TURN`` is cut at a pause of this length."""
_ON_HOLD: Final = 5.0
"""Any turn is cut at a pause of this length: somebody was put on hold, or looked something up."""
_PAUSE: Final = 0.4
"""Where nobody knows who speaks, a sentence that ends in such a pause ends the turn."""
# fmt: off
_BACK_CHANNELS: Final = frozenset(
    {
        "mm", "hm", "hmm", "mhm", "uh", "huh", "yeah", "yep", "yes", "yup", "ya", "aye",
        "right", "ok", "okay", "sure", "oh", "ah", "wow", "no", "nice", "cool", "exactly",
        "true", "indeed", "totally", "gotcha", "brilliant", "great", "good", "lovely",
        "perfect",
    }
)
# fmt: on


@dataclass(frozen=True)
class _Run:
    """Words in a row that one voice says."""

    voice: str | None
    words: tuple[Word, ...]

    @property
    def start(self) -> float:
        return self.words[0].start

    @property
    def end(self) -> float:
        return max(word.end for word in self.words)

    @property
    def ends_a_sentence(self) -> bool:
        return _ends_a_sentence(self.words[-1])

    @property
    def is_back_channel(self) -> bool:
        pieces = [p for word in self.words for p in word.text.lower().replace("-", " ").split()]
        bare = [piece.strip(".,!?…'\"") for piece in pieces]
        return len(self.words) <= 3 and all(piece in _BACK_CHANNELS for piece in bare)


def make_turns(words: Sequence[Word], voices: Sequence[VoiceStretch]) -> tuple[Turn, ...]:
    """Turns of all ``words``; the speaker of a turn is the name of its voice.

    ``words`` come in the order of their starts. Without ``voices`` the speaker of every turn is
    none, and turns end in pauses.
    """
    if not words:
        return ()
    labels = _voices_of(words, voices)
    if voices:
        labels = _with_answers(words, _at_better_places(words, labels), voices)
        labels = _without_strays(words, labels)
    runs = _around_back_channels(_runs(words, labels))
    cut = [part for run in runs for part in (_in_breaths(run) if run.voice else _in_pauses(run))]
    ordered = sorted(cut, key=lambda run: run.start)
    return _numbered(_to_the_end_of_sound(ordered, voices))


def voices_in_order(turns: Iterable[Turn]) -> tuple[str, ...]:
    """The speakers of ``turns``, each once, in the order in which they first speak."""
    return tuple(dict.fromkeys(turn.speaker for turn in turns if turn.speaker))


def _to_the_end_of_sound(runs: Sequence[_Run], voices: Sequence[VoiceStretch]) -> Iterator[_Run]:
    """The last word of each turn goes on for as long as its voice is heard.

    The recogniser puts the end of a word where its last letter begins to sound.
    """
    starts = [run.start for run in runs[1:]]
    for run, limit in zip(runs, [*starts, float("inf")], strict=True):
        *words, last = run.words
        ends = [
            min(v.end, last.end + _TAIL)
            for v in voices
            if v.voice == run.voice and v.start < last.end <= v.end
        ]
        end = max(last.end, min(max(ends, default=last.end), limit))
        yield _Run(run.voice, (*words, Word(last.text, last.start, round(end, 2))))


def _numbered(runs: Iterable[_Run]) -> tuple[Turn, ...]:
    return tuple(
        Turn(
            n=n,
            speaker=run.voice,
            text=" ".join(word.text for word in run.words),
            start=run.start,
            end=run.end,
            words=run.words,
        )
        for n, run in enumerate(runs, start=1)
    )


def _voices_of(words: Sequence[Word], voices: Sequence[VoiceStretch]) -> list[str | None]:
    """For each word the voice that overlaps it most, else the nearest one."""
    if not voices:
        return [None] * len(words)
    ordered = sorted(voices, key=lambda voice: voice.start)
    longest = max(voice.end - voice.start for voice in ordered)
    labels: list[str | None] = []
    first = 0
    for word in words:
        # Stretches that ended long before this word will not be near a later one either.
        while first < len(ordered) - 1 and ordered[first + 1].start + longest < word.start:
            first += 1
        labels.append(_voice_of(word, ordered, first, labels[-1] if labels else None))
    return labels


def _voice_of(word: Word, ordered: Sequence[VoiceStretch], first: int, before: str | None) -> str:
    best = ordered[first]
    best_key = (overlap(word[1:], best[1:]), best.voice == before)
    for voice in ordered[first + 1 :]:
        shared = overlap(word[1:], voice[1:])
        if voice.start > word.end and shared < best_key[0]:
            break
        if (shared, voice.voice == before) > best_key:
            best, best_key = voice, (shared, voice.voice == before)
    return best.voice


def _at_better_places(words: Sequence[Word], labels: Sequence[str | None]) -> list[str | None]:
    """Changes of voice, moved to the best place near; the others' words are left alone."""
    moved = list(labels)
    changes = [n for n in range(1, len(words)) if labels[n] != labels[n - 1]]
    limits = [0, *changes, len(words)]
    for before, change, after in zip(limits, changes, limits[2:], strict=False):
        # Each voice keeps at least one word, so no change disappears or passes another.
        places = range(before + 1, after)
        best = max(
            (n for n in places if abs(words[n].start - words[change].start) <= _REACH),
            key=lambda n: (_worth(words, n, words[change].start), n == change),
            default=change,
        )
        low, high = sorted((best, change))
        moved[low:high] = [labels[change if best < change else change - 1]] * (high - low)
    return moved


def _worth(words: Sequence[Word], place: int, wanted: float) -> float:
    """How good it is that a new voice begins with the word at ``place``, in seconds."""
    before, after = words[place - 1], words[place]
    pause = max(0.0, min(after.start - before.end, 1.0))
    sentence = _SENTENCE if _ends_a_sentence(before) else 0.0
    return pause + sentence - abs(after.start - wanted)


def _with_answers(
    words: Sequence[Word], labels: Sequence[str | None], voices: Sequence[VoiceStretch]
) -> list[str | None]:
    """Short answers between a question and a change of voice, given to the voice that comes.

    Voices are told apart by a second and a half of sound. One that begins with two words and a
    pause is therefore heard too late: the stretch of the asker goes on over the answer. People
    seldom answer themselves.
    """
    given = list(labels)
    for change in (n for n in range(1, len(words)) if labels[n] != labels[n - 1]):
        first = _answer_before(words, change)
        if first is None or labels[first - 1] != labels[change - 1]:
            continue
        asked, answered = words[first - 1].start, words[first].start
        if any(v.voice == labels[first] and v.start <= asked and answered < v.end for v in voices):
            given[first:change] = [labels[change]] * (change - first)
    return given


def _answer_before(words: Sequence[Word], change: int) -> int | None:
    """Where a short sentence begins that stands between a question and ``change``, if one does."""
    for first in range(change - 1, max(0, change - 1 - _ANSWER), -1):
        if _ends_a_sentence(words[first - 1]):
            soon = words[change].start - words[first].start <= _ANSWERING
            says = _ends_a_sentence(words[change - 1]) and not _asks(words[change - 1])
            return first if _asks(words[first - 1]) and says and soon else None
    return None


def _without_strays(words: Sequence[Word], labels: Sequence[str | None]) -> list[str | None]:
    """A word or two that go to another voice amid one's sentence, given back."""
    kept: list[str | None] = []
    runs = _runs(words, labels)
    for n, run in enumerate(runs):
        amid = 0 < n < len(runs) - 1 and runs[n - 1].voice == runs[n + 1].voice
        brief = run.end - run.start <= _STRAY and len(run.words) <= 2
        stray = amid and brief and not run.is_back_channel and not runs[n - 1].ends_a_sentence
        voice = runs[n - 1].voice if stray else run.voice
        kept += [voice] * len(run.words)
    return kept


def _runs(words: Sequence[Word], labels: Sequence[str | None]) -> list[_Run]:
    runs: list[_Run] = []
    for word, label in zip(words, labels, strict=True):
        if runs and runs[-1].voice == label:
            runs[-1] = _Run(label, (*runs[-1].words, word))
        else:
            runs.append(_Run(label, (word,)))
    return runs


def _around_back_channels(runs: Sequence[_Run]) -> list[_Run]:
    """Sentences made whole again over the back-channels that others put into them."""
    whole: list[_Run] = []
    asides: list[_Run] = []
    for n, run in enumerate(runs):
        goes_on = bool(whole) and not whole[-1].ends_a_sentence
        returns = n + 1 < len(runs) and bool(whole) and runs[n + 1].voice == whole[-1].voice
        if goes_on and returns and run.is_back_channel:
            asides.append(run)
        elif whole and whole[-1].voice == run.voice:
            whole[-1] = _Run(run.voice, (*whole[-1].words, *run.words))
        else:
            whole += asides
            asides = []
            whole.append(run)
    return whole + asides


def _in_breaths(run: _Run) -> Iterator[_Run]:
    """A long monologue, cut at long pauses; any turn, at very long ones."""
    pause = _ON_HOLD if run.end - run.start <= _LONG_TURN else _LONG_PAUSE
    return _cut(run, lambda before, after: after.start - before.end >= pause)


def _in_pauses(run: _Run) -> Iterator[_Run]:
    return _cut(
        run,
        lambda before, after: (
            after.start - before.end >= (_PAUSE if _ends_a_sentence(before) else _LONG_PAUSE)
        ),
    )


def _cut(run: _Run, parts: Callable[[Word, Word], bool]) -> Iterator[_Run]:
    """The run in pieces, cut between all neighbours that ``parts``."""
    begin = 0
    for n, (before, after) in enumerate(pairwise(run.words), start=1):
        if parts(before, after):
            yield _Run(run.voice, run.words[begin:n])
            begin = n
    yield _Run(run.voice, run.words[begin:])


def _ends_a_sentence(word: Word) -> bool:
    return _bare(word).endswith(_SENTENCE_ENDS)


def _asks(word: Word) -> bool:
    return _bare(word).endswith(_QUESTION_ENDS)


def _bare(word: Word) -> str:
    return word.text.rstrip("\"'”’)")
