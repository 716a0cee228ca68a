"""The harness sees what it is there to see: errors, crashes, hangs and full memories."""

import os
import random
import time

import pytest

from benchmarks.fuzzing import mutating
from benchmarks.fuzzing.harness import generated, listed, run
from benchmarks.fuzzing.target import Target
from transcript2handoff.errors import InputError

TEXTS = [b"Dana: hello\n\nBo: 4 of them, by Friday", b"x"]
JSON = [
    b'{"a": [1, 2.5, null], "b": {"c": "a text of some words"}}',
    b'[{"d": "more text", "e": 7}]',
]


def acting(content):
    """Does what an input says."""
    match content:
        case b"refuse":
            raise InputError("No.")
        case b"break":
            raise KeyError("a")
        case b"crash":
            os._exit(11)
        case b"spin":
            while True:
                pass
        case b"fill":
            return bytearray(4 << 30)
    return content


def target(**more):
    return Target(
        **{
            "name": "acting",
            "what": "what it is told",
            "examples": lambda: TEXTS,
            "mutate": mutating.of_bytes,
            "opened": lambda _: acting,
            "share": 1,
            "seconds": 0.2,
            "memory": 1 << 30,
        }
        | more
    )


def tally(*inputs):
    return run(target(), range(len(inputs)), listed(inputs))


def test_values_and_our_own_errors_are_as_they_should_be():
    done = tally(b"fine", b"refuse", b"fine")
    assert (done.inputs, done.values, done.broken) == (3, 2, 0)
    assert done.refused == {"InputError": 1}


@pytest.mark.parametrize(
    ("what", "how"),
    [(b"break", "KeyError"), (b"spin", "over 0.2 s"), (b"fill", "MemoryError"), (b"crash", "died")],
)
def test_everything_else_is_a_defect_and_the_run_goes_on(what, how):
    done = tally(b"fine", what, b"fine", b"fine")
    (defect,) = done.defects.values()
    assert how in defect.where
    assert defect.content == what
    assert (done.inputs, done.values, done.broken) == (4, 3, 1)


def test_a_defect_is_kept_once_and_counted_always():
    done = tally(b"break", b"break")
    assert (len(done.defects), done.broken) == (1, 2)


def test_a_defect_is_made_shorter():
    def grumbling(content):
        assert b"7" not in content

    grumbler = target(opened=lambda _: grumbling)
    done = run(grumbler, range(1), listed([b"0123456789" * 20]))
    assert [defect.content for defect in done.defects.values()] == [b"7"]


def test_waiting_is_no_hang_until_it_is_long():
    sleeper = target(opened=lambda _: lambda _: time.sleep(0.4))
    assert run(sleeper, range(1), listed([b""])).broken == 0


@pytest.mark.parametrize(
    ("mutate", "seeds"),
    [(mutating.of_bytes, TEXTS), (mutating.of_text, TEXTS), (mutating.of_json, JSON)],
)
def test_inputs_follow_from_the_seed_and_differ(mutate, seeds):
    made = generated(target(mutate=mutate, examples=lambda: seeds), seed=1)
    inputs = [made(n) for n in range(200)]
    assert inputs == [made(n) for n in range(200)]
    assert len(set(inputs)) > 100
    assert made(3) != generated(target(mutate=mutate, examples=lambda: seeds), seed=2)(3)


def test_json_is_mostly_json():
    chance = random.Random(1)
    made = [mutating.of_json(chance, JSON) for _ in range(300)]
    assert sum(one[:1] in b"{[" for one in made) > 150
