"""The CRM note: within its limit, whole lines alone, and nothing lost without being counted."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcript2handoff.documents.crm_note import LIMIT, crm_note
from transcript2handoff.facts import Exclusion, Goal, Promise, Risk, Stakeholder

TITLES = (
    "What we owe",
    "What we said we will not do",
    "What they want",
    "Risks and unanswered objections",
    "People",
    "Questions to the account executive",
)


def _sections(note):
    """The lines of each section by its title."""
    _head, *parts = note.strip().split("\n\n")
    return {part.split("\n")[0]: part.split("\n")[1:] for part in parts}


def test_a_whole_note(talk):
    fact = Promise(strength="hedged", type="feature", owner="Sam Osei", due="2026-10-01")
    talk.hear("Ana Reyes", "SSO should be there in October.", fact)
    talk.hear("Ana Reyes", "We don't do customs.", Exclusion())
    talk.hear("Lena Koch", "Four minutes an entry by May.", Goal(target="4", deadline="May"))
    talk.hear("Lena Koch", "The planners hate change.", Risk())
    talk.hear("Lena Koch", "Shaky.", Risk(), confidence=0.2)
    person = Stakeholder(name="Kai Lund", role="CFO", influence="economic_buyer", present=False)
    talk.hear("Lena Koch", "Kai signs.", person)

    note = crm_note(talk.inside())

    sections = _sections(note)
    assert note.startswith("Handoff: Alder Freight\nNot ready")
    assert re.search(r"\(readiness \d+ of 100\)", note)
    assert tuple(sections) == TITLES
    assert sections["What we owe"] == [
        "- SSO should be there in October. (hedged, due Thu 1 Oct 2026) [Ana Reyes, 0:00]"
    ]
    assert sections["Risks and unanswered objections"] == [
        "- The planners hate change. [Lena Koch, 0:30]"
    ]
    assert sections["People"] == ["- Kai Lund (decides about money) [Lena Koch, 0:50]"]


def test_an_empty_deal_says_so_in_every_section(talk):
    talk.say("alder-1", "Ana Reyes", "Hello.")

    sections = _sections(crm_note(talk.inside()))

    assert sections["What we owe"] == ["- Nothing is owed."]
    assert sections["People"] == ["- Not discussed."]
    assert all(sections.values())


def test_what_is_weakly_supported_is_no_silence(talk):
    talk.hear("Lena Koch", "Shaky.", Risk(), confidence=0.2)
    talk.hear("Ana Reyes", "Hm.", Promise(strength="firm", type="support"), confidence=0.2)

    sections = _sections(crm_note(talk.inside()))

    weak = ["- Only weakly supported: see the kickoff brief."]
    assert sections["Risks and unanswered objections"] == weak
    assert sections["What we owe"] == weak


def test_a_whole_deal_fits(harborline):
    whole = _sections(crm_note(harborline, limit=100_000))
    note = crm_note(harborline)
    cut = _sections(note)

    assert len(note) <= LIMIT
    for title, lines in cut.items():
        more = re.fullmatch(r"- and (\d+) more", lines[-1])
        kept = lines[:-1] if more else lines
        assert kept == whole[title][: len(kept)]
        assert len(kept) + (int(more[1]) if more else 0) == len(whole[title])
        assert kept


@given(limit=st.integers(300, 4000))
def test_no_limit_is_exceeded_and_no_line_is_cut(harborline, limit):
    whole = set(crm_note(harborline, limit=100_000).split("\n"))
    note = crm_note(harborline, limit=limit)

    for line in note.split("\n"):
        assert line in whole or re.fullmatch(r"- and \d+ more", line)
    assert len(note) <= max(limit, 400)


@pytest.mark.parametrize("text", ["a\nb", "line\u2028end\r\n\tof it"])
def test_no_summary_begins_a_line_of_its_own(talk, text):
    place = talk.say("alder-1", "Lena Koch", "So.")
    talk.claim(place, Risk(), text)

    lines = _sections(crm_note(talk.inside()))["Risks and unanswered objections"]

    assert lines == [f"- {' '.join(text.split())} [Lena Koch, 0:00]"]
