"""Samples -> words with their seconds: Whisper over short clips of speech.

Method, in the order of the code:

1. Silero's voice activity detector (inside faster-whisper) finds the stretches with speech.
   What is no speech is never shown to the recogniser, which would invent words for it.
2. The stretches are joined to clips of at most ``_CLIP`` seconds that begin and end in pauses,
   and recognised in batches.
3. Where words loop or speech is left without words, as happens when speakers change in a clip,
   the clip is recognised again in short pieces; the better reading of the two is kept.
4. Where something was heard that is like a term of the vocabulary, the clip is recognised again
   with the vocabulary as hot words. Hot words make the decoder leave out and recite, so this
   reading is kept only if it holds more of the terms and no fewer words.
5. Speech that still has no words is recognised once more by itself.
6. What has none even then is read as long recordings are: with times, and from the last word on
   until its end. Batches are read without times, and where many speak at once the decoder then
   stops early. In noise this way also writes what nobody says, so only what is likely is kept.

Where the detector itself is in doubt, it would hide speech from all of these steps: such a
recording is read whole, as in step 6, and only what is not likely to be invented is kept.

Speech recognition: Radford et al., "Robust Speech Recognition via Large-Scale Weak Supervision"
(2022), as faster-whisper implements it with CTranslate2.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from transcript2handoff.audio._encoder import Encoder
from transcript2handoff.audio.decode import SAMPLE_RATE
from transcript2handoff.audio.reading import (
    Reading,
    is_better,
    is_sound,
    knows_more,
    merged,
    nearly_holds,
    trusted,
    unheard,
)
from transcript2handoff.audio.stretches import Stretch, joined, without
from transcript2handoff.transcript import Word
from transcript2handoff.watch import NOBODY, Watch

Samples = NDArray[np.float32]

_CLIP: Final = 20.0
_PIECE: Final = 7.0
_SPEECH: Final = 0.3
"""The detector's own limit of 0.5 misses whole sentences in the narrow band of telephones."""
_PERHAPS: Final = 0.05
_MUCH_MORE: Final = 0.2
"""In a narrow band with lost packets the detector hears half of all speech only below 0.3: from
0.05 on it hears 0.3 to 0.8 times as much more there, and at most 0.12 times in all other sounds of
``benchmarks/listening`` on the tuning calls."""
_PAUSE: Final = 1.5
"""The longest pause inside a clip, in seconds."""
_LIKELY: Final = -0.6
"""Mean log probability of the tokens, from which on words for speech left over are kept. Of the
babble of ``benchmarks/listening`` on the tuning calls, right words had -0.40 to -0.63, wrong ones
-0.67 and less."""
_PAD: Final = 1.0
"""Seconds of context on each side of speech that is recognised by itself."""
_BATCH: Final = 8
_VOCABULARY: Final = 200
"""Characters of vocabulary shown to the decoder; the more, the more it distracts."""
_UNSPACED: Final = frozenset({"zh", "ja", "th", "lo", "my", "yue"})
"""Languages whose words are not divided by spaces, so that no piece belongs to the one before."""


@dataclass(frozen=True)
class Heard:
    """What the recogniser understood."""

    words: tuple[Word, ...]
    """In the order of their starts."""
    language: str | None
    """ISO 639-1 code, or none where nothing is said."""


@dataclass(frozen=True)
class _Frame:
    """What stays the same for all clips of a recording."""

    samples: Samples
    language: str
    vocabulary: tuple[str, ...]
    hotwords: str | None

    @property
    def length(self) -> float:
        """Of the recording, in seconds."""
        return len(self.samples) / SAMPLE_RATE


class Recognizer:
    """A loaded Whisper model."""

    def __init__(self, folder: Path, *, threads: int = 0) -> None:
        """Load the model in ``folder``; ``threads`` of 0 means as many as the machine has."""
        from faster_whisper import BatchedInferencePipeline, WhisperModel

        self._model = WhisperModel(
            str(folder), device="cpu", compute_type="int8", cpu_threads=threads
        )
        self._model.encode = Encoder(self._model.encode)
        self._batched = BatchedInferencePipeline(self._model)

    def recognize(
        self, samples: Samples, *, vocabulary: Sequence[str] = (), watch: Watch = NOBODY
    ) -> Heard:
        """The words in ``samples`` (mono, at ``SAMPLE_RATE``), none where nobody speaks.

        ``vocabulary`` are names and terms that may be said, most telling first.

        Raises:
            Cancelled: ``watch`` asked to stop.
        """
        speech = find_speech(samples)
        if not speech:
            watch.at(1.0)
            return Heard((), None)
        language = self._language(samples, speech)
        terms = worth_knowing(vocabulary)
        frame = _Frame(samples, language, terms, ", ".join(terms) or None)
        if _is_unsure(samples, speech):
            whole = self._read_long(frame, _Clip(Stretch(0.0, frame.length), ()), watch)
            return Heard(whole.words, language if whole.words else None)
        readings = self._read_all(frame, speech, watch.part(0.0, 0.9))
        bare = replace(frame, hotwords=None)
        again = self._read_rest(bare, _left_in(readings), watch.part(0.9, 0.95))
        readings += [*again, *self._read_on(frame, _left_in(again), watch.part(0.95, 1.0))]
        words = [word for reading in readings for word in reading.words]
        words.sort(key=lambda word: word.start)
        return Heard(tuple(words), language if words else None)

    def _language(self, samples: Samples, speech: Sequence[Stretch]) -> str:
        """Told from the first half minute of speech, so that a long ringing tone does no harm."""
        if not self._model.model.is_multilingual:
            return "en"
        spoken = np.concatenate([_cut(samples, stretch) for stretch in speech[:60]])
        return str(self._model.detect_language(audio=spoken)[0])

    def _read_all(self, frame: _Frame, speech: Sequence[Stretch], watch: Watch) -> list[Reading]:
        clips = list(_clips(speech, longest=_CLIP))
        readings: list[Reading] = []
        for done in range(0, len(clips), _BATCH):
            watch.at(done / len(clips))
            batch = clips[done : done + _BATCH]
            plain = self._read(replace(frame, hotwords=None), batch)
            whole = self._read_in_pieces(frame, plain)
            readings += self._read_with_names(frame, batch, whole)
        watch.at(1.0)
        return [reading for reading in readings if trusted(reading)]

    def _read_in_pieces(self, frame: _Frame, readings: Sequence[Reading]) -> list[Reading]:
        """Once more, in short pieces, where words loop or speech is left without any."""
        best = list(readings)
        for n, reading in enumerate(readings):
            if is_sound(reading):
                continue
            pieces = list(_clips(reading.speech, longest=_PIECE))
            second = merged(self._read(replace(frame, hotwords=None), pieces))
            if is_better(second, reading):
                best[n] = second
        return best

    def _read_with_names(
        self, frame: _Frame, clips: Sequence["_Clip"], readings: Sequence[Reading]
    ) -> list[Reading]:
        """Once more, with the vocabulary, where something like one of its terms was heard."""
        best = list(readings)
        near = [n for n, r in enumerate(readings) if nearly_holds(r.text, frame.vocabulary)]
        again = self._read(frame, [clips[n] for n in near])
        for n, second in zip(near, again, strict=True):
            if knows_more(second, best[n], vocabulary=frame.vocabulary):
                best[n] = second
        return best

    def _read_rest(self, frame: _Frame, gaps: Sequence[Stretch], watch: Watch) -> list[Reading]:
        """Speech without words, by itself; kept is only what lies in it and is trusted."""
        kept: list[Reading] = []
        clips = [_padded(gap, frame.length) for gap in gaps]
        for batch in _batches(clips, longest=frame.length):
            watch.at(len(kept) / len(gaps))
            kept += map(_within, self._read(frame, batch))
        watch.at(1.0)
        return kept

    def _read_on(self, frame: _Frame, gaps: Sequence[Stretch], watch: Watch) -> Iterator[Reading]:
        """As long recordings are read; kept is only what lies in the gaps and is likely."""
        for done, gap in enumerate(gaps):
            watch.at(done / len(gaps))
            reading = _within(self._read_long(frame, _padded(gap, frame.length), NOBODY))
            if reading.logprob >= _LIKELY:
                yield reading
        watch.at(1.0)

    def _read_long(self, frame: _Frame, clip: "_Clip", watch: Watch) -> Reading:
        """Without names, at one temperature: at a higher one words would be others each time."""
        readings: list[Reading] = []
        segments, _ = self._model.transcribe(
            _cut(frame.samples, clip.span),
            language=frame.language,
            word_timestamps=True,
            temperature=0.0,
        )
        for each in segments:
            watch.at(min(1.0, each.end / clip.span.length))
            readings.append(_reading(clip, [each], frame.language, later=clip.span.start))
        watch.at(1.0)
        return replace(merged(readings), speech=clip.speech)

    def _read(self, frame: _Frame, clips: Sequence["_Clip"]) -> list[Reading]:
        if not clips:
            return []
        segments, _ = self._batched.transcribe(
            frame.samples,
            language=frame.language,
            hotwords=frame.hotwords,
            word_timestamps=True,
            without_timestamps=True,
            batch_size=_BATCH,
            clip_timestamps=[{"start": c.span.start, "end": c.span.end} for c in clips],
        )
        by_clip: dict[int, list[Any]] = {}
        for segment in segments:
            by_clip.setdefault(segment.seek, []).append(segment)
        return [_reading(clip, by_clip.get(_seek(clip.span), []), frame.language) for clip in clips]


@dataclass(frozen=True)
class _Clip:
    span: Stretch
    speech: tuple[Stretch, ...]


def _padded(gap: Stretch, end: float) -> _Clip:
    """A gap with what is around it, in a recording that ends then."""
    return _Clip(Stretch(max(0.0, gap.start - _PAD), min(end, gap.end + _PAD)), (gap,))


def _batches(clips: Sequence[_Clip], *, longest: float) -> Iterator[list[_Clip]]:
    """Clips that overlap, in batches that are no longer than the recording.

    faster-whisper reckons what of a recording is in no clip, and fails where that is below zero.
    """
    batch: list[_Clip] = []
    for clip in clips:
        lengths = sum(each.span.length for each in (*batch, clip))
        if batch and (len(batch) == _BATCH or lengths > longest):
            yield batch
            batch = []
        batch.append(clip)
    if batch:
        yield batch


def _is_unsure(samples: Samples, speech: Sequence[Stretch]) -> bool:
    """Whether the detector takes much more for speech with the least of doubt than without."""
    perhaps = _detected(samples, _PERHAPS)
    more = (gap.length for stretch in perhaps for gap in without(stretch, speech))
    return sum(more) > _MUCH_MORE * sum(stretch.length for stretch in speech)


def _left_in(readings: Iterable[Reading]) -> list[Stretch]:
    return [gap for reading in readings for gap in unheard(reading)]


def _within(reading: Reading) -> Reading:
    """Of a reading of one gap, what lies in it, if it is trusted."""
    (gap,) = reading.speech
    inside = (word for word in reading.words if gap.start < _middle(word) < gap.end)
    return replace(reading, words=tuple(inside) if trusted(reading) else ())


def find_speech(samples: Samples) -> list[Stretch]:
    """The stretches of ``samples`` (mono, at ``SAMPLE_RATE``) in which somebody speaks."""
    return _detected(samples, _SPEECH)


def _detected(samples: Samples, threshold: float) -> list[Stretch]:
    """What the detector takes for speech with at least this probability."""
    from faster_whisper.vad import VadOptions, get_speech_timestamps

    options = VadOptions(
        threshold=threshold,
        min_speech_duration_ms=100,
        max_speech_duration_s=_CLIP,
        min_silence_duration_ms=200,
        speech_pad_ms=200,
    )
    return [
        Stretch(found["start"] / SAMPLE_RATE, found["end"] / SAMPLE_RATE)
        for found in get_speech_timestamps(samples, options)
    ]


def worth_knowing(vocabulary: Sequence[str]) -> tuple[str, ...]:
    """The first of the terms, as many as the decoder can bear to be shown."""
    lengths = accumulate(len(term) + 2 for term in vocabulary)
    bearable = sum(length <= _VOCABULARY for length in lengths)
    return tuple(vocabulary[:bearable])


def _cut(samples: Samples, stretch: Stretch) -> Samples:
    return samples[int(stretch.start * SAMPLE_RATE) : int(stretch.end * SAMPLE_RATE)]


def _clips(speech: Sequence[Stretch], *, longest: float) -> Iterator[_Clip]:
    for span in joined(speech, gap=_PAUSE, longest=longest):
        yield _Clip(span, tuple(s for s in speech if span.start <= s.start and s.end <= span.end))


def _seek(span: Stretch) -> int:
    """The centisecond with which faster-whisper marks what it heard in a clip."""
    # The library cuts samples, then counts frames of a hundredth: the same two roundings.
    return int(int(span.start * SAMPLE_RATE) / SAMPLE_RATE * 100)


def _reading(clip: _Clip, segments: Sequence[Any], language: str, *, later: float = 0.0) -> Reading:
    """What faster-whisper returned for one clip, its times moved by ``later`` seconds."""
    words = (
        Word(word.text, word.start + later, word.end + later)
        for word in _whole_words(segments, language)
    )
    return Reading(
        words=tuple(_inside(word, clip.span) for word in words),
        speech=clip.speech,
        logprob=min((s.avg_logprob for s in segments), default=0.0),
        no_speech=max((s.no_speech_prob for s in segments), default=0.0),
        compression=max((s.compression_ratio for s in segments), default=0.0),
    )


def _whole_words(segments: Iterable[Any], language: str) -> Iterator[Word]:
    """Pieces such as "-laws" and ",000" go to the word that they are written together with."""
    for segment in segments:
        word: Word | None = None
        for piece in segment.words or ():
            text = piece.word.strip()
            start, end = float(piece.start), float(max(piece.start, piece.end))
            if not text:
                continue
            if word and not piece.word.startswith(" ") and language not in _UNSPACED:
                word = Word(word.text + text, word.start, max(word.end, end))
                continue
            if word:
                yield word
            word = Word(text, start, end)
        if word:
            yield word


def _inside(word: Word, span: Stretch) -> Word:
    start = min(max(word.start, span.start), span.end)
    return Word(word.text, round(start, 2), round(min(max(word.end, start), span.end), 2))


def _middle(word: Word) -> float:
    return (word.start + word.end) / 2
