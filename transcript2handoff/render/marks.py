"""The word or two in front of a line of a card."""

from collections.abc import Callable

from transcript2handoff.assess.questions import is_weak
from transcript2handoff.facts import (
    Competitor,
    CustomerCommitment,
    Objection,
    Promise,
    Stakeholder,
    Term,
)
from transcript2handoff.handoff import Claim, Handoff
from transcript2handoff.render.choosing import when
from transcript2handoff.render.facts import is_over
from transcript2handoff.render.labels import (
    INFLUENCE_LABELS,
    OBJECTION_LABELS,
    RIVAL_LABELS,
    STATE_LABELS,
    STRENGTH_LABELS,
    TERM_LABELS,
    TOPIC_LABELS,
)
from transcript2handoff.render.proofs import Proofs, due_text
from transcript2handoff.words import Message, Words, counted

Mark = Callable[[Claim, Words], str | None]


def mark_of(claim: Claim, words: Words) -> str | None:
    """What tells claims of one kind apart."""
    match claim.fact:
        case Stakeholder(influence=influence):
            return _joined(words, INFLUENCE_LABELS[influence])
        case Competitor(status=status):
            return _joined(words, RIVAL_LABELS[status])
        case Term(type=type_):
            return _joined(words, TERM_LABELS[type_])
        case Promise(strength=strength, due=due):
            return _joined(words, due_text(due, words), STRENGTH_LABELS[strength])
        case Objection(topic=topic, status=status):
            return _joined(words, OBJECTION_LABELS[status], TOPIC_LABELS[topic])
        case _:
            return None


def day_mark(claim: Claim, words: Words) -> str | None:
    """When it is; a promise says how firmly."""
    strength = STRENGTH_LABELS[claim.fact.strength] if isinstance(claim.fact, Promise) else None
    return _joined(words, due_text(when(claim), words), strength)


def state_mark(claim: Claim, words: Words) -> str | None:
    """What has become of a promise."""
    return _joined(words, STATE_LABELS[claim.state or "open"])


def task_mark(claim: Claim, words: Words) -> str | None:
    """Who at the customer does it, and by when."""
    fact = claim.fact
    if not isinstance(fact, CustomerCommitment):
        return None
    return _joined(words, fact.owner, due_text(fact.due, words)) or None


def doubts_of(who: Stakeholder, handoff: Handoff, proofs: Proofs) -> Message | None:
    """What is known of a person's attitude: the objections that were heard from them, if any."""
    raised = [
        claim
        for claim in handoff.of_kind("objection")
        if not is_weak(claim) and who.name and proofs.of(claim)[0].speaker == who.name
    ]
    if unanswered := sum(not is_over(claim) for claim in raised):
        return counted(
            "{count} objection without an answer",
            "{count} objections without an answer",
            count=unanswered,
        )
    if raised:
        return counted(
            "{count} objection, answered", "{count} objections, all answered", count=len(raised)
        )
    return None


def _joined(words: Words, *parts: str | Message | None) -> str:
    """The parts that there are, with a capital letter in front."""
    said = ", ".join(words.shown(part) for part in parts if part)
    return said[:1].upper() + said[1:]
