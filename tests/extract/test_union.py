from datetime import UTC, datetime

import pytest

from transcript2handoff.errors import ArtifactError
from transcript2handoff.extract.union import unite
from transcript2handoff.facts import Pain, Promise, Stakeholder
from transcript2handoff.handoff import (
    Citation,
    Draft,
    DraftClaim,
    PromptUsed,
    Provenance,
    Sending,
    Unread,
    Usage,
    Window,
)

SENDS = "I'll send the report on Friday."


def claim(summary, *, turn=4, quote=SENDS, fact=None, confidence=0.5):
    return DraftClaim(
        summary=summary,
        fact=fact or Pain(),
        citations=(Citation(turn=turn, quote=quote),),
        confidence=confidence,
    )


def draft(*claims, engine="local", version=1, call="acme-1", **fields):
    made_by = {"engine_version": "2", "model": f"{engine} model", **fields.pop("made_by", {})}
    return Draft(
        call_id=call,
        transcript_version=version,
        provenance=Provenance(call_id=call, engine=engine, **made_by),
        coverage=fields.pop("coverage", (Window(first=1, last=9),)),
        claims=claims,
        **fields,
    )


def promise(confidence, **fields):
    fact = Promise(type="document", **{"strength": "firm", **fields})
    return claim("Dana sends the report.", fact=fact, confidence=confidence)


def united(ours, theirs):
    """The one claim that both are; in whichever order the engines come."""
    first, second = draft(ours), draft(theirs, engine="openai")
    (told,) = unite(first, second).claims
    assert unite(second, first).claims == (told,)
    return told


def test_what_both_find_is_told_once_and_more_surely():
    told = united(promise(0.6), promise(0.5, owner="Dana Whitfield", due="2026-09-18"))
    assert told.confidence == 0.8
    assert (told.fact.owner, told.fact.due) == ("Dana Whitfield", "2026-09-18")


def test_the_surer_claim_says_what_and_who():
    told = united(promise(0.9, owner="Dana", status="withdrawn"), promise(0.4, owner="Sam"))
    assert (told.fact.owner, told.fact.status) == ("Dana", "withdrawn")


@pytest.mark.parametrize(
    ("sure", "other", "kept"),
    [
        ("firm", "hedged", "hedged"),
        ("hedged", "firm", "hedged"),
        ("conditional", "hedged", "conditional"),
        ("firm", "firm", "firm"),
    ],
)
def test_a_promise_is_firm_only_if_both_engines_say_so(sure, other, kept):
    assert united(promise(0.9, strength=sure), promise(0.4, strength=other)).fact.strength == kept


def test_what_is_unknown_of_a_person_is_taken_from_the_other_engine():
    first = Stakeholder(name="Ann", present=True)
    full = Stakeholder(name="Ann Lee", role="CFO", influence="economic_buyer", present=False)
    told = united(claim("Ann.", fact=first, confidence=0.9), claim("Ann Lee, CFO.", fact=full))
    assert told.fact == full.model_copy(update={"present": True})


def test_what_one_finds_alone_stays_and_all_stand_in_the_order_of_the_call():
    early = claim("Parcels are lost.", turn=2, quote="We lose parcels.")
    late = claim("The scanner fails.", turn=8, quote="The scanner dies in the cold.")
    both = unite(draft(late), draft(early, engine="openai"))
    assert both.claims == (early, late)


def test_turns_are_unread_if_no_engine_has_read_them():
    first = draft(
        coverage=(Window(first=1, last=3), Window(first=8, last=9)),
        unread=(Unread(first=4, last=7, reason="The server was down."),),
    )
    second = draft(
        engine="openai",
        coverage=(Window(first=5, last=5),),
        unread=(
            Unread(first=1, last=4, reason="It refused."),
            Unread(first=6, last=9, reason="The server was down."),
        ),
    )
    both = unite(first, second)
    assert both.unread == (
        Unread(first=4, last=4, reason="The server was down. It refused."),
        Unread(first=6, last=7, reason="The server was down."),
    )
    assert [(held.first, held.last) for held in both.coverage] == [(1, 3), (5, 5), (8, 9)]
    assert unite(draft(), second).unread == ()


def test_notes_are_kept_once():
    both = unite(draft(notes=("One.", "Two.")), draft(engine="openai", notes=("Two.", "Three.")))
    assert both.notes == ("One.", "Two.", "Three.")


def test_the_provenance_names_both_engines_and_all_that_was_sent():
    prompt = PromptUsed(name="find_needs.v1", sha256="ab")
    sending = Sending(
        to="http://127.0.0.1:8080",
        model="small",
        at=datetime(2026, 9, 14, tzinfo=UTC),
        purpose="find needs",
        turns=(Window(first=1, last=9),),
        redacted=True,
    )
    usage = Usage(requests=3, tokens_in=900, tokens_out=80, cost=0.5)
    made_by = {
        "engine_version": "1",
        "prompts": (prompt,),
        "usage": usage,
        "sendings": (sending,),
        "hidden": {"card number": 1},
    }
    made = unite(draft(), draft(engine="openai", made_by=made_by)).provenance
    assert (made.engine, made.engine_version) == ("local+openai", "2 + 1")
    assert made.model == "local model + openai model"
    assert (made.prompts, made.usage, made.sendings) == ((prompt,), usage, (sending,))
    assert made.hidden == {"card number": 1}


@pytest.mark.parametrize(("cost", "total"), [(0.25, 0.75), (None, None)])
def test_what_two_servers_were_paid_is_added_up_if_both_are_known(cost, total):
    first = draft(made_by={"usage": Usage(requests=2, tokens_in=10, cost=0.5)})
    second = draft(made_by={"usage": Usage(requests=3, tokens_in=20, from_cache=1, cost=cost)})
    assert unite(first, second).provenance.usage == Usage(
        requests=5, tokens_in=30, from_cache=1, cost=total
    )


@pytest.mark.parametrize("other", [{"call": "acme-2"}, {"version": 2}])
def test_drafts_of_different_words_are_refused(other):
    with pytest.raises(ArtifactError, match="draft"):
        unite(draft(), draft(engine="openai", **other))
