import ctypes
from types import SimpleNamespace

import numpy as np
import psutil

from transcript2handoff.audio._memory import give_back

MIB = 1 << 20


def test_memory_that_was_freed_between_other_things_goes_back():
    # Pieces too small to be mapped by themselves, under one that stays.
    pieces = [np.ones(8_000) for _ in range(2_000)]
    kept = pieces[-1]
    del pieces
    before = psutil.Process().memory_info().rss
    give_back()
    assert psutil.Process().memory_info().rss < before - 60 * MIB
    assert kept.sum() == 8_000


def test_where_the_library_cannot_it_is_left_alone(monkeypatch):
    monkeypatch.setattr(ctypes, "CDLL", lambda _: SimpleNamespace())
    give_back()
