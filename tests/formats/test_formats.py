"""Documents are read back with other libraries than those that wrote them."""

import csv
import datetime
import io
import time
import zipfile
from collections.abc import Callable
from importlib.resources import files

import openpyxl
import pytest
from docx import Document
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from transcript2handoff.company import Look
from transcript2handoff.errors import DocumentError
from transcript2handoff.formats import Paper, csv_table, docx, pdf, xlsx_table
from transcript2handoff.formats import print as printed

PAPER = Paper(title="Success plan <#1> & {footer}", footer="Harborline", internal=True)
LOGO = (
    b'<svg xmlns="http://www.w3.org/2000/svg" width="4" height="2">'
    b'<rect width="4" height="2" fill="teal"/></svg>'
)
ATTACKS = (
    '#read("/etc/passwd")',
    "\\include{/etc/passwd}",
    "<script>alert(1)</script>",
    "$x$ @ref <label>",
    "`x`{=openxml}",
    "![picture](http://pictures.example/a.png)",
    "[run](javascript:alert(1))",
    "*/ // ] #panic()",
)
SHOWN = ("read", "include", "run", "alert(1)", "@ref", "openxml", "picture", "panic")
FORMULAS = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "\n=1", "\uff1d1", "\uff0b1")


def word_text(made: bytes) -> str:
    document = Document(io.BytesIO(made))
    cells = (cell.text for table in document.tables for row in table.rows for cell in row.cells)
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


def pdf_text(made: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(made)).pages)


def squeezed(text: str) -> str:
    return "".join(text.split()).replace("\u00ad", "").replace("-", "")


def test_a_word_document_has_headings_tables_and_properties() -> None:
    markdown = "# Plan\n\n## Steps\n\n| When | What |\n| - | --- |\n| Monday | Import |\n"
    document = Document(io.BytesIO(docx(markdown, PAPER)))
    assert [(p.style.name, p.text) for p in document.paragraphs if p.text] == [
        ("Heading 1", "Plan"),
        ("Heading 2", "Steps"),
    ]
    (table,) = document.tables
    assert [[cell.text for cell in row.cells] for row in table.rows] == [
        ["When", "What"],
        ["Monday", "Import"],
    ]
    assert "w:tblHeader" in table.rows[0]._tr.xml
    narrow, wide = (int(column.width) for column in table.columns)
    assert wide == pytest.approx(3 * narrow, rel=0.01)
    assert document.core_properties.title == PAPER.title
    assert document.core_properties.language == "en-GB"
    header = document.sections[0].header.paragraphs[0].text
    assert PAPER.title in header
    assert "Internal" in header
    assert "NUMPAGES" in document.sections[0].footer.paragraphs[0]._p.xml


def test_the_look_of_the_company_is_used() -> None:
    paper = Paper(title="Plan", look=Look(primary="#123456"), logo=LOGO)
    with zipfile.ZipFile(io.BytesIO(docx("# Plan", paper))) as archive:
        assert b'w:val="123456"' in archive.read("word/styles.xml")
        assert archive.read("word/media/logo.png").startswith(b"\x89PNG")
    assert pdf("# Plan", paper) != pdf("# Plan", Paper(title="Plan"))


@pytest.mark.parametrize("make", [docx, pdf])
@pytest.mark.parametrize("logo", [b"", b"GIF89a", b"<svg", LOGO[:60], b"\x89PNG\r\n\x1a\n"])
def test_a_broken_logo_is_named(make: Callable[[str, Paper], bytes], logo: bytes) -> None:
    with pytest.raises(DocumentError, match="logo"):
        make("text", Paper(title="Plan", logo=logo))


@pytest.mark.parametrize("attack", ATTACKS)
def test_what_looks_like_code_is_text(attack: str) -> None:
    shown = attack.removeprefix("!").strip("`[]")
    word = next(part for part in SHOWN if part in shown)
    made = docx(attack, PAPER), pdf(attack, PAPER)
    assert word in word_text(made[0])
    assert word in pdf_text(made[1])
    assert "root:" not in word_text(made[0]) + pdf_text(made[1])
    with zipfile.ZipFile(io.BytesIO(made[0])) as archive:
        assert b"External" not in archive.read("word/_rels/document.xml.rels")


def test_a_raw_block_is_text() -> None:
    markdown = "```{=openxml}\n<w:p>shown</w:p>\n```\n\n```{=typst}\n#panic()\n```\n"
    assert "<w:p>shown</w:p>" in word_text(docx(markdown, PAPER))
    assert "#panic()" in pdf_text(pdf(markdown, PAPER))


def test_links_lead_somewhere_or_are_text() -> None:
    markdown = (
        '<a id="call 1"></a>\n\n[to](<#call 1>) [none](#call-2) [rec](1_call.opus#t=12) '
        "[web](https://example.com) "
        "[file](file:///etc/passwd) [up](../x.opus) [root](/x) [host](//h/x)\n"
    )
    with zipfile.ZipFile(io.BytesIO(docx(markdown, PAPER))) as archive:
        targets = archive.read("word/_rels/document.xml.rels").decode()
        body = archive.read("word/document.xml").decode()
    assert "https://example.com" in targets
    assert "1_call.opus#t=12" in targets
    assert "passwd" not in targets
    assert 'Target="../x.opus"' in targets
    assert targets.count("External") == 3
    assert body.count('w:anchor="anchor-1"') == 1
    assert "none" in pdf_text(pdf(markdown, PAPER))


def test_a_long_table_repeats_its_header_on_every_page() -> None:
    rows = "".join(f"| {n} | A promise with some words, number {n} |\n" for n in range(60))
    made = PdfReader(io.BytesIO(pdf(f"| No | Promise |\n| - | ---- |\n{rows}", PAPER)))
    texts = [page.extract_text() for page in made.pages]
    assert len(texts) > 1
    for number, text in enumerate(texts, start=1):
        assert "Promise" in text
        assert "Internal" in text
        assert f"Page {number} of {len(texts)}" in text
    assert all(f"number {n}" in "\n".join(texts) for n in range(60))


def test_a_last_page_of_a_few_lines_is_saved(monkeypatch: pytest.MonkeyPatch) -> None:
    def lines_on_a_page() -> int:
        def pages(lines: int) -> int:
            text = "\n\n".join(f"Line {n} of the plan." for n in range(lines))
            return len(PdfReader(io.BytesIO(pdf(text, PAPER))).pages)

        return next(lines for lines in range(30, 80) if pages(lines) == 2) - 1

    saved = lines_on_a_page()
    monkeypatch.setattr("transcript2handoff.formats.print._shortest", _as_it_comes)
    assert saved > lines_on_a_page() + 3


def _as_it_comes(sources: dict[str, bytes], paper: Paper) -> bytes:
    return printed._compiled(sources, "pdf", printed._told(paper))


def test_a_word_wider_than_its_cell_breaks_and_others_stay_whole() -> None:
    rows = f"| {'x' * 120} | Konfigurationsverwaltung | c |"
    text = pdf_text(pdf(f"| a | b | c |\n| - | - | - |\n{rows}\n", PAPER))
    lines = text.replace("\u200b", "").splitlines()
    longest = max(len(line) for line in lines if "xx" in line)
    assert longest < 60
    assert "".join(lines).count("x") == 120
    assert "Konfigurationsverwaltung" in text


def test_a_word_document_keeps_rows_whole_and_rules_fine() -> None:
    markdown = "above\n\n---\n\nbelow\n\n| a |\n| - |\n| 1 |\n| 2 |\n"
    with zipfile.ZipFile(io.BytesIO(docx(markdown, PAPER))) as archive:
        body = archive.read("word/document.xml").decode()
        header = archive.read("word/header1.xml").decode()
    assert body.count("<w:cantSplit/>") == body.count("<w:tr>") == 3
    assert "o:hr" not in body
    assert body.count("<w:pBdr>") == 1
    assert "<w:b/>" in header
    document = Document(io.BytesIO(docx(markdown, PAPER)))
    assert [p.text for p in document.paragraphs if p.text] == ["above", "below"]


def test_only_internal_documents_say_so() -> None:
    for_all = Document(io.BytesIO(docx("text", Paper(title="Plan"))))
    assert "Internal" not in for_all.sections[0].header.paragraphs[0].text


WORDS = st.lists(
    st.one_of(
        st.sampled_from([*"#$@_~<>[]{}&/\"'=+-|", "\u200f", "//", "/*", "*/", "é", "Ж", "x" * 200]),
        st.text("abcäöüß09", min_size=1, max_size=9),
    ),
    min_size=1,
    max_size=12,
)


@settings(max_examples=25, deadline=None)
@given(WORDS)
def test_no_word_is_lost(words: list[str]) -> None:
    text = " ".join(words)
    punctuation = "\\`*_{}[]<>()#+-.!|~&$@/\"'="
    markdown = "".join(f"\\{sign}" if sign in punctuation else sign for sign in f"start {text} end")
    assert f"start {text} end" in word_text(docx(markdown, PAPER))
    letters = [word for word in words if word.isalnum()]
    shown = squeezed(pdf_text(pdf(markdown, PAPER)))
    assert all(word in shown for word in letters)


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=80))
def test_any_markdown_becomes_a_document(markdown: str) -> None:
    assert docx(markdown, PAPER).startswith(b"PK")
    assert pdf(markdown, PAPER).startswith(b"%PDF")


def test_the_same_text_gives_the_same_bytes() -> None:
    def made() -> list[bytes]:
        paper = Paper(title="Plan", logo=LOGO)
        return [docx("# A", paper), pdf("# A", paper), xlsx_table("A", ["a"], [["b"]])]

    first = made()
    time.sleep(2.1)
    assert made() == first


@pytest.mark.parametrize("formula", FORMULAS)
def test_no_cell_is_a_formula(formula: str) -> None:
    text = csv_table(["a"], [[formula]]).decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(text, newline=""))) == [["a"], [f"'{formula}"]]
    sheet = openpyxl.load_workbook(io.BytesIO(xlsx_table("A", [formula], [[formula]]))).active
    assert sheet is not None
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} == {"s"}


def test_csv_keeps_what_is_harmless() -> None:
    made = csv_table(["a", "b"], [['say "x", y', -3], [None, "a=b"]])
    assert made == b'\xef\xbb\xbfa,b\r\n"say ""x"", y",-3\r\n,a=b\r\n'


def test_a_workbook_has_dates_a_frozen_header_and_no_control_characters() -> None:
    day = datetime.date(2026, 5, 4)
    made = xlsx_table("Plan: a/b", ["When", "What"], [[day, "a\x00b" * 9]])
    sheet = openpyxl.load_workbook(io.BytesIO(made)).active
    assert sheet is not None
    assert sheet.title == "Plan  a b"
    assert sheet["A2"].value == datetime.datetime(2026, 5, 4)
    assert sheet["B2"].value == "ab" * 9
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:B2"


def test_the_shipped_styles_hold_no_macro() -> None:
    template = files("transcript2handoff.templates").joinpath("reference.docx").read_bytes()
    with zipfile.ZipFile(io.BytesIO(template)) as archive:
        assert not [name for name in archive.namelist() if "vba" in name.lower()]
