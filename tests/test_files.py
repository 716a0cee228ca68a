"""Files are whole or not there, and refusals come in words."""

import subprocess
import sys

import pytest

from transcript2handoff.errors import OutputError
from transcript2handoff.files import make_folder, write_whole

FILL = """
import sys
from pathlib import Path
from transcript2handoff.errors import OutputError
from transcript2handoff.files import write_whole
folder = Path(sys.argv[1])
write_whole(folder, {"a": b"old", "b": b"old"})
try:
    write_whole(folder, {"a": b"new", "b": b"x" * 200_000})
except OutputError as error:
    print(error)
print(sorted((p.name, p.read_text()) for p in folder.iterdir()))
"""


def test_writes_what_it_is_given(tmp_path):
    write_whole(tmp_path, {"a.json": b"1", "b.json": b"2"})
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == {"a.json": b"1", "b.json": b"2"}


def test_replaces_what_was_there(tmp_path):
    (tmp_path / "a").write_bytes(b"old")
    write_whole(tmp_path, {"a": b"new"})
    assert (tmp_path / "a").read_bytes() == b"new"


def test_a_folder_below_a_file_is_refused_in_words(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match="is a file, not a folder"):
        make_folder(tmp_path / "file" / "out")


def test_a_name_that_a_folder_has_leaves_everything_as_it_was(tmp_path):
    (tmp_path / "b").mkdir()
    with pytest.raises(OutputError, match="folder of that name"):
        write_whole(tmp_path, {"b": b"2"})
    assert [p.name for p in tmp_path.iterdir()] == ["b"]


def test_a_disk_that_fills_up_leaves_the_old_files_whole(tmp_path):
    alone = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c"]
    mount = 'mount -t tmpfs -o size=64k tmpfs "$1" && exec "$2" -c "$3" "$1"'
    done = subprocess.run(
        [*alone, mount, "sh", str(tmp_path), sys.executable, FILL],
        capture_output=True,
        text=True,
        check=True,
    )
    message, files = done.stdout.splitlines()
    assert "the disk is full; free some space" in message
    assert files == "[('a', 'old'), ('b', 'old')]"
