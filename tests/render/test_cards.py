"""The first pages of a brief: what stands on which card, and what is kept off them."""

import datetime
import re
from pathlib import Path

import pytest

from transcript2handoff.assess import assess
from transcript2handoff.contract import parse_contract, review
from transcript2handoff.deal import Deal, Participant
from transcript2handoff.facts import Objection, Promise, Requirement, Term
from transcript2handoff.handoff import (
    Answer,
    Claim,
    Review,
    StatementEvidence,
    read_handoff,
    spoken_evidence,
)
from transcript2handoff.render import (
    BriefOptions,
    brief_html,
    brief_markdown,
    brief_print_markdown,
)
from transcript2handoff.transcript import Span, read_transcript

DATA = Path(__file__).parent / "data"
TRANSCRIPT = read_transcript((DATA / "2_transcript.json").read_bytes())
HANDOFF = read_handoff((DATA / "4_handoff.json").read_bytes(), [TRANSCRIPT])
NOON = datetime.datetime(2027, 2, 1, 12, tzinfo=datetime.UTC)
CONTRACT = parse_contract(
    """
lines:
  - {id: fee, type: price, text: Annual fee, amount: 31000, currency: EUR, per: year}
  - {id: live, type: deliverable, text: Go-live of the warehouse, date: 2027-03-01}
exclusions:
  - {id: cold, text: Counting in the car park}
"""
)


def claim(fact, summary, *, id_="new", confidence=0.9, turn=1):
    """A claim that the whole of a turn proves."""
    said = TRANSCRIPT.turn(turn)
    evidence = spoken_evidence(TRANSCRIPT, turn, Span(0, len(said.text)), match="exact")
    return Claim.model_validate(
        {
            "id": id_,
            "summary": summary,
            "fact": fact,
            "evidence": (evidence,),
            "confidence": confidence,
        },
        context={"transcripts": {TRANSCRIPT.call_id: TRANSCRIPT}},
    )


def with_claims(*claims):
    return HANDOFF.model_copy(update={"claims": (*HANDOFF.claims, *claims)})


def brief(handoff=HANDOFF, write=brief_markdown, **options):
    return write(handoff, assess(handoff), [TRANSCRIPT], BriefOptions(**options))


def card(title, handoff=HANDOFF, **options):
    """The lines of a card."""
    text = brief(handoff, **options).replace("\\", "")
    return text.split(f"### {title}\n\n")[1].split("\n\n")[0]


def test_the_score_stands_beside_the_verdict():
    score = assess(HANDOFF).score
    assert f"**Ask the account executive first** · Readiness {score} of 100" in brief()
    assert f"Readiness {score} of 100" in brief(write=brief_html)


def test_promises_that_ended_have_a_card_of_their_own():
    lines = card("Promises that changed or ended")
    assert "**Withdrawn:** Ines trains the night shift." in lines
    assert "**Done:** Ines sends the data sheet." in lines
    assert "Ines trains the night shift." not in card("Promises to keep first")


@pytest.mark.parametrize(
    "words",
    [
        "Nothing in the warehouse may change in December.",
        "There is a freeze from October to January.",
        "Maintenance on a Sunday would stop the late shift.",
    ],
)
def test_times_in_which_nothing_may_change_stand_together(words):
    told = with_claims(claim(Requirement(), words))
    assert words in card("Times when nothing may change or be down", told)


def test_other_requirements_do_not_stand_among_these_times():
    told = with_claims(claim(Requirement(), "All scanners are green."))
    title = "Times when nothing may change or be down"
    assert card(title, told) == "- *None was heard. Ask the customer.*"


def test_a_firm_price_does_not_hide_length_and_payment():
    prices = [
        claim(Term(type="price", value=f"{n} euros"), f"Price {n}.", id_=f"p{n}") for n in range(9)
    ]
    length = claim(Term(type="length", value="two years"), "Two years.", confidence=0.6)
    lines = card("Money and terms", with_claims(*prices, length))
    assert "**Length:** two years" in lines


def test_go_live_stands_first_among_the_dates():
    promise = Promise(strength="conditional", type="commercial", due="2029-01-01")
    told = with_claims(claim(promise, "If you sign by May, you're live on 1 January 2029."))
    lines = card("Go-live and other dates", told).splitlines()
    assert "Go-live six weeks after signature" in "".join(lines[:2])
    assert "1 January 2029" in "".join(lines[:2])


def test_a_summary_that_was_cut_short_is_told_in_the_words_themselves():
    promise = Promise(strength="firm", type="support", due="2028-01-01")
    told = with_claims(claim(promise, "Somebody said something…"))
    lines = card("Promises to keep first", told)
    assert TRANSCRIPT.turn(1).text in lines
    assert "something…" not in lines


def test_what_fell_due_before_the_last_call_says_so():
    promise = Promise(strength="firm", type="document", due="2020-01-01")
    assert "was due before the last call" in card(
        "Promises to keep first", with_claims(claim(promise, "Ines sends a map."))
    )
    assert "was due before" not in card("Promises to keep first")


def test_the_contract_stands_before_what_is_only_on_the_table():
    signed = review(HANDOFF, CONTRACT, None, today=None)
    assert card("Money and terms as signed", review=signed) == (
        "- **Price:** Annual fee: €31,000 per year"
    )
    said = card("Money and terms as said", review=signed)
    assert "**Price, contradicts the contract:** twenty-four thousand a year" in said
    dates = card("Go-live and other dates", review=signed)
    assert dates.startswith("- **Signed:** Go-live of the warehouse: Mon 1 Mar 2027")
    refused = card("What we will not do, or do not include", review=signed)
    assert refused.startswith("- **Signed:** Counting in the car park")
    for text in (brief(review=signed), brief(write=brief_html, review=signed)):
        assert "What was signed" in text
        assert "never talked about" in text
        assert "not in the contract" in text


def test_of_a_person_it_is_said_how_much_doubt_was_heard():
    doubts = [
        claim(Objection(topic="price", status=status), f"Doubt {n}.", id_=f"d{n}", turn=4)
        for n, status in enumerate(("open", "addressed"))
    ]
    who = "Jonas Adler, Warehouse Lead"
    assert f"{who} *(1 objection without an answer)*" in card("Who matters", with_claims(*doubts))
    answered = with_claims(doubts[1])
    assert f"{who} *(1 objection, answered)*" in card("Who matters", answered)
    assert f"{who} (Jonas Adler" in card("Who matters")


def test_without_a_contract_nothing_is_called_signed():
    assert "Signed:" not in brief()
    assert "What was signed" not in brief(write=brief_html)


def test_questions_go_to_the_account_executive_by_name():
    who = Participant(name="Ines Duarte", side="seller", title="Account Executive")
    deal = HANDOFF.deal.model_copy(update={"participants": (who,)})
    told = HANDOFF.model_copy(update={"deal": deal})
    assert "I think" in card("Ask Ines Duarte first", told)
    nobody = HANDOFF.model_copy(update={"deal": Deal(deal="alder")})
    assert "I think" in card("Ask the account executive first", nobody)


def test_answers_after_the_calls_are_shown_with_who_gave_them():
    words = StatementEvidence(person="Ines Duarte", at=NOON, words="Product says May.")
    answer = Answer(question_id="q1", question="When do scanners work?", evidence=words)
    told = HANDOFF.model_copy(update={"answers": (answer,)})
    assert (
        card("Answered after the calls", told) == "- **When do scanners work?:** Product says May."
    )
    for text in (brief(told), brief(told, brief_html)):
        assert "When do scanners work?" in text
        assert "asked after the call, Mon 1 Feb 2027" in text


@pytest.mark.parametrize(
    ("action", "said"),
    [
        ("confirmed", "confirmed by Dara Oyelaran, Mon 1 Feb 2027"),
        ("edited", "changed by Dara Oyelaran, Mon 1 Feb 2027"),
        ("added", "added by Dara Oyelaran, Mon 1 Feb 2027"),
    ],
)
def test_a_line_says_who_has_looked_at_it(action, said):
    looked = Review(action=action, by="Dara Oyelaran", at=NOON)
    claims = tuple(each.model_copy(update={"review": looked}) for each in HANDOFF.claims)
    told = HANDOFF.model_copy(update={"claims": claims})
    for text in (brief(told), brief(told, brief_html), brief(told, brief_print_markdown)):
        assert text.count(said) == len(claims)


def test_what_came_of_a_promise_stands_in_place_of_its_state():
    claims = tuple(
        each.model_copy(update={"outcome": "late"}) if each.kind == "promise" else each
        for each in HANDOFF.claims
    )
    told = HANDOFF.model_copy(update={"claims": claims})
    assert brief(told).count("| kept late |") == len(HANDOFF.of_kind("promise"))
    assert card("Promises to keep first", told) == "- *No other promise is open.*"


def test_on_paper_the_body_is_the_same_without_transcripts_and_links_to_them():
    text = brief(write=brief_print_markdown, audio={"alder-1": "call.opus"})
    assert "Transcript:" not in text
    assert "call.opus" not in text
    assert "#call-" not in text
    assert "<br>" not in text
    for each in HANDOFF.claims:
        for evidence in each.spoken:
            assert evidence.quote in text.replace("\\", "").replace("&#124;", "|").replace(
                "&lt;", "<"
            ).replace("&gt;", ">")


def test_on_paper_nothing_is_a_link_and_no_table_is_wide():
    text = brief(with_claims(claim(Requirement(), "A frozen lake.")), brief_print_markdown)
    assert re.findall(r"<a id=|\]\(", text) == []
    rows = [line for line in text.splitlines() if line.startswith("| ---")]
    assert rows
    assert all(row.count("|") - 1 <= 5 for row in rows)


@pytest.mark.parametrize("write", [brief_markdown, brief_html])
def test_on_a_screen_every_link_within_the_brief_leads_somewhere(write):
    text = brief(write=write)
    anchors = set(re.findall(r'\bid="([^"]+)"', text))
    links = set(re.findall(r'(?:\]\(|href=")#([^)"]+)', text))
    assert links
    assert links <= anchors
