"""Recordings: what opens and decodes them, and the pipe between the decoder's child and us."""

import io
import json
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from typing import Final

from benchmarks.fuzzing.mutating import of_bytes, of_json, one_of
from benchmarks.fuzzing.target import ROOT, Target, Try
from transcript2handoff.audio import _child, _decoder_child, _wire
from transcript2handoff.audio._sound import Refusal
from transcript2handoff.audio.decode import DecodeLimits, decode
from transcript2handoff.errors import RecordingError, RecordingLimitError

EXAMPLES: Final = ROOT / "tests" / "fuzz" / "examples"
LIMITS: Final = DecodeLimits(max_seconds=30, cpu_seconds=10)
_HEAD: Final = 600
"""Bytes in which the structure of a small file stands mostly."""


def targets() -> Iterator[Target]:
    """The container in a child that lives on, the real child for some, and the pipe."""
    mutate = one_of((0.7, _of_head), (0.3, of_bytes))
    for kind in ("wav", "mp3", "flac", "ogg", "m4a", "mkv"):
        yield _containers(kind)
    yield Target(
        name="decoder",
        what="the same in a confined child of its own each",
        examples=lambda: _examples("wav", "mp3", "flac", "ogg", "m4a", "mkv"),
        mutate=mutate,
        opened=_real,
        share=1,
        seconds=30,
    )
    yield Target(
        name="wire",
        what="what a child that is taken over may answer",
        examples=_frames,
        mutate=_of_frames,
        opened=_heard,
        share=120,
    )


_SUFFIXES: Final = {"m4a": ("m4a", "mp4"), "mkv": ("mkv", "webm")}


def _examples(*kinds: str) -> list[bytes]:
    suffixes = [one for kind in kinds for one in _SUFFIXES.get(kind, (kind,))]
    return [path.read_bytes() for path in sorted(EXAMPLES.iterdir()) if path.suffix[1:] in suffixes]


def _containers(kind: str) -> Target:
    return Target(
        name=f"sound-{kind}",
        what=f"{' and '.join(_SUFFIXES.get(kind, (kind,)))} files, opened and decoded",
        examples=lambda: _examples(kind),
        mutate=_checked if kind == "ogg" else one_of((0.7, _of_head), (0.3, of_bytes)),
        opened=_decoding,
        share=24,
        seconds=10,
    )


def _of_head(chance: Random, seeds: Sequence[bytes]) -> bytes:
    """A file changed where its structure stands: at its begin, or at its end."""
    content = chance.choice(seeds)
    if chance.random() < 0.2:
        return content[:-_HEAD] + of_bytes(chance, [content[-_HEAD:]])
    return of_bytes(chance, [content[:_HEAD]]) + content[_HEAD:]


def _checked(chance: Random, seeds: Sequence[bytes]) -> bytes:
    """Ogg whose pages mostly have the checksums of what now stands in them."""
    content = bytearray(_of_head(chance, seeds))
    if chance.random() < 0.1:
        return bytes(content)
    begin = content.find(b"OggS")
    while begin >= 0:
        after = content.find(b"OggS", begin + 4)
        page = content[begin : after if after >= 0 else len(content)]
        if len(page) > _CHECKSUM.stop:
            page[_CHECKSUM] = bytes(4)
            content[begin : begin + len(page)] = page
            place = slice(begin + _CHECKSUM.start, begin + _CHECKSUM.stop)
            content[place] = _crc(page).to_bytes(4, "little")
        begin = after
    return bytes(content)


_CHECKSUM: Final = slice(22, 26)
"""Of an Ogg page (RFC 3533, section 6): a cyclic code over the page with zeros in this place."""


def _crc(page: bytes) -> int:
    value = 0
    for byte in page:
        value = (value << 8 & 0xFFFFFFFF) ^ _TABLE[value >> 24 ^ byte]
    return value


def _entry(number: int) -> int:
    value = number << 24
    for _ in range(8):
        value = (value << 1 ^ (0x04C11DB7 if value & 0x80000000 else 0)) & 0xFFFFFFFF
    return value


_TABLE: Final = tuple(map(_entry, range(256)))


class _Sink(io.RawIOBase):
    """Counts what is written, and keeps none of it."""

    size = 0

    def write(self, content: object) -> int:
        self.size += len(content)  # type: ignore[arg-type]
        return len(content)  # type: ignore[arg-type]


def _decoding(folder: Path) -> Try:
    """As the child does it once it is confined, with the file as standard input."""
    path = folder / "recording"
    order = LIMITS.order()

    def attempt(content: bytes) -> None:
        path.write_bytes(content)
        descriptor = os.open(path, os.O_RDONLY)
        os.dup2(descriptor, 0)
        os.close(descriptor)
        try:
            with open(0, "rb", buffering=0, closefd=False) as source:
                ending = _decoder_child.decode(source, _Sink(), order)
        except Refusal as refusal:
            raise RecordingError(str(refusal)) from refusal
        except MemoryError as error:
            raise RecordingLimitError("too much memory") from error
        assert _wire.Ending.from_json(ending.to_json()) == ending

    return attempt


def _real(folder: Path) -> Try:
    path = folder / "recording"

    def attempt(content: bytes) -> None:
        path.write_bytes(content)
        recording = decode(path, limits=LIMITS)
        assert recording.duration <= LIMITS.max_seconds

    return attempt


def _frames() -> list[bytes]:
    ending = _wire.Ending(container="ogg", channels=2, warnings=("It breaks off.",))
    refusal = _wire.Ending(fault="silent", sentence="holds no sound track.")
    sound = io.BytesIO()
    _wire.send(sound, _wire.PCM, bytes(64))
    told = []
    for last in (ending, refusal):
        frame = io.BytesIO()
        _wire.send(frame, _wire.ENDING, last.to_json())
        told.append(sound.getvalue() + frame.getvalue())
    return told


def _of_frames(chance: Random, seeds: Sequence[bytes]) -> bytes:
    """Frames changed in their bytes, or whole frames with an ending of another shape."""
    if chance.random() < 0.4:
        return of_bytes(chance, seeds)
    ending = json.loads(_wire.Ending(container="wav").to_json())
    content = of_json(chance, [json.dumps(ending).encode()])
    pcm = _wire.HEAD.pack(_wire.PCM, 8) + bytes(8)
    return pcm * chance.randint(0, 3) + _wire.HEAD.pack(_wire.ENDING, len(content)) + content


class _Told(_child._Pipe):
    """A pipe out of which comes what the input says, and then nothing any more."""

    def __init__(self, content: bytes) -> None:
        self._content = io.BytesIO(content)

    def _take(self, size: int) -> bytes:
        taken = self._content.read(size)
        if len(taken) < size:
            raise EOFError
        return taken


def _heard(_: Path) -> Try:
    def attempt(content: bytes) -> None:
        try:
            _child._heard(_Told(content), LIMITS.order())
        except (_wire.WireError, EOFError) as error:
            raise RecordingError("no answer") from error  # as _child.answer does

    return attempt
