"""People with an account."""

import datetime
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from pydantic import ValidationError

from transcript2handoff.errors import StoreConflictError, StoreGoneError
from transcript2handoff.store import Store, Window, tokens, users
from transcript2handoff.store.users import NewUser, UserChanges, UserRecord


def added(store: Store, name: str = "Ana", **other: Any) -> UserRecord:
    told = {"email": f"{name}@northwind.example", "role": "ae", **other}
    with store.write() as tx:
        return users.add(tx, NewUser(name=name, **told))


def test_an_account_is_found_by_its_address_and_its_identity(store: Store):
    ana = added(store, subject="oidc|1", password_hash="$argon2id$x")
    with store.read() as tx:
        assert users.get(tx, ana.id) == ana
        assert users.by_email(tx, " ANA@Northwind.example") == ana
        assert users.by_email(tx, "bo@northwind.example") is None
        assert users.by_subject(tx, "oidc|1") == ana
        assert users.by_subject(tx, "oidc|2") is None
        with pytest.raises(StoreGoneError, match="user-none"):
            users.get(tx, "user-none")
    assert ana.email == "ana@northwind.example"
    assert "argon2id" not in repr(ana)


def test_nobody_has_two_accounts(store: Store):
    added(store, subject="oidc|1")
    with pytest.raises(StoreConflictError, match="e-mail"):
        added(store, "Bo", email="ANA@northwind.EXAMPLE")
    with pytest.raises(StoreConflictError, match="identity"):
        added(store, "Bo", subject="oidc|1")
    # Those without an identity are not one and the same.
    added(store, "Bo")
    added(store, "Cy")
    with store.read() as tx:
        assert users.count(tx) == 3


@pytest.mark.parametrize("email", ["", "ana", "a b@c", "@c", "a@"])
def test_an_address_is_one(email: str):
    with pytest.raises(ValidationError):
        NewUser(name="Ana", email=email, role="ae")


def test_an_account_is_changed_in_what_is_told_alone(store: Store):
    ana, bo = added(store, subject="oidc|1"), added(store, "Bo")
    with store.write() as tx:
        told = users.change(tx, ana.id, UserChanges(role="csm", email="A@northwind.example"))
    assert (told.role, told.email, told.name) == ("csm", "a@northwind.example", "Ana")
    assert told.subject == "oidc|1"
    with store.write() as tx:
        assert users.change(tx, ana.id, UserChanges(subject=None)).subject is None
        assert users.change(tx, ana.id, UserChanges(email="a@northwind.example")).id == ana.id
    with pytest.raises(StoreConflictError), store.write() as tx:
        users.change(tx, ana.id, UserChanges(email=bo.email))


def test_who_is_disabled_has_nothing_open_any_more(store: Store, clock):
    ana = added(store)
    tomorrow = clock() + datetime.timedelta(days=1)
    with store.write() as tx:
        tokens.add(
            tx,
            tokens.NewToken(digest="0" * 64, purpose="session", expires=tomorrow, user_id=ana.id),
        )
        first = users.disable(tx, ana.id)
        assert first.disabled == clock()
        assert tokens.find(tx, "0" * 64, "session") is None
    clock.move(5)
    with store.write() as tx:
        assert users.disable(tx, ana.id) == first
        assert users.enable(tx, ana.id).disabled is None


def test_one_administrator_is_left(store: Store):
    ana, bo = added(store, role="admin"), added(store, "Bo", role="admin")
    with store.write() as tx:
        users.disable(tx, bo.id)
    with pytest.raises(StoreConflictError, match="only administrator"), store.write() as tx:
        users.disable(tx, ana.id)
    with pytest.raises(StoreConflictError, match="only administrator"), store.write() as tx:
        users.change(tx, ana.id, UserChanges(role="ae"))
    with store.write() as tx:
        assert users.change(tx, ana.id, UserChanges(name="Anna")).role == "admin"
        users.enable(tx, bo.id)
        users.change(tx, ana.id, UserChanges(role="ae"))


def test_two_administrators_cannot_disable_each_other_at_once(store: Store):
    both = [added(store, role="admin").id, added(store, "Bo", role="admin").id]
    begin = threading.Barrier(2)

    def disable(user_id: str) -> bool:
        begin.wait()
        try:
            with store.write() as tx:
                users.disable(tx, user_id)
        except StoreConflictError:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(disable, both)) == [False, True]


def test_accounts_are_listed_newest_first(store: Store, clock):
    for name in ("Ana", "Bo", "Cy"):
        added(store, name)
        clock.move(1)
    with store.read() as tx:
        page = users.listed(tx, Window(limit=2))
        rest = users.listed(tx, Window(limit=2, after=page.after))
    assert [user.name for user in (*page.items, *rest.items)] == ["Cy", "Bo", "Ana"]
