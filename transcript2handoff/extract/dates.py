"""Due dates as they are said, resolved against the day of the call.

The rules are those of the annotation guide: "by Friday" is the first Friday after the call day,
"next Friday" the Friday of the following calendar week, "end of next week" the Friday of the next
week, "end of the month" and "end of the quarter" their last days, "in two weeks" the call day plus
fourteen days. What does not name exactly one day ("this week", "before Friday", "in Q2", "mid
October") keeps its words. Day-month orders of Europe and the US are both understood; a bare
"9/10" is not resolved, because it means two days.
"""

import datetime
import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from transcript2handoff.extract.forms import COUNTED, FORMS, LEADS
from transcript2handoff.extract.numbers import ORDINAL, number
from transcript2handoff.transcript import Span


class DateMention(NamedTuple):
    """A time that was said. ``date`` is none where the words do not name exactly one day."""

    span: Span
    words: str
    date: datetime.date | None
    counted: bool = False
    """Whether the day was counted from the day of the call ("in two weeks")."""

    @property
    def due(self) -> str:
        """What a claim's ``due`` holds: the ISO date, else the words."""
        return self.date.isoformat() if self.date else _written(self.words)


def due_day(due: str | None) -> datetime.date | None:
    """The day that a due date names, if it names one."""
    try:
        return datetime.date.fromisoformat(due) if due else None
    except ValueError:
        return None


_SPOKEN_QUARTER: Final = re.compile(r"\bq[ -]?(one|two|three|four|[1-4])\b", re.IGNORECASE)


def _written(words: str) -> str:
    """Words as one would write them down: "q four" is Q4."""
    return _SPOKEN_QUARTER.sub(lambda match: f"Q{number(match[1].lower()):.0f}", words)


# "may" and "march" are words of their own: as months they need a capital or company (``_COMPANY``).
_WORDS_TOO: Final = {"may", "march"}
_LEAD: Final = rf"(?:\b(?P<lead>{'|'.join(LEADS)})[ ])?"
_VAGUE_LEADS: Final = {"before", "after"}
_COMPANY: Final = re.compile(
    rf"{ORDINAL} of (?:may|march)\b|(?:may|march) (?:the )?{ORDINAL}"
    r"|\b(?:by|on|until|till|before|after|from|for) (?:the )?(?:\d+ )?(?:may|march)\b"
    r"|(?:end|last day) of (?:may|march)\b"
)
_TIME_OF_DAY: Final = re.compile(
    r"(?:(?:by|at|before) )?(?:the )?"
    r"(?:(?:end|close) of|eod\b|cob\b|noon\b|midday\b|midnight\b|lunch)"
)
_BETWEEN: Final = re.compile(r"[ ,-]*(?:(?:on|by|at|of|before) (?:the )?)?")


_COMPILED: Final = tuple((re.compile(rf"{_LEAD}(?<!\w)(?:{form})"), how) for form, how in FORMS)


def find_dates(text: str, *, said_on: datetime.date | None) -> tuple[DateMention, ...]:
    """The times said in ``text``, in order, none overlapping another.

    Args:
        text: what was said, in any case.
        said_on: the day of the call; without it nothing resolves and words are kept.
    """
    plain = text.lower().replace("’", "'")
    if len(plain) != len(text):  # a letter whose lower case is two letters
        plain = text.replace("’", "'")
    taken = bytearray(len(plain))  # 1 for each character of what was found
    found = []
    for mention, counts in _mentions(plain, text, said_on):
        begin, end = mention.span
        if not any(taken[begin:end]):
            taken[begin:end] = b"\1" * (end - begin)
            found += [mention] if counts else []
    return _whole_days(sorted(found), plain)


def _whole_days(found: list[DateMention], plain: str) -> tuple[DateMention, ...]:
    """The times without those that only say when on a day just named: "Friday by noon"."""
    days = [mention for mention in found if not _is_time_of_day(mention)]
    return tuple(
        mention
        for mention in found
        if not _is_time_of_day(mention) or not any(_beside(day, mention, plain) for day in days)
    )


def _is_time_of_day(mention: DateMention) -> bool:
    return _TIME_OF_DAY.match(mention.words.lower()) is not None


def _beside(day: DateMention, mention: DateMention, plain: str) -> bool:
    """Whether another day stands right before or after a time of day."""
    first, second = sorted((day.span, mention.span))
    between = plain[first.end : second.begin]
    return day.date not in (None, mention.date) and bool(_BETWEEN.fullmatch(between))


def _mentions(
    plain: str, text: str, said_on: datetime.date | None
) -> Iterator[tuple[DateMention, bool]]:
    """Whatever has a form of time, the surer form first, and whether it can be owed then."""
    for pattern, resolve in _COMPILED:
        for match in pattern.finditer(plain):
            if not _is_month(match, text):
                continue
            lead = match["lead"]
            vague = lead in _VAGUE_LEADS
            begin = match.start() if vague or not lead else match.end("lead") + 1
            date = resolve(match, said_on) if resolve and said_on and not vague else None
            words = text[begin : match.end()].strip(" ,.")
            counted = date is not None and resolve in COUNTED
            yield DateMention(Span(begin, match.end()), words, date, counted), resolve is not None


def _is_month(match: re.Match[str], text: str) -> bool:
    """Whether a month that is a word too ("10 may join us") is meant as a month."""
    if match.groupdict().get("month") not in _WORDS_TOO:
        return True
    return text[match.start("month")].isupper() or bool(_COMPANY.search(match[0]))
