"""Blobs as files of this machine."""

import datetime
import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcript2handoff.errors import BlobMissingError, RecordingError
from transcript2handoff.jobs.bringing import PREFIX, brought, clear_left, plain_name
from transcript2handoff.store import Blobs


@pytest.fixture
def blobs(tmp_path):
    return Blobs.open(str(tmp_path / "blobs"))


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """Where this machine keeps what passes."""
    passing = tmp_path / "passing"
    passing.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(passing))
    return passing


def test_the_file_has_its_name_and_its_bytes_and_is_gone_afterwards(blobs, folder):
    digest = blobs.put([b"sound" * 1000]).digest
    with brought(blobs, digest, name="2026/the call.m4a") as path:
        assert path.name == "the call.m4a"
        assert path.read_bytes() == b"sound" * 1000
        assert path.stat().st_mode & 0o077 == 0 or path.parent.stat().st_mode & 0o077 == 0
    assert list(folder.iterdir()) == []


def test_an_error_names_the_file_and_not_where_it_lay(blobs, folder):
    digest = blobs.put([b"x"]).digest
    with pytest.raises(RecordingError) as caught, brought(blobs, digest, name="a.wav") as path:
        raise RecordingError(f"{path} is empty.")
    assert str(caught.value) == "a.wav is empty."
    assert list(folder.iterdir()) == []


def test_a_blob_that_is_not_there_leaves_nothing_behind(blobs, folder):
    with pytest.raises(BlobMissingError), brought(blobs, "0" * 64, name="a.wav"):
        pass
    assert list(folder.iterdir()) == []


@given(st.text(st.sampled_from("aü.🙂/ \\\n"), max_size=400) | st.text())
def test_any_name_becomes_one_that_a_folder_can_hold(tmp_path_factory, name):
    plain = plain_name(name)
    path = tmp_path_factory.getbasetemp() / "names" / plain
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"")
    assert path.parent.resolve() == path.resolve().parent
    path.unlink()


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\calls\\first.mp3", "first.mp3"),
        ("", "call"),
        ("..", "call"),
        ("\x00\n", "call"),
        ("ends with.", "ends with."),
        (f"{'a' * 300}.opus", f"{'a' * 200}.opus"),
        (f"a.{'b' * 300}", f"a.{'b' * 19}"),
        (f"{'ü' * 300}.opus", f"{'ü' * 100}.opus"),
    ],
)
def test_only_the_last_part_of_a_name_is_used(name, plain):
    assert plain_name(name) == plain


def test_what_killed_workers_left_is_taken_away_once_it_is_old(folder):
    old, new, other = (folder / name for name in (f"{PREFIX}1", f"{PREFIX}2", "others"))
    for one in (old, new, other):
        one.mkdir()
        (one / "call.wav").write_bytes(b"sound")
    yesterday = datetime.datetime.now(datetime.UTC).timestamp() - 90_000
    for one in (old, other):
        os.utime(one, (yesterday, yesterday))
    assert clear_left(older=datetime.timedelta(days=1)) == 1
    assert {one.name for one in Path(folder).iterdir()} == {new.name, "others"}
