"""A call of HandoffBench with what people annotated in it."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from transcript2handoff.deal import Side, first_fault
from transcript2handoff.errors import ArtifactError
from transcript2handoff.transcript import Transcript


class _Read(BaseModel):
    """An immutable value; what the metric does not need is passed over."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class GoldSpeaker(_Read):
    """Somebody on the call, and the side that they are on."""

    name: str
    side: Side
    title: str | None = None


class GoldTurn(_Read):
    """A turn of the reference; ``start`` and ``end`` in seconds where there is a recording."""

    n: int
    speaker: str
    text: str
    start: float | None = None
    end: float | None = None


class GoldItem(_Read):
    """An annotated item; the fields of its kind stand beside the common ones."""

    model_config = ConfigDict(extra="allow")

    kind: str
    turns: tuple[int, ...]
    summary: str

    def get(self, name: str) -> Any:  # noqa: ANN401 - text, a truth value or none, by field
        """A field of the kind, or none."""
        return (self.model_extra or {}).get(name)


class GoldCall(_Read):
    """The reference of one call."""

    id: str
    participants: tuple[GoldSpeaker, ...]
    turns: tuple[GoldTurn, ...]
    gold: tuple[GoldItem, ...]
    seller: str = ""
    customer: str = ""
    product: str = ""
    heard: Mapping[int, str] | None = None
    """The turns that a recogniser heard, by number; none where the reference itself was read."""

    def heard_as(self, transcript: Transcript) -> "GoldCall":
        """This call for items that were put on its turns by ``evaluate.by_time``.

        Their quotes are then checked in the recognised turns, not in the reference.
        """
        return self.model_copy(update={"heard": {t.n: t.text for t in transcript.turns}})

    def texts(self) -> Mapping[int, str]:
        """What quotes are checked in: the turns that were read, by number."""
        if self.heard is not None:
            return self.heard
        return {turn.n: turn.text for turn in self.turns}

    def sides(self) -> Mapping[int, Side | None]:
        """The side of each turn's speaker; none for somebody who is no participant."""
        side = {person.name: person.side for person in self.participants}
        return {turn.n: side.get(turn.speaker) for turn in self.turns}


def read_gold(text: str | bytes, *, where: str = "the file") -> GoldCall:
    """Read a file of HandoffBench, ``{"id", "participants", "turns", "gold", ...}``.

    Raises:
        ArtifactError: it is no such file, or it has no gold.
    """
    try:
        return GoldCall.model_validate_json(text)
    except ValidationError as error:
        raise ArtifactError(
            f"{where} is not a HandoffBench call with gold: {first_fault(error)}."
        ) from error
