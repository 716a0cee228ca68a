"""A deal of three calls becomes one package."""

import hashlib
import json
import shutil
import zipfile
from pathlib import Path

import pytest
from typer.testing import CliRunner

from transcript2handoff.cli import app
from transcript2handoff.errors import ContractFileError, DealFileError, InputError
from transcript2handoff.handoff import read_handoff
from transcript2handoff.package import Signed, pack
from transcript2handoff.transcript import read_transcript

HARBORLINE = Path(__file__).parent.parent / "fixtures" / "harborline"
CALLS = ("harborline-1", "harborline-2", "harborline-3")
FILES = ["handoff.json", "kickoff_brief.md", "kickoff_brief.html", "manifest.json", "package.zip"]


@pytest.fixture(scope="module")
def packed(tmp_path_factory):
    """The package of the example deal."""
    out = tmp_path_factory.mktemp("package") / "out"
    assert [path.name for path in pack(HARBORLINE, out)] == FILES
    return out


def test_every_claim_of_every_call_is_proved(packed):
    transcripts = [
        read_transcript((HARBORLINE / call / "2_transcript.json").read_bytes()) for call in CALLS
    ]
    handoff = read_handoff((packed / "handoff.json").read_bytes(), transcripts)
    assert tuple(record.call.id for record in handoff.calls) == CALLS
    assert {evidence.call_id for claim in handoff.claims for evidence in claim.spoken} == set(CALLS)
    assert any(len(claim.history) > 1 for claim in handoff.of_kind("promise"))


def test_the_brief_plays_the_recordings_of_all_calls(packed):
    page = (packed / "kickoff_brief.html").read_text()
    assert "harborline-1/1_call.opus#t=" in page
    assert "harborline-2/1_call.m4a#t=" in page
    assert "Call 3, negotiation" in page


def test_the_manifest_and_the_archive_hold_the_same_files(packed):
    manifest = json.loads((packed / "manifest.json").read_text())
    assert manifest["calls"] == list(CALLS)
    with zipfile.ZipFile(packed / "package.zip") as archive:
        assert archive.namelist() == FILES[:-1]
        for name, digest in manifest["files"].items():
            data = (packed / name).read_bytes()
            assert archive.read(name) == data
            assert hashlib.sha256(data).hexdigest() == digest


def test_a_second_run_gives_the_same_bytes(packed):
    before = {name: (packed / name).read_bytes() for name in FILES}
    pack(HARBORLINE, packed)
    assert {name: (packed / name).read_bytes() for name in FILES} == before


def test_a_call_that_was_not_read_yet_is_named(tmp_path):
    shutil.copytree(HARBORLINE, tmp_path / "deal")
    (tmp_path / "deal" / "harborline-2" / "4_handoff.json").unlink()
    with pytest.raises(InputError, match=r"harborline-2 has not been read yet.*t2h run"):
        pack(tmp_path / "deal", tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_folder_that_is_no_deal_is_refused(tmp_path):
    with pytest.raises(DealFileError, match=r"deal\.toml"):
        pack(tmp_path, tmp_path / "out")
    (tmp_path / "deal.toml").write_text('deal = "alder"\n')
    with pytest.raises(InputError, match="lists no calls"):
        pack(tmp_path, tmp_path / "out")


def test_what_was_said_is_put_beside_what_was_signed(tmp_path):
    signed = Signed(contract=HARBORLINE / "terms.yaml", catalog=HARBORLINE / "catalog.yaml")
    names = [path.name for path in pack(HARBORLINE, tmp_path / "out", signed=signed)]
    assert names == [*FILES[:3], "contract_review.md", *FILES[3:]]
    told = (tmp_path / "out" / "contract_review.md").read_text()
    assert "said “three per cent”, signed “five per cent”" in told
    assert "Quarterly business review" in told.split("never talked about")[1]
    assert "SharePoint" in told.split("Beyond what the product can do")[1]


def test_a_contract_that_is_none_is_named(tmp_path):
    wrong = tmp_path / "terms.yaml"
    wrong.write_text("lines: []\n")
    with pytest.raises(ContractFileError, match=r"terms\.yaml"):
        pack(HARBORLINE, tmp_path / "out", signed=Signed(contract=wrong))
    wrong.write_bytes(b"\xff\xfe")
    with pytest.raises(InputError, match="UTF-8"):
        pack(HARBORLINE, tmp_path / "out", signed=Signed(contract=wrong))
    assert not list((tmp_path / "out").glob("*"))


def test_the_command_line_makes_a_package(tmp_path):
    out = tmp_path / "out"
    made = CliRunner().invoke(app, ["package", str(HARBORLINE), "-o", str(out)])
    assert made.exit_code == 0
    assert made.stdout.split() == [str(out / name) for name in FILES]
    odd = ["package", str(HARBORLINE), "-o", str(out), "--catalog", "catalog.yaml"]
    assert CliRunner().invoke(app, odd).exit_code == 2
