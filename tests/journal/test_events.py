"""An event that says nothing, or what does not fit, cannot be constructed."""

import datetime

import pytest
from pydantic import ValidationError

from transcript2handoff.errors import JournalError
from transcript2handoff.facts import Pain
from transcript2handoff.journal import (
    Change,
    Confirmed,
    Edited,
    NewClaim,
    OutcomeTold,
    parse_event,
    to_line,
)

AT = datetime.datetime(2026, 4, 3, 9, tzinfo=datetime.UTC)
DANA = {"by": "Dana Roe", "at": AT}


def edited(**changes: object) -> Edited:
    told = {name: Change(was=None, now=now) for name, now in changes.items()}
    return Edited(claim_id="promise-1", kind="promise", changes=told, **DANA)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"due": "May", "status": "maybe"}, "status: Input should be 'open'"),
        ({"metric": "days"}, "a promise has no field 'metric'"),
        ({"kind": "goal"}, "a promise has no field 'kind'"),
        ({"summary": " "}, "summary: String should have at least 1 character"),
        ({"summary": " padded "}, "is not written as the field holds it"),
        ({}, "at least 1 item"),
    ],
)
def test_an_edit_fits_the_kind_of_its_claim(changes, message):
    with pytest.raises(ValidationError, match=message):
        edited(**changes)


def test_an_edit_may_empty_a_field():
    assert edited(due=None).changes["due"].now is None


def test_a_new_claim_needs_evidence():
    with pytest.raises(ValidationError, match="at least 1 item"):
        NewClaim(id="pain-1", summary="Slow.", fact=Pain(), evidence=())


@pytest.mark.parametrize(
    "signature",
    [{"by": " ", "at": AT}, {"by": "Dana Roe", "at": AT.replace(tzinfo=None)}, {"at": AT}],
    ids=["no name", "no time zone", "nobody"],
)
def test_an_event_is_signed(signature):
    with pytest.raises(ValidationError):
        Confirmed(claim_id="promise-1", kind="promise", **signature)


def test_an_outcome_is_one_of_three():
    with pytest.raises(ValidationError, match="'kept', 'late' or 'impossible'"):
        OutcomeTold(claim_id="promise-1", outcome="done", **DANA)


def test_a_line_is_read_as_it_was_written():
    event = edited(summary="Zeile eins\nZeile zwei: „Ja“", due="May")
    line = to_line(event)
    assert line.count("\n") == 1
    assert parse_event(line) == event


def test_a_typing_mistake_in_a_line_is_heard():
    line = to_line(edited(due="May")).replace('"claim_id"', '"claim"')
    with pytest.raises(JournalError, match=r"the event is no event of schema version 1: .*claim"):
        parse_event(line)
