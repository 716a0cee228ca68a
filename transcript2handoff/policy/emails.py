"""E-mail addresses, written ("dana@acme.com") and spoken ("dana dot whitfield at acme dot com")."""

import re
from functools import cache
from typing import Final

from transcript2handoff.policy.lexicon import load_lexicon
from transcript2handoff.transcript import Span

_WRITTEN: Final = re.compile(
    r"(?<![\w.%+-])[\w.%+'’-]{1,64} ?@ ?(?:[\w-]{1,63}\.){1,8}[^\W\d_]{2,24}(?!\w)"
)
_GAP: Final = r",?\s+"
_LABEL: Final = r"[^\W_]{1,40}(?:['’-][^\W_]{1,40}){0,3}"
_PART: Final = r"[^\W_]{1,40}(?:['’][^\W_]{1,40}){0,3}"
"""Of a mailbox: what joins two of them, a hyphen too, stands in one place of the pattern only, or
a long row of hyphens could be read in very many ways."""


def find_emails(text: str) -> list[Span]:
    """The characters of every e-mail address, in order."""
    spans = [Span(*found.span()) for found in _WRITTEN.finditer(text)]
    for found in _spoken().finditer(text):
        span = Span(*found.span())
        if _is_mailbox(found["mailbox"]) and not any(_overlap(span, other) for other in spans):
            spans.append(span)
    return sorted(spans)


def _overlap(span: Span, other: Span) -> bool:
    return span.begin < other.end and other.begin < span.end


def _is_mailbox(name: str) -> bool:
    return name.casefold().replace("’", "'") not in load_lexicon().email.no_mailbox


@cache
def _spoken() -> re.Pattern[str]:
    """The address as it is said.

    The mailbox is one word, or words joined by "dot" and the like, with letters and figures that
    are spelled out before it. The name of the company before the last "dot" may be many words.
    """
    words = load_lexicon()
    join = rf"(?:{_GAP}(?:{'|'.join(words.email.connectors)}){_GAP}|[._-])"
    # "o" is a letter already: what can be read in two ways doubles the ways each time it is said.
    digit = "|".join(word for word in words.digits if len(word) > 1)
    spelled = rf"(?:(?:[^\W\d_]|\d|{digit})(?:{_GAP}|-)){{0,20}}"
    mailbox = rf"{spelled}(?P<mailbox>{_PART}(?:{join}{_PART}){{0,24}})"
    at = rf"(?:{_GAP}(?:{'|'.join(words.email.ats)}){_GAP}|\s*@\s*)"
    label = rf"(?!(?:{'|'.join(words.email.no_domain)})\b){_LABEL}"
    endings = "|".join(
        f"{e}|{e[0]}[-.\\s]{e[1]}" if len(e) == 2 else e for e in words.email.endings
    )
    dot = rf"(?:{_GAP}(?:{'|'.join(words.email.dots)})(?:{_GAP}|-)|\.)"
    domain = rf"{label}(?:(?:{_GAP}|{dot}){label}){{0,6}}?{dot}(?:{endings})(?:{dot}(?:{endings}))?"
    return re.compile(rf"(?<![\w\[@.'’]){mailbox}{at}{domain}(?!\w)", re.IGNORECASE)
