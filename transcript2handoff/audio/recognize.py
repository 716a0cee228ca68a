"""Samples -> words with their seconds: Whisper over short clips of speech.

Method, in the order of the code:

1. Silero's voice activity detector (inside faster-whisper) finds the stretches with speech.
   What is no speech is never shown to the recogniser, which would invent words for it.
2. The stretches are joined to clips of at most ``_CLIP`` seconds that begin and end in pauses,
   and recognised in batches. The longer a clip with several speakers, the likelier it is that
   the recogniser skips one of them.
3. A clip is recognised again, without the vocabulary, where the vocabulary led astray: where it
   is recited, words loop, or speech is left without words. The better reading of the two is kept.
4. Speech that still has no words is recognised once more by itself.

Speech recognition: Radford et al., "Robust Speech Recognition via Large-Scale Weak Supervision"
(2022), as faster-whisper implements it with CTranslate2.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from transcript2handoff.audio.decode import SAMPLE_RATE
from transcript2handoff.audio.reading import Reading, is_better, is_sound, trusted, unheard
from transcript2handoff.audio.stretches import Stretch, joined
from transcript2handoff.transcript import Word
from transcript2handoff.watch import NOBODY, Watch

Samples = NDArray[np.float32]

_CLIP: Final = 20.0
_PAUSE: Final = 1.5
"""The longest pause inside a clip, in seconds."""
_PAD: Final = 0.2
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
    """ISO 639-1 code, or none where there is no speech."""


@dataclass(frozen=True)
class _Frame:
    """What stays the same for all clips of a recording."""

    samples: Samples
    language: str
    hotwords: str | None = None


class Recognizer:
    """A loaded Whisper model."""

    def __init__(self, folder: Path, *, threads: int = 0) -> None:
        """Load the model in ``folder``; ``threads`` of 0 means as many as the machine has."""
        from faster_whisper import BatchedInferencePipeline, WhisperModel

        self._model = WhisperModel(
            str(folder), device="cpu", compute_type="int8", cpu_threads=threads
        )
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
        frame = _Frame(samples, language, hot_words(vocabulary))
        readings = self._read_all(frame, speech, watch.part(0.0, 0.9))
        rest = [gap for reading in readings for gap in unheard(reading)]
        readings += self._read_rest(replace(frame, hotwords=None), rest, watch.part(0.9, 1.0))
        words = (word for reading in readings for word in reading.words)
        return Heard(tuple(sorted(words, key=lambda word: word.start)), language)

    def _language(self, samples: Samples, speech: Sequence[Stretch]) -> str:
        """Told from the first half minute of speech, so that a long ringing tone does no harm."""
        if not self._model.model.is_multilingual:
            return "en"
        spoken = np.concatenate([_cut(samples, stretch) for stretch in speech[:60]])
        return str(self._model.detect_language(audio=spoken)[0])

    def _read_all(self, frame: _Frame, speech: Sequence[Stretch], watch: Watch) -> list[Reading]:
        clips = list(joined(speech, gap=_PAUSE, longest=_CLIP))
        readings: list[Reading] = []
        for done in range(0, len(clips), _BATCH):
            watch.at(done / len(clips))
            batch = clips[done : done + _BATCH]
            readings += self._read_twice(frame, [_with_speech(clip, speech) for clip in batch])
        watch.at(1.0)
        return readings

    def _read_twice(self, frame: _Frame, clips: Sequence["_Clip"]) -> list[Reading]:
        """With the vocabulary, and once more without where that reading is not to be trusted."""
        first = self._read(frame, clips)
        doubtful = [
            n for n, reading in enumerate(first) if not is_sound(reading, frame.hotwords or "")
        ]
        if frame.hotwords and doubtful:
            plain = replace(frame, hotwords=None)
            again = self._read(plain, [clips[n] for n in doubtful])
            for n, second in zip(doubtful, again, strict=True):
                if is_better(second, first[n], frame.hotwords):
                    first[n] = second
        return [reading for reading in first if trusted(reading)]

    def _read_rest(self, frame: _Frame, gaps: Sequence[Stretch], watch: Watch) -> list[Reading]:
        """Speech without words, by itself; kept is only what lies in it and is trusted."""
        kept: list[Reading] = []
        for done in range(0, len(gaps), _BATCH):
            watch.at(done / len(gaps))
            batch = gaps[done : done + _BATCH]
            padded = [
                _Clip(Stretch(max(0.0, gap.start - _PAD), gap.end + _PAD), (gap,)) for gap in batch
            ]
            for gap, reading in zip(batch, self._read(frame, padded), strict=True):
                inside = tuple(
                    word for word in reading.words if gap.start < _middle(word) < gap.end
                )
                if is_sound(replace(reading, speech=()), ""):
                    kept.append(replace(reading, words=inside))
        watch.at(1.0)
        return kept

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
        return [_reading(clip, by_clip, frame.language) for clip in clips]


@dataclass(frozen=True)
class _Clip:
    span: Stretch
    speech: tuple[Stretch, ...]


def find_speech(samples: Samples) -> list[Stretch]:
    """The stretches of ``samples`` (mono, at ``SAMPLE_RATE``) in which somebody speaks."""
    from faster_whisper.vad import VadOptions, get_speech_timestamps

    options = VadOptions(
        min_speech_duration_ms=100,
        max_speech_duration_s=_CLIP,
        min_silence_duration_ms=300,
        speech_pad_ms=100,
    )
    return [
        Stretch(found["start"] / SAMPLE_RATE, found["end"] / SAMPLE_RATE)
        for found in get_speech_timestamps(samples, options)
    ]


def hot_words(vocabulary: Iterable[str]) -> str | None:
    """The terms as one line for the decoder, cut off at a length that it can bear."""
    line = ""
    for term in vocabulary:
        longer = f"{line}, {term}" if line else term
        if len(longer) > _VOCABULARY:
            break
        line = longer
    return line or None


def _cut(samples: Samples, stretch: Stretch) -> Samples:
    return samples[int(stretch.start * SAMPLE_RATE) : int(stretch.end * SAMPLE_RATE)]


def _with_speech(clip: Stretch, speech: Iterable[Stretch]) -> _Clip:
    return _Clip(clip, tuple(s for s in speech if clip.start <= s.start and s.end <= clip.end))


def _reading(clip: _Clip, by_clip: dict[int, list[Any]], language: str) -> Reading:
    """What faster-whisper returned for one clip; it marks segments with the clip's centisecond."""
    # The library cuts samples, then counts frames of a hundredth: the same two roundings.
    seek = int(int(clip.span.start * SAMPLE_RATE) / SAMPLE_RATE * 100)
    segments = by_clip.get(seek, [])
    words = _whole_words(segments, language)
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
