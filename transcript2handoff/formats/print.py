"""Markdown as PDF: pandoc writes the text as Typst markup, ``print.typ`` lays it out."""

import json
import re
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, Literal

import typst

from transcript2handoff.errors import DocumentError
from transcript2handoff.formats.pandoc import pandoc
from transcript2handoff.formats.paper import Paper
from transcript2handoff.formats.tree import legal, tree
from transcript2handoff.words import Words, message

_SVG_STARTS: Final = (b"<svg", b"<?xml", b"\xef\xbb\xbf<")
_PAGE: Final = re.compile(rb"/Type ?/Page\b")
"""What each page is called in a PDF; Typst does not compress these objects."""
_MAIN: Final = b'#import "print.typ": *\n#show: paper\n'
_LOGO: Final = (
    b'#set page(width: auto, height: auto, margin: 0pt, fill: none)\n#image("%s", height: 24pt)'
)


def pdf(markdown: str, paper: Paper) -> bytes:
    """The document on A4; the same text gives the same bytes.

    Raises:
        DocumentError: the logo is broken, or the document cannot be laid out.
    """
    body = pandoc(tree(markdown, for_typst=True), "--from=json", "--to=typst", "--wrap=none")
    layout = files("transcript2handoff.templates").joinpath("print.typ").read_bytes()
    sources = {"main.typ": _MAIN + body, "print.typ": layout}
    if paper.logo is not None:
        logo_png(paper.logo)
        sources[_logo_name(paper.logo)] = paper.logo
    return _shortest(sources, paper)


def _shortest(sources: dict[str, bytes], paper: Paper) -> bytes:
    """The document, set more tightly if that saves a last page of a few lines."""
    usual = _compiled(sources, "pdf", _told(paper))
    if _pages(usual) == 1:
        return usual
    tight = _compiled(sources, "pdf", _told(paper, tight=True))
    return tight if _pages(tight) < _pages(usual) else usual


def _pages(made: bytes) -> int:
    return len(_PAGE.findall(made))


def logo_png(logo: bytes) -> bytes:
    """The logo as PNG, 100 pixels high.

    Raises:
        DocumentError: it is neither PNG nor SVG, or broken.
    """
    name = _logo_name(logo)
    try:
        return _compiled({"main.typ": _LOGO % name.encode(), name: logo}, "png", {})
    except DocumentError as error:
        raise DocumentError(
            f"The logo cannot be shown ({error.__cause__}); give a PNG or SVG file"
        ) from error


def _logo_name(logo: bytes) -> str:
    return "logo.svg" if logo.lstrip().startswith(_SVG_STARTS) else "logo.png"


def _told(paper: Paper, *, tight: bool = False) -> dict[str, str]:
    words = Words.of(paper.language)
    told = {
        "title": legal(paper.title),
        "language": paper.language,
        "primary": paper.look.primary,
        "accent": paper.look.accent,
        "logo": "" if paper.logo is None else _logo_name(paper.logo),
        "footer": legal(paper.footer),
        "audience": paper.audience,
        "tight": tight,
        "page": words.say(message("Page {page} of {pages}", page="\0", pages="\1")),
    }
    return {"paper": json.dumps(told)}


def _compiled(
    sources: dict[str, bytes], form: Literal["pdf", "png"], told: dict[str, str]
) -> bytes:
    # The root holds nothing else: markup that asks for a file finds none.
    with TemporaryDirectory() as root:
        for name, source in sources.items():
            Path(root, name).write_bytes(source)
        try:
            return typst.compile(
                str(Path(root, "main.typ")),
                root=root,
                format=form,
                ppi=300.0,
                sys_inputs=told,
                timestamp=0,
            )
        except RuntimeError as error:
            raise DocumentError(f"The document cannot be laid out: {error}") from error
