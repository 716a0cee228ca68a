"""The Jinja templates of the documents: ours, or the company's own in their place.

Every value is escaped for the format of the document without being asked to, every ``Message`` is
said in the reader's language, and a name that a template does not know is an error. Templates run
in Jinja's sandbox: they lay out what they are given, and reach nothing else.
"""

import datetime
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from importlib.resources import files
from typing import Any, Final

from jinja2 import (
    BaseLoader,
    ChoiceLoader,
    Environment,
    PackageLoader,
    PrefixLoader,
    StrictUndefined,
    TemplateNotFound,
)
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import escape

from transcript2handoff.errors import TemplateFileError
from transcript2handoff.render.faults import check_own, naming_the_fault
from transcript2handoff.render.markdown import markdown_text
from transcript2handoff.words import ENGLISH, Message, Words

MOST_CHARACTERS: Final = 20_000_000
"""The longest document, in characters: a hundred hours of calls with everything that was said."""
OURS: Final = "ours"
"""``ours/brief.md.jinja`` is our template also where the company has its own of that name."""
_NO_FILTERS: Final = ("safe", "format", "center", "indent", "batch", "slice")
"""One switches escaping off; from the others a few characters make a text without end."""
_READING: Final = frozenset(("items", "keys", "values", "get"))
_OURS: Final = PackageLoader("transcript2handoff.templates", ".")


class _Own(BaseLoader):
    """Templates by name, as the files of a folder; errors are found again by the file's name."""

    def __init__(self, own: Mapping[str, str], where: str) -> None:
        self._own = own
        self._where = where

    def get_source(
        self, environment: Environment, template: str
    ) -> tuple[str, str, Callable[[], bool]]:
        if template not in self._own:
            raise TemplateNotFound(template)
        return self._own[template], f"{self._where}/{template}", lambda: True

    def list_templates(self) -> list[str]:
        return sorted(self._own)


class _Shown(str):
    """A piece of a document that is laid out already: a block, or what a macro has made."""

    __slots__ = ()


class _Sandbox(ImmutableSandboxedEnvironment):
    """Templates call what Jinja and our own records offer, which change nothing."""

    intercepted_binops = frozenset(("*", "**", "%"))

    @staticmethod
    def concat(parts: Iterable[str]) -> str:
        return _Shown("".join(parts))

    def is_safe_callable(self, obj: Any) -> bool:  # noqa: ANN401 - what templates call
        """Methods of records are ours or come with a library; pydantic's may read files."""
        owner = getattr(obj, "__self__", None)
        if isinstance(owner, dict):
            return obj.__name__ in _READING
        home = getattr(obj, "__module__", None) or type(obj).__module__
        return super().is_safe_callable(obj) and home.split(".")[0] in (
            "jinja2",
            "transcript2handoff",
        )

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:  # noqa: ANN401
        """Numbers alone are multiplied: a text times a million is no layout."""
        if operator == "**" or not all(isinstance(side, int | float) for side in (left, right)):
            raise TypeError(f"{operator} is for numbers")
        return super().call_binop(context, operator, left, right)


@dataclass(frozen=True)
class Templates:
    """Templates in one language. ``own`` are a company's own, by name, in place of ours.

    ``where`` is the folder of the own templates, for errors. All methods that fill a template in
    raise a ``TemplateFileError`` that names file and line if an own template fails, or if the
    document gets longer than ``MOST_CHARACTERS``.
    """

    words: Words = ENGLISH
    own: Mapping[str, str] = field(default_factory=dict)
    where: str = "templates"

    @staticmethod
    def names() -> tuple[str, ...]:
        """The names of our templates, any of which a company may replace."""
        return _names()

    def check(self) -> None:
        """Compile all own templates, so that a mistake is found before anything is written.

        Raises:
            TemplateFileError: one of them is broken, uses a name that no template of ours knows,
                or takes in a template that does not exist.
        """
        check_own(self._markdown, self.own, where=self.where)

    def markdown(self, name: str, /, **values: Any) -> str:  # noqa: ANN401 - what templates show
        """A document as CommonMark with tables."""
        return self._filled(self._markdown, name, values)

    def html(self, name: str, /, **values: Any) -> str:  # noqa: ANN401 - what templates show
        """A document as HTML."""
        return self._filled(self._html, name, values)

    def text(self, name: str, /, **values: Any) -> str:  # noqa: ANN401 - what templates show
        """A document as plain text, in which nothing is markup."""
        return self._filled(self._text, name, values)

    def _filled(self, environment: _Sandbox, name: str, values: dict[str, Any]) -> str:
        parts, length = [], 0
        with naming_the_fault(self.own, where=self.where):
            for part in environment.get_template(name).generate(values):
                parts.append(part)
                length += len(part)
                if length > MOST_CHARACTERS:
                    raise TemplateFileError(
                        f"The document of the template {name} is longer than {MOST_CHARACTERS:,} "
                        "characters; shorten the template, or make the package of fewer calls."
                    )
        return "".join(parts) + "\n"

    @cached_property
    def _markdown(self) -> _Sandbox:
        return self._environment(markdown_text)

    @cached_property
    def _html(self) -> _Sandbox:
        return self._environment(escape, autoescape=True)

    @cached_property
    def _text(self) -> _Sandbox:
        return self._environment(lambda value: " ".join(str(value).split()))

    def _day(self, day: object) -> str:
        if not isinstance(day, datetime.date):
            raise TypeError(f"{day!r} is no day")
        return self.words.day(day)

    def _said(self, value: object) -> object:
        return self.words.say(value) if isinstance(value, Message) else value

    def _environment(
        self, escaped: Callable[[object], str], *, autoescape: bool = False
    ) -> _Sandbox:
        # Escaping of all but HTML is the finalize hook: autoescape knows HTML alone.
        environment = _Sandbox(
            loader=ChoiceLoader([_Own(self.own, self.where), _OURS, PrefixLoader({OURS: _OURS})]),
            undefined=StrictUndefined,
            finalize=lambda it: it if isinstance(it, _Shown) else escaped(self._said(it)),
            autoescape=autoescape,
            trim_blocks=True,
            lstrip_blocks=True,
            extensions=["jinja2.ext.i18n"],
        )
        environment.install_gettext_translations(self.words.catalogue, newstyle=True)  # type: ignore[attr-defined]
        environment.filters["day"] = self._day
        for name in _NO_FILTERS:
            del environment.filters[name]
        return environment


@cache
def _names() -> tuple[str, ...]:
    # The script of the page is no layout: a page says by its hash which script may run.
    there = (file.name for file in files("transcript2handoff.templates").iterdir())
    return tuple(sorted(n for n in there if n.endswith(".jinja") and not n.endswith(".js.jinja")))
