"""What tests of the store share: a deal with a call, and a clock that is set by hand."""

import datetime
from collections.abc import Callable

import pytest
from sqlalchemy import select

from transcript2handoff.deal import Call, Deal, Participant
from transcript2handoff.store import Store, calls, deals
from transcript2handoff.store.tables import Base

HARBORLINE = Deal(
    deal="Harborline renewal",
    seller="Northwind",
    customer="Harborline",
    participants=(Participant(name="Ana", side="seller", email="Ana@Northwind.example"),),
)


class Clock:
    """A clock that stands still until somebody moves it."""

    def __init__(self) -> None:
        self.time = datetime.datetime(2026, 3, 2, 9, 0, tzinfo=datetime.UTC)

    def __call__(self) -> datetime.datetime:
        return self.time

    def move(self, seconds: float) -> None:
        self.time += datetime.timedelta(seconds=seconds)


@pytest.fixture
def clock(store: Store) -> Clock:
    """The clock of ``store``, which stands still from now on."""
    store.now = Clock()
    return store.now


@pytest.fixture
def deal(store: Store) -> deals.DealRecord:
    """A deal in ``store``."""
    with store.write() as tx:
        return deals.add(tx, deals.NewDeal(deal=HARBORLINE, by="import"))


@pytest.fixture
def call(store: Store, deal: deals.DealRecord) -> calls.CallRecord:
    """A call of ``deal``."""
    with store.write() as tx:
        return calls.add(tx, calls.NewCall(deal_id=deal.id, call=Call(id="kickoff")))


@pytest.fixture
def everything(store: Store) -> Callable[[], str]:
    """Gives all that stands in any row of ``store``, and the bytes of all its blobs."""

    def told() -> str:
        with store.read() as tx:
            rows = [
                str(tuple(row))
                for table in Base.metadata.sorted_tables
                for row in tx.session.execute(select(table))
            ]
        names = [stored.name for stored in store.blobs.everything()]
        blobs = [
            b"".join(store.blobs.read(name.rpartition("/")[2])).decode(errors="replace")
            for name in names
            if name.startswith("sha256/")
        ]
        return "\n".join([*rows, *names, *blobs])

    return told
