"""A later call names the day that did not hold: the promise has moved, whatever its words are."""

import datetime

import pytest

from transcript2handoff.consolidate import consolidate
from transcript2handoff.deal import Call, Deal, DealContext
from transcript2handoff.facts import Promise
from transcript2handoff.ground import ground
from transcript2handoff.handoff import Citation, Draft, DraftClaim, Provenance, Window
from transcript2handoff.transcript import Speaker, Transcript, Turn

SELLER = (Speaker(id="S1", name="Ann Lee", side="seller"),)
FIRST = "The offline maps should be in by the end of June."
LATER = "It's the end of September now, should be."


def held(number, words, promised, fact):
    """A call whose turns are ``words``, in one of which something is promised."""
    day = datetime.date(2026, 3, 2) + datetime.timedelta(weeks=number)
    call = Call(id=f"acme-{number}", date=day)
    turns = tuple(Turn(n=n, speaker="S1", text=text) for n, text in enumerate(words, start=1))
    transcript = Transcript(call_id=call.id, speakers=SELLER, turns=turns)
    turn = words.index(promised) + 1
    draft = Draft(
        call_id=call.id,
        transcript_version=1,
        provenance=Provenance(call_id=call.id, engine="people", engine_version="1"),
        coverage=(Window(first=1, last=len(turns)),),
        claims=(
            DraftClaim(
                summary=promised, fact=fact, citations=(Citation(turn=turn, quote=promised),)
            ),
        ),
    )
    context = DealContext(deal=Deal(deal="acme", calls=(call,)), call=call)
    return ground(draft, transcript, context), transcript


def promise(due, kind="feature"):
    return Promise(strength="hedged", type=kind, due=due)


def joined(words, fact, *, first=None):
    calls = (
        held(1, [FIRST], FIRST, first or promise("2026-06-30")),
        held(2, words, words[-1], fact),
    )
    handoff = consolidate([call[0] for call in calls], [call[1] for call in calls])
    return handoff.of_kind("promise")


@pytest.mark.parametrize("kind", ["feature", "timeline"])
def test_a_promise_that_moved_is_one_with_its_history(kind):
    words = ["I told you the end of June. That slipped.", LATER]
    (claim,) = joined(words, promise("2026-09-30", kind))
    assert [step.state for step in claim.history] == ["open", "changed"]
    assert [step.summary for step in claim.history] == [FIRST, LATER]
    assert claim.fact.due == "2026-09-30"


@pytest.mark.parametrize(
    ("words", "fact"),
    [
        (["I told you the end of May. That slipped.", LATER], promise("2026-09-30")),
        (["The end of June, you said.", "So", "well", "then", LATER], promise("2026-09-30")),
        (["We close our books at the end of June.", LATER], promise("2026-09-30", "document")),
    ],
    ids=["another day", "too far off", "another sort of promise"],
)
def test_others_stay_two(words, fact):
    assert len(joined(words, fact)) == 2


def test_a_stretch_of_time_names_no_day():
    words = ["Two weeks ago we spoke.", LATER]
    assert len(joined(words, promise("2026-09-30"), first=promise("two weeks"))) == 2
