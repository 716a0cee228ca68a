"""What a model states becomes a claim in the words and figures of the call, or none."""

import datetime
from dataclasses import replace

import pytest

from transcript2handoff.engines.openai.answers import Stated, Sure
from transcript2handoff.engines.openai.claims import Claimant, restored
from transcript2handoff.engines.openai.hearing import Hearing
from transcript2handoff.facts import Goal, Promise, Stakeholder, Term
from transcript2handoff.handoff import Citation
from transcript2handoff.policy import redact, unredacted

SAID = (
    ("S2", "We pay sixty-two thousand a year and want to be at forty."),
    ("S1", "I'll send you the security pack by Friday, dana@alder.example, right?"),
    ("S2", "Right. Our CFO at Studio 54 signs everything."),
)
PROMISE = {"strength": "firm", "type": "document", "owner": None, "due": None, "status": "open"}


def stated(kind="promise", *, turn=2, summary="Nora sends the security pack.", **fields):
    own = PROMISE if kind == "promise" else {}
    quote = " ".join(SAID[turn - 1][1].split()[:4])
    return Stated(
        kind=kind,
        citations=(Citation(turn=turn, quote=quote),),
        summary=summary,
        sure=Sure.MEDIUM,
        fields={**own, **fields},
    )


@pytest.fixture
def claimant(call, context):
    return Claimant(Hearing(unredacted(call(SAID)), context))


@pytest.mark.parametrize(
    ("words", "due"),
    [
        ("by Friday", "2026-09-18"),
        ("Friday", "2026-09-18"),
        ("end of next week", "2026-09-25"),
        ("before Friday", "before Friday"),
        ("after the pilot", "after the pilot"),
    ],
)
def test_days_are_resolved_by_our_own_rules(call, context, words, due):
    said = call((SAID[0], ("S1", f"I'll send you the security pack {words}.")))
    claimant = Claimant(Hearing(unredacted(said), context))
    assert claimant.claim(stated(due=words)).fact.due == due


@pytest.mark.parametrize("words", ["next Tuesday", "2026-12-24", "after the pilot", "", None])
def test_a_day_that_nobody_named_is_none(claimant, words):
    assert claimant.claim(stated(due=words)).fact.due is None


def test_without_a_day_of_the_call_the_words_stay(call, context):
    undated = context.model_copy(update={"call": context.call.model_copy(update={"date": None})})
    assert (
        Claimant(Hearing(unredacted(call(SAID)), undated)).claim(stated(due="by Friday")).fact.due
        == "by Friday"
    )


def test_a_summary_with_figures_that_were_said_stays(claimant):
    said = "Alder pays $62,000 a year."
    assert claimant.claim(stated("pain", turn=1, summary=said)).summary == said


@pytest.mark.parametrize(
    "summary",
    [
        "Alder pays $63,000 a year.",
        "Alder gets a 90% discount.",
        "See https://evil.example/x for more.",
        "word " * 26,
        " \u200b ",
    ],
)
def test_a_summary_that_is_not_borne_out_gives_way_to_the_quote(claimant, summary):
    claim = claimant.claim(stated("pain", turn=1, summary=summary))
    assert claim.summary == "Tomas Reyes: “We pay sixty-two thousand.”"


def test_fields_that_were_not_said_are_left_out(claimant):
    fields = {"metric": "cost a year", "baseline": "62k", "target": "35k", "deadline": None}
    fact = claimant.claim(stated("goal", turn=1, **fields)).fact
    assert fact == Goal(metric="cost a year", baseline="62k")


def test_a_term_keeps_at_least_the_quote(claimant):
    fact = claimant.claim(stated("term", turn=1, type="price", value="$99")).fact
    assert fact == Term(type="price", value="We pay sixty-two thousand")


def test_what_makes_no_fact_is_told(claimant):
    nobody = {"name": None, "role": "", "influence": "unknown", "present": False}
    told = claimant.claim(stated("stakeholder", turn=3, **nobody))
    assert told.startswith("a stakeholder in turn 3: ")
    assert "needs a name or a role" in told


def test_figures_in_names_are_names(claimant):
    fields = {"name": "Studio 54", "role": None, "influence": "unknown", "present": False}
    assert isinstance(claimant.claim(stated("stakeholder", turn=3, **fields)).fact, Stakeholder)


def test_a_turn_that_does_not_exist_is_no_trouble_here(claimant):
    nowhere = (Citation(turn=999, quote="77 packs"),)
    wild = replace(stated(summary="Nora sends 77 packs."), citations=nowhere)
    assert claimant.claim(wild).summary == "“77 packs.”"


def test_hidden_words_come_back_everywhere(call, context):
    projection = redact(call(SAID))
    mark = next(iter(projection.originals))
    hidden = stated(summary=f"Nora writes to {mark}.", owner=None, due=f"by {mark}")
    claim = Claimant(Hearing(projection, context)).claim(hidden)
    shown = restored(claim, projection)
    assert shown.summary == "Nora writes to dana@alder.example."
    assert isinstance(shown.fact, Promise)
    assert shown.fact.due == "by dana@alder.example"


def test_confidence_follows_the_models_own_word(claimant):
    assert claimant.claim(stated()).confidence == 0.7


def test_the_day_of_the_call_is_what_days_are_counted_from(call, context):
    later = context.call.model_copy(update={"date": datetime.date(2026, 9, 21)})
    moved = context.model_copy(update={"call": later})
    assert (
        Claimant(Hearing(unredacted(call(SAID)), moved)).claim(stated(due="by Friday")).fact.due
        == "2026-09-25"
    )


def test_the_number_of_a_placeholder_is_no_figure(call, context):
    claimant = Claimant(Hearing(redact(call(SAID)), context))
    assert claimant.claim(stated(summary="Nora sends 1 pack.")).summary.startswith("Nora Lindqvist")
