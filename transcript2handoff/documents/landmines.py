"""Landmines: what can go off in the hands of who takes over a deal without knowing of it."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from transcript2handoff.assess.questions import is_weak
from transcript2handoff.consolidate import dropped
from transcript2handoff.documents.attitudes import standings
from transcript2handoff.documents.inside import (
    Group,
    Inside,
    Line,
    group,
    line,
    not_discussed,
    surest,
)
from transcript2handoff.facts import Competitor, Objection
from transcript2handoff.handoff import Claim, SpokenEvidence
from transcript2handoff.render.choosing import BLACKOUT
from transcript2handoff.render.labels import (
    OBJECTION_LABELS,
    RIVAL_LABELS,
    STATE_LABELS,
    TOPIC_LABELS,
)
from transcript2handoff.words import Message, Shown, Words, counted, message

MOST: Final = 3
"""Lines of a group; a meeting does not get through more."""


def landmines(inside: Inside) -> tuple[Group, ...]:
    """The groups of landmines; a risk about a time stands among the times alone."""
    silent = not_discussed(inside)
    dark = _blackouts(inside)
    risks = [claim for claim in inside.handoff.of_kind("risk") if claim not in dark]
    found: tuple[tuple[Message, list[Line], Message], ...] = (
        (message("People who may block"), list(_opponents(inside)), message("Nobody is known.")),
        (message("Objections without an answer"), list(_objections(inside)), message("None.")),
        (message("Risks"), _lines(inside, risks), silent),
        (
            message("Times when nothing may change or be down"),
            [_dark(inside, claim) for claim in surest(dark)],
            message("None was heard. Ask the customer."),
        ),
        (
            message("Promises that were taken back, replaced or changed"),
            list(_turned(inside)),
            message("None."),
        ),
        (
            message("Answers that we owe and no later call came back to"),
            _lines(inside, list(dropped(inside.handoff)) if inside.handoff.calls else []),
            message("None."),
        ),
        (message("Contradictions"), list(_clashes(inside)), message("None was found.")),
        (
            message("Promised otherwise than signed, or beyond the product"),
            list(overpromised(inside)),
            _nothing_overpromised(inside),
        ),
        (message("Vendors before us and beside us"), list(_rivals(inside)), silent),
    )
    return tuple(group(title, lines, most=MOST, nothing=nothing) for title, lines, nothing in found)


def _lines(inside: Inside, claims: list[Claim]) -> list[Line]:
    return [line(inside, claim) for claim in surest(claims)]


def _opponents(inside: Inside) -> Iterator[Line]:
    for who in standings(inside):
        if who.attitude == "against":
            yield line(inside, who.claim, _raised(len(who.open_objections)))


def _raised(count: int) -> Iterator[Shown]:
    if count:
        yield counted("{count} open objection", "{count} open objections", count=count)


def _objections(inside: Inside) -> Iterator[Line]:
    """Those that nobody answered, then those that were put off."""
    waiting = [
        (claim, claim.fact)
        for claim in inside.handoff.of_kind("objection")
        if isinstance(claim.fact, Objection) and claim.fact.status != "addressed"
    ]
    for claim, fact in sorted(waiting, key=lambda it: (is_weak(it[0]), it[1].status != "open")):
        yield line(inside, claim, (TOPIC_LABELS[fact.topic], OBJECTION_LABELS[fact.status]))


def _blackouts(inside: Inside) -> list[Claim]:
    claims = inside.handoff.of_kind("requirement", "risk", "term")
    return [
        claim
        for claim in claims
        if BLACKOUT.search(claim.summary) or claim.evidence[0] in _dark_words(claim)
    ]


def _dark_words(claim: Claim) -> list[SpokenEvidence]:
    """The evidence that speaks of the time; it need not be the best evidence of the claim."""
    return [evidence for evidence in claim.spoken if BLACKOUT.search(evidence.quote)]


def _dark(inside: Inside, claim: Claim) -> Line:
    shown = line(inside, claim)
    telling = tuple(inside.proofs.shown(evidence) for evidence in _dark_words(claim)[:1])
    return replace(shown, proofs=telling or shown.proofs)


def _turned(inside: Inside) -> Iterator[Line]:
    """Each with its whole history, call by call."""
    for claim in surest(inside.handoff.of_kind("promise")):
        state = claim.state
        if state in ("changed", "withdrawn", "superseded"):
            steps = [step.evidence[0] for step in claim.history] or list(claim.evidence)
            yield Line(
                text=claim.summary,
                notes=(STATE_LABELS[state], *_history(claim, inside.words)),
                proofs=tuple(inside.proofs.shown(evidence) for evidence in steps),
            )


def _history(claim: Claim, words: Words) -> Iterator[Shown]:
    if len(claim.history) > 1:
        for step in claim.history:
            yield message(
                "{day}: {state}, “{text}”",
                day=words.day(step.date) if step.date else step.call_id,
                state=STATE_LABELS[step.state],
                text=step.summary,
            )


def _clashes(inside: Inside) -> Iterator[Line]:
    claims = {claim.id: claim for claim in inside.handoff.claims}
    for clash in inside.handoff.contradictions:
        sides = [claims[claim_id] for claim_id in clash.claims]
        yield Line(
            text=clash.about,
            notes=tuple(side.summary for side in sides),
            proofs=tuple(inside.proofs.telling(side) for side in sides),
        )


def overpromised(inside: Inside) -> Iterator[Line]:
    """Promises that contradict the contract or go beyond the product; nothing without a review."""
    for claim in inside.handoff.of_kind("promise"):
        found = inside.reviewed.get(claim.id)
        if found and found.verdict == "contradicts":
            yield line(inside, claim, (message("contract: {reason}", reason=found.reason),))
        elif found and found.catalog and found.catalog.beyond:
            about = message("catalogue: {reason}", reason=found.catalog.reason)
            yield line(inside, claim, (about,))


def _nothing_overpromised(inside: Inside) -> Message:
    if inside.review is None:
        return message("No contract was given, so nothing was compared.")
    return message("None.")


def _rivals(inside: Inside) -> Iterator[Line]:
    for claim in surest(inside.handoff.of_kind("competitor")):
        fact = claim.fact
        if isinstance(fact, Competitor):
            reason = (fact.reason,) if fact.reason else ()
            yield line(inside, claim, (RIVAL_LABELS[fact.status], *reason))
