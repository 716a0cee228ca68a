"""The parts of a brief that not every deal has, in the language of the company."""

from dataclasses import replace
from pathlib import Path

import pytest

from transcript2handoff.assess import assess
from transcript2handoff.handoff import Answer, Contradiction, StatementEvidence, read_handoff
from transcript2handoff.pages.briefs import BriefPage
from transcript2handoff.pages.frame import environment
from transcript2handoff.render.around import NOT_ON_A_CALL, scenes
from transcript2handoff.render.brief import build_brief
from transcript2handoff.render.options import BriefOptions
from transcript2handoff.render.proofs import Proofs, heard_calls
from transcript2handoff.render.templates import Templates
from transcript2handoff.transcript import read_transcript
from transcript2handoff.words import Words, message

DATA = Path(__file__).parents[1] / "render" / "data"
SAID = StatementEvidence(
    person="Ines Duarte", at="2027-01-20T10:00:00Z", words="Forty <seats>.", question_id="q1"
)


@pytest.fixture
def golden():
    """A handoff with an answer and a contradiction, and its transcript."""
    transcript = read_transcript((DATA / "2_transcript.json").read_bytes())
    handoff = read_handoff((DATA / "4_handoff.json").read_bytes(), [transcript])
    clash = Contradiction(
        claims=(handoff.claims[0].id, handoff.claims[1].id), about=message("the price")
    )
    answer = Answer(question_id="q1", question="How many seats?", evidence=SAID)
    more = {"contradictions": (clash,), "answers": (answer,)}
    return handoff.model_copy(update=more), transcript


def page_of(handoff, transcript, language):
    words = Words.of(language)
    options = BriefOptions(
        audio={transcript.call_id: "/v1/calls/call-1/audio"}, templates=Templates(words)
    )
    calls = heard_calls(handoff, [transcript], options)
    proofs = Proofs(deal=handoff.deal, calls=calls, words=words)
    page = BriefPage(
        deal_id="deal-1",
        edition="1-0",
        brief=build_brief(handoff, assess(handoff), [transcript], options),
        scenes={claim.id: scenes(claim, proofs) for claim in handoff.claims},
        call_ids={transcript.call_id: "call-1"},
        tracks=(),
    )
    said = {
        "_": words.catalogue.gettext,
        "say": words.shown,
        "not_on_a_call": words.say(NOT_ON_A_CALL),
        "summary": "",
    }
    return page, said


def shown(name, page, said, **values):
    template = environment().get_template(f"{name}.html.jinja")
    return template.render(page=page, brief=page.brief, **said, **values)


def test_an_answer_is_marked_as_not_said_on_a_call(golden):
    text = shown("brief_rest", *page_of(*golden, "en"))
    answers = text.partition('id="answers"')[2].partition("</section>")[0]
    assert "How many seats?" in answers
    assert "Forty &lt;seats&gt;." in answers
    assert "not said on a call" in answers
    assert 'a class="play"' not in answers


def test_both_sides_of_a_contradiction_are_shown_with_their_words(golden):
    page, said = page_of(*golden, "en")
    clash = shown("brief_rest", page, said).partition('id="contradictions"')[2]
    clash = clash.partition("</section>")[0]
    assert "the price" in clash
    assert clash.count("<mark>") >= 2
    assert clash.count('class="play"') == 2
    for claim in golden[0].claims[:2]:
        assert f'href="#claim-{claim.id}"' in clash


def test_what_was_rejected_stands_at_the_end(golden):
    page, said = page_of(*golden, "en")
    text = shown("brief_rest", page, said)
    assert golden[0].rejected, "the golden handoff has some"
    rejected = text.partition('id="rejected"')[2]
    assert all(one.claim.summary.split("<")[0] in rejected for one in golden[0].rejected)


def test_fixed_words_are_those_of_the_company_s_language(golden):
    page, said = page_of(*golden, "de")
    section = next(one for one in page.brief.sections if one.anchor == "commitments")
    text = shown("brief_section", page, said, section=section)
    assert "Zusagen" in text
    assert "Promises" not in text
    assert "nicht in einem Gespräch gesagt" in shown("brief_rest", page, said)


def test_every_claim_has_its_line_and_is_found_by_its_id(golden):
    page, said = page_of(*golden, "en")
    text = "".join(
        shown("brief_section", page, said, section=section) for section in page.brief.sections
    )
    for claim in golden[0].claims:
        assert text.count(f'id="claim-{claim.id}"') == 1
        assert page.row(claim.id).claim_id == claim.id
    assert page.row("nothing") is None


def test_for_a_reader_without_an_account_nothing_leads_into_the_service(golden):
    page, said = page_of(*golden, "en")
    theirs = replace(page, deal_id="", call_ids={})
    text = shown("brief_rest", theirs, said) + "".join(
        shown("brief_section", theirs, said, section=section) for section in page.brief.sections
    )
    assert "/deals/" not in text
