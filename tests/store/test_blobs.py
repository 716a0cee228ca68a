"""Blobs: in a folder and in an S3-compatible store, written whole or not at all, in chunks."""

import datetime
import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from moto.server import ThreadedMotoServer

from transcript2handoff.errors import (
    BlobMissingError,
    InputError,
    SettingsError,
    StoreUnreachableError,
)
from transcript2handoff.store import Blobs

MIB = 1024 * 1024
KEY = {"access_key_id": "key", "secret_access_key": "not-for-logs", "region": "eu-central-1"}


@pytest.fixture(scope="session")
def s3() -> Iterator[dict[str, object]]:
    """The options of an S3-compatible server with a bucket ``calls``."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    options = {**KEY, "endpoint": f"http://{host}:{port}", "allow_http": True}
    place = "<LocationConstraint>eu-central-1</LocationConstraint>"
    told = f"<CreateBucketConfiguration>{place}</CreateBucketConfiguration>"
    httpx.put(f"{options['endpoint']}/calls", content=told).raise_for_status()
    yield options
    server.stop()


@pytest.fixture(params=["folder", "s3"])
def blobs(request: pytest.FixtureRequest, tmp_path: Path) -> Blobs:
    if request.param == "folder":
        return Blobs.open(str(tmp_path / "blobs"))
    return Blobs.open(f"s3://calls/{tmp_path.name}", options=request.getfixturevalue("s3"))


def names(blobs: Blobs) -> list[str]:
    return sorted(found.name for found in blobs.everything())


def test_bytes_are_read_as_they_were_put(blobs: Blobs):
    content = os.urandom(11 * MIB + 7)
    blob = blobs.put(content[at : at + 300_000] for at in range(0, len(content), 300_000))
    assert blob.digest == hashlib.sha256(content).hexdigest()
    assert blob.bytes == blobs.size(blob.digest) == len(content)
    pieces = list(blobs.read(blob.digest))
    assert b"".join(pieces) == content
    assert max(map(len, pieces)) < 8 * MIB
    assert names(blobs) == [f"sha256/{blob.digest[:2]}/{blob.digest}"]


@pytest.mark.parametrize("chunks", [[], [b""], [b"", b"a", b""]])
def test_little_or_nothing_is_a_blob_too(blobs: Blobs, chunks: list[bytes]):
    blob = blobs.put(chunks)
    assert b"".join(blobs.read(blob.digest)) == b"".join(chunks)
    assert blob.bytes == len(b"".join(chunks))


def test_the_same_bytes_are_there_once(blobs: Blobs):
    assert blobs.put([b"a", b"bc"]) == blobs.put([b"abc"])
    assert len(names(blobs)) == 1


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(begin=st.integers(0, 10), end=st.none() | st.integers(0, 14), chunk=st.integers(1, 12))
def test_a_stretch_is_that_of_the_bytes(tmp_path: Path, begin: int, end: int | None, chunk: int):
    content = b"0123456789"
    blobs = Blobs.open(str(tmp_path))
    digest = blobs.put([content]).digest
    if end is not None and end < begin:
        with pytest.raises(ValueError, match="of 10"):
            blobs.read(digest, begin=begin, end=end)
    else:
        read = b"".join(blobs.read(digest, begin=begin, end=end, chunk=chunk))
        assert read == content[begin:end]


def test_a_stretch_of_a_large_blob(blobs: Blobs):
    content = os.urandom(3 * MIB)
    digest = blobs.put([content]).digest
    assert (
        b"".join(blobs.read(digest, begin=MIB - 1, end=2 * MIB + 1))
        == (content[MIB - 1 : 2 * MIB + 1])
    )


def test_what_is_not_there_is_told_before_the_first_chunk(blobs: Blobs):
    for ask in (blobs.read, blobs.size):
        with pytest.raises(BlobMissingError, match="0000"):
            ask("0" * 64)
    blobs.remove("0" * 64)


def test_a_removed_blob_is_gone(blobs: Blobs):
    first, second = blobs.put([b"a"]), blobs.put([b"b"])
    blobs.remove(first.digest)
    assert names(blobs) == [f"sha256/{second.digest[:2]}/{second.digest}"]


@pytest.mark.parametrize("error", [ConnectionResetError("gone"), InputError("too long")])
@pytest.mark.parametrize("before", [0, 1, 12])
def test_a_sender_who_breaks_off_leaves_nothing_and_is_heard(
    blobs: Blobs, before: int, error: Exception
):
    def chunks() -> Iterator[bytes]:
        for _ in range(before):
            yield b"x" * MIB
        raise error

    with pytest.raises(type(error), match=str(error)):
        blobs.put(chunks())
    assert names(blobs) == []


def test_a_sender_who_breaks_off_leaves_no_parts_in_s3(s3: dict[str, object]):
    def chunks() -> Iterator[bytes]:
        yield from (b"x" * MIB for _ in range(12))
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        Blobs.open("s3://calls/broken-off", options=s3).put(chunks())
    told = httpx.get(f"{s3['endpoint']}/calls?uploads").text
    assert "ListMultipartUploadsResult" in told
    assert "broken-off" not in told


def test_parts_of_an_upload_are_read_in_their_order(blobs: Blobs):
    parts = [b"a" * 5, b"b" * 100_000, b"c"]
    for part, offset in reversed(list(zip(parts, (0, 5, 100_005), strict=True))):
        blobs.put_part("upload-1", offset, part)
    blobs.put_part("upload-2", 0, b"other")
    assert b"".join(blobs.read_parts("upload-1")) == b"".join(parts)
    blobs.put_part("upload-1", 0, b"A" * 5)
    assert next(blobs.read_parts("upload-1")) == b"AAAAA"
    blobs.remove_parts("upload-1")
    assert list(blobs.read_parts("upload-1")) == []
    assert b"".join(blobs.read_parts("upload-2")) == b"other"


def test_an_upload_becomes_a_blob(blobs: Blobs):
    parts = [os.urandom(8 * MIB), os.urandom(MIB + 1)]
    blobs.put_part("upload-1", 0, parts[0])
    blobs.put_part("upload-1", 8 * MIB, parts[1])
    blob = blobs.put(blobs.read_parts("upload-1"))
    assert blob.digest == hashlib.sha256(b"".join(parts)).hexdigest()
    assert blobs.put(blobs.read(blob.digest)) == blob


def test_an_upload_with_a_gap_is_none(blobs: Blobs):
    blobs.put_part("upload-1", 0, b"abc")
    blobs.put_part("upload-1", 5, b"fgh")
    with pytest.raises(BlobMissingError, match="from 3 on"):
        b"".join(blobs.read_parts("upload-1"))


def test_removed_parts_leave_no_folder(tmp_path: Path):
    blobs = Blobs.open(str(tmp_path))
    blobs.put_part("upload-1", 0, b"abc")
    blobs.remove_parts("upload-1")
    assert list((tmp_path / "uploads").iterdir()) == []


PUT = """
import json, os, sys, psutil
from transcript2handoff.store import Blobs
url, options, mebibytes = sys.argv[1], json.loads(sys.argv[2]), int(sys.argv[3])
blobs, process = Blobs.open(url, options=options), psutil.Process()
chunk = os.urandom(1024 * 1024)
blobs.put([chunk])
before = process.memory_info().rss
most = 0
def chunks():
    global most
    for number in range(mebibytes):
        if number == 20: print("half", flush=True)
        yield chunk
        most = max(most, process.memory_info().rss - before)
blob = blobs.put(chunks())
size = 0
for piece in blobs.read(blob.digest):
    size += len(piece)
    most = max(most, process.memory_info().rss - before)
assert size == blob.bytes
print(most)
"""


def put_elsewhere(url: str, options: dict[str, object], mebibytes: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", PUT, url, json.dumps(options), str(mebibytes)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


@pytest.mark.parametrize("place", ["folder", "s3"])
def test_memory_does_not_depend_on_the_number_of_bytes(
    place: str, request: pytest.FixtureRequest, tmp_path: Path
):
    if place == "folder":
        process = put_elsewhere(str(tmp_path), {}, 150)
    else:
        options = request.getfixturevalue("s3")
        process = put_elsewhere(f"s3://calls/{tmp_path.name}", options, 100)
    told, _ = process.communicate(timeout=120)
    assert process.returncode == 0
    assert int(told.split()[-1]) < 50 * MIB


def test_a_killed_writer_leaves_nothing_that_stays(tmp_path: Path):
    process = put_elsewhere(str(tmp_path), {}, 5000)
    assert process.stdout.readline() == "half\n"
    time.sleep(0.1)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    blobs = Blobs.open(str(tmp_path))
    assert len([path for path in tmp_path.rglob("*#*") if path.is_file()]) == 1
    (whole,) = blobs.everything()
    now = datetime.datetime.now(datetime.UTC)
    assert blobs.tidy(before=now - datetime.timedelta(hours=1)) == 0
    assert blobs.tidy(before=now + datetime.timedelta(seconds=5)) == 1
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == [
        whole.name.rpartition("/")[2]
    ]


FULL = """
import os, sys
from transcript2handoff.errors import StoreUnreachableError
from transcript2handoff.store import Blobs
blobs = Blobs.open(sys.argv[1] + "/blobs")
kept = blobs.put([b"kept"])
for put in (
    lambda: blobs.put(os.urandom(65536) for _ in range(40)),
    lambda: blobs.put_part("upload-1", 0, os.urandom(2_000_000)),
):
    try:
        put()
    except StoreUnreachableError as error:
        print(error)
print([found.name for found in blobs.everything()] == [f"sha256/{kept.digest[:2]}/{kept.digest}"])
print(blobs.put([b"small"]).bytes)
"""


def test_a_full_disk_is_told_and_work_goes_on(tmp_path: Path):
    alone = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c"]
    mount = 'mount -t tmpfs -o size=1m tmpfs "$1" && exec "$2" -c "$3" "$1"'
    done = subprocess.run(
        [*alone, mount, "sh", str(tmp_path), sys.executable, FULL],
        capture_output=True,
        text=True,
        check=True,
    )
    first, second, alone_there, size = done.stdout.splitlines()
    assert "No space left on device" in first
    assert "No space left on device" in second
    assert "try again" in first
    assert (alone_there, size) == ("True", "5")


def test_a_store_that_is_gone_is_told_without_its_secrets(tmp_path: Path):
    options = {**KEY, "endpoint": "http://127.0.0.1:1", "allow_http": True}
    blobs = Blobs.open("s3://calls/prefix", options=options)
    with pytest.raises(StoreUnreachableError, match="s3://calls/prefix") as told:
        blobs.size("0" * 64)
    assert "not-for-logs" not in str(told.value)


def test_a_bucket_that_is_not_there_is_told(s3: dict[str, object]):
    blobs = Blobs.open("s3://others", options=s3)
    with pytest.raises(StoreUnreachableError, match="s3://others"):
        blobs.put([b"x"])


@pytest.mark.parametrize(
    ("url", "options"),
    [
        ("http://calls", {}),
        ("s3://", {}),
        ("s3://KEY:SECRET@calls", {}),
        ("s3://calls?key=SECRET", {}),
        ("s3://calls", {"acess_key_id": "SECRET"}),
    ],
)
def test_an_address_that_does_not_fit_is_refused_without_repeating_it(url: str, options: dict):
    with pytest.raises(SettingsError) as told:
        Blobs.open(url, options=options)
    assert "SECRET" not in str(told.value)


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreUnreachableError, match="file/blobs"):
        Blobs.open(str(tmp_path / "file" / "blobs"))
