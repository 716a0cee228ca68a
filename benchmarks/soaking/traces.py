"""Looks for erased words in everything that a soak has left: files, packed files, and databases."""

import io
import zipfile
import zlib
from collections.abc import Collection, Iterator
from pathlib import Path

import psycopg
import pypdf

from benchmarks.soaking.world import World


def traces(world: World) -> Iterator[str]:
    """Where a word stands that was erased; backups are not looked into."""
    words = {word.lower().encode(): (word, what) for word, what in world.gone.items()}
    folder = world.soak.at.folder / "data"
    for path in sorted(each for each in folder.rglob("*") if each.is_file()):
        for found in _found(_readable(path.read_bytes()), words):
            word, what = words[found]
            yield f"{word} of the erased {what} stands in {path.relative_to(folder)}"
    url = world.soak.at.database
    if url.startswith("postgresql"):
        for table, found in _in_tables(url, words):
            word, what = words[found]
            yield f"{word} of the erased {what} stands in the table {table}"


def spoken_in_logs(world: World) -> Iterator[str]:
    """Words of calls, and names of their people, that stand in the log of a process."""
    words = {call.word for deal in world.deals for call in deal.calls if call.word}
    words |= {part for deal in world.deals for part in (*deal.customer.split(), deal.email)}
    sought = {word.lower().encode(): word for word in words}
    for path in sorted(world.soak.at.folder.glob("*.log")):
        for found in _found(path.read_bytes(), sought):
            yield f"{sought[found]} stands in {path.name}"


def _found(content: bytes, words: Collection[bytes]) -> Iterator[bytes]:
    lower = content.lower()
    return (word for word in words if word in lower)


def _readable(content: bytes) -> bytes:
    """The bytes of a file, and those of what is packed in it."""
    if content.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            return content + b"".join(packed.read(name) for name in packed.namelist())
    if content.startswith(b"%PDF"):
        pages = pypdf.PdfReader(io.BytesIO(content)).pages
        return content + "\n".join(page.extract_text() for page in pages).encode()
    if content.startswith(b"\x1f\x8b"):
        return content + zlib.decompress(content, wbits=31)
    return content


def _in_tables(url: str, words: Collection[bytes]) -> Iterator[tuple[str, bytes]]:
    """Rows as text, of all tables of all schemas that are not PostgreSQL's own."""
    with psycopg.connect(url.replace("postgresql+psycopg", "postgresql")) as connection:
        tables = connection.execute(
            "SELECT quote_ident(table_schema) || '.' || quote_ident(table_name)"
            " FROM information_schema.tables WHERE table_type = 'BASE TABLE'"
            " AND table_schema NOT IN ('pg_catalog', 'information_schema')"
        ).fetchall()
        for (table,) in tables:
            rows = connection.execute(f"SELECT t::text FROM {table} t")  # noqa: S608 - its own name
            for word in _found("\n".join(row[0] for row in rows).encode(), words):
                yield table, word


def size_of(folder: Path) -> int:
    """Bytes of all files below a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
