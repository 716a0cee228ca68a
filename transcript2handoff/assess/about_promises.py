"""Questions about promises: what was hedged, hangs on something, moved, fell due or was ended."""

from collections.abc import Iterator, Mapping
from typing import Final

from transcript2handoff.assess.claims import is_before, last_call_day
from transcript2handoff.assess.qualifying import condition_in, hedge_in
from transcript2handoff.assess.question import Known, Question, Sort
from transcript2handoff.extract.wording import content_words
from transcript2handoff.facts import Promise, PromiseType
from transcript2handoff.handoff import Claim
from transcript2handoff.words import Message, message

COUNTED_ON: Final[frozenset[PromiseType]] = frozenset(["feature", "timeline", "commercial"])
"""What the customer buys; who helps, or sends a paper, can still be settled after the kickoff."""
LATER: Final = 3
"""How many ranks lower promises of other types, and terms and goals that moved, are asked about."""

_HEDGED: Final[Mapping[PromiseType, Message]] = {
    "feature": message("Has product confirmed it, and in writing?"),
    "timeline": message("Have those who deliver it confirmed the date, and in writing?"),
    "commercial": message("Has it been approved on our side, and in writing?"),
    "resource": message("Are these people booked, and do they know?"),
    "document": message("Can it be sent, and by when?"),
    "support": message("Who takes this on, and may the customer count on it?"),
}


def questions_on_promises(known: Known) -> Iterator[Question]:
    """What is to be known of each promise; several questions of one where several doubts are."""
    last_call = last_call_day(known.handoff)
    for claim in known.handoff.claims:
        if not isinstance(claim.fact, Promise):
            continue
        if claim.state in ("withdrawn", "superseded"):
            text = message("This no longer stands. Does the customer know?")
            yield known.about(claim, "ended", text)
        elif claim.is_owed and is_before(claim.fact.due, last_call):
            text = message("It was due before the last call. Was it kept?")
            yield _ranked(known.about(claim, "overdue", text), claim.fact)
        elif claim.is_owed:
            yield from _doubts(claim, claim.fact, known)


def _doubts(claim: Claim, promise: Promise, known: Known) -> Iterator[Question]:
    quotes = known.voices.said(claim).quotes
    if promise.strength == "hedged":
        hedge = hedge_in(quotes)
        question = known.about(claim, "hedged", _HEDGED[promise.type], words=hedge)
        yield _ranked(question, promise)
    if promise.strength == "conditional":
        text = message("Is that condition met, and who sees to it?")
        question = known.about(
            claim, "conditional", text, words=_untold(condition_in(quotes), claim)
        )
        yield _ranked(question, promise)
    if promise.type == "feature" and claim.state == "changed" and claim.review is None:
        yield known.about(claim, "changed", what_holds(claim))
    if loose := _loose(promise):
        sort, text = loose
        yield known.about(claim, sort, text)


def _untold(condition: str | None, claim: Claim) -> str | None:
    """A condition, unless the claim has most of its words and so names it."""
    words = content_words(condition or "")
    told = words & content_words(claim.summary)
    return condition if words and 2 * len(told) < len(words) else None


def what_holds(claim: Claim) -> Message:
    """What to ask of a claim that was first said otherwise, with how it was said just before."""
    before = [step.summary for step in claim.history if step.summary != claim.summary]
    if not before:
        return message("It changed between the calls. What holds, and does the customer know?")
    return message(
        "Before, it was: “{before}” What holds, and does the customer know?", before=before[-1]
    )


def _loose(promise: Promise) -> tuple[Sort, Message] | None:
    """Who does it and when, as far as it was not said."""
    if promise.owner and promise.due:
        return None
    if promise.owner:
        return "due", message("By when does the customer expect this?")
    if promise.due:
        return "owner", message("Who on our side does this?")
    return "unowned", message("Who does this, and by when?")


def _ranked(question: Question, promise: Promise) -> Question:
    return question if promise.type in COUNTED_ON else later(question)


def later(question: Question) -> Question:
    """The question, less pressing than others of its sort."""
    return question.model_copy(update={"rank": question.rank + LATER})
