"""Deals that were opened lately: as they are in the store, or not at all."""

import datetime
import time

import pytest

from tests.large_deals import large_calls, put_large
from transcript2handoff.api.desks import Desks
from transcript2handoff.deal import Deal
from transcript2handoff.dossier import NO_PAPERS
from transcript2handoff.errors import StoreGoneError
from transcript2handoff.journal import Confirmed, to_line
from transcript2handoff.store import calls, deals, erasing, events, keeping, results, retaining


@pytest.fixture(scope="module")
def said():
    return large_calls(claims=20, minutes=9)


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def desks(clock):
    return Desks(most=2, seconds=60, clock=clock)


@pytest.fixture
def opened(sqlite_store, desks, said):
    """Gives what opens a deal, and the ids of one."""
    ids = put_large(sqlite_store, said)
    return ids, lambda deal_id=ids.deal_id: desks.open(sqlite_store, deal_id, NO_PAPERS)


def test_a_deal_that_is_as_it_was_is_opened_once(opened):
    _, open_it = opened
    first, again = open_it(), open_it()
    assert first is again
    assert first.dossier is again.dossier


def confirmed(store, deal_id, claim):
    now = datetime.datetime(2026, 5, 1, tzinfo=datetime.UTC)
    event = Confirmed(claim_id=claim.id, kind=claim.kind, by="Maeve", at=now)
    with store.write() as tx:
        edition = deals.get(tx, deal_id).edition
        events.append(tx, deal_id, [to_line(event)], edition=edition)


def renamed(store, deal_id, _):
    with store.write() as tx:
        deals.change(tx, deal_id, deals.DealChanges(deal=Deal(deal="Another name")))


def playable(store, deal_id, _):
    copy = store.blobs.put([b"OggS"]).digest
    with store.write() as tx:
        call = calls.of_deal(tx, deal_id)[0]
        calls.change(tx, call.id, calls.CallChanges(playback=copy))


@pytest.mark.parametrize("change", [confirmed, renamed, playable])
def test_a_change_is_seen_at_once(sqlite_store, opened, change):
    ids, open_it = opened
    before = open_it()
    change(sqlite_store, ids.deal_id, before.dossier.handoff.claims[0])
    now = open_it()
    assert now is not before
    with sqlite_store.read() as tx:
        assert now.here.deal == deals.get(tx, ids.deal_id)
        assert now.here.calls == calls.of_deal(tx, ids.deal_id)
    assert (now.dossier.handoff.claims[0].review is None) == (change is not confirmed)


def erased_deal(tx, ids):
    erasing.deal(tx, ids.deal_id, by="admin")


def erased_call(tx, ids):
    erasing.call(tx, ids.call_id, by="admin")


def erased_person(tx, _):
    erasing.person(tx, erasing.Who(names=("Tamsin Okoro",)), by="admin")


@pytest.mark.parametrize("erase", [erased_deal, erased_call, erased_person])
def test_what_was_erased_is_not_served(sqlite_store, opened, desks, erase):
    ids, open_it = opened
    open_it()
    with sqlite_store.write() as tx:
        erase(tx, ids)
    with pytest.raises(StoreGoneError):
        open_it()
    assert not desks._kept


def test_a_transcript_whose_time_is_over_is_not_served(sqlite_store, opened):
    ids, open_it = opened
    open_it()
    with sqlite_store.write() as tx:
        retaining.drop_transcripts(tx, older=datetime.timedelta(seconds=-1))
        assert results.latest(tx, ids.call_id, "transcribe") is None
    keeping.collect(sqlite_store)
    with pytest.raises(StoreGoneError, match="kept no longer"):
        open_it()


def test_few_deals_are_kept_and_not_for_long(sqlite_store, opened, said, clock, desks):
    ids, open_it = opened
    others = [put_large(sqlite_store, said).deal_id for _ in range(2)]
    first = open_it()
    for other in others:
        open_it(other)
    assert list(desks._kept) == others
    assert open_it() is not first
    clock.now = 61.0
    open_it(others[0])
    assert list(desks._kept) == [others[0]]
    assert ids.deal_id not in desks._kept


def test_a_large_deal_that_was_opened_before_is_there_at_once(sqlite_store):
    """An hour and a half with 150 claims: two milliseconds where nothing else is done."""
    desks, ids = Desks(), put_large(sqlite_store, large_calls(claims=150, minutes=90))
    assert len(desks.open(sqlite_store, ids.deal_id, NO_PAPERS).dossier.handoff.claims) == 150
    took = []
    for _ in range(5):
        began = time.perf_counter()
        assert desks.open(sqlite_store, ids.deal_id, NO_PAPERS).dossier
        took.append(time.perf_counter() - began)
    assert min(took) < 0.05
