"""One fact, one claim: the same thing said again joins the claim that stands already."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from math import log
from typing import Final

from transcript2handoff.extract.numbers import CARDINALS
from transcript2handoff.extract.wording import content_words
from transcript2handoff.facts import Competitor, Kind, Stakeholder, Term
from transcript2handoff.handoff import Citation, DraftClaim

ALIKE: Final = 0.6
"""From this share of common words on, two summaries of a kind say the same thing."""
FEWEST: Final = 3
"""Shorter summaries are never taken for the same: "Friday." and "Friday." may be two dates."""
MOST_CITATIONS: Final = 4
REPEATED: Final = 0.3
"""From this share of common words on, rare ones counting more, two quotes say the same thing."""
REPEATED_WHEN_DUE: Final = 0.2
"""The share that is enough for two facts which are due on the same day."""
TELLING: Final = 3
"""Quotes with fewer telling words in common are not taken for the same ..."""
TELLING_WHEN_DUE: Final = 2
"""... unless both facts are due on the same day and share this many."""
RARE: Final = 8
"""A word in more quotes than this tells no matter; quotes are compared if they share another."""
_TIMES: Final = (
    "today tonight tomorrow monday tuesday wednesday thursday friday saturday sunday january "
    "february march april june july august september october november december morning afternoon "
    "evening hour minute week weeks month months year years day days per cent percent"
)
_EVERYWHERE: Final = content_words(" ".join([*CARDINALS, _TIMES]))


def merge_repeats(claims: Iterable[DraftClaim]) -> tuple[DraftClaim, ...]:
    """Claims in their order, repeats joined: the surer wording stays, all citations are kept.

    People and vendors are the same by name (or role), everything else by the words of its summary
    or by the telling words of its quote.
    """
    ordered = tuple(claims)
    quotes = _Quotes(ordered)
    kept: list[DraftClaim] = []
    words: list[frozenset[str]] = []
    by_word: dict[tuple[Kind, str], list[int]] = {}
    for claim in ordered:
        said = _identity(claim)
        place = _same(claim.kind, said, words=words, by_word=by_word)
        if place is None:
            place = quotes.place_of(claim)
        if place is None:
            place = len(kept)
            kept.append(claim)
            words.append(said)
            quotes.keep(claim)
            for word in said:
                by_word.setdefault((claim.kind, word), []).append(place)
        else:
            kept[place] = _joined(kept[place], claim)
    return tuple(kept)


class _Quotes:
    """The quotes of the claims that are kept, to find the one that is said again.

    Words that few claims of the call hold count more. Times and numbers count nothing: any two
    facts may share them.
    """

    def __init__(self, claims: Sequence[DraftClaim]) -> None:
        held = Counter(word for quote in {_quote(c) for c in claims} for word in _telling(quote))
        self._held: Mapping[str, int] = held
        self._weight = {word: log((len(claims) + 1) / count) for word, count in held.items()}
        self._kept: list[DraftClaim] = []
        self._by_word: dict[tuple[Kind, str], list[int]] = defaultdict(list)

    def keep(self, claim: DraftClaim) -> None:
        """Put a claim's quote at the next place."""
        for word in _telling(_quote(claim)):
            self._by_word[claim.kind, word].append(len(self._kept))
        self._kept.append(claim)

    def place_of(self, claim: DraftClaim) -> int | None:
        """The last place of a claim of the kind whose quote says the same; none for names."""
        if isinstance(claim.fact, Stakeholder | Competitor | Term):
            return None
        rare = [word for word in _telling(_quote(claim)) if self._held[word] <= RARE]
        places = {place for word in rare for place in self._by_word[claim.kind, word]}
        for place in sorted(places, reverse=True):
            if self._repeats(self._kept[place], claim):
                return place
        return None

    def _repeats(self, first: DraftClaim, again: DraftClaim) -> bool:
        if first.citations[0].turn == again.citations[0].turn:
            return False
        due, due_again = (getattr(claim.fact, "due", None) for claim in (first, again))
        if due and due_again and due != due_again:
            return False
        told, retold = _telling(_quote(first)), _telling(_quote(again))
        shared = told & retold
        same_day = due is not None and due == due_again
        fewest, least = (TELLING_WHEN_DUE, REPEATED_WHEN_DUE) if same_day else (TELLING, REPEATED)
        if len(shared) < fewest or any(word[0].isdigit() for word in told ^ retold):
            return False
        return self._sum(shared) >= least * self._sum(told | retold)

    def _sum(self, words: frozenset[str]) -> float:
        return sum(self._weight[word] for word in sorted(words))


def _quote(claim: DraftClaim) -> str:
    return claim.citations[0].quote


def _telling(quote: str) -> frozenset[str]:
    return content_words(quote) - _EVERYWHERE


def _identity(claim: DraftClaim) -> frozenset[str]:
    """The words that make a claim the same as another."""
    match claim.fact:
        case Stakeholder(name=name, role=role):
            return frozenset((f"{name or role}".lower(),))
        case Competitor(name=name):
            return frozenset((name.lower(),))
        case _:
            return content_words(claim.summary)


def _same(
    kind: Kind,
    said: frozenset[str],
    *,
    words: Sequence[frozenset[str]],
    by_word: dict[tuple[Kind, str], list[int]],
) -> int | None:
    """The place of a kept claim that says the same; only the rarest words are looked up.

    Other figures make another fact: phase 1 is not phase 2.
    """
    fewest = 1 if kind in ("stakeholder", "competitor") else FEWEST
    if len(said) < fewest:
        return None
    rare_first = sorted(said, key=lambda word: (len(by_word.get((kind, word), ())), word))
    looked_up = rare_first[: int(len(said) * (1 - ALIKE)) + 1]
    places = {place for word in looked_up for place in by_word.get((kind, word), ())}
    for place in sorted(places, reverse=True):
        union = said | words[place]
        if any(word[0].isdigit() for word in said ^ words[place]):
            continue
        if len(words[place]) >= fewest and len(said & words[place]) >= ALIKE * len(union):
            return place
    return None


def _joined(first: DraftClaim, again: DraftClaim) -> DraftClaim:
    surer, other = (again, first) if again.confidence > first.confidence else (first, again)
    citations: dict[int, Citation] = {}
    for citation in (*surer.citations, *other.citations):
        citations.setdefault(citation.turn, citation)
    return surer.model_copy(update={"citations": tuple(citations.values())[:MOST_CITATIONS]})
