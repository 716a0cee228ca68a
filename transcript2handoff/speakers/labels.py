"""What other tools write where a speaker's name belongs.

"Priyanka Nair", "Nair, Priyanka", "Priyanka Nair (Harborline)", "tamsin.okoro@foldwell.com",
"Speaker 2", "Agent", "Harborline boardroom": a name, a side, both or neither.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from transcript2handoff.deal import Deal, Side
from transcript2handoff.speakers.companies import is_named_first_in, is_named_in
from transcript2handoff.speakers.people import Forms
from transcript2handoff.speakers.standins import is_generic, role_side

_PHONE_NUMBER: Final = re.compile(r"\+?[\d\s().*x-]{5,}")
_ASIDE: Final = re.compile(r"[(\[{]([^)\]}]*)[)\]}]|\s[|/–—@-]\s*(.+)$")
_EMAIL: Final = re.compile(r"\s*<?([\w.+-]+)@([\w-]+(?:\.[\w-]+)+)>?\s*")
_ROOM: Final = re.compile(
    r"\b(?:room|boardroom|office|team|iphone|ipad|android|laptop|phone|dial-?in)\b", re.I
)


@dataclass(frozen=True, kw_only=True)
class Label:
    """What a label says. ``fits`` are the candidates whom the name may mean."""

    name: str | None = None
    side: Side | None = None
    fits: frozenset[int] = frozenset()

    @property
    def is_name(self) -> bool:
        """Whether the label names a person, known or not."""
        return self.name is not None


def read_label(label: str | None, *, forms: Forms, deal: Deal) -> Label:
    """Read the name that a transcript came with; generic labels say nothing."""
    if label is None:
        return Label()
    email = _EMAIL.fullmatch(label)
    aside = email.group(2) if email else _aside(label)
    name = _name(email.group(1) if email else label)
    side = _company_side(aside, deal) or role_side(name)
    if not name or is_generic(name) or _PHONE_NUMBER.fullmatch(name):
        return Label(side=side)
    fits = _by_email(label, forms) or forms.written(name)
    if not fits and (own := _own_side(name, deal)):
        return Label(side=own)
    if not fits and _ROOM.search(name):
        return Label(side=side)
    return Label(name=name, side=side, fits=fits)


def _aside(label: str) -> str:
    return " ".join(part for found in _ASIDE.findall(label) for part in found if part)


def _name(label: str) -> str:
    """The name without company, in the order in which it is said."""
    plain = _ASIDE.sub("", label).strip()
    if plain.count(",") == 1:
        family, given = (part.strip() for part in plain.split(","))
        plain = f"{given} {family}" if given else family
    if re.fullmatch(r"[^\W\d_]+(?:[._][^\W\d_]+)+\d*", plain):
        plain = " ".join(re.split(r"[._\d]+", plain)).title().strip()
    return plain


def _by_email(label: str, forms: Forms) -> frozenset[int]:
    wanted = label.strip(" <>").casefold()
    return frozenset(
        i for i, one in enumerate(forms.people) if one.email and one.email.casefold() == wanted
    )


def _company_side(text: str, deal: Deal) -> Side | None:
    """The side whose company is named somewhere in a text, unless both are."""
    return _only_side(deal, lambda company: is_named_in(text, company))


def _own_side(name: str, deal: Deal) -> Side | None:
    """The side of a label that is a company or its room; a surname like a company's is neither."""
    if _ROOM.search(name):
        return _company_side(name, deal)
    return _only_side(deal, lambda company: is_named_first_in(name, company))


def _only_side(deal: Deal, is_named: Callable[[str], bool]) -> Side | None:
    companies: dict[Side, str | None] = {"seller": deal.seller, "customer": deal.customer}
    sides = [side for side, company in companies.items() if company and is_named(company)]
    return sides[0] if len(sides) == 1 else None
