"""Prompts: the files in ``transcript2handoff.prompts``, filled in.

A prompt is a system message, the same bytes for every call so that servers can keep it, and a user
message that holds the call. Whatever comes from a call or a deal passes ``cleaned`` on its way into
a template, so that it can neither begin a line nor close the fence around the transcript.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined

from transcript2handoff.engines.openai.schema import KINDS_OF, Group, array_of
from transcript2handoff.handoff import PromptUsed
from transcript2handoff.unseen import without_unseen

_PACKAGE: Final = "transcript2handoff.prompts"
_SIDES: Final = frozenset({"SELLER", "CUSTOMER"})
_SHARED: Final = ("rules", "answer", "examples", "call", "repair")
"""Templates of all prompts that look for facts, beside the files of their group."""
_CHECK_FILES: Final = ("check.v1.jinja", "check_call.v1.jinja", "repair.v1.jinja")

_HARMLESS: Final = str.maketrans({"<": "‹", "＜": "‹", "﹤": "‹", ">": "›", "＞": "›", "﹥": "›"})


@dataclass(frozen=True)
class Prompt:
    """What is sent. ``sha256`` is taken over all files that it is made of, in hexadecimal."""

    name: str
    sha256: str
    system: str
    user: str


@dataclass(frozen=True)
class Line:
    """One turn: its number, ``seller`` or ``customer`` (else unknown), who speaks, the words."""

    n: int
    side: str
    speaker: str
    text: str


@dataclass(frozen=True, kw_only=True)
class CallSheet:
    """What a model is shown of a call.

    ``date`` is an ISO date with its weekday (``Friday 2026-09-18``), ``people`` a line of text a
    participant, ``hints`` what a simple program noticed, ``lines`` the turns of one window.
    """

    date: str | None = None
    stage: str | None = None
    seller: str | None = None
    customer: str | None = None
    product: str | None = None
    people: tuple[str, ...] = ()
    lines: tuple[Line, ...]
    hints: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ClaimSheet:
    """A claim that is put back to a model, with the strength and the status it is held to have."""

    number: int
    kind: str
    summary: str
    quote: str
    turn: int
    strength: str | None = None
    status: str | None = None


def find_prompt(group: Group, sheet: CallSheet) -> Prompt:
    """The prompt that asks for the facts of a group in one window."""
    used = _find_used(group)
    user = _rendered("call.v1.jinja", sheet=sheet)
    return Prompt(used.name, used.sha256, system=_find_system(group), user=user)


def check_prompt(claims: Sequence[ClaimSheet], sheet: CallSheet) -> Prompt:
    """The prompt of the second pass; the sheet holds the turns around the claims."""
    used = _check_used()
    user = _rendered("check_call.v1.jinja", claims=claims, sheet=sheet)
    return Prompt(used.name, used.sha256, system=_rendered("check.v1.jinja"), user=user)


def used_prompts(*, check: bool) -> tuple[PromptUsed, ...]:
    """The prompts that a call is read with; that of the second pass too, if there is one."""
    found = tuple(_find_used(group) for group in Group)
    return (*found, _check_used()) if check else found


def repair_prompt(fault: str) -> str:
    """The message that asks again after an answer with this fault."""
    return _rendered("repair.v1.jinja", fault=fault)


def cleaned(text: str) -> str:
    """The text as one line of visible characters, without any that could open or close a fence.

    White space of any kind becomes single blanks; control and format characters, among them
    zero-width and direction marks, are left out; angle brackets become ``‹`` and ``›``.
    """
    return " ".join(without_unseen(text).translate(_HARMLESS).split())


@cache
def _templates() -> Environment:
    # What comes from outside is made harmless by the finalize hook; autoescape knows HTML alone.
    templates = Environment(  # noqa: S701
        loader=PackageLoader(_PACKAGE, "."),
        undefined=StrictUndefined,
        finalize=_finalized,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    templates.filters["side"] = _side
    return templates


def _finalized(value: object) -> str:
    return cleaned(str(value))


def _side(side: str) -> str:
    return side.upper() if side.upper() in _SIDES else "UNKNOWN"


def _rendered(template: str, **values: object) -> str:
    return _templates().get_template(template).render(**values).strip()


def _find_used(group: Group) -> PromptUsed:
    own = (f"find_{group}.v1.jinja", f"examples_{group}.v1.json")
    shared = tuple(f"{name}.v1.jinja" for name in _SHARED)
    return PromptUsed(name=f"find_{group}.v1", sha256=_hash_of(*own, *shared))


def _check_used() -> PromptUsed:
    return PromptUsed(name="check.v1", sha256=_hash_of(*_CHECK_FILES))


@cache
def _hash_of(*names: str) -> str:
    digest = hashlib.sha256()
    for name in names:
        content = _read(name)
        digest.update(f"{name} {len(content)}\n".encode() + content)
    return digest.hexdigest()


def _read(name: str) -> bytes:
    return (files(_PACKAGE) / name).read_bytes()


@cache
def _find_system(group: Group) -> str:
    arrays = ", ".join(f"`{array_of(kind)}`" for kind in KINDS_OF[group])
    examples = json.loads(_read(f"examples_{group}.v1.json"))
    for example in examples:
        example["answer"] = list(_answer(example["answer"]))
    return _rendered(f"find_{group}.v1.jinja", arrays=arrays, examples=examples)


def _answer(arrays: Mapping[str, Sequence[object]]) -> Iterator[str]:
    """An answer as a model should write it, one note a line."""
    for n, (key, notes) in enumerate(arrays.items(), start=1):
        head = ("{" if n == 1 else "") + json.dumps(key) + ": ["
        tail = "]}" if n == len(arrays) else "],"
        written = [json.dumps(note, ensure_ascii=False) for note in notes]
        if written:
            yield head
            yield from (f"{note}," for note in written[:-1])
            yield written[-1]
            yield tail
        else:
            yield head + tail
