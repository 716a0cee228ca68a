"""A folder keeps what was made, and never loses what a person wrote."""

import pytest

from transcript2handoff.errors import ArtifactError, InputError
from transcript2handoff.pipeline import Outcome, Step, execute
from transcript2handoff.shelf import MEMORY, FolderShelf, Told, read_file


def step(*, settings="1", name="double", reads=("in",), writes=("out",)):
    return Step(
        name=name,
        reads=reads,
        writes=writes,
        run=lambda files, _: {writes[0]: b"".join(files[name] for name in reads) * 2},
        settings=settings,
    )


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "in").write_bytes(b"ab")
    return tmp_path


def run(folder, *steps, **options):
    return execute(steps or [step()], FolderShelf(folder, **options))


def test_does_the_step_once(folder):
    assert run(folder) == {"double": Outcome.DONE}
    assert (folder / "out").read_bytes() == b"abab"
    assert run(folder) == {"double": Outcome.REUSED}


def test_does_it_again_when_the_input_changes(folder):
    run(folder)
    (folder / "in").write_bytes(b"c")
    assert run(folder) == {"double": Outcome.DONE}
    assert (folder / "out").read_bytes() == b"cc"


def test_does_it_again_when_the_settings_change(folder):
    run(folder)
    assert run(folder, step(settings="2")) == {"double": Outcome.DONE}


def test_does_it_again_when_the_result_is_gone(folder):
    run(folder)
    (folder / "out").unlink()
    assert run(folder) == {"double": Outcome.DONE}


def test_takes_a_file_changed_by_hand_and_makes_what_follows_anew(folder):
    chain = [step(), step(name="again", reads=("out",), writes=("last",))]
    run(folder, *chain)
    (folder / "out").write_bytes(b"mine")
    assert run(folder, *chain) == {"double": Outcome.REUSED, "again": Outcome.DONE}
    assert (folder / "last").read_bytes() == b"minemine"


def test_never_overwrites_a_file_changed_by_hand(folder):
    run(folder)
    (folder / "out").write_bytes(b"mine")
    (folder / "in").write_bytes(b"c")
    with pytest.raises(ArtifactError, match="--force"):
        run(folder)
    assert (folder / "out").read_bytes() == b"mine"
    assert run(folder, overwrite=True) == {"double": Outcome.DONE}
    assert (folder / "out").read_bytes() == b"cc"


def test_never_overwrites_a_file_that_somebody_put_there(folder):
    (folder / "out").write_bytes(b"mine")
    with pytest.raises(ArtifactError, match="put it there"):
        run(folder)


@pytest.mark.parametrize("memory", [b"", b"{", b"[]", b'{"double": 3}', b"\xff"])
def test_a_broken_memory_is_none(folder, memory):
    (folder / MEMORY).write_bytes(memory)
    assert run(folder) == {"double": Outcome.DONE}


def test_a_failed_step_leaves_nothing(folder):
    def fail(files, watch):
        raise InputError("no")

    broken = Step(name="broken", reads=("in",), writes=("out",), run=fail, settings="")
    with pytest.raises(InputError):
        run(folder, broken)
    assert [p.name for p in folder.iterdir()] == ["in"]


def test_reads_from_another_folder_and_writes_into_its_own(folder, tmp_path_factory):
    out = tmp_path_factory.mktemp("out")
    assert run(out, inputs=folder) == {"double": Outcome.DONE}
    assert (out / "out").exists()
    assert not (folder / "out").exists()


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(InputError, match=r"Cannot read .*nothing\.json"):
        read_file(tmp_path / "nothing.json")


def test_another_call_is_not_written_over_unasked(folder):
    run(folder, told=Told(call_id="alder-1"))
    with pytest.raises(ArtifactError, match=r"holds the call alder-1, and this is alder-2"):
        run(folder, told=Told(call_id="alder-2"))
    assert run(folder, told=Told(call_id="alder-2"), overwrite=True) == {"double": Outcome.DONE}
