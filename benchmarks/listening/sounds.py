"""Recordings made worse on purpose: what telephones, rooms and networks do to a call.

Every condition takes an excerpt with its reference and gives another one. Times of the reference
move where sound is put in; ``empty`` names the seconds in which nobody speaks. Noise, music and
losses come from a generator with a fixed seed, so that an excerpt sounds the same each time.
"""

import wave
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from benchmarks.listening.signals import (
    RATE,
    banded,
    hissing_line,
    music,
    ringing_tone,
    silence,
    through_opus,
)

Samples = NDArray[np.float32]
"""Shape (channels, samples), -1 to 1."""

_TELEPHONE: Final = 8_000
_MU: Final = 255.0
_FADE: Final = RATE // 50
_VOICES: Final = 6
"""How many people babble in the background."""
_ACTIVE: Final = -45.0
"""Frames louder than this, in decibels of full scale, count for the level of speech."""


@dataclass(frozen=True)
class Said:
    """A turn of the reference; times in seconds."""

    speaker: str
    text: str
    start: float
    end: float


@dataclass(frozen=True, kw_only=True, eq=False)
class Excerpt:
    """Sound, what is said in it, and where nobody speaks."""

    samples: Samples
    turns: tuple[Said, ...]
    empty: tuple[tuple[float, float], ...] = ()
    rate: int = RATE

    @property
    def seconds(self) -> float:
        """How long it lasts."""
        return float(self.samples.shape[1] / self.rate)


Others = Sequence[Samples]
Condition = Callable[[Excerpt, Others], Excerpt]


def clean(excerpt: Excerpt, _: Others) -> Excerpt:
    """As it is."""
    return excerpt


def telephone(excerpt: Excerpt, _: Others) -> Excerpt:
    """300 to 3,400 Hz at 8 kHz, in the 8 bits of mu-law."""
    narrow = banded(excerpt.samples, 300.0, 3_400.0)[:, :: RATE // _TELEPHONE]
    squeezed = np.sign(narrow) * np.log1p(_MU * np.abs(narrow.clip(-1, 1))) / np.log1p(_MU)
    steps = np.round(squeezed * 127) / 127
    wide = np.sign(steps) * ((1 + _MU) ** np.abs(steps) - 1) / _MU
    return replace(excerpt, samples=wide.astype(np.float32), rate=_TELEPHONE)


def lossy(excerpt: Excerpt, _: Others, *, bits: int = 8_000, lost: float = 0.05) -> Excerpt:
    """Opus for voices at ``bits`` a second, in which a share of packets, in bursts, never came."""
    coin = _generator(excerpt)
    channels = [through_opus(channel, bits, lost, coin) for channel in excerpt.samples]
    return replace(excerpt, samples=np.stack(channels))


def hiss(excerpt: Excerpt, _: Others, *, snr: float) -> Excerpt:
    """White noise, ``snr`` decibels below the speech."""
    noise = _generator(excerpt).normal(0, 1, excerpt.samples.shape)
    return _mixed(excerpt, noise, snr)


def babble(excerpt: Excerpt, others: Others, *, snr: float) -> Excerpt:
    """Six other people who talk at once, ``snr`` decibels below the speech."""
    coin, length = _generator(excerpt), excerpt.samples.shape[1]
    crowd = np.zeros(length)
    for n in range(_VOICES):
        voice = others[n % len(others)].mean(axis=0)
        crowd += np.roll(voice, int(coin.integers(len(voice))))[:length]
    return _mixed(excerpt, np.broadcast_to(crowd, excerpt.samples.shape), snr)


def second_call(excerpt: Excerpt, others: Others, *, snr: float) -> Excerpt:
    """Another call that can be heard in the background; nobody wants its words."""
    other = others[0].mean(axis=0)[: excerpt.samples.shape[1]]
    return _mixed(excerpt, np.broadcast_to(other, excerpt.samples.shape), snr)


def overlapped(excerpt: Excerpt, _: Others, *, seconds: float = 0.8) -> Excerpt:
    """Whoever speaks next begins so many seconds before the other has finished."""
    length = excerpt.samples.shape[1]
    whole = np.zeros_like(excerpt.samples)
    turns: list[Said] = []
    earlier, before = 0.0, ""
    for said, cut in zip(excerpt.turns, _cuts(excerpt), strict=True):
        interrupts = before not in ("", said.speaker)
        room = said.end - said.start
        earlier += min(seconds, room / 2) if interrupts else 0.0
        start = cut[0] - round(earlier * RATE)
        piece = _faded(excerpt.samples[:, cut[0] : cut[1]])
        whole[:, start : start + piece.shape[1]] += piece
        turns.append(replace(said, start=said.start - earlier, end=said.end - earlier))
        before = said.speaker
    end = length - round(earlier * RATE)
    return replace(excerpt, samples=whole[:, :end].clip(-1, 1), turns=tuple(turns))


def clipped(excerpt: Excerpt, _: Others, *, share: float = 0.2) -> Excerpt:
    """Turned up until this share of what is spoken is cut off."""
    active = _active(excerpt.samples)
    limit = float(np.quantile(np.abs(active), 1 - share))
    return replace(excerpt, samples=(excerpt.samples / limit).clip(-1, 1) * np.float32(0.99))


def hum(excerpt: Excerpt, _: Others, *, snr: float = 0.0) -> Excerpt:
    """50 Hz of the mains with four overtones, as loud as the speech."""
    time = np.arange(excerpt.samples.shape[1]) / RATE
    mains = sum(np.sin(2 * np.pi * 50 * n * time) / n for n in range(1, 6))
    return _mixed(excerpt, np.broadcast_to(np.asarray(mains), excerpt.samples.shape), snr)


def on_hold(excerpt: Excerpt, _: Others) -> Excerpt:
    """Music: half a minute before anybody speaks, and twice a quarter of a minute in pauses."""
    return _with_gaps(excerpt, {0: 30.0, 1: 15.0, 2: 15.0}, music)


def silent(excerpt: Excerpt, _: Others) -> Excerpt:
    """A minute of silence before anybody speaks and another one in the midst."""
    return _with_gaps(excerpt, {0: 60.0, 1: 60.0}, silence)


def ringing(excerpt: Excerpt, _: Others) -> Excerpt:
    """Half a minute of ringing tones before, and of a hissing line in the midst."""
    ring = _with_gaps(excerpt, {0: 30.0}, ringing_tone)
    return _with_gaps(ring, {1: 30.0}, hissing_line)


CONDITIONS: Final[Mapping[str, Condition]] = {
    "clean": clean,
    "music on hold": on_hold,
    "ringing, hiss": ringing,
    "silence": silent,
    "telephone, mu-law": telephone,
    "Opus 6 kbit/s, 10 % lost": partial(lossy, bits=6_000, lost=0.1),
    **{f"babble {snr} dB": partial(babble, snr=snr) for snr in (20, 10, 5)},
    **{f"white noise {snr} dB": partial(hiss, snr=snr) for snr in (20, 10, 5)},
    "second call at -10 dB": partial(second_call, snr=10),
    "turns overlap 0.8 s": overlapped,
    "clipped": clipped,
    "hum": hum,
    "Opus 8 kbit/s, 5 % lost": lossy,
}


def excerpt_of(samples: Samples, turns: Sequence[Said], *, seconds: float) -> Excerpt:
    """The first ``seconds`` of a recording, and as much more as it takes to end between turns."""
    last = next(
        n
        for n in range(1, len(turns))
        if turns[n - 1].end >= seconds and turns[n - 1].end <= turns[n].start
    )
    end = (turns[last - 1].end + turns[last].start) / 2
    return Excerpt(samples=samples[:, : int(end * RATE)], turns=tuple(turns[:last]))


def _with_gaps(
    excerpt: Excerpt, gaps: Mapping[int, float], fill: Callable[[int], NDArray[np.float64]]
) -> Excerpt:
    """Sound put in at the start (0), at a half (1) and at three quarters (2) of the turns.

    A recording with a channel for each side has it on the second, the customer's.
    """
    for place in sorted(gaps, reverse=True):
        excerpt = _with_gap(excerpt, place, fill(round(gaps[place] * RATE)))
    return excerpt


def _with_gap(excerpt: Excerpt, place: int, sound: NDArray[np.float64]) -> Excerpt:
    turns = excerpt.turns
    wanted = (0, len(turns) // 2, 3 * len(turns) // 4)[place]
    apart = [n for n in range(wanted, len(turns)) if n == 0 or turns[n - 1].end <= turns[n].start]
    n = apart[0] if apart else 0
    at = (turns[n - 1].end + turns[n].start) / 2 if n else 0.0
    cut, length = int(at * RATE), len(sound) / RATE
    wide = np.zeros((excerpt.samples.shape[0], len(sound)), dtype=np.float32)
    wide[-1] = sound
    samples = [excerpt.samples[:, :cut], wide, excerpt.samples[:, cut:]]
    moved = (replace(t, start=t.start + length, end=t.end + length) for t in turns[n:])
    later = ((a + length, b + length) if a >= at else (a, b) for a, b in excerpt.empty)
    return replace(
        excerpt,
        samples=np.concatenate(samples, axis=1),
        turns=(*turns[:n], *moved),
        empty=tuple(sorted([*later, (at, at + length)])),
    )


def _mixed(excerpt: Excerpt, noise: NDArray[Any], snr: float) -> Excerpt:
    """``noise`` added, ``snr`` decibels below the speech, and all of it within full scale."""
    speech = np.sqrt(np.mean(_active(excerpt.samples) ** 2))
    gain = speech / np.sqrt(np.mean(noise**2)) * 10 ** (-snr / 20)
    both = excerpt.samples + gain * noise
    return replace(excerpt, samples=(both / max(1.0, np.abs(both).max())).astype(np.float32))


def _active(samples: Samples) -> NDArray[np.float64]:
    """The frames in which somebody speaks, one after the other."""
    frames = samples[:, : samples.shape[1] // 800 * 800].reshape(-1, 800).astype(np.float64)
    levels = 10 * np.log10(np.mean(frames**2, axis=1) + 1e-12)
    return np.asarray(frames[levels > _ACTIVE].ravel())


def _cuts(excerpt: Excerpt) -> list[tuple[int, int]]:
    """The samples that belong to each turn: from the middle of the pause to the next one's."""
    turns, length = excerpt.turns, excerpt.samples.shape[1]
    middles = [(a.end + b.start) / 2 for a, b in pairwise(turns)]
    edges = [0, *(int(m * RATE) for m in middles), length]
    return list(pairwise(edges))


def _faded(piece: Samples) -> Samples:
    ramp = np.ones(piece.shape[1], dtype=np.float32)
    short = min(_FADE, len(ramp) // 2)
    ramp[:short] = np.linspace(0, 1, short)
    ramp[len(ramp) - short :] = np.linspace(1, 0, short)
    return piece * ramp


def _generator(excerpt: Excerpt) -> np.random.Generator:
    """The same for the same words."""
    return np.random.default_rng(zlib.crc32(excerpt.turns[0].text.encode()))


def write(excerpt: Excerpt, path: Path) -> None:
    """An excerpt as a WAV file of 16 bits."""
    pcm = (excerpt.samples.T * 32_767).astype("<i2")
    with wave.open(str(path), "wb") as file:
        file.setnchannels(excerpt.samples.shape[0])
        file.setsampwidth(2)
        file.setframerate(excerpt.rate)
        file.writeframes(np.ascontiguousarray(pcm).tobytes())
