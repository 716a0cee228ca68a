"""What is said on the calls of a soak: each call has words that no other has, to be found again."""

import io
import random
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

import av
import numpy as np

from benchmarks.service_parts import RECORDING

RATE: Final = 16_000
_FIRST: Final = ("Bra", "Cor", "Dru", "Fen", "Gla", "Hul", "Jor", "Kel", "Lum", "Mar", "Nor",
                 "Quo", "Ras", "Sten", "Tor", "Vel", "Wim", "Yor", "Zan", "Plo")  # fmt: skip
_MIDDLE: Final = (
    "bi",
    "da",
    "fo",
    "gu",
    "ka",
    "li",
    "mo",
    "ne",
    "po",
    "ra",
    "si",
    "tu",
    "ve",
    "zo",
)
_LAST: Final = ("dric", "fane", "gash", "lith", "mund", "nack", "quist", "rell", "stow", "thorp",
                "vard", "wick", "xley", "zend")  # fmt: skip
_LINES: Final = (
    "All {count} depots have to be on the new system by the first of June.",
    "We will pay {count},000 euros a year, and not more than that.",
    "I will send you the migration plan for {word} by Friday.",
    "Our security team needs the penetration test report before we sign.",
    "The SAP connector is included in the price, you have my word.",
    "The old contract ends in June, and we will not renew it.",
    "Our head of finance decides about the budget, that is {count} seats.",
    "We can start the onboarding for {word} in the second week of May.",
    "My worry is the data import, it went wrong with our last supplier.",
    "We promise an answer from support within {count} hours.",
)

_given: Final[set[str]] = set()
_given_lock: Final = threading.Lock()


def rare_word(dice: random.Random) -> str:
    """A word that stands in no dictionary, and nowhere else in a soak."""
    with _given_lock:
        while True:
            middle = dice.choice(_MIDDLE) + dice.choice(_MIDDLE)
            word = dice.choice(_FIRST) + middle + dice.choice(_LAST)
            if word not in _given:
                _given.add(word)
                return word


@dataclass(frozen=True, kw_only=True)
class Said:
    """A transcript that a call is sent as.

    Attributes:
        seller: who sells, by name.
        customer: who buys; a name that nobody else has.
        word: that is said on this call alone.
        text: WebVTT.
    """

    seller: str
    customer: str
    word: str
    text: str


def said_by(dice: random.Random, *, seller: str, customer: str) -> Said:
    """A short call of two people."""
    word = rare_word(dice)
    lines = [f"Thanks for making the time. This is about {word}, as we call the project."]
    chosen = dice.sample(_LINES, k=dice.randint(4, 8))
    lines += [line.format(count=dice.randint(2, 90), word=word) for line in chosen]
    voices = (seller, customer)
    cues = [_cue(n, voices[n % 2], line) for n, line in enumerate(lines)]
    text = "\n\n".join(["WEBVTT", *cues]) + "\n"
    return Said(seller=seller, customer=customer, word=word, text=text)


def _cue(number: int, speaker: str, line: str) -> str:
    start = 7 * number
    return f"{_clock(start)} --> {_clock(start + 6)}\n<v {speaker}>{line}"


def _clock(seconds: int) -> str:
    return f"{seconds // 60:02}:{seconds % 60:02}.000"


@cache
def _sound() -> np.ndarray:
    """The first recording of the fixtures, its channels mixed: from -1 to 1."""
    to_mono = av.AudioResampler(format="s16", layout="mono", rate=RATE)
    with av.open(RECORDING) as container:
        frames = [each for frame in container.decode(audio=0) for each in to_mono.resample(frame)]
    whole: np.ndarray = np.concatenate([frame.to_ndarray()[0] for frame in frames]) / 32768
    return whole


def cut(dice: random.Random, *, seconds: float) -> bytes:
    """A piece of the recording from anywhere in it, as a FLAC file of its own."""
    sound = _sound()
    length = int(seconds * RATE)
    start = dice.randrange(len(sound) - length)
    return flac(sound[start : start + length])


def flac(samples: np.ndarray) -> bytes:
    """A FLAC file with samples of one channel, 16 kHz, from -1 to 1."""
    file = io.BytesIO()
    with av.open(file, "w", format="flac") as container:
        stream = container.add_stream("flac", rate=RATE)
        stream.layout = "mono"
        whole = (np.clip(samples, -1, 1) * 32767).astype(np.int16)[None, :]
        frame = av.AudioFrame.from_ndarray(whole, format="s16", layout="mono")
        frame.rate = RATE
        for packets in (stream.encode(frame), stream.encode(None)):
            container.mux(packets)
    return file.getvalue()


def broken_files() -> Sequence[tuple[str, bytes]]:
    """Files that are no call at all: each has to be refused in words, or its run has to fail so."""
    return (
        ("empty.wav", b""),
        ("words.mp3", b"ffconcat version 1.0\nfile 'other.wav'\n"),
        ("noise.opus", bytes(range(256)) * 40),
        ("cut.vtt", b"WEBVTT\n\n00:00.000 -->"),
        ("half.json", b'{"turns": [{"speaker": "A", "te'),
    )
