"""Settings come from the environment, and a wrong one is named."""

import pytest

from transcript2handoff.errors import SettingsError
from transcript2handoff.settings import read_settings


def test_reads_the_environment(monkeypatch, tmp_path):
    monkeypatch.setenv("T2H_WHISPER_MODEL", "tiny.en")
    monkeypatch.setenv("T2H_MODEL_CACHE", str(tmp_path))
    monkeypatch.setenv("T2H_MODEL_HUB", "no")
    settings = read_settings()
    assert settings.whisper_model == "tiny.en"
    assert settings.model_cache == tmp_path
    assert not settings.model_hub


@pytest.mark.parametrize(
    ("name", "value"),
    [("T2H_THREADS", "many"), ("T2H_THREADS", "-1"), ("T2H_MAX_RECORDING_SECONDS", "0")],
)
def test_a_wrong_value_is_named(monkeypatch, name, value):
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=name):
        read_settings()
