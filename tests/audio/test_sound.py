"""What the child process makes of decoded frames."""

import io

import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcript2handoff.audio import _wire
from transcript2handoff.audio._sound import Clock, Converter, Refusal, Sender


def frame(rate: int, layout: str, seconds: float) -> av.AudioFrame:
    channels = av.AudioLayout(layout).nb_channels
    samples = np.full((1, round(rate * seconds) * channels), 8_000, dtype=np.int16)
    made = av.AudioFrame.from_ndarray(samples, "s16", layout)
    made.sample_rate = rate
    return made


def sent(output: io.BytesIO) -> bytes:
    """The samples of all frames on the wire."""
    output.seek(0)
    pcm = b""
    while head := output.read(_wire.HEAD.size):
        kind, size = _wire.HEAD.unpack(head)
        assert kind == _wire.PCM
        pcm += output.read(size)
    return pcm


def test_a_stream_may_change_its_format_midway() -> None:
    converter = Converter(1)
    pcm = b""
    for rate, layout in [(48_000, "stereo"), (16_000, "mono"), (8_000, "mono"), (16_000, "mono")]:
        pcm += b"".join(converter.convert(frame(rate, layout, 0.5)))
    pcm += b"".join(converter.rest())
    samples = np.frombuffer(pcm, dtype="<i2")
    assert samples.size == pytest.approx(2 * 16_000, abs=64)
    assert np.median(samples) == pytest.approx(8_000, abs=10)


def test_a_break_of_the_clock_is_not_silence() -> None:
    clock = Clock(origin=5.0)
    assert clock.gap(5.0, 0.0) == 0.0
    assert clock.gap(8.0, 1.0) == pytest.approx(2.0)
    assert clock.gap(95_443.7, 3.0) == 0.0
    assert clock.gap(95_444.7, 4.0) == 0.0
    assert clock.gap(95_446.7, 4.0) == pytest.approx(2.0)


@given(ahead=st.floats(-1e6, 0.1), seconds=st.floats(0, 1e5))
def test_no_silence_where_the_clock_is_not_ahead(ahead: float, seconds: float) -> None:
    assert Clock(0.0).gap(seconds + ahead - 1e-6, seconds) == 0.0
    assert Clock(0.0).gap(None, seconds) == 0.0


@given(pieces=st.lists(st.binary(max_size=200_000).map(lambda b: b[: len(b) // 4 * 4])))
def test_what_is_sent_arrives(pieces: list[bytes]) -> None:
    output = io.BytesIO()
    sender = Sender(output, 2, 3600)
    for piece in pieces:
        sender.sound(piece)
    sender.flush()
    assert sent(output) == b"".join(pieces)
    assert sender.seconds == sum(map(len, pieces)) / (2 * 2 * 16_000)


def test_silence_has_its_length() -> None:
    output = io.BytesIO()
    sender = Sender(output, 1, 3600)
    sender.silence(2.5)
    sender.flush()
    assert sent(output) == bytes(2 * 40_000)


def test_silence_counts_as_length() -> None:
    with pytest.raises(Refusal, match="longer than the 1 hours"):
        Sender(io.BytesIO(), 1, 3600).silence(3601)
