"""Text that Markdown shows as it is: nothing in it becomes markup, a link or a table border."""

import re
from typing import Final

_BREAKS: Final = re.compile(r"[\s\x00-\x1f\x7f\x85\u2028\u2029]+")
"""All line breaks and control characters; a table's row and a list's item are one line each."""

_SPECIAL: Final = re.compile(r"[<>|]|&(?=#?\w+;)")
_ENTITIES: Final = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "|": "&#124;"}
"""Readers differ on ``\\|`` within a table; an entity never ends a cell."""

_MARKUP: Final = re.compile(r"[\\`*\[\]~@]|(?<![^\W_])_|_(?![^\W_])|(?<=:)/|(?<=www)\.", re.I)
_AT_START: Final = re.compile(r"^(?:[#+=!-]|\d+(?=[.)]))")
_DIRECTION: Final = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""Marks that turn the direction of the text around them, also of text that is not theirs."""


def markdown_text(value: object) -> str:
    """Escape a value for one line of CommonMark with tables (GitHub, section 4.10).

    Line breaks become spaces, marks that turn the direction of text become visible entities.
    """
    text = _BREAKS.sub(" ", str(value)).strip()
    text = _SPECIAL.sub(lambda match: _ENTITIES[match[0]], text)
    text = _MARKUP.sub(lambda match: f"\\{match[0]}", text)
    text = _AT_START.sub(_escape_start, text)
    return _DIRECTION.sub(lambda match: f"&#x{ord(match[0]):x};", text)


def _escape_start(match: re.Match[str]) -> str:
    """Headings, lists and rules begin a line with a sign, numbered lists with a number."""
    return f"\\{match[0]}" if not match[0].isdigit() else f"&#{ord(match[0][0])};{match[0][1:]}"
