import re
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from transcript2handoff.deal import Call, DealContext
from transcript2handoff.engines.local import LocalEngine, Recall
from transcript2handoff.engines.local.finder import Candidate
from transcript2handoff.errors import EmptyTranscriptError, ExtractionRefusedError
from transcript2handoff.handoff import Window
from transcript2handoff.transcript import Speaker, Transcript, Turn

INES, MAREK, PRIYA, OLU = "Ines Halloran", "Marek Dvorak", "Priya Raman", "Olu Bankole"
CALL = (
    (INES, "Morning Priya, thanks for making the time. What happens today when a load is late?"),
    (PRIYA, "Honestly, nobody knows until the customer calls. We lose about forty loads a month."),
    (INES, "And what would success look like?"),
    (PRIYA, "If late loads went from twelve percent to five by Christmas I'd be happy."),
    (OLU, "We're on SAP and single sign-on has to go through Okta."),
    (MAREK, "Okta is fine. The on-premises version we don't support."),
    (PRIYA, "The price worries me, that's twice what we pay now."),
    (INES, "I can waive the setup fee if you sign by the thirtieth."),
    (PRIYA, "Okay, that works. Our CFO, Dana Whitfield, signs anything over fifty thousand."),
    (INES, "I'll send you the security summary by Friday."),
    (OLU, "I'll get you our questionnaire tomorrow."),
    (INES, "Shall we meet again on Thursday the twenty-fourth at ten?"),
    (PRIYA, "Thursday works."),
)


def test_every_quote_stands_in_its_turn_and_all_turns_are_read(engine, talk, context):
    transcript = talk(*CALL)
    draft = engine.extract(transcript, context)
    assert draft.coverage == (Window(first=1, last=len(CALL)),)
    assert draft.provenance.engine == "local"
    assert re.fullmatch(
        r"reader [0-9a-f]{12}, balanced, en_core_web_sm 3\.8\.0", draft.provenance.model
    )
    for claim in draft.claims:
        assert len(claim.summary.split()) <= 25
        assert 0 < claim.confidence < 1
        for citation in claim.citations:
            assert citation.quote in transcript.turn(citation.turn).text


@pytest.mark.parametrize(
    ("kind", "turn"),
    [
        ("pain", 2),
        ("goal", 4),
        ("requirement", 5),
        ("exclusion", 6),
        ("objection", 7),
        ("promise", 10),
        ("term", 9),
        ("customer_commitment", 11),
        ("next_step", 12),
    ],
)
def test_a_plain_call_gives_its_facts(engine, talk, context, kind, turn):
    draft = engine.extract(talk(*CALL), context)
    assert turn in [claim.citations[0].turn for claim in draft.claims if claim.kind == kind]


def test_people_on_the_call_and_people_named(engine, talk, context):
    draft = engine.extract(talk(*CALL), context)
    people = {c.fact.name: c.fact for c in draft.claims if c.kind == "stakeholder"}
    assert people[PRIYA].present
    assert people[PRIYA].role == "Head of Operations"
    assert people["Dana Whitfield"].influence == "economic_buyer"
    assert not people["Dana Whitfield"].present
    assert INES not in people


def test_the_same_call_gives_the_same_draft(engine, talk, context):
    assert engine.extract(talk(*CALL), context) == engine.extract(talk(*CALL), context)


def test_no_turns_is_an_error_that_names_the_call(engine):
    with pytest.raises(EmptyTranscriptError, match="call-9"):
        engine.extract(Transcript(call_id="call-9"), DealContext(call=Call(id="call-9")))


def test_one_word_is_a_call_without_facts(engine, talk, context):
    assert engine.extract(talk((INES, "Hello?")), context).claims == ()


def test_a_language_that_the_recogniser_found_is_refused_by_name(engine, talk, context):
    with pytest.raises(ExtractionRefusedError, match=r"German.*translate it"):
        engine.extract(talk(*CALL, language="de"), context)


@pytest.mark.parametrize("language", [None, "en", "en-GB"])
def test_english_passes(engine, talk, context, language):
    assert engine.extract(talk(*CALL, language=language), context).claims


def test_another_finder_takes_the_place_of_the_model(talk, context):
    class FirstSentence:
        name = "first sentence"

        def find(self, reading):
            yield Candidate(kind="risk", sentence=reading.sentences[0], confidence=0.7)

    draft = LocalEngine(finder=FirstSentence()).extract(talk(*CALL), context)
    assert [(c.kind, c.citations[0].turn, c.confidence) for c in draft.claims] == [("risk", 1, 0.7)]


def test_promises_of_unknown_voices_are_found_by_what_is_said(engine, context):
    unknown = Transcript(
        call_id="call-1", turns=tuple(Turn(n=n, text=text) for n, (_, text) in enumerate(CALL, 1))
    )
    promises = [c for c in engine.extract(unknown, context).claims if c.kind == "promise"]
    assert 10 in [claim.citations[0].turn for claim in promises]
    assert {claim.fact.owner for claim in promises} == {None}


def test_high_recall_keeps_all_that_is_kept_and_more(engine, talk, context):
    high = LocalEngine(recall=Recall.HIGH).extract(talk(*CALL), context).claims
    balanced = engine.extract(talk(*CALL), context).claims
    assert len(high) > len(balanced)
    for kind in ("promise", "customer_commitment", "exclusion"):
        kept = {c.citations[0].turn for c in high if c.kind == kind}
        assert {c.citations[0].turn for c in balanced if c.kind == kind} <= kept


@settings(deadline=None, max_examples=30, suppress_health_check=list(HealthCheck))
@given(st.lists(st.text(max_size=120), min_size=1, max_size=6))
def test_whatever_is_said_quotes_stay_verbatim(engine, talk, context, texts):
    said = ((INES if n % 2 else PRIYA, text) for n, text in enumerate(texts))
    # Random letters may look like any language; another one would be refused before it is read.
    transcript = talk(*said, language="en")
    for claim in engine.extract(transcript, context).claims:
        for citation in claim.citations:
            assert citation.quote
            assert citation.quote in transcript.turn(citation.turn).text


def test_odd_characters_keep_quotes_verbatim(engine, talk, context):
    said = "I\u2019ll send you the \u200bI\u0307stanbul report \u202bשלום\u202c by Friday."
    (claim,) = engine.extract(talk((INES, said)), context).claims
    assert claim.citations[0].quote in said
    assert claim.fact.due == "2026-09-18"


@pytest.mark.slow
def test_ten_thousand_turns_take_time_in_proportion(engine, context):
    def long_call(turns):
        return Transcript(
            call_id="long",
            speakers=(
                Speaker(id="S1", name=INES, side="seller"),
                Speaker(id="S2", name=PRIYA, side="customer"),
            ),
            turns=tuple(
                Turn(n=n, speaker="S1" if CALL[n % 13][0] in (INES, MAREK) else "S2",
                     text=f"{CALL[n % 13][1]} That was point {n}.")
                for n in range(1, turns + 1)
            ),
        )  # fmt: skip

    def seconds(turns):
        begin = time.process_time()
        assert engine.extract(long_call(turns), context).coverage[0].last == turns
        return time.process_time() - begin

    seconds(100)
    assert seconds(10_000) < 8 * seconds(2_500)
