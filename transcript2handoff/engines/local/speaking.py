"""Whose words a sentence holds: who "I", "we" and "you" are, and what day "Friday" is."""

import datetime
import re
from collections import Counter
from collections.abc import Iterator
from typing import Final

from transcript2handoff.deal import Side
from transcript2handoff.engines.local.reading import Reading, Sentence
from transcript2handoff.engines.local.retelling import Voice, form
from transcript2handoff.engines.local.verbs import words
from transcript2handoff.extract.dates import DateMention, find_dates
from transcript2handoff.extract.wording import qualifiers
from transcript2handoff.facts import Kind

DEEDS: Final[frozenset[Kind]] = frozenset(("promise", "customer_commitment", "next_step"))
"""Kinds that tell what will be done, and when."""
_DATED: Final[frozenset[Kind]] = DEEDS | {"term", "goal", "exclusion"}
_SIDE_BY_KIND: Final[dict[Kind, Side]] = {
    "promise": "seller",
    "exclusion": "seller",
    "customer_commitment": "customer",
}
"""Whose voice a kind has by its definition, where nobody knows the speaker."""
_ABOUT_LIFE: Final[frozenset[Kind]] = frozenset(("pain", "risk", "competitor", "stakeholder"))
"""Kinds in which a customer's "you" is anybody ("you never find anything")."""
_SPOKEN_TO: Final = re.compile(r"\b(?:you|your|yours)\b(?!')", re.IGNORECASE)
_MONTHS: Final = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
_WEEKDAYS: Final = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
_PART_OF_DAY: Final = re.compile(r"\b(morning|afternoon|evening|night)$", re.IGNORECASE)
_NOW: Final = re.compile(r"\b(?:today|now|away|tonight)\b", re.IGNORECASE)


def company(reading: Reading, side: Side) -> str:
    """The name of a side, or what it is."""
    deal = reading.context.deal
    name = deal.seller if side == "seller" else deal.customer
    return name or f"the {side}"


def voice_of(reading: Reading, sentence: Sentence, kind: Kind, *, you: str | None = None) -> Voice:
    """Who the first and second person of a sentence are.

    Args:
        reading: the call.
        sentence: what was said.
        kind: what it states; a promise has the seller's voice whoever is recognised.
        you: who is spoken to by name; else the other side is.
    """
    side = sentence.side or _SIDE_BY_KIND.get(kind)
    people = frozenset(_own_first_names(reading))
    if side is None:
        return Voice(i=sentence.speaker, people=people)
    other: Side = "customer" if side == "seller" else "seller"
    anybody = side == "customer" and kind in _ABOUT_LIFE
    return Voice(
        i=sentence.speaker or company(reading, side),
        we=company(reading, side),
        you=you or (None if anybody else company(reading, other)),
        doing=kind in DEEDS,
        people=people,
    )


def _own_first_names(reading: Reading) -> Iterator[str]:
    """Full names of the people whose first name nobody else of the call bears."""
    first = Counter(person.name.split()[0] for person in reading.roster.people)
    titles = words("pronouns", "titles")
    for person in reading.roster.people:
        own = person.name.split()[0]
        if first[own] == 1 and len(own.rstrip(".")) > 1 and own.lower().rstrip(".") not in titles:
            yield person.name


def spoken_to(reading: Reading, text: str) -> tuple[str, str | None]:
    """A sentence without the name it is addressed to, and the full name, if "you" is in it."""
    for person in reading.roster.people:
        first = re.escape(person.name.split()[0])
        ahead = re.match(rf"{first}(?:,\s+|\s+(?=(?:i|we|you)\b))", text, re.IGNORECASE)
        behind = re.search(rf",\s+{first}(?=[.?!]$)", text, re.IGNORECASE)
        if match := ahead or behind:
            rest = text[: match.start()] + text[match.end() :]
            named = person.name if _SPOKEN_TO.search(rest) else None
            return rest[:1].upper() + rest[1:], named
    return text, None


def dated(reading: Reading, text: str, kind: Kind) -> str:
    """A sentence with its dates resolved, where they are to come and name one day."""
    said_on = reading.context.call.date
    past = kind not in DEEDS and form("past_time").search(text)
    if said_on is None or kind not in _DATED or past:
        return text
    for mention in reversed(find_dates(text, said_on=said_on)):
        now = bool(_NOW.search(mention.words))
        if mention.date and not (now and kind not in DEEDS):
            text = _put_in(text, mention)
    return text


def _put_in(text: str, mention: DateMention) -> str:
    before, after = text[: mention.span.begin], text[mention.span.end :]
    if (
        qualifiers(mention.words)
        or mention.words.lower().endswith(("'", "-"))
        or after[:1] in ("'", "-", "’")
    ):
        return text
    before = re.sub(r"\b(?:at|in|the) $", "", before)
    leads = re.search(r"\b(?:by|on|until|till|before|from|for|after|of|is|was|to) $", before)
    part = _PART_OF_DAY.search(mention.words)
    ending = (
        f" {'at' if part[1].lower() == 'night' else 'in the'} {part[1].lower()}" if part else ""
    )
    assert mention.date is not None
    return f"{before}{'' if leads or not before else 'on '}{day(mention.date)}{ending}{after}"


def day(date: datetime.date) -> str:
    """A day in full: "Friday 18 September 2026"."""
    return f"{_WEEKDAYS[date.weekday()]} {date.day} {_MONTHS[date.month - 1]} {date.year}"


def capitals(reading: Reading, text: str) -> str:
    """A recogniser's lower-case words with the capitals of names, companies and weekdays."""
    if re.search(r"(?<!^)[A-HJ-Z]", text):
        return text
    deal = reading.context.deal
    names = {part for p in reading.roster.people for part in p.name.split() if len(part) > 2}
    names |= {name for name in (deal.seller, deal.customer) if name} | set(_WEEKDAYS)
    names |= set(_MONTHS) - {"May", "March"}
    for name in sorted(names, key=len, reverse=True):
        text = re.sub(rf"\b{re.escape(name)}\b", name, text, flags=re.IGNORECASE)
    return text
