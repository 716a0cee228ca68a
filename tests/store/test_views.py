"""Saved views: each of one person, under a name of their own."""

import pytest

from transcript2handoff.errors import StoreConflictError, StoreGoneError
from transcript2handoff.store import Store, users, views
from transcript2handoff.store.views import MOST, NewView


@pytest.fixture
def people(store: Store) -> tuple[str, str]:
    with store.write() as tx:
        told = [
            users.NewUser(name=name, email=f"{name}@n.example", role="csm") for name in ("ana", "b")
        ]
        ana, ben = (users.add(tx, one).id for one in told)
    return ana, ben


def save(store: Store, user_id: str, name: str, query: str) -> views.SavedView:
    with store.write() as tx:
        return views.add(tx, NewView(user_id=user_id, name=name, query=query))


def test_a_view_is_of_one_person(store: Store, people):
    ana, ben = people
    mine = save(store, ana, "Waits for me", "waits_on=csm")
    save(store, ana, "blocked", "verdict=blocked")
    theirs = save(store, ben, "Waits for me", "waits_on=ae")
    with store.write() as tx:
        assert [view.name for view in views.listed(tx, ana)] == ["blocked", "Waits for me"]
        assert views.listed(tx, ben) == (theirs,)
        assert not views.remove(tx, mine.id, user_id=ben)
        assert views.remove(tx, mine.id, user_id=ana)
        assert not views.remove(tx, mine.id, user_id=ana)
        assert [view.name for view in views.listed(tx, ana)] == ["blocked"]
        assert views.listed(tx, ben) == (theirs,)


def test_the_same_name_takes_the_place_of_what_it_named(store: Store, people):
    ana, _ = people
    first = save(store, ana, "Mine", "a=1")
    second = save(store, ana, "Mine", "b=2")
    assert (second.id, second.query) == (first.id, "b=2")
    with store.read() as tx:
        assert views.listed(tx, ana) == (second,)


def test_there_is_an_end_to_how_many(store: Store, people):
    ana, ben = people
    for number in range(MOST):
        save(store, ana, f"view {number}", "")
    with pytest.raises(StoreConflictError, match="Remove one"):
        save(store, ana, "one more", "")
    assert save(store, ana, "view 0", "a=1").query == "a=1"
    save(store, ben, "one more", "")


def test_nobody_has_no_views(store: Store):
    with pytest.raises(StoreGoneError):
        save(store, "user-1", "Mine", "")
