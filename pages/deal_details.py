"""What a deal is called and who takes part, as a form has it: held against what was shown."""

from collections.abc import Iterator
from typing import Any, Final

from pydantic import ValidationError
from starlette.datastructures import FormData

from transcript2handoff.api.models.deals import DealOut
from transcript2handoff.deal import Record

LABELS: Final = {
    "customer": "Customer",
    "deal": "Name of the deal",
    "seller": "Our company",
    "product": "Product",
    "kickoff": "Kickoff",
    "won": "Won",
    "participants": "Who takes part",
}
_TEXTS: Final = ("customer", "deal", "seller", "product", "kickoff")
_PERSON: Final = ("name", "side", "title", "email")
_SIDES: Final = {"customer": "customer", "seller": "our side"}


class PersonRow(Record):
    """A row of the form; what is not known is empty."""

    name: str = ""
    side: str = "customer"
    title: str = ""
    email: str = ""

    def told(self) -> dict[str, str]:
        """What is known of the person, as a deal has it."""
        return {name: text for name, text in self.model_dump().items() if text}

    def in_words(self) -> str:
        """The person in one line."""
        about = ", ".join(
            word for word in (_SIDES.get(self.side, self.side), self.title, self.email) if word
        )
        return f"{self.name} ({about})"


class Details(Record):
    """What the form holds, as text; what is not known is empty."""

    customer: str = ""
    deal: str = ""
    seller: str = ""
    product: str = ""
    kickoff: str = ""
    won: bool = False
    participants: tuple[PersonRow, ...] = ()

    def fields_unlike(self, other: "Details") -> frozenset[str]:
        """The names of the fields that are not the same in both."""
        return frozenset(name for name in LABELS if getattr(self, name) != getattr(other, name))

    def only(self, names: frozenset[str]) -> dict[str, Any]:
        """The fields with these names, as a deal has them: nothing where they are empty."""
        told: dict[str, Any] = {
            name: getattr(self, name) or None for name in _TEXTS if name in names
        }
        if "participants" in names:
            told["participants"] = [one.told() for one in self.participants]
        return told

    def with_own(self, own: "Details", names: frozenset[str]) -> "Details":
        """These, with what somebody else's form has in the fields with these names."""
        return self.model_copy(update={name: getattr(own, name) for name in names})

    def in_words(self, name: str) -> str:
        """What stands in a field, to be read."""
        if name == "participants":
            return "\n".join(one.in_words() for one in self.participants) or "nobody"
        if name == "won":
            return "yes" if self.won else "no"
        return str(getattr(self, name)) or "nothing"


def details_of(deal: DealOut) -> Details:
    """What the form shows of a deal."""
    frame = deal.deal
    return Details(
        won=deal.won,
        participants=tuple(
            PersonRow(**{name: text for name, text in dict(one).items() if text})
            for one in frame.participants
        ),
        **{name: str(getattr(frame, name) or "") for name in _TEXTS},
    )


def typed_in(form: FormData) -> Details:
    """What was filled in; people whose name was emptied are taken out."""
    texts = {name: str(form.get(f"deal.{name}", "")).strip() for name in _TEXTS}
    return Details(won=bool(form.get("won")), participants=people_in(form), **texts)


def people_in(form: FormData) -> tuple[PersonRow, ...]:
    """Those who were filled in, without the rows that have no name."""
    return tuple(one for one in _rows(form) if one.name)


def shown_in(form: FormData) -> Details | None:
    """What the form had in it when it was shown; None where it does not say so."""
    try:
        return Details.model_validate_json(str(form.get("was", "")))
    except ValidationError:
        return None


def nameless(form: FormData, before: Details) -> PersonRow | None:
    """Somebody new of whom something is told, but no name."""
    new = list(_rows(form))[len(before.participants) :]
    return next((one for one in new if not one.name and (one.title or one.email)), None)


def _rows(form: FormData) -> Iterator[PersonRow]:
    columns = [form.getlist(f"person_{name}[]") for name in _PERSON]
    for row in zip(*columns, strict=False):
        texts = [str(text).strip() for text in row]
        yield PersonRow(**dict(zip(_PERSON, texts, strict=True)))
