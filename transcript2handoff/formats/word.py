"""Markdown as DOCX: pandoc writes the text, ``reference.docx`` has the styles."""

import re
import struct
from collections.abc import Callable
from functools import partial
from importlib.resources import as_file, files
from typing import Final
from xml.sax.saxutils import escape

from transcript2handoff.company import Look
from transcript2handoff.formats.archive import timeless
from transcript2handoff.formats.pandoc import pandoc
from transcript2handoff.formats.paper import Paper
from transcript2handoff.formats.print import logo_png
from transcript2handoff.formats.tree import legal, tree
from transcript2handoff.words import Words, message

_LOGO_HEIGHT: Final = 230_000
"""In English Metric Units, of which 36,000 make a millimetre."""
_LANGUAGES: Final = {"en": "en-GB", "de": "de-DE"}
_GREY: Final = '<w:rPr><w:color w:val="5A5A5A"/><w:sz w:val="17"/></w:rPr>'
_FIELD: Final = (
    f'</w:t></w:r><w:fldSimple w:instr="{{name}}"><w:r>{_GREY}<w:t>1</w:t></w:r></w:fldSimple>'
    f'<w:r>{_GREY}<w:t xml:space="preserve">'
)
_AUDIENCE: Final = (
    '</w:t></w:r><w:r><w:rPr><w:b/><w:color w:val="000000"/><w:sz w:val="19"/>'
    '<w:bdr w:val="single" w:sz="6" w:space="0" w:color="{accent}"/></w:rPr>'
    '<w:t xml:space="preserve"> {words} </w:t></w:r>'
    f'<w:r>{_GREY}<w:t xml:space="preserve">'
)
_RULE: Final = re.compile(r"<w:p>(?:(?!</w:p>).)*?\bo:hr=(?:(?!</w:p>).)*?</w:p>", re.DOTALL)
_FINE_RULE: Final = (
    '<w:p><w:pPr><w:pBdr><w:bottom w:val="single" w:sz="4" w:space="1" w:color="C3C3C3"/>'
    "</w:pBdr></w:pPr></w:p>"
)
_RELATIONS: Final = (
    '<?xml version="1.0" encoding="UTF-8"?><Relationships '
    'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="logo" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/image" '
    'Target="media/logo.png"/></Relationships>'
)
_PICTURE: Final = """<w:t xml:space="preserve">   </w:t></w:r><w:r><w:drawing><wp:inline
 xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing">
<wp:extent cx="{width}" cy="{height}"/><wp:docPr id="1" name="Logo" descr="Logo"/>
<a:graphic xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main">
<a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture">
<pic:pic xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture">
<pic:nvPicPr><pic:cNvPr id="1" name="Logo"/><pic:cNvPicPr/></pic:nvPicPr>
<pic:blipFill><a:blip r:embed="logo"
 xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"/>
<a:stretch><a:fillRect/></a:stretch></pic:blipFill>
<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="{width}" cy="{height}"/></a:xfrm>
<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData>
</a:graphic></wp:inline></w:drawing></w:r></w:p>"""


def docx(markdown: str, paper: Paper) -> bytes:
    """The document for Word and its like; the same text gives the same bytes.

    Raises:
        DocumentError: the logo is broken, or the document cannot be converted.
    """
    source = tree(markdown)
    with as_file(files("transcript2handoff.templates").joinpath("reference.docx")) as styles:
        made = pandoc(source, "--from=json", "--to=docx", f"--reference-doc={styles}")
    changes: dict[str, Callable[[str], str]] = {
        "word/document.xml": _laid_out,
        "word/styles.xml": partial(_styled, paper),
        "word/header1.xml": partial(_headed, paper),
        "word/footer1.xml": partial(_footed, paper),
        "docProps/core.xml": partial(_described, paper),
    }
    added: dict[str, bytes] = {}
    if paper.logo is not None:
        picture = logo_png(paper.logo)
        changes["word/header1.xml"] = lambda xml: _pictured(_headed(paper, xml), picture)
        changes["[Content_Types].xml"] = _with_png
        added["word/media/logo.png"] = picture
        added["word/_rels/header1.xml.rels"] = _RELATIONS.encode()
    return timeless(made, changes, added)


def _laid_out(xml: str) -> str:
    """Fine rules instead of thick ones, and no row of a table on two pages."""
    whole = re.sub(r"<w:tr>(<w:trPr>)?", _unsplit, xml)
    return _RULE.sub(_FINE_RULE, whole)


def _unsplit(row: re.Match[str]) -> str:
    return "<w:tr><w:trPr><w:cantSplit/>" + ("" if row[1] else "</w:trPr>")


def _styled(paper: Paper, xml: str) -> str:
    ours, theirs = Look().primary[1:].upper(), paper.look.primary[1:].upper()
    tag = f'w:val="{_LANGUAGES[paper.language]}"'
    coloured = xml.replace(f'w:color w:val="{ours}"', f'w:color w:val="{theirs}"')
    coloured = coloured.replace(f'w:color="{ours}"', f'w:color="{theirs}"')
    return coloured.replace('w:val="en-US"', tag)


def _headed(paper: Paper, xml: str) -> str:
    accent = paper.look.accent[1:].upper()
    shown = _AUDIENCE.format(accent=accent, words=_text(paper.audience)) if paper.audience else ""
    said = {"{title}": _text(paper.title), "{audience}": shown}
    return _filled(xml, said)


def _footed(paper: Paper, xml: str) -> str:
    marks = {"\ue000": "PAGE", "\ue001": "NUMPAGES"}
    page, pages = marks
    told = _text(
        Words.of(paper.language).say(message("Page {page} of {pages}", page=page, pages=pages))
    )
    for mark, name in marks.items():
        told = told.replace(mark, _FIELD.format(name=name))
    return _filled(xml, {"{footer}": _text(paper.footer), "{page}": told})


def _filled(xml: str, values: dict[str, str]) -> str:
    # In one pass: a value that looks like a place stays what it is.
    spaced = xml.replace("<w:t>", '<w:t xml:space="preserve">')
    return re.sub(r"\{\w+\}", lambda place: values.get(place[0], place[0]), spaced)


def _described(paper: Paper, xml: str) -> str:
    title = f"<dc:title>{_text(paper.title)}</dc:title>"
    language = f"<dc:language>{_LANGUAGES[paper.language]}</dc:language>"
    without = re.sub(r"<dc:title\s*/>|<dc:title>.*?</dc:title>", "", xml, flags=re.DOTALL)
    return without.replace("</cp:coreProperties>", f"{title}{language}</cp:coreProperties>")


def _pictured(xml: str, picture: bytes) -> str:
    width, height = struct.unpack(">II", picture[16:24])
    drawn = _PICTURE.format(width=_LOGO_HEIGHT * width // height, height=_LOGO_HEIGHT)
    start, _, end = xml.rpartition("</w:r></w:p>")
    return f"{start}</w:r><w:r>{drawn}{end}"


def _with_png(xml: str) -> str:
    if 'Extension="png"' in xml:
        return xml
    return xml.replace("</Types>", '<Default Extension="png" ContentType="image/png"/></Types>')


def _text(text: str) -> str:
    return escape(" ".join(legal(text).split()))
