"""The contract against the talk as data: what its template shows, sorted and in words."""

from collections.abc import Iterable
from dataclasses import dataclass

from transcript2handoff.contract import ContractReview, PromiseReview
from transcript2handoff.contract.documents import ContractLine
from transcript2handoff.render.labels import STRENGTH_LABELS
from transcript2handoff.render.proofs import due_text
from transcript2handoff.render.signed import line_label
from transcript2handoff.words import Message, Shown, Words, message


@dataclass(frozen=True, kw_only=True)
class Found:
    """Something that was said or signed, what is to be known of it, and why it stands here."""

    text: str
    about: tuple[Shown, ...] = ()
    reason: Shown | None = None


@dataclass(frozen=True, kw_only=True)
class Part:
    """A part of the review; ``nothing`` stands there if nothing was found."""

    title: Message
    nothing: Message
    found: tuple[Found, ...]


@dataclass(frozen=True, kw_only=True)
class ContractView:
    """The whole review."""

    title: Shown
    parts: tuple[Part, ...]


def contract_view(review: ContractReview, words: Words) -> ContractView:
    """Lay out a review for readers inside the company, what hurts most first."""
    return ContractView(
        title=review.title or message("Contract"),
        parts=(
            Part(
                title=message("Promised against the contract"),
                nothing=message("Nothing that was promised contradicts the contract."),
                found=_promised(review.promised("contradicts"), words),
            ),
            Part(
                title=message("Said, not sold"),
                nothing=message("Everything that was promised stands in the contract."),
                found=_promised(review.promised("not_in_contract"), words),
            ),
            Part(
                title=message("Promised and sold"),
                nothing=message("Nothing that was promised stands in the contract."),
                found=_promised(review.promised("in_contract"), words),
            ),
            *_terms(review),
            Part(
                title=message("In the contract, never talked about"),
                nothing=message("All that was signed was talked about."),
                found=tuple(_line(line) for line in review.never_talked_about),
            ),
            Part(
                title=message("Beyond what the product can do"),
                nothing=message("Nothing that the catalogue knows of."),
                found=tuple(
                    Found(text=each.summary, reason=each.catalog.reason)
                    for each in review.beyond_catalog
                    if each.catalog
                ),
            ),
        ),
    )


def _promised(promises: Iterable[PromiseReview], words: Words) -> tuple[Found, ...]:
    return tuple(
        Found(
            text=each.summary,
            about=(STRENGTH_LABELS[each.strength], *_due(each.due, words)),
            reason=each.reason,
        )
        for each in promises
    )


def _due(due: str | None, words: Words) -> tuple[Message, ...]:
    told = due_text(due, words)
    return (message("due {due}", due=told),) if told else ()


def _terms(review: ContractReview) -> tuple[Part, ...]:
    """Terms that were said, by what the contract makes of them; a part without terms is left out.

    Where no terms were said at all, one part says so.
    """
    titles = {
        "contradicts": message("Terms that the contract has otherwise"),
        "not_in_contract": message("Terms that are not in the contract"),
        "in_contract": message("Terms that are in the contract"),
    }
    none = message("No terms were said.")
    parts = tuple(
        Part(
            title=title,
            nothing=none,
            found=tuple(
                Found(text=each.summary, about=(each.value,), reason=each.reason)
                for each in review.terms
                if each.verdict == verdict
            ),
        )
        for verdict, title in titles.items()
    )
    told = tuple(part for part in parts if part.found)
    return told or (Part(title=message("Terms that were said"), nothing=none, found=()),)


def _line(line: ContractLine) -> Found:
    return Found(text=line.text, about=(line_label(line.type),))
