"""What a run of digits is: a payment card, an account, a number of a person, or a telephone."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Final

from stdnum import luhn

from transcript2handoff.policy.around import Around
from transcript2handoff.policy.lexicon import IdRule, load_id_rules
from transcript2handoff.policy.phones import find_phone
from transcript2handoff.policy.spoken import Run, digit_runs, digits_of, is_row, parts

CARD: Final = "card number"
_ISSUED: Final = re.compile(
    r"4\d{12}(?:\d{3})?(?:\d{3})?"  # Visa
    r"|(?:5[1-5]\d{2}|222[1-9]|22[3-9]\d|2[3-6]\d{2}|27[01]\d|2720)\d{12}"  # Mastercard
    r"|3[47]\d{13}|3(?:0[0-5]|[689]\d)\d{11}|35\d{14}"  # American Express, Diners, JCB
    r"|(?:6011|64[4-9]\d|65\d{2}|62\d{2}|50\d{2}|5[6-8]\d{2}|6[0-9]\d{2})\d{12}"  # others
)
_CARD_DIGITS: Final = range(13, 20)
_SHORTEST: Final = 7
"""Digits of the shortest, a local telephone number."""
_LONGEST: Final = 34
"""Characters of the longest number that is known, an account number."""
_ROW: Final = 60
"""Figures in a row that nobody gives as one number: whatever stands in them is hidden as a whole,
for to try every part of it would take longer the longer it is."""


@dataclass(frozen=True)
class Found:
    """Tokens that are private, and what they are."""

    kind: str
    tokens: Run
    is_signed: bool = False
    """Whether the plus sign before it is a part of it."""

    @property
    def value(self) -> str:
        """The same for every way in which it is said."""
        return digits_of(self.tokens)


def find_number(run: Run, around: Callable[[Run], Around]) -> Found | None:
    """The first private number in a run, the most certain kind first; none if there is none.

    Args:
        run: tokens that follow each other.
        around: gives the words around any part of the run.
    """
    if len(digits_of(run)) < _SHORTEST:
        return None
    stretches = tuple(digit_runs(run))
    if row := next((stretch for stretch in stretches if len(stretch) > _ROW), None):
        return Found(CARD, row)
    for rule in load_id_rules():
        if tokens := _find_id(run, rule):
            return Found(rule.kind, tokens)
    for stretch in stretches:
        if found := _find_certain(stretch, around(stretch)):
            return found
    for rule in load_id_rules():
        if tokens := _find_named(run, rule, around):
            return Found(rule.kind, tokens)
    found_last = (_find_likely(stretch, around(stretch)) for stretch in stretches)
    return next((found for found in found_last if found), None)


@cache
def is_valid(name: str) -> Callable[[str], bool]:
    """The check of a number, by the name of its module in python-stdnum."""
    check: Callable[[str], bool] = import_module(f"stdnum.{name}").is_valid

    def valid(number: str) -> bool:
        try:
            return bool(check(number))
        except LookupError:  # the tables of some countries have gaps
            return False

    return valid


def _find_certain(run: Run, around: Around) -> Found | None:
    """A telephone number after a plus, or a card whose checksum fits."""
    if around.plus:
        return _find_phone(run, around)
    for part in sorted(parts(run, _CARD_DIGITS), key=lambda part: -len(digits_of(part))):
        if _ISSUED.fullmatch(digits_of(part)) and luhn.is_valid(digits_of(part)):
            return Found(CARD, part)
    return None


def _find_likely(run: Run, around: Around) -> Found | None:
    """A telephone number, or a card with a digit that was misheard."""
    if phone := _find_phone(run, around):
        return phone
    is_alike = _is_like(run) or (around.cue == "card" and not is_row(run))
    return Found(CARD, run) if is_alike and len(digits_of(run)) in _CARD_DIGITS else None


def _find_phone(run: Run, around: Around) -> Found | None:
    phone = find_phone(run, around)
    return Found("telephone number", phone.tokens, phone.is_signed) if phone else None


def _is_like(run: Run) -> bool:
    """Whether it stands in four groups of four, and not as four years or round numbers."""
    groups = [token.value for token in run]
    fours = [len(group) for group in groups] == [4, 4, 4, 4]
    return fours and not is_row(run) and bool(_ISSUED.fullmatch("".join(groups)))


def _find_id(run: Run, rule: IdRule) -> Run | None:
    """The part whose check alone, or together with its groups, is proof enough."""
    if rule.check is None and not rule.free:
        return None
    for part, is_whole in _shaped(run, rule):
        if rule.check and not is_valid(rule.check)(digits_of(part)):
            continue
        if rule.free and (is_whole or rule.has_letters):
            return part
        if rule.groups and tuple(len(token.value) for token in part) == rule.groups:
            return part
    return None


def _find_named(run: Run, rule: IdRule, around: Callable[[Run], Around]) -> Run | None:
    """All that is said together near a cue; its check may fail, for it may be misheard."""
    for part, is_whole in _shaped(run, rule) if rule.cues else ():
        if is_whole and around(part).names(rule.cues):
            return part
    return None


def _shaped(run: Run, rule: IdRule) -> Iterator[tuple[Run, bool]]:
    """Parts of this shape, and whether nothing else is said together with them."""
    for stretch in (run,) if rule.has_letters else digit_runs(run):
        for part in parts(stretch, range(_SHORTEST, _LONGEST + 1)):
            if rule.pattern.fullmatch(digits_of(part)):
                yield part, len(part) == len(stretch)
