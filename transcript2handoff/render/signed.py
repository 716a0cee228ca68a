"""What was signed, as the brief shows it beside what was said."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from transcript2handoff.contract import ContractReview, Verdict
from transcript2handoff.contract.documents import ContractLine, LineType
from transcript2handoff.render.labels import TERM_LABELS
from transcript2handoff.words import Message, Words, message

_VERDICTS: Final[Mapping[Verdict, Message | None]] = {
    "in_contract": None,
    "not_in_contract": message("not in the contract"),
    "contradicts": message("contradicts the contract"),
}


@dataclass(frozen=True, kw_only=True)
class SignedLine:
    """A line of the contract. ``is_said`` tells whether any call speaks of it."""

    type: LineType
    label: Message
    text: str
    notes: str | None
    is_said: bool
    is_dated: bool


def line_label(type_: LineType) -> Message:
    """What a line of a contract settles."""
    match type_:
        case "deliverable":
            return message("Delivery")
        case "exclusion":
            return message("Not included")
        case _:
            return TERM_LABELS[type_]


def signed_lines(review: ContractReview | None, words: Words) -> tuple[SignedLine, ...]:
    """The lines of the contract in their order, exclusions last; none without a contract."""
    return tuple(
        SignedLine(
            type=each.line.type,
            label=line_label(each.line.type),
            text=_text(each.line, words),
            notes=each.line.notes,
            is_said=each.talked_about,
            is_dated=each.line.date is not None,
        )
        for each in (review.lines if review else ())
    )


def verdicts(review: ContractReview | None) -> Mapping[str, tuple[Message, ...]]:
    """What contract and catalogue say against a promise or a term, by the id of the claim."""
    return {claim_id: notes for claim_id, notes in _verdicts(review) if notes}


def _verdicts(review: ContractReview | None) -> Iterator[tuple[str, tuple[Message, ...]]]:
    if review is None:
        return
    for each in review.promises:
        beyond = message("beyond what the product can do")
        found = (_VERDICTS[each.verdict], beyond if each.catalog and each.catalog.beyond else None)
        yield each.claim_id, tuple(note for note in found if note)
    for said in review.terms:
        note = _VERDICTS[said.verdict]
        yield said.claim_id, (note,) if note else ()


def _text(line: ContractLine, words: Words) -> str:
    parts = [line.text]
    if line.amount is not None and line.currency:
        parts.append(_money(line.amount, line.currency, line.per, words))
    if line.date and str(line.date.year) not in line.text:
        parts.append(words.day(line.date))
    return ": ".join((parts[0], ", ".join(parts[1:]))) if parts[1:] else parts[0]


def _money(amount: float, currency: str, per: str | None, words: Words) -> str:
    money = words.money(amount, currency)
    match per:
        case None:
            return money
        case "year":
            return words.say(message("{money} per year", money=money))
        case "month":
            return words.say(message("{money} per month", money=money))
        case _:
            return words.say(message("{money} per {unit}", money=money, unit=per))
