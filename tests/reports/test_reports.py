import datetime

import pytest

from transcript2handoff.company import Company
from transcript2handoff.errors import InputError
from transcript2handoff.render.templates import Templates
from transcript2handoff.reports.feedback import feedback_markdown
from transcript2handoff.reports.meeting import meeting_markdown
from transcript2handoff.reports.plots import feedback_plots
from transcript2handoff.reports.portfolio import Period, Portfolio, UnreadDeal
from transcript2handoff.words import Words

PERIOD = Period.two_weeks_to(datetime.date(2026, 5, 9))


def meeting(portfolio):
    return meeting_markdown(
        portfolio,
        PERIOD,
        Templates(),
        company=Company(),
        owner_of=lambda *_: ("account_manager", "Kai Brandt"),
    )


def test_the_order_of_deals_does_not_matter(deals, portfolio):
    turned = Portfolio(deals=deals[::-1])
    assert feedback_markdown(turned, Templates()) == feedback_markdown(portfolio, Templates())
    assert meeting(turned) == meeting(portfolio)


def test_outcomes_are_counted_and_the_rest_is_not_known(portfolio):
    report = feedback_markdown(portfolio, Templates())
    assert "| All promises | 7 | 7 | 5 | 5 | 37 % of 19 (19 to 59 %) |" in report
    assert "“SCIM should probably be out in the second quarter.” (Ana Reyes, deal-" in report


def test_only_deals_of_the_period_are_upcoming(portfolio):
    upcoming = meeting(portfolio).split("upcoming handoffs")[1].split("process issues")[0]
    assert "**deal-008**" in upcoming
    assert "**deal-009**" not in upcoming


def test_an_impossible_promise_goes_before_all_else(portfolio):
    accounts = meeting(portfolio).split("accounts at risk")[1].split("expansion pipeline")[0]
    first = accounts.split("- **")[1]
    assert "promise that could not be kept" in first


def test_what_cannot_be_read_is_in_both_reports(deals):
    lame = Portfolio(deals=deals, unread=(UnreadDeal(name="birch", why="no package"),))
    for report in (feedback_markdown(lame, Templates()), meeting(lame)):
        assert "1 of 13 deals could not be read" in report
        assert "**birch**: no package" in report


def test_two_deals_of_one_name_are_an_error(deals):
    with pytest.raises(InputError, match="deal-000"):
        Portfolio(deals=(*deals, deals[0]))


def test_the_same_deals_make_the_same_pictures(portfolio):
    words = Words.of("en")
    pictures = feedback_plots(portfolio, words)
    assert pictures == feedback_plots(portfolio, words)
    assert len(pictures) == 4
