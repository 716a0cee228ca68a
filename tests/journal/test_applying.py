"""What each event makes of a claim, and what is reported."""

import datetime

from transcript2handoff.facts import Goal, Promise
from transcript2handoff.handoff import Contradiction, Review, StatementEvidence
from transcript2handoff.journal import (
    Added,
    Answered,
    Calls,
    Change,
    Confirmed,
    Edited,
    NewClaim,
    OutcomeTold,
    Quoted,
    Rejected,
)


def at(day: int) -> datetime.datetime:
    return datetime.datetime(2026, 4, day, 9, tzinfo=datetime.UTC)


def signed(day: int, why: str | None = None) -> dict[str, object]:
    return {"by": "Dana Roe", "at": at(day), "why": why}


def edit(claim, day: int, **changes: tuple[object, object]) -> Edited:
    return Edited(
        claim_id=claim.id,
        kind=claim.kind,
        changes={name: Change(was=was, now=now) for name, (was, now) in changes.items()},
        **signed(day),
    )


def reject(claim, day: int, *calls: str) -> Rejected:
    why = "Misheard."
    return Rejected(claim_id=claim.id, kind=claim.kind, calls=calls, **signed(day, why))


def confirm(claim, day: int) -> Confirmed:
    return Confirmed(claim_id=claim.id, kind=claim.kind, **signed(day))


def training(quote: str = "training your people on site") -> Added:
    claim = NewClaim(
        id="promise-0add0add",
        summary="Training on site.",
        fact=Promise(strength="firm", type="resource"),
        evidence=(Quoted(call_id="acme-2", turn=3, quote=quote),),
    )
    return Added(claim=claim, **signed(5, "It was promised."))


def test_a_confirmed_claim_says_who_looked_at_it(acme):
    claim = acme.find(acme.deal.handoff, "questionnaire")
    event = Confirmed(claim_id=claim.id, kind="promise", **signed(3, "Asked Ann."))
    done = acme.applied(acme.deal, [event])
    review = Review(action="confirmed", by="Dana Roe", at=at(3), why="Asked Ann.")
    assert acme.find_id(done.handoff, claim.id) == claim.model_copy(update={"review": review})
    assert done.notices == ()


def test_an_edit_sets_its_fields_and_no_others(acme):
    claim = acme.find(acme.deal.handoff, "French")
    done = acme.applied(acme.deal, [edit(claim, 3, due=("September", "2026-10-01"))])
    shown = acme.find_id(done.handoff, claim.id)
    assert shown.fact == claim.fact.model_copy(update={"due": "2026-10-01"})
    assert shown.summary == claim.summary
    assert shown.review.action == "edited"
    assert shown.history == claim.history
    assert done.notices == ()


def test_what_was_set_stands_against_a_new_call_and_is_reported(acme):
    before = acme.joined(acme.calls[0])
    claim = acme.find(before.handoff, "French")
    event = edit(claim, 3, due=("2026-06-30", "2026-07-15"))
    assert acme.applied(before, [event]).notices == ()
    done = acme.applied(acme.deal, [event])
    assert acme.find_id(done.handoff, claim.id).fact.due == "2026-07-15"
    (notice,) = done.notices
    assert (notice.reason, notice.claim_id) == ("changed", claim.id)
    assert 'changed under your edit: the calls now give due as "September"' in notice.text
    assert acme.applied(acme.deal, [event, edit(claim, 4, due=("September", "May"))]).notices == ()


def test_a_status_that_a_person_set_is_a_step_of_the_history(acme):
    claim = acme.find(acme.deal.handoff, "French")
    done = acme.applied(acme.deal, [edit(claim, 3, status=("open", "done"))])
    shown = acme.find_id(done.handoff, claim.id)
    assert shown.state == "done"
    assert [step.state for step in shown.history] == ["open", "changed", "done"]
    (stated,) = shown.history[-1].evidence
    assert stated == StatementEvidence(
        person="Dana Roe", at=at(3), words="Says that the promise is done."
    )


def test_an_edit_of_an_edit_is_not_taken_for_a_change_of_the_calls(acme):
    claim = acme.find(acme.deal.handoff, "French")
    events = [edit(claim, 3, due=("September", "May")), edit(claim, 4, due=("May", "June"))]
    done = acme.applied(acme.deal, events)
    assert acme.find_id(done.handoff, claim.id).fact.due == "June"
    assert done.notices == ()


def test_a_status_that_a_person_set_stands_after_a_further_call(acme):
    first = acme.joined(acme.calls[0])
    claim = acme.find(first.handoff, "French")
    events = [edit(claim, 3, status=("open", "done"))]
    edited = Calls(handoff=acme.applied(first, events).handoff, transcripts=first.transcripts)
    for whole in (acme.joined(*acme.calls[:2]), acme.joined(edited, acme.calls[1])):
        shown = acme.find_id(acme.applied(whole, events).handoff, claim.id)
        assert shown.state == "done"
        assert [step.state for step in shown.history].count("done") == 1


def test_a_status_that_says_what_the_history_says_adds_no_step(acme):
    claim = acme.find(acme.deal.handoff, "French")
    done = acme.applied(acme.deal, [edit(claim, 3, status=("done", "open"))])
    assert acme.find_id(done.handoff, claim.id).history == claim.history


def test_a_rejected_claim_is_in_the_appendix_only(acme):
    claim = acme.find(acme.deal.handoff, "forty euros")
    done = acme.applied(acme.deal, [reject(claim, 3)])
    assert claim.id not in {one.id for one in done.handoff.claims}
    (rejection,) = done.handoff.rejected
    assert rejection.claim.summary == claim.summary
    assert [(one.turn, one.quote) for one in rejection.claim.citations] == [
        (2, "It is forty euros a seat.")
    ]
    assert rejection.call_id == "acme-3"
    assert rejection.reason == f"{claim.id} was rejected by Dana Roe on 2026-04-03: Misheard."
    assert done.notices == ()


def test_a_later_confirmation_takes_a_rejection_back_and_an_edit_does_not(acme):
    claim = acme.find(acme.deal.handoff, "forty euros")
    change = edit(claim, 4, value=("40 euros a seat", "42 euros a seat"))
    assert acme.applied(acme.deal, [reject(claim, 3), change]).handoff.rejected
    done = acme.applied(acme.deal, [reject(claim, 3), change, confirm(claim, 5)])
    assert acme.find_id(done.handoff, claim.id).fact.value == "42 euros a seat"
    assert done.handoff.rejected == ()


def test_a_rejected_claim_that_is_said_again_stays_out_and_is_reported(acme):
    claim = acme.find(acme.deal.handoff, "French")
    done = acme.applied(acme.deal, [reject(claim, 3, "acme-1")])
    assert claim.id not in {one.id for one in done.handoff.claims}
    (notice,) = done.notices
    assert notice.reason == "said_again"
    assert "it is also said on acme-2" in notice.text


def test_a_contradiction_of_a_rejected_claim_is_gone(acme):
    one, two, three = acme.deal.handoff.claims[:3]
    clashes = (
        Contradiction(claims=(one.id, two.id), about="Two dates."),
        Contradiction(claims=(one.id, two.id, three.id), about="Three dates."),
    )
    handoff = acme.deal.handoff.model_copy(update={"contradictions": clashes})
    calls = Calls(handoff=handoff, transcripts=acme.deal.transcripts)
    left = acme.applied(calls, [reject(one, 3)]).handoff.contradictions
    assert left == (Contradiction(claims=(two.id, three.id), about="Three dates."),)


def test_an_added_claim_rests_on_the_words_of_the_call(acme):
    done = acme.applied(acme.deal, [training("Training your people, on site")])
    claim = done.handoff.claims[-1]
    assert (claim.id, claim.summary) == ("promise-0add0add", "Training on site.")
    (piece,) = claim.spoken
    assert (piece.quote, piece.match) == ("training your people on site", "normalised")
    assert (piece.call_id, piece.turn, piece.speaker) == ("acme-2", 3, "S1")
    assert claim.review.action == "added"


def test_an_added_claim_whose_words_are_gone_is_left_out_and_reported(acme):
    added = training("we will paint your office")
    done = acme.applied(acme.deal, [added, confirm(added.claim, 6)])
    assert done.handoff.claims == acme.deal.handoff.claims
    (notice,) = done.notices
    assert notice.reason == "unproved"
    assert "turn 3 of acme-2 does not say 'we will paint your office'" in notice.text


def test_an_added_claim_can_be_edited_and_rejected(acme):
    added = training()
    done = acme.applied(acme.deal, [added, edit(added.claim, 6, due=(None, "June"))])
    assert done.handoff.claims[-1].fact.due == "June"
    events = [added, reject(added.claim, 7)]
    out = acme.applied(acme.deal, events).handoff
    assert out.claims == acme.deal.handoff.claims
    assert out.rejected[0].claim.summary == "Training on site."
    again = acme.applied(Calls(handoff=out, transcripts=acme.deal.transcripts), events)
    assert again.handoff == out


def test_what_a_person_adds_stands_when_an_engine_finds_it_too(acme):
    machine = acme.find(acme.deal.handoff, "questionnaire")
    told = NewClaim(
        id=machine.id,
        summary="The security questionnaire comes back in two days.",
        fact=machine.fact.model_copy(update={"due": "two days"}),
        evidence=(Quoted(call_id="acme-2", turn=1, quote="back within two days"),),
    )
    done = acme.applied(acme.deal, [Added(claim=told, **signed(3))])
    claim = acme.find_id(done.handoff, machine.id)
    assert (claim.summary, claim.fact) == (told.summary, told.fact)
    assert [piece.quote for piece in claim.spoken] == [
        "You get the security questionnaire back within two days.",
        "back within two days",
    ]
    assert {notice.reason for notice in done.notices} == {"changed"}


def answer(claim_id: str, day: int, words: str) -> Answered:
    return Answered(
        question_id=f"hedged:{claim_id}",
        question="Has product confirmed it?",
        words=words,
        claim_ids=(claim_id,),
        **signed(day),
    )


def test_an_answer_stands_behind_its_claim_after_what_was_said(acme):
    claim = acme.find(acme.deal.handoff, "French")
    events = [answer(claim.id, 3, "Not yet."), answer(claim.id, 4, "Yes, in writing.")]
    done = acme.applied(acme.deal, events).handoff
    stated = StatementEvidence(
        person="Dana Roe", at=at(4), words="Yes, in writing.", question_id=f"hedged:{claim.id}"
    )
    assert acme.find_id(done, claim.id).evidence == (*claim.evidence, stated)
    (told,) = done.answers
    assert (told.question, told.evidence) == ("Has product confirmed it?", stated)


def test_events_follow_a_claim_that_became_part_of_another(acme):
    alone = acme.find(acme.joined(acme.calls[1]).handoff, "French")
    whole = acme.find(acme.deal.handoff, "French")
    assert alone.id != whole.id
    events = [edit(alone, 3, due=("September", "October")), answer(alone.id, 4, "Yes.")]
    done = acme.applied(acme.deal, events)
    assert acme.find_id(done.handoff, whole.id).fact.due == "October"
    assert done.handoff.answers[0].question_id == f"hedged:{whole.id}"
    assert done.notices == ()


def test_an_event_on_a_claim_that_became_part_of_another_kind_is_reported(acme):
    excluded = acme.find(acme.joined(acme.calls[2]).handoff, "cannot be free")
    pilot = acme.find(acme.deal.handoff, "pilot")
    done = acme.applied(acme.deal, [reject(excluded, 3)])
    assert acme.find_id(done.handoff, pilot.id) == pilot
    (notice,) = done.notices
    assert (notice.reason, notice.claim_id) == ("unfit", pilot.id)
    assert "it is a promise now" in notice.text


def test_an_edit_that_no_longer_makes_a_fact_is_reported(acme):
    buyer = acme.find(acme.deal.handoff, "Bo Ray")
    done = acme.applied(acme.deal, [edit(buyer, 3, name=("Bo Ray", None))])
    assert acme.find_id(done.handoff, buyer.id).fact == buyer.fact
    (notice,) = done.notices
    assert notice.reason == "unfit"
    assert "needs a name or a role" in notice.text


def test_every_event_on_a_claim_that_is_gone_is_reported(acme):
    gone = acme.find(acme.deal.handoff, "forty euros")
    events = [confirm(gone, 3), answer(gone.id, 4, "Yes.")]
    done = acme.applied(acme.joined(*acme.calls[:2]), events)
    assert [notice.reason for notice in done.notices] == ["missing", "missing"]
    assert done.notices[0].text == (
        f"{gone.id} is not there any more, but Dana Roe confirmed it on 2026-04-03. "
        "The journal keeps it."
    )
    assert [one.evidence.words for one in done.handoff.answers] == ["Yes."]


def test_an_outcome_is_told_of_a_promise(acme):
    claim = acme.find(acme.deal.handoff, "questionnaire")
    events = [
        OutcomeTold(claim_id=claim.id, outcome="kept", **signed(3)),
        OutcomeTold(claim_id=claim.id, outcome="late", **signed(4)),
    ]
    done = acme.applied(acme.deal, events)
    assert acme.find_id(done.handoff, claim.id).outcome == "late"
    goal = acme.find(acme.deal.handoff, "invoices")
    assert isinstance(goal.fact, Goal)
    told = OutcomeTold(claim_id=goal.id, outcome="kept", **signed(3))
    unfit = acme.applied(acme.deal, [told])
    assert acme.find_id(unfit.handoff, goal.id).outcome is None
    assert [notice.reason for notice in unfit.notices] == ["unfit"]
