"""The head of a brief."""

from pathlib import Path

import pytest

from transcript2handoff.handoff import read_handoff
from transcript2handoff.render.heading import about
from transcript2handoff.transcript import read_transcript
from transcript2handoff.words import Words

DATA = Path(__file__).parent / "data"
TRANSCRIPT = read_transcript((DATA / "2_transcript.json").read_bytes())
HANDOFF = read_handoff((DATA / "4_handoff.json").read_bytes(), [TRANSCRIPT])


@pytest.mark.parametrize(
    ("language", "currency", "shown"),
    [
        ("en", "EUR", "€48,000 by the CRM"),
        ("de", "EUR", "48.000\xa0€ laut CRM"),
        ("en", None, "48,000 by the CRM"),
    ],
)
def test_what_the_crm_says_that_the_deal_is_worth(language, currency, shown):
    words = Words.of(language)
    worth = {"amount": 48000, "currency": currency}
    told = HANDOFF.model_copy(update={"deal": HANDOFF.deal.model_copy(update=worth)})
    assert shown in [words.shown(part) for part in about(told, words)]
    assert not [part for part in about(HANDOFF, words) if "CRM" in words.shown(part)]
