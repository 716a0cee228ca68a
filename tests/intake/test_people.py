"""Who is forgotten in HubSpot is forgotten here, however often the work is broken off."""

import datetime
import json

import pytest

from transcript2handoff.errors import StoreUnreachableError
from transcript2handoff.intake import people
from transcript2handoff.store import contacts, inbox
from transcript2handoff.webhooks import DealChanged, PersonErased

ERASED = PersonErased(key="p1", account="33", person_id="77")


@pytest.fixture
def won(connected):
    connected.do("hubspot", DealChanged(key="d1", deal_id="42"))
    return connected


def known(world, person="77"):
    with world.store.read() as tx:
        return contacts.find(tx, "hubspot", person)


def test_a_person_is_erased(won):
    assert known(won)[0].name == "Priya Shah"
    won.do("hubspot", ERASED)
    told = won.deal().model_dump_json()
    assert "Priya" not in told
    assert "priya@hl.example" not in told
    assert "Tom Reed" in told
    assert known(won) == ()
    assert known(won, "78")[0].name == "Tom Reed"
    assert won.states() == ["done", "done"]
    ((receipt_id, who),) = won.proven
    assert receipt_id.startswith("erasure-")
    assert who.emails == ("priya@hl.example",)


def test_somebody_whom_nobody_knows_here(alone):
    alone.do("hubspot", ERASED)
    assert alone.states() == ["done"]


def test_what_cannot_be_cleared_away_now_is_left_to_the_housekeeping(won, monkeypatch):
    def broken(*_):
        raise StoreUnreachableError("The blobs are gone.")

    monkeypatch.setattr(people.keeping, "collect", broken)
    won.do("hubspot", ERASED)
    assert "Priya" not in won.deal().model_dump_json()
    assert won.states() == ["done", "done"]
    assert won.proven == []


def test_a_database_that_is_gone_erases_nothing_and_is_asked_again(won, monkeypatch):
    def broken(*_, **__):
        raise StoreUnreachableError("The database is gone.")

    with monkeypatch.context() as patch:
        patch.setattr(people.erasing, "person", broken)
        won.do("hubspot", ERASED)
    (item,) = [each for each in won.items() if each.state == "waiting"]
    assert known(won)[0].name == "Priya Shah"
    monkeypatch.setattr(won.store, "now", lambda: item.next_at)
    won.work()
    assert known(won) == ()
    assert won.states() == ["done", "done"]


def test_nobody_else_begins_while_many_transcripts_are_looked_through(won, monkeypatch):
    heard = people.erasing.heard

    def slow(tx, who):
        later = won.store.now() + datetime.timedelta(minutes=50)
        monkeypatch.setattr(won.store, "now", lambda: later)
        with won.store.write() as other:
            assert inbox.claim(other, "other", 9, 60) == ()
        return heard(tx, who)

    monkeypatch.setattr(people.erasing, "heard", slow)
    won.do("hubspot", ERASED)
    assert won.states() == ["done", "done"]
    assert known(won) == ()


def test_a_person_of_another_portal_is_somebody_else(won, world, store, hubspot):
    connection = won.service.crm.hubspot.model_copy(update={"portal": "34"})
    crms = won.service.crm.model_copy(update={"hubspot": connection})
    other = world(store, hubspot, crm=crms)
    other.do("hubspot", ERASED)
    assert known(won)[0].name == "Priya Shah"
    assert "Priya Shah" in won.deal().model_dump_json()
    assert won.states() == ["done", "done"]


def test_the_deal_takes_its_contacts_along(won):
    from transcript2handoff.store import erasing

    with won.store.write() as tx:
        erasing.deal(tx, won.deal().id, by="test")
    assert known(won) == ()


def test_the_inbox_keeps_nothing_of_them(won):
    won.do("hubspot", ERASED)
    assert "Priya" not in json.dumps([item.model_dump(mode="json") for item in won.items()])
