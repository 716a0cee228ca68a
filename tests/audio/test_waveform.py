"""The outline of a recording: loud where it is loud, and never longer than a screen is wide."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from transcript2handoff.audio.decode import SAMPLE_RATE
from transcript2handoff.audio.waveform import PIECES, Waveform, waveform


def test_it_is_loud_where_the_recording_is():
    silence = np.zeros(SAMPLE_RATE, dtype=np.float32)
    tone = np.full(SAMPLE_RATE, -0.5, dtype=np.float32)
    outline = waveform(np.concatenate([silence, tone, silence]))
    assert outline.seconds == 3
    assert len(outline.peaks) == PIECES
    third = PIECES // 3
    assert set(outline.peaks[:third]) == {0.0}
    assert set(outline.peaks[third : 2 * third]) == {0.5}
    assert set(outline.peaks[2 * third :]) == {0.0}


def test_what_is_louder_than_full_scale_is_full_scale():
    assert waveform(np.array([0.25, -1.5], dtype=np.float32)).peaks == (0.25, 1.0)


def test_a_recording_without_samples_has_no_peaks():
    assert waveform(np.zeros(0, dtype=np.float32)) == Waveform(seconds=0, peaks=())


@given(st.lists(st.floats(-1, 1, width=32), max_size=300), st.integers(1, 40))
def test_every_sample_counts_in_one_piece(samples, pieces):
    told = np.array(samples, dtype=np.float32)
    peaks = waveform(told, pieces=pieces).peaks
    assert len(peaks) == min(pieces, len(samples))
    assert max(peaks, default=0) == round(float(np.abs(told).max(initial=0)), 3)
    for number, sample in enumerate(np.abs(told)):
        # The last piece that begins at or before the sample.
        piece = max(p for p in range(len(peaks)) if p * len(samples) // len(peaks) <= number)
        assert peaks[piece] >= round(float(sample), 3) - 1e-9
