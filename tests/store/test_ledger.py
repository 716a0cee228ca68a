"""The ledger: the promises of all deals, by due date and owner, for those who may see them."""

import datetime
from typing import Any

import pytest

from transcript2handoff.deal import Call, Deal
from transcript2handoff.errors import InputError, StoreGoneError
from transcript2handoff.store import Store, Window, calls, deals, ledger
from transcript2handoff.store.ledger import LedgerEntry, LedgerFilter, LedgerTotals
from transcript2handoff.store.tables import UserRow

FEW = Window(limit=200)
UNTOLD = dict.fromkeys(LedgerEntry.model_fields)


def entry(deal_id: str, claim_id: str, **told: Any) -> LedgerEntry:
    fixed = {
        "deal_id": deal_id,
        "claim_id": claim_id,
        "position": 0,
        "summary": f"Does {claim_id}",
        "state": "open",
        "strength": "firm",
        "is_reviewed": False,
    }
    due = told.get("due_day")
    return LedgerEntry.model_validate({**UNTOLD, **fixed, "due": due and due.isoformat(), **told})


def day(number: int) -> datetime.date:
    return datetime.date(2026, 5, number)


@pytest.fixture
def two(store: Store) -> tuple[str, str]:
    """Two deals with promises; Ana has the first one."""
    with store.write() as tx:
        person = {"name": "Ana", "email": "ana@n.example", "role": "ae", "created": tx.now}
        tx.session.add(UserRow(id="ana", **person))
        tx.session.flush()
        first = deals.add(
            tx,
            deals.NewDeal(deal=Deal(deal="First", customer="Harborline"), by="import", ae_id="ana"),
        ).id
        second = deals.add(tx, deals.NewDeal(deal=Deal(deal="Second"), by="import")).id
        ledger.put(
            tx,
            first,
            [
                entry(first, "late", owner="ben", due_day=day(1), outcome="late"),
                entry(first, "soon", owner="Ana", due_day=day(2), position=1),
                entry(first, "never", owner="Ana", position=2, outcome="impossible"),
                entry(first, "done", owner="cleo", due_day=day(9), position=3, state="done"),
            ],
        )
        ledger.put(
            tx,
            second,
            [
                entry(second, "next", due_day=day(3), state="changed"),
                entry(second, "whole", owner="Ana", position=1, outcome="kept"),
            ],
        )
    return first, second


def listed(store: Store, *, seen_by: str | None = None, **only: Any) -> list[str]:
    with store.read() as tx:
        page = ledger.listed(tx, FEW, seen_by=seen_by, only=LedgerFilter(**only))
    return [line.claim_id for line in page.items]


def test_promises_stand_by_their_day_and_those_without_one_at_the_end(store: Store, two):
    assert listed(store)[:4] == ["late", "soon", "next", "done"]
    assert set(listed(store)[4:]) == {"never", "whole"}


def test_or_by_their_owner_in_whatever_letters_and_those_of_nobody_at_the_end(store: Store, two):
    told = listed(store, order="owner")
    assert told[0] == "soon"
    assert set(told[1:3]) == {"never", "whole"}
    assert told[3:] == ["late", "done", "next"]


def test_a_line_says_of_which_deal_it_is(store: Store, two):
    with store.read() as tx:
        lines = {one.claim_id: one for one in ledger.listed(tx, FEW).items}
    assert (lines["soon"].deal_name, lines["soon"].customer) == ("First", "Harborline")
    assert (lines["next"].deal_name, lines["next"].customer) == ("Second", None)
    assert lines["soon"].due_day == day(2)
    assert lines["soon"].summary == "Does soon"


@pytest.mark.parametrize(
    ("only", "names"),
    [
        ({"owner": "Ana"}, {"soon", "never", "whole"}),
        ({"outcome": ("open",)}, {"soon", "next"}),
        ({"outcome": ("kept",)}, {"done", "whole"}),
        ({"outcome": ("late", "impossible")}, {"late", "never"}),
        ({"due_from": day(2)}, {"soon", "next", "done"}),
        ({"due_until": day(2)}, {"late", "soon"}),
        ({"due_from": day(2), "due_until": day(3), "outcome": ("open",)}, {"soon", "next"}),
        ({"owner": "Ana", "due_until": day(1)}, set()),
    ],
)
def test_a_filter_leaves_out_what_it_does_not_want(store: Store, two, only, names: set[str]):
    assert set(listed(store, **only)) == names
    with store.read() as tx:
        assert ledger.totals(tx, only=LedgerFilter(**only)).all == len(names)


def test_promises_are_seen_by_those_whose_deals_they_are_of(store: Store, two):
    _, second = two
    assert set(listed(store, seen_by="ana")) == {"late", "soon", "never", "done"}
    assert listed(store, seen_by="ana", deal_id=second) == []
    assert set(listed(store, deal_id=second)) == {"next", "whole"}
    with store.read() as tx:
        assert ledger.owners(tx) == ("Ana", "ben", "cleo")
        assert ledger.owners(tx, seen_by="ana") == ("Ana", "ben", "cleo")
        assert ledger.owners(tx, seen_by="nobody") == ()
        assert ledger.totals(tx) == LedgerTotals(all=6, open=2, kept=2, late=1, impossible=1)
        told = ledger.totals(tx, seen_by="ana")
        assert told == LedgerTotals(all=4, open=1, kept=1, late=1, impossible=1)


@pytest.mark.parametrize("order", ["due", "owner"])
def test_pages_hold_each_promise_once_while_others_are_added(store: Store, two, order):
    whole = listed(store, order=order)
    seen: list[str] = []
    only = LedgerFilter(order=order)
    after = None
    while True:
        with store.read() as tx:
            page = ledger.listed(tx, Window(limit=2, after=after), only=only)
        seen += [line.claim_id for line in page.items]
        if (after := page.after) is None:
            break
    assert seen == whole
    with store.read() as tx:
        after = ledger.listed(tx, Window(limit=1), only=only).after
        other = LedgerFilter(order="due" if order == "owner" else "owner")
        with pytest.raises(InputError, match="cursor"):
            ledger.listed(tx, Window(after=after), only=other)


def test_what_is_put_takes_the_place_of_what_was_there(store: Store, two):
    first, second = two
    with store.write() as tx:
        again = [entry(first, "soon", owner="Ana", due_day=day(4), quote="by Friday", start=1.5)]
        assert ledger.put(tx, first, again)
        assert not ledger.put(tx, first, again)
        assert ledger.put(tx, second, [])
    with store.read() as tx:
        (line,) = ledger.listed(tx, FEW).items
    assert LedgerEntry(**line.model_dump(include=set(LedgerEntry.model_fields))) == again[0]
    with store.write() as tx, pytest.raises(StoreGoneError):
        ledger.put(tx, "deal-1", [])


def test_what_was_promised_on_a_call_does_not_stay_behind_when_it_moves(store: Store, two):
    first, second = two
    with store.write() as tx:
        call = calls.add(tx, calls.NewCall(deal_id=first, call=Call(id="demo")))
        here = entry(first, "here", call_id=call.id)
        ledger.put(tx, first, [here, entry(first, "elsewhere", position=1)])
        deals.change(tx, first, deals.DealChanges(open_promises=2))
        calls.move(tx, call.id, second)
        assert deals.get(tx, first).open_promises == 1
        assert deals.get(tx, second).open_promises is None
    assert listed(store, deal_id=first) == ["elsewhere"]
