"""The parent's side of the decoder's child process: it is started, heard and ended here.

What the child says is as little believed as the recording that it reads: who has found a fault in
the decoder speaks in its place. A frame has an end, the sound as a whole has one, and so has the
time in which nothing comes.
"""

import os
import selectors
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from transcript2handoff.audio import _wire
from transcript2handoff.audio._wire import ACCEPTED, Ending, Order, WireError
from transcript2handoff.errors import NoAudioError, RecordingError, RecordingLimitError
from transcript2handoff.watch import Watch

_CHILD: Final = (sys.executable, "-I", "-m", "transcript2handoff.audio._decoder_child")
_KEPT: Final = ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "LANG", "LC_ALL")
"""Of the environment; secrets stand in it too, and sound can carry them out."""
_LOOK_AROUND: Final = 0.2
"""Seconds after which a silent child is no reason not to hear that the work shall stop."""
_FAULTS: Final[dict[_wire.Fault, type[RecordingError]]] = {
    "unreadable": RecordingError,
    "silent": NoAudioError,
    "limit": RecordingLimitError,
}


def answer(
    source: int, order: Order, *, silent_seconds: float, watch: Watch
) -> tuple[deque[bytes], Ending]:
    """Blocks of interleaved 16-bit samples, and the facts of the recording.

    Args:
        source: the recording, as a descriptor.
        order: what the child has to keep to.
        silent_seconds: without an answer, after which the child is given up.
        watch: told how far it is.

    Raises:
        RecordingError: the child refuses the recording, dies of it, or answers in no form.
        RecordingLimitError: it takes more than it may.
        Cancelled: ``watch`` asked to stop.
    """
    with _started(source, order) as child:
        try:
            return _heard(_Pipe(child, source, watch, silent_seconds), order)
        except WireError as error:
            raise _broken(f"it answers in no form: {error}") from error
        except EOFError as error:
            raise _death(child.wait(), order) from error


def _heard(pipe: "_Pipe", order: Order) -> tuple[deque[bytes], Ending]:
    pcm: deque[bytes] = deque()
    left = order.most_bytes
    while True:
        kind, content = pipe.frame()
        if kind == _wire.ENDING:
            ending = Ending.from_json(content)
            if ending.fault:
                raise _FAULTS[ending.fault](ending.sentence)
            _wire.check_sound(pcm, ending.channels)
            return pcm, ending
        left -= len(content)
        if left < 0:
            raise WireError("more sound than there may be")
        pcm.append(content)


@contextmanager
def _started(source: int, order: Order) -> Iterator["subprocess.Popen[bytes]"]:
    """The decoding process. It ends, at the latest, where the block ends."""
    os.lseek(source, 0, os.SEEK_SET)
    try:
        child = subprocess.Popen(  # noqa: S603 - a fixed command; the file is data on its input
            [*_CHILD, order.to_json()],
            stdin=source,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={name: os.environ[name] for name in _KEPT if name in os.environ},
            cwd="/",
        )
    except OSError as error:
        raise RecordingLimitError(
            f"cannot be decoded, for no process can be started ({error.strerror}). Free memory."
        ) from error
    try:
        yield child
    finally:
        child.kill()
        child.wait()
        assert child.stdout is not None
        child.stdout.close()


class _Pipe:
    """Reads the child's answer, and lets ``watch`` look around at least every 0.2 seconds."""

    def __init__(
        self,
        child: "subprocess.Popen[bytes]",
        source: int,
        watch: Watch,
        silent_seconds: float,
    ) -> None:
        assert child.stdout is not None
        self._descriptor = child.stdout.fileno()
        self._source = source
        self._size = max(os.fstat(source).st_size, 1)
        self._watch = watch
        self._silent_seconds = silent_seconds

    def frame(self) -> tuple[bytes, bytes]:
        """The kind and the content of the next frame.

        Raises:
            EOFError: the child has died.
            WireError: it is no frame of ours.
            RecordingLimitError: nothing comes.
        """
        kind, size = _wire.opened(self._take(_wire.HEAD.size))
        return kind, self._take(size)

    def _take(self, size: int) -> bytes:
        taken = bytearray()
        heard = time.monotonic()
        with selectors.DefaultSelector() as selector:
            selector.register(self._descriptor, selectors.EVENT_READ)
            while len(taken) < size:
                # The child shares our position in the file, so its progress can be seen in it.
                self._watch.at(self._share())
                if not selector.select(_LOOK_AROUND):
                    self._check_alive(heard)
                    continue
                block = os.read(self._descriptor, size - len(taken))
                if not block:
                    raise EOFError
                taken += block
                heard = time.monotonic()
        return bytes(taken)

    def _share(self) -> float:
        return min(os.lseek(self._source, 0, os.SEEK_CUR) / self._size, 1.0)

    def _check_alive(self, heard: float) -> None:
        if time.monotonic() - heard > self._silent_seconds:
            raise RecordingLimitError(
                f"was given up: for {self._silent_seconds:g} seconds its decoding brought nothing. "
                "Convert it to 16 kHz wav or flac, or try again when the machine has less to do."
            )


def _death(code: int, order: Order) -> RecordingError:
    """Why a child that gave no answer ended."""
    if code == -signal.SIGXCPU:
        return RecordingLimitError(
            f"took more than the {order.cpu_seconds} seconds of processor time that decoding "
            "may take. Convert it to 16 kHz wav or flac, or cut it into parts."
        )
    if code == -signal.SIGKILL:
        return RecordingLimitError(
            "needed more memory than this machine has. Free some, or cut it into parts."
        )
    return _broken(f"code {code}")


def _broken(how: str) -> RecordingError:
    return RecordingError(
        f"brought the decoder down ({how}). Export or convert it once more ({ACCEPTED}); "
        "if other recordings do the same, install transcript2handoff anew."
    )
