"""Plain text in the forms and lengths that CRMs take.

A text that is too long loses whole lines at its end and says how many; a line is never cut, nor is
a tag or an entity.
"""

import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from itertools import groupby, pairwise
from typing import Final

from transcript2handoff.errors import CrmRefusedError
from transcript2handoff.words import Words, counted, message

ITEM: Final = "- "
_ELLIPSIS: Final = " …"
_LINE_ENDS: Final = {ord(each): "\n" for each in "\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"}
_JOINER: Final = "\u200d"


def clean(text: str) -> str:
    """The text with plain line ends, and without what no CRM takes: control characters."""
    lined = text.replace("\r\n", "\n").translate(_LINE_ENDS)
    kept = "\n\t"
    return "".join(
        " " if unicodedata.category(each) in ("Cc", "Cs") and each not in kept else each
        for each in lined
    )


def one_line(text: str) -> str:
    """The text on one line."""
    return " ".join(clean(text).split())


def units(text: str) -> int:
    """UTF-16 units: what a server that counts characters may count at most."""
    return len(text.encode("utf-16-le")) // 2


def stored_bytes(text: str) -> int:
    """Bytes in UTF-8 after HTML encoding, line ends as two: the strictest count of Salesforce."""
    return len(escape(text).replace("\n", "\r\n").encode())


@dataclass(frozen=True, kw_only=True)
class Form:
    """How a field of a CRM wants its text.

    Attributes:
        limit: the most that ``size`` may say of a text.
        size: how the CRM counts.
        shown: the text of these lines, followed by the link to the whole brief, if there is one.
    """

    limit: int
    size: Callable[[str], int]
    shown: Callable[[Sequence[str], str | None, Words], str]

    def fitted(self, text: str, *, link: str | None, words: Words) -> str:
        """The text, without as many lines at its end as there is no room for.

        Raises:
            CrmRefusedError: not even the link has room.
        """
        lines = text.split("\n")
        whole = self.shown(lines, link, words)
        if self.size(whole) <= self.limit:
            return whole

        def cut(kept: int) -> str:
            left = sum(1 for line in lines[kept:] if not _is_empty(line))
            more = words.say(counted("and {count} more", "and {count} more", count=left))
            return self.shown([*_trimmed(lines[:kept]), more], link, words)

        kept = bisect_right(range(len(lines)), self.limit, key=lambda each: self.size(cut(each)))
        while kept:
            kept -= 1
            if self.size(shortened := cut(kept)) <= self.limit:
                return shortened
        raise CrmRefusedError(
            f"A field of {self.limit} characters has no room for a text. Use a longer field."
        )


def shortened(line: str, limit: int, *, size: Callable[[str], int]) -> str:
    """One line of at most this size, cut between words, or between characters of a long word."""
    if size(line) <= limit:
        return line
    kept = bisect_right(
        range(len(line)), limit, key=lambda each: size(line[:each].rstrip() + _ELLIPSIS)
    )
    kept = max(kept - 1, 0)
    between_words = line.rfind(" ", 0, kept + 1)
    kept = between_words if between_words > kept // 2 else _whole_character(line, kept)
    return line[:kept].rstrip() + _ELLIPSIS


def html(lines: Sequence[str], link: str | None, words: Words) -> str:
    """Paragraphs, lists and bold headings of lists, everything else escaped."""
    groups = [(kind, list(group)) for kind, group in groupby(lines, key=_kind) if kind]
    parts = [
        _html_part(kind, group, heads=follower == "item")
        for (kind, group), (follower, _) in pairwise([*groups, ("", [])])
    ]
    if link:
        title = escape(words.say(message("The whole brief")))
        parts.append(f'<p><a href="{escape(link)}">{title}</a></p>')
    return "".join(parts)


def plain(lines: Sequence[str], link: str | None, words: Words) -> str:
    """The lines as they are, and the link below them."""
    text = "\n".join(_trimmed(lines))
    if not link:
        return text
    said = words.say(message("The whole brief: {link}", link=link))
    return f"{text}\n\n{said}" if text else said


def _is_empty(line: str) -> bool:
    """Whether a line says nothing, also as an item of a list."""
    return not line.removeprefix(ITEM).strip()


def _kind(line: str) -> str:
    if _is_empty(line):
        return ""
    return "item" if line.startswith(ITEM) else "text"


def _html_part(kind: str, lines: Sequence[str], *, heads: bool) -> str:
    if kind == "item":
        return "<ul>" + "".join(_items(lines)) + "</ul>"
    text = "<br>".join(escape(line) for line in lines)
    return f"<p><strong>{text}</strong></p>" if heads and len(lines) == 1 else f"<p>{text}</p>"


def _items(lines: Sequence[str]) -> Iterator[str]:
    for line in lines:
        yield f"<li>{escape(line.removeprefix(ITEM))}</li>"


def _trimmed(lines: Sequence[str]) -> list[str]:
    """The lines without empty ones at the end."""
    kept = list(lines)
    while kept and _is_empty(kept[-1]):
        kept.pop()
    return kept


def _whole_character(line: str, kept: int) -> int:
    """A place at or before this one where no character of several code points is torn apart."""
    while kept and (_continues(line[kept]) or line[kept - 1] == _JOINER):
        kept -= 1
    return kept


def _continues(each: str) -> bool:
    return each == _JOINER or unicodedata.category(each) in ("Mn", "Me", "Mc")
