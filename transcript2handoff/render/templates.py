"""The Jinja templates of the documents: ours, or the company's own in their place.

Every value is escaped for the format of the document without being asked to, every ``Message`` is
said in the reader's language, and a name that a template does not know is an error.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from jinja2 import ChoiceLoader, DictLoader, Environment, PackageLoader, StrictUndefined

from transcript2handoff.render.markdown import markdown_text
from transcript2handoff.words import ENGLISH, Message, Words


@dataclass(frozen=True)
class Templates:
    """Templates in one language. ``own`` are a company's own, by name, in place of ours."""

    words: Words = ENGLISH
    own: Mapping[str, str] = field(default_factory=dict)

    def markdown(self, name: str, /, **values: Any) -> str:  # noqa: ANN401 - what templates show
        """A document as CommonMark with tables."""
        return self._markdown.get_template(name).render(values) + "\n"

    def html(self, name: str, /, **values: Any) -> str:  # noqa: ANN401 - what templates show
        """A document as HTML."""
        return self._html.get_template(name).render(values) + "\n"

    def text(self, name: str, /, **values: Any) -> str:  # noqa: ANN401 - what templates show
        """A document as plain text, in which nothing is markup."""
        return self._text.get_template(name).render(values) + "\n"

    @cached_property
    def _markdown(self) -> Environment:
        return self._environment(lambda value: markdown_text(self._said(value)))

    @cached_property
    def _html(self) -> Environment:
        return self._environment(self._said, autoescape=True)

    @cached_property
    def _text(self) -> Environment:
        return self._environment(lambda value: " ".join(str(self._said(value)).split()))

    def _said(self, value: object) -> object:
        return self.words.say(value) if isinstance(value, Message) else value

    def _environment(
        self, shown: Callable[[object], object], *, autoescape: bool = False
    ) -> Environment:
        # Escaping of all but HTML is the finalize hook: autoescape knows HTML alone.
        ours = PackageLoader("transcript2handoff.templates", ".")
        environment = Environment(
            loader=ChoiceLoader([DictLoader(self.own), ours]),
            undefined=StrictUndefined,
            finalize=shown,
            autoescape=autoescape,
            trim_blocks=True,
            lstrip_blocks=True,
            extensions=["jinja2.ext.i18n"],
        )
        environment.install_gettext_translations(self.words.catalogue, newstyle=True)  # type: ignore[attr-defined]
        environment.filters["day"] = self.words.day
        return environment
