"""Writes the one line of a claim from the words that prove it, in the third person."""

from typing import Final

from transcript2handoff.engines.local.finder import Candidate
from transcript2handoff.engines.local.lexicon import pattern
from transcript2handoff.engines.local.reading import Reading, Sentence
from transcript2handoff.extract.wording import shorten, tidy
from transcript2handoff.facts import (
    Competitor,
    CustomerCommitment,
    Fact,
    NextStep,
    Promise,
    Stakeholder,
    Term,
)

FEW: Final = 5
"""A summary of fewer words needs the sentence or the question before it to be understood."""


def summary(reading: Reading, candidate: Candidate, fact: Fact) -> str:
    """What a colleague would write down, at most 25 words, nothing that was not said."""
    body = _body(reading, candidate)
    match fact:
        case Stakeholder():
            head = ", ".join(part for part in (fact.name, fact.role) if part)
            return shorten(f"{head[:1].upper()}{head[1:]}{_telling(candidate.sentence, fact)}")
        case Competitor():
            return shorten(f"{fact.name} ({fact.status}): {body}")
        case Term():
            return shorten(body)
        case Promise() | CustomerCommitment() | NextStep():
            return shorten(_with_speaker(candidate.sentence, body))
        case _:
            return shorten(body)


def _telling(sentence: Sentence, person: Stakeholder) -> str:
    """The words about the person where they tell something, else only whether on the call."""
    if pattern("people", "mattering").search(sentence.plain) or not person.present:
        return f": “{tidy(sentence.text).rstrip('.')}”"
    return ", on the call"


def _body(reading: Reading, candidate: Candidate) -> str:
    """The tidied sentence, with the request it answers or the words before it where it is thin."""
    said = tidy(candidate.sentence.text) or candidate.sentence.text
    if candidate.support:
        asked = tidy(candidate.support[0].text).rstrip(".")
        return f"{shorten(said, most=8)} (asked: “{shorten(asked, most=12)}”)"
    if len(said.split()) > FEW:
        return said
    preceding = reading.preceding(candidate.sentence)
    following = reading.following(candidate.sentence)
    if preceding and (before := tidy(preceding.text)):
        return f"{before} {said}"
    return f"{said} {tidy(following.text)}".strip() if following else said


def _with_speaker(sentence: Sentence, body: str) -> str:
    return f"{sentence.speaker}: {body}" if sentence.speaker else body
