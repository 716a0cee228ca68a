"""Expansion and risks: who owns a signal follows from how accounts are owned."""

import pytest

from transcript2handoff.company import Company, Member
from transcript2handoff.documents.expansion import expansion
from transcript2handoff.facts import Expansion, Risk

MARTA = Member(name="Marta Lind", role="customer_success_manager")
OLE = Member(name="Ole Brandt", role="account_manager")
REGION = "Next year we open in Rotterdam."
SEATS = "We'll need thirty more seats."


@pytest.mark.parametrize(
    ("model", "said", "owner"),
    [
        ("cs_only", REGION, "Marta Lind, Customer success manager"),
        ("cs_only", SEATS, "Marta Lind, Customer success manager"),
        ("am_only", REGION, "Ole Brandt, Account manager"),
        ("am_only", SEATS, "Ole Brandt, Account manager"),
        ("cs_am", REGION, "Ole Brandt, Account manager"),
        ("cs_am", SEATS, "Marta Lind, Customer success manager"),
    ],
)
def test_the_owner_follows_from_the_ownership_model(talk, model, said, owner):
    talk.hear("Lena Koch", said, Expansion())
    company = Company(team=(MARTA, OLE), ownership=model)

    text = expansion(talk.inside(company=company))

    assert f"| {said} | {owner} | Lena Koch, Alder Freight, turn 1, 0:00: “{said}” |" in text


def test_nobody_is_made_up_where_nobody_is_named(talk):
    talk.hear("Lena Koch", REGION, Expansion())
    talk.hear("Lena Koch", "My planners hate change.", Risk(), confidence=0.3)

    text = expansion(talk.inside())

    assert f"| {REGION} | Customer success manager, *nobody named* |" in text
    assert "- **My planners hate change.** (weakly supported)\n  - Lena Koch" in text


def test_silence_is_said(talk):
    talk.say("alder-1", "Ana Reyes", "Hello.")

    assert expansion(talk.inside()).count("*Not discussed.*") == 2
