"""The supervisor: a process that is kept alive, and ended when it is to end."""

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from tests.jobs.workshop import until
from transcript2handoff.jobs.supervisor import Care, Supervisor

QUICK = Care(first_wait=0.05, longest_wait=0.2, steady=60, last_step=1.0)
PATIENT = Care(last_step=10.0)
NOTING = """
import os, signal, sys, time
with open(sys.argv[1], "a") as log:
    log.write(f"{os.getpid()} {os.getsid(0)}\\n")
"""
LIVING = NOTING + "time.sleep(60)"
DYING = NOTING + "sys.exit(4)"
DEAF = NOTING.replace("with", "signal.signal(signal.SIGTERM, signal.SIG_IGN)\nwith", 1) + (
    "time.sleep(60)"
)

Begin = Callable[..., Supervisor]


@pytest.fixture
def log(tmp_path: Path) -> Path:
    (tmp_path / "log").touch()
    return tmp_path / "log"


@pytest.fixture
def begin(log: Path) -> Iterator[Begin]:
    begun = []

    def begin(program: str, care: Care = QUICK) -> Supervisor:
        supervisor = Supervisor([sys.executable, "-c", program, str(log)], care)
        supervisor.begin()
        begun.append(supervisor)
        return supervisor

    yield begin
    for supervisor in begun:
        supervisor.end()


def pids(log: Path) -> list[int]:
    return [int(line.split()[0]) for line in log.read_text().splitlines()]


def test_a_process_that_is_killed_is_begun_again(begin: Begin, log: Path) -> None:
    supervisor = begin(LIVING)
    until(lambda: len(pids(log)) == 1)
    os.kill(pids(log)[0], signal.SIGKILL)
    until(lambda: len(pids(log)) == 2)
    until(lambda: supervisor.pid == pids(log)[1])


def test_a_process_that_dies_at_once_is_begun_less_and_less_often(begin: Begin, log: Path) -> None:
    with capture_logs() as told:
        begin(DYING)
        until(lambda: len(pids(log)) >= 5)
    assert [line["how"] for line in told[:4]] == ["exit code 4"] * 4
    assert [line["begun_again_in"] for line in told[:4]] == [0.05, 0.1, 0.2, 0.2]


def test_a_process_that_cannot_be_started_is_tried_again(log: Path) -> None:
    program = log.with_name("program")
    supervisor = Supervisor([str(program)], QUICK)
    with capture_logs() as told:
        supervisor.begin()
        until(lambda: len(told) >= 2)
    assert told[0]["how"] == "not started: No such file or directory"
    program.write_text(f"#!/bin/sh\necho $$ >> {log}; exec sleep 60")
    program.chmod(0o700)
    until(lambda: pids(log))
    supervisor.end()
    assert supervisor.pid is None


def test_it_ends_with_its_supervisor_and_is_not_begun_again(begin: Begin, log: Path) -> None:
    supervisor = begin(LIVING, PATIENT)
    until(lambda: pids(log))
    began = time.monotonic()
    supervisor.end()
    assert time.monotonic() - began < PATIENT.last_step
    assert supervisor.pid is None
    time.sleep(0.3)
    assert len(pids(log)) == 1


def test_a_process_that_does_not_hear_is_killed(begin: Begin, log: Path) -> None:
    supervisor = begin(DEAF)
    until(lambda: pids(log))
    supervisor.end()
    with pytest.raises(ProcessLookupError):
        os.kill(pids(log)[0], 0)


def test_ctrl_c_in_the_terminal_does_not_reach_it(begin: Begin, log: Path) -> None:
    begin(LIVING)
    until(lambda: pids(log))
    assert int(log.read_text().split()[1]) != os.getsid(0)


def test_an_end_right_after_the_beginning_is_an_end(begin: Begin) -> None:
    supervisor = begin(LIVING, PATIENT)
    supervisor.end()
    assert supervisor.pid is None
