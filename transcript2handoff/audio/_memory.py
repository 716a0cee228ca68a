"""Memory that a large library has freed, given back to the system."""

import ctypes


def give_back() -> None:
    """Return freed memory, where the C library is one that can; elsewhere do nothing.

    The allocator of Linux keeps what small pieces of a model leave between other things. After a
    recognition that is some 150 MB, which the next model would otherwise come on top of.
    """
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
