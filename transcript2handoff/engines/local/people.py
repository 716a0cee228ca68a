"""Finds the people on the customer's side who matter: on the call, named, or named by role."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator

from transcript2handoff.engines.local.finder import Candidate
from transcript2handoff.engines.local.lexicon import pattern
from transcript2handoff.engines.local.reading import Reading, Sentence
from transcript2handoff.extract.names import Person

FIRST_TURNS = 3
"""People introduce themselves in one of their first turns."""


class PeopleFinder:
    """One candidate a person; ``subject`` is the name or none, ``detail`` the role as said."""

    def find(self, reading: Reading) -> Iterator[Candidate]:
        """People on the call first, then people named, then people named by role alone."""
        yield from _on_the_call(reading)
        yield from _named(reading)
        yield from _by_role(reading)


def _on_the_call(reading: Reading) -> Iterator[Candidate]:
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
    """People who are spoken of, by the entity recogniser or known to the deal file."""
    mentions = _mentions(reading)
    for name, sentences in mentions.items():
        person = reading.roster.find(name)
        if person and (person.side == "seller" or person.present):
            continue
        best = max(sentences, key=lambda sentence: _telling(name, sentence))
        sure = min(0.3 + 0.1 * len(sentences) + 0.2 * _telling(name, best), 0.85)
        if sure >= 0.5:
            yield Candidate(
                kind="stakeholder",
                sentence=best,
                confidence=sure,
                subject=person.name if person else name,
                detail=(person.title if person else None) or _role_in(best),
            )


def _mentions(reading: Reading) -> dict[str, list[Sentence]]:
    """Customers' sentences by the fullest form of each name that stands in them."""
    found: dict[str, list[Sentence]] = defaultdict(list)
    for sentence in reading.sentences:
        if sentence.side == "seller":
            continue
        names = {person.name for person in reading.roster.mentioned(sentence.plain)}
        names |= {
            re.sub(r"['’]s?$", "", entity.text)  # noqa: RUF001
            for entity in reading.entities_in(sentence)
            if entity.label == "PERSON" and entity.text[:1].isupper()
        }
        for name in names:
            found[name].append(sentence)
    return _unified(found)


def _unified(found: dict[str, list[Sentence]]) -> dict[str, list[Sentence]]:
    """First names join the one full name that they are part of."""
    full = Counter(part for name in found if " " in name for part in name.split())
    joined: dict[str, list[Sentence]] = defaultdict(list)
    for name, sentences in found.items():
        owners = [other for other in found if " " in other and name in other.split()]
        key = owners[0] if " " not in name and full[name] == 1 else name
        joined[key].extend(sentences)
    return joined


def _telling(name: str, sentence: Sentence) -> int:
    """How much a sentence says about the person: a role beside the name, something decisive."""
    plain = sentence.plain
    return (
        bool(pattern("people", "beside").search(plain))
        + bool(re.search(rf"\b{pattern('people', 'role').pattern}\b", plain))
        + bool(pattern("people", "mattering").search(plain))
        + (" " in name)
    )


def _role_in(sentence: Sentence) -> str | None:
    match = re.search(rf"\b({pattern('people', 'role').pattern})\b", sentence.plain)
    return sentence.text[match.start() : match.end()].strip() if match else None


def _by_role(reading: Reading) -> Iterator[Candidate]:
    """Roles without a name ("our CFO"), each once, unless a person of that title is known."""
    titles = " / ".join(p.title.lower() for p in reading.roster.people if p.title)
    role = re.compile(
        rf"\b{pattern('people', 'lead').pattern} ({pattern('people', 'role').pattern})\b"
    )
    seen: dict[str, list[tuple[Sentence, str]]] = defaultdict(list)
    for sentence in reading.sentences:
        if sentence.side != "customer":
            continue
        for match in role.finditer(sentence.plain):
            seen[match[1]].append((sentence, sentence.text[match.start(1) : match.end(1)]))
    for plain, places in seen.items():
        if plain not in titles and not _has_name(reading, places[0][0]):
            yield _role_candidate(places)


def _role_candidate(places: list[tuple[Sentence, str]]) -> Candidate:
    mattering = pattern("people", "mattering")
    best, words = next((p for p in places if mattering.search(p[0].plain)), places[0])
    own = bool(re.search(r"\b(?:our|my)\b", best.plain))
    sure = 0.3 + 0.12 * own + 0.15 * bool(mattering.search(best.plain)) + 0.08 * len(places)
    return Candidate(
        kind="stakeholder", sentence=best, confidence=min(sure, 0.8), subject=None, detail=words
    )


def _has_name(reading: Reading, sentence: Sentence) -> bool:
    named: list[Person] = list(reading.roster.mentioned(sentence.plain))
    return bool(named) or any(e.label == "PERSON" for e in reading.entities_in(sentence))
