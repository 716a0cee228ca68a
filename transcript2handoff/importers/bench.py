"""HandoffBench: a call with its deal. The gold stays in the file.

Turns are cited by their number, so they are taken as they stand: none is merged or dropped.
"""

import datetime
from typing import Annotated, Final

from pydantic import Field, ValidationError

from transcript2handoff.deal import Call, Deal, Participant, Stage
from transcript2handoff.errors import TranscriptFormatError
from transcript2handoff.importers.format import (
    Document,
    Format,
    Imported,
    Shape,
    first_fault,
    validated,
)
from transcript2handoff.importers.turns import Person, clean, empty, source_of, speaker_for
from transcript2handoff.transcript import Seconds, Transcript, Turn


class _Turn(Shape):
    n: Annotated[int, Field(ge=1)]
    speaker: str
    text: str
    start: Seconds | None = None
    end: Seconds | None = None


class _Participant(Shape):
    name: str
    side: str
    title: str | None = None
    email: str | None = None


class _File(Shape):
    """The keys that we read; others, such as gold and voices, are passed over."""

    id: str
    deal: str
    stage: Stage | None = None
    date: datetime.date | None = None
    seller: str | None = None
    customer: str | None = None
    product: str | None = None
    participants: tuple[_Participant, ...] = ()
    turns: tuple[_Turn, ...]


def _sniff(document: Document) -> bool:
    return document.has_keys("id", "deal", "turns") and not document.has_keys("schema_version")


def _read(document: Document) -> Imported:
    """The call and its deal; the deal's one call has the id under which it is imported.

    Raises:
        TranscriptFormatError: a field is missing or wrong, or a turn is empty.
        EmptyTranscriptError: there are no turns.
    """
    file = validated(_File, document.data, where=document.file)
    if not file.turns:
        raise empty(document)
    try:
        return Imported(_transcript(file, document), _deal(file, document.call_id))
    except ValidationError as error:
        raise TranscriptFormatError(f"{document.file}: {first_fault(error)}.") from error


def _deal(file: _File, call_id: str) -> Deal:
    participants = (Participant.model_validate(one.model_dump()) for one in file.participants)
    return Deal(
        deal=file.deal,
        seller=file.seller,
        customer=file.customer,
        product=file.product,
        participants=tuple(participants),
        calls=(Call(id=call_id, date=file.date, stage=file.stage),),
    )


def _transcript(file: _File, document: Document) -> Transcript:
    deal = _deal(file, document.call_id)
    people = {
        one.name: Person(name=one.name, side=one.side, title=one.title) for one in deal.participants
    }
    names = dict.fromkeys(clean(turn.speaker) for turn in file.turns if clean(turn.speaker))
    ids = {name: f"S{n}" for n, name in enumerate(names, start=1)}
    return Transcript(
        call_id=document.call_id,
        source=source_of(document, BENCH.name),
        speakers=tuple(speaker_for(ids[name], name, people=people) for name in names),
        turns=tuple(_turn(turn, ids, document.file) for turn in file.turns),
    )


def _turn(turn: _Turn, ids: dict[str, str], where: str) -> Turn:
    text = clean(turn.text)
    if not text:
        raise TranscriptFormatError(
            f"{where}: turn {turn.n} is empty. Its turns are cited by number, so none can be "
            "left out; take it away and number the turns anew."
        )
    return Turn(
        n=turn.n, speaker=ids.get(clean(turn.speaker)), text=text, start=turn.start, end=turn.end
    )


BENCH: Final = Format(
    name="handoffbench",
    description="HandoffBench JSON: a call with deal, participants and turns",
    sniff=_sniff,
    read=_read,
)
