"""Links for readers without an account: good until they are over or withdrawn."""

import datetime

import pytest

from transcript2handoff.errors import StoreConflictError, StoreGoneError
from transcript2handoff.store import Store, shares
from transcript2handoff.store.shares import NewShare

DAY = datetime.timedelta(days=1)


def share(store: Store, deal_id: str, digit: str, days: int = 14) -> shares.ShareRecord:
    with store.write() as tx:
        new = NewShare(
            deal_id=deal_id,
            digest=digit * 64,
            by="Ana",
            by_id="user-1",
            expires=tx.now + days * DAY,
            audio=True,
            language="de",
        )
        return shares.add(tx, new)


def is_good(store: Store, digit: str) -> bool:
    with store.read() as tx:
        return shares.by_digest(tx, digit * 64) is not None


def test_a_link_is_good_until_it_is_over(store: Store, deal, clock):
    made = share(store, deal.id, "a")
    with store.read() as tx:
        assert shares.by_digest(tx, "a" * 64) == shares.get(tx, made.id) == made
        assert (made.audio, made.language, made.opened, made.last_opened) == (True, "de", 0, None)
        assert shares.by_digest(tx, "b" * 64) is None
    clock.move(14 * 86400 - 1)
    assert is_good(store, "a")
    clock.move(1)
    assert not is_good(store, "a")


def test_a_link_that_was_withdrawn_leads_nowhere(store: Store, deal, clock):
    made, other = share(store, deal.id, "a"), share(store, deal.id, "b")
    clock.move(60)
    with store.write() as tx:
        withdrawn = shares.withdraw(tx, made.id)
    assert withdrawn.withdrawn == clock.time
    assert not is_good(store, "a")
    assert is_good(store, "b")
    clock.move(60)
    with store.write() as tx:
        assert shares.withdraw(tx, made.id) == withdrawn
        assert {one.id for one in shares.of_deal(tx, deal.id)} == {made.id, other.id}
        with pytest.raises(StoreGoneError):
            shares.withdraw(tx, "share-1")


def test_it_is_counted_how_often_a_link_is_followed(store: Store, deal, clock):
    made = share(store, deal.id, "a")
    for _ in range(2):
        clock.move(60)
        with store.write() as tx:
            shares.opened(tx, made.id)
            shares.opened(tx, "share-1")
    with store.read() as tx:
        told = shares.get(tx, made.id)
    assert (told.opened, told.last_opened) == (2, clock.time)


def test_a_secret_is_given_out_once_and_for_a_deal_that_is_there(store: Store, deal):
    share(store, deal.id, "a")
    with pytest.raises(StoreConflictError):
        share(store, deal.id, "a")
    with pytest.raises(StoreGoneError):
        share(store, "deal-1", "b")


def test_links_that_led_nowhere_for_long_are_forgotten(store: Store, deal, clock):
    over, good = share(store, deal.id, "a", days=1), share(store, deal.id, "b", days=90)
    withdrawn = share(store, deal.id, "c", days=90)
    with store.write() as tx:
        shares.withdraw(tx, withdrawn.id)
    clock.move(30 * 86400)
    with store.write() as tx:
        assert shares.drop_old(tx, older=30 * DAY) == 0
    clock.move(1)
    with store.write() as tx:
        assert shares.drop_old(tx, older=30 * DAY) == 1
    clock.move(86400)
    with store.write() as tx:
        assert shares.drop_old(tx, older=30 * DAY) == 1
        assert shares.of_deal(tx, deal.id) == (good,)
        with pytest.raises(StoreGoneError):
            shares.get(tx, over.id)
