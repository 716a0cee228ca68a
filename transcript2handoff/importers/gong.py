"""Gong: what its API answers to ``POST /v2/calls/transcript``.

One call a file. The API names no speakers there; who is behind a ``speakerId`` stands in
``parties`` of ``POST /v2/calls/extensive``. Put that answer's ``calls`` (or the call's
``parties`` alone) into the same object, or both answers into a list. Seconds are given in
milliseconds. ``affiliation`` gives the side: Gong belongs to the seller, whose people are
"Internal". Source: the reference of Gong's public API, version 2.
"""

from collections.abc import Iterator
from typing import Annotated, Any, Final

from pydantic import BeforeValidator, Field

from transcript2handoff.deal import Side
from transcript2handoff.errors import TranscriptFormatError
from transcript2handoff.importers.format import Document, Format, Imported, Shape, validated
from transcript2handoff.importers.turns import Person, Utterance, assemble

_SIDES: Final[dict[str, Side]] = {"internal": "seller", "external": "customer"}

# Ids are numbers of up to 20 digits, sent as text; some exports write them as numbers.
_Id = Annotated[str, BeforeValidator(lambda value: str(value) if isinstance(value, int) else value)]


class _Sentence(Shape):
    start: Annotated[float, Field(ge=0)]
    end: Annotated[float, Field(ge=0)]
    text: str


class _Monologue(Shape):
    speaker_id: Annotated[_Id | None, Field(alias="speakerId")] = None
    sentences: tuple[_Sentence, ...] = ()


class _CallTranscript(Shape):
    call_id: Annotated[_Id | None, Field(alias="callId")] = None
    transcript: tuple[_Monologue, ...]


class _Party(Shape):
    speaker_id: Annotated[_Id | None, Field(alias="speakerId")] = None
    name: str | None = None
    title: str | None = None
    affiliation: str | None = None


class _Parties(Shape):
    parties: tuple[_Party, ...] = ()


def _parts(document: Document) -> list[dict[str, Any]]:
    """The objects that a file holds: one, or the answers of both calls of the API."""
    data = document.data
    return [part for part in (data if isinstance(data, list) else [data]) if isinstance(part, dict)]


def _sniff(document: Document) -> bool:
    return any(
        "callTranscripts" in part or ("callId" in part and "transcript" in part)
        for part in _parts(document)
    )


def _calls(document: Document) -> Iterator[dict[str, Any]]:
    for part in _parts(document):
        if "transcript" in part:
            yield part
        transcripts = part.get("callTranscripts", [])
        yield from transcripts if isinstance(transcripts, list) else [transcripts]


def _people(document: Document) -> dict[str, Person]:
    holders: list[object] = []
    for part in _parts(document):
        calls = part.get("calls", [])
        holders += [part, *(calls if isinstance(calls, list) else [calls])]
        holders += list(_calls(document))
    parties = (
        party
        for holder in holders
        for party in validated(_Parties, holder, where=document.file).parties
    )
    return {
        party.speaker_id: Person(
            name=party.name,
            title=(party.title or "").strip() or None,
            side=_SIDES.get((party.affiliation or "").casefold()),
        )
        for party in parties
        if party.speaker_id
    }


def _read(document: Document) -> Imported:
    """The one call of the file.

    Raises:
        TranscriptFormatError: there are several calls, or a field is missing or wrong.
        EmptyTranscriptError: nothing was said.
    """
    calls = list(_calls(document))
    if len(calls) > 1:
        raise TranscriptFormatError(
            f"{document.file} holds {len(calls)} calls of Gong. Save each in a file of its own."
        )
    call = validated(_CallTranscript, calls[0], where=document.file) if calls else None
    monologues = call.transcript if call else ()
    # A speaker of whom no party tells stays nameless: an id is no name.
    people = {one.speaker_id: Person() for one in monologues if one.speaker_id}
    transcript = assemble(
        _utterances(monologues),
        document=document,
        format_name=GONG.name,
        people=people | _people(document),
    )
    return Imported(transcript, None)


def _utterances(monologues: tuple[_Monologue, ...]) -> Iterator[Utterance]:
    for monologue in monologues:
        for sentence in monologue.sentences:
            yield Utterance(
                speaker=monologue.speaker_id,
                text=sentence.text,
                start=sentence.start / 1000,
                end=sentence.end / 1000,
            )


GONG: Final = Format(
    name="gong",
    description="Gong API JSON: callTranscripts of /v2/calls/transcript, with the parties of "
    "/v2/calls/extensive for the names",
    sniff=_sniff,
    read=_read,
)
