"""The copy for playback with silence over some of its seconds, without decoding it.

Opus lies in the file as packets of 20 ms, and Ogg gathers these in pages. The packets that hold a
second that nobody shall hear are replaced; what they held is in no byte of the new file.
"""

import math
import struct
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from transcript2handoff.errors import ArtifactError
from transcript2handoff.transcript import Playback

_RATE: Final = 48_000
"""Ticks of the clock of Opus in a second, whatever the rate of the samples."""
_PACKET: Final = _RATE // 50
"""Ticks of a packet: what the encoder of ``playback_copy`` makes."""
_REACH: Final = _RATE // 200
"""Ticks that a packet is heard into the next one: the overlap, and what the filters remember."""
_SILENCE: Final = b"\xf8\xff\xfe"
"""20 ms of nothing, as the format writes it (RFC 6716: mode CELT, flag of silence)."""
_HEAD: Final = struct.Struct("<4sBBqIIIB")
"""Mark, version, flags, clock at the end of the page, stream, number, checksum, segments."""
_CHECKSUM_AT: Final = 22
_CONTINUED: Final = 1
_LAST: Final = 4
_WHOLE: Final = 255
"""The size of a segment that is not the last of its packet."""
_MIRRORED: Final = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))


@dataclass(frozen=True)
class _Page:
    flags: int
    clock: int
    """Ticks at its end."""
    head: bytes
    sizes: bytes
    body: bytes

    @property
    def raw(self) -> bytes:
        return self.head + self.sizes + self.body

    def packets(self) -> Iterator[bytes]:
        """The packets, of which none may go over the end of the page."""
        if self.flags & _CONTINUED or self.sizes[-1:] == bytes([_WHOLE]):
            raise _not_ours()
        begin = end = 0
        for size in self.sizes:
            end += size
            if size < _WHOLE:
                yield self.body[begin:end]
                begin = end

    def holding(self, packets: Sequence[bytes]) -> "_Page":
        sizes = b"".join(
            bytes([_WHOLE]) * (len(packet) // _WHOLE) + bytes([len(packet) % _WHOLE])
            for packet in packets
        )
        body = b"".join(packets)
        head = self.head[:_CHECKSUM_AT] + bytes(4) + bytes([len(sizes)])
        checksum = _checksum(head + sizes + body).to_bytes(4, "little")
        head = head[:_CHECKSUM_AT] + checksum + head[-1:]
        return _Page(self.flags, self.clock, head, sizes, body)


def silenced(copy: bytes, stretches: Sequence[Playback]) -> bytes:
    """The same file, of the same length in seconds, with nothing to be heard in these stretches.

    Args:
        copy: what ``playback_copy`` made.
        stretches: in seconds of its clock; a packet that one of them touches is silent as a whole.

    Raises:
        ArtifactError: it is no such file, or a damaged one.
    """
    pages = list(_pages(copy))
    if len(pages) < 2:
        raise _not_ours()
    before = _skipped(pages[0])
    silent = [
        (math.floor(one.start * _RATE) + before - _REACH, math.ceil(one.end * _RATE) + before)
        for one in stretches
    ]
    told, clock = [page.raw for page in pages[:2]], 0
    for page in pages[2:]:
        told.append(_told(page, clock, silent).raw)
        clock = page.clock
    return b"".join(told)


def _told(page: _Page, clock: int, silent: Sequence[tuple[int, int]]) -> _Page:
    """The page with silent packets; the very page where none of them is meant.

    Args:
        page: with sound.
        clock: at its begin.
        silent: from when to when nothing is to be heard.
    """
    here = [at for at in silent if at[0] < page.clock + _PACKET and clock < at[1]]
    if not here:
        return page
    packets = list(page.packets())
    ticks = page.clock - clock
    if ticks > len(packets) * _PACKET or (
        ticks < len(packets) * _PACKET and not page.flags & _LAST
    ):
        raise _not_ours()
    for n in range(len(packets)):
        first = clock + n * _PACKET
        if any(begin < first + _PACKET and first < end for begin, end in here):
            packets[n] = _SILENCE
    return page.holding(packets)


def _pages(copy: bytes) -> Iterator[_Page]:
    place = 0
    while place < len(copy):
        head = copy[place : place + _HEAD.size]
        if len(head) < _HEAD.size or head[:4] != b"OggS":
            raise _not_ours()
        _, _, flags, clock, _, _, _, count = _HEAD.unpack(head)
        place += _HEAD.size
        sizes = copy[place : place + count]
        place += count
        body = copy[place : place + sum(sizes)]
        place += sum(sizes)
        if len(sizes) < count or len(body) < sum(sizes):
            raise _not_ours()
        yield _Page(flags, clock, head, sizes, body)


def _skipped(first: _Page) -> int:
    """Ticks before the first sample that is played."""
    if not first.body.startswith(b"OpusHead") or len(first.body) < 12:
        raise _not_ours()
    return int.from_bytes(first.body[10:12], "little")


def _checksum(page: bytes) -> int:
    """CRC-32 as Ogg counts it: that of zlib, with the bits the other way round."""
    mirrored = zlib.crc32(page.translate(_MIRRORED), 0xFFFFFFFF) ^ 0xFFFFFFFF
    return int(f"{mirrored:032b}"[::-1], 2)


def _not_ours() -> ArtifactError:
    return ArtifactError(
        "The copy for playback is damaged, or another version of the program has made it. "
        "Transcribe the call again to have a new one."
    )
