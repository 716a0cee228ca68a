"""A claim that somebody adds: its kind, its fields, and the words that prove it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from pydantic import ValidationError

from transcript2handoff.api.models.claims import AddBody
from transcript2handoff.deal import first_fault
from transcript2handoff.errors import JournalError
from transcript2handoff.facts import KINDS, Kind
from transcript2handoff.pages.fact_form import FormField, defaults, form_fields, read, tidy
from transcript2handoff.pages.forms import Filled, number_in

MOST_QUOTES: Final = 20
SEPARATOR: Final = "quote."
"""Inputs of a quote are called ``quote.0.call``, ``quote.0.turn`` and ``quote.0.words``."""
_PARTS: Final = ("call", "turn", "words")
_LONGEST: Final = 2000


@dataclass(frozen=True, kw_only=True)
class QuoteForm:
    """Words of a call, as they stand in a form."""

    call: str = ""
    """The id of the call inside of its deal."""
    turn: str = ""
    words: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether nobody has filled anything in that says what was said."""
        return not (self.turn or self.words)


@dataclass(frozen=True, kw_only=True)
class NewClaimForm:
    """The form as it was filled in.

    Attributes:
        kind: of the claim.
        quotes: the words that prove it; there is always room for one.
        filled: what stands in the inputs of the other fields, and what does not fit.
    """

    kind: Kind
    quotes: tuple[QuoteForm, ...]
    filled: Filled = field(default_factory=Filled)

    @property
    def fields(self) -> tuple[FormField, ...]:
        """Those of the kind."""
        return form_fields(self.kind)

    @property
    def defaults(self) -> Mapping[str, str]:
        """What stands in them where nobody has filled anything in."""
        return defaults(self.kind)


def new_claim_form(
    sent: Mapping[str, str], *, kind: Kind = "promise", problem: str | None = None
) -> NewClaimForm:
    """What was sent, to be shown again.

    Args:
        sent: the inputs of the form, by their names.
        kind: where none was chosen.
        problem: what is wrong with the whole.
    """
    chosen = sent.get("kind")
    return NewClaimForm(
        kind=chosen if chosen in KINDS else kind,
        quotes=quotes_in(sent) or (QuoteForm(),),
        filled=Filled(values=dict(sent), problem=problem),
    )


def with_room(form: NewClaimForm) -> NewClaimForm:
    """The form with room for one quote more, of the same call as the last one."""
    return replace(form, quotes=(*form.quotes, QuoteForm(call=form.quotes[-1].call)))


def with_faults(form: NewClaimForm, faults: Mapping[str, str]) -> NewClaimForm:
    """The form with what does not fit in it, by the names of its inputs."""
    return replace(form, filled=replace(form.filled, errors=faults))


def quotes_in(sent: Mapping[str, str]) -> tuple[QuoteForm, ...]:
    """The quotes of a form in their order, without those that nobody filled in."""
    found = (
        QuoteForm(**{part: sent.get(f"{SEPARATOR}{n}.{part}", "").strip() for part in _PARTS})
        for n in range(MOST_QUOTES)
    )
    return tuple(one for one in found if not one.is_empty)


def inputs_of(quotes: Iterable[QuoteForm]) -> dict[str, str]:
    """The inputs of quotes, by their names: what ``quotes_in`` reads."""
    return {
        f"{SEPARATOR}{n}.{part}": getattr(one, part)
        for n, one in enumerate(quotes)
        for part in _PARTS
    }


def faults_of(form: NewClaimForm, sent: Mapping[str, str]) -> dict[str, str]:
    """What does not fit in a form, by the names of its inputs."""
    told = read(form.kind, {field.name: "" for field in form.fields} | dict(sent))
    faults = dict(told.errors)
    if not (quotes_in(sent) or tidy(sent.get("statement", ""))):
        faults["quotes"] = "Give words of a call that prove it, or say what you know yourself."
    for n, quote in enumerate(quotes_in(sent)):
        if not (quote.call and quote.words and number_in(quote.turn)):
            faults[f"{SEPARATOR}{n}"] = "Give the call, the number of the turn, and its words."
    why = tidy(sent.get("why", ""))
    if not why:
        faults["why"] = "Say why in a few words; it is kept with the line."
    for name, text in (("why", why), ("statement", sent.get("statement", ""))):
        if len(text) > _LONGEST:
            faults[name] = f"At most {_LONGEST:,} characters; these are {len(text):,}."
    return faults


def body_of(form: NewClaimForm, sent: Mapping[str, str]) -> AddBody:
    """What the API is asked to add; of a form without faults.

    Raises:
        JournalError: together the fields are no claim of this kind.
    """
    values = dict(read(form.kind, sent).values)
    summary = values.pop("summary", None)
    told = {
        "summary": summary,
        "fact": {"kind": form.kind, **values},
        "quotes": [_quote(one) for one in quotes_in(sent)],
        "statement": tidy(sent.get("statement", "")) or None,
        "why": tidy(sent.get("why", "")),
    }
    try:
        return AddBody.model_validate(told)
    except ValidationError as error:
        raise JournalError(f"The line cannot be added: {first_fault(error)}.") from error


def _quote(form: QuoteForm) -> dict[str, object]:
    return {"call_id": form.call, "turn": int(form.turn), "quote": form.words}


def quotes_asked(
    refs: Sequence[str], turns: Sequence[str], words: Sequence[str]
) -> list[QuoteForm]:
    """The quotes that an address asks for: a call and a turn for each of the words.

    Args:
        refs: ids of calls inside of their deal; the last one counts for all that follow.
        turns: numbers of turns.
        words: of these turns.
    """
    longest = max(len(turns), len(words))
    return [
        QuoteForm(
            call=_at(refs, n) or (refs[-1] if refs else ""), turn=_at(turns, n), words=_at(words, n)
        )
        for n in range(min(longest, MOST_QUOTES))
    ]


def _at(texts: Sequence[str], place: int) -> str:
    return texts[place] if place < len(texts) else ""
