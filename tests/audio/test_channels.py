import numpy as np
import pytest

from transcript2handoff.audio.channels import separate

RATE = 16_000
noise = np.random.default_rng(7)


def voice(seconds, turns):
    """Noise like speech in level, sounding in the given stretches only."""
    sound = noise.normal(0, 0.1, seconds * RATE).astype(np.float32)
    time = np.arange(len(sound)) / RATE
    return sound * sum(((start <= time) & (time < end)).astype(np.float32) for start, end in turns)


LEFT = voice(20, [(1, 5), (9, 14)])
RIGHT = voice(20, [(5.5, 8.5), (15, 19)])
HISS = noise.normal(0, 0.0005, (2, 20 * RATE)).astype(np.float32)


def test_one_channel_is_one_signal():
    assert separate(LEFT[None]).apart == ()
    assert np.array_equal(separate(LEFT[None]).mono, LEFT)


@pytest.mark.parametrize("leak", [0.0, 0.03, 0.1])
def test_people_on_both_ends_are_told_apart_though_each_leaks_into_the_other(leak):
    channels = separate(np.stack([LEFT + leak * RIGHT, RIGHT + leak * LEFT]) + HISS)
    left, right = channels.apart
    alone = slice(2 * RATE, 4 * RATE)
    assert np.std(left[alone]) > 0.05
    assert np.std(right[alone]) == 0.0
    assert np.std(channels.mono[16 * RATE : 18 * RATE]) > 0.05


def test_somebody_who_says_little_still_counts():
    channels = separate(np.stack([LEFT, voice(20, [(6, 6.6)])]) + HISS)
    assert len(channels.apart) == 2


@pytest.mark.parametrize("gain", [1.0, 0.3, 0.1])
def test_the_same_signal_twice_is_one(gain):
    both = LEFT + RIGHT
    channels = separate(np.stack([both, gain * both]) + HISS)
    assert channels.apart == ()
    assert np.corrcoef(channels.mono, both)[0, 1] > 0.99


def test_two_microphones_in_one_room_are_one_signal():
    channels = separate(np.stack([LEFT + 0.6 * RIGHT, np.roll(RIGHT + 0.6 * LEFT, 40)]) + HISS)
    assert channels.apart == ()


def test_a_silent_channel_is_left_out():
    channels = separate(np.stack([np.zeros_like(LEFT), LEFT]))
    assert channels.apart == ()
    assert np.array_equal(channels.mono, LEFT)


def test_channels_that_cancel_each_other_out_do_not():
    channels = separate(np.stack([LEFT, -LEFT]))
    assert np.std(channels.mono) == pytest.approx(np.std(LEFT))


@pytest.mark.parametrize("samples", [0, 1, 799])
def test_a_recording_shorter_than_a_frame_is_one_signal(samples):
    channels = separate(np.stack([LEFT, RIGHT])[:, RATE * 2 : RATE * 2 + samples])
    assert channels.apart == ()
    assert channels.mono.shape == (samples,)
