"""What the decoder's child process is told, and how its answer comes back over one pipe.

The pipe carries frames: one byte for the kind, four for the length (big-endian), the content.
``PCM`` frames hold interleaved 16-bit samples; one ``ENDING`` frame closes the answer. A pipe
that ends without it means that the child died.
"""

import dataclasses
import json
import struct
from collections.abc import Iterable
from dataclasses import dataclass
from typing import BinaryIO, Final, Literal, Self, get_args

SAMPLE_RATE: Final = 16_000
"""Samples per second of everything that is decoded; what the speech models hear."""

ACCEPTED: Final = "wav, mp3, m4a, mp4, ogg, opus, flac, webm or mkv"
"""The accepted formats, as messages name them."""

SAMPLE_BYTES: Final = 2
MOST_CHANNELS: Final = 2
HEAD: Final = struct.Struct(">cI")
MOST_OF_FRAME: Final = 1 << 20
"""Bytes of content in a frame."""
PCM: Final = b"P"
ENDING: Final = b"E"

Fault = Literal["unreadable", "silent", "limit"]
_FAULTS: Final = frozenset(get_args(Fault))
_CONTAINERS: Final = frozenset({"", "wav", "mp3", "mp4", "ogg", "flac", "matroska"})
_LONGEST_SENTENCE: Final = 500
_MOST_SENTENCES: Final = 20
_SLACK: Final = MOST_CHANNELS * SAMPLE_BYTES * SAMPLE_RATE
"""Bytes of a second of sound."""


class WireError(ValueError):
    """What came over the pipe is nothing that our own child sends."""


@dataclass(frozen=True, kw_only=True)
class Order:
    """The limits that the child keeps, all positive."""

    max_seconds: float
    max_streams: int
    memory_bytes: int
    cpu_seconds: int

    @property
    def most_bytes(self) -> int:
        """Of sound that a child sends which keeps them."""
        return int(self.max_seconds * _SLACK) + _SLACK

    def to_json(self) -> str:
        """As one command line argument."""
        return json.dumps(dataclasses.asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read what ``to_json`` wrote."""
        return cls(**json.loads(text))


@dataclass(frozen=True, kw_only=True)
class Ending:
    """How the decoding ended: with the facts of the recording, or with a fault and its sentence."""

    fault: Fault | None = None
    sentence: str = ""
    container: str = ""
    channels: int = 1
    warnings: tuple[str, ...] = ()

    def to_json(self) -> bytes:
        """The content of the ``ENDING`` frame."""
        return json.dumps(dataclasses.asdict(self)).encode()

    @classmethod
    def from_json(cls, content: bytes) -> Self:
        """Read what ``to_json`` wrote.

        Raises:
            WireError: it wrote something else.
        """
        try:
            fields = json.loads(content)
            ending = cls(**{**fields, "warnings": tuple(fields["warnings"])})
        except (ValueError, TypeError, KeyError, RecursionError):
            raise WireError("an ending that is none") from None
        if not ending.is_ours():
            raise WireError("an ending that does not fit")
        return ending

    def is_ours(self) -> bool:
        """Whether every field holds what our own child puts there."""
        sentences = (self.sentence, *self.warnings)
        return (
            (self.fault is None or (isinstance(self.fault, str) and self.fault in _FAULTS))
            and type(self.channels) is int
            and 1 <= self.channels <= MOST_CHANNELS
            and isinstance(self.container, str)
            and self.container in _CONTAINERS
            and len(sentences) <= _MOST_SENTENCES
            and all(map(_is_sentence, sentences))
        )


def _is_sentence(text: object) -> bool:
    return isinstance(text, str) and len(text) <= _LONGEST_SENTENCE and text.isprintable()


def opened(head: bytes) -> tuple[bytes, int]:
    """The kind of a frame, and how many bytes of content follow.

    Raises:
        WireError: our own child sends no such frame.
    """
    kind, size = HEAD.unpack(head)
    if kind not in (PCM, ENDING) or size > MOST_OF_FRAME:
        raise WireError("a frame that is none")
    return kind, size


def check_sound(blocks: Iterable[bytes], channels: int) -> None:
    """See that blocks hold whole samples of all channels.

    Raises:
        WireError: one does not.
    """
    if any(len(block) % (SAMPLE_BYTES * channels) for block in blocks):
        raise WireError("half a sample")


def send(output: BinaryIO, kind: bytes, content: bytes) -> None:
    """Write content in as many frames as it takes; an ending takes one."""
    for begin in range(0, len(content), MOST_OF_FRAME):
        piece = content[begin : begin + MOST_OF_FRAME]
        output.write(HEAD.pack(kind, len(piece)) + piece)
    output.flush()
