"""Several calls in one handoff: what moved, was kept, taken back, replaced, and what disagrees."""

import datetime
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transcript2handoff.consolidate import consolidate, consolidated, dropped
from transcript2handoff.deal import Call, Deal, DealContext, Participant
from transcript2handoff.errors import ArtifactError
from transcript2handoff.facts import (
    Competitor,
    Exclusion,
    Fact,
    Goal,
    Promise,
    Stakeholder,
    Term,
)
from transcript2handoff.ground import ground, known_claims
from transcript2handoff.handoff import (
    Citation,
    Claim,
    Draft,
    DraftClaim,
    Handoff,
    Provenance,
    Window,
    read_handoff,
)
from transcript2handoff.transcript import Speaker, Transcript, Turn

SPEAKERS = (
    Speaker(id="S1", name="Ann Lee", side="seller"),
    Speaker(id="S2", name="Bo Ray", side="customer"),
)
PEOPLE = (
    Participant(name="Ann Lee", side="seller"),
    Participant(name="Bo Ray", side="customer"),
    Participant(name="Malcolm Reeve", side="customer"),
)


@dataclass(frozen=True)
class Line:
    """A turn of a call, and the fact that it states."""

    text: str
    fact: Fact | None = None
    summary: str | None = None
    by: str = "S1"


@dataclass(frozen=True)
class Held:
    """A call that took place."""

    handoff: Handoff
    transcript: Transcript


def held(number: int, *lines: Line) -> Held:
    """The ``number``-th call of the deal, a week after the one before."""
    call_id = f"acme-{number}"
    turns = tuple(Turn(n=n, speaker=one.by, text=one.text) for n, one in enumerate(lines, start=1))
    transcript = Transcript(call_id=call_id, speakers=SPEAKERS, turns=turns)
    day = datetime.date(2026, 3, 2) + datetime.timedelta(weeks=number)
    call = Call(id=call_id, date=day)
    draft = Draft(
        call_id=call_id,
        transcript_version=1,
        provenance=Provenance(call_id=call_id, engine="people", engine_version="1"),
        coverage=(Window(first=1, last=len(turns)),),
        claims=tuple(
            DraftClaim(
                summary=one.summary or one.text,
                fact=one.fact,
                citations=(Citation(turn=n, quote=one.text),),
            )
            for n, one in enumerate(lines, start=1)
            if one.fact
        ),
    )
    deal = Deal(deal="acme", seller="Tidewell", participants=PEOPLE, calls=(call,))
    return Held(ground(draft, transcript, DealContext(deal=deal, call=call)), transcript)


def joined(*calls: Held) -> Handoff:
    return consolidate([one.handoff for one in calls], [one.transcript for one in calls])


def only(handoff: Handoff, kind: str) -> Claim:
    claims = [claim for claim in handoff.claims if claim.kind == kind]
    assert len(claims) == 1, [claim.summary for claim in claims]
    return claims[0]


def steps(claim: Claim) -> list[tuple[str, str]]:
    return [(step.call_id, step.state) for step in claim.history]


GERMAN = Line(
    "The German interface, that should be in by the end of June.",
    Promise(strength="hedged", type="feature", due="2026-06-30"),
    "German interface should come by end of June.",
)
GERMAN_LATER = Line(
    "So, German. That has slipped to September, should be.",
    Promise(strength="hedged", type="feature", due="September"),
    "German interface slipped to September.",
)
FREE_PILOT = Line(
    "Four weeks of pilot, and we don't charge you for it.",
    Promise(strength="firm", type="commercial"),
    "Four-week pilot free of charge.",
)
NO_FREE_PILOT = Line(
    "My director says no to the free one.", Exclusion(), "The pilot cannot be free of charge."
)
QUESTIONNAIRE = Line(
    "You get the security questionnaire back within two days.",
    Promise(strength="firm", type="document", owner="Ann Lee"),
    "Ann returns the completed security questionnaire.",
)
SMALL_TALK = Line("Lovely weather over here, and with you?", by="S2")


def test_a_promise_that_moved_is_one_claim_with_its_steps() -> None:
    handoff = joined(held(1, GERMAN), held(2, GERMAN_LATER))
    claim = only(handoff, "promise")
    assert steps(claim) == [("acme-1", "open"), ("acme-2", "changed")]
    assert claim.summary == "German interface slipped to September."
    assert isinstance(claim.fact, Promise)
    assert claim.fact.due == "September"
    assert [piece.call_id for piece in claim.spoken] == ["acme-1", "acme-2"]
    assert [step.date for step in claim.history] == [
        datetime.date(2026, 3, 9),
        datetime.date(2026, 3, 16),
    ]
    assert claim.id == held(1, GERMAN).handoff.claims[0].id


def test_a_promise_that_was_softened_has_the_final_strength() -> None:
    firm = Line(
        "You will be live eight weeks after signature.",
        Promise(strength="firm", type="timeline", due="eight weeks after signature"),
        "Go-live eight weeks after signature.",
    )
    hedged = Line(
        "Live in eight weeks, I would think so.",
        Promise(strength="hedged", type="timeline"),
        "Go-live in eight weeks, she thinks.",
    )
    claim = only(joined(held(1, firm), held(2, hedged)), "promise")
    assert isinstance(claim.fact, Promise)
    assert claim.fact.strength == "hedged"
    assert claim.fact.due == "eight weeks after signature"
    assert claim.state == "changed"


def test_a_promise_that_is_said_again_stays_as_it_was() -> None:
    claim = only(joined(held(1, GERMAN), held(2, GERMAN)), "promise")
    assert steps(claim) == [("acme-1", "open"), ("acme-2", "open")]


def test_an_exclusion_in_a_later_call_ends_a_promise() -> None:
    handoff = joined(held(1, FREE_PILOT), held(2, NO_FREE_PILOT))
    claim = only(handoff, "promise")
    assert steps(claim) == [("acme-1", "open"), ("acme-2", "withdrawn")]
    assert claim.summary == "Four-week pilot free of charge."
    assert isinstance(claim.fact, Promise)
    assert claim.fact.status == "withdrawn"
    assert claim.history[-1].evidence[0].source == "spoken"
    assert not handoff.of_kind("exclusion")


def test_what_takes_the_place_of_a_promise_stands_and_the_old_one_is_superseded() -> None:
    on_site = Line(
        "I'll throw in two onboarding days on site.",
        Promise(strength="firm", type="resource", owner="Ann Lee", status="withdrawn"),
        "Two on-site onboarding days for free; taken back.",
    )
    no = Line("We don't do those any more.", Exclusion(), "No on-site onboarding days.")
    remote = Line(
        "Remote onboarding is in, four sessions.",
        Promise(strength="firm", type="resource"),
        "Four remote onboarding sessions included.",
    )
    claim = only(joined(held(1, on_site, no, remote), held(2, SMALL_TALK)), "promise")
    assert [state for _, state in steps(claim)] == ["withdrawn", "superseded"]
    assert claim.summary == "Four remote onboarding sessions included."
    assert isinstance(claim.fact, Promise)
    assert claim.fact.owner is None, "what was said of the old one does not pass to the new one"


def test_not_today_but_later_is_a_promise_that_is_open() -> None:
    not_today = Line("Medit we do not connect to today.", Exclusion(), "No Medit connection today.")
    later = Line(
        "It will come in the spring.",
        Promise(strength="hedged", type="feature", due="spring"),
        "Medit connection in the spring.",
    )
    assert steps(only(joined(held(1, not_today, later)), "promise")) == [("acme-1", "open")]


def test_words_of_a_later_call_show_that_a_promise_was_kept() -> None:
    read = Line("I have read your security questionnaire. It is complete.", by="S2")
    claim = only(joined(held(1, QUESTIONNAIRE), held(2, SMALL_TALK, read)), "promise")
    assert steps(claim) == [("acme-1", "open"), ("acme-2", "done")]
    shown = claim.history[-1].evidence[0]
    assert shown in claim.spoken
    assert shown.source == "spoken"
    assert (shown.turn, shown.quote) == (2, "I have read your security questionnaire.")


@pytest.mark.parametrize(
    "line",
    [
        SMALL_TALK,
        Line("We never got your security questionnaire back.", by="S2"),
    ],
)
def test_a_promise_that_is_not_talked_of_as_kept_stays_open(line: Line) -> None:
    filler = [Line(f"Point {n} of the list is the weather.", by="S2") for n in range(9)]
    claim = only(joined(held(1, QUESTIONNAIRE), held(2, *filler, line)), "promise")
    assert claim.state == "open"


def test_a_call_does_not_show_that_its_own_promises_were_kept() -> None:
    read = Line("I have read your security questionnaire. It is complete.", by="S2")
    assert only(joined(held(1, QUESTIONNAIRE, read)), "promise").state == "open"


def test_without_transcripts_nothing_is_shown_as_kept() -> None:
    read = Line("I have read your security questionnaire. It is complete.", by="S2")
    calls = [held(1, QUESTIONNAIRE).handoff, held(2, read).handoff]
    assert only(consolidate(calls), "promise").state == "open"


def test_people_and_vendors_are_known_by_name() -> None:
    full = Stakeholder(name="Malcolm Reeve", role="FD", influence="economic_buyer", present=False)
    brief = Stakeholder(name="Malcolm", present=True)
    first = held(
        1,
        Line("Malcolm Reeve, our FD, signs.", full, by="S2"),
        Line("We saw Parsewell as well.", Competitor(name="Parsewell", status="evaluating")),
    )
    second = held(
        2,
        Line("Malcolm says hello.", brief, by="S2"),
        Line("Parsewell is out.", Competitor(name="Parsewell", status="rejected")),
    )
    handoff = joined(first, second)
    person, vendor = only(handoff, "stakeholder"), only(handoff, "competitor")
    assert person.fact == full.model_copy(update={"present": True})
    assert isinstance(vendor.fact, Competitor)
    assert vendor.fact.status == "rejected"
    assert steps(person) == [("acme-1", "open")]


def test_two_lengths_of_the_contract_are_shown_side_by_side() -> None:
    year = Line("The contract runs for twelve months.", Term(type="length", value="twelve months"))
    three = Line("The contract runs for three years.", Term(type="length", value="three years"))
    handoff = joined(held(1, year), held(2, three))
    [conflict] = handoff.contradictions
    assert conflict.claims == tuple(claim.id for claim in handoff.of_kind("term"))
    assert str(conflict.about) == "Two values of one term: twelve months; three years."
    again = joined(held(1, year), held(2, three), held(3, year)).contradictions
    assert [clash.claims for clash in again] == [conflict.claims]


def price(value: str) -> Line:
    fact = Term(type="price", value=value)
    return Line(f"The subscription is {value} a year.", fact, f"Subscription price is {value}.")


def test_a_price_that_moved_keeps_its_steps_and_the_newest_value() -> None:
    handoff = joined(held(1, price("48,000")), held(2, price("48k")), held(3, price("44,160")))
    claim = only(handoff, "term")
    assert isinstance(claim.fact, Term)
    assert claim.fact.value == "44,160"
    assert steps(claim) == [("acme-1", "open"), ("acme-3", "changed")]
    assert [step.summary for step in claim.history] == [
        "Subscription price is 48,000.",
        "Subscription price is 44,160.",
    ]
    assert claim.state is None


def test_a_price_that_is_said_again_in_other_words_has_not_moved() -> None:
    again = price("forty-eight thousand for up to fifty seats")
    claim = only(joined(held(1, price("48,000")), held(2, again)), "term")
    assert steps(claim) == [("acme-1", "open")]


def test_a_goal_whose_day_moved_keeps_its_steps() -> None:
    may, june = (
        Line(
            f"We want handling time under four minutes by {month}.",
            Goal(metric="handling time", target="four minutes", deadline=month),
            by="S2",
        )
        for month in ("May", "June")
    )
    claim = only(joined(held(1, may), held(2, june), held(3, june)), "goal")
    assert steps(claim) == [("acme-1", "open"), ("acme-2", "changed")]
    assert isinstance(claim.fact, Goal)
    assert claim.fact.deadline == "June"


def person(role: str, **fields: object) -> Line:
    told = {"name": "Malcolm Reeve", "role": role, "present": False, **fields}
    return Line(f"Malcolm Reeve is our {role}.", Stakeholder.model_validate(told), by="S2")


def test_two_roles_that_one_person_can_hardly_have_stand_side_by_side() -> None:
    handoff = joined(held(1, person("CFO")), held(2, person("Head of IT")))
    [conflict] = handoff.contradictions
    assert conflict.claims == tuple(claim.id for claim in handoff.of_kind("stakeholder"))
    assert str(conflict.about) == "Two roles of Malcolm Reeve: CFO; Head of IT."


@pytest.mark.parametrize(
    "role", ["Finance Director", "controller, also purchasing", "signs it all"]
)
def test_a_role_in_other_words_is_no_contradiction(role: str) -> None:
    handoff = joined(held(1, person("CFO")), held(2, person(role)))
    assert not handoff.contradictions
    only(handoff, "stakeholder")


def test_who_turned_from_blocker_to_champion_keeps_both_steps() -> None:
    against, for_it = (person("CFO", influence=influence) for influence in ("blocker", "champion"))
    claim = only(joined(held(1, against), held(2, for_it)), "stakeholder")
    assert steps(claim) == [("acme-1", "open"), ("acme-2", "changed")]


def go_live(day: str, summary: str) -> Line:
    return Line(summary, Promise(strength="firm", type="timeline", due=day), summary)


def test_two_days_of_one_go_live_stand_side_by_side() -> None:
    promised = go_live("2026-06-01", "Go-live of the warehouse module in Leeds.")
    signed = Line(
        "The order form will have 15 June 2026 in it.",
        Term(type="start", value="15 June 2026"),
        "Go-live of the warehouse module in Leeds.",
    )
    [conflict] = joined(held(1, promised), held(2, signed)).contradictions
    assert str(conflict.about) == "Two dates of one matter: 2026-06-01; 2026-06-15."
    same = go_live("2026-06-15", "Go-live of the warehouse module in Leeds.")
    assert not joined(held(1, same), held(2, signed)).contradictions


def test_a_trial_begins_on_a_day_of_its_own() -> None:
    trial = go_live("2026-05-01", "Pilot of the warehouse module in Leeds.")
    signed = Line("Start of the warehouse module, Leeds.", Term(type="start", value="15 June 2026"))
    assert not joined(held(1, trial), held(2, signed)).contradictions


def test_a_promise_of_what_was_excluded_is_a_contradiction() -> None:
    never = Line(
        "We do not support Windows tablets.", Exclusion(), "No support of Windows tablets."
    )
    promise = Line(
        "We support your Windows tablets, sure.",
        Promise(strength="firm", type="feature"),
        "Windows tablets are supported.",
    )
    [conflict] = joined(held(1, never), held(2, promise)).contradictions
    assert str(conflict.about) == "Promised in one call, excluded in another."


def test_a_question_that_nobody_came_back_to_is_dropped() -> None:
    asks = Line(
        "I'll ask product about the Romanian version.",
        Promise(strength="firm", type="support", owner="Ann Lee"),
        "Ann asks product about the Romanian version.",
    )
    assert [claim.id for claim in dropped(joined(held(1, asks), held(2, SMALL_TALK)))] == [
        held(1, asks).handoff.claims[0].id
    ]
    assert not dropped(joined(held(1, asks)))


def test_ids_of_an_earlier_consolidation_are_kept_when_an_older_call_turns_up() -> None:
    earlier = joined(held(2, GERMAN_LATER))
    handoffs = [held(1, GERMAN).handoff, held(2, GERMAN_LATER).handoff]
    known = known_claims(earlier.to_json())
    assert only(consolidate(handoffs, previous=known), "promise").id == earlier.claims[0].id


def test_a_consolidated_handoff_can_be_read_again_and_says_where_claims_went() -> None:
    calls = [held(1, GERMAN, FREE_PILOT), held(2, GERMAN_LATER)]
    result = consolidated([one.handoff for one in calls])
    again = read_handoff(result.handoff.to_json(), [one.transcript for one in calls])
    assert again == result.handoff
    went = [result.origin[claim.id] for one in calls for claim in one.handoff.claims]
    assert went[0] == went[2] != went[1]


def test_two_handoffs_of_one_call_are_refused() -> None:
    with pytest.raises(ArtifactError, match="different things about acme-1"):
        consolidate([held(1, GERMAN).handoff, held(1, FREE_PILOT).handoff])


def test_nothing_cannot_be_consolidated() -> None:
    with pytest.raises(ArtifactError, match="no handoff"):
        consolidate([])


SUBJECTS = ("German interface", "nightly export", "route planner", "pilot in Hull")


def promise(subject: str, due: str, status: str) -> Line:
    fact = Promise.model_validate(
        {"strength": "firm", "type": "feature", "due": due, "status": status}
    )
    return Line(f"The {subject} will be there in {due}.", fact, f"The {subject} comes in {due}.")


def exclusion(subject: str) -> Line:
    return Line(f"The {subject} will not happen.", Exclusion(), f"No {subject}.")


TERMS = st.builds(price, st.sampled_from(["48,000", "48k", "44,160", "39,500"]))
LINES = st.one_of(
    TERMS,
    st.builds(
        person,
        st.sampled_from(["CFO", "Finance Director", "Head of IT"]),
        influence=st.sampled_from(["unknown", "blocker", "champion"]),
    ),
    st.builds(
        promise,
        st.sampled_from(SUBJECTS),
        st.sampled_from(["May", "June"]),
        st.sampled_from(["open", "open", "withdrawn"]),
    ),
    st.builds(exclusion, st.sampled_from(SUBJECTS)),
    st.sampled_from(SUBJECTS).map(
        lambda subject: Line(f"I have seen your {subject}, thanks for the {subject}.", by="S2")
    ),
    st.sampled_from(SUBJECTS).map(
        lambda subject: Line(f"We want the {subject} used daily.", Goal(metric=subject), by="S2")
    ),
)


@st.composite
def deals(draw: st.DrawFn, most: int = 4) -> list[Held]:
    contents = draw(st.lists(st.lists(LINES, min_size=1, max_size=5), min_size=1, max_size=most))
    return [held(number, *lines) for number, lines in enumerate(contents, start=1)]


@given(deals(), st.randoms())
@settings(max_examples=60)
def test_the_order_in_which_calls_come_does_not_count(calls: list[Held], dice: object) -> None:
    mixed = list(calls)
    dice.shuffle(mixed)  # type: ignore[attr-defined]
    assert joined(*mixed) == joined(*calls)


@given(deals())
@settings(max_examples=60)
def test_consolidating_again_changes_nothing(calls: list[Held]) -> None:
    once = joined(*calls)
    transcripts = [one.transcript for one in calls]
    assert consolidate([once], transcripts) == once
    assert consolidate([once]) == once
    assert consolidate([once, *(one.handoff for one in calls)], transcripts) == once
    assert consolidate([once, calls[0].handoff], transcripts) == once


@given(deals())
@settings(max_examples=60)
def test_a_new_call_changes_only_what_it_speaks_of(calls: list[Held]) -> None:
    *before, last = calls
    if not before:
        return
    after = joined(*calls).claims
    new = last.handoff.calls[0].call.id
    untouched = [c for c in after if new not in {piece.call_id for piece in c.spoken}]
    earlier = {claim.id: claim for claim in joined(*before).claims}
    assert all(earlier[claim.id] == claim for claim in untouched)


@given(deals())
@settings(max_examples=60)
def test_a_consolidated_handoff_can_be_gone_on_with(calls: list[Held]) -> None:
    *before, last = calls
    if not before:
        return
    whole = joined(*calls)
    on = consolidate([joined(*before), last.handoff], [one.transcript for one in calls])
    assert [record.call.id for record in on.calls] == [record.call.id for record in whole.calls]
    said = {piece for claim in whole.claims for piece in map(str, claim.spoken)}
    assert {piece for claim in on.claims for piece in map(str, claim.spoken)} >= said


@given(deals())
@settings(max_examples=60)
def test_no_word_is_lost_and_a_withdrawn_promise_never_shows_as_open(calls: list[Held]) -> None:
    handoff = joined(*calls)
    proofs = [piece for claim in handoff.claims for piece in claim.spoken]
    for call in calls:
        assert all(piece in proofs for claim in call.handoff.claims for piece in claim.spoken)
    for claim in handoff.of_kind("promise"):
        assert isinstance(claim.fact, Promise)
        state = claim.state
        assert (state == "withdrawn") == (claim.fact.status == "withdrawn")
        taken_back = [n for n, step in enumerate(claim.history) if step.state == "withdrawn"]
        if taken_back:
            assert all(step.state != "open" for step in claim.history[taken_back[-1] :])


@given(deals())
@settings(max_examples=60)
def test_a_withdrawn_promise_is_never_owed(calls: list[Held]) -> None:
    handoff = joined(*calls)
    for claim in handoff.of_kind("promise"):
        steps_taken = [step.state for step in claim.history]
        assert steps_taken, claim.summary
        if steps_taken[-1] == "withdrawn":
            assert claim.state == "withdrawn"
            assert not claim.is_owed
            assert isinstance(claim.fact, Promise)
            assert claim.fact.status == "withdrawn"
    owed = {claim.id for claim in handoff.claims if claim.is_owed}
    assert not owed & {claim.id for claim in handoff.claims if claim.state == "withdrawn"}


@given(st.lists(TERMS, min_size=1, max_size=5))
@settings(max_examples=60)
def test_no_value_of_a_term_is_lost_in_silence(lines: list[Line]) -> None:
    calls = [held(number, line) for number, line in enumerate(lines, start=1)]
    handoff = joined(*calls)
    facts = [line.fact for line in lines]
    said = {fact.value.replace("48k", "48,000") for fact in facts if isinstance(fact, Term)}
    claims = handoff.of_kind("term")
    shown = {step.summary for claim in claims for step in claim.history}
    assert all(any(value in text for text in shown) for value in said - {"48,000"})
    for claim in claims:
        assert [step.state for step in claim.history[:1]] == ["open"]
        assert all(step.state == "changed" for step in claim.history[1:])
        assert isinstance(claim.fact, Term)
        newest = claim.fact.value.replace("48k", "48,000")
        assert newest in claim.history[-1].summary.replace("48k", "48,000")
    *before, last = calls
    if before:
        assert consolidate([joined(*before), last.handoff]).claims == claims


def test_the_part_that_a_person_was_known_for_is_not_lost_to_a_lesser_one():
    def call(number, influence):
        fact = Stakeholder(name="Malcolm Reeve", influence=influence, present=False)
        return held(number, Line("Nothing moves without Malcolm Reeve.", fact, by="S2"))

    for first, second in (("economic_buyer", "influencer"), ("influencer", "economic_buyer")):
        person = only(joined(call(1, first), call(2, second)), "stakeholder")
        assert person.fact.influence == "economic_buyer"
