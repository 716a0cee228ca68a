"""Fireflies: the sentences of its GraphQL API, and of the JSON file that its pages download.

The API's answer is ``{"data": {"transcript": {"sentences": [{"speaker_name", "text",
"start_time", "end_time"}, …]}}}`` with seconds; the wrappers may be missing. The downloaded file
is the list of sentences alone and calls their fields ``sentence``, ``startTime``, ``endTime``.
Source: the schemas Transcript and Sentence in the documentation of the Fireflies API.
"""

from collections.abc import Iterator
from typing import Annotated, Any, Final

from pydantic import AliasChoices, BeforeValidator, Field

from transcript2handoff.importers.format import Document, Format, Imported, Shape, validated
from transcript2handoff.importers.plain import seconds
from transcript2handoff.importers.turns import Utterance, assemble

_WRAPPERS: Final = ("data", "transcript")
_TEXTS: Final = ("text", "sentence", "raw_text")


def _seconds(value: object) -> object:
    """Times come as numbers, as numbers in text, and as clock times."""
    if isinstance(value, str):
        return seconds(value) if value.strip() else None
    return value


_Time = Annotated[Annotated[float, Field(ge=0)] | None, BeforeValidator(_seconds)]


class _Sentence(Shape):
    name: Annotated[str | None, Field(validation_alias="speaker_name")] = None
    speaker_id: int | str | None = None
    # "text" holds what people corrected, "raw_text" what was recognised.
    text: Annotated[str, Field(validation_alias=AliasChoices(*_TEXTS))]
    start: Annotated[_Time, Field(validation_alias=AliasChoices("start_time", "startTime"))] = None
    end: Annotated[_Time, Field(validation_alias=AliasChoices("end_time", "endTime"))] = None

    @property
    def key(self) -> str | None:
        """The voice: the name, else the number that Fireflies gave it."""
        return self.name or (None if self.speaker_id is None else f"Speaker {self.speaker_id}")


class _Sentences(Shape):
    sentences: tuple[_Sentence, ...]


def _sentences(data: Any) -> list[Any] | None:  # noqa: ANN401 - whatever the JSON holds
    """The list of sentences inside its wrappers; none where there is no such list."""
    for wrapper in _WRAPPERS:
        if isinstance(data, dict) and isinstance(data.get(wrapper), dict):
            data = data[wrapper]
    found = data.get("sentences") if isinstance(data, dict) else data
    return found if isinstance(found, list) else None


def _sniff(document: Document) -> bool:
    found = _sentences(document.data)
    if found is None:
        return False
    if not found:
        return isinstance(document.data, dict)
    first = found[0]
    return (
        isinstance(first, dict)
        and bool(first.keys() & {"speaker_name", "speaker_id"})
        and bool(first.keys() & set(_TEXTS))
    )


def _read(document: Document) -> Imported:
    """The sentences as a transcript.

    Raises:
        TranscriptFormatError: a field is missing or wrong.
        EmptyTranscriptError: nothing was said.
    """
    data = {"sentences": _sentences(document.data)}
    sentences = validated(_Sentences, data, where=document.file).sentences
    transcript = assemble(_utterances(sentences), document=document, format_name=FIREFLIES.name)
    return Imported(transcript, None)


def _utterances(sentences: tuple[_Sentence, ...]) -> Iterator[Utterance]:
    for one in sentences:
        yield Utterance(speaker=one.key, text=one.text, start=one.start, end=one.end)


FIREFLIES: Final = Format(
    name="fireflies",
    description="Fireflies JSON: sentences with speaker_name, text and times",
    sniff=_sniff,
    read=_read,
)
