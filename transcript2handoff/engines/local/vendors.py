"""Finds what the customer uses, tried or weighs instead: vendors, own means, doing nothing."""

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from typing import Final

from transcript2handoff.engines.local.finder import Candidate
from transcript2handoff.engines.local.lexicon import pattern
from transcript2handoff.engines.local.reading import Reading, Sentence
from transcript2handoff.engines.local.tables import load_table
from transcript2handoff.extract.wording import content_words

SURE_ENOUGH: Final = 0.45
"""A vendor is listed from this confidence on."""
_CAPITALISED: Final = re.compile(
    r"(?<![.?!…] )(?<!^)\b[A-Z][A-Za-z0-9]*(?:[A-Z][a-z]+)*(?: [A-Z][a-z0-9]+)?\b"
)
_CAMEL: Final = re.compile(r"\b[A-Z][a-z]+[A-Z][a-z]\w*\b")
_NAME_LABELS: Final = frozenset(("ORG", "PRODUCT", "PERSON", "GPE", "NORP", "FAC", "WORK_OF_ART"))


class VendorFinder:
    """One candidate a vendor or means; ``subject`` is its name."""

    def find(self, reading: Reading) -> Iterator[Candidate]:
        """Vendors by name first, then what the customer does on its own."""
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
    missing = 1.0
    for form, weight in _templates():
        if re.search(form.replace("NAME", re.escape(name.lower())), sentence.plain):
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
def _templates() -> tuple[tuple[str, float], ...]:
    return tuple((form, weight) for form, weight in load_table("lexicon.toml")["vendors"]["around"])


def _names(reading: Reading) -> dict[str, list[Sentence]]:
    """Customers' sentences by the names in them that are no known people or sides."""
    barred = _known_words(reading) | _people_words(reading)
    vocabulary = [
        name
        for name in sorted(_vocabulary(reading))
        if (words := set(re.findall(r"[a-z0-9']+", name.lower())))
        and words - _COMMON
        and not words & barred
    ]
    found: dict[str, list[Sentence]] = defaultdict(list)
    if not vocabulary:
        return found
    longest_first = sorted(vocabulary, key=len, reverse=True)
    any_name = re.compile(rf"\b(?:{'|'.join(map(re.escape, longest_first))})\b")
    for sentence in reading.sentences:
        if sentence.side != "seller":
            for name in dict.fromkeys(any_name.findall(sentence.text)):
                found[name].append(sentence)
    return found


def _vocabulary(reading: Reading) -> set[str]:
    """Names of the call: capitals inside of a sentence or a word, or what is recognised as one."""
    names = {
        match[0]
        for sentence in reading.sentences
        for form in (_CAPITALISED, _CAMEL)
        for match in form.finditer(sentence.text)
    }
    return names | {
        re.sub(r"^(?:the|a) |['’]s?$", "", entity.text)  # noqa: RUF001
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
    for word, name in (("in_house", "In-house build"), ("do_nothing", "Staying as it is")):
        if pattern("vendors", word).search(sentence.plain):
            yield Candidate(kind="competitor", sentence=sentence, confidence=0.5, subject=name)


_COMMON: Final = frozenset(
    "i i'm i'd i'll i've monday tuesday wednesday thursday friday saturday sunday january february "
    "march april may june july august september october november december christmas easter english "
    "german french dutch spanish italian european american british welsh irish scottish chinese "
    "dr mr mrs ms q1 q2 q3 q4 ok okay it ceo cfo cio cto coo md hr eu uk us usa gdpr soc iso api "
    "sso pdf crm erp sla nda dpa rfp poc vip cx if why what how so and but no yes then well because "
    "k new england europe london paris berlin germany france india excel".split()
)
