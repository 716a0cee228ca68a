"""The kickoff meeting: sixty minutes, within five business days, with both sides."""

import datetime

from transcript2handoff.documents.customer_plan import CustomerPlan, PlanMilestone
from transcript2handoff.documents.kickoff_meeting import AGENDA, MINUTES, agenda, kickoff_meeting
from transcript2handoff.documents.shared import SharedDeal
from transcript2handoff.workdays import Workdays

SIGNED = datetime.date(2026, 5, 22)


def test_the_agenda_fills_the_hour():
    assert sum(minutes for minutes, _ in AGENDA) == MINUTES == 60
    assert [str(item.time) for item in agenda()][-1] == "55 to 60 min"


def test_the_latest_day_minds_the_holidays_of_the_country():
    deal = SharedDeal(signed=SIGNED)

    assert "Fri 29 May 2026 at the latest" in kickoff_meeting(deal, Workdays())
    # The twenty-fifth of May is the spring bank holiday.
    assert "Mon 1 Jun 2026 at the latest" in kickoff_meeting(deal, Workdays(("GB",)))


def test_without_a_signature_it_says_so():
    text = kickoff_meeting(SharedDeal(), Workdays())

    assert "The date follows the signature" in text
    assert "To be named by both sides before the meeting." in text


def test_an_agreed_day_stands():
    day = datetime.date(2026, 5, 27)
    plan = CustomerPlan(milestones=(PlanMilestone(name="Start", day=day, replaces="kickoff"),))

    text = kickoff_meeting(SharedDeal(signed=SIGNED), Workdays(), plan=plan)

    assert "The meeting is on Wed 27 May 2026." in text
