"""Members of an archive come and go; what is left is a tar archive of exactly the others."""

import tarfile
import tempfile
from pathlib import Path

import hypothesis.strategies as st
from hypothesis import given

from transcript2handoff.backup.archive import ERASED
from transcript2handoff.backup.writing import Archive

SIZES = (0, 1, 511, 512, 513, 10_240, 70_000)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("add"), st.integers(0, 9), st.sampled_from(SIZES)),
        st.tuples(st.just("keep"), st.sets(st.integers(0, 9)), st.just(0)),
    ),
    max_size=12,
)


def words(number, size):
    return (f"spoken {number} ".encode() * (size // 9 + 1))[:size]


@given(STEPS)
def test_members_are_those_that_were_added_and_kept(steps):
    expected = {}
    with tempfile.TemporaryDirectory() as folder, (Path(folder) / "tar").open("xb") as file:
        archive = Archive(file)
        for what, number, size in steps:
            if what == "keep":
                archive.keep({f"member-{each}" for each in number})
                expected = {each: expected[each] for each in expected.keys() & number}
            elif number not in expected:
                (Path(folder) / "one").write_bytes(words(number, size))
                archive.add(Path(folder) / "one", f"member-{number}")
                expected[number] = words(number, size)
        archive.close("manifest.json", b"the end")
        with tarfile.open(Path(folder) / "tar") as tar:
            found = [(each.name, tar.extractfile(each).read()) for each in tar]
    zeros = [content for name, content in found if name == ERASED]
    assert not any(map(any, zeros))
    members = [(name, content) for name, content in found if name != ERASED]
    assert members.pop() == ("manifest.json", b"the end")
    assert dict(members) == {f"member-{each}": content for each, content in expected.items()}
    assert len(members) == len(archive.entries) == len(expected)
