"""A call that people correct."""

import pytest

from tests.corrections.calling import Desk, call


@pytest.fixture
def desk() -> Desk:
    """The call, that nobody has corrected yet."""
    return Desk(call())
