"""Finds what the customer uses, tried or weighs instead: vendors, own means, doing nothing."""

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from typing import Final

from transcript2handoff.engines.local.finder import Candidate
from transcript2handoff.engines.local.lexicon import pattern, words_of
from transcript2handoff.engines.local.reading import Reading, Sentence
from transcript2handoff.engines.local.tables import load_table
from transcript2handoff.extract.wording import content_words

SURE_ENOUGH: Final = 0.2
"""A vendor is worth weighing from this confidence on."""
MOST_WORDS_IN_NAME: Final = 4
_WORD: Final = re.compile(r"[A-Za-z0-9À-ÿ]+")
_SHAPE: Final = 0.25
"""What a capital inside of a word adds: "SiloSense" is no person and no town."""
_CAPITALISED: Final = re.compile(
    r"(?<![.?!…] )(?<!^)\b[A-Z][A-Za-z0-9]*(?:[A-Z][a-z]+)*(?: [A-Z][a-z0-9]+)?\b"
)
_CAMEL: Final = re.compile(r"\b[A-Z][a-z]+[A-Z][a-z]\w*\b")
_NAME_LABELS: Final = frozenset(("ORG", "PRODUCT", "PERSON", "GPE", "NORP", "FAC", "WORK_OF_ART"))


def vendors(reading: Reading) -> Iterator[Candidate]:
    """Vendors by name first, then what the customer does on its own; ``subject`` is the name."""
    yield from _by_name(reading)
    yield from _own_means(reading)


def _by_name(reading: Reading) -> Iterator[Candidate]:
    for name, sentences in _names(reading).items():
        weighed = [(_weight(reading, name, sentence), sentence) for sentence in sentences]
        weight, best = max(weighed, key=lambda pair: (pair[0], -pair[1].turn))
        sure = min(weight + 0.05 * (len(sentences) - 1), 0.9)
        if weight and sure >= SURE_ENOUGH:
            yield Candidate(kind="competitor", sentence=best, confidence=sure, subject=name)


def _weight(reading: Reading, name: str, sentence: Sentence) -> float:
    """How likely a sentence speaks of a vendor of this name, by the words around the name."""
    integration = pattern("vendors", "integrations").search(name.lower())
    if integration and not pattern("vendors", "rival").search(sentence.plain):
        return 0.0
    missing = 1 - _SHAPE * bool(_CAMEL.search(name))
    put_in = sentence.plain.replace(name.lower(), "NAME")
    for form, weight in _templates():
        if form.search(put_in):
            missing *= 1 - weight
    if missing == 1.0:
        return 0.0
    before = " ".join(s.plain for s in reading.of_turn(sentence.turn - 1) if s.side == "seller")
    if pattern("vendors", "asked").search(before):
        missing *= 0.6
    if pattern("vendors", "near").search(sentence.plain):
        missing *= 0.8
    return 1 - missing


@cache
def _templates() -> tuple[tuple[re.Pattern[str], float], ...]:
    table = load_table("lexicon.toml")["vendors"]["around"]
    return tuple((re.compile(form), weight) for form, weight in table)


def _names(reading: Reading) -> dict[str, list[Sentence]]:
    """Customers' sentences by the names in them that are no known people or sides."""
    barred = _known_words(reading) | _people_words(reading)
    vocabulary = {
        name
        for name in _vocabulary(reading)
        if (words := set(re.findall(r"[a-z0-9']+", name.lower())))
        and words - words_of("vendors", "common")
        and content_words(name)
        and not words & barred
    }
    found: dict[str, list[Sentence]] = defaultdict(list)
    for sentence in reading.sentences:
        if sentence.side != "seller":
            for name in _said(vocabulary, sentence.text):
                found[name].append(sentence)
    return found


def _said(vocabulary: set[str], text: str) -> list[str]:
    """The names of the vocabulary that stand in a text, the longest where one holds another."""
    words = list(_WORD.finditer(text))
    found, position = [], 0
    while position < len(words):
        length = 1
        for count in range(min(MOST_WORDS_IN_NAME, len(words) - position), 0, -1):
            name = text[words[position].start() : words[position + count - 1].end()]
            if name in vocabulary:
                found.append(name)
                length = count
                break
        position += length
    return list(dict.fromkeys(found))


def _vocabulary(reading: Reading) -> set[str]:
    """Names of the call: capitals inside of a sentence or a word, or what is recognised as one."""
    names = {
        match[0]
        for sentence in reading.sentences
        for form in (_CAPITALISED, _CAMEL)
        for match in form.finditer(sentence.text)
    }
    return names | {
        re.sub(r"^(?:the|a) |['’]s?$", "", entity.text)
        for entity in reading.entities
        if entity.label in _NAME_LABELS and entity.text[:1].isupper()
    }


def _known_words(reading: Reading) -> set[str]:
    deal = reading.context.deal
    texts = [deal.seller, deal.customer, *(person.name for person in reading.roster.people)]
    return {word for text in texts if text for word in text.lower().split()}


def _people_words(reading: Reading) -> set[str]:
    """Names that are people's, whatever the recogniser says: "he" or "she" stands near them."""
    person = re.compile(r"\b(?:he|she|him|her)(?:'s|'ll|'d)?\b")
    return {
        word
        for sentence in reading.sentences
        for entity in reading.entities_in(sentence)
        if entity.label == "PERSON"
        if person.search(sentence.plain) or _asked_to_act(entity.text, sentence)
        for word in entity.text.lower().split()
    }


def _asked_to_act(name: str, sentence: Sentence) -> bool:
    first = re.escape(name.lower().split()[0])
    return bool(
        re.search(
            rf"\b(?:get|ask|tell|with|call|ring|for|thanks|hi|hello|sorry|promised) {first}\b"
            rf"|\b{first} (?:signs?|says?|said|wants?|will|runs|is (?:on|in|our)|and (?:i|me))\b"
            rf"|, {first}[.,?!]",
            sentence.plain,
        )
    )


def _own_means(reading: Reading) -> Iterator[Candidate]:
    own, use = pattern("vendors", "own"), pattern("vendors", "own_use")
    seen: set[str] = set()
    for sentence in reading.sentences:
        if sentence.side != "customer":
            continue
        match = own.search(sentence.plain)
        if match and use.search(sentence.plain):
            name = sentence.text[match.start() : match.end()].strip()
            name = re.sub(r"^(?:the|our|some|these) ", "", name, flags=re.IGNORECASE)
            stems = content_words(name)
            if stems and not stems & seen:
                seen |= stems
                sure = 0.6 if reading.share(sentence) < 0.4 else 0.42
                yield Candidate(kind="competitor", sentence=sentence, confidence=sure, subject=name)
        yield from _alternatives(sentence)


def _alternatives(sentence: Sentence) -> Iterator[Candidate]:
    """Building it oneself, or leaving things as they are, in the words that say so."""
    for alternative in ("in_house", "do_nothing"):
        if said := pattern("vendors", alternative).search(sentence.plain):
            name = sentence.text[said.start() : said.end()]
            yield Candidate(kind="competitor", sentence=sentence, confidence=0.5, subject=name)
