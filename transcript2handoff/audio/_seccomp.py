"""A filter of system calls for the decoder's child: what is not on the list is refused.

Limits on resources keep a process from opening files, and not from deleting them, from sending
signals, from reading the memory of its parent or from beginning another program. A filter does;
there is no way back, not for root either. What it relies on is seccomp(2) of Linux 3.17 and newer
(https://man7.org/linux/man-pages/man2/seccomp.2.html), and the numbers of system calls in the
tables of the kernel (arch/x86/entry/syscalls/syscall_64.tbl, include/uapi/asm-generic/unistd.h).
"""

import ctypes
import errno
import platform
import struct
from typing import Final

_ARCHITECTURES: Final = {"x86_64": 0xC000_003E, "aarch64": 0xC000_00B7}
"""AUDIT_ARCH of the machines whose numbers are known here, by what ``uname -m`` says."""
_FREELY: Final = {
    "x86_64": {
        "read": 0, "write": 1, "close": 3, "fstat": 5, "poll": 7, "lseek": 8, "mmap": 9,
        "mprotect": 10, "munmap": 11, "brk": 12, "rt_sigaction": 13, "rt_sigprocmask": 14,
        "rt_sigreturn": 15, "pread64": 17, "readv": 19, "writev": 20, "sched_yield": 24,
        "mremap": 25, "madvise": 28, "nanosleep": 35, "getpid": 39, "exit": 60,
        "getrlimit": 97, "sigaltstack": 131, "gettid": 186, "futex": 202,
        "sched_getaffinity": 204, "restart_syscall": 219, "clock_gettime": 228,
        "clock_nanosleep": 230, "exit_group": 231, "newfstatat": 262, "set_robust_list": 273,
        "getrandom": 318, "rseq": 334,
    },
    "aarch64": {
        "close": 57, "lseek": 62, "read": 63, "write": 64, "readv": 65, "writev": 66,
        "pread64": 67, "ppoll": 73, "newfstatat": 79, "fstat": 80, "exit": 93,
        "exit_group": 94, "futex": 98, "set_robust_list": 99, "nanosleep": 101,
        "clock_gettime": 113, "clock_nanosleep": 115, "sched_getaffinity": 123,
        "sched_yield": 124, "restart_syscall": 128, "sigaltstack": 132, "rt_sigaction": 134,
        "rt_sigprocmask": 135, "rt_sigreturn": 139, "getrlimit": 163, "getpid": 172,
        "gettid": 178, "brk": 214, "munmap": 215, "mremap": 216, "mmap": 222,
        "mprotect": 226, "madvise": 233, "getrandom": 278, "rseq": 293,
    },
}  # fmt: skip
_CLONE: Final = {"x86_64": 56, "aarch64": 220}
_CLONE3: Final = 435
"""Its flags lie in memory, where no filter sees them; the C library takes ``clone`` without it."""
_THREAD: Final = 0x0001_0000
_LIMITS: Final = {"x86_64": 302, "aarch64": 261}
"""prlimit64: limits may be read and not be set."""
_PR_SET_NO_NEW_PRIVS: Final = 38
_PR_SET_SECCOMP: Final = 22
_MODE_FILTER: Final = 2

# Instructions of the filter, and where it finds what it looks at: linux/filter.h, linux/seccomp.h.
_LOAD, _EQUAL, _ANY_BIT, _RETURN = 0x20, 0x15, 0x45, 0x06
_NUMBER, _ARCHITECTURE, _FIRST, _THIRD = 0, 4, 16, 32
_ALLOW: Final = 0x7FFF_0000
_KILL: Final = 0x8000_0000
_ERROR: Final = 0x0005_0000


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_void_p))


def is_known() -> bool:
    """Whether this is a system for which there is a filter."""
    return platform.system() == "Linux" and platform.machine() in _ARCHITECTURES


def refuse_the_rest() -> None:
    """Have the kernel refuse what decoding does not need, for this thread and those it begins.

    Raises:
        OSError: the kernel takes no filter.
    """
    code = _filter(platform.machine())
    kept = ctypes.create_string_buffer(code, len(code))
    program = _Program(len(code) // 8, ctypes.addressof(kept))
    libc = ctypes.CDLL(None, use_errno=True)
    for order in (
        (_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0),
        (_PR_SET_SECCOMP, _MODE_FILTER, ctypes.addressof(program), 0, 0),
    ):
        if libc.prctl(*map(ctypes.c_ulong, order)) != 0:
            number = ctypes.get_errno()
            raise OSError(number, "the kernel takes no filter of system calls")


def _filter(machine: str) -> bytes:
    """The program: a number on the list may pass; a thread may begin, a process may not."""
    freely = sorted(_FREELY[machine].values())
    steps = (
        _step(_LOAD, _ARCHITECTURE),
        _step(_EQUAL, _ARCHITECTURES[machine], yes=1),
        _step(_RETURN, _KILL),
        _step(_LOAD, _NUMBER),
        *(_step(_EQUAL, number, no=1) + _step(_RETURN, _ALLOW) for number in freely),
        _step(_EQUAL, _CLONE3, no=1),
        _step(_RETURN, _ERROR | errno.ENOSYS),
        _step(_EQUAL, _CLONE[machine], no=3),
        _step(_LOAD, _FIRST),
        _step(_ANY_BIT, _THREAD, no=7),
        _step(_RETURN, _ALLOW),
        _step(_EQUAL, _LIMITS[machine], no=5),
        # Both halves of the pointer to new limits: there are none.
        _step(_LOAD, _THIRD),
        _step(_EQUAL, 0, no=3),
        _step(_LOAD, _THIRD + 4),
        _step(_EQUAL, 0, no=1),
        _step(_RETURN, _ALLOW),
        _step(_RETURN, _ERROR | errno.EPERM),
    )
    return b"".join(steps)


def _step(code: int, value: int, *, yes: int = 0, no: int = 0) -> bytes:
    """One instruction; ``yes`` and ``no`` say how many of those after it are passed over."""
    return struct.pack("=HBBI", code, yes, no, value)
