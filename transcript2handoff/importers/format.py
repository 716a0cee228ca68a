"""What all importers share: the document that they look at, and the shape of a format."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, NamedTuple, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from transcript2handoff.deal import Deal
from transcript2handoff.errors import TranscriptFormatError
from transcript2handoff.transcript import Transcript

# "[00:01:02] Dana: …" begins with a bracket and is no JSON.
_JSON_START: Final = re.compile(r"\s*(?:\{|\[\s*[\[{\"\]])")


class Shape(BaseModel):
    """A part of a foreign JSON file: keys that we do not know are passed over."""

    model_config = ConfigDict(allow_inf_nan=False)


AnyShape = TypeVar("AnyShape", bound=Shape)


class Imported(NamedTuple):
    """A transcript, and the deal where the file brings its own (without any gold)."""

    transcript: Transcript
    deal: Deal | None


@dataclass(frozen=True, kw_only=True)
class Document:
    """The text of a file: decoded, with line ends of one kind."""

    file: str
    """The file's name without its folder, for messages and for the transcript's source."""
    text: str
    call_id: str
    sha256: str

    @property
    def is_json(self) -> bool:
        """Whether the text means to be JSON; it may still be broken."""
        return bool(_JSON_START.match(self.text))

    @cached_property
    def data(self) -> Any:  # noqa: ANN401 - whatever the JSON holds
        """What the JSON holds; none for a text that is no JSON.

        Raises:
            TranscriptFormatError: it begins like JSON and breaks; the message says where.
        """
        if not self.is_json:
            return None
        try:
            return json.loads(self.text)
        except json.JSONDecodeError as error:
            raise TranscriptFormatError(
                f"{self.file} begins like JSON and breaks at line {error.lineno}, "
                f"column {error.colno}: {error.msg}. Was it cut off? Export it again."
            ) from error
        except RecursionError as error:
            raise TranscriptFormatError(
                f"{self.file} is JSON that is nested too deeply for a transcript."
            ) from error
        except ValueError as error:
            raise TranscriptFormatError(f"{self.file} holds a number without end.") from error

    def has_keys(self, *keys: str) -> bool:
        """Whether the document is one JSON object that has all these keys."""
        return isinstance(self.data, dict) and all(key in self.data for key in keys)


@dataclass(frozen=True, kw_only=True)
class Format:
    """One way in which a tool writes transcripts. Exactly one format recognises a document."""

    name: str
    description: str
    """One line that tells a user which file this is."""
    sniff: Callable[[Document], bool]
    read: Callable[[Document], Imported]


def validated(shape: type[AnyShape], data: object, *, where: str) -> AnyShape:
    """Data of a JSON file in its expected shape.

    Raises:
        TranscriptFormatError: the data has another shape; the message names the place.
    """
    try:
        return shape.model_validate(data)
    except ValidationError as error:
        raise TranscriptFormatError(f"{where}: {first_fault(error)}.") from error


def first_fault(error: ValidationError) -> str:
    """The first thing that is wrong, and its place, in words."""
    fault = error.errors()[0]
    place = ".".join(map(str, fault["loc"]))
    message = fault["msg"].removeprefix("Value error, ")
    return f"{message} (at {place})" if place else message
