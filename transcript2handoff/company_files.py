"""Reads the folder of a company: ``company.yaml``, the logo, and templates of its own."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Final, Literal
from xml.parsers.expat import ExpatError, ParserCreate

from transcript2handoff.company import Company, parse_company
from transcript2handoff.errors import CompanyFileError, TemplateFileError
from transcript2handoff.files import is_below
from transcript2handoff.render.templates import Templates
from transcript2handoff.words import Language, Words

LARGEST_LOGO: Final = 1 << 20
"""In bytes."""
LARGEST_TEXT: Final = 1 << 18
"""Of the company file and of each template, in bytes."""
_PNG: Final = b"\x89PNG\r\n\x1a\n"
_SVG: Final = "http://www.w3.org/2000/svg svg"
_LIVE: Final = ("script", "foreignObject", "handler", "listener", "set", "animate")
"""Elements of SVG that may do more than show something."""
_LOADING: Final = re.compile(r"@import|url\(\s*(?![\s\"'#])|url\(\s*[\"'](?!#)|\\", re.IGNORECASE)
"""In a style: addresses outside of the picture, and escapes behind which they hide."""

MediaType = Literal["image/png", "image/svg+xml"]


@dataclass(frozen=True)
class Logo:
    """A picture as it stands in the file. An SVG holds no scripts and loads nothing."""

    data: bytes
    media_type: MediaType


@dataclass(frozen=True, kw_only=True)
class CompanyFiles:
    """A company with the files that its settings name. ``templates`` are sources by name."""

    company: Company
    logo: Logo | None = None
    templates: Mapping[str, str] = field(default_factory=dict)
    templates_folder: str = "templates"
    """What errors call the folder of the templates."""

    def templates_in(self, language: Language) -> Templates:
        """The templates of the documents, the company's own among them, in a language."""
        return Templates(Words.of(language), self.templates, self.templates_folder)


def read_company(path: Path) -> CompanyFiles:
    """Read a company file, and what it names beside it; all templates are checked.

    Raises:
        CompanyFileError: the file, the logo or the folder cannot be read or is not valid.
        TemplateFileError: a template of the company's own is wrong.
    """
    company = parse_company(_text(path, CompanyFileError), where=str(path))
    found = _Named(path)
    logo = company.look.logo and found.file(company.look.logo, "logo")
    folder = company.templates and found.folder(company.templates)
    own = dict(_templates(folder)) if folder else {}
    where = str(path.parent / (company.templates or "templates"))
    Templates(own=own, where=where).check()
    return CompanyFiles(
        company=company,
        logo=_logo(logo) if logo else None,
        templates=own,
        templates_folder=where,
    )


@dataclass(frozen=True)
class _Named:
    """Finds what a company file names: below its own folder, and nowhere else."""

    company: Path

    def file(self, name: str, what: str) -> Path:
        path = self._below(name)
        if not path.is_file():
            raise CompanyFileError(
                f"{self.company} names the {what} {name}, and no such file is there."
            )
        return path

    def folder(self, name: str) -> Path:
        path = self._below(name)
        if not path.is_dir():
            raise CompanyFileError(
                f"{self.company} names the templates {name}, and no such folder is there."
            )
        return path

    def _below(self, name: str) -> Path:
        path = self.company.parent / name
        if "\0" in name or not is_below(path, self.company.parent):
            raise CompanyFileError(
                f"{self.company} names {name!r}, which leads out of its own folder. Put it there."
            )
        return path


def _templates(folder: Path) -> Iterator[tuple[str, str]]:
    """Own templates by name. Hidden files are the system's or an editor's, and no templates."""
    ours = Templates.names()
    for path in sorted(folder.iterdir()):
        if path.name.startswith("."):
            continue
        if path.name not in ours:
            near = get_close_matches(path.name, ours, n=1) or [", ".join(ours)]
            raise TemplateFileError(
                f"{path} replaces no template of ours. Rename it or take it away; ours: {near[0]}."
            )
        if not is_below(path, folder):
            raise TemplateFileError(
                f"{path} leads out of its own folder. Put the file itself there."
            )
        yield path.name, _text(path, TemplateFileError)


def _logo(path: Path) -> Logo:
    data = _read(path, LARGEST_LOGO, CompanyFileError)
    if data.startswith(_PNG):
        return Logo(data, "image/png")
    try:
        _check_svg(data)
    except ExpatError as error:
        raise CompanyFileError(f"The logo {path} is neither PNG nor SVG ({error}).") from error
    except _NoPictureError as error:
        raise CompanyFileError(f"The logo {path} cannot be used: {error}.") from error
    return Logo(data, "image/svg+xml")


class _NoPictureError(Exception):
    """XML that is no SVG, or more than a picture."""


def _check_svg(data: bytes) -> None:
    """Refuse what a page would run or load: it is put into documents that others open."""
    parser = ParserCreate(namespace_separator=" ")
    elements: list[str] = []
    words: list[str] = []

    def refuse(*_: object) -> None:
        raise _NoPictureError("it has a document type or a processing instruction")

    def element(tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(" ")[2]
        if not elements and tag != _SVG:
            raise _NoPictureError(f"it is no SVG, it begins with <{name}>")
        elements.append(name)
        if name in _LIVE:
            raise _NoPictureError(f"it has an element <{name}>")
        for key, value in attributes.items():
            _check_attribute(key.rpartition(" ")[2].lower(), value)

    parser.StartDoctypeDeclHandler = refuse
    parser.ProcessingInstructionHandler = refuse
    parser.StartElementHandler = element
    parser.CharacterDataHandler = words.append
    parser.Parse(data, True)
    _check_style("".join(words))


def _check_attribute(name: str, value: str) -> None:
    if name.startswith("on"):
        raise _NoPictureError(f"it runs a script ({name})")
    if name in ("href", "src") and not value.startswith(("#", "data:image/png", "data:image/jpeg")):
        raise _NoPictureError(f"it links to {value!r}; only links within the picture are used")
    _check_style(value)


def _check_style(text: str) -> None:
    if _LOADING.search(text):
        raise _NoPictureError("a style in it loads something; only links within it are used")


def _text(path: Path, kind: type[CompanyFileError] | type[TemplateFileError]) -> str:
    try:
        return _read(path, LARGEST_TEXT, kind).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise kind(f"{path} is not UTF-8 (byte {error.start + 1}). Save it as UTF-8.") from error


def _read(
    path: Path, largest: int, kind: type[CompanyFileError] | type[TemplateFileError]
) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(largest + 1)
    except OSError as error:
        raise kind(f"Cannot read {path}: {error.strerror}. Check the path.") from error
    if len(data) > largest:
        raise kind(f"{path} is larger than {largest >> 10:,} KiB. Make it smaller.")
    return data
