"""Everything on a person: what is told is what an erasure would take away."""

import json

import pytest

from tests.store.test_erasing_people import HERS, PRIYA, TOM, World
from transcript2handoff.deal import Participant
from transcript2handoff.erasure import Who
from transcript2handoff.store import (
    Deed,
    Store,
    contacts,
    corrections,
    events,
    gathering,
    handoffs,
    keys,
    outbox,
    users,
    views,
)
from transcript2handoff.store.gathered import Gathered


@pytest.fixture
def world(store: Store) -> World:
    return World(store)


def gathered(store: Store, who: Who = PRIYA) -> Gathered:
    with store.read() as tx:
        return gathering.of_person(tx, who)


def test_deals_and_calls_are_told_with_what_they_say_and_who_names_them(world: World):
    deal_id = world.deal(HERS, TOM)
    call_id = world.heard(
        deal_id,
        "demo",
        ("Priya Nair", "I run the docks."),
        ("Tom Nair", "Right, Priya."),
        ("Tom Nair", "I pay."),
    )
    other = world.heard(world.deal(TOM), "other", ("Tom Nair", "Nobody else is here."))
    told = gathered(world.store)
    assert [(deal.id, deal.participants) for deal in told.deals] == [(deal_id, (HERS,))]
    (call,) = told.calls
    assert (call.id, call.deal_id, call.ref) == (call_id, deal_id, "demo")
    assert [turn.text for turn in call.spoken] == ["I run the docks."]
    assert [turn.text for turn in call.named] == ["Right, Priya."]
    assert other not in told.model_dump_json()
    assert "I pay" not in told.model_dump_json()


def test_what_was_corrected_is_told_as_it_stands_now(world: World):
    deal_id = world.deal(HERS, TOM)
    call_id = world.heard(deal_id, "demo", (None, "I run the docks."), ("Tom Nair", "Thanks Priya"))
    moved = {"event": "turn_moved", "turn": 1, "speaker": "Priya Nair", "is_new": True}
    signed = {"by": "Tom", "at": "2026-05-18T09:00:00Z"}
    with world.store.write() as tx:
        corrections.append(tx, call_id, json.dumps({**moved, **signed}), expected=0)
    (call,) = gathered(world.store).calls
    assert call.invited is False
    assert call.consent == "unknown"
    assert [turn.text for turn in call.named] == ["Thanks Priya"]


def test_claims_by_them_and_about_them_are_told_with_their_proof(world: World):
    deal_id = world.deal(HERS, TOM)
    world.heard(deal_id, "demo", ("Priya Nair", "I run the docks."), ("Tom Nair", "We pay."))

    def claim(name, turn, summary):
        quote = {"call_id": "demo", "turn": turn, "quote": "words"}
        return {"id": name, "summary": summary, "evidence": [quote]}

    claims = [claim("by", 1, "Docks"), claim("about", 2, "Ask Priya"), claim("none", 2, "Money")]
    with world.store.write() as tx:
        handoffs.add(tx, deal_id, json.dumps({"handoff": {"claims": claims}}), run_id=None)
    told = gathered(world.store).claims
    assert [(each["id"], each["deal_id"]) for each in told] == [("by", deal_id), ("about", deal_id)]
    assert told[0]["evidence"][0]["turn"] == 1


def test_accounts_keys_lists_deeds_and_contacts_are_told(world: World):
    deal_id = world.deal(HERS, TOM)
    with world.store.write() as tx:
        new = users.NewUser(name="P. N.", email=HERS.email or "", role="ae", password_hash="secret")
        account = users.add(tx, new)
        key = keys.NewKey(name="laptop", scopes=(), digest="a" * 64, user_id=account.id)
        key_id = keys.add(tx, key).id
        views.add(tx, views.NewView(user_id=account.id, name="Mine", query="text=nair"))
        contacts.know(tx, deal_id, "hubspot", {"7": HERS, "8": TOM})
        for actor, subject in ((key_id, deal_id), ("user-1", account.id), ("user-1", "deal-1")):
            tx.note(Deed(actor=actor, action="read", matter="deal", subject=subject))
    told = gathered(world.store)
    (found,) = told.accounts
    assert (found.id, found.keys, found.views) == (account.id, ("laptop",), ("Mine",))
    assert [each.name for each in told.contacts] == ["Priya Nair"]
    assert {(each.actor, each.subject) for each in told.deeds} == {
        (key_id, deal_id),
        ("user-1", account.id),
    }
    assert "secret" not in told.model_dump_json()
    assert "a" * 64 not in told.model_dump_json()


def test_other_texts_are_told_with_the_place_where_they_stand(world: World):
    deal_id = world.deal(HERS, TOM)
    with world.store.write() as tx:
        events.append(tx, deal_id, ['{"by": "Priya Nair"}', '{"by": "Tom Nair"}'], edition=None)
        wish = {"target": "mail", "external_key": "k", "deal_id": deal_id, "kind": "brief"}
        content = json.dumps({"to": [HERS.email]})
        outbox.put(tx, outbox.OutboxWish(**wish, content=content, digest="d"))
    told = {(each.where, each.text) for each in gathered(world.store).texts}
    assert told == {("events.text", '{"by": "Priya Nair"}'), ("outbox.content", content)}


def test_of_somebody_who_is_nowhere_nothing_is_told(world: World):
    world.heard(world.deal(HERS, TOM), "demo", ("Priya Nair", "I run the docks."))
    told = gathered(world.store, Who(names=("Ann Other",)))
    assert (told.deals, told.calls, told.texts, told.accounts) == ((), (), (), ())
    assert Participant(name="Priya Nair", side="customer").name not in told.model_dump_json()


def test_what_an_erasure_takes_away_was_told_before(world: World):
    deal_id = world.deal(HERS, TOM)
    for ref, turns in (
        ("demo", (("Priya Nair", "I run the docks."),)),
        ("talk", (("Tom Nair", "Ask Priya Nair."),)),
        ("none", (("Tom Nair", "Nothing."),)),
    ):
        world.heard(deal_id, ref, *turns)
    before = gathered(world.store)
    erased = world.erase()
    assert {call.id for call in before.calls} == {each.call_id for each in erased.calls}
    assert {deal.id for deal in before.deals} == set(erased.deal_ids)
    after = gathered(world.store)
    assert (after.deals, after.calls, after.texts) == ((), (), ())
