"""What holds for all that people can do, whatever they did and however often it is applied."""

import datetime
from collections.abc import Sequence
from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from transcript2handoff.facts import Promise
from transcript2handoff.handoff import Claim, SpokenEvidence
from transcript2handoff.journal import (
    Added,
    Answered,
    Change,
    Confirmed,
    Edited,
    Event,
    NewClaim,
    OutcomeTold,
    Quoted,
    Rejected,
)
from transcript2handoff.journal.fields import value_of

ADDED = NewClaim(
    id="promise-0add0add",
    summary="Training on site.",
    fact=Promise(strength="firm", type="resource"),
    evidence=(Quoted(call_id="acme-2", turn=3, quote="training your people on site"),),
)
TIMES = st.datetimes(
    min_value=datetime.datetime(2026, 4, 1),
    max_value=datetime.datetime(2026, 4, 3),
    timezones=st.sampled_from([datetime.UTC, datetime.timezone(datetime.timedelta(hours=-7))]),
).map(lambda at: at.replace(minute=0, second=0, microsecond=0))
SIGNED = st.fixed_dictionaries(
    {
        "by": st.sampled_from(["Dana Roe", "Kim Ode"]),
        "at": TIMES,
        "why": st.sampled_from([None, "Asked Ann."]),
    }
)
ALL = ("confirmed", "rejected", "edited", "outcome", "answered", "added")
SUMMARIES = ("Short.", "Said otherwise.", "Third words.")
DUES = (None, "2026-05-01", "in May")


@st.composite
def an_event(draw, claims: Sequence[Claim | NewClaim], sorts: Sequence[str]) -> Event:
    """Something that somebody may do to one of the claims."""
    claim, signed, sort = draw(st.sampled_from(claims)), draw(SIGNED), draw(st.sampled_from(sorts))
    told = {"claim_id": claim.id, "kind": claim.kind, **signed}
    match sort:
        case "confirmed":
            return Confirmed(**told)
        case "rejected":
            return Rejected(**told, calls=("acme-1",))
        case "outcome" if claim.kind == "promise":
            what = draw(st.sampled_from(["kept", "late", "impossible"]))
            return OutcomeTold(claim_id=claim.id, outcome=what, **signed)
        case "added":
            return Added(claim=ADDED, **signed)
        case "edited":
            names = ["summary"] + (["due", "status"] if claim.kind == "promise" else [])
            values = {"summary": SUMMARIES, "due": DUES, "status": ("open", "withdrawn", "done")}
            name = draw(st.sampled_from(names))
            now = draw(st.sampled_from(values[name]))
            return Edited(**told, changes={name: Change(was=value_of(claim, name), now=now)})
    words = draw(st.sampled_from(["Yes, in writing.", "Not yet."]))
    return Answered(
        question_id=f"hedged:{claim.id}",
        question="Is it so?",
        words=words,
        claim_ids=(claim.id,),
        **signed,
    )


def some(data, acme, *sorts: str) -> list[Event]:
    """Events on the claims of the whole deal, and on one that may be added."""
    claims = (*acme.deal.handoff.claims, ADDED)
    events = data.draw(st.lists(an_event(claims, sorts or ALL), max_size=12))
    additions = data.draw(st.lists(an_event([ADDED], ["added"]), max_size=1))
    return [*additions, *events]


def last(events: Sequence[Event]) -> Event:
    """The newest event; of one time the last in the file."""
    newest = max(event.at for event in events)
    return [event for event in events if event.at == newest][-1]


def anonymous(acme, deal, events: Sequence[Event]) -> list[str]:
    """The claims after the events, whichever of its ids each of them has."""
    shown = []
    for claim in acme.applied(deal, events).handoff.claims:
        parts = [part for part, home in deal.origin.items() if home == claim.id]
        shown.append(claim.model_dump_json().replace(claim.id, min(parts, default=claim.id)))
    return shown


@given(st.data())
def test_applying_twice_is_applying_once(acme, data):
    events = some(data, acme)
    once = acme.applied(acme.deal, events).handoff
    again = acme.applied(
        type(acme.deal)(handoff=once, transcripts=acme.deal.transcripts, origin=acme.deal.origin),
        events,
    ).handoff
    assert again == once


@given(st.data())
def test_the_order_in_which_calls_arrived_does_not_matter(acme, data):
    events = some(data, acme)
    ways = data.draw(st.sampled_from(list(permutations(acme.calls))))
    late = acme.joined(acme.joined(*ways[:2]), ways[2])
    assert acme.applied(acme.joined(*ways), events) == acme.applied(acme.deal, events)
    assert (
        acme.applied(late, events).handoff.claims == acme.applied(acme.deal, events).handoff.claims
    )


@given(st.data())
def test_ids_that_calls_kept_as_they_arrived_do_not_matter_either(acme, data):
    """A package of some calls gives ids that the next one keeps; events follow all of them."""
    events = some(data, acme)
    ways = data.draw(st.sampled_from(list(permutations(acme.calls))))
    deal = acme.joined(ways[0])
    for number in (2, 3):
        deal = acme.joined(*ways[:number], previous=acme.known(deal.handoff))
    assert anonymous(acme, deal, events) == anonymous(acme, acme.deal, events)


@given(st.data())
def test_the_last_event_on_a_field_counts(acme, data):
    claim = acme.find(acme.deal.handoff, "French")
    edits = data.draw(st.lists(an_event([claim], ["edited"]), min_size=1, max_size=8))
    shown = acme.find_id(acme.applied(acme.deal, edits).handoff, claim.id)
    for name in {name for edit in edits for name in edit.changes}:
        newest = last([edit for edit in edits if name in edit.changes])
        assert value_of(shown, name) == newest.changes[name].now


@given(st.data())
def test_events_of_different_times_may_stand_in_any_order(acme, data):
    events = list({event.at: event for event in some(data, acme)}.values())
    shuffled = data.draw(st.permutations(events))
    assert acme.applied(acme.deal, shuffled) == acme.applied(acme.deal, events)


@given(st.data())
def test_a_rejected_claim_never_shows(acme, data):
    events = some(data, acme)
    shown = {claim.id for claim in acme.applied(acme.deal, events).handoff.claims}
    for claim in acme.deal.handoff.claims:
        verdicts = [
            event
            for event in events
            if isinstance(event, Confirmed | Rejected) and event.claim_id == claim.id
        ]
        out = bool(verdicts) and isinstance(last(verdicts), Rejected)
        assert (claim.id in shown) is not out


@given(st.data())
def test_a_withdrawn_promise_is_not_open_again_by_a_confirmation(acme, data):
    events = some(data, acme, "confirmed", "outcome", "answered", "added")
    for claim in acme.applied(acme.deal, events).handoff.claims:
        if "pilot" in claim.summary:
            assert claim.state == "withdrawn"
            assert not claim.is_owed


@given(st.data())
def test_every_claim_keeps_words_that_prove_it_and_spoken_ones_come_first(acme, data):
    for claim in acme.applied(acme.deal, some(data, acme)).handoff.claims:
        spoken = [isinstance(piece, SpokenEvidence) for piece in claim.evidence]
        assert spoken[0]
        assert spoken == sorted(spoken, reverse=True)


@given(st.data())
def test_edits_survive_when_a_call_is_read_again(acme, data):
    claim = acme.find(acme.deal.handoff, "French")
    edits = data.draw(st.lists(an_event([claim], ["edited"]), min_size=1, max_size=5))
    reread = acme.reread(data.draw(st.sampled_from(["2026-09-01", "autumn", None])))
    before = acme.find_id(acme.applied(acme.deal, edits).handoff, claim.id)
    after = acme.find_id(acme.applied(reread, edits).handoff, claim.id)
    for name in {name for edit in edits for name in edit.changes}:
        assert value_of(after, name) == value_of(before, name)


@given(st.data())
def test_edits_survive_a_new_call_that_comes_after_them(acme, data):
    """Consolidating what was edited gives the edits back, and so does the next application."""
    first = acme.joined(*acme.calls[:2])
    claims = first.handoff.claims
    edits = data.draw(st.lists(an_event(claims, ["edited"]), max_size=6))
    events = [edit for edit in edits if "status" not in edit.changes]
    done = type(first)(
        handoff=acme.applied(first, events).handoff,
        transcripts=first.transcripts,
        origin=first.origin,
    )
    wanted = {
        (edit.claim_id, name): last(
            [one for one in events if one.claim_id == edit.claim_id and name in one.changes]
        )
        .changes[name]
        .now
        for edit in events
        for name in edit.changes
    }
    for whole in (acme.deal, acme.joined(done, acme.calls[2])):
        shown = acme.applied(whole, events).handoff
        for (claim_id, name), now in wanted.items():
            assert value_of(acme.find_id(shown, claim_id), name) == now


@given(st.data())
def test_consolidating_before_or_after_applying_is_the_same(acme, data):
    first = acme.joined(*acme.calls[:2])
    sorts = ("confirmed", "outcome", "answered")
    events = data.draw(st.lists(an_event(first.handoff.claims, sorts), max_size=8))
    done = type(first)(handoff=acme.applied(first, events).handoff, transcripts=first.transcripts)
    whole = acme.applied(acme.joined(done, acme.calls[2]), events).handoff
    assert whole == acme.applied(acme.deal, events).handoff
