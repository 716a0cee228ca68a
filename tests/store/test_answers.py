"""Idempotency keys: a repeated request is answered alike, and worked on once."""

import datetime
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from transcript2handoff.errors import StoreConflictError
from transcript2handoff.store import Store, answers
from transcript2handoff.store.answers import GIVEN_UP_SECONDS, Answer, Known

CREATED = Answer(status=201, body='{"id": "deal-1"}', headers={"Location": "/v1/deals/deal-1"})


def begin(store: Store, *, actor: str = "key-1", request: str = "r1") -> Known | None:
    with store.write() as tx:
        return answers.begin(tx, actor, "k", request)


def test_a_repeated_request_is_answered_alike(store: Store):
    assert begin(store) is None
    assert begin(store) == Known(answer=None)
    with store.write() as tx:
        answers.answer(tx, "key-1", "k", CREATED)
    assert begin(store) == Known(answer=CREATED)


def test_a_key_is_good_for_one_request_of_one_caller(store: Store):
    begin(store)
    with pytest.raises(StoreConflictError, match="different request"):
        begin(store, request="r2")
    assert begin(store, actor="key-2", request="r2") is None


def test_an_answer_without_words_is_kept_too(store: Store):
    begin(store)
    with store.write() as tx:
        answers.answer(tx, "key-1", "k", Answer(status=204, body=None))
        answers.answer(tx, "key-1", "unknown", CREATED)
    assert begin(store) == Known(answer=Answer(status=204, body=None))


def test_a_request_whose_process_died_may_be_done_again(store: Store, clock):
    begin(store)
    clock.move(GIVEN_UP_SECONDS - 1)
    assert begin(store) == Known(answer=None)
    clock.move(1)
    assert begin(store) is None
    assert begin(store) == Known(answer=None)


def test_a_failed_request_gives_its_key_back(store: Store):
    begin(store)
    with store.write() as tx:
        answers.forget(tx, "key-1", "k")
    assert begin(store, request="r2") is None


def test_old_keys_are_forgotten(store: Store, clock):
    begin(store)
    clock.move(100)
    begin(store, actor="key-2")
    with store.write() as tx:
        assert answers.drop_old(tx, datetime.timedelta(seconds=50)) == 1
    assert begin(store) is None
    assert begin(store, actor="key-2") == Known(answer=None)


def test_of_equal_requests_at_once_one_is_worked_on(store: Store):
    at_once = threading.Barrier(4)

    def request(_: int) -> Known | None:
        at_once.wait()
        return begin(store)

    with ThreadPoolExecutor(4) as pool:
        told = list(pool.map(request, range(4)))
    assert told.count(None) == 1
    assert told.count(Known(answer=None)) == 3
