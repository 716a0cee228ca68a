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


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"T2H_MODEL_URL": "https://models.example/v1"}, "T2H_MODEL_NAME"),
        ({"T2H_MODEL_NAME": "small"}, "T2H_MODEL_URL"),
        ({"T2H_MODEL_URL": "models.example", "T2H_MODEL_NAME": "small"}, "T2H_MODEL_URL"),
        ({"T2H_MODEL_KEY": "one", "T2H_MODEL_KEY_FILE": "two"}, "not both"),
        ({"T2H_MODEL_PRICES": "cheap"}, "model_prices"),
        ({"T2H_MODEL_PRICES": '{"small": {"input": -1, "output": 1}}'}, "T2H_MODEL_PRICES"),
        ({"T2H_MODEL_OVERLAP": "4000"}, "half of T2H_MODEL_WINDOW"),
        ({"T2H_SENDING": "always"}, "T2H_SENDING"),
        ({"T2H_MODEL_CONCURRENCY": "0"}, "T2H_MODEL_CONCURRENCY"),
    ],
)
def test_a_model_server_is_described_whole_or_not_at_all(monkeypatch, values, words):
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=words):
        read_settings()


def test_a_key_is_not_shown(monkeypatch):
    monkeypatch.setenv("T2H_MODEL_KEY", "sk-secret")
    assert "sk-secret" not in repr(read_settings())
