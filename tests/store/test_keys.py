"""Keys for programs: known by hashes, valid for a while, replaced without a gap."""

import datetime
from typing import Any

import pytest

from transcript2handoff.errors import StoreConflictError, StoreGoneError
from transcript2handoff.store import Deed, Store, Window, keys, users
from transcript2handoff.store.keys import KeyRecord, NewKey

HOUR = datetime.timedelta(hours=1)


def new(digit: str = "a", **other: Any) -> NewKey:
    return NewKey(name="CRM", scopes=("deals:read", "admin"), digest=digit * 64, **other)


def added(store: Store, digit: str = "a", **other: Any) -> KeyRecord:
    with store.write() as tx:
        return keys.add(tx, new(digit, **other))


def test_a_key_is_found_by_its_id_and_by_the_hash_of_its_secret(store: Store):
    key = added(store, id="abc")
    with store.read() as tx:
        assert keys.get(tx, "abc") == key
        assert keys.by_digest(tx, "a" * 64) == key
        assert keys.by_digest(tx, "b" * 64) is None
        with pytest.raises(StoreGoneError, match="key none"):
            keys.get(tx, "none")
    assert key.scopes == ("deals:read", "admin")
    assert "a" * 64 not in repr(key) + repr(new())


def test_an_id_and_a_secret_are_given_once(store: Store):
    added(store, id="abc")
    with pytest.raises(StoreConflictError):
        added(store, "b", id="abc")
    with pytest.raises(StoreConflictError):
        added(store, "a")
    assert added(store, "c").id != added(store, "d").id


def test_a_revoked_key_is_valid_no_more(store: Store, clock):
    key = added(store, expires=clock() + HOUR)
    with store.write() as tx:
        assert keys.revoke(tx, key.id).expires == clock()
    clock.move(5)
    with store.write() as tx:
        # It does not become valid again by being revoked later.
        assert keys.revoke(tx, key.id).expires == clock() - datetime.timedelta(seconds=5)


def test_a_key_is_replaced_without_a_gap(store: Store, clock):
    key = added(store)
    with store.write() as tx:
        newer = keys.rotate(tx, key.id, new("b"), overlap=HOUR)
        assert newer.replaces == key.id
        assert newer.expires is None
        assert keys.get(tx, key.id).expires == clock() + HOUR
    short = added(store, "c", expires=clock())
    with store.write() as tx:
        keys.rotate(tx, short.id, new("d"), overlap=HOUR)
        assert keys.get(tx, short.id).expires == clock()


def test_it_is_known_what_was_made_with_a_key(store: Store):
    for digit, actor in (("b", "key-a"), ("c", "key-b"), ("d", "user-1"), ("e", "key-a")):
        with store.write() as tx:
            key = keys.add(tx, new(digit, id=f"key-{digit}"))
            tx.note(Deed(actor=actor, action="add", matter="key", subject=key.id))
    with store.write() as tx:
        tx.note(Deed(actor="key-a", action="change", matter="key", subject="key-d"))
        tx.note(Deed(actor="key-a", action="add", matter="key", subject="key-gone"))
    with store.read() as tx:
        assert {key.id for key in keys.made_with(tx, "key-a")} == {"key-b", "key-e"}
        assert keys.made_with(tx, "key-d") == ()


def test_the_last_use_is_known_to_a_minute(store: Store, clock):
    key, begun = added(store), clock()
    for seconds, known in ((0, 0), (59, 0), (60, 60)):
        clock.time = begun + datetime.timedelta(seconds=seconds)
        with store.write() as tx:
            keys.used(tx, key.id)
            told = keys.get(tx, key.id)
        assert told.used == begun + datetime.timedelta(seconds=known)
        assert keys.is_noted(told, clock())


def test_keys_are_listed_and_go_with_their_user(store: Store, clock):
    with store.write() as tx:
        ana = users.add(tx, users.NewUser(name="Ana", email="a@b.example", role="ae"))
    first = added(store, user_id=ana.id)
    clock.move(1)
    second = added(store, "b")
    with store.read() as tx:
        assert [key.id for key in keys.listed(tx, Window()).items] == [second.id, first.id]
        assert [key.id for key in keys.listed(tx, Window(), user_id=ana.id).items] == [first.id]
    with pytest.raises(StoreConflictError):
        added(store, "c", user_id="user-none")
