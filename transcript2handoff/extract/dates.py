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

from transcript2handoff.extract.days import (
    MONTHS,
    WEEKDAYS,
    Resolver,
    ahead,
    bare_day,
    end_of_month,
    end_of_period,
    end_of_quarter,
    fixed,
    iso,
    month_day,
    never,
    next_weekday,
    of_week,
    weekday_of_month,
)
from transcript2handoff.extract.numbers import NUMBER, ORDINAL
from transcript2handoff.transcript import Span


class DateMention(NamedTuple):
    """A time that was said. ``date`` is none where the words do not name exactly one day."""

    span: Span
    words: str
    date: datetime.date | None

    @property
    def due(self) -> str:
        """What a claim's ``due`` holds: the ISO date, else the words."""
        return self.date.isoformat() if self.date else self.words


# "may" and "march" are words of their own: as months they need a capital or company (``_COMPANY``).
_WORDS_TOO: Final = {"may", "march"}
_MONTH: Final = r"\b(?:" + "|".join(sorted(MONTHS, key=len, reverse=True)) + r")\b\.?"
_WEEKDAY: Final = r"\b(?:" + "|".join(WEEKDAYS) + r")\b"
_YEAR: Final = r"(?:,?[ ](?:of[ ])?(?:20\d\d|'\d\d|twenty[- ](?:twenty|thirty)(?:[- ][a-z]+)?)\b)"
_DAY: Final = rf"(?:{ORDINAL}|(?:3[01]|[12]\d|[1-9])\b(?![.,:]?\d))"
_LEADS: Final = ("before", "by", "until", "till", "on", "for", "from", "after")
_LEAD: Final = rf"(?:\b(?P<lead>{'|'.join(_LEADS)})[ ])?"
_PART: Final = r"(?:[ ](?:morning|afternoon|evening|night|noon|lunchtime|lunch))?"
_VAGUE_LEADS: Final = {"before", "after"}
_COMPANY: Final = re.compile(
    rf"{ORDINAL} of (?:may|march)\b|(?:may|march) (?:the )?{ORDINAL}"
    r"|\b(?:by|on|until|till|before|after|from|for) (?:the )?(?:\d+ )?(?:may|march)\b"
    r"|(?:end|last day) of (?:may|march)\b"
)
# "The third party" and "the first option" are no days: a bare ordinal needs the end of its clause,
# or, after "by" and the like, a word that begins another.
_CLAUSE_END: Final = (
    r"(?='|\s*(?:[.,;:?!…)–—]|-(?:\s|-)|$)"
    rf"|\s(?:works|suits|at|then|okay|ok|half (?:past )?{NUMBER}|{NUMBER} (?:[ap] ?m|o'?clock)"
    r"|(?:is|would be|will be) (?:good|fine|okay|ok|great))\b)"
)
_NEXT_CLAUSE: Final = (
    rf"(?:{_CLAUSE_END}|(?=\s(?:and|or|but|so|if|because|when|while|once|as|that's|thats|which"
    r"|i|i'll|ill|we|we'll|you|you'll|it|it's|its|they|he|she|there|please|with|for|in|to|latest"
    r"|is|was|morning|afternoon|evening)\b))"
)
# Where a time that is told as a deed or a duty ends.
_JOINT: Final = r"(?!(?:so|and|but|or|if|because|cause|when|which|then|that'?s|please|just)\b)"

_COUNT: Final = rf"(?P<count>a|an|{NUMBER})"
_QUARTER: Final = r"(?:q ?[1-4]|(?:first|second|third|fourth)(?= quarter))"
_VAGUELY: Final = (
    r"(?:in )?(?:the (?=first|second|third|fourth|last|q[1-4]|middle|beginning|start))?"
    r"(?:(?:first|second|third|last) (?:week|half) of |first |second |early |mid[- ]?|late "
    r"|middle of |beginning of |start of )*"
)
_MONTH_NAME: Final = (
    r"(?:january|february|march|april|june|july|august|september|october|november|december)\b"
)
_ALONE: Final = (
    r"(?:(?:(?<=by )|(?<=in )|(?<=for )|(?<=mid[- ])|(?<=early )|(?<=until )|(?<=before )"
    rf"|(?<=middle of )|(?<=week of )|(?<=half of )){_MONTH}"
    r"|(?:january|february|april|june|july|august|september|october|november|december)\b)"
)
_FORMS: Final[tuple[tuple[str, Resolver | None], ...]] = (
    (
        rf"(?:the )?(?P<which>first|second|third|fourth) (?P<day>{_WEEKDAY}) (?:of|in) "
        rf"(?P<month>{_MONTH})(?P<year>{_YEAR})?",
        weekday_of_month,
    ),
    # What is past, or comes again and again, is nothing that is owed on a day.
    (
        r"(?:last|every|each|past|previous|since|back in) (?:single |other |late |early )?"
        rf"(?:{_WEEKDAY}|{_MONTH_NAME})",
        None,
    ),
    (rf"{_WEEKDAY} (?:to|through|thru) {_WEEKDAY}", None),
    (
        rf"(?:{_WEEKDAY},? )*{_WEEKDAY},? or (?:on )?{_WEEKDAY}(?:,? (?:of )?next week)?",
        never,
    ),
    (
        rf"(?:for |in |after |during )?(?:the |our |your )?first (?:{NUMBER} )?(?:half[- ])?"
        r"(?:days?|weeks?|months?|years?|renewals?|seasons?)\b(?! of\b)"
        r"(?: after (?:go[- ]?live|cut[- ]?over|launch|sign(?:ing|ature))\b)?",
        never,
    ),
    (rf"ahead of (?:the|your|our|his|her|that)\b(?: {_JOINT}[a-z'-]+){{1,5}}", never),
    (
        r"(?P<iso>20\d\d-\d\d-\d\d)",
        iso,
    ),
    (r"(?:the )?day after tomorrow", fixed(2)),
    (rf"(?:first thing )?tomorrow\b{_PART}", fixed(1)),
    (
        r"(?<!\bof )(?:later )?(?:today|tonight|this (?:morning|afternoon|evening))\b"
        r"|(?:right |straight )?after (?:this|the call|we hang up)\b(?= call|[.,!]|$)(?: call)?"
        r"|(?:as soon as|when|once) (?:i'm|we're|we) (?:off|hang up|done)\b(?: (?:this|the) call)?"
        r"|while we're (?:talking|on)|(?:right|straight) (?:now|away)"
        r"|by (?:lunch(?:time)?|supper)\b|before (?:lunch|supper|dinner)\b"
        r"|(?:in|within),? (?:like,? )?(?:an|the|one) hour"
        r"|(?:by |at )?(?:the )?(?:(?:end of (?:the )?day|close of (?:play|business)|eod)\b"
        r"(?!,? (?:one|two|tomorrow|(?:on )?\w+day)))",
        fixed(0),
    ),
    (
        rf"(?:(?:a )?week (?:on|from|after) (?P<day>{_WEEKDAY})|(?P<day2>{_WEEKDAY}) week\b)",
        lambda m, d: next_weekday(m["day"] or m["day2"], d) + datetime.timedelta(days=7),
    ),
    (
        rf"(?:(?P<weekday>{_WEEKDAY}),? )?(?:the )?(?P<day>{_DAY}) (?:of )?(?P<month>{_MONTH})"
        rf"(?P<year>{_YEAR})?",
        month_day,
    ),
    (
        rf"(?:(?P<weekday>{_WEEKDAY}),? )?(?P<month>{_MONTH}) (?:the )?(?P<day>{_DAY})"
        rf"(?P<year>{_YEAR})?",
        month_day,
    ),
    (rf"(?P<weekday>{_WEEKDAY}),? (?:the )?(?P<day>{ORDINAL})", bare_day),
    (
        rf"(?:(?<=\bby )|(?<=\bon )|^(?!first|second)|(?<=[.?!] )(?!first|second))"
        rf"(?P<day>{ORDINAL})(?=['.,?!]|$| (?:works|is|at|suits|then|okay|ok|good)\b)",
        bare_day,
    ),
    (rf"next (?P<day>{_WEEKDAY}){_PART}", lambda m, d: of_week(m["day"], d, weeks=1)),
    (
        rf"next week,? (?:on )?(?P<day>{_WEEKDAY}){_PART}",
        lambda m, d: of_week(m["day"], d, weeks=1),
    ),
    (rf"{_COUNT} (?P<unit>weeks?) (?:from|after) (?P<weekday>{_WEEKDAY})", ahead),
    (
        rf"(?P<day>{_WEEKDAY})(?:,)?(?: of)? next week{_PART}",
        lambda m, d: of_week(m["day"], d, weeks=1),
    ),
    (rf"(?:this (?:coming )?)?(?P<day>{_WEEKDAY}){_PART}", lambda m, d: next_weekday(m["day"], d)),
    (
        r"(?:the )?(?:(?:end|close|last day) of (?:the |this |(?P<which>next) )?"
        rf"(?P<unit>week|month|quarter|year)\b(?! {NUMBER})|(?P<short>eow|eom|eoq|eoy)\b)",
        end_of_period,
    ),
    (rf"(?:the )?(?:end|last day) of (?P<month>{_MONTH})(?P<year>{_YEAR})?", end_of_month),
    (
        rf"(?:the )?end of (?:the )?(?P<quarter>{_QUARTER})(?: quarter)?(?P<year>{_YEAR})?",
        end_of_quarter,
    ),
    (
        rf"in {_COUNT} (?P<unit>days?|weeks?|fortnight)\b(?:'s|s'|')?(?: time)?"
        r"(?! (?:of|later|after|from|once|when|if)\b)",
        ahead,
    ),
    (rf"{_COUNT} (?P<unit>days?|weeks?) from (?:today|now)\b", ahead),
    (
        r"(?:" + "|".join(rf"(?<=\b{lead} )" for lead in _LEADS) + ")"
        rf"the (?P<day>{ORDINAL}){_NEXT_CLAUSE}",
        bare_day,
    ),
    (
        rf"the (?!first\b|second\b)(?P<day>{ORDINAL}){_CLAUSE_END}",
        bare_day,
    ),
    (
        rf"(?:within|inside|in|under) (?:the )?(?:first |next )?{NUMBER}(?: business| working)? "
        r"(?:days?|weeks?|months?|hours?)\b|within (?:a|the) (?:day|week|fortnight|month)\b",
        never,
    ),
    (r"(?:early |late |later |the end of )?(?:this|next) (?:week|month|quarter|year)\b", never),
    (
        rf"{_VAGUELY}(?:{_QUARTER}(?: quarter)?|{_ALONE})(?:[- ]ish)?(?: release)?"
        rf"(?P<year>{_YEAR})?",
        never,
    ),
    (
        r"(?:on |in |by |before )?(?:the |our )?next "
        r"(?:call|meeting|session|time we (?:speak|talk|meet))",
        never,
    ),
    (
        r"before (?:you|anyone|anybody|we|any|it's|he|she|they|your|our|the)\b"
        rf"(?: {_JOINT}[a-z'-]+){{1,4}}",
        never,
    ),
    (
        r"(?:(?:by|in|this|next|before|after|for) (?:the )?)"
        r"(?:spring|summer|autumn|fall|winter|christmas|halloween|easter|midsummer|new year'?s?|"
        r"holidays?|thanksgiving|go[- ]live|onboarding|launch|kick[- ]?off|signature|signing)\b"
        r"(?: release)?",
        never,
    ),
)


_COMPILED: Final = tuple((re.compile(rf"{_LEAD}(?<!\w)(?:{form})"), how) for form, how in _FORMS)


def find_dates(text: str, *, said_on: datetime.date | None) -> tuple[DateMention, ...]:
    """The times said in ``text``, in order, none overlapping another.

    Args:
        text: what was said, in any case.
        said_on: the day of the call; without it nothing resolves and words are kept.
    """
    plain = text.lower().replace("’", "'")
    if len(plain) != len(text):  # a letter whose lower case is two letters
        plain = text.replace("’", "'")
    taken: list[Span] = []
    found = []
    for mention, counts in _mentions(plain, text, said_on):
        if all(mention.span.end <= s.begin or s.end <= mention.span.begin for s in taken):
            taken.append(mention.span)
            found += [mention] if counts else []
    return tuple(sorted(found))


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
            yield DateMention(Span(begin, match.end()), words, date), resolve is not None


def _is_month(match: re.Match[str], text: str) -> bool:
    """Whether a month that is a word too ("10 may join us") is meant as a month."""
    if match.groupdict().get("month") not in _WORDS_TOO:
        return True
    return text[match.start("month")].isupper() or bool(_COMPANY.search(match[0]))
