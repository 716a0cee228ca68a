"""The agenda of the kickoff meeting, for both sides."""

from dataclasses import dataclass
from typing import Final

from transcript2handoff.documents.customer_plan import CustomerPlan
from transcript2handoff.documents.customer_words import (
    AGREE,
    ROLE_NAMES,
    customer_of,
    seller_of,
    when,
)
from transcript2handoff.documents.shared import SharedDeal, SharedPromise, SharedTask
from transcript2handoff.render.templates import Templates
from transcript2handoff.words import Message, Shown, Words, message
from transcript2handoff.workdays import Workdays

MINUTES: Final = 60
AGENDA: Final[tuple[tuple[int, Message], ...]] = (
    (5, message("Welcome: who is here, and who does what from now on")),
    (15, message("Goals: confirm what success is, and how it is measured")),
    (10, message("Scope: what is part of the project, and what is not")),
    (15, message("Plan: milestones of the first 90 days, with owners and dates")),
    (10, message("What each side brings, and what it needs from the other")),
    (5, message("Next steps, and when we meet again")),
)
"""Minutes, and what they are for."""


@dataclass(frozen=True, kw_only=True)
class AgendaItem:
    """A part of the meeting; times in minutes from its begin."""

    time: Message
    title: Message


@dataclass(frozen=True, kw_only=True)
class Attendee:
    """Somebody who should be there."""

    name: Shown
    role: Shown
    company: Shown


@dataclass(frozen=True, kw_only=True)
class Brought:
    """What somebody brings to the meeting or is about to do."""

    words: str
    owner: Shown
    due: Shown


def kickoff_meeting(
    deal: SharedDeal,
    workdays: Workdays,
    *,
    plan: CustomerPlan | None = None,
    templates: Templates | None = None,
) -> str:
    """The agenda as Markdown.

    Args:
        deal: what the customer may read.
        workdays: the days on which a meeting can be.
        plan: what has been agreed since the sale.
        templates: in the reader's language.
    """
    templates = templates or Templates()
    words = templates.words
    return templates.markdown(
        "kickoff_meeting.md.jinja",
        customer=customer_of(deal),
        seller=seller_of(deal),
        date=_date(deal, workdays, plan=plan or CustomerPlan(), words=words),
        minutes=MINUTES,
        attendees=_attendees(deal, plan or CustomerPlan()),
        agenda=agenda(),
        goals=tuple(goal.words for goal in deal.goals),
        ours=tuple(_brought(each, words) for each in deal.promises),
        yours=tuple(_brought(each, words) for each in deal.tasks),
    )


def _date(deal: SharedDeal, workdays: Workdays, *, plan: CustomerPlan, words: Words) -> Message:
    agreed = next((m.day for m in plan.milestones if m.replaces == "kickoff" and m.day), None)
    if agreed:
        return message("The meeting is on {day}.", day=words.day(agreed))
    if deal.signed is None:
        return message(
            "The date follows the signature: the meeting is held within five business days of it."
        )
    return message(
        "Proposed for {day} at the latest, five business days after the signature of {signed}.",
        day=words.day(workdays.latest_kickoff(deal.signed)),
        signed=words.day(deal.signed),
    )


def agenda() -> tuple[AgendaItem, ...]:
    """The parts of the meeting, one after the other."""
    items, begin = [], 0
    for minutes, title in AGENDA:
        time = message("{begin} to {end} min", begin=begin, end=begin + minutes)
        items.append(AgendaItem(time=time, title=title))
        begin += minutes
    return tuple(items)


def _attendees(deal: SharedDeal, plan: CustomerPlan) -> tuple[Attendee, ...]:
    ours = [
        Attendee(name=each.name, role=ROLE_NAMES[each.role], company=seller_of(deal))
        for each in deal.contacts
        if each.role != "support"
    ]
    people = deal.of_side("customer")
    yours = [
        Attendee(name=each.name, role=each.title or AGREE, company=customer_of(deal))
        for each in people
    ]
    known = {each.name for each in people}
    agreed = (
        (plan.sponsor, message("Sponsor")),
        (plan.project_lead, message("Project lead")),
    )
    more = [
        Attendee(name=name, role=role, company=customer_of(deal))
        for name, role in agreed
        if name and name not in known
    ]
    return (*ours, *yours, *more)


def _brought(item: SharedPromise | SharedTask, words: Words) -> Brought:
    return Brought(words=item.words, owner=item.owner or AGREE, due=when(item.due, words))
