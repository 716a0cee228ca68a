"""Of an exception the log tells type and place, and nothing that it holds."""

import logging
from pathlib import Path

import pytest
from pydantic import ValidationError

from tests.telemetry.test_logs import lines
from transcript2handoff.deal import Call
from transcript2handoff.telemetry import logger
from transcript2handoff.telemetry.faults import place_of

WORDS = "the discount is ninety percent"


def unfit():
    Call.model_validate({"id": "x", WORDS: 1, "stage": WORDS})


def told(raises):
    with pytest.raises((LookupError, RuntimeError, ValueError, ExceptionGroup)) as seen:
        raises()
    return place_of((seen.type, seen.value, seen.tb))


def test_what_does_not_fit_is_not_told_but_where(logs):
    stream = logs()
    try:
        unfit()
    except ValidationError as error:
        logger("a").error("internal_error", exc_info=error)
        logger("a").exception("internal_error")
        logging.getLogger("a.library").exception("It failed.")
        logging.getLogger("a.library").error("It failed.", exc_info=error)
    found = lines(stream)
    assert len(found) == 4
    for line in found:
        kind, *frames = line["exception"].splitlines()
        assert kind.endswith("ValidationError")
        assert any(frame.startswith(f"  {__file__}:") for frame in frames)
        assert any(frame.endswith(" unfit") for frame in frames)
    assert WORDS not in stream.getvalue()


def test_text_for_people_has_the_same(logs):
    stream = logs(log_format="text")
    try:
        unfit()
    except ValidationError:
        logger("a").exception("internal_error")
    assert "ValidationError\n" in stream.getvalue()
    assert f"{Path(__file__).name}:" in stream.getvalue()
    assert WORDS not in stream.getvalue()


def test_what_led_to_an_exception_is_told_before_it():
    def again():
        try:
            try:
                unfit()
            except ValidationError as error:
                raise KeyError(WORDS) from error
        except KeyError:
            raise RuntimeError(WORDS)  # noqa: B904 - it has a context and no cause

    kinds = [line for line in told(again).splitlines() if not line.startswith(" ")]
    assert [kind.rpartition(".")[2] for kind in kinds] == [
        "ValidationError",
        "KeyError",
        "RuntimeError",
    ]
    assert WORDS not in told(again)


def test_what_was_put_aside_is_not_told():
    def aside():
        try:
            unfit()
        except ValidationError:
            raise RuntimeError(WORDS) from None

    assert told(aside).startswith("RuntimeError\n")


def test_the_members_of_a_group_are_told_and_what_led_to_them():
    def group():
        raise ExceptionGroup(WORDS, [ValueError(WORDS), OSError(WORDS)])

    kinds = {line for line in told(group).splitlines() if not line.startswith(" ")}
    assert kinds == {"ExceptionGroup", "ValueError", "OSError"}
    assert WORDS not in told(group)


def test_a_circle_of_exceptions_and_a_recursion_have_an_end():
    def circle():
        first, second = ValueError(), KeyError()
        first.__cause__, second.__cause__ = second, first
        raise first

    def deeper(depth=500):
        if depth:
            deeper(depth - 1)
        raise ValueError(WORDS)

    assert told(circle).count("Error") == 2
    assert len(told(deeper).splitlines()) < 70
    assert told(deeper).endswith(" deeper")
