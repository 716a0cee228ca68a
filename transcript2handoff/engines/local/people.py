"""Finds the people on the customer's side who matter: on the call, named, or named by role."""

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from typing import Final

from transcript2handoff.engines.local.finder import Candidate
from transcript2handoff.engines.local.lexicon import pattern, words_of
from transcript2handoff.engines.local.reading import Reading, Sentence
from transcript2handoff.extract.numbers import CARDINALS

FIRST_TURNS: Final = 3
"""People introduce themselves in one of their first turns."""
SURE_ENOUGH: Final = 0.3
"""Somebody spoken of is worth weighing from this confidence on."""

SAFE_WITHOUT_CAPITALS: Final = 2
"""So many of the forms tell a name even where nothing is capitalised."""


def absent(reading: Reading) -> Iterator[Candidate]:
    """People who are spoken of: named ones first, then those named by role alone.

    ``subject`` is the name or none, ``detail`` the role as said.
    """
    named = [c for c in _named(reading) if c.confidence >= SURE_ENOUGH]
    yield from named
    taken = {(c.sentence.turn, c.sentence.span) for c in named}
    yield from (
        candidate
        for candidate in _by_role(reading)
        if candidate.confidence >= SURE_ENOUGH
        and (candidate.sentence.turn, candidate.sentence.span) not in taken
    )


def role_beside(sentence: Sentence, name: str) -> str | None:
    """The role that stands right beside a name in a sentence."""
    return next((role for who, role in _beside_roles(sentence) if who == name), None)


def on_the_call(reading: Reading) -> Iterator[Candidate]:
    """One candidate for each customer on the call, with the sentence that introduces them."""
    said = defaultdict(list)
    for sentence in reading.sentences:
        if sentence.side == "customer" and sentence.speaker:
            said[sentence.speaker].append(sentence)
    for name, sentences in said.items():
        person = reading.roster.find(name)
        title = person.title if person else None
        yield Candidate(
            kind="stakeholder",
            sentence=_introduction(sentences),
            confidence=0.9,
            subject=name,
            detail=title,
        )


def _introduction(sentences: list[Sentence]) -> Sentence:
    turns = list(dict.fromkeys(sentence.turn for sentence in sentences))[:FIRST_TURNS]
    early = [sentence for sentence in sentences if sentence.turn in turns]
    introducing = pattern("people", "introduction")
    telling = (sentence for sentence in early if introducing.search(sentence.plain))
    return next(telling, max(early, key=lambda sentence: len(sentence.text.split())))


def _named(reading: Reading) -> Iterator[Candidate]:
    """People who are spoken of: known to the deal file, recognised, or named beside a role."""
    for name, places in _mentions(reading).items():
        person = reading.roster.find(name)
        if person and (person.side == "seller" or person.present):
            continue
        best, role = max(places, key=lambda place: _telling(name, *place))
        roles = [role for _, role in places if role]
        sure = 0.12 + 0.05 * len(places) + 0.15 * _telling(name, best, role) + 0.25 * bool(person)
        yield Candidate(
            kind="stakeholder",
            sentence=best,
            confidence=min(sure, 0.85),
            subject=person.name if person else name,
            detail=(person.title if person else None) or next(iter(roles), None),
        )


_Place = tuple[Sentence, str | None]
"""A sentence that names a person, with the role that stands beside the name, if one does."""


def _mentions(reading: Reading) -> dict[str, list[_Place]]:
    """Customers' sentences by the fullest form of each name that stands in them."""
    found: dict[str, list[_Place]] = defaultdict(list)
    for sentence in reading.sentences:
        if sentence.side == "seller":
            continue
        beside = dict(_beside_roles(sentence))
        names = {person.name for person in reading.roster.mentioned(sentence.plain)}
        names |= {
            re.sub(r"['’]s?$", "", entity.text)
            for entity in reading.entities_in(sentence)
            if entity.label == "PERSON" and entity.text[:1].isupper()
        }
        for name in {*names, *beside}:
            found[name].append((sentence, beside.get(name)))
    return _unified(found)


def _beside_roles(sentence: Sentence) -> Iterator[tuple[str, str]]:
    """Names that stand right beside a role: "Bernard, our chief exec", "riaan hes our cfo"."""
    raw = sentence.text == sentence.plain
    forms = _beside_forms()
    for form in forms[:SAFE_WITHOUT_CAPITALS] if raw else forms:
        for match in form.finditer(sentence.plain):
            begin, end = match.span("name")
            name = sentence.text[begin:end]
            ordinary = (words_of("people", "ordinary") | set(CARDINALS)) & set(name.lower().split())
            if not ordinary and (raw or all(word[0].isupper() for word in name.split())):
                yield name, sentence.text[match.start("role") : match.end("role")]


@cache
def _beside_forms() -> tuple[re.Pattern[str], ...]:
    role = rf"(?P<role>{pattern('people', 'role').pattern})\b"
    name = r"(?P<name>[a-z][a-zà-ÿ]+(?: [a-z][a-zà-ÿ'-]+)?)"
    one = r"(?P<name>[a-z][a-zà-ÿ]+)"
    link = r"(?:,? (?:he'?s|she'?s|is|who is|who's|as) |, | )(?:our|my|the|their) "
    return tuple(
        re.compile(form)
        for form in (
            rf"\b{name}{link}{role}",
            rf"\b{one}{link}{role}",
            rf"\b(?:our|my) {role},? (?:is |a \w+ called |called |named )?{name}\b",
            rf"\b(?:our|my) {role},? (?:is |a \w+ called |called |named )?{one}\b",
        )
    )


def _unified(found: dict[str, list[_Place]]) -> dict[str, list[_Place]]:
    """First names join the one full name that they are part of."""
    owners: dict[str, list[str]] = defaultdict(list)
    for name in found:
        for part in set(name.split()) if " " in name else ():
            owners[part].append(name)
    joined: dict[str, list[_Place]] = defaultdict(list)
    for name, places in found.items():
        whole = owners.get(name, [])
        joined[whole[0] if len(whole) == 1 else name].extend(places)
    return joined


def _telling(name: str, sentence: Sentence, role: str | None) -> int:
    """How much a sentence says about the person: a role beside the name, something decisive."""
    acts = rf"\b{re.escape(name.lower().split()[-1])}(?:'?s|,? (?:he|she)'?s?|,? who)? "
    acts += r"(?:runs?|signs?|owns?|leads?|heads?|chairs?|does|keeps?|manages?|handles?|is|in)\b"
    plain = sentence.plain
    return (
        2 * bool(role)
        + bool(re.search(acts, plain))
        + bool(re.search(r"\b(?:he|she|her|his|him)(?:'?s|'ll|'d)?\b", plain))
        + bool(pattern("people", "mattering").search(plain))
        + bool(re.search(rf"\b{pattern('people', 'role').pattern}\b", plain))
    )


def _by_role(reading: Reading) -> Iterator[Candidate]:
    """Roles without a name ("our CFO"), each once, unless a person of that title is known."""
    titles = " / ".join(p.title.lower() for p in reading.roster.people if p.title)
    role = re.compile(
        rf"\b({pattern('people', 'lead').pattern}) ({pattern('people', 'role').pattern})\b"
    )
    seen: dict[str, list[_Place]] = defaultdict(list)
    for sentence in reading.sentences:
        if sentence.side != "customer":
            continue
        for match in role.finditer(sentence.plain):
            seen[match[2]].append((sentence, sentence.text[match.start(2) : match.end(2)]))
    for plain, places in seen.items():
        if plain not in titles and not _has_name(reading, places[0][0]):
            yield _role_candidate(places)


def _role_candidate(places: list[_Place]) -> Candidate:
    mattering = pattern("people", "mattering")
    best, words = next((p for p in places if mattering.search(p[0].plain)), places[0])
    own = bool(re.search(rf"\b(?:our|my) {re.escape((words or '').lower())}", best.plain))
    sure = 0.22 + 0.25 * own + 0.2 * bool(mattering.search(best.plain)) + 0.06 * len(places)
    return Candidate(
        kind="stakeholder", sentence=best, confidence=min(sure, 0.8), subject=None, detail=words
    )


def _has_name(reading: Reading, sentence: Sentence) -> bool:
    if reading.roster.mentioned(sentence.plain):
        return True
    return any(entity.label == "PERSON" for entity in reading.entities_in(sentence))
