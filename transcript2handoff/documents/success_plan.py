"""The joint success plan: begun by sales, completed by customer success and the customer."""

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from transcript2handoff.documents.customer_plan import CustomerPlan, PlanMilestone, Standard
from transcript2handoff.documents.customer_words import (
    AGREE,
    customer_of,
    name_of,
    seller_of,
    when,
)
from transcript2handoff.documents.shared import SharedDeal, SharedPromise, SharedTask
from transcript2handoff.render.templates import Templates
from transcript2handoff.words import Message, Shown, Words, message
from transcript2handoff.workdays import KICKOFF_WITHIN, Workdays

DAYS: Final = 90
"""How far the milestones reach, in calendar days after the signature."""
_STANDARD: Final[tuple[tuple[Standard, int, Message], ...]] = (
    ("kickoff", KICKOFF_WITHIN, message("Kickoff meeting")),
    ("day_30", 30, message("Review after 30 days")),
    ("day_60", 60, message("Review after 60 days")),
    ("day_90", 90, message("Review after 90 days: what was reached of the goals")),
)


@dataclass(frozen=True, kw_only=True)
class GoalRow:
    """A goal, and how both sides will see whether it is reached."""

    words: str
    metric: Shown
    baseline: Shown
    target: Shown
    deadline: Shown


@dataclass(frozen=True, kw_only=True)
class Milestone:
    """What is reached by when, and who answers for it on either side."""

    title: Shown
    day: Shown
    ours: Shown
    yours: Shown
    order: tuple[int, int]
    """Days after the signature, then 0 for what was said and 1 for what every plan has."""


@dataclass(frozen=True, kw_only=True)
class Work:
    """Something that one side does."""

    words: str
    owner: Shown
    due: Shown


def success_plan(
    deal: SharedDeal,
    workdays: Workdays,
    *,
    plan: CustomerPlan | None = None,
    templates: Templates | None = None,
) -> str:
    """The plan as Markdown.

    Args:
        deal: what the customer may read.
        workdays: on which reviews and the kickoff are held.
        plan: what has been agreed since the sale.
        templates: in the reader's language.
    """
    plan, templates = plan or CustomerPlan(), templates or Templates()
    return templates.markdown(
        "success_plan.md.jinja",
        customer=customer_of(deal),
        seller=seller_of(deal),
        product=deal.product,
        signed=deal.signed,
        plan=plan,
        signed_off=plan.agreed,
        agree=AGREE,
        lead=name_of(deal, deal.roles[0]),
        goals=_goals(deal, templates.words),
        milestones=milestones(deal, workdays, plan=plan, words=templates.words),
        ours=_work(deal.promises, templates.words),
        yours=_work(deal.tasks, templates.words),
        exclusions=deal.exclusions,
    )


def _goals(deal: SharedDeal, words: Words) -> tuple[GoalRow, ...]:
    return tuple(
        GoalRow(
            words=goal.words,
            metric=goal.metric or AGREE,
            baseline=goal.baseline or AGREE,
            target=goal.target or AGREE,
            deadline=when(goal.deadline, words),
        )
        for goal in deal.goals
    )


def _work(items: Sequence[SharedPromise | SharedTask], words: Words) -> tuple[Work, ...]:
    return tuple(
        Work(words=each.words, owner=each.owner or AGREE, due=when(each.due, words))
        for each in items
    )


def milestones(
    deal: SharedDeal, workdays: Workdays, *, plan: CustomerPlan, words: Words
) -> tuple[Milestone, ...]:
    """The milestones of the first ninety days in their order; those without a day come last."""
    replaced = {each.replaces for each in plan.milestones}
    found = [
        *_standard(deal, workdays, plan=plan, words=words, without=replaced),
        *_said(deal, words),
        *(_agreed(each, deal, words) for each in plan.milestones),
    ]
    return tuple(sorted(found, key=lambda each: each.order))


def _standard(
    deal: SharedDeal,
    workdays: Workdays,
    *,
    plan: CustomerPlan,
    words: Words,
    without: set[Standard | None],
) -> Iterator[Milestone]:
    for name, count, title in _STANDARD:
        if name in without:
            continue
        day = _day(name, count, deal, workdays)
        relative = (
            message("day {first} to {last}, in business days", first=0, last=count)
            if name == "kickoff"
            else message("day {number}", number=count)
        )
        yield Milestone(
            title=title,
            day=words.day(day) if day else relative,
            ours=name_of(deal, deal.roles[0]),
            yours=plan.project_lead or AGREE,
            order=(_after(deal, day, otherwise=count), 1),
        )


def _day(name: Standard, count: int, deal: SharedDeal, workdays: Workdays) -> datetime.date | None:
    """The day of a standard milestone; a review that falls on a holiday moves behind it."""
    if deal.signed is None:
        return None
    if name == "kickoff":
        return workdays.latest_kickoff(deal.signed)
    return workdays.after(deal.signed + datetime.timedelta(days=count - 1), 1)


def _after(deal: SharedDeal, day: datetime.date | None, *, otherwise: int) -> int:
    return (day - deal.signed).days if day and deal.signed else otherwise


def _said(deal: SharedDeal, words: Words) -> Iterator[Milestone]:
    """What was said on the calls and has its day in the first ninety days."""
    dated: list[tuple[str, datetime.date | str | None, Shown, Shown]] = [
        *((each.words, each.deadline, AGREE, AGREE) for each in deal.goals),
        *((each.words, each.due, each.owner or AGREE, "–") for each in deal.promises),
        *((each.words, each.due, "–", each.owner or AGREE) for each in deal.tasks),
        *((each.words, each.day, AGREE, AGREE) for each in deal.meetings),
    ]
    for said, day, ours, yours in dated:
        if not isinstance(day, datetime.date) or not _within(deal, day):
            continue
        order = (_after(deal, day, otherwise=DAYS), 0)
        title = message("“{words}”", words=said)
        yield Milestone(title=title, day=words.day(day), ours=ours, yours=yours, order=order)


def _within(deal: SharedDeal, day: datetime.date) -> bool:
    return deal.signed is not None and 0 <= (day - deal.signed).days <= DAYS


def _agreed(milestone: PlanMilestone, deal: SharedDeal, words: Words) -> Milestone:
    counts = {name: count for name, count, _ in _STANDARD}
    count = counts[milestone.replaces] if milestone.replaces else DAYS + 1
    return Milestone(
        title=milestone.name,
        day=when(milestone.day, words),
        ours=milestone.ours or name_of(deal, deal.roles[0]),
        yours=milestone.yours or AGREE,
        order=(_after(deal, milestone.day, otherwise=count), 1),
    )
