"""Tokens: good for one purpose and a while, and one-time links once."""

import datetime
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from transcript2handoff.errors import StoreConflictError
from transcript2handoff.store import Store, tokens, users
from transcript2handoff.store.tokens import NewToken, TokenRecord

DIGEST = "a" * 64


def added(store: Store, digit: str = "a", **other: Any) -> TokenRecord:
    told = {"purpose": "session", "expires": store.now() + datetime.timedelta(hours=1), **other}
    with store.write() as tx:
        return tokens.add(tx, NewToken(digest=digit * 64, **told))


def test_a_token_is_found_for_its_purpose_while_it_is_valid(store: Store, clock):
    token = added(store, data='{"csrf": "x"}')
    with store.read() as tx:
        assert tokens.find(tx, DIGEST, "session") == token
        assert tokens.find(tx, DIGEST, "setup") is None
        assert tokens.find(tx, "b" * 64, "session") is None
    assert "csrf" not in repr(token)
    assert DIGEST not in repr(token)
    clock.move(3600)
    with store.read() as tx:
        assert tokens.find(tx, DIGEST, "session") is None


def test_a_token_is_given_out_once(store: Store):
    added(store)
    with pytest.raises(StoreConflictError):
        added(store)


def test_a_link_works_once_even_for_many_at_once(store: Store):
    added(store, purpose="setup")
    begin = threading.Barrier(4)

    def use(_: int) -> bool:
        begin.wait()
        with store.write() as tx:
            return tokens.remove(tx, DIGEST)

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(use, range(4))) == [False, False, False, True]


def test_the_tokens_of_somebody_are_removed(store: Store):
    with store.write() as tx:
        ana = users.add(tx, users.NewUser(name="Ana", email="a@b.example", role="ae"))
    added(store, "a", user_id=ana.id)
    added(store, "b", user_id=ana.id, purpose="invitation")
    added(store, "c")
    with store.write() as tx:
        assert tokens.remove_of_user(tx, ana.id, "invitation") == 1
        assert tokens.find(tx, DIGEST, "session") is not None
        assert tokens.remove_of_user(tx, ana.id) == 1
        assert tokens.find(tx, "c" * 64, "session") is not None


def test_tokens_that_are_over_are_forgotten(store: Store, clock):
    added(store, "a")
    clock.move(1)
    kept = added(store, "b")
    clock.move(3599)
    with store.write() as tx:
        assert tokens.drop_expired(tx) == 1
        assert tokens.find(tx, "b" * 64, "session") == kept
