"""Reading what a model answered: strictly, and with all faults in words that it can act on.

An answer is one JSON object. Servers that ignore ``response_format`` put prose, a Markdown fence or
the model's thoughts around it, which is passed over; everything else that is not in the form of
``schema`` is a fault. Whether cited turns and quotes exist is not asked here.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final, NoReturn, TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails, from_json

from transcript2handoff.engines.openai.schema import (
    KINDS_OF,
    Answer,
    Group,
    Sure,
    VerdictsAnswer,
    answer_model,
    array_of,
    check_schema,
    item_model,
)
from transcript2handoff.facts import Kind, ObjectionStatus, PromiseStatus, Strength
from transcript2handoff.handoff import Citation

__all__ = [
    "AnswerFault",
    "Stated",
    "Sure",
    "Verdict",
    "check_schema",
    "read_answer",
    "read_cut_answer",
    "read_verdicts",
]

MOST_FAULTS: Final = 12
"""Faults that are told at once; a model that made more of them made the same one."""
_THOUGHTS: Final = ("<think>", "</think>")
_WORDS: Final[Mapping[str, str]] = {
    "missing": "is missing",
    "extra_forbidden": "is not asked for",
    "string_type": "must be a text",
    "string_unicode": "is no readable text",
    "string_too_short": "must not be empty",
    "string_pattern_mismatch": "must not be empty",
    "bool_type": "must be true or false",
    "int_type": "must be a whole number",
    "int_from_float": "must be a whole number",
    "greater_than_equal": "must be 1 or more",
    "list_type": "must be an array",
    "too_short": "must not be empty",
    "model_type": "must be an object",
}
"""Faults by pydantic's names for them."""

_T = TypeVar("_T", bound=Answer)


class AnswerFault(Exception):  # noqa: N818 - what is put back to the model
    """What is wrong with an answer, in words that can be put back to the model."""


@dataclass(frozen=True)
class Stated:
    """A fact that a model read in a transcript. ``fields`` are those of its kind."""

    kind: Kind
    citations: tuple[Citation, ...]
    summary: str
    sure: Sure
    fields: Mapping[str, str | bool | None]


@dataclass(frozen=True)
class Verdict:
    """What the second pass says of the claim with this number, counted from 1."""

    claim: int
    holds: bool
    strength: Strength | None
    promise_status: PromiseStatus | None
    objection_status: ObjectionStatus | None


def read_answer(group: Group, text: str) -> tuple[Stated, ...]:
    """The facts of an answer, in its order; what stands there twice, once.

    Raises:
        AnswerFault: it is not one JSON object of the group's form.
    """
    answer = _validated(answer_model(group), text)
    return _stated_in(group, {kind: getattr(answer, array_of(kind)) for kind in KINDS_OF[group]})


def read_cut_answer(group: Group, text: str) -> tuple[Stated, ...]:
    """The facts that stand whole in an answer that broke off; none if it holds none."""
    try:
        begun = from_json(text[max(text.find("{"), 0) :], allow_partial=True)
    except ValueError:
        return ()
    whole: dict[Kind, list[Answer]] = {}
    for kind in KINDS_OF[group]:
        items = begun.get(array_of(kind)) if isinstance(begun, dict) else None
        whole[kind] = [*_whole_items(kind, items if isinstance(items, list) else [])]
    return _stated_in(group, whole)


def _whole_items(kind: Kind, items: Iterable[object]) -> Iterator[Answer]:
    form = item_model(kind)
    for item in items:
        try:
            yield form.validate_python(item)
        except ValidationError:  # the one that broke off, or one of the wrong form
            continue


def _stated_in(group: Group, items: Mapping[Kind, Iterable[Answer]]) -> tuple[Stated, ...]:
    return _once(_stated(kind, item) for kind in KINDS_OF[group] for item in items[kind])


def read_verdicts(text: str, *, claims: int) -> tuple[Verdict, ...]:
    """The verdicts of an answer on claims 1 to ``claims``; one that is not there is no fault.

    Raises:
        AnswerFault: it is not one JSON object of the form, judges a claim that was not asked
            about, or judges one claim in two ways.
    """
    answer = _validated(VerdictsAnswer, text)
    verdicts = _once(Verdict(**given.model_dump()) for given in answer.verdicts)
    numbers = [verdict.claim for verdict in verdicts]
    if strange := sorted({n for n in numbers if n > claims}):
        raise AnswerFault(f"there is no claim {strange[0]}, the last one is claim {claims}")
    if twice := sorted({n for n in numbers if numbers.count(n) > 1}):
        raise AnswerFault(f"claim {twice[0]} is judged in two ways")
    return verdicts


def _stated(kind: Kind, item: Answer) -> Stated:
    told = item.model_dump()
    citations = _once(Citation(**citation) for citation in told.pop("citations"))
    summary, sure = told.pop("summary"), Sure(told.pop("sure"))
    return Stated(kind, citations, summary, sure, told)


_Item = TypeVar("_Item")


def _once(items: Iterable[_Item]) -> tuple[_Item, ...]:
    kept: list[_Item] = []
    for item in items:
        if item not in kept:
            kept.append(item)
    return tuple(kept)


def _validated(model: type[_T], text: str) -> _T:
    try:
        return model.model_validate(_object_in(text))
    except ValidationError as error:
        raise AnswerFault(_in_words(error.errors(include_url=False))) from error


def _object_in(text: str) -> dict[str, Any]:
    """The one JSON object in a text."""
    told = _without_thoughts(text)
    begin = told.find("{")
    if begin < 0:
        raise AnswerFault("there is no JSON object in the answer")
    if told[:begin].rstrip().endswith("["):
        raise AnswerFault("the answer must be one JSON object, not an array")
    found, end = _decoded(told[begin:])
    if "{" in told[begin + end :]:
        raise AnswerFault("the answer must be one JSON object, and nothing may follow it")
    return found


def _without_thoughts(text: str) -> str:
    opening, closing = _THOUGHTS
    told = text.strip()
    return told.partition(closing)[2] if told.startswith(opening) else told


def _decoded(text: str) -> tuple[dict[str, Any], int]:
    """The object that a text begins with, and where it ends."""
    decoder = json.JSONDecoder(object_pairs_hook=_single_keys, parse_constant=_no_number)
    try:
        found, end = decoder.raw_decode(text)
    except json.JSONDecodeError as error:
        why = f"{error.msg} at line {error.lineno}, column {error.colno}"
        raise AnswerFault(f"the answer is no valid JSON: {why}") from error
    except RecursionError as error:
        raise AnswerFault("the answer is nested too deeply") from error
    except ValueError as error:  # a whole number of thousands of digits
        raise AnswerFault("the answer holds a number that is too large") from error
    return found, end


def _single_keys(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        double = next(key for key in keys if keys.count(key) > 1)
        raise AnswerFault(f"an object has the key {double[:40]!r} twice")
    return found


def _no_number(constant: str) -> NoReturn:
    raise AnswerFault(f"the answer is no valid JSON: it holds {constant}")


def _in_words(errors: Sequence[ErrorDetails]) -> str:
    told = [*_once(_fault(error) for error in errors[:MOST_FAULTS])]
    more = len(errors) - MOST_FAULTS
    return "; ".join([*told, f"and {more} more faults"] if more > 0 else told)


def _fault(error: ErrorDetails) -> str:
    """One fault: ``promise 3, citation 1: turn must be a whole number``."""
    *around, last = list(_places(error["loc"])) or ["the answer"]
    return f"{', '.join(around)}: {last} {_wrong(error)}" if around else f"{last} {_wrong(error)}"


def _places(loc: Sequence[int | str]) -> Iterator[str]:
    """The items on the way to a fault, counted from 1, and at the end its field, if any."""
    for name, after in pairwise((*loc, None)):
        if isinstance(after, int):
            yield f"{str(name).removesuffix('s')} {after + 1}"
        elif isinstance(name, str):
            yield name[:40] if name.isidentifier() else repr(name[:40])


def _wrong(error: ErrorDetails) -> str:
    context = error.get("ctx", {})
    if error["type"] == "literal_error":
        return f"must be one of {context['expected']}"
    if error["type"] == "value_error":
        return f"does not hold together: {context['error']}"
    return _WORDS.get(error["type"], error["msg"])
