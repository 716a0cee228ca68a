"""The joint plan: goals, milestones, owners on both sides, and what is still to be agreed."""

import datetime
from pathlib import Path

import pytest

from transcript2handoff.company import parse_company
from transcript2handoff.consolidate import consolidate
from transcript2handoff.contract import parse_catalog, parse_contract, review
from transcript2handoff.deal import parse_deal
from transcript2handoff.documents.customer_plan import CustomerPlan, parse_plan
from transcript2handoff.documents.introduction import introduction_text
from transcript2handoff.documents.kickoff_meeting import kickoff_meeting
from transcript2handoff.documents.raci import raci
from transcript2handoff.documents.shared import SharedDeal, SharedPromise, SharedTask, shared
from transcript2handoff.documents.success_plan import milestones, success_plan
from transcript2handoff.errors import DealFileError
from transcript2handoff.handoff import read_handoff
from transcript2handoff.render.templates import Templates
from transcript2handoff.transcript import read_transcript
from transcript2handoff.words import ENGLISH, Words
from transcript2handoff.workdays import Workdays

SIGNED = datetime.date(2026, 5, 22)
FOLDER = Path(__file__).parents[2] / "fixtures" / "harborline"
GOLDEN = Path(__file__).parent / "data" / "customer"


def _titles(deal, plan=CustomerPlan()):  # noqa: B008 - a frozen value
    found = milestones(deal, Workdays(), plan=plan, words=ENGLISH)
    return [(str(each.title), each.day) for each in found]


def test_without_a_signature_days_are_relative():
    assert [str(day) for _, day in _titles(SharedDeal())] == [
        "day 0 to 5, in business days",
        "day 30",
        "day 60",
        "day 90",
    ]


def test_what_was_said_with_a_day_within_ninety_days_is_a_milestone():
    near, far = datetime.date(2026, 6, 10), datetime.date(2026, 9, 10)
    deal = SharedDeal(
        signed=SIGNED,
        promises=(SharedPromise(words="We train your team.", due=near),),
        tasks=(SharedTask(words="We send the list.", due=far),),
    )

    titles = _titles(deal)

    assert titles[1] == ("“We train your team.”", "Wed 10 Jun 2026")
    assert "“We send the list.”" not in dict(titles)


def test_a_plan_replaces_and_adds_milestones_and_signs_off():
    plan = parse_plan(
        "sponsor: Lena Koch\n"
        "milestones:\n"
        "  - {name: First meeting, day: 2026-05-27, replaces: kickoff, yours: Lena Koch}\n"
        "  - {name: Go-live, day: 2026-08-10, ours: Sam Osei}\n"
        "agreed: {ours: Sam Osei, yours: Lena Koch, day: 2026-05-28}\n"
    )

    titles = dict(_titles(SharedDeal(signed=SIGNED), plan))
    text = success_plan(SharedDeal(signed=SIGNED, customer="Alder"), Workdays(), plan=plan)

    assert "Kickoff meeting" not in titles
    assert titles["First meeting"] == "Wed 27 May 2026"
    assert titles["Go-live"] == "Mon 10 Aug 2026"
    assert "| Sponsor at Alder | Lena Koch |" in text
    assert "| Alder | Lena Koch | Thu 28 May 2026 |" in text


def test_what_is_empty_is_to_be_agreed():
    text = success_plan(SharedDeal(), Workdays())

    assert "Goals and their measures are to be agreed at the kickoff." in text
    assert text.count("To be agreed at the kickoff.") == 2
    assert "Not discussed." in text


@pytest.mark.parametrize("yaml", ["- a list", "sponser: Lena", "milestones: [{day: soon}]", "a: ["])
def test_a_plan_that_does_not_fit_is_named(yaml):
    with pytest.raises(DealFileError, match=r"plan\.yaml"):
        parse_plan(yaml)


def _harborline():
    calls = [FOLDER / f"harborline-{number}" for number in (1, 2, 3)]
    transcripts = [read_transcript((call / "2_transcript.json").read_bytes()) for call in calls]
    handoffs = [
        read_handoff((call / "4_handoff.json").read_bytes(), [transcript])
        for call, transcript in zip(calls, transcripts, strict=True)
    ]
    company = parse_company((FOLDER / "company.yaml").read_text(encoding="utf-8"))
    told = parse_deal((FOLDER / "deal.toml").read_text(encoding="utf-8"))
    whole = consolidate(handoffs, transcripts)
    whole = whole.model_copy(update={"deal": whole.deal.as_of(told)})
    signed = parse_contract((FOLDER / "terms.yaml").read_text(encoding="utf-8"))
    catalog = parse_catalog((FOLDER / "catalog.yaml").read_text(encoding="utf-8"))
    found = review(whole, signed, catalog, today=SIGNED)
    return shared(whole, company, transcripts=transcripts, review=found), company.workdays(
        whole.deal
    )


def harborline_documents(templates=None):
    """All documents for the customer of the deal, by the name of their file."""
    deal, days = _harborline()
    return {
        "success_plan.md": success_plan(deal, days, templates=templates),
        "kickoff_meeting.md": kickoff_meeting(deal, days, templates=templates),
        "raci.md": raci(deal, templates=templates),
        "introduction.txt": introduction_text(deal, templates=templates),
    }


@pytest.mark.parametrize("language", ["en", "de"])
def test_the_documents_of_harborline_are_those_that_were_read(language):
    templates = Templates(words=Words.of(language))
    for name, text in harborline_documents(templates).items():
        assert text == (GOLDEN / language / name).read_text(encoding="utf-8"), name


def test_german_documents_have_german_quotation_marks():
    for name, text in harborline_documents(Templates(words=Words.of("de"))).items():
        assert text.count("„") == text.count("“"), name
        assert "”" not in text, name
