"""Archives are unpacked within a budget, and what was passed over is told."""

import struct
import zipfile
from io import BytesIO

import pytest

from transcript2handoff.store.unpacking import Unpacking

MIB = 1 << 20


def packed(*files: bytes, how: int = zipfile.ZIP_DEFLATED) -> bytes:
    archive = BytesIO()
    with zipfile.ZipFile(archive, "w", how) as writing:
        for number, content in enumerate(files):
            writing.writestr(f"word/{number}.xml", content)
    return archive.getvalue()


def listed_often(content: bytes, times: int, *, claims: int | None = None) -> bytes:
    """An archive of one file that its list names so many times."""
    archive = packed(content)
    begin = archive.index(b"PK\x01\x02")
    end = archive.index(b"PK\x05\x06")
    entry = bytearray(archive[begin:end])
    if claims is not None:
        struct.pack_into("<I", entry, 20, claims)
    last = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, times, times, len(entry) * times, begin, 0)
    return archive[:begin] + bytes(entry) * times + last


def unpacked(data: bytes) -> tuple[list[str], bool]:
    archive = Unpacking(data)
    return list(archive.texts()), archive.is_whole


@pytest.mark.parametrize("how", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_all_files_of_an_archive_are_read(how: int) -> None:
    files = (b"Ann", b"", "Zoë".encode() * 1000, b"\xff")
    texts = ["Ann", "", "Zoë" * 1000, "\ufffd"]
    assert unpacked(packed(*files, how=how)) == (texts, True)


def test_files_have_one_budget_together() -> None:
    texts, whole = unpacked(packed(*[bytes(MIB)] * 8))
    assert not whole
    assert sum(map(len, texts)) < 3 * MIB


def test_a_file_that_uses_the_budget_up_to_its_last_byte_is_whole() -> None:
    archive = Unpacking(packed(b"x" * 5000, b""))
    archive._budget = 5000
    assert list(map(len, archive.texts())) == [5000, 0]
    assert archive.is_whole


def test_one_file_that_is_listed_ten_thousand_times_is_not_read_each_time() -> None:
    texts, whole = unpacked(listed_often(bytes(MIB), 9_999))
    assert not whole
    assert sum(map(len, texts)) < 64 * MIB


def test_one_file_that_is_listed_often_as_if_it_were_short_is_not_read_each_time() -> None:
    texts, whole = unpacked(listed_often(bytes(MIB), 9_999, claims=10))
    assert not whole
    assert sum(map(len, texts)) < 64 * MIB


def test_a_list_of_very_many_files_is_not_even_read() -> None:
    assert unpacked(listed_often(b"Ann", 10_001)) == ([], False)


@pytest.mark.parametrize("how", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_what_cannot_be_unpacked_in_pieces_is_passed_over(how: int) -> None:
    texts, whole = unpacked(packed(bytes(MIB), how=how))
    assert (texts, whole) == ([""], False)


def test_a_file_with_a_password_is_passed_over_and_the_next_one_read() -> None:
    archive = bytearray(packed(b"Ann", b"Tom"))
    archive[archive.index(b"PK\x01\x02") + 8] |= 1
    assert unpacked(bytes(archive)) == (["", "Tom"], False)


def test_a_name_that_is_no_text_stops_nothing() -> None:
    archive = packed("Zoë".encode()).replace(b"word/0.xml", b"word/\xff.xml")
    place = archive.index(b"PK\x01\x02") + 9
    assert not unpacked(archive[:place] + b"\x08" + archive[place + 1 :])[1]


@pytest.mark.parametrize("data", [b"", b"Ann", b"PK", b"PK\x03\x04" + b"x" * 100, b"PK Ann"])
def test_what_is_no_archive_is_none(data: bytes) -> None:
    assert unpacked(data) == ([], True)
