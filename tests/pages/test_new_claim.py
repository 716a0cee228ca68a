"""The form that adds a claim: its quotes, and what it asks the API for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcript2handoff.errors import JournalError
from transcript2handoff.pages.new_claim import (
    QuoteForm,
    body_of,
    faults_of,
    inputs_of,
    new_claim_form,
    quotes_asked,
    quotes_in,
    with_room,
)

_PART = st.text(st.characters(exclude_categories=["C", "Z"]), max_size=8)
_QUOTES = st.lists(st.builds(QuoteForm, call=_PART, turn=_PART, words=_PART), max_size=20)


@given(_QUOTES)
def test_quotes_come_back_as_they_were_sent(quotes: list[QuoteForm]) -> None:
    assert quotes_in(inputs_of(quotes)) == tuple(one for one in quotes if not one.is_empty)


def test_an_address_asks_for_words_of_several_turns_of_one_call() -> None:
    assert quotes_asked(["call-1"], ["3", "4"], ["yes", "no"]) == [
        QuoteForm(call="call-1", turn="3", words="yes"),
        QuoteForm(call="call-1", turn="4", words="no"),
    ]
    assert quotes_asked([], [], []) == []


def test_there_is_always_room_for_a_quote_and_for_one_more() -> None:
    form = new_claim_form({"quote.0.call": "call-1", "quote.0.turn": "3"})
    assert with_room(form).quotes == (
        QuoteForm(call="call-1", turn="3"),
        QuoteForm(call="call-1"),
    )
    assert new_claim_form({}).quotes == (QuoteForm(),)


def test_what_is_asked_of_the_api() -> None:
    sent = {
        "kind": "stakeholder",
        "quote.0.call": "call-1",
        "quote.0.turn": "3",
        "quote.0.words": "Rob signs",
        "summary": "Rob signs",
        "name": "",
        "role": "",
        "influence": "economic_buyer",
        "present": "no",
        "why": "It was missing.",
    }
    form = new_claim_form(sent)
    assert faults_of(form, sent) == {}
    with pytest.raises(JournalError, match="a stakeholder needs a name or a role"):
        body_of(form, sent)
    body = body_of(form, {**sent, "name": "Rob"})
    assert body.fact.model_dump(exclude_none=True) == {
        "kind": "stakeholder",
        "name": "Rob",
        "influence": "economic_buyer",
        "present": False,
    }
    assert [(one.call_id, one.turn, one.quote) for one in body.quotes] == [
        ("call-1", 3, "Rob signs")
    ]


def test_half_a_quote_is_told_where_it_stands() -> None:
    sent = {"quote.0.turn": "three", "quote.0.words": "yes", "why": "It was missing."}
    faults = faults_of(new_claim_form(sent), sent)
    assert faults["quote.0"] == "Give the call, the number of the turn, and its words."
    assert faults["strength"] == "Choose one of these."
