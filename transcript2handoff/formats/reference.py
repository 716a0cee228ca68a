"""Makes ``templates/reference.docx``, the styles of our DOCX files, out of those of pandoc.

Run it as ``python -m transcript2handoff.formats.reference templates/reference.docx``; it needs
python-docx. Words in braces are filled in by ``formats/word.py``.
"""

import io
import sys
from pathlib import Path
from typing import Any, Final

from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from transcript2handoff.company import Look
from transcript2handoff.formats.pandoc import pandoc

Part = Any
"""Of a document in python-docx, whose types do not tell kinds of styles apart."""
_FONT: Final = "Calibri"
_W: Final = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_SIZES: Final = {"Heading 1": 20, "Heading 2": 14, "Heading 3": 11.5, "Heading 4": 10.5}
_TABLE: Final = f"""<w:tblPr {_W}><w:tblW w:w="5000" w:type="pct"/><w:tblBorders>
<w:bottom w:val="single" w:sz="4" w:color="BFBFBF"/>
<w:insideH w:val="single" w:sz="4" w:color="BFBFBF"/></w:tblBorders><w:tblCellMar>
<w:top w:w="30" w:type="dxa"/><w:left w:w="85" w:type="dxa"/>
<w:bottom w:w="30" w:type="dxa"/><w:right w:w="85" w:type="dxa"/></w:tblCellMar></w:tblPr>"""
_HEAD: Final = """<w:tblStylePr {w} w:type="firstRow"><w:rPr><w:b/><w:color w:val="{c}"/></w:rPr>
<w:tcPr><w:tcBorders><w:bottom w:val="single" w:sz="8" w:color="{c}"/></w:tcBorders>
</w:tcPr></w:tblStylePr>"""


def reference() -> bytes:
    """The reference document: A4, our fonts and colours, header and footer with places."""
    plain = pandoc(b"", "--from=commonmark", "--to=docx")
    document = Document(io.BytesIO(plain))
    primary = RGBColor.from_string(Look().primary[1:].upper())
    for style in document.styles:
        if style.type in {WD_STYLE_TYPE.PARAGRAPH, WD_STYLE_TYPE.CHARACTER}:
            _set_font(style)
            if style.name in _SIZES:
                style.font.size = Pt(_SIZES[style.name])
                style.font.bold, style.font.italic = True, False
                style.font.color.rgb = primary
            if style.name in {"Hyperlink"}:
                style.font.color.rgb = primary
    document.styles["Normal"].font.size = Pt(10.5)
    document.styles["Compact"].font.size = Pt(9.5)
    _set_table(document.styles["Table"].element, str(primary))
    _set_page(document.sections[0])
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _set_font(style: Part) -> None:
    name = "Consolas" if style.name == "Verbatim Char" else _FONT
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for attribute in list(fonts.attrib):
        del fonts.attrib[attribute]
    for script in ("ascii", "hAnsi", "cs", "eastAsia"):
        fonts.set(qn(f"w:{script}"), name)


def _set_table(style: Part, colour: str) -> None:
    for tag in ("w:tblPr", "w:tblStylePr"):
        for old in style.findall(qn(tag)):
            style.remove(old)
    style.append(parse_xml(_TABLE))
    style.append(parse_xml(_HEAD.format(w=_W, c=colour)))


def _set_page(section: Part) -> None:
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2)
    section.top_margin, section.bottom_margin = Cm(2.3), Cm(1.9)
    head, foot = section.header.paragraphs[0], section.footer.paragraphs[0]
    for paragraph in (head, foot):
        paragraph.paragraph_format.tab_stops.add_tab_stop(Cm(17), 2)
    for paragraph, text in ((head, "{title}\t{audience}"), (foot, "{footer}\t{page}")):
        run = paragraph.add_run(text)
        run.font.size = Pt(8.5)
        run.font.color.rgb = RGBColor(0x5A, 0x5A, 0x5A)


if __name__ == "__main__":
    Path(sys.argv[1]).write_bytes(reference())
