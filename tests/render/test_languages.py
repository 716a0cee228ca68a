"""The brief and the contract review in German: all fixed words, and no word that was said."""

import re
from pathlib import Path

import pytest

from transcript2handoff.assess import assess
from transcript2handoff.contract import parse_contract, review
from transcript2handoff.handoff import read_handoff
from transcript2handoff.locale.gather import msgids
from transcript2handoff.render import (
    BriefOptions,
    brief_html,
    brief_markdown,
    brief_print_markdown,
    contract_markdown,
)
from transcript2handoff.render.templates import Templates
from transcript2handoff.transcript import read_transcript
from transcript2handoff.words import Words

DATA = Path(__file__).parent / "data"
TRANSCRIPT = read_transcript((DATA / "2_transcript.json").read_bytes())
HANDOFF = read_handoff((DATA / "4_handoff.json").read_bytes(), [TRANSCRIPT])
GERMAN = Templates(Words.of("de"))
CONTRACT = parse_contract(
    """
title: Order form
lines:
  - {id: fee, type: price, text: Annual fee, amount: 24000, currency: EUR, per: year}
  - {id: start, type: start, text: Start of the term, date: 2027-03-01}
exclusions:
  - {id: cold, text: The cold store}
"""
)
REVIEW = review(HANDOFF, CONTRACT, None, today=None)
WRITERS = [brief_markdown, brief_html, brief_print_markdown]


def written(write, templates=GERMAN, **options):
    """A document of the golden call."""
    given = BriefOptions(templates=templates, **options)
    return write(HANDOFF, assess(HANDOFF), [TRANSCRIPT], given)


def untranslated(text):
    """Fixed words of at least three English words that stand in a German document."""
    plain = re.sub(r"<[^>]+>", " ", text)
    long = [one for one in msgids() if isinstance(one, str) and one.count(" ") >= 2]
    whole = [one for one in long if "{" not in one and "%(" not in one]
    return [one for one in whole if one in plain and GERMAN.words.catalogue.gettext(one) != one]


@pytest.mark.parametrize("write", WRITERS)
def test_no_fixed_english_words_are_left_in_a_german_brief(write):
    assert untranslated(written(write, review=REVIEW)) == []


@pytest.mark.parametrize("write", WRITERS)
def test_what_was_said_stays_as_it_was_said(write):
    text = written(write)
    for claim in HANDOFF.claims:
        assert claim.summary.split(":")[0] in text.replace("\\", "").replace("&#39;", "'")


def test_the_page_says_its_language():
    assert '<html lang="de">' in written(brief_html)
    assert '<html lang="en">' in written(brief_html, templates=Templates())


def test_days_and_states_are_german():
    text = written(brief_markdown)
    assert "Mi., 31. März 2027" in text
    assert "### Zuerst einzuhaltende Zusagen" in text
    assert "| mit Vorbehalt |" in text


def test_money_of_the_contract_is_in_the_locale_s_format():
    assert "Annual fee: 24.000 € pro Jahr" in written(brief_markdown, review=REVIEW)
    english = written(brief_markdown, templates=Templates(), review=REVIEW)
    assert "Annual fee: €24,000 per year" in english


def test_the_contract_review_is_german():
    text = contract_markdown(REVIEW, GERMAN)
    assert text.startswith("# Order form: Vertrag und Gespräche im Vergleich\n")
    headings = [line for line in text.splitlines() if line.startswith(("#", "*"))]
    assert untranslated("\n".join(headings)) == []
    assert "## Im Vertrag, aber nie besprochen" in headings


def test_the_company_decides_which_sections_come_first():
    text = written(brief_markdown, templates=Templates(), sections=("terms", "pain"))
    titles = re.findall(r"^## (\d)\. (.+)$", text, re.MULTILINE)
    assert titles[:3] == [
        ("1", "Contract specifics"),
        ("2", "Pain and context"),
        ("3", "Goals and success criteria"),
    ]
    assert len(titles) == 8
