"""Lists of deals: filtered, sorted, and with whose turn it is."""

import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcript2handoff.deal import Call, Deal
from transcript2handoff.errors import InputError
from transcript2handoff.store import Store, Window, calls, deals, erasing, events, handoffs, papers
from transcript2handoff.store.deals import DealChanges, DealFilter, NewDeal
from transcript2handoff.store.handoffs import Decision
from transcript2handoff.store.tables import UserRow, plain

FEW = Window(limit=200)


def day(number: int) -> datetime.date:
    return datetime.date(2026, 5, number)


def add(store: Store, name: str, customer: str | None = None, **told: Any) -> str:
    """A deal; ``told`` are changes, or ``kickoff``."""
    deal = Deal(deal=name, customer=customer, kickoff=told.pop("kickoff", None))
    with store.write() as tx:
        deal_id = deals.add(tx, NewDeal(deal=deal, by="import")).id
        deals.change(tx, deal_id, DealChanges(**told))
    return deal_id


def names(store: Store, **only: Any) -> list[str]:
    with store.read() as tx:
        return [one.deal.deal for one in deals.listed(tx, FEW, only=DealFilter(**only)).items]


@pytest.fixture
def three(store: Store, clock) -> Store:
    with store.write() as tx:
        person = {"name": "Ana", "email": "ana@n.example", "role": "ae", "created": tx.now}
        tx.session.add(UserRow(id="ana", **person))
    add(store, "Zürich renewal", "Café Zoë", kickoff=day(9), verdict="ready", score=90, won=True)
    clock.move(60)
    add(store, "anchor", "100% Freight", kickoff=day(2), verdict="blocked", score=20, ae_id="ana")
    clock.move(60)
    add(store, "Boats", verdict="ask_ae", score=60, csm_id="ana", open_questions=0)
    clock.move(60)
    add(store, "Empty", "Harbor_line")
    return store


@pytest.mark.parametrize(
    ("only", "expected"),
    [
        ({}, {"Zürich renewal", "anchor", "Boats", "Empty"}),
        ({"text": "zurich RENEWAL"}, {"Zürich renewal"}),
        ({"text": "CAFE"}, {"Zürich renewal"}),
        ({"text": "zoë"}, {"Zürich renewal"}),
        ({"text": "100%"}, {"anchor"}),
        ({"text": "0%"}, {"anchor"}),
        ({"text": "%"}, {"anchor"}),
        ({"text": "r_l"}, {"Empty"}),
        ({"text": "renewal caf"}, set()),
        ({"text": "\0"}, {"Zürich renewal", "anchor", "Boats", "Empty"}),
        ({"verdict": ("ready", "blocked")}, {"Zürich renewal", "anchor"}),
        ({"waits_on": ("ae",)}, {"anchor"}),
        ({"waits_on": ("csm", "service")}, {"Zürich renewal", "Boats", "Empty"}),
        ({"won": True}, {"Zürich renewal"}),
        ({"won": False, "verdict": ("ready",)}, set()),
        ({"ae_id": "ana"}, {"anchor"}),
        ({"csm_id": "ana"}, {"Boats"}),
        ({"kickoff_until": day(2)}, {"anchor"}),
        ({"kickoff_until": day(9)}, {"Zürich renewal", "anchor"}),
    ],
)
def test_a_filter_leaves_out_what_it_does_not_want(three: Store, only, expected: set[str]):
    assert set(names(three, **only)) == expected


def test_deals_are_sorted(three: Store):
    assert names(three, order="newest") == ["Empty", "Boats", "anchor", "Zürich renewal"]
    assert names(three, order="kickoff") == ["anchor", "Zürich renewal", "Empty", "Boats"]
    assert names(three, order="readiness") == ["anchor", "Boats", "Zürich renewal", "Empty"]
    assert names(three, order="name") == ["anchor", "Boats", "Empty", "Zürich renewal"]


@pytest.mark.parametrize("order", ["newest", "kickoff", "readiness", "name"])
def test_pages_of_each_order_hold_each_deal_once(store: Store, order, clock):
    for number in range(7):
        clock.move(number % 2)
        kickoff = day(1 + number % 2) if number % 3 else None
        add(store, f"Deal {number % 4}", kickoff=kickoff, score=number % 3 or None)
    whole = names(store, order=order)
    seen: list[str] = []
    after = None
    while True:
        window = Window(limit=2, after=after)
        with store.read() as tx:
            page = deals.listed(tx, window, only=DealFilter(order=order))
        seen += [one.deal.deal for one in page.items]
        if (after := page.after) is None:
            break
    assert seen == whole
    assert len(seen) == 7


def test_a_cursor_of_another_order_is_refused(three: Store):
    orders = ("newest", "kickoff", "readiness", "name")
    with three.read() as tx:
        for one in orders:
            after = deals.listed(tx, Window(limit=1), only=DealFilter(order=one)).after
            for other in set(orders) - {one}:
                with pytest.raises(InputError, match="cursor"):
                    deals.listed(tx, Window(after=after), only=DealFilter(order=other))


def test_a_changed_deal_is_found_by_what_it_is_now(store: Store):
    deal_id = add(store, "Old name", "Old Ltd", kickoff=day(1))
    with store.write() as tx:
        told = Deal(deal="New name", customer="New Ltd", kickoff=day(2))
        changed = deals.change(tx, deal_id, DealChanges(deal=told))
    assert changed.kickoff == day(2)
    assert names(store, text="old") == []
    assert names(store, text="new ltd") == ["New name"]
    assert names(store, kickoff_until=day(1)) == []


@given(st.text(max_size=40))
def test_names_are_plain(text: str):
    told = plain(text)
    assert plain(told) == told
    assert told == " ".join(told.split())
    assert "\0" not in told


def made(store: Store, **told: Any) -> str:
    deal_id = add(store, "Renewal", **told)
    with store.write() as tx:
        handoffs.add(tx, deal_id, '{"handoff": {}}', run_id=None)
    return deal_id


def decide(store: Store, deal_id: str, what: str) -> None:
    with store.write() as tx:
        deal = deals.get(tx, deal_id)
        told = {"what": what, "by": "Ben", "by_id": "user-1", "at": tx.now}
        handoffs.decide(tx, deal_id, Decision(**told, edition=deal.edition))


def turn(store: Store, deal_id: str) -> tuple[str, str | None]:
    with store.read() as tx:
        deal = deals.get(tx, deal_id)
    assert names(store, waits_on=(deal.waits_on,)) == ["Renewal"]
    return deal.waits_on, deal.decided


def test_it_is_nobodys_turn_once_a_handoff_is_accepted(store: Store):
    deal_id = made(store)
    assert turn(store, deal_id) == ("service", None)
    with store.write() as tx:
        deals.change(tx, deal_id, DealChanges(verdict="ask_ae", score=60, open_questions=2))
    assert turn(store, deal_id) == ("ae", None)
    with store.write() as tx:
        deals.change(tx, deal_id, DealChanges(open_questions=0))
    assert turn(store, deal_id) == ("csm", None)
    decide(store, deal_id, "accepted")
    assert turn(store, deal_id) == ("nobody", "accepted")
    with store.write() as tx:
        deals.change(tx, deal_id, DealChanges(waits_for="The deal is not won."))
    assert turn(store, deal_id) == ("service", "accepted")


@pytest.mark.parametrize("deed", ["event", "paper", "call"])
def test_what_was_returned_comes_back_once_something_is_done(store: Store, deed: str):
    deal_id = made(store, verdict="ready", score=90, open_questions=0)
    decide(store, deal_id, "returned")
    assert turn(store, deal_id) == ("ae", "returned")
    with store.write() as tx:
        if deed == "event":
            events.append(tx, deal_id, ['{"event": "confirmed"}'], edition=None)
        elif deed == "paper":
            papers.put(tx, papers.NewPaper(deal_id=deal_id, name="plan", text="{}", by="Ana"))
        else:
            handoffs.add(tx, deal_id, '{"handoff": {"more": 1}}', run_id=None)
    assert turn(store, deal_id) == ("csm", None if deed == "call" else "returned")


def test_of_an_erased_call_the_deal_says_nothing_of_how_it_stood(store: Store):
    counts = {"open_questions": 1, "open_promises": 2}
    deal_id = made(store, verdict="ready", score=90, **counts)
    with store.write() as tx:
        call_id = calls.add(tx, calls.NewCall(deal_id=deal_id, call=Call(id="demo"))).id
    decide(store, deal_id, "accepted")
    with store.write() as tx:
        erasing.call(tx, call_id, by="user-1")
    with store.read() as tx:
        deal = deals.get(tx, deal_id)
    assert (deal.verdict, deal.score) == (None, None)
    assert (deal.open_questions, deal.open_promises) == (None, None)
    assert turn(store, deal_id) == ("service", None)
