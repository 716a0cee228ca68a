"""Looking for what was erased, in a way that knows nothing of how it was erased.

Tables and columns are those that the database itself names, not those of this program: a table
that an erasure forgot is looked through like any other. Texts are compared letter for letter.
"""

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final, Self

from sqlalchemy import (
    Column,
    Connection,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    inspect,
    select,
)
from sqlalchemy.types import JSON

from transcript2handoff.erasure import Who

_ID: Final = re.compile(r"[a-z]+-[0-9a-f]{20}")
_OWN_IDS: Final = ("deal_id", "call_id", "run_id", "workflow_uuid", "id", "digest")
_BETWEEN: Final = r"(?:[\s,_.+-]|\\n|%20)+"
"""Between two words of a name: also in names of files, in addresses of pages, in JSON."""
_AT_ONCE: Final = 500
_PIECE: Final = 1 << 20
_OVERLAP: Final = 2000
"""Bytes that two pieces share: longer than a name."""
_MOST: Final = 20
KNOWING: Final = ("audit", "erasures")
"""Tables that are to know of what was erased, by its ids."""


@dataclass(frozen=True, kw_only=True)
class Sought:
    """What is looked for.

    Attributes:
        ids: of rows that are gone.
        words: whole names and addresses of a person; none if nobody is looked for.
        raw: the same as they are written, also amid letters: in a file of a database, bytes that
            say how long a text is stand right before it, and may look like any.
    """

    ids: frozenset[str] = frozenset()
    words: re.Pattern[str] | None = None
    raw: re.Pattern[str] | None = None

    @classmethod
    def of(cls, ids: Iterable[str] = (), who: Who | None = None) -> Self:
        """Ids, and a person by whole names and addresses as they are told."""
        if who is None:
            return cls(ids=frozenset(ids))
        return cls(ids=frozenset(ids), words=_pattern(who), raw=_raw_pattern(who))

    def ids_in(self, text: str) -> set[str]:
        """Those of the ids that stand in a text."""
        return set(self.ids.intersection(_ID.findall(text))) if self.ids else set()

    def is_named_in(self, text: str) -> bool:
        """Whether a text names the person."""
        if self.words is None:
            return False
        return bool(self.words.search(unicodedata.normalize("NFC", text).casefold()))

    def is_named_in_bytes(self, data: bytes) -> bool:
        """Whether bytes of a file name the person."""
        text = unicodedata.normalize("NFC", data.decode(errors="ignore"))
        return bool(self.raw and self.raw.search(text)) or self.is_named_in(text)


def _is_whole(name: str) -> bool:
    return len(name.split()) > 1 or name.upper() == name.lower()


def _pattern(who: Who) -> re.Pattern[str] | None:
    """Finds whole names, whatever stands between their words, and addresses."""
    names = sorted({form for name in filter(_is_whole, who.names) for form in _forms(name)})
    emails = sorted(
        {form.replace("@", "(?:@|%40)") for email in who.emails for form in _forms(email)}
    )
    told = []
    if names:
        told.append(rf"(?<![^\W_])(?:{'|'.join(names)})(?![^\W_])")
    if emails:
        told.append(rf"(?<![\w.+-])(?:{'|'.join(emails)})(?![\w@]|[.-]\w)")
    return re.compile("|".join(told)) if told else None


def _raw_pattern(who: Who) -> re.Pattern[str] | None:
    texts = [unicodedata.normalize("NFC", t) for t in (*filter(_is_whole, who.names), *who.emails)]
    forms = {form for text in texts for form in (text, text.upper(), json.dumps(text)[1:-1])}
    told = sorted(_BETWEEN.join(map(re.escape, form.split())) for form in forms)
    return re.compile("|".join(told)) if told else None


def _forms(text: str) -> Iterator[str]:
    """A text as it is, and as JSON writes it where that keeps to ASCII."""
    plain = unicodedata.normalize("NFC", text).casefold()
    for form in (plain, json.dumps(plain)[1:-1], json.dumps(text)[1:-1].casefold()):
        yield _BETWEEN.join(map(re.escape, form.split()))


@dataclass
class Found:
    """What was found, and how much was looked through.

    Attributes:
        rows: that were looked through.
        ids: of what was to be gone, by the columns in which they stand.
        words: rows that name the person, by the columns; each with an id of it, or none.
    """

    rows: Counter[str] = field(default_factory=Counter)
    ids: dict[str, set[str]] = field(default_factory=dict)
    words: dict[str, list[str]] = field(default_factory=dict)


def search(
    connection: Connection,
    sought: Sought,
    *,
    schema: str | None = None,
    without: Collection[str] = (),
) -> Found:
    """Look through all texts of a database.

    Args:
        connection: to it, for reading.
        sought: what is looked for.
        schema: of PostgreSQL, if it is not the usual one.
        without: tables that are left out.
    """
    found = Found()
    names = inspect(connection).get_table_names(schema=schema)
    for name in sorted(set(names) - set(without)):
        table = Table(name, MetaData(), autoload_with=connection, schema=schema, resolve_fks=False)
        _search_table(connection, table, sought, found)
    return found


def _search_table(connection: Connection, table: Table, sought: Sought, found: Found) -> None:
    short = [column for column in table.columns if _is_short(column)]
    long = [column for column in table.columns if _is_text(column) and column not in short]
    if table.name in KNOWING:
        sought = replace(sought, ids=frozenset())
    if sought.ids:
        for column in short:
            _search_ids(connection, column, sought, found)
    # What was said, turn by turn, is told apart by a column of ids; its words hold none.
    by_ids = long if sought.ids and table.name != "said" else []
    looked = [*short, *long] if sought.words else by_ids
    if looked:
        _search_texts(connection, table, looked, (sought, found))


def _is_short(column: Column[Any]) -> bool:
    kind = column.type
    return isinstance(kind, String) and not isinstance(kind, Text) and bool(kind.length)


def _is_text(column: Column[Any]) -> bool:
    return isinstance(column.type, (String, LargeBinary, JSON)) or not _is_known(column)


def _is_known(column: Column[Any]) -> bool:
    """Whether it is of a kind that holds no letters; one that nobody knows may hold some."""
    try:
        return column.type.python_type is not str
    except NotImplementedError:
        return False


def _search_ids(connection: Connection, column: Column[Any], sought: Sought, found: Found) -> None:
    ids = sorted(sought.ids)
    for begin in range(0, len(ids), _AT_ONCE):
        query = select(column).where(column.in_(ids[begin : begin + _AT_ONCE])).distinct()
        for told in connection.scalars(query):
            found.ids.setdefault(f"{column.table.name}.{column.name}", set()).add(told)


def _search_texts(
    connection: Connection,
    table: Table,
    columns: list[Column[Any]],
    what: tuple[Sought, Found],
) -> None:
    sought, found = what
    named = [table.columns[name] for name in _OWN_IDS if name in table.columns]
    query = select(*columns, *named[:1]).execution_options(yield_per=_AT_ONCE)
    for row in connection.execute(query):
        found.rows[table.name] += 1
        for column, value in zip(columns, row, strict=False):
            text = _as_text(value)
            place = f"{table.name}.{column.name}"
            if ids := sought.ids_in(text):
                found.ids.setdefault(place, set()).update(ids)
            if sought.is_named_in(text):
                found.words.setdefault(place, []).append(_opaque(row[-1] if named else None))


def _as_text(value: object) -> str:
    if value is None:
        return ""
    return value.decode(errors="replace") if isinstance(value, bytes) else str(value)


def _opaque(value: object) -> str:
    told = str(value or "")
    return told if _ID.fullmatch(told) or re.fullmatch(r"[0-9a-f]{64}", told) else ""


def is_named_in_file(path: Path, sought: Sought) -> bool:
    """Whether the bytes of a file name a person, wherever in it they stand."""
    before = b""
    for piece in _pieces(path):
        data = before + piece
        if sought.is_named_in_bytes(data):
            return True
        before = data[-_OVERLAP:]
    return False


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            yield piece


def some(ids: Iterable[str]) -> tuple[str, ...]:
    """The first twenty of these ids, without those that are empty."""
    return tuple(sorted({each for each in ids if each}))[:_MOST]
