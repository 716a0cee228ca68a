"""The form of an answer: its words, and fields for what it states where the calls are silent."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, cast

from starlette.datastructures import FormData

from transcript2handoff.facts import Fact, Goal, Term, TermType
from transcript2handoff.handoff import Claim, Handoff, StatementEvidence

_LABELS: Final[Mapping[str, Mapping[str, str]]] = {
    "no_goal": {
        "metric": "What is measured",
        "baseline": "Where it is today",
        "target": "Where it should be",
        "deadline": "By when",
    },
    "no_terms": {"price": "Price", "length": "Contract length", "start": "Start"},
}
"""The fields of answers that have some, by their questions."""
_TERMS: Final = "no_terms"


@dataclass(frozen=True, kw_only=True)
class Given:
    """An answer that was typed: to a question, in place of what was there (its moment, or none)."""

    question_id: str
    words: str
    stated: Mapping[str, str] = field(default_factory=dict)
    """What was typed into the fields, by their names; none that was left empty."""
    before: str = ""
    problem: str | None = None

    @property
    def told(self) -> str:
        """The answer in words; those of its fields if there are no others."""
        return self.words or in_words(self.question_id, self.stated)

    @property
    def facts(self) -> tuple[Fact, ...] | None:
        """What the fields state; none if they were left empty, and the words are to be read."""
        if not self.stated:
            return None
        if self.question_id == _TERMS:
            return tuple(
                Term(type=cast(TermType, name), value=value) for name, value in self.stated.items()
            )
        return (Goal.model_validate(self.stated),)


@dataclass(frozen=True, kw_only=True)
class FactField:
    """A field of the form: its name there, what stands beside it, and what stands in it."""

    name: str
    label: str
    value: str


def in_words(question_id: str, stated: Mapping[str, str]) -> str:
    """What stands in the fields of an answer, as one would say it."""
    labels = _LABELS.get(question_id, {})
    said = (f"{label}: {stated[name]}" for name, label in labels.items() if name in stated)
    return ". ".join(said)


def given_in(form: FormData) -> list[Given]:
    """The answers that somebody typed, without those that were left empty."""
    columns = [[str(one) for one in form.getlist(name)] for name in ("question", "words", "before")]
    told = [
        Given(
            question_id=question,
            words=words.strip(),
            stated=dict(_typed(form, question)),
            before=before,
        )
        for question, words, before in zip(*columns, strict=False)
    ]
    return [one for one in told if one.told]


def _typed(form: FormData, question_id: str) -> Iterator[tuple[str, str]]:
    for name in _LABELS.get(question_id, {}):
        if value := str(form.get(f"{question_id}:{name}", "")).strip():
            yield name, value


def fact_fields(
    question_id: str, terms: Collection[str], values: Mapping[str, str]
) -> tuple[FactField, ...]:
    """The fields of an answer.

    Args:
        question_id: what it answers.
        terms: those that there are fields for.
        values: what stands in the fields, by their names.
    """
    return tuple(
        FactField(name=f"{question_id}:{name}", label=label, value=values.get(name, ""))
        for name, label in _LABELS.get(question_id, {}).items()
        if question_id != _TERMS or name in terms
    )


def resting_on(question_id: str, handoff: Handoff) -> tuple[Claim, ...]:
    """The claims behind which the answer to a question stands."""
    return tuple(
        claim
        for claim in handoff.claims
        if any(
            isinstance(piece, StatementEvidence) and piece.question_id == question_id
            for piece in claim.evidence
        )
    )


def stated_in(claims: Iterable[Claim]) -> Mapping[str, str]:
    """What stands in the fields of an answer on which these claims rest."""
    values: dict[str, str] = {}
    for claim in claims:
        match claim.fact:
            case Term(type=sort, value=value):
                values[sort] = value
            case Goal() as goal:
                told = goal.model_dump(exclude={"kind"}, exclude_none=True)
                values |= told
    return values
