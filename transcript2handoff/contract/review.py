"""The review of a deal: each promise and each term against the contract, and the other way round.

Nothing is lost and nothing is guessed. Every promise that is still owed, every term that a contract
could hold, and every line of the contract stands in the review exactly once, with a reason.
"""

import datetime
from collections.abc import Iterator
from typing import Final

from transcript2handoff.contract.agreement import Verdict, promise_against, term_against
from transcript2handoff.contract.availability import CatalogFinding, look_up
from transcript2handoff.contract.documents import Catalog, Contract, ContractLine
from transcript2handoff.contract.matching import Lines
from transcript2handoff.deal import Record, Text
from transcript2handoff.facts import Promise, PromiseType, Strength, Term, TermType
from transcript2handoff.handoff import Claim, Handoff
from transcript2handoff.words import Message

OF_THE_CUSTOMER: Final[tuple[TermType, ...]] = ("budget", "procurement")
"""Terms that say how the customer buys; no contract of the seller holds them."""


class PromiseReview(Record):
    """A promise that is still owed: what the contract and the catalog say about it, and why."""

    claim_id: Text
    summary: Text
    type: PromiseType
    strength: Strength
    due: str | None
    verdict: Verdict
    line: ContractLine | None
    """The line that it was matched to; none if nothing in the contract is like it."""
    reason: Message
    catalog: CatalogFinding | None = None
    """None without a catalog."""


class TermReview(Record):
    """A term that was said: what the contract says about it, and why."""

    claim_id: Text
    summary: Text
    type: TermType
    value: Text
    verdict: Verdict
    line: ContractLine | None
    reason: Message


class LineReview(Record):
    """A line of the contract, and the claims of any kind that speak of it."""

    line: ContractLine
    claim_ids: tuple[Text, ...] = ()
    """In the order of the handoff."""

    @property
    def talked_about(self) -> bool:
        """Whether anything that was said is about it."""
        return bool(self.claim_ids)


class ContractReview(Record):
    """What was said against what was signed."""

    title: str | None = None
    """Of the contract."""
    promises: tuple[PromiseReview, ...] = ()
    """Those still owed, in the order of the handoff."""
    terms: tuple[TermReview, ...] = ()
    """In the order of the handoff."""
    lines: tuple[LineReview, ...] = ()
    """In the order of the contract."""

    def promised(self, verdict: Verdict) -> tuple[PromiseReview, ...]:
        """The promises with a verdict; ``not_in_contract`` is what was said and not sold."""
        return tuple(each for each in self.promises if each.verdict == verdict)

    def said(self, verdict: Verdict) -> tuple[TermReview, ...]:
        """The terms with a verdict."""
        return tuple(each for each in self.terms if each.verdict == verdict)

    @property
    def never_talked_about(self) -> tuple[ContractLine, ...]:
        """What was signed although no call speaks of it."""
        return tuple(each.line for each in self.lines if not each.talked_about)

    @property
    def beyond_catalog(self) -> tuple[PromiseReview, ...]:
        """The over-promise report: promises beyond the catalog, the firm ones first."""
        beyond = [each for each in self.promises if each.catalog and each.catalog.beyond]
        return tuple(sorted(beyond, key=lambda each: each.strength != "firm"))


def review(
    handoff: Handoff, contract: Contract, catalog: Catalog | None, *, today: datetime.date | None
) -> ContractReview:
    """Hold what was said in a deal against its contract and against the product's catalog.

    Args:
        handoff: all calls of the deal. The last step of a promise's history decides whether it is
            still owed.
        contract: what was signed.
        catalog: what the product can do; none leaves that question out.
        today: decides what is available already; none asks for the day that was promised.
    """
    lines = Lines(contract, handoff.deal)
    promises = tuple(
        _promise(claim, claim.fact, lines, catalog, today)
        for claim in handoff.claims
        if isinstance(claim.fact, Promise) and claim.is_owed
    )
    terms = tuple(_terms(handoff, lines))
    spoken = _spoken_of(handoff, lines, (*promises, *terms))
    return ContractReview(
        title=contract.title,
        promises=promises,
        terms=terms,
        lines=tuple(
            LineReview(line=line, claim_ids=spoken.get(line.id, ())) for line in contract.all_lines
        ),
    )


def _promise(
    claim: Claim,
    promise: Promise,
    lines: Lines,
    catalog: Catalog | None,
    today: datetime.date | None,
) -> PromiseReview:
    found = promise_against(claim, promise, lines)
    return PromiseReview(
        claim_id=claim.id,
        summary=claim.summary,
        type=promise.type,
        strength=promise.strength,
        due=promise.due,
        verdict=found.verdict,
        line=found.line,
        reason=found.reason,
        catalog=look_up(claim, promise, catalog, today=today) if catalog else None,
    )


def _terms(handoff: Handoff, lines: Lines) -> Iterator[TermReview]:
    for claim in handoff.claims:
        term = claim.fact
        if isinstance(term, Term) and term.type not in OF_THE_CUSTOMER:
            found = term_against(claim, term, lines, said_on=_said_on(claim, handoff))
            yield TermReview(
                claim_id=claim.id,
                summary=claim.summary,
                type=term.type,
                value=term.value,
                verdict=found.verdict,
                line=found.line,
                reason=found.reason,
            )


def _said_on(claim: Claim, handoff: Handoff) -> datetime.date | None:
    """The day of the call that holds the best evidence."""
    call_id = claim.spoken[0].call_id if claim.spoken else None
    return next((each.call.date for each in handoff.calls if each.call.id == call_id), None)


def _spoken_of(
    handoff: Handoff, lines: Lines, reviewed: tuple[PromiseReview | TermReview, ...]
) -> dict[str, tuple[str, ...]]:
    """The claims that speak of each line: by its review, or because they are alike."""
    matched = {each.claim_id: each.line.id for each in reviewed if each.line}
    spoken: dict[str, tuple[str, ...]] = {}
    for claim in handoff.claims:
        alike = {met.line.id for met in lines.alike(claim)}
        for line_id in sorted(alike | ({matched[claim.id]} if claim.id in matched else set())):
            spoken[line_id] = (*spoken.get(line_id, ()), claim.id)
    return spoken
