"""What people annotated over the calls of a deal: ``DEALS.json`` of HandoffBench."""

from collections.abc import Iterator, Mapping
from hashlib import sha256

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from transcript2handoff.deal import first_fault
from transcript2handoff.errors import ArtifactError
from transcript2handoff.handoff import PromiseState

ItemRef = str
"""A gold item of a call as ``CALLID#ID``."""


class _Read(BaseModel):
    """An immutable value; what the metric does not need is passed over."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class GoldMatter(_Read):
    """Gold items that state the same matter, and what became of the promise among them."""

    members: tuple[ItemRef, ...]
    final: PromiseState | None = None
    """The state after the last call; none where no promise is among the members."""
    summary: str = ""


class GoldConflict(_Read):
    """Gold items that cannot both hold, and that nobody has resolved."""

    members: tuple[ItemRef, ...]
    about: str = ""


class GoldDeal(_Read):
    """The calls of a deal, and what they have to do with each other."""

    calls: tuple[str, ...]
    claims: tuple[GoldMatter, ...]
    contradictions: tuple[GoldConflict, ...] = ()
    dropped: tuple[ItemRef, ...] = ()
    """Promises that a later call should have mentioned and silently did not."""

    def listed(self) -> Iterator[tuple[ItemRef, GoldMatter]]:
        """Every item that stands in a matter, with its matter."""
        for matter in self.claims:
            for member in matter.members:
                yield member, matter


def read_deals(text: str | bytes, *, where: str = "DEALS.json") -> Mapping[str, GoldDeal]:
    """The annotated deals by name.

    Raises:
        ArtifactError: it is no such file.
    """
    try:
        return TypeAdapter(dict[str, GoldDeal]).validate_json(text)
    except ValidationError as error:
        raise ArtifactError(
            f"{where} does not tell the histories of deals: {first_fault(error)}."
        ) from error


def is_held_out(deal: str) -> bool:
    """Whether a deal was left out while rules and thresholds were found.

    The name decides, so that nobody can choose: the first hexadecimal digit of its SHA-256.
    """
    return sha256(deal.encode()).hexdigest()[0] not in "01234567"
