import pytest

from transcript2handoff.settings import Settings


@pytest.fixture
def settings(tmp_path):
    return Settings(data=tmp_path / "service")


@pytest.fixture
def elsewhere(tmp_path):
    return Settings(data=tmp_path / "other")
