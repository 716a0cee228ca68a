"""Forms of pages: read into the models of the API, and shown again with what does not fit."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar
from urllib.parse import parse_qsl, urlencode

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from transcript2handoff.errors import HandoffError

Model = TypeVar("Model", bound=BaseModel)
_MEDIA_TYPE: Final = "application/x-www-form-urlencoded"
_OF_PROGRAMS: Final = "/v1/"
_NUMBER: Final = re.compile(r"[0-9]{1,9}")
_NOT_OURS: Final = frozenset({"csrf_token"})


@dataclass(frozen=True, kw_only=True)
class Filled:
    """What stands in a form.

    Attributes:
        values: by the names of the fields.
        errors: what does not fit, by the names of the fields.
        problem: what is wrong with the whole.
    """

    values: Mapping[str, Any] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    problem: str | None = None


class FormFault(Filled):
    """A form that does not fit; its template shows it again."""


BLANK: Final = Filled()
"""A form that nobody has filled in."""


class FilledIn:
    """Leaves fields out of the query of a page that were left empty.

    A form sends each of its fields, and the filters of the API take none that is empty.
    """

    def __init__(self, app: ASGIApp) -> None:
        """Stand before an application."""
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request."""
        if scope["type"] == "http" and not scope["path"].startswith(_OF_PROGRAMS):
            query = scope["query_string"]
            scope = {**scope, "query_string": without_empty(query)} if query else scope
        await self.app(scope, receive, send)


def without_empty(query: bytes) -> bytes:
    """A query without the fields that were left empty."""
    told = parse_qsl(query.decode("latin-1"), keep_blank_values=True)
    kept = [(name, value) for name, value in told if value.strip()]
    return query if kept == told else urlencode(kept).encode()


async def posted(request: Request) -> None:
    """Read the form of a request, for ``read_form``; a dependency of all routes of pages."""
    if request.headers.get("content-type", "").startswith(_MEDIA_TYPE):
        request.state.form = await request.form()


def form_of(request: Request) -> FormData:
    """The fields of the form that was sent; none where no form was sent."""
    found = getattr(request.state, "form", None)
    return found if isinstance(found, FormData) else FormData()


def read_form(request: Request, model: type[Model], **known: object) -> Model | FormFault:
    """A form as a model, or what does not fit in it.

    A name with dots is a field of a field (``deal.customer``), one that ends with ``[]`` a list.
    A field that is left empty is not given, and one that the model does not have is left out.

    Args:
        request: with a form that ``posted`` has read.
        model: of the API, whose fields have the names of the form's fields.
        known: fields that do not come from the form.
    """
    told = fields_of(form_of(request))
    given = {name: value for name, value in told.items() if name in model.model_fields}
    try:
        return model.model_validate({**given, **known})
    except ValidationError as error:
        return FormFault(values=shown_of(request), errors=_faults(error))


def touched(request: Request, told: Model) -> Model:
    """The fields that are other than when their form was shown: it carries that as ``was.NAME``.

    The rest may have been set by somebody else meanwhile.
    """
    form = form_of(request)
    kept = [name for name in told.model_fields_set if form.get(name) != form.get(f"was.{name}")]
    return type(told)(**{name: getattr(told, name) for name in kept})


def again(request: Request, error: HandoffError | str, **errors: str) -> FormFault:
    """The form with what the service says about it, to be shown again.

    Args:
        request: with a form that ``posted`` has read.
        error: what is wrong with the whole.
        errors: what is wrong with single fields.
    """
    return FormFault(values=shown_of(request), errors=errors, problem=str(error))


def fields_of(form: FormData) -> dict[str, Any]:
    """The fields of a form as nested values, without those that are empty."""
    told: dict[str, Any] = {}
    for name in form:
        given = [one for one in form.getlist(name) if isinstance(one, str) and one.strip()]
        if given and name not in _NOT_OURS:
            _put(told, name, given)
    return told


def number_in(text: str) -> int | None:
    """A number as a field holds it; None where it is none, or longer than any of ours."""
    return int(text) if _NUMBER.fullmatch(text) else None


def shown_of(request: Request) -> dict[str, Any]:
    """What was filled in, to be written back."""
    form = form_of(request)
    return {
        name: form.getlist(name) if name.endswith("[]") else form[name]
        for name in form
        if name not in _NOT_OURS
    }


def _put(told: dict[str, Any], name: str, given: list[str]) -> None:
    *above, last = name.removesuffix("[]").split(".")
    for step in above:
        inner = told.setdefault(step, {})
        if not isinstance(inner, dict):
            return
        told = inner
    told[last] = given if name.endswith("[]") else given[-1]


def _faults(error: ValidationError) -> dict[str, str]:
    faults: dict[str, str] = {}
    for each in error.errors():
        name = ".".join(step for step in each["loc"] if isinstance(step, str))
        faults.setdefault(name, _in_words(each))
    return faults


_SENTENCES: Final = {
    "missing": "Fill this in.",
    "string_too_short": "At least {min_length} characters.",
    "string_too_long": "At most {max_length} characters.",
    "too_short": "Choose at least {min_length}.",
    "too_long": "Choose at most {max_length}.",
    "date_from_datetime_parsing": "A day, such as 2026-04-29.",
    "date_parsing": "A day, such as 2026-04-29.",
    "int_parsing": "A whole number.",
    "float_parsing": "A number.",
    "literal_error": "Choose one of these: {expected}.",
    "greater_than_equal": "At least {ge}.",
    "less_than_equal": "At most {le}.",
}
"""What is wrong with a field, by the type of the fault; limits of the field go into it."""


def _in_words(fault: ErrorDetails) -> str:
    if fault["type"] == "string_pattern_mismatch" and "@" in fault["ctx"]["pattern"]:
        return "An e-mail address, such as ana@example.com."
    limits = fault.get("ctx", {})
    # What is told of secrets is told of lists, too; only their type has another name.
    is_secret = limits.get("field_type") == "Value"
    told = _SENTENCES.get(f"string_{fault['type']}" if is_secret else fault["type"])
    if told is not None:
        return told.format(**limits)
    return _sentence(fault["msg"].removeprefix("Value error, "))


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}".rstrip(".") + "."
