"""What a customer may read about its deal, and the one way from a handoff to it.

Documents for the customer are made from a ``SharedDeal`` alone. It has no place for what is
internal: confidence, strength, histories, objections, risks, rivals, prices, influence. Also the
words of a claim's summary stay inside, since colleagues wrote them for colleagues; what goes out is
what was said on a call at which the customer was, letter for letter, and only whole sentences;
numbers of cards, accounts and persons, telephones and addresses are hidden in them.
A day that was only named in words ("before the weekend") is agreed anew.
"""

import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from transcript2handoff.assess.claims import due_of, is_weak
from transcript2handoff.company import Company, OwnershipModel
from transcript2handoff.contract import ContractReview
from transcript2handoff.deal import Deal, Record, Role, Side, Text
from transcript2handoff.documents.customer_claims import sayable
from transcript2handoff.extract.dates import due_day
from transcript2handoff.facts import (
    CustomerCommitment,
    Exclusion,
    Fact,
    Goal,
    NextStep,
    Promise,
    Stakeholder,
)
from transcript2handoff.handoff import Handoff
from transcript2handoff.policy import redacted_texts
from transcript2handoff.transcript import Transcript

ROLES_OF: Final[Mapping[OwnershipModel, tuple[Role, ...]]] = {
    "cs_only": ("customer_success_manager",),
    "am_only": ("account_manager",),
    "cs_am": ("customer_success_manager", "account_manager"),
}
"""Who owns the account after the sale; the first is the one to go to."""
_HELPING: Final[tuple[Role, ...]] = (
    "onboarding_manager",
    "solutions_engineer",
    "support",
    "account_executive",
)


_SAID: Final[dict[str, Any]] = {
    **dict.fromkeys(("goals", "promises", "tasks", "meetings", "exclusions"), True),
    "people": {"__all__": {"name", "title"}},
}
"""The fields of a shared deal that hold what was said on calls."""


class SharedGoal(Record):
    """What the customer wants to reach, in the words of the call."""

    words: Text
    metric: str | None = None
    baseline: str | None = None
    target: str | None = None
    deadline: datetime.date | str | None = None


class SharedPromise(Record):
    """What the seller does: firm, said to the customer, and still standing."""

    words: Text
    owner: str | None = None
    due: datetime.date | None = None


class SharedTask(Record):
    """What the customer does."""

    words: Text
    owner: str | None = None
    due: datetime.date | None = None


class SharedMeeting(Record):
    """A meeting or a joint step that both sides agreed to."""

    words: Text
    day: datetime.date


class SharedPerson(Record):
    """Somebody who took part; what that person thinks of the deal is not known here."""

    name: Text
    side: Side
    title: str | None = None
    email: str | None = None


class SharedContact(Record):
    """Somebody on the seller's side whom the customer may go to."""

    role: Role
    name: Text
    email: str | None = None
    phone: str | None = None


class SharedDeal(Record):
    """A deal as its customer may see it."""

    seller: str | None = None
    customer: str | None = None
    product: str | None = None
    signed: datetime.date | None = None
    ownership: OwnershipModel = "cs_only"
    contacts: tuple[SharedContact, ...] = ()
    people: tuple[SharedPerson, ...] = ()
    goals: tuple[SharedGoal, ...] = ()
    promises: tuple[SharedPromise, ...] = ()
    tasks: tuple[SharedTask, ...] = ()
    meetings: tuple[SharedMeeting, ...] = ()
    exclusions: tuple[Text, ...] = ()

    @property
    def roles(self) -> tuple[Role, ...]:
        """The roles on the seller's side by the model of ownership, the first to go to first."""
        return (*ROLES_OF[self.ownership], *_HELPING)

    def contact(self, role: Role) -> SharedContact | None:
        """Who has a role, if anybody is named."""
        return next((each for each in self.contacts if each.role == role), None)

    def of_side(self, side: Side) -> tuple[SharedPerson, ...]:
        """The people of one side."""
        return tuple(person for person in self.people if person.side == side)


def shared(
    handoff: Handoff,
    company: Company,
    *,
    transcripts: Sequence[Transcript],
    review: ContractReview | None = None,
) -> SharedDeal:
    """What of a deal its customer may read.

    Args:
        handoff: of the whole deal.
        company: the seller's, for the contacts.
        transcripts: of the calls: what is private in them, a half of a number too, is hidden.
        review: what was signed; promises that contract or catalogue do not bear are left out.
    """
    deal = handoff.deal
    said = tuple((claim.fact, words) for claim, words in sayable(handoff, review))
    return _redacted(
        SharedDeal(
            seller=deal.seller or company.name,
            customer=deal.customer,
            product=deal.product,
            signed=deal.signed,
            ownership=company.ownership,
            contacts=tuple(_contacts(deal, company)),
            people=tuple(_people(handoff)),
            goals=tuple(_goal(fact, words) for fact, words in said if isinstance(fact, Goal)),
            promises=tuple(
                SharedPromise(words=words, owner=fact.owner, due=due_day(fact.due))
                for fact, words in said
                if isinstance(fact, Promise)
            ),
            tasks=tuple(
                SharedTask(words=words, owner=fact.owner, due=due_day(fact.due))
                for fact, words in said
                if isinstance(fact, CustomerCommitment)
            ),
            meetings=tuple(_meetings(said)),
            exclusions=tuple(words for fact, words in said if isinstance(fact, Exclusion)),
        ),
        transcripts,
    )


def _redacted(deal: SharedDeal, transcripts: Sequence[Transcript]) -> SharedDeal:
    """The same without private data in what was said; how people are reached was not said."""
    told = deal.model_dump(include=_SAID)
    told = _put(told, redacted_texts(transcripts, tuple(_texts(told))))
    people = tuple(
        person.model_copy(update=now)
        for person, now in zip(deal.people, told.pop("people"), strict=True)
    )
    return SharedDeal.model_validate({**dict(deal), **told, "people": people})


def _texts(told: object) -> Iterator[str]:
    match told:
        case dict():
            yield from _texts(tuple(told.values()))
        case tuple():
            for each in told:
                yield from _texts(each)
        case str():
            yield told


def _put(told: Any, now: Mapping[str, str]) -> Any:  # noqa: ANN401 - JSON
    match told:
        case dict():
            return {name: _put(each, now) for name, each in told.items()}
        case tuple():
            return tuple(_put(each, now) for each in told)
        case str():
            return now[told]
        case _:
            return told


def _goal(fact: Goal, words: str) -> SharedGoal:
    return SharedGoal(
        words=words,
        metric=fact.metric,
        baseline=fact.baseline,
        target=fact.target,
        deadline=due_day(fact.deadline) or fact.deadline,
    )


def _meetings(said: Iterable[tuple[Fact, str]]) -> Iterator[SharedMeeting]:
    for fact, words in said:
        day = due_day(due_of(fact))
        if isinstance(fact, NextStep) and day:
            yield SharedMeeting(words=words, day=day)


def _contacts(deal: Deal, company: Company) -> Iterator[SharedContact]:
    for role in (*ROLES_OF[company.ownership], *_HELPING):
        if member := company.who(role, deal):
            yield SharedContact(role=role, name=member.name, email=member.email, phone=member.phone)


def _people(handoff: Handoff) -> Iterator[SharedPerson]:
    """Who was invited, and who was on a call; not those of whom others spoke."""
    invited = handoff.deal.participants
    for each in invited:
        yield SharedPerson(name=each.name, side=each.side, title=each.title, email=each.email)
    known = {each.name for each in invited}
    for claim in handoff.claims:
        fact = claim.fact
        if not isinstance(fact, Stakeholder) or not fact.present or is_weak(claim):
            continue
        if fact.name and fact.name not in known:
            known.add(fact.name)
            yield SharedPerson(name=fact.name, side="customer", title=fact.role)
