"""Logs are lines of JSON or text, with the ids of what they belong to, and without secrets."""

import json
import logging
import warnings

import pytest

from transcript2handoff.telemetry import bound, logger


def lines(stream):
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_line_says_what_when_where_and_for_whom(logs):
    stream = logs()
    with bound(request_id="req-1", run_id="run-1"):
        logger("transcript2handoff.jobs").info("step_began", step="transcribe")
    logger("transcript2handoff.jobs").info("idle")
    first, second = lines(stream)
    assert first.pop("time").endswith("Z")
    assert first == {
        "event": "step_began",
        "step": "transcribe",
        "request_id": "req-1",
        "run_id": "run-1",
        "logger": "transcript2handoff.jobs",
        "level": "info",
    }
    assert "run_id" not in second


def test_other_libraries_log_the_same_way(logs):
    stream = logs()
    with bound(request_id="req-1"):
        # Not uvicorn's own: a server that ran in this process before may have made that one quiet.
        logging.getLogger("a.library").info("on %s", "http://[::1]", extra={"color_message": "x"})
        logging.getLogger("dbos").warning("slow", extra={"seconds": 3})
    first, second = lines(stream)
    assert first["event"] == "on http://[::1]"
    assert first["request_id"] == "req-1"
    assert "color_message" not in first
    assert second["seconds"] == 3


def test_warnings_are_logged(logs):
    stream = logs()
    with warnings.catch_warnings():
        warnings.simplefilter("default")
        warnings.warn("old", DeprecationWarning, stacklevel=1)
    assert "DeprecationWarning: old" in lines(stream)[0]["event"]


def test_less_than_the_level_is_not_logged(logs):
    stream = logs(log_level="warning")
    logger("a").info("began")
    logging.getLogger("b").info("began")
    logger("a").warning("late")
    assert [line["event"] for line in lines(stream)] == ["late"]


def test_talkative_libraries_are_quiet_even_when_all_is_logged(logs):
    stream = logs(log_level="debug")
    logging.getLogger("httpcore.connection").debug("connect")
    logging.getLogger("httpx").info("HTTP Request: GET https://h/?token=abc")
    logger("a").debug("look")
    assert [line["event"] for line in lines(stream)] == ["look"]


@pytest.mark.parametrize("form", ["json", "text"])
def test_secrets_of_the_settings_and_in_errors_are_hidden(logs, form):
    stream = logs(
        log_format=form,
        database="postgresql://t2h:pass%2Dword@db/t2h",
        model_key="sk-one-two-three",
        blob_options={"secret_access_key": "blob-secret", "region": "eu-west-1"},
    )
    held = "pass-word pass%2Dword sk-one-two-three blob-secret eu-west-1"
    try:
        raise ValueError(held)
    except ValueError as error:
        headers = {"Authorization": "Bearer abcdefgh"}
        logger("a").exception("failed", error=str(error), headers=headers)
    told = stream.getvalue()
    for secret in ("pass-word", "pass%2Dword", "sk-one", "blob-secret", "abcdefgh"):
        assert secret not in told
    assert "eu-west-1" in told
    assert "ValueError" in told


def test_text_is_for_people(logs):
    stream = logs(log_format="text")
    logger("a").info("began", run_id="run-1")
    assert "[info     ] began" in stream.getvalue()
    assert "run_id=run-1" in stream.getvalue()
    assert "\x1b" not in stream.getvalue()
