"""The note for the CRM: what a colleague must know who opens the deal there, as plain text.

A note has at most ``LIMIT`` characters. Lines are never cut: where there is no room, the lines at
the end of the longest section are left out, and the section says how many. What proves a line is
who said it, on which call and when; the words themselves stand in the brief.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from transcript2handoff.assess.questions import due_of, is_before, is_weak, last_call_day
from transcript2handoff.documents.attitudes import standings
from transcript2handoff.documents.inside import Inside, due_note, not_discussed
from transcript2handoff.facts import Objection, Promise
from transcript2handoff.handoff import Claim
from transcript2handoff.render.facts import in_order
from transcript2handoff.render.labels import INFLUENCE_LABELS, STRENGTH_LABELS
from transcript2handoff.render.proofs import Proof
from transcript2handoff.render.summary import VERDICTS
from transcript2handoff.words import Message, Shown, Words, counted, message

LIMIT: Final = 2000
"""Characters; CRMs take more, their readers do not."""


@dataclass(frozen=True, kw_only=True)
class NoteLine:
    """One line: what, with a detail in brackets, and who said it, when."""

    text: Shown
    detail: Shown | None = None
    proof: Proof | None = None


@dataclass(frozen=True, kw_only=True)
class NoteSection:
    """Lines under a heading; ``more`` says how many had no room."""

    title: Message
    lines: tuple[NoteLine, ...]
    nothing: Message
    weight: int = 1
    """How many times as long as the others it may be."""
    more: Message | None = None


@dataclass(frozen=True, kw_only=True)
class Note:
    """The whole note. ``score`` is the readiness from 0 to 100."""

    customer: Shown
    verdict: Shown
    score: int
    sections: tuple[NoteSection, ...]


def crm_note(inside: Inside, *, limit: int = LIMIT) -> str:
    """The note as plain text of at most ``limit`` characters.

    Headings and the counts of what was left out always stand: a limit that they do not fit in is
    exceeded by them.

    Raises:
        ArtifactError: the transcript of a call is not among those given.
    """
    whole = tuple(_sections(inside))
    kept = [len(section.lines) for section in whole]
    while True:
        note = _note(inside, whole, kept)
        text = inside.templates.text("crm_note.txt.jinja", note=note)
        if len(text) <= limit or not any(kept):
            return text
        kept[_longest(note, kept, inside.words)] -= 1


def _note(inside: Inside, whole: tuple[NoteSection, ...], kept: list[int]) -> Note:
    return Note(
        customer=inside.customer,
        verdict=VERDICTS[inside.assessment.verdict],
        score=inside.assessment.score,
        sections=tuple(_cut(section, most) for section, most in zip(whole, kept, strict=True)),
    )


def _cut(section: NoteSection, most: int) -> NoteSection:
    left = len(section.lines) - most
    more = counted("and {count} more", "and {count} more", count=left) if left else None
    return replace(section, lines=section.lines[:most], more=more)


def _longest(note: Note, kept: list[int], words: Words) -> int:
    """The section that is longest for its weight, among those that still have lines."""
    sizes = [
        sum(_size(line, words) for line in section.lines) / section.weight
        for section in note.sections
    ]
    # The last line of a section goes only when every section is down to its last.
    least = 1 if max(kept) > 1 else 0
    return max((n for n, most in enumerate(kept) if most > least), key=lambda n: (sizes[n], n))


def _size(line: NoteLine, words: Words) -> int:
    return len(words.shown(line.text)) + len(words.shown(line.detail or ""))


def _sections(inside: Inside) -> Iterator[NoteSection]:
    handoff, silent = inside.handoff, not_discussed(inside)
    owed = _of_claims(inside, message("What we owe"), _owed(inside))
    nothing_owed = message("Nothing is owed.")
    yield replace(owed, weight=3, nothing=nothing_owed if owed.nothing == silent else owed.nothing)
    yield _of_claims(inside, message("What we said we will not do"), handoff.of_kind("exclusion"))
    yield _of_claims(inside, message("What they want"), handoff.of_kind("goal"))
    yield _of_claims(inside, message("Risks and unanswered objections"), _threats(inside))
    yield NoteSection(title=message("People"), lines=tuple(_people(inside)), nothing=silent)
    yield NoteSection(
        title=message("Questions to the account executive"),
        lines=tuple(_questions(inside)),
        nothing=message("None."),
    )


def _owed(inside: Inside) -> list[Claim]:
    """What is due next first; what was due before the last call last, for it was kept or missed."""
    last_call = last_call_day(inside.handoff)
    owed = [claim for claim in in_order(inside.handoff.of_kind("promise")) if claim.is_owed]
    return sorted(owed, key=lambda claim: is_before(due_of(claim.fact), last_call))


def _threats(inside: Inside) -> list[Claim]:
    objections = [
        claim
        for claim in inside.handoff.of_kind("objection")
        if isinstance(claim.fact, Objection) and claim.fact.status != "addressed"
    ]
    return [*inside.handoff.of_kind("risk"), *objections]


def _of_claims(inside: Inside, title: Message, claims: Sequence[Claim]) -> NoteSection:
    """The claims that are not weakly supported; the brief has the others too."""
    weak = message("Only weakly supported: see the kickoff brief.")
    return NoteSection(
        title=title,
        lines=tuple(
            NoteLine(
                text=claim.summary,
                detail=_detail(claim, inside.words),
                proof=inside.proofs.telling(claim),
            )
            for claim in claims
            if not is_weak(claim)
        ),
        nothing=weak if claims else not_discussed(inside),
    )


def _detail(claim: Claim, words: Words) -> Shown | None:
    fact = claim.fact
    if not isinstance(fact, Promise):
        return None
    due = due_note(fact.due, words)
    if due:
        return message("{strength}, {due}", strength=STRENGTH_LABELS[fact.strength], due=due)
    return STRENGTH_LABELS[fact.strength]


def _people(inside: Inside) -> Iterator[NoteLine]:
    for who in standings(inside):
        yield NoteLine(
            text=who.name,
            detail=INFLUENCE_LABELS[who.influence],
            proof=inside.proofs.of(who.claim)[0],
        )


def _questions(inside: Inside) -> Iterator[NoteLine]:
    for question in inside.assessment.questions:
        yield NoteLine(text=question.text)
