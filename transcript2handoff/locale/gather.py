"""All fixed words of the package, and the catalogues brought up to date with them.

``python -m transcript2handoff.locale.gather`` adds new words to each catalogue without a
translation, drops those that nothing says any more, and names those that want a translation.
Catalogues that are named on the command line give translations of their language's words.
"""

import io
import sys
from collections.abc import Iterable, Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, Final

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po
from jinja2.ext import babel_extract

Msgid = str | tuple[str, str]
"""Fixed words, or their forms for one and for many."""

_KEYWORDS: Final = {
    "message": None,
    "counted": (1, 2),
    "_": None,
    "gettext": None,
    "ngettext": (1, 2),
}
_TEMPLATES: Final = (".jinja", ".css")


def msgids() -> tuple[Msgid, ...]:
    """The fixed words of code and templates, each once, sorted."""
    code = _found("transcript2handoff", (".py",), "python")
    shown = _found("transcript2handoff.templates", _TEMPLATES, babel_extract)
    return tuple(sorted({*code, *shown}, key=str))


def read_catalogue(text: bytes, language: str) -> Catalog:
    """A catalogue as it stands in its file."""
    return read_po(io.BytesIO(text), locale=language)


def brought_up_to_date(catalogue: Catalog, wanted: Iterable[Msgid]) -> Catalog:
    """The catalogue with these fixed words alone; new ones have no translation yet."""
    fresh = Catalog(locale=catalogue.locale, fuzzy=False)
    for msgid in wanted:
        known = catalogue.get(msgid if isinstance(msgid, str) else msgid[0])
        fits = known is not None and known.id == msgid
        fresh.add(msgid, known.string if known is not None and fits else "")
    return fresh


def untranslated(catalogue: Catalog) -> tuple[Msgid, ...]:
    """The fixed words that have no translation, or not for both forms."""
    bare = [entry.id for entry in catalogue if entry.id and not _is_translated(entry)]
    return tuple(one if isinstance(one, str) else (one[0], one[1]) for one in bare)


def filled(catalogue: Catalog, given: Catalog) -> Catalog:
    """The catalogue, with translations out of another where it has none of its own."""
    for msgid in untranslated(catalogue):
        known = given.get(msgid if isinstance(msgid, str) else msgid[0])
        if known is not None and known.id == msgid:
            catalogue.delete(msgid if isinstance(msgid, str) else msgid[0])
            catalogue.add(msgid, known.string)
    return catalogue


def _is_translated(entry: Message) -> bool:
    said = entry.string or ""
    return bool(said) if isinstance(said, str) else all(said)


def text_of(catalogue: Catalog) -> str:
    """The catalogue as its file holds it: no dates and no names, words in their order."""
    out = io.BytesIO()
    write_po(out, catalogue, width=100, sort_output=True, omit_header=True)
    return _HEADER.format(language=catalogue.locale) + out.getvalue().decode()


_HEADER: Final = (
    'msgid ""\nmsgstr ""\n"Language: {language}\\n"\n'
    '"Content-Type: text/plain; charset=utf-8\\n"\n'
    '"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n\n'
)


def _found(package: str, endings: tuple[str, ...], method: Any) -> Iterator[Msgid]:  # noqa: ANN401
    for file in _files(files(package)):
        if file.name.endswith(endings):
            told = extract(method, io.BytesIO(file.read_bytes()), keywords=_KEYWORDS)
            for _, msgid, _, _ in told:
                if msgid:
                    yield msgid if isinstance(msgid, str) else (msgid[0], msgid[1])


def _files(folder: Traversable) -> Iterator[Traversable]:
    for entry in folder.iterdir():
        if entry.is_dir():
            yield from _files(entry)
        else:
            yield entry


def main(named: Iterable[str]) -> None:
    """Bring all catalogues of this folder up to date."""
    wanted = msgids()
    given = [read_catalogue(Path(name).read_bytes(), Path(name).stem) for name in named]
    for file in sorted(Path(__file__).parent.glob("*.po")):
        known = read_catalogue(file.read_bytes(), file.stem)
        fresh = brought_up_to_date(known, wanted)
        for each in given:
            if each.locale == fresh.locale:
                fresh = filled(fresh, each)
        file.write_text(text_of(fresh), encoding="utf-8")
        for msgid in untranslated(fresh):
            sys.stdout.write(f"{file.name}: no translation of {msgid!r}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
