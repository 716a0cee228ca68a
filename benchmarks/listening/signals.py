"""Sounds by themselves: what is played while nobody speaks, and what lines do to a signal."""

from typing import Any, Final

import av
import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float32]
Signal = NDArray[np.float64]
"""Shape (samples,), about -1 to 1."""

RATE: Final = 16_000


def silence(length: int) -> Signal:
    """``length`` samples of nothing."""
    return np.zeros(length)


def music(length: int) -> Signal:
    """A tune over chords with a beat, as telephone systems play it."""
    time = np.arange(length) / RATE
    coin = np.random.default_rng(11)
    scale = np.array([0, 2, 4, 7, 9, 12, 14, 16])
    tune = coin.choice(scale, size=int(time[-1] * 4) + 1)[(time * 4).astype(int)]
    root = np.array([0, -3, 5, 7])[(time / 2).astype(int) % 4]
    envelope = np.exp(-6 * (time * 4 % 1))
    sound = 0.5 * envelope * _tone(time, 523.25 * 2 ** (tune / 12))
    sound += sum(0.15 * _tone(time, 261.63 * 2 ** ((root + step) / 12)) for step in (0, 4, 7))
    drum = coin.normal(0, 0.2, length) * np.exp(-30 * (time * 2 % 1))
    return np.asarray(0.15 * (sound + drum))


def _tone(time: Signal, pitch: Signal) -> Signal:
    """A tone with overtones whose pitch changes without a click."""
    phase = 2 * np.pi * np.cumsum(pitch) / RATE
    return np.asarray(sum(np.sin(n * phase) / n**2 for n in (1, 2, 3)))


def ringing_tone(length: int) -> Signal:
    """400 and 450 Hz, twice for 0.4 s, every three seconds."""
    time = np.arange(length) / RATE
    beat = time % 3
    on = (beat < 0.4) | ((beat >= 0.6) & (beat < 1.0))
    return np.asarray(0.1 * on * (np.sin(800 * np.pi * time) + np.sin(900 * np.pi * time)))


def hissing_line(length: int) -> Signal:
    """White noise at -34 decibels of full scale."""
    return np.random.default_rng(12).normal(0, 0.02, length)


def banded(samples: Samples, low: float, high: float) -> Samples:
    """``samples``, shape (channels, samples), without what is below or above, in hertz."""
    spectrum = np.fft.rfft(samples.astype(np.float64), axis=1)
    pitch = np.fft.rfftfreq(samples.shape[1], 1 / RATE)
    spectrum[:, (pitch < low) | (pitch > high)] = 0
    return np.fft.irfft(spectrum, samples.shape[1], axis=1).astype(np.float32)


def through_opus(channel: Samples, bits: int, lost: float, coin: np.random.Generator) -> Samples:
    """Encoded and decoded again; what a lost packet held is silence."""
    encoder: Any = av.CodecContext.create("libopus", "w")
    encoder.sample_rate, encoder.layout, encoder.format = RATE, "mono", "s16"
    encoder.bit_rate, encoder.options = bits, {"application": "voip", "vbr": "off"}
    decoder: Any = av.CodecContext.create("libopus", "r")
    decoder.sample_rate, decoder.layout = RATE, "mono"
    pcm = np.ascontiguousarray((channel * 32_767).astype(np.int16)[None])
    frame = av.AudioFrame.from_ndarray(pcm, "s16", "mono")
    frame.sample_rate = RATE
    packets = [p for p in (*encoder.encode(frame), *encoder.encode(None)) if p.size]
    resampler = av.AudioResampler("flt", "mono", RATE)
    heard: list[NDArray[Any]] = []
    gone = _bursts(len(packets), lost, coin)
    for packet, is_gone in zip(packets, gone, strict=True):
        for sound in decoder.decode(packet):
            block = np.concatenate([f.to_ndarray()[0] for f in resampler.resample(sound)])
            heard.append(np.zeros_like(block) if is_gone else block)
    whole = np.concatenate(heard)[: len(channel)]
    return np.pad(whole, (0, len(channel) - len(whole))).astype(np.float32)


def _bursts(packets: int, lost: float, coin: np.random.Generator) -> list[bool]:
    """Losses come in rows of three packets on average."""
    gone, states = False, []
    for _ in range(packets):
        leave, enter = 1 / 3, lost / (1 - lost) / 3
        gone = bool(coin.random() > leave) if gone else bool(coin.random() < enter)
        states.append(gone)
    return states
