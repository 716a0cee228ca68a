"""What the decoder's child process is told, and how its answer comes back over one pipe.

The pipe carries frames: one byte for the kind, four for the length (big-endian), the content.
``PCM`` frames hold interleaved 16-bit samples; one ``ENDING`` frame closes the answer. A pipe
that ends without it means that the child died.
"""

import dataclasses
import json
import struct
from dataclasses import dataclass
from typing import BinaryIO, Final, Literal, Self

SAMPLE_RATE: Final = 16_000
"""Samples per second of everything that is decoded; what the speech models hear."""

ACCEPTED: Final = "wav, mp3, m4a, mp4, ogg, opus, flac, webm or mkv"
"""The accepted formats, as messages name them."""

SAMPLE_BYTES: Final = 2
HEAD: Final = struct.Struct(">cI")
PCM: Final = b"P"
ENDING: Final = b"E"

Fault = Literal["unreadable", "silent", "limit"]


@dataclass(frozen=True, kw_only=True)
class Order:
    """The limits that the child keeps, all positive."""

    max_seconds: float
    max_streams: int
    memory_bytes: int
    cpu_seconds: int

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
        """Read what ``to_json`` wrote."""
        fields = json.loads(content)
        return cls(**{**fields, "warnings": tuple(fields["warnings"])})


def send(output: BinaryIO, kind: bytes, content: bytes) -> None:
    """Write one frame."""
    output.write(HEAD.pack(kind, len(content)) + content)
    output.flush()
