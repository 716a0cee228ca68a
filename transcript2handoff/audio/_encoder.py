"""Whisper's encoder with a memory of the clips that it encoded last.

A clip in which something like a term of the vocabulary was heard is read twice, the second time
with the vocabulary in sight. What is heard in it stays the same, and encoding is half of the work.
"""

from collections.abc import Callable
from hashlib import blake2b
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Spectra = NDArray[np.float32]
"""Shape (clips, bands, frames), or (bands, frames) of one clip."""

_SHORT: Final = 900
"""Frames, a hundred a second, up to which a clip is not worth remembering."""


class Encoder:
    """In the place of ``WhisperModel.encode``."""

    def __init__(self, encode: Callable[[Spectra], Any]) -> None:
        """``encode`` is the method whose place it takes."""
        self._encode = encode
        # The long ones of the last batch that held any; three megabytes a clip.
        self._known: dict[bytes, NDArray[np.float32]] = {}

    def __call__(self, spectra: Spectra) -> Any:  # noqa: ANN401 - of CTranslate2, without types
        """What the decoder listens to, of each clip."""
        if spectra.ndim == 2:
            return self._encode(spectra)
        from faster_whisper.transcribe import get_ctranslate2_storage

        keys = [blake2b(clip.tobytes()).digest() for clip in spectra]
        fresh = [n for n, key in enumerate(keys) if key not in self._known]
        encoded = dict(self._known)
        if fresh:
            found = np.array(self._encode(spectra[fresh]))
            encoded |= {keys[n]: clip for n, clip in zip(fresh, found, strict=True)}
            self._remember({keys[n]: encoded[keys[n]] for n in _long(spectra)})
        return get_ctranslate2_storage(np.stack([encoded[key] for key in keys]))

    def _remember(self, clips: dict[bytes, NDArray[np.float32]]) -> None:
        # Pieces of clips, which are read in between, do not take the place of the clips.
        self._known = clips or self._known


def _long(spectra: Spectra) -> list[int]:
    """Which of the clips are longer than ``_SHORT``; the rest of a short one is silence."""
    return [n for n, clip in enumerate(spectra) if clip[:, _SHORT:].any()]
