"""The question sheet: why each question matters, its proof, its id, and space for the answer."""

import datetime
from typing import get_args

from markdown_it import MarkdownIt

from transcript2handoff.assess.question import Sort
from transcript2handoff.company import Company, Member
from transcript2handoff.documents.question_sheet import MATTERS, asked_questions, question_sheet
from transcript2handoff.facts import Promise
from transcript2handoff.handoff import Answer, StatementEvidence


def _tables(markdown):
    """How many cells the rows of each table have."""
    tokens = MarkdownIt("gfm-like", {"linkify": False}).parse(markdown)
    tables = []
    for token in tokens:
        if token.type == "table_open":
            tables.append([])
        elif token.type == "tr_open":
            tables[-1].append(0)
        elif token.type in ("th_open", "td_open"):
            tables[-1][-1] += 1
    return tables


def test_a_hedged_promise_is_asked_about_with_its_words(talk):
    fact = Promise(strength="hedged", type="feature", due="2027-02-01")
    talk.hear("Ana Reyes", "SSO should be there in February.", fact)
    ana = Member(name="Ana Reyes", role="account_executive")
    sheet = question_sheet(talk.inside(company=Company(team=(ana,))))

    assert sheet.startswith("# Questions to the account executive: Alder Freight\n\nTo Ana Reyes.")
    assert "The customer remembers the promise, not the hedge." in sheet
    assert "- Ana Reyes, Brightloop, turn 1, 0:00: “SSO should be there in February.”" in sheet
    assert "Answer (hedged:promise-1)" in sheet


def test_each_question_has_its_id_once_and_a_table_to_write_in(harborline):
    sheet = question_sheet(harborline)

    questions = asked_questions(harborline)
    assert len(questions) == len(harborline.assessment.questions) > 0
    for question in questions:
        assert sheet.count(f"({question.id})") == 1
    assert _tables(sheet) == [[2, 2, 2]] * len(questions)


def test_a_question_about_silence_says_that_there_are_no_words(talk):
    talk.say("alder-1", "Ana Reyes", "Hello.")
    inside = talk.inside()

    sheet = question_sheet(inside)

    assert sheet.count("*The calls say nothing about it.*") == len(inside.assessment.questions)


def test_what_was_answered_is_not_asked_again(talk):
    fact = Promise(strength="hedged", type="feature", owner="Ana Reyes", due="2027-02-01")
    talk.hear("Ana Reyes", "SSO should be there.", fact)
    answer = Answer(
        question_id="hedged:promise-1",
        question="Is it confirmed?",
        evidence=StatementEvidence(
            person="Ana Reyes",
            at=datetime.datetime(2026, 10, 2, 9, 0, tzinfo=datetime.UTC),
            words="Yes, in writing.",
            question_id="hedged:promise-1",
        ),
    )
    sheet = question_sheet(talk.inside(answers=(answer,)))

    assert "(hedged:promise-1)" not in sheet
    assert "- **Is it confirmed?**\n  - Ana Reyes, Fri 2 Oct 2026: “Yes, in writing.”" in sheet


def test_every_sort_of_question_says_why_it_matters():
    assert set(MATTERS) == set(get_args(Sort))
