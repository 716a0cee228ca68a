"""Deals: added, found, changed by one at a time, listed for those who may see them."""

import base64
import threading

import pytest

from transcript2handoff.deal import Call, Deal, Participant
from transcript2handoff.errors import InputError, StoreConflictError, StoreGoneError
from transcript2handoff.store import Store, Window, deals
from transcript2handoff.store.tables import UserRow

HARBORLINE = Deal(
    deal="Harborline renewal",
    customer="Harborline",
    participants=(Participant(name="Ana", side="seller", email="Ana@Northwind.example"),),
    calls=(Call(id="kickoff"),),
)


CENTURIES_AWAY = base64.urlsafe_b64encode(
    b'["deals by newest", "9999-12-31T23:59:59-12:00", "deal-1"]'
).decode()


def added(store: Store, **more: object) -> deals.DealRecord:
    with store.write() as tx:
        return deals.add(tx, deals.NewDeal(deal=HARBORLINE, by="import", **more))


def user(store: Store, name: str) -> str:
    with store.write() as tx:
        tx.session.add(
            UserRow(id=name, name=name, email=f"{name}@crm.example", role="ae", created=tx.now)
        )
    return name


def test_a_deal_is_read_as_it_was_added_without_its_calls(store: Store):
    deal = added(store, source="hubspot", external_id="7")
    with store.read() as tx:
        assert deals.get(tx, deal.id) == deal
        assert deals.find(tx, "hubspot", "7") == deal
        assert deals.find(tx, "hubspot", "8") is None
        assert deals.find(tx, "salesforce", "7") is None
        read = deals.get(tx, deal.id).deal
    assert read == HARBORLINE.model_copy(update={"calls": ()})
    assert read.model_fields_set == {"deal", "customer", "participants"}
    assert (deal.edition, deal.version, deal.won) == ("0-0", 1, False)


def test_what_another_system_calls_by_an_id_is_added_once(store: Store):
    first = added(store, source="hubspot", external_id="7")
    with pytest.raises(StoreConflictError):
        added(store, source="hubspot", external_id="7")
    added(store, source="salesforce", external_id="7")
    added(store)
    added(store)
    with store.read() as tx:
        assert deals.find(tx, "hubspot", "7") == first


def test_a_deal_that_is_not_there_is_told_with_its_id(store: Store):
    for deal_id in ("deal-none", "", "a\0b", "x" * 500):
        with store.read() as tx, pytest.raises(StoreGoneError, match="no deal"):
            deals.get(tx, deal_id)


def test_only_named_fields_are_changed(store: Store, clock):
    deal = added(store, source="hubspot", external_id="7")
    clock.move(60)
    with store.write() as tx:
        changed = deals.change(tx, deal.id, deals.DealChanges(waits_for="the kickoff", won=True))
    assert changed == deal.model_copy(
        update={"waits_for": "the kickoff", "won": True, "updated": clock.time}
    )
    with store.write() as tx:
        deals.change(tx, deal.id, deals.DealChanges(waits_for=None, score=80, verdict="ready"))
    with store.read() as tx:
        read = deals.get(tx, deal.id)
    assert (read.waits_for, read.won, read.score, read.verdict) == (None, True, 80, "ready")
    assert read.version == 1


def test_a_change_of_the_deal_makes_a_version_and_an_old_one_is_turned_away(store: Store):
    deal = added(store)
    renamed = deals.DealChanges(deal=Deal(deal="Harborline II"))
    with store.write() as tx:
        assert deals.change(tx, deal.id, renamed, version=1).version == 2
    with pytest.raises(StoreConflictError, match="version 2"), store.write() as tx:
        deals.change(tx, deal.id, deals.DealChanges(deal=Deal(deal="III")), version=1)
    with store.read() as tx:
        assert deals.get(tx, deal.id).deal.deal == "Harborline II"


def test_of_writers_at_the_same_time_one_wins_a_version(store: Store):
    deal = added(store)
    barrier, outcome = threading.Barrier(6), []

    def rename(number: int) -> None:
        barrier.wait()
        try:
            with store.write() as tx:
                changes = deals.DealChanges(deal=Deal(deal=f"name {number}"))
                deals.change(tx, deal.id, changes, version=1)
            outcome.append(f"name {number}")
        except StoreConflictError:
            outcome.append(None)

    in_threads(rename, 6)
    (winner,) = [name for name in outcome if name]
    assert len(outcome) == 6
    with store.read() as tx:
        assert deals.get(tx, deal.id).deal.deal == winner
        assert deals.get(tx, deal.id).version == 2


def test_writers_at_the_same_time_lose_nothing_of_each_other(store: Store):
    deal = added(store)

    def count(_number: int) -> None:
        for _ in range(10):
            with store.write() as tx:
                score = deals.get(tx, deal.id, lock=True).score or 0
                deals.change(tx, deal.id, deals.DealChanges(score=score + 1))

    in_threads(count, 5)
    with store.read() as tx:
        assert deals.get(tx, deal.id).score == 50


def in_threads(work, number: int) -> None:
    threads = [threading.Thread(target=work, args=(each,)) for each in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_pages_hold_each_deal_once_while_others_are_added(store: Store, clock):
    there = []
    for number in range(7):
        clock.move(number % 2)  # some come at the same moment
        there.append(added(store).id)
    seen: list[str] = []
    window = Window(limit=3)
    while True:
        with store.read() as tx:
            page = deals.listed(tx, window)
        seen += [deal.id for deal in page.items]
        clock.move(1)
        added(store)
        if page.after is None:
            break
        window = Window(limit=3, after=page.after)
    assert sorted(seen) == sorted(there)
    assert len(page.items) == 1


@pytest.mark.parametrize("cursor", ["", "x", "Wzld", "bm9uZQ", "é", "a" * 5000, CENTURIES_AWAY])
def test_a_cursor_that_is_none_is_refused(store: Store, cursor: str):
    with store.read() as tx, pytest.raises(InputError, match="cursor"):
        deals.listed(tx, Window(after=cursor))


def test_deals_are_seen_by_those_whose_they_are(store: Store):
    ana, ben, cleo = (user(store, name) for name in ("ana", "ben", "cleo"))
    first = added(store, ae_id=ana, csm_id=ben).id
    second = added(store, ae_id=cleo).id
    with store.read() as tx:
        assert {deal.id for deal in deals.listed(tx, Window()).items} == {first, second}
        for name, expected in ((ana, [first]), (ben, [first]), (cleo, [second]), ("dan", [])):
            page = deals.listed(tx, Window(), seen_by=name)
            assert [deal.id for deal in page.items] == expected


def test_a_recording_finds_the_deals_of_its_host(store: Store):
    ana = user(store, "ana")
    by_owner = added(store, ae_id=ana).id
    with store.write() as tx:
        other = deals.add(tx, deals.NewDeal(deal=Deal(deal="Other"), by="import")).id
    with store.read() as tx:
        found = deals.search(tx, ae_email="ANA@crm.example")
        assert [deal.id for deal in found] == [by_owner]
        found = deals.search(tx, ae_email="ana@northwind.example")
        assert [deal.id for deal in found] == [by_owner]
        assert deals.search(tx, ae_email="a_a@crm.example") == ()
        assert deals.search(tx, ae_email="%") == ()
        assert {deal.id for deal in deals.search(tx)} == {by_owner, other}


def test_an_owner_who_is_not_known_is_refused(store: Store):
    with pytest.raises(StoreConflictError):
        added(store, ae_id="user-none")
