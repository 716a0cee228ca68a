"""What people take back, and what stands by their word alone."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.journal.test_laws import ADDED, some
from transcript2handoff.corrections.handoffs import carried
from transcript2handoff.errors import JournalError
from transcript2handoff.facts import Promise
from transcript2handoff.journal import (
    Added,
    Confirmed,
    Desk,
    Rejected,
    Signature,
    Undone,
    claims_of,
    making,
    parse_event,
    standing,
    taken_back,
    to_line,
)
from transcript2handoff.journal.keeping import vouched, with_vouched
from transcript2handoff.journal.notices import noted_line
from transcript2handoff.transcript import Transcript


@pytest.fixture
def dana(acme):
    return Signature(by="Dana Roe", at=acme_time(), why=None)


def acme_time():
    return parse_event('{"by":"x","at":"2026-05-18T09:00:00Z","event":"undone","number":1}').at


def take_back(acme, events, number, who):
    return [*events, making.undone(Desk(acme.deal, events), number, who)]


@given(st.data())
def test_taking_back_is_as_if_it_had_not_been(acme, data):
    events = some(data, acme)
    if not events:
        return
    number = data.draw(st.integers(1, len(events)))
    who = Signature(by="Dana Roe", at=acme_time())
    less = take_back(acme, events, number, who)
    rest = events[: number - 1] + events[number:]
    assert acme.applied(acme.deal, less) == acme.applied(acme.deal, rest)
    again = take_back(acme, less, len(less), who)
    assert acme.applied(acme.deal, again) == acme.applied(acme.deal, events)


def test_it_says_what_stands_and_by_what_the_rest_was_taken_back(acme, dana):
    claim = acme.deal.handoff.claims[0]
    events = [making.confirmed(acme.desk, claim.id, dana)]
    events = take_back(acme, events, 1, dana)
    assert (taken_back(events), standing(events)) == ({1: 2}, ())
    assert claims_of(events[1]) == (claim.id,)
    events = take_back(acme, events, 2, dana)
    assert (taken_back(events), standing(events)) == ({2: 3}, (events[0],))
    assert parse_event(to_line(events[2])) == events[2]
    assert noted_line(events[2], claim) == "event 2 taken back"
    with pytest.raises(JournalError, match="Event 2 is taken back already, by number 3"):
        take_back(acme, events, 2, dana)
    with pytest.raises(JournalError, match="There is no event 4; the journal has 3"):
        take_back(acme, events, 4, dana)


def test_what_takes_back_itself_or_what_comes_later_does_nothing(acme, dana):
    claim = acme.deal.handoff.claims[0]
    ahead = [Undone(number=n, **dana.fields()) for n in (1, 3)]
    events = [*ahead, making.rejected(acme.desk, claim.id, dana)]
    assert standing(events) == (events[2],)


def test_an_addition_that_is_taken_back_can_be_added_again(acme, dana):
    events = [Added(claim=ADDED, **dana.fields())]
    assert Desk(acme.deal, events).knows(ADDED.id)
    events = take_back(acme, events, 1, dana)
    desk = Desk(acme.deal, events)
    assert not desk.knows(ADDED.id)
    assert making.added(desk, ADDED.summary, ADDED.fact, ADDED.evidence, dana)


def with_text(transcript: Transcript, turn: int, text: str) -> Transcript:
    """The transcript with another text in a turn, and its version."""
    turns = tuple(
        one.model_copy(update={"text": text}) if one.n == turn else one for one in transcript.turns
    )
    return transcript.model_copy(update={"turns": turns, "version": transcript.version + 1})


def test_an_added_claim_follows_its_words_through_a_fix(acme, dana):
    event = Added(claim=ADDED, **dana.fields())
    before = {one.call_id: one for one in acme.deal.transcripts}
    was = before["acme-2"].turn(3).text
    now = was.replace("training your people", "straining each person")
    after = before | {"acme-2": with_text(before["acme-2"], 3, now)}
    calls = replace(
        acme.deal,
        handoff=carried(acme.deal.handoff, before, after),
        transcripts=tuple(after.values()),
    )
    assert [one.reason for one in calls.applied([event]).notices] == ["unproved"]
    kept = replace(calls, wordings={"acme-2": {3: (was, now)}}).applied([event])
    assert kept.notices == ()
    assert acme.find_id(kept.handoff, ADDED.id).spoken[0].quote == "straining each person on site"


def test_vouched_for_is_what_was_looked_at_and_not_rejected_in_the_end(acme, dana):
    first, second, third = acme.deal.handoff.claims[:3]

    def told(kind, claim):
        return kind(claim_id=claim.id, kind=claim.kind, **dana.fields())

    events = [
        told(Confirmed, first),
        told(Rejected, second),
        told(Confirmed, second),
        told(Confirmed, third),
        told(Rejected, third),
        Added(claim=ADDED, **dana.fields()),
    ]
    assert vouched(events) == {first.id, second.id}
    assert vouched(take_back(acme, events, 5, dana)) == {first.id, second.id, third.id}
    assert vouched(take_back(acme, events, 1, dana)) == {second.id}


def without(calls, *ids):
    """The calls as an engine reads them that finds some of the claims no more."""
    claims = tuple(one for one in calls.handoff.claims if one.id not in ids)
    origin = {name: home for name, home in calls.origin.items() if home not in ids}
    handoff = calls.handoff.model_copy(update={"claims": claims, "contradictions": ()})
    return replace(calls, handoff=handoff, origin=origin)


def test_a_claim_that_somebody_vouched_for_stays_under_its_id(acme, dana):
    claim = acme.find(acme.deal.handoff, "questionnaire")
    events = [making.confirmed(acme.desk, claim.id, dana)]
    less = without(acme.deal, claim.id)
    assert with_vouched(less, acme.deal, []) == less
    kept = with_vouched(less, acme.deal, events)
    assert acme.find_id(kept.handoff, claim.id) == claim
    assert kept.applied(events).notices == ()
    assert with_vouched(acme.deal, acme.deal, events) == acme.deal


def test_where_an_engine_found_another_claim_on_its_words_it_is_that_one(acme, dana):
    claim = acme.find(acme.deal.handoff, "questionnaire")
    events = [making.confirmed(acme.desk, claim.id, dana)]
    less = without(acme.deal, claim.id)
    new = claim.model_copy(update={"id": "promise-new"})
    found = replace(
        less, handoff=less.handoff.model_copy(update={"claims": (*less.handoff.claims, new)})
    )
    kept = with_vouched(found, acme.deal, events)
    assert kept.handoff == found.handoff
    assert kept.origin[claim.id] == "promise-new"
    assert kept.applied(events).handoff.claims[-1].review.by == "Dana Roe"


def test_it_goes_with_its_call_and_with_the_side_that_could_say_it(acme, dana):
    claim = acme.find(acme.deal.handoff, "questionnaire")
    assert isinstance(claim.fact, Promise)
    events = [making.confirmed(acme.desk, claim.id, dana)]
    less = without(acme.deal, claim.id)
    (call_id,) = {piece.call_id for piece in claim.spoken}
    others = tuple(one for one in less.transcripts if one.call_id != call_id)
    assert (
        with_vouched(replace(less, transcripts=others), acme.deal, events).handoff == less.handoff
    )
    flipped = tuple(
        one.model_copy(
            update={
                "speakers": tuple(
                    voice.model_copy(update={"side": "customer"}) for voice in one.speakers
                )
            }
        )
        for one in less.transcripts
    )
    assert (
        with_vouched(replace(less, transcripts=flipped), acme.deal, events).handoff == less.handoff
    )
