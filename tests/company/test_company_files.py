"""The folder of a company: what it names, and what is not to be read."""

import struct
import zlib
from pathlib import Path

import pytest

from transcript2handoff.company_files import LARGEST_LOGO, read_company
from transcript2handoff.errors import CompanyFileError, TemplateFileError

FIXTURE = Path(__file__).parents[2] / "fixtures" / "harborline" / "company.yaml"
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">{}</svg>'


def png():
    """A white dot."""

    def chunk(kind, data):
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    return (
        b"\x89PNG\r\n\x1a\n"
        + header
        + chunk(b"IDAT", zlib.compress(b"\0\xff"))
        + chunk(b"IEND", b"")
    )


@pytest.fixture
def home(tmp_path):
    """The folder of a company."""
    folder = tmp_path / "acme"
    (folder / "own").mkdir(parents=True)
    return folder


def read(home, text, name="company.yaml"):
    (home / name).write_text(text, encoding="utf-8")
    return read_company(home / name)


def refusal(home, text, kind=CompanyFileError):
    with pytest.raises(kind) as caught:
        read(home, text)
    said = str(caught.value)
    assert said.endswith(".")
    return said


def test_the_company_of_the_fixture():
    found = read_company(FIXTURE)
    assert found.company.name == "Foldwell"
    assert found.logo.media_type == "image/svg+xml"
    assert found.logo.data == (FIXTURE.parent / "logo.svg").read_bytes()
    assert found.templates == {}


def test_a_company_of_one_file(home):
    found = read(home, "name: Acme")
    assert (found.company.name, found.logo, found.templates) == ("Acme", None, {})


def test_a_logo_is_known_by_its_bytes(home):
    (home / "logo.svg").write_bytes(png())
    found = read(home, "look: {logo: logo.svg}")
    assert (found.logo.data, found.logo.media_type) == (png(), "image/png")


@pytest.mark.parametrize(
    "inside",
    [
        '<style>.a{fill:#123}</style><path class="a" d="M0 0h9v9z"/>',
        '<defs><path id="p" d="M0 0h9"/></defs><use href="#p" fill="url(#p)"/>',
        '<image href="data:image/png;base64,AAAA" width="9" height="9"/>',
    ],
)
def test_a_plain_svg_is_a_logo(home, inside):
    (home / "logo.svg").write_text('<?xml version="1.0"?>\n' + SVG.format(inside))
    assert read(home, "look: {logo: logo.svg}").logo.media_type == "image/svg+xml"


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"GIF89a", "is neither PNG nor SVG"),
        (b"", "is neither PNG nor SVG"),
        (b"<svg/>", "it is no SVG, it begins with <svg>"),
        (b"<html xmlns='http://www.w3.org/1999/xhtml'/>", "it begins with <html>"),
        (SVG.format("<script>alert(1)</script>").encode(), "it has an element <script>"),
        (SVG.format('<path onload="alert(1)"/>').encode(), "it runs a script (onload)"),
        (SVG.format('<a href="javascript:alert(1)"/>').encode(), "it links to"),
        (SVG.format('<image href="https://a.example/x.png"/>').encode(), "it links to"),
        (SVG.format('<path style="fill:url(http://a.example)"/>').encode(), "loads something"),
        (SVG.format("<style>@import 'http://a.example';</style>").encode(), "loads something"),
        (SVG.format(r"<style>*{fill:u\72l(//a.example)}</style>").encode(), "loads something"),
        (b"<!DOCTYPE svg>" + SVG.format("").encode(), "it has a document type"),
        (b"<?xml-stylesheet href='x'?>" + SVG.format("").encode(), "a processing instruction"),
        (b"\x89PNG\r\n\x1a\n" + bytes(LARGEST_LOGO), "is larger than 1,024 KiB"),
    ],
)
def test_what_is_no_picture_is_no_logo(home, data, told):
    (home / "logo.png").write_bytes(data)
    said = refusal(home, "look: {logo: logo.png}")
    assert told in said
    assert str(home / "logo.png") in said


def test_a_logo_that_is_not_there(home):
    said = refusal(home, "look: {logo: lgoo.svg}")
    assert said == f"{home / 'company.yaml'} names the logo lgoo.svg, and no such file is there."


@pytest.mark.parametrize("name", ["../logo.svg", "own/../../logo.svg", "/etc/hostname"])
def test_paths_do_not_lead_out_of_the_folder(home, name):
    (home.parent / "logo.svg").write_text(SVG.format(""))
    assert "leads out of its own folder" in refusal(home, f"look: {{logo: {name}}}")
    assert "leads out of its own folder" in refusal(home, "templates: ..")


def test_links_do_not_lead_out_of_the_folder(home):
    outside = home.parent / "outside.svg"
    outside.write_text(SVG.format(""))
    (home / "logo.svg").symlink_to(outside)
    assert "leads out of its own folder" in refusal(home, "look: {logo: logo.svg}")
    (home / "own" / "expansion.md.jinja").symlink_to(outside)
    assert "leads out of its own folder" in refusal(home, "templates: own", TemplateFileError)


def test_links_within_the_folder_are_followed(home):
    (home / "logo-2027.svg").write_text(SVG.format(""))
    (home / "logo.svg").symlink_to("logo-2027.svg")
    assert read(home, "look: {logo: logo.svg}").logo is not None


def test_own_templates_by_name(home):
    (home / "own" / "expansion.md.jinja").write_text("\ufeffOurs: {{ customer }}", encoding="utf-8")
    (home / "own" / ".DS_Store").write_bytes(b"\0")
    found = read(home, "templates: own")
    assert found.templates == {"expansion.md.jinja": "Ours: {{ customer }}"}
    assert found.templates_folder == str(home / "own")


def test_templates_that_are_not_there(home):
    assert "names the templates owm, and no such folder" in refusal(home, "templates: owm")


def test_a_template_that_replaces_none_of_ours(home):
    (home / "own" / "expanson.md.jinja").write_text("")
    said = refusal(home, "templates: own", TemplateFileError)
    assert said == (
        f"{home / 'own' / 'expanson.md.jinja'} replaces no template of ours. "
        "Rename it or take it away; ours: expansion.md.jinja."
    )


def test_a_broken_template_is_named_with_its_line(home):
    (home / "own" / "expansion.md.jinja").write_text("# Title\n\n{% for line in risks %}\n")
    said = refusal(home, "templates: own", TemplateFileError)
    assert said.startswith(f"{home / 'own' / 'expansion.md.jinja'}, line 3: ")


@pytest.mark.parametrize(
    ("data", "told"),
    [(b"caf\xe9", "is not UTF-8 (byte 4). Save it as UTF-8."), (b" " * 300_000, "is larger than")],
)
def test_texts_are_short_and_utf_8(home, data, told):
    (home / "own" / "expansion.md.jinja").write_bytes(data)
    assert told in refusal(home, "templates: own", TemplateFileError)
    (home / "company.yaml").write_bytes(data)
    with pytest.raises(CompanyFileError) as caught:
        read_company(home / "company.yaml")
    assert told in str(caught.value)


def test_a_company_that_is_not_there(home):
    with pytest.raises(CompanyFileError, match=r"Cannot read .*: No such file or directory"):
        read_company(home / "none.yaml")
    with pytest.raises(CompanyFileError, match="Is a directory"):
        read_company(home)
