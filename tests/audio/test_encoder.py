import numpy as np
import pytest
from faster_whisper import WhisperModel

from transcript2handoff.audio._encoder import Encoder
from transcript2handoff.audio.models import ModelSources, find_model

BANDS = 80


def clip(seed, frames=1500):
    """The spectrum of a clip, filled with silence to half a minute."""
    spectrum = np.zeros((BANDS, 3000), np.float32)
    spectrum[:, :frames] = np.random.default_rng(seed).normal(0, 1, (BANDS, frames))
    return spectrum


class Listener:
    """Notes what is encoded, and gives every second frame of it, one band."""

    def __init__(self):
        self.shapes = []

    def __call__(self, spectra):
        self.shapes.append(spectra.shape)
        return np.ascontiguousarray(spectra[..., :1, ::2])


@pytest.fixture
def listener():
    return Listener()


@pytest.fixture
def encoder(listener):
    return Encoder(listener)


def test_a_clip_that_was_encoded_is_not_encoded_again(encoder, listener):
    clips = np.stack([clip(n) for n in range(4)])
    first = np.array(encoder(clips))
    some = np.array(encoder(clips[[3, 1]]))
    assert listener.shapes == [(4, BANDS, 3000)]
    assert (some == first[[3, 1]]).all()
    assert (first == clips[..., :1, ::2]).all()


def test_only_what_is_new_in_a_batch_is_encoded(encoder, listener):
    encoder(np.stack([clip(1), clip(2)]))
    both = np.array(encoder(np.stack([clip(2), clip(3)])))
    assert listener.shapes == [(2, BANDS, 3000), (1, BANDS, 3000)]
    assert (both == np.stack([clip(2), clip(3)])[..., :1, ::2]).all()


def test_a_new_batch_takes_the_place_of_the_one_before(encoder, listener):
    for batch in range(3):
        encoder(np.stack([clip(8 * batch + n) for n in range(8)]))
        assert len(encoder._known) == 8
    encoder(clip(0)[None])
    assert listener.shapes[-1] == (1, BANDS, 3000)


def test_pieces_that_are_read_in_between_do_not_take_the_place_of_clips(encoder, listener):
    clips = np.stack([clip(1), clip(2)])
    encoder(clips)
    pieces = np.array(encoder(np.stack([clip(3, frames=700), clip(4, frames=300)])))
    encoder(clips)
    assert listener.shapes == [(2, BANDS, 3000), (2, BANDS, 3000)]
    assert (pieces[1] == clip(4, frames=300)[:1, ::2]).all()


def test_the_spectrum_of_a_single_clip_goes_through(encoder, listener):
    encoder(clip(1))
    encoder(clip(1))
    assert listener.shapes == [(BANDS, 3000), (BANDS, 3000)]


@pytest.mark.slow
def test_the_models_own_encoder_gives_the_same_from_memory(tmp_path):
    folder = find_model("tiny.en", ModelSources(cache=tmp_path, hub=False))
    model = WhisperModel(str(folder), device="cpu", compute_type="int8", cpu_threads=1)
    encoder = Encoder(model.encode)
    clips = np.stack([clip(1), clip(2)])
    straight, first = np.array(model.encode(clips)), np.array(encoder(clips))
    assert (first == straight).all()
    assert (np.array(encoder(clips[1:])) == straight[1:]).all()
