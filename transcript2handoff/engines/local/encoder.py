"""The trained reader at run time: an int8 encoder in onnxruntime, and its heads in numpy."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final, Protocol

import numpy as np
import numpy.typing as npt

from transcript2handoff.engines.local.reading import Sentence
from transcript2handoff.engines.local.windows import (
    Piece,
    Window,
    judged_windows,
    padded,
    pieces,
    read_tokenizer,
    tokens_of,
)

Floats = npt.NDArray[np.float32]

ROWS: Final = 8
"""Windows that the encoder reads at once."""
ENCODER, HEADS, TOKENIZER = "encoder.onnx", "heads.npz", "tokenizer.json"


@dataclass(frozen=True)
class Told:
    """What the reader tells of a call, before any decision.

    Attributes:
        sentences: logits of kinds and fields, as ``labels.columns`` orders them; (S, width).
        names: for each sentence the logits of its tokens; each (tokens, names).
        pieces: the tokens of each sentence.
    """

    sentences: Floats
    names: tuple[Floats, ...]
    pieces: tuple[Piece, ...]


def surroundings(sentence: Sentence, *, share: float) -> tuple[float, ...]:
    """What the heads know of a sentence beside its words: side, place in the call and the turn."""
    return (
        float(sentence.side == "seller"),
        float(sentence.side == "customer"),
        float(sentence.side is None),
        share,
        float(sentence.first),
    )


class Reads(Protocol):
    """Tells of the sentences of a call what they state."""

    def read(self, sentences: Sequence[Sentence]) -> Told:
        """What is told of every sentence, in order; there is at least one."""
        ...


class TrainedReader:
    """Reads the sentences of a call with the model of a folder."""

    def __init__(self, folder: Path, *, threads: int = 0) -> None:
        self._folder = folder
        self._threads = threads

    @cached_property
    def _tokenizer(self) -> Any:  # noqa: ANN401 - tokenizers has no types
        return read_tokenizer(self._folder / TOKENIZER)

    @cached_property
    def _session(self) -> Any:  # noqa: ANN401 - onnxruntime has no types
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = self._threads
        return onnxruntime.InferenceSession(
            str(self._folder / ENCODER), options, providers=["CPUExecutionProvider"]
        )

    @cached_property
    def _heads(self) -> dict[str, Floats]:
        with np.load(self._folder / HEADS) as held:
            return {name: held[name].astype(np.float32) for name in held.files}

    def pieces(self, sentences: Sequence[Sentence]) -> list[Piece]:
        """The tokens of every sentence."""
        return pieces(sentences, self._tokenizer)

    def read(self, sentences: Sequence[Sentence]) -> Told:
        """What is told of every sentence of a call, in order."""
        said = self.pieces(sentences)
        turns = sentences[-1].turn
        pooled: list[Floats] = []
        names: list[Floats] = []
        windows = list(judged_windows(said))
        for at in range(0, len(windows), ROWS):
            for window, hidden, places in self._hidden(windows[at : at + ROWS], said):
                for n in window.core:
                    begin, end = places[n - window.first]
                    tokens = hidden[begin:end]
                    around = surroundings(sentences[n], share=sentences[n].turn / turns)
                    pooled.append(np.concatenate((tokens.mean(0), tokens.max(0), around)))
                    names.append(tokens @ self._heads["names.weight"].T + self._heads["names.bias"])
        return Told(self._sentences(np.stack(pooled)), tuple(names), tuple(said))

    def _hidden(
        self, windows: Sequence[Window], said: Sequence[Piece]
    ) -> list[tuple[Window, Floats, list[tuple[int, int]]]]:
        laid = [tokens_of(window, said) for window in windows]
        ids, mask = padded([tokens for tokens, _ in laid])
        hidden = self._session.run(None, {"ids": ids, "mask": mask})[0]
        return [
            (window, row, places)
            for window, row, (_, places) in zip(windows, hidden, laid, strict=True)
        ]

    def _sentences(self, pooled: Floats) -> Floats:
        heads = self._heads
        inner = _gelu(pooled @ heads["inner.weight"].T + heads["inner.bias"])
        told: Floats = (inner @ heads["outer.weight"].T + heads["outer.bias"]).astype(np.float32)
        return told


_erf = np.frompyfunc(math.erf, 1, 1)


def _gelu(x: Floats) -> Floats:
    """Gaussian error linear units (Hendrycks and Gimpel 2016), as in training."""
    activated: Floats = (0.5 * x * (1 + _erf(x / math.sqrt(2)).astype(np.float32))).astype(
        np.float32
    )
    return activated
