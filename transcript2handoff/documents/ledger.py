"""The promise ledger: every promise of a deal as a row of a table, whatever became of it.

What the customer owes stands in a table of its own (``commitment_rows``): it has neither strength
nor history. Exclusions are no promises; the brief and the CRM note list them. Rows hold text alone;
whoever writes them to a file makes sure that no program takes a cell for a formula.
"""

from collections.abc import Iterable
from typing import Final

from transcript2handoff.documents.inside import Inside
from transcript2handoff.documents.inside_words import AVAILABILITIES, TYPES, VERDICTS
from transcript2handoff.facts import CustomerCommitment, Promise
from transcript2handoff.handoff import Claim
from transcript2handoff.render.facts import in_order
from transcript2handoff.render.labels import OUTCOME_LABELS, STATE_LABELS, STRENGTH_LABELS
from transcript2handoff.render.proofs import Proof, due_text
from transcript2handoff.words import Message, Shown, Words, message

_COLUMNS: Final[tuple[Message, ...]] = (
    message("Id"),
    message("What we owe"),
    message("Type"),
    message("Strength"),
    message("State"),
    message("Owner"),
    message("Due"),
    message("Said by"),
    message("Call"),
    message("Time"),
    message("Words"),
    message("History"),
)
_REVIEWED: Final[tuple[Message, ...]] = (
    message("Contract"),
    message("Why"),
    message("Catalogue"),
)
_LAST: Final[tuple[Message, ...]] = (message("Outcome"),)
_COMMITMENTS: Final[tuple[Message, ...]] = (
    message("Id"),
    message("What the customer owes"),
    message("Owner"),
    message("Due"),
    message("Said by"),
    message("Call"),
    message("Time"),
    message("Words"),
)


def ledger_columns(inside: Inside) -> tuple[str, ...]:
    """The headings of ``ledger_rows``; with a contract there are three columns more."""
    reviewed = _REVIEWED if inside.review else ()
    return tuple(inside.words.say(column) for column in (*_COLUMNS, *reviewed, *_LAST))


def ledger_rows(inside: Inside) -> tuple[tuple[str, ...], ...]:
    """One row a promise: those still owed first, the next one due first.

    Raises:
        ArtifactError: the transcript of a call is not among those given.
    """
    return tuple(
        _texts(_row(inside, claim, claim.fact), inside.words)
        for claim in in_order(inside.handoff.of_kind("promise"))
        if isinstance(claim.fact, Promise)
    )


def commitment_columns(inside: Inside) -> tuple[str, ...]:
    """The headings of ``commitment_rows``."""
    return tuple(inside.words.say(column) for column in _COMMITMENTS)


def commitment_rows(inside: Inside) -> tuple[tuple[str, ...], ...]:
    """One row for each thing that the customer owes, the next one due first.

    Raises:
        ArtifactError: the transcript of a call is not among those given.
    """
    return tuple(
        _texts(
            (
                claim.id,
                claim.summary,
                claim.fact.owner,
                due_text(claim.fact.due, inside.words),
                *_proved(inside.proofs.of(claim)[0]),
            ),
            inside.words,
        )
        for claim in in_order(inside.handoff.of_kind("customer_commitment"))
        if isinstance(claim.fact, CustomerCommitment)
    )


def _row(inside: Inside, claim: Claim, fact: Promise) -> tuple[Shown | None, ...]:
    return (
        claim.id,
        claim.summary,
        TYPES[fact.type],
        STRENGTH_LABELS[fact.strength],
        STATE_LABELS[claim.state or "open"],
        fact.owner,
        due_text(fact.due, inside.words),
        *_proved(inside.proofs.of(claim)[0]),
        _history(claim, inside.words),
        *_reviewed(inside, claim),
        OUTCOME_LABELS[claim.outcome] if claim.outcome else None,
    )


def _proved(proof: Proof) -> tuple[Shown | None, ...]:
    return proof.speaker, proof.call, proof.when or proof.turn, proof.words


def _reviewed(inside: Inside, claim: Claim) -> tuple[Shown | None, ...]:
    """Contract, why, catalog; nothing of a promise that is owed no more."""
    if inside.review is None:
        return ()
    found = inside.reviewed.get(claim.id)
    if found is None:
        return None, None, None
    catalog = AVAILABILITIES[found.catalog.availability] if found.catalog else None
    return VERDICTS[found.verdict], found.reason, catalog


def _history(claim: Claim, words: Words) -> str:
    """The steps of a promise in words, the first one first; empty if it was never taken up again.

    The same words are not said again: a step that changes the state alone shows the state alone.
    """
    if len(claim.history) < 2:
        return ""
    steps = []
    before = claim.summary
    for step in claim.history:
        day = words.day(step.date) if step.date else step.call_id
        text = "" if step.summary == before else step.summary
        steps.append(words.say(_step(day, STATE_LABELS[step.state], text)))
        before = step.summary
    return "; ".join(steps)


def _step(day: str, state: Message, text: str) -> Message:
    if not text:
        return message("{day}: {state}", day=day, state=state)
    return message("{day}: {state}, “{text}”", day=day, state=state, text=text)


def _texts(cells: Iterable[Shown | None], words: Words) -> tuple[str, ...]:
    return tuple("" if cell is None else words.shown(cell) for cell in cells)
