"""Corrections of a transcript: added by one at a time, in their order."""

import threading

import pytest

from transcript2handoff.deal import Call
from transcript2handoff.errors import StoreConflictError, StoreGoneError
from transcript2handoff.store import Store, calls, corrections


def test_corrections_are_numbered_from_one(store: Store, call):
    with store.write() as tx:
        assert corrections.of(tx, call.id) == ()
        assert corrections.append(tx, call.id, '{"n": 1}', expected=0) == 1
        assert corrections.append(tx, call.id, '{"n": 2}', expected=1) == 2
    with store.read() as tx:
        assert corrections.of(tx, call.id) == ('{"n": 1}', '{"n": 2}')
        assert corrections.count(tx, call.id) == 2


def test_what_was_made_from_an_older_state_is_refused(store: Store, call):
    with store.write() as tx:
        corrections.append(tx, call.id, '{"n": 1}', expected=0)
    for expected in (0, 2):
        with (
            pytest.raises(StoreConflictError, match="there are 1 corrections"),
            store.write() as tx,
        ):
            corrections.append(tx, call.id, '{"n": 2}', expected=expected)
    with store.read() as tx:
        assert corrections.count(tx, call.id) == 1


def test_of_two_that_correct_at_once_one_is_told_so(store: Store, call):
    told: list[object] = []
    ready = threading.Barrier(2)

    def correct(number: int) -> None:
        ready.wait(timeout=10)
        try:
            with store.write() as tx:
                told.append(corrections.append(tx, call.id, f'{{"n": {number}}}', expected=0))
        except StoreConflictError:
            told.append("conflict")

    threads = [threading.Thread(target=correct, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(str, told)) == ["1", "conflict"]


def test_the_corrections_of_a_deal_are_known_by_its_calls(store: Store, deal, call):
    with store.write() as tx:
        other = calls.add(tx, calls.NewCall(deal_id=deal.id, call=Call(id="demo"))).id
        calls.add(tx, calls.NewCall(deal_id=deal.id, call=Call(id="untouched")))
        for number in range(11):
            corrections.append(tx, call.id, f'{{"n": {number}}}', expected=number)
        corrections.append(tx, other, '{"n": "other"}', expected=0)
    with store.read() as tx:
        told = corrections.of_deal(tx, deal.id)
    assert set(told) == {"kickoff", "demo"}
    assert told["demo"] == ('{"n": "other"}',)
    assert told["kickoff"] == tuple(f'{{"n": {number}}}' for number in range(11))


def test_others_may_take_their_place(store: Store, call):
    with store.write() as tx:
        corrections.append(tx, call.id, '{"n": 1}', expected=0)
        corrections.append(tx, call.id, '{"n": 2}', expected=1)
        corrections.replace(tx, call.id, ['{"n": 3}'])
        assert corrections.of(tx, call.id) == ('{"n": 3}',)
        assert corrections.append(tx, call.id, '{"n": 4}', expected=1) == 2
        corrections.drop(tx, call.id)
        assert corrections.of(tx, call.id) == ()


def test_a_call_that_is_not_there_is_not_corrected(store: Store):
    with pytest.raises(StoreGoneError), store.write() as tx:
        corrections.append(tx, "call-1", "{}", expected=0)
