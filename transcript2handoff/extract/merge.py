"""One fact, one claim: the same thing said again joins the claim that stands already."""

from collections.abc import Iterable, Sequence
from typing import Final

from transcript2handoff.extract.wording import content_words
from transcript2handoff.facts import Competitor, Kind, Stakeholder
from transcript2handoff.handoff import Citation, DraftClaim

ALIKE: Final = 0.6
"""From this share of common words on, two summaries of a kind say the same thing."""
FEWEST: Final = 3
"""Shorter summaries are never taken for the same: "Friday." and "Friday." may be two dates."""
MOST_CITATIONS: Final = 4


def merge_repeats(claims: Iterable[DraftClaim]) -> tuple[DraftClaim, ...]:
    """Claims in their order, repeats joined: the surer wording stays, all citations are kept.

    People and vendors are the same by name (or role), everything else by its words.
    """
    kept: list[DraftClaim] = []
    words: list[frozenset[str]] = []
    by_word: dict[tuple[Kind, str], list[int]] = {}
    for claim in claims:
        said = _identity(claim)
        place = _same(claim.kind, said, words=words, by_word=by_word)
        if place is None:
            place = len(kept)
            kept.append(claim)
            words.append(said)
            for word in said:
                by_word.setdefault((claim.kind, word), []).append(place)
        else:
            kept[place] = _joined(kept[place], claim)
    return tuple(kept)


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
