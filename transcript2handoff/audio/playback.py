"""Samples -> a small copy of the recording for a player: Opus in Ogg, one channel, 32 kbit/s."""

import io
from fractions import Fraction
from typing import Final

import numpy as np
from numpy.typing import NDArray

from transcript2handoff.audio.decode import SAMPLE_RATE
from transcript2handoff.watch import NOBODY, Watch

BIT_RATE: Final = 32_000
"""Bits per second: speech at this rate is as good as at 16 kHz before it; an hour has 14 MB."""
MEDIA_TYPE: Final = "audio/ogg"
_PIECE: Final = 10 * SAMPLE_RATE
"""Samples that are encoded between two looks around."""
_LOUDEST: Final = 32_767


def playback_copy(samples: NDArray[np.float32], *, watch: Watch = NOBODY) -> bytes:
    """The file; its clock is that of the samples.

    Args:
        samples: shape (samples,), at ``SAMPLE_RATE``, -1 to 1.
        watch: told how far it is.

    Raises:
        Cancelled: ``watch`` asked to stop.
    """
    import av

    file = io.BytesIO()
    # Without the numbers that FFmpeg draws, equal samples give equal bytes.
    with av.open(file, "w", format="ogg", options={"fflags": "+bitexact"}) as container:
        stream = container.add_stream("libopus", rate=SAMPLE_RATE, layout="mono")
        stream.bit_rate = BIT_RATE
        for begin in range(0, len(samples), _PIECE):
            watch.at(begin / len(samples))
            pcm = np.clip(samples[begin : begin + _PIECE], -1.0, 1.0) * _LOUDEST
            frame = av.AudioFrame.from_ndarray(pcm.astype(np.int16)[np.newaxis], "s16", "mono")
            frame.sample_rate, frame.pts = SAMPLE_RATE, begin
            frame.time_base = Fraction(1, SAMPLE_RATE)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    watch.at(1.0)
    return file.getvalue()
