"""Workers: heard of, silent, forgotten."""

from transcript2handoff.store import Store, workers


def test_a_worker_is_alive_while_it_is_heard_of(store: Store, clock):
    begun = clock()
    with store.write() as tx:
        workers.beat(tx, "host:0", slots=1)
    clock.move(30)
    with store.write() as tx:
        workers.beat(tx, "host:0", slots=2)
        workers.beat(tx, "other:0", slots=1)
    clock.move(59)
    with store.read() as tx:
        assert workers.silent(tx, 60) == ()
        first, second = workers.alive(tx, 60)
        assert (first.id, first.slots, first.started) == ("host:0", 2, begun)
        assert (second.id, second.seen - second.started) == ("other:0", second.seen - second.seen)
    clock.move(1)
    with store.write() as tx:
        assert workers.alive(tx, 60) == ()
        workers.beat(tx, "other:0", slots=1)
        assert workers.silent(tx, 60) == ("host:0",)
        workers.forget(tx, "host:0")
        workers.forget(tx, "host:0")
    with store.read() as tx:
        assert workers.silent(tx, 60) == ()
        assert [worker.id for worker in workers.alive(tx, 60)] == ["other:0"]
