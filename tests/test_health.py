"""Each part of the service is looked at within its time, and told without a secret or a place."""

import threading
import time

import pytest

from transcript2handoff.errors import ModelMissingError, StoreUnreachableError
from transcript2handoff.health import Doctor, Fresh, Probe


def fine():
    return None


def broken():
    raise StoreUnreachableError("postgresql://t2h@db-7.internal/t2h: connection refused")


def probe(name, look=fine, *, needed=False):
    return Probe(name=name, look=look, failing=f"The {name} is away.", needed=needed)


@pytest.fixture
def doctor():
    made = []

    def make(*probes, seconds=5.0):
        made.append(Doctor(probes, seconds=seconds))
        return made[-1]

    yield make
    for one in made:
        one.close()


def test_a_service_is_ready_when_all_parts_are(doctor):
    health = doctor(probe("database", needed=True), probe("worker")).examine()
    assert health.state == "ready"
    assert [(check.name, check.state, check.words) for check in health.checks] == [
        ("database", "ok", "fine"),
        ("worker", "ok", "fine"),
    ]


@pytest.mark.parametrize(("needed", "state"), [(True, "failing"), (False, "degraded")])
def test_a_part_that_fails_is_named_but_not_where_it_stands(doctor, needed, state):
    health = doctor(probe("database", broken, needed=needed), probe("worker")).examine()
    assert health.state == state
    assert health.checks[0].words == "The database is away."
    assert "internal" not in health.model_dump_json()


def test_a_needed_part_that_fails_outweighs_the_others(doctor):
    parts = (probe("worker", broken), probe("database", broken, needed=True))
    assert doctor(*parts).examine().state == "failing"


def test_a_look_that_hangs_is_not_waited_for_and_not_begun_twice(doctor):
    go_on = threading.Event()
    looks = []

    def hangs():
        looks.append(1)
        go_on.wait(20)

    one = doctor(probe("blobs", hangs, needed=True), probe("worker"), seconds=0.2)
    began = time.monotonic()
    first, second = one.examine(), one.examine()
    assert time.monotonic() - began < 5
    assert (first.state, second.state) == ("failing", "failing")
    assert "no answer within 0.2 s" in first.checks[0].words
    assert first.checks[1].state == "ok"
    assert len(looks) == 1
    go_on.set()
    time.sleep(0.05)
    assert one.examine().state == "ready"


def test_what_went_well_counts_for_a_while_and_what_failed_does_not():
    now, looks, there = [0.0], [], [False]

    def look():
        looks.append(now[0])
        if not there[0]:
            raise ModelMissingError("base is not there")

    fresh = Fresh(look, seconds=600, clock=lambda: now[0])
    for _ in range(2):
        with pytest.raises(ModelMissingError):
            fresh()
    there[0] = True
    fresh()
    now[0] = 599.0
    fresh()
    now[0] = 600.0
    fresh()
    assert looks == [0.0, 0.0, 0.0, 600.0]
