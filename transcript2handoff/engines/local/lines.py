"""The short forms of lines about people and vendors."""

import re

from transcript2handoff.engines.local.reading import Sentence
from transcript2handoff.extract.wording import content_words
from transcript2handoff.facts import Competitor, Stakeholder


def of_person(sentence: Sentence, person: Stakeholder, told: str | None) -> str | None:
    """The line of a person: "Marta Ruiz, CFO: signs off the budget"."""
    head = head_of(person)
    if told is None:
        return (
            f"{head}, on the call." if person.present and sentence.speaker == person.name else None
        )
    names = [re.escape(part) for part in (person.name, *(person.name or "").split()) if part]
    role = re.escape(person.role or "") or "$^"
    subject = re.compile(
        rf"^(?:(?:{'|'.join(names) or '$^'})(?:,? (?:he|she|who))?|he|she"
        rf"|(?:[A-Z][\w' ]+'s|the|their|its) {role})"
        r"(?:'s|(?= (?!is the|and\b|or\b|at\b|in\b)[a-z]))",
        re.IGNORECASE,
    )
    rest = subject.sub("", told, count=1).strip() if subject.match(told) else told
    rest = _without_title(rest, head)
    new = content_words(rest) - content_words(f"{head} {sentence.speaker or ''}")
    if len(new) < 2:
        return f"{head}, on the call." if person.present else f"{head}."
    return f"{head}: {rest}"


def _without_title(rest: str, head: str) -> str:
    """Without an "is the CFO, …" that the head says already."""
    known = content_words(head)
    match = re.match(
        r"(?:is |'s )?(?:(?:the|a|an|our|its|their|[A-Z][\w ]*'s?) )?([^,.;:]+)[,.;:]\s*", rest
    )
    if match and len(content_words(match[1]) - known) == 0:
        rest = re.sub(r"^(?:so|and|but|who|which|he|she)\b,? ?", "", rest[match.end() :])
    return rest


def head_of(person: Stakeholder) -> str:
    """Name and role, as far as they are known."""
    head = ", ".join(part for part in (person.name, person.role) if part)
    return head[:1].upper() + head[1:]


def of_vendor(vendor: Competitor, told: str | None) -> str | None:
    """The line of a vendor: "Doorly: Acme tried it and its locks died"."""
    if told is None or told.lower().startswith(vendor.name.lower()):
        return told
    return f"{capital(vendor.name)}: {told}"


def capital(text: str) -> str:
    """With a capital at the head, the rest as it is."""
    return text[:1].upper() + text[1:]
