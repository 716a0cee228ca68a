"""What other tools write where a speaker's name belongs.

"Priyanka Nair", "Nair, Priyanka", "Priyanka Nair (Harborline)", "tamsin.okoro@foldwell.com",
"Speaker 2", "Agent", "Harborline boardroom": a name, a side, both or neither.
"""

import re
from dataclasses import dataclass
from typing import Final

from transcript2handoff.deal import Deal, Side
from transcript2handoff.speakers.people import Forms, fold

_GENERIC: Final = re.compile(
    r"(?:unknown|unidentified|speaker|spk|participant|person|voice|caller|guest|user|host|phone"
    r"|iphone|ipad|android|attendee|channel|presenter|s|me|you|male|female|conference room"
    r"|meeting room|boardroom|room|organizer|moderator|dial-?in|anonymous|n/a|none|null)"
    r"(?:[\s_#:.-]*(?:speaker|user|voice|caller|participant))?[\s_#:.-]*(?:\d+|[a-z])?",
    re.I,
)
_SELLER_ROLE: Final = re.compile(r"(?:agent|rep|sales rep|seller|sales|salesperson|ae)\W*\d*", re.I)
_CUSTOMER_ROLE: Final = re.compile(r"(?:customer|client|prospect|buyer|lead)\W*\d*", re.I)
_PHONE_NUMBER: Final = re.compile(r"\+?[\d\s().*x-]{5,}")
_ASIDE: Final = re.compile(r"[(\[{]([^)\]}]*)[)\]}]|\s[|/–—@-]\s*(.+)$")
_EMAIL: Final = re.compile(r"\s*<?([\w.+-]+)@([\w-]+(?:\.[\w-]+)+)>?\s*")
_ROOM: Final = re.compile(r"\b(?:room|boardroom|office|team|iphone|ipad|laptop|phone)\b", re.I)


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


def read_label(label: str | None, forms: Forms, deal: Deal) -> Label:
    """Read the name that a transcript came with; generic labels say nothing."""
    if label is None:
        return Label()
    email = _EMAIL.fullmatch(label)
    aside = email.group(2) if email else _aside(label)
    name = _name(email.group(1) if email else label)
    side = _company_side(aside, deal) or _role_side(name)
    if not name or _role_side(name) or _generic(name):
        return Label(side=side)
    fits = _by_email(label, forms) or forms.written(name)
    if not fits and (own := _company_side(name, deal)):
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


def _generic(name: str) -> bool:
    return bool(_GENERIC.fullmatch(name) or _PHONE_NUMBER.fullmatch(name))


def _role_side(name: str) -> Side | None:
    if _SELLER_ROLE.fullmatch(name):
        return "seller"
    return "customer" if _CUSTOMER_ROLE.fullmatch(name) else None


def _by_email(label: str, forms: Forms) -> frozenset[int]:
    wanted = label.strip(" <>").casefold()
    return frozenset(
        i for i, one in enumerate(forms.people) if one.email and one.email.casefold() == wanted
    )


def _company_side(text: str, deal: Deal) -> Side | None:
    """The side whose company is named, by its whole name or its first word."""
    said = fold(text).replace(" ", "")
    sides: list[Side] = []
    if deal.seller and fold(deal.seller).split()[0] in said:
        sides.append("seller")
    if deal.customer and fold(deal.customer).split()[0] in said:
        sides.append("customer")
    return sides[0] if len(sides) == 1 else None
