"""The decoder's child in the hands of somebody who found a fault in FFmpeg: it does no harm."""

import contextlib
import json
import os
import struct
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcript2handoff.audio import _child, _seccomp, _wire
from transcript2handoff.audio._wire import Ending, WireError
from transcript2handoff.audio.decode import DecodeLimits, decode
from transcript2handoff.errors import RecordingError, RecordingLimitError

pytestmark = pytest.mark.usefixtures("nothing_left_behind")

CONFINED = """
import ctypes, errno, json, os, resource, socket, sys
from transcript2handoff.audio import _decoder_child
from transcript2handoff.audio._wire import Order

here, parent = sys.argv[1], int(sys.argv[2])
libc = ctypes.CDLL(None, use_errno=True)

def plain(name, *values):
    if getattr(libc, name)(*values) == -1:
        raise OSError(ctypes.get_errno(), name)

def raise_limit():
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (99, 99))
    except ValueError:
        raise OSError(errno.EPERM, "setrlimit") from None

attempts = {
    "read a file": lambda: open("/etc/passwd"),
    "write a file": lambda: open(f"{here}/new", "w"),
    "delete": lambda: os.unlink(f"{here}/kept"),
    "rename": lambda: os.rename(f"{here}/kept", f"{here}/moved"),
    "cut off": lambda: os.truncate(f"{here}/kept", 0),
    "open up": lambda: os.chmod(f"{here}/kept", 0o777),
    "make a folder": lambda: os.mkdir(f"{here}/folder"),
    "link": lambda: os.symlink("/etc", f"{here}/link"),
    "list": lambda: os.listdir(here),
    "socket": socket.socket,
    "pair of sockets": socket.socketpair,
    "pipe": os.pipe,
    "another descriptor": lambda: os.dup(1),
    "file in memory": lambda: os.memfd_create("x"),
    "fork": os.fork,
    "another program": lambda: os.execv("/bin/true", ["true"]),
    "signal": lambda: os.kill(parent, 0),
    "end of the parent": lambda: os.kill(parent, 9),
    "trace of the parent": lambda: plain("ptrace", 16, parent, None, None),
    "memory of the parent": lambda: plain("process_vm_readv", parent, None, 0, None, 0, 0),
    "limits": raise_limit,
    "rights": lambda: os.setuid(0),
    "another root": lambda: os.chroot(here),
    "keys": lambda: plain("syscall", 250, 0, 0, 0, 0, 0),
    "filter": lambda: plain("prctl", 22, 0, 0, 0, 0),
}
order = Order(max_seconds=1, max_streams=1, memory_bytes=1 << 29, cpu_seconds=9)
_decoder_child.confine(order)
for what, attempt in attempts.items():
    try:
        attempt()
    except OSError as error:
        print(what, errno.errorcode[error.errno], flush=True)
    else:
        print(what, "DONE", flush=True)
"""


@pytest.fixture
def confined(tmp_path: Path) -> Any:
    """Gives what came of each attempt of a child that has given up its rights."""
    (tmp_path / "kept").write_text("kept")

    def run(code: str = CONFINED) -> dict[str, str]:
        command = [sys.executable, "-I", "-c", code, str(tmp_path), str(os.getpid())]
        done = subprocess.run(command, stdout=subprocess.PIPE, check=True, timeout=60)
        lines = (line.rpartition(" ") for line in done.stdout.decode().splitlines())
        return {what: came for what, _, came in lines}

    return run


def test_the_child_can_open_change_begin_and_disturb_nothing(confined: Any, tmp_path: Path) -> None:
    assert _seccomp.is_known()
    came = confined()
    assert len(came) == 25
    assert set(came.values()) == {"EPERM"}, came
    assert [path.name for path in tmp_path.iterdir()] == ["kept"]
    assert (tmp_path / "kept").read_text() == "kept"


def test_without_a_filter_files_are_still_closed(confined: Any) -> None:
    """On a system for which there is none, the limits hold what they can."""
    code = CONFINED.replace(
        "order = Order", "_decoder_child._seccomp.is_known = lambda: False\norder = Order"
    )
    only = [line for line in code.splitlines() if ": lambda" not in line]
    came = confined("\n".join(only).replace('"limits": raise_limit,', ""))
    assert came["socket"] == came["pipe"] == "EMFILE"


def test_threads_of_the_decoder_are_confined_too(confined: Any) -> None:
    code = CONFINED.replace("    try:\n        attempt()", "    try:\n        in_thread(attempt)")
    code = code.replace(
        "order = Order",
        """
import threading

def in_thread(attempt):
    found = []
    def run():
        try:
            attempt()
        except OSError as error:
            found.append(error)
    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    if found:
        raise found[0]
order = Order""",
    )
    assert set(confined(code).values()) == {"EPERM"}


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_no_number_of_the_filter_stands_twice(machine: str) -> None:
    numbers = [*_seccomp._FREELY[machine].values(), _seccomp._CLONE3]
    numbers += [_seccomp._CLONE[machine], _seccomp._LIMITS[machine]]
    assert len(set(numbers)) == len(numbers)
    assert len(_seccomp._filter(machine)) % 8 == 0


# What a child says


@pytest.fixture
def says(make_media: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Decodes a recording with a child that does what some code does."""
    path = make_media("call.wav")

    def run(code: str, **limits: Any) -> Any:
        head = "import os, struct, sys, time\nsend = lambda data: os.write(1, data)\n"
        monkeypatch.setattr(_child, "_CHILD", (sys.executable, "-I", "-c", head + code))
        return decode(path, limits=DecodeLimits(**limits))

    return run


def test_a_kernel_without_filters_decodes_nothing(says: Any) -> None:
    code = """
from transcript2handoff.audio import _decoder_child
def refused():
    raise OSError(22, "the kernel takes no filter")
_decoder_child._seccomp.refuse_the_rest = refused
_decoder_child.main()
"""
    with pytest.raises(RecordingError, match="kernel of this machine takes no filter"):
        says(code)


GOOD = Ending(container="wav").to_json()


def frame(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">cI", kind, len(content)) + content


@pytest.mark.parametrize(
    "answer",
    [
        frame(b"E", b"not json"),
        frame(b"E", b"[" * 20_000),
        frame(b"E", b"{}"),
        frame(b"E", b"null"),
        frame(b"E", GOOD.replace(b'"channels": 1', b'"channels": 0')),
        frame(b"E", GOOD.replace(b'"channels": 1', b'"channels": true')),
        frame(b"E", GOOD.replace(b'"channels": 1', b'"channels": 3')),
        frame(b"E", GOOD.replace(b'"wav"', b'"../../etc"')),
        frame(b"E", GOOD.replace(b'"fault": null', b'"fault": "other"')),
        frame(b"E", GOOD.replace(b'"fault": null', b'"fault": []')),
        frame(b"E", GOOD.replace(b'"warnings": []', b'"warnings": ["a\\nb"]')),
        frame(b"E", GOOD.replace(b'"warnings": []', b'"warnings": [1]')),
        frame(b"E", GOOD.replace(b'"warnings": []', b'"more": 1, "warnings": []')),
        frame(b"E", Ending(sentence="x" * 501).to_json()),
        frame(b"E", Ending(warnings=("x",) * 20).to_json()),
        frame(b"P", b"\x00") + frame(b"E", GOOD),
        frame(b"P", b"\x00" * 2) + frame(b"E", GOOD.replace(b'"channels": 1', b'"channels": 2')),
        frame(b"X", b""),
        b"P\xff\xff\xff\xff",
        b"E\x7f\xff\xff\xff{",
    ],
)
def test_an_answer_in_no_form_is_refused(says: Any, answer: bytes) -> None:
    with pytest.raises(RecordingError, match=r"call\.wav brought the decoder down"):
        says(f"send({answer!r})")


def test_an_answer_that_breaks_off_is_refused(says: Any) -> None:
    for answer in (b"", b"P", b"P\x00\x00\x00\x08half"):
        with pytest.raises(RecordingError, match="brought the decoder down"):
            says(f"send({answer!r})")


def test_a_flood_of_sound_has_an_end(says: Any) -> None:
    """Ten seconds are 640,000 bytes at most; more is not kept, however the child goes on."""
    code = "while True: send(struct.pack('>cI', b'P', 1 << 16) + bytes(1 << 16))"
    with pytest.raises(RecordingError, match="more sound than there may be"):
        says(code, max_seconds=10)


def test_a_child_that_falls_silent_is_given_up(says: Any) -> None:
    began = time.monotonic()
    with pytest.raises(RecordingLimitError, match=r"for 0\.5 seconds its decoding brought nothing"):
        says("time.sleep(60)", silent_seconds=0.5)
    assert time.monotonic() - began < 20


def test_no_secret_of_ours_is_in_the_childs_environment(
    says: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What stands in its memory could leave as sound."""
    monkeypatch.setenv("T2H_DATABASE", "postgresql://t2h:very-secret@database/t2h")
    monkeypatch.setenv("OPENAI_API_KEY", "very-secret")
    seen = (
        "import json; found = sorted(os.environ)\n"
        "text = json.dumps({**json.loads(%r), 'warnings': [f'{found}', os.getcwd()]}).encode()\n"
        "send(struct.pack('>cIhcI', b'P', 2, 0, b'E', len(text)) + text)"
    )
    names, folder = says(seen % GOOD.decode()).warnings
    assert set(json.loads(names.replace("'", '"'))) <= {*_child._KEPT, "LC_CTYPE"}
    assert folder == "/"


@given(st.binary(max_size=200))
def test_any_ending_is_ours_or_refused(content: bytes) -> None:
    with contextlib.suppress(WireError):
        assert Ending.from_json(content).is_ours()


@given(st.binary(min_size=_wire.HEAD.size, max_size=_wire.HEAD.size))
def test_any_head_is_of_a_frame_or_refused(head: bytes) -> None:
    try:
        kind, size = _wire.opened(head)
    except WireError:
        return
    assert kind in (_wire.PCM, _wire.ENDING)
    assert size <= _wire.MOST_OF_FRAME
