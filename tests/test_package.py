"""A deal of three calls becomes one package."""

import csv
import datetime
import hashlib
import io
import json
import re
import shutil
import zipfile
from pathlib import Path

import pytest
from docx import Document
from markdown_it import MarkdownIt
from pypdf import PdfReader
from typer.testing import CliRunner

from transcript2handoff.cli import app
from transcript2handoff.deal_folder import Beside
from transcript2handoff.errors import ContractFileError, DealFileError, InputError
from transcript2handoff.handoff import read_handoff
from transcript2handoff.importers import import_transcript
from transcript2handoff.package import pack
from transcript2handoff.transcript import read_transcript

HARBORLINE = Path(__file__).parent.parent / "fixtures" / "harborline"
CALLS = ("harborline-1", "harborline-2", "harborline-3")
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
PRINTED = {
    "internal": (
        "kickoff_brief",
        "internal_kickoff",
        "questions",
        "expansion",
        "contract_review",
    ),
    "customer": ("success_plan", "kickoff_meeting", "raci"),
}
NAMES = {
    "handoff.json",
    "manifest.json",
    "package.zip",
    "internal/kickoff_brief.html",
    "internal/stakeholder_map.svg",
    "internal/stakeholder_map.md",
    "internal/crm_note.txt",
    *(
        f"internal/{table}.{form}"
        for table in ("promise_ledger", "customer_tasks")
        for form in ("csv", "xlsx")
    ),
    *(f"internal/transcripts/{call}.vtt" for call in CALLS),
    "customer/introduction.txt",
    "customer/introduction.eml",
    *(
        f"{home}/{name}.{form}"
        for home, names in PRINTED.items()
        for name in names
        for form in ("md", "docx", "pdf")
    ),
}


def names_of(paths, out):
    return {path.relative_to(out).as_posix() for path in paths}


@pytest.fixture(scope="module")
def packed(tmp_path_factory):
    """The package of the example deal."""
    out = tmp_path_factory.mktemp("package") / "out"
    made = pack(HARBORLINE, out)
    assert names_of(made.files, out) == NAMES
    assert made.notes == ()
    return out


def test_every_claim_of_every_call_is_proved(packed):
    transcripts = [
        read_transcript((HARBORLINE / call / "2_transcript.json").read_bytes()) for call in CALLS
    ]
    handoff = read_handoff((packed / "handoff.json").read_bytes(), transcripts)
    assert tuple(record.call.id for record in handoff.calls) == CALLS
    assert {evidence.call_id for claim in handoff.claims for evidence in claim.spoken} == set(CALLS)
    assert any(len(claim.history) > 1 for claim in handoff.of_kind("promise"))
    assert handoff.deal.signed == datetime.date(2026, 5, 22)


def test_the_brief_plays_the_recordings_of_all_calls(packed):
    page = (packed / "internal" / "kickoff_brief.html").read_text()
    assert re.search(r'href="[./\w-]*harborline-1/1_call\.opus#t=', page)
    assert re.search(r'href="[./\w-]*harborline-2/1_call\.m4a#t=', page)
    assert "Call 3, negotiation" in page


def test_the_manifest_and_the_archive_hold_the_same_files(packed):
    manifest = json.loads((packed / "manifest.json").read_text())
    assert manifest["calls"] == list(CALLS)
    assert manifest["verdict"] in ("ready", "ask_ae", "blocked")
    assert f"t2h:readiness:{manifest['verdict']}" in manifest["tags"]
    assert set(manifest["files"]) == NAMES - {"manifest.json", "package.zip"}
    with zipfile.ZipFile(packed / "package.zip") as archive:
        assert set(archive.namelist()) == NAMES - {"package.zip"}
        for name, digest in manifest["files"].items():
            data = (packed / name).read_bytes()
            assert archive.read(name) == data
            assert hashlib.sha256(data).hexdigest() == digest


def test_a_second_run_gives_the_same_bytes(packed):
    before = {name: (packed / name).read_bytes() for name in NAMES}
    pack(HARBORLINE, packed)
    assert {name: (packed / name).read_bytes() for name in NAMES} == before


def told(markdown):
    """The texts of a Markdown document, one a paragraph, item or cell."""
    for token in MarkdownIt("gfm-like", {"linkify": False}).parse(markdown):
        words = [
            part.content for part in token.children or () if part.type in ("text", "code_inline")
        ]
        if any(words):
            yield "".join(words)


def squeezed(text):
    """Letters and digits alone: printing breaks lines and words."""
    return "".join(filter(str.isalnum, text))


def printed(path):
    """What stands on the pages of a PDF between header and footer."""
    pages = (page.extract_text().splitlines()[1:-1] for page in PdfReader(path).pages)
    return squeezed("".join(line for page in pages for line in page))


def paragraphs(path):
    """The paragraphs of a DOCX, those in tables too."""
    for paragraph in Document(path).element.body.iter(f"{{{WORD}}}p"):
        yield squeezed("".join(node.text or "" for node in paragraph.iter(f"{{{WORD}}}t")))


def is_printed(text, pages):
    """Whether a text stands there, whole or on two pages."""
    return text in pages or any(
        text[:cut] in pages and text[cut:] in pages for cut in range(1, len(text))
    )


@pytest.mark.parametrize(
    "name", [f"{home}/{name}" for home, names in PRINTED.items() for name in names]
)
def test_what_is_written_is_what_is_printed(packed, name):
    pages = printed(packed / f"{name}.pdf")
    written = [*paragraphs(packed / f"{name}.docx")]
    assert len(written) > 10
    assert [text for text in written if not is_printed(text, pages)] == []


@pytest.mark.parametrize(
    "name",
    [f"{home}/{n}" for home, names in PRINTED.items() for n in names if n != "kickoff_brief"],
)
def test_the_text_is_written_whole(packed, name):
    written = "\n".join(paragraphs(packed / f"{name}.docx"))
    texts = [squeezed(text) for text in told((packed / f"{name}.md").read_text())]
    assert len(texts) > 10
    assert [text for text in texts if text not in written] == []


@pytest.mark.parametrize("language", ["en", "de"])
def test_nothing_internal_is_in_a_document_of_the_customer(language, tmp_path):
    pack(HARBORLINE, tmp_path, language=language)
    handoff = json.loads((tmp_path / "handoff.json").read_text())
    inside = [
        squeezed(claim["summary"])
        for claim in handoff["claims"]
        if claim["fact"]["kind"] in ("objection", "risk", "pain", "expansion", "competitor", "term")
    ]
    assert len(inside) > 20
    for path in (tmp_path / "customer").iterdir():
        text = squeezed(path.read_text()) if path.suffix in (".md", ".txt") else ""
        assert [words for words in inside if words in text] == []
        assert "confidence" not in text


def test_documents_speak_the_language_that_was_asked_for(tmp_path):
    pack(HARBORLINE, tmp_path, language="de")
    assert '<html lang="de">' in (tmp_path / "internal" / "kickoff_brief.html").read_text()
    ledger = (tmp_path / "internal" / "promise_ledger.csv").read_text(encoding="utf-8-sig")
    assert "Fällig" in next(csv.reader(io.StringIO(ledger)))


def test_transcripts_can_be_shown_with_the_recording(packed):
    path = packed / "internal" / "transcripts" / "harborline-1.vtt"
    again = import_transcript(path, "harborline-1").transcript
    said = read_transcript((HARBORLINE / "harborline-1" / "2_transcript.json").read_bytes())
    assert {one.name for one in again.speakers} >= {one.name for one in said.speakers if one.name}


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


def copy_of(folder, *without):
    """A copy of the example deal."""
    shutil.copytree(HARBORLINE, folder)
    for name in without:
        (folder / name).unlink()
    return folder


def test_what_was_said_is_put_beside_what_was_signed(packed):
    review = (packed / "internal" / "contract_review.md").read_text()
    assert "signed “five per cent”" in review
    assert "Quarterly business review" in review
    assert "SharePoint" in review


def test_without_a_contract_there_is_nothing_to_review(tmp_path):
    deal = copy_of(tmp_path / "deal", "terms.yaml", "company.yaml")
    made = pack(deal, tmp_path / "out")
    assert not [path for path in made.files if "contract_review" in path.name]
    assert (tmp_path / "out" / "customer" / "success_plan.pdf").exists()


def test_what_is_no_longer_made_is_taken_away_unless_somebody_changed_it(tmp_path):
    deal, out = copy_of(tmp_path / "deal"), tmp_path / "out"
    pack(deal, out)
    (out / "internal" / "contract_review.md").write_text("my notes")
    (deal / "terms.yaml").unlink()
    pack(deal, out)
    assert (out / "internal" / "contract_review.md").read_text() == "my notes"
    assert not (out / "internal" / "contract_review.pdf").exists()


def test_what_people_said_is_in_the_package(tmp_path):
    deal, out = copy_of(tmp_path / "deal"), tmp_path / "out"
    pack(deal, out)
    claims = json.loads((out / "handoff.json").read_text())["claims"]
    promise, risk = (
        next(claim for claim in claims if claim["fact"]["kind"] == kind)
        for kind in ("promise", "risk")
    )
    say = CliRunner().invoke
    by = ["--by", "Maeve Lindqvist"]
    assert say(app, ["outcome", str(deal), promise["id"], "kept", *by]).exit_code == 0
    assert (
        say(app, ["review", str(deal), risk["id"], "--reject", *by, "--why", "no"]).exit_code == 0
    )
    unknown = say(app, ["review", str(deal), "nobody", "--confirm", *by])
    assert unknown.exit_code == 3
    assert say(app, ["undo", str(deal), "3", *by]).exit_code == 3
    assert say(app, ["undo", str(deal), "2", *by]).stdout == "event 2 taken back\n"
    assert say(app, ["undo", str(deal), "3", *by]).exit_code == 0
    pack(deal, out)
    now = {claim["id"]: claim for claim in json.loads((out / "handoff.json").read_text())["claims"]}
    assert now[promise["id"]]["outcome"] == "kept"
    assert risk["id"] not in now


def test_a_contract_that_is_none_is_named(tmp_path):
    wrong = tmp_path / "terms.yaml"
    wrong.write_text("lines: []\n")
    with pytest.raises(ContractFileError, match=r"terms\.yaml"):
        pack(HARBORLINE, tmp_path / "out", Beside(contract=wrong))
    wrong.write_bytes(b"\xff\xfe")
    with pytest.raises(InputError, match="UTF-8"):
        pack(HARBORLINE, tmp_path / "out", Beside(contract=wrong))
    assert not (tmp_path / "out").exists()


def test_the_command_line_makes_a_package(tmp_path):
    out = tmp_path / "out"
    made = CliRunner().invoke(app, ["package", str(HARBORLINE), "-o", str(out)])
    assert made.exit_code == 0
    assert names_of(map(Path, made.stdout.split()), out) == NAMES
