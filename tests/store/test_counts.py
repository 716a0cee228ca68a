"""Sums for the metrics outlive what was counted, and lose nothing when many count at once."""

import datetime
from concurrent.futures import ThreadPoolExecutor

from transcript2handoff.deal import Deal
from transcript2handoff.store import counts, deals, runs
from transcript2handoff.store.counts import Count


def test_what_is_counted_adds_up(store):
    with store.write() as tx:
        counts.add(tx, Count(what="tokens", label="small/in", number=500))
        counts.add(tx, Count(what="tokens", label="small/in", number=20))
        counts.add(tx, Count(what="step", label="render/done", number=1, amount=1.5))
    with store.read() as tx:
        assert counts.of_all(tx) == (
            Count(what="step", label="render/done", number=1, amount=1.5),
            Count(what="tokens", label="small/in", number=520),
        )


def test_nothing_is_lost_when_many_count_at_once(store):
    def work(_):
        with store.write() as tx:
            counts.add(tx, Count(what="run", label="call/done", number=1, amount=0.5))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(20)))
    with store.read() as tx:
        assert counts.of_all(tx) == (Count(what="run", label="call/done", number=20, amount=10.0),)


def test_a_transaction_that_fails_counts_nothing(store):
    try:
        with store.write() as tx:
            counts.add(tx, Count(what="run", label="call/done", number=1))
            raise KeyError
    except KeyError:
        pass
    with store.read() as tx:
        assert counts.of_all(tx) == ()


def test_steps_and_runs_are_counted_when_they_end(store):
    now = datetime.datetime(2026, 3, 2, 9, tzinfo=datetime.UTC)
    store.now = lambda: now
    with store.write() as tx:
        deal = deals.add(tx, deals.NewDeal(deal=Deal(), by="user-1"))
        run = runs.start(tx, runs.NewRun(deal_id=deal.id, kind="deal"))
        runs.begin(tx, run.id, attempt=1, worker="w:0")
        runs.step_began(tx, run.id, "consolidate", position=0)
        runs.step_began(tx, run.id, "render", position=1)
    now += datetime.timedelta(seconds=4)
    with store.write() as tx:
        runs.step_ended(tx, run.id, "consolidate", state="done")
        runs.step_failed(tx, run.id, "render", state="failed", error="no room")
        runs.end(tx, run.id, state="failed", error="no room")
    with store.read() as tx:
        assert counts.of_all(tx) == (
            Count(what="run", label="deal/failed", number=1, amount=4.0),
            Count(what="step", label="consolidate/done", number=1, amount=4.0),
            Count(what="step", label="render/failed", number=1, amount=4.0),
        )
