"""The fixed words of the documents: said in English in the code, shown in the reader's language.

What code decides to say is a ``Message``: English words, and the values that go into them. Only who
shows it turns it into text, with the ``Words`` of a language. Templates use ``_("...")`` and
``{% trans %}``. What was said on a call is never translated.
"""

import datetime
import io
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final, Literal, Self, get_args

from babel.core import Locale
from babel.dates import format_date
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_currency, format_decimal
from babel.support import NullTranslations, Translations

from transcript2handoff.deal import Record, Text

Language = Literal["en", "de"]
LANGUAGES: Final[tuple[Language, ...]] = get_args(Language)


class Message(Record):
    """Fixed English words with named places for values: ``{count} promises are not firm``.

    ``many`` is the form for a ``count`` other than one, where the words depend on it.
    """

    text: Text
    many: Text | None = None
    values: Mapping[str, "str | int | Message"] = {}

    def __str__(self) -> str:
        """The message in English."""
        return ENGLISH.say(self)


Shown = str | Message
"""Something to show: words as they were said, or fixed words in the reader's language."""


def message(text: str, /, **values: "str | int | Message") -> Message:
    """Fixed words; the catalogue of each language is gathered from the calls of this function."""
    return Message(text=text, values=values)


def counted(one: str, many: str, /, count: int, **values: "str | int | Message") -> Message:
    """Fixed words that depend on a number, which goes in as ``{count}``."""
    return Message(text=one, many=many, values={"count": count, **values})


@dataclass(frozen=True)
class Words:
    """Everything that depends on the language of the reader."""

    language: Language
    catalogue: NullTranslations

    @classmethod
    def of(cls, language: Language) -> Self:
        """The words of a language; English is the language of the code itself."""
        return cls(language, _catalogue(language))

    def say(self, told: Message) -> str:
        """A message in this language."""
        values = {
            name: self.say(value) if isinstance(value, Message) else value
            for name, value in told.values.items()
        }
        if told.many is None:
            form = self.catalogue.gettext(told.text)
        else:
            form = self.catalogue.ngettext(told.text, told.many, int(str(values["count"])))
        return form.format(**values) if values else form

    def shown(self, told: Shown) -> str:
        """Fixed words in this language, and what was said as it is."""
        return self.say(told) if isinstance(told, Message) else told

    def day(self, day: datetime.date) -> str:
        """A day with its weekday: ``Wed 22 Apr 2026``, ``Mi., 22. Apr. 2026``."""
        pattern = {"en": "EEE d MMM y", "de": "EEE, d. MMM y"}[self.language]
        return format_date(day, pattern, locale=self.language)

    def number(self, value: float) -> str:
        """A number: ``44,160.5``, ``44.160,5``."""
        return format_decimal(value, locale=self.language)

    def money(self, amount: float, currency: str) -> str:
        """An amount of money: ``£44,160``, ``44.160 £``; pence and cents only if there are any.

        Args:
            amount: in whole units of the currency.
            currency: its ISO 4217 code.
        """
        shown = Locale.parse(self.language).currency_formats["standard"]
        whole = float(amount).is_integer()
        pattern = shown.pattern.replace(".00", "") if whole else shown.pattern
        return format_currency(
            amount, currency, pattern, locale=self.language, currency_digits=not whole
        )


@cache
def _catalogue(language: Language) -> NullTranslations:
    if language == "en":
        return NullTranslations()
    source = files("transcript2handoff.locale").joinpath(f"{language}.po").read_bytes()
    compiled = io.BytesIO()
    write_mo(compiled, read_po(io.BytesIO(source), locale=language))
    compiled.seek(0)
    return Translations(compiled, domain="messages")


ENGLISH: Final = Words.of("en")
