"""A bucket of tries fills up again, and never gives more than it may."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcript2handoff.access.limiter import Limiter
from transcript2handoff.errors import TooManyRequestsError


class Time:
    now = 0.0

    def __call__(self):
        return self.now


def taken(limiter, name="ana"):
    try:
        limiter.take(name)
    except TooManyRequestsError:
        return False
    return True


def test_after_the_wait_that_is_told_the_next_try_is_there():
    clock = Time()
    limiter = Limiter(tries=3, seconds=30, clock=clock)
    assert [taken(limiter) for _ in range(4)] == [True, True, True, False]
    with pytest.raises(TooManyRequestsError, match="10 seconds") as refused:
        limiter.take("ana")
    clock.now += refused.value.wait - 0.01
    assert not taken(limiter)
    clock.now += 0.02
    assert taken(limiter)


def test_each_name_has_its_own():
    limiter = Limiter(tries=1, seconds=10, clock=Time())
    assert [taken(limiter, name) for name in ("ana", "tom", "ana")] == [True, True, False]


def test_what_is_given_back_is_there_again_and_no_more():
    limiter = Limiter(tries=2, seconds=10, clock=Time())
    limiter.give_back("ana")
    for _ in range(5):
        limiter.take("ana")
        limiter.give_back("ana")
    assert [taken(limiter) for _ in range(3)] == [True, True, False]


def test_many_names_do_not_fill_the_memory():
    limiter = Limiter(tries=1, seconds=10, clock=Time())
    for number in range(20_000):
        limiter.take(str(number))
    assert len(limiter._buckets) == 10_000


@given(
    tries=st.integers(1, 20),
    seconds=st.floats(1, 100),
    pauses=st.lists(st.floats(0, 50), min_size=1, max_size=60),
)
def test_no_stretch_of_time_has_more_than_a_bucket_and_what_flowed_in(tries, seconds, pauses):
    clock = Time()
    limiter = Limiter(tries=tries, seconds=seconds, clock=clock)
    times = []
    for pause in pauses:
        clock.now += pause
        if taken(limiter):
            times.append(clock.now)
    for first, last in itertools.combinations(range(len(times)), 2):
        flowed = (times[last] - times[first]) / seconds * tries
        assert last - first + 1 <= tries + flowed + 1e-6
