"""Quotes that follow their words through corrections."""

import pytest

from tests.corrections.calling import call, signed
from tests.corrections.test_laws import by_id, claimed
from transcript2handoff.corrections import Who, making
from transcript2handoff.corrections.carrying import Way
from transcript2handoff.corrections.handoffs import carried, carried_known, is_same_call
from transcript2handoff.ground.identity import KnownClaim
from transcript2handoff.transcript import Span

BEFORE = "We will ship the Zen desk link by May, for sure."


@pytest.mark.parametrize(
    ("quote", "was", "now", "there"),
    [
        ("ship the Zen desk link", "Zen desk", "Zendesk", "ship the Zendesk link"),
        ("Zen desk", "Zen desk", "Zendesk", "Zendesk"),
        ("desk link", "Zen desk", "Zendesk", "Zendesk link"),
        ("by May", "May", "March", "by March"),
        ("by May, for sure.", "sure.", "sure!", "by May, for sure!"),
        ("We will", "We", "They", "They will"),
        ("for sure", "May, for sure", "May", "May"),
        (BEFORE, BEFORE, "No.", "No."),
        ("ip the Ze", "desk", "table", "ip the Ze"),
    ],
)
def test_a_quote_goes_to_the_words_that_stand_for_its_own(quote, was, now, there):
    begin, after = BEFORE.index(quote), BEFORE.replace(was, now)
    span = Way(BEFORE, after).carried(Span(begin, begin + len(quote)))
    assert after[span.begin : span.end] == there


def test_a_call_is_the_same_while_its_turns_are():
    heard = call()
    shorter = heard.model_copy(update={"turns": heard.turns[:-1]})
    other = heard.model_copy(update={"call_id": "acme-2"})
    assert is_same_call(heard, heard.model_copy(update={"speakers": ()}))
    assert not is_same_call(heard, shorter)
    assert not is_same_call(heard, other)


def test_what_is_known_of_another_call_or_of_a_turn_that_is_gone_stays():
    heard = call()
    pieces = (
        {"call_id": "acme-2", "turn": 1, "quote": "We will"},
        {"call_id": "acme-1", "turn": 99, "quote": "We will"},
        {"call_id": "acme-1", "turn": 1, "quote": "They will"},
        {},
    )
    known = KnownClaim.model_validate(
        {"id": "x", "summary": "x", "fact": {"kind": "risk"}, "evidence": pieces}
    )
    assert carried_known(known, heard, heard) == known


def owners(desk):
    """Who owes the two promises of the first voice, after the corrections."""
    told = carried(claimed(desk.heard), by_id(desk.heard), by_id(desk.now))
    return [claim.fact.owner for claim in told.of_kind("promise")]


def test_who_owes_something_follows_the_voice_that_promised_it(desk):
    assert owners(desk) == ["Ann Lee", "Ann Lee"]
    desk.add(making.speaker_changed(desk.proof, "S1", Who(name="Bo Ray"), signed()))
    desk.add(making.speaker_changed(desk.proof, "S2", Who(name="Ann Lee"), signed()))
    assert owners(desk) == ["Bo Ray", "Bo Ray"]
    desk.add(making.turn_moved(desk.proof, 3, "S2", signed()))
    assert owners(desk) == ["Bo Ray", "Ann Lee"]
    desk.add(making.speaker_changed(desk.proof, "S1", Who(name=""), signed()))
    assert owners(desk) == [None, "Ann Lee"]


def test_somebody_whom_others_named_is_found_under_the_new_name(desk):
    told = claimed(desk.heard)
    claim = told.of_kind("promise")[0]
    owed = claim.model_copy(update={"fact": claim.fact.model_copy(update={"owner": "Bo Ray"})})
    told = told.model_copy(update={"claims": (owed,)})
    desk.add(making.speaker_changed(desk.proof, "S2", Who(name="Beau Ray"), signed()))
    (now,) = carried(told, by_id(desk.heard), by_id(desk.now)).claims
    assert now.fact.owner == "Beau Ray"
