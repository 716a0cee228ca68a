"""Both reports over the made-up portfolio, as a reader gets them, in English and in German."""

import datetime
from pathlib import Path

import pytest

from transcript2handoff.company import Company
from transcript2handoff.render.templates import Templates
from transcript2handoff.reports.feedback import feedback_markdown
from transcript2handoff.reports.meeting import meeting_markdown
from transcript2handoff.reports.portfolio import Period
from transcript2handoff.words import LANGUAGES, Words

DATA = Path(__file__).parent / "data"
PERIOD = Period.two_weeks_to(datetime.date(2026, 5, 14))


def documents(portfolio, language):
    """Both reports by file name."""
    templates = Templates(Words.of(language))

    def owner_of(deal, claim):
        return "account_manager", "Ines Carvalho"

    return {
        "sales_success_meeting.md": meeting_markdown(
            portfolio, PERIOD, templates, company=Company(), owner_of=owner_of
        ),
        "sales_feedback.md": feedback_markdown(portfolio, templates),
    }


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["sales_success_meeting.md", "sales_feedback.md"])
def test_golden(portfolio, language, name):
    golden = (DATA / language / name).read_text(encoding="utf-8")
    assert documents(portfolio, language)[name] == golden
