"""What people of the two sides say: a speaker's words, weighed by a lexicon.

The lexicon is a logistic regression over words and pairs of words, made sparse by an L1 penalty;
``benchmarks/speakers_fit.py`` makes it from annotated calls.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from typing import Final

from transcript2handoff.deal import Deal
from transcript2handoff.speakers.companies import telling_word
from transcript2handoff.transcript import Transcript

SELLER_MARK: Final = "_seller"
CUSTOMER_MARK: Final = "_customer"
FIRST_MARK: Final = "_speaks_first"
MOST_MARK: Final = "_speaks_most"
BIAS: Final = "_bias"
_TOKEN: Final = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*|_\w+")


def side_words(transcript: Transcript, deal: Deal) -> dict[str, Counter[str]]:
    """Speaker id -> how often the speaker says each word and pair of words, and some marks.

    The companies' names are replaced by marks, so that "at _seller" means the same in any deal.
    """
    counts: dict[str, Counter[str]] = {speaker.id: Counter() for speaker in transcript.speakers}
    spoken: Counter[str] = Counter()
    companies = _company_patterns(deal)
    for turn in transcript.turns:
        if turn.speaker is None:
            continue
        tokens = _tokens(turn.text, companies)
        counts[turn.speaker].update(tokens)
        counts[turn.speaker].update(f"{one} {two}" for one, two in pairwise(tokens))
        if not spoken:
            counts[turn.speaker][FIRST_MARK] = 1
        spoken[turn.speaker] += len(tokens)
    for speaker, _ in spoken.most_common(1):
        counts[speaker][MOST_MARK] = 1
    return counts


def side_score(words: Mapping[str, int], lexicon: Mapping[str, float]) -> float:
    """The log-odds that somebody who says these words sells rather than buys."""
    known = words.keys() & lexicon.keys()
    return lexicon[BIAS] + sum(lexicon[word] * math.log1p(words[word]) for word in sorted(known))


def _tokens(text: str, companies: Mapping[str, re.Pattern[str]]) -> list[str]:
    for mark, pattern in companies.items():
        text = pattern.sub(f" {mark} ", text)
    return _TOKEN.findall(text.lower().replace("’", "'"))


def _company_patterns(deal: Deal) -> dict[str, re.Pattern[str]]:
    named = {SELLER_MARK: deal.seller, CUSTOMER_MARK: deal.customer}
    return {
        mark: re.compile(rf"(?<!\w)(?:{_either(_company_forms(name))})(?!\w)", re.IGNORECASE)
        for mark, name in named.items()
        if name
    }


def _either(forms: Iterable[str]) -> str:
    return "|".join(map(re.escape, forms))


def _company_forms(name: str) -> Iterator[str]:
    """The whole name, and the word that tells it by itself."""
    yield name
    if telling := telling_word(name):
        yield telling
