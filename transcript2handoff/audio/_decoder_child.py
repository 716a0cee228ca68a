"""The program of the decoder's child process: a recording on standard input, frames on output.

It runs as ``python -I -m transcript2handoff.audio._decoder_child ORDER``. Before it looks at the
first byte it gives up every right that decoding does not need: no file or socket can be opened
from then on, none written or deleted, no process begun or disturbed. Containers that name other
files (playlists, concatenations) are not even recognised: only the formats in ``_CONTAINERS``
are. Memory does not grow with the length.

What this relies on of FFmpeg: ``format_whitelist`` and ``protocol_whitelist`` as in
https://ffmpeg.org/ffmpeg-formats.html#Format-Options. The end-of-stream flag of an Ogg page
is from RFC 3533, section 6; the ``Xing``/``Info`` and ``VBRI`` headers are what mp3 encoders put
into a first frame that holds no sound.
"""

import os
import resource
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO, Final

import av

# FFmpeg's binding imports this at the first stream; by then it could not.
import av.subtitles.stream
from av.audio.frame import AudioFrame
from av.container import InputContainer
from av.error import FFmpegError
from av.packet import Packet

from transcript2handoff.audio import _seccomp, _wire
from transcript2handoff.audio._sound import Clock, Converter, Refusal, Sender, too_long
from transcript2handoff.audio._wire import Ending, Order

_CONTAINERS: Final = {
    "wav": "wav",
    "mp3": "mp3",
    "mov,mp4,m4a,3gp,3g2,mj2": "mp4",
    "ogg": "ogg",
    "flac": "flac",
    "matroska,webm": "matroska",
}
"""FFmpeg's names of the containers that are read, and ours."""

_TAIL: Final = 1 << 16
"""Bytes in which the last Ogg page begins; a page has fewer."""
_HEAD: Final = 1 << 12
_PLACEHOLDER: Final = 0x7FFF_0000
"""From this size on, a wav file's announced size is what recorders write that know none."""
_SHORTFALL: Final = 0.01
"""The share of the announced length, but a second at least, that may lack without a word."""


class Decoding:
    """One run over the first sound track of a container."""

    def __init__(self, container: InputContainer, sender: Sender) -> None:
        self.damaged = 0
        self.filled = 0.0
        """Seconds of silence that stand for what the file leaves out."""
        self.broken_at: float | None = None
        self.reached = 0.0
        """Seconds up to which the file holds packets, of sound or picture."""
        self._container = container
        self._stream = container.streams.audio[0]
        self._sender = sender
        self._converter = Converter(sender.channels)
        self._origin = (container.start_time or 0) / av.time_base
        self._clock = Clock(self._origin)

    def run(self) -> None:
        """Send all the sound there is."""
        try:
            for packet in self._container.demux():
                self._note_end(packet)
                if packet.stream is self._stream:
                    self._decode(packet)
        except MemoryError:
            raise
        except (FFmpegError, OSError):
            self.broken_at = self._sender.seconds
        for pcm in self._converter.rest():
            self._sender.sound(pcm)
        self._sender.flush()

    def _note_end(self, packet: "Packet[Any]") -> None:
        if packet.pts is not None and packet.time_base is not None:
            end = float((packet.pts + (packet.duration or 0)) * packet.time_base)
            self.reached = max(self.reached, end - self._origin)

    def _decode(self, packet: "Packet[Any]") -> None:
        try:
            frames = self._stream.codec_context.decode(packet)
        except MemoryError:
            raise
        except FFmpegError:
            self.damaged += 1
            return
        for frame in frames:
            gap = self._clock.gap(frame.time, self._sender.seconds)
            self._sender.silence(gap)
            self.filled += gap
            self._convert(frame)

    def _convert(self, frame: AudioFrame) -> None:
        try:
            for pcm in self._converter.convert(frame):
                self._sender.sound(pcm)
        except FFmpegError as error:
            if isinstance(error, MemoryError):
                raise
            raise _foreign() from error


def decode(source: BinaryIO, output: BinaryIO, order: Order) -> Ending:
    """Decode ``source`` and send its sound.

    Raises:
        Refusal: there is nothing to decode, or more than the order allows.
    """
    with _opened(source) as container:
        channels = _check(container, order)
        sender = Sender(output, channels, order.max_seconds)
        decoding = Decoding(container, sender)
        decoding.run()
        if sender.seconds == 0:
            raise _nothing(decoding)
        return Ending(
            container=_CONTAINERS[container.format.name],
            channels=channels,
            warnings=tuple(_warnings(container, decoding, sender, order)),
        )


@contextmanager
def _opened(source: BinaryIO) -> Iterator[InputContainer]:
    """The container. The name of the file is kept from FFmpeg, so that content alone decides."""
    options = {"format_whitelist": ",".join(_CONTAINERS), "protocol_whitelist": "file"}
    try:
        container = av.open(source, "r", options=options, metadata_errors="ignore")
    except MemoryError:
        raise
    except (FFmpegError, OSError) as error:
        raise Refusal(
            "unreadable",
            "is damaged, cut off, or no recording in a format that is read here "
            f"({_wire.ACCEPTED}). Export or copy it once more.",
        ) from error
    with container:
        yield container


def _check(container: InputContainer, order: Order) -> int:
    """The number of channels to decode to, one or two."""
    if len(container.streams) > order.max_streams:
        raise Refusal(
            "limit",
            f"holds {len(container.streams)} streams, and {order.max_streams} are allowed. "
            "Export the sound of the call alone.",
        )
    if not container.streams.audio:
        raise Refusal("silent", "holds no sound track. Export the recording with its sound.")
    if container.streams.audio[0].codec_context is None:
        raise _foreign()
    if _surely(container) > order.max_seconds:
        raise too_long(order.max_seconds)
    return 1 if container.streams.audio[0].codec_context.channels == 1 else 2


def _announced(container: InputContainer) -> float:
    """The length that the file says it has, in seconds; zero for none."""
    return (container.duration or 0) / av.time_base


def _foreign() -> Refusal:
    return Refusal(
        "unreadable",
        "holds sound in a form that is not read here. Convert it to wav or flac with one or two "
        "channels.",
    )


def _nothing(decoding: Decoding) -> Refusal:
    if decoding.damaged or decoding.broken_at is not None:
        return Refusal(
            "unreadable", "is damaged: none of its sound can be decoded. Export it once more."
        )
    return Refusal("silent", "holds a sound track that lasts no time. Was the call recorded?")


def _warnings(
    container: InputContainer, decoding: Decoding, sender: Sender, order: Order
) -> Iterator[str]:
    tracks = len(container.streams.audio)
    if tracks > 1:
        yield f"The recording holds {tracks} sound tracks; the first was used."
    if decoding.damaged:
        yield (
            "Damaged packets of the recording were skipped, and words may be missing there "
            f"(packets: {decoding.damaged})."
        )
    if decoding.filled >= 1.0:
        yield (
            f"The recording leaves out {decoding.filled:.0f} seconds in its midst, which are "
            "taken as silence; words may be missing there."
        )
    announced = _announced(container) if _counted(container) else 0.0
    if announced > order.max_seconds:
        announced = 0.0  # a placeholder; otherwise the file would have been refused
    if announced - decoding.reached > max(1.0, _SHORTFALL * announced):
        yield (
            f"The recording announces {announced:.0f} seconds and ends after "
            f"{decoding.reached:.0f}; the rest of the call is missing."
        )
    elif decoding.broken_at is not None or _lacks_ending(container):
        yield (
            f"The recording breaks off after {sender.seconds:.0f} seconds; "
            "the rest of the call may be missing."
        )


def _surely(container: InputContainer) -> float:
    """A length that can be believed so far as to spare us the decoding; zero for none.

    The length that a wav file announces is often a placeholder; its size is not.
    """
    if not _counted(container):
        return 0.0
    bit_rate = container.streams.audio[0].codec_context.bit_rate
    if container.format.name == "wav" and bit_rate:
        return min(_announced(container), container.size * 8 / bit_rate)
    return _announced(container)


def _counted(container: InputContainer) -> bool:
    """Whether the announced length was written down, and is no estimate of FFmpeg's."""
    if container.format.name != "mp3":
        return True
    tag = os.pread(sys.stdin.fileno(), 10, 0)
    # ID3v2: "ID3", version, flags, then the size in four bytes of seven bits.
    size = sum(byte << shift for byte, shift in zip(tag[6:], (21, 14, 7, 0), strict=False))
    start = size + 10 if tag.startswith(b"ID3") else 0
    head = os.pread(sys.stdin.fileno(), _HEAD, start)
    return any(mark in head for mark in (b"Xing", b"Info", b"VBRI"))


def _lacks_ending(container: InputContainer) -> bool:
    """Whether the file is shorter than it was meant to be, by the marks of its format."""
    descriptor = sys.stdin.fileno()
    size = os.fstat(descriptor).st_size
    if container.format.name == "wav":
        announced = int.from_bytes(os.pread(descriptor, 4, 4), "little")
        return size < announced + 8 < _PLACEHOLDER
    if container.format.name == "ogg":
        tail = os.pread(descriptor, _TAIL, max(size - _TAIL, 0))
        flags = tail[tail.rfind(b"OggS") + 5 :][:1]
        return b"OggS" not in tail or not flags or not flags[0] & 4
    return False


def confine(order: Order) -> None:
    """Give up what decoding does not need; there is no way back.

    Raises:
        Refusal: the kernel does not let it.
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (order.cpu_seconds, order.cpu_seconds + 5))
    resource.setrlimit(resource.RLIMIT_AS, (order.memory_bytes, order.memory_bytes))
    # Files that are open stay open; no file, pipe or socket can be opened any more.
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))
    if _seccomp.is_known():
        try:
            _seccomp.refuse_the_rest()
        except OSError as error:
            raise Refusal(
                "unreadable",
                "was not decoded: the kernel of this machine takes no filter of system calls "
                f"(seccomp, {error.strerror}), without which no recording is safe to open. Allow "
                "it in the options of the container, or use another machine.",
            ) from error


def main() -> None:
    """Decode standard input as the order on the command line says."""
    order = Order.from_json(sys.argv[1])
    output = sys.stdout.buffer
    try:
        confine(order)
        with open(0, "rb", buffering=0, closefd=False) as source:
            ending = decode(source, output, order)
    except Refusal as refusal:
        ending = Ending(fault=refusal.fault, sentence=refusal.sentence)
    except MemoryError:
        ending = Ending(
            fault="limit",
            sentence=f"needs more than {order.memory_bytes >> 20} MiB of memory to decode. "
            "Convert it to wav or flac.",
        )
    _wire.send(output, _wire.ENDING, ending.to_json())


if __name__ == "__main__":
    main()
