"""Logging that is set up for one test."""

import io
import logging

import pytest
import structlog

from transcript2handoff.settings import Settings
from transcript2handoff.telemetry import set_up_logging


@pytest.fixture
def logs():
    """A function that sets logging up and gives the stream; all is put back afterwards."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level

    def begin(**settings):
        stream = io.StringIO()
        set_up_logging(Settings(**settings), stream=stream)
        return stream

    yield begin
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.captureWarnings(False)
    structlog.reset_defaults()
