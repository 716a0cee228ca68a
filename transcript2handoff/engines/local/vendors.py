"""Finds what the customer uses, tried or weighs instead: vendors, own means, doing nothing."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator

from transcript2handoff.engines.local.finder import Candidate
from transcript2handoff.engines.local.lexicon import pattern
from transcript2handoff.engines.local.reading import Reading, Sentence
from transcript2handoff.extract.wording import content_words

_CAPITALISED = re.compile(r"(?<![.?!] )(?<!^)\b[A-Z][A-Za-z0-9]*(?:[A-Z][a-z]+)*(?: [A-Z][a-z0-9]+)?\b")
_COMMON = frozenset(
    "i i'm i'd i'll i've monday tuesday wednesday thursday friday saturday sunday january february "
    "march april may june july august september october november december christmas easter english "
    "german french dutch spanish italian european american british dr mr mrs ms q1 q2 q3 q4 ok "
    "okay it ceo cfo cio cto coo md hr eu uk us usa gdpr soc iso api sso pdf crm erp sla nda".split()
)


class VendorFinder:
    """One candidate a vendor or means; ``subject`` is its name."""

    def find(self, reading: Reading) -> Iterator[Candidate]:
        """Vendors by name first, then what the customer does on its own."""
        yield from _by_name(reading)
        yield from _own_means(reading)


def _by_name(reading: Reading) -> Iterator[Candidate]:
    near, integrations = pattern("vendors", "near"), pattern("vendors", "integrations")
    rival = pattern("vendors", "rival")
    for name, sentences in _names(reading).items():
        plain = name.lower()
        telling = rival if integrations.search(plain) else near
        best = max(sentences, key=lambda s: (len(telling.findall(s.plain)), -s.turn))
        hits = len(telling.findall(best.plain))
        sure = min(0.25 * bool(hits) + 0.12 * hits + 0.07 * len(sentences) + 0.1, 0.9)
        if hits and sure >= 0.42:
            yield Candidate(kind="competitor", sentence=best, confidence=sure, subject=name)


def _names(reading: Reading) -> dict[str, list[Sentence]]:
    """Customers' sentences by the capitalised names in them that are no known people or sides."""
    known = _known_words(reading)
    people = Counter(e.text for e in reading.entities if e.label in ("PERSON", "GPE", "DATE"))
    found: dict[str, list[Sentence]] = defaultdict(list)
    for sentence in reading.sentences:
        if sentence.side == "seller":
            continue
        names = {match[0] for match in _CAPITALISED.finditer(sentence.text)}
        names |= {e.text for e in reading.entities_in(sentence) if e.label in ("ORG", "PRODUCT")}
        for name in names:
            words = set(re.findall(r"[a-z0-9']+", name.lower()))
            if words - known - _COMMON and not words & known and not people[name]:
                found[name].append(sentence)
    return found


def _known_words(reading: Reading) -> set[str]:
    deal = reading.context.deal
    texts = [deal.seller, deal.customer, *(person.name for person in reading.roster.people)]
    return {word for text in texts if text for word in text.lower().split()}


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
                yield Candidate(kind="competitor", sentence=sentence, confidence=0.5, subject=name)
        yield from _alternatives(sentence)


def _alternatives(sentence: Sentence) -> Iterator[Candidate]:
    for word, name in (("in_house", "In-house build"), ("do_nothing", "Staying as it is")):
        if pattern("vendors", word).search(sentence.plain):
            yield Candidate(kind="competitor", sentence=sentence, confidence=0.5, subject=name)
