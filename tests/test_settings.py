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
        ({"T2H_MODEL_PRICES": "cheap"}, "T2H_MODEL_PRICES"),
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


def test_the_service_stands_in_one_folder_unless_it_is_told_otherwise(monkeypatch, tmp_path):
    monkeypatch.setenv("T2H_DATA", str(tmp_path))
    settings = read_settings()
    assert settings.database == f"sqlite:///{tmp_path}/t2h.db"
    assert settings.blobs == str(tmp_path / "blobs")
    assert settings.public_url == "http://127.0.0.1:8484"
    assert settings.keep_audio_days is None


@pytest.mark.parametrize(
    ("values", "url"),
    [
        ({"T2H_HOST": "0.0.0.0", "T2H_PORT": "80"}, "http://localhost:80"),
        ({"T2H_HOST": "::1"}, "http://[::1]:8484"),
        ({"T2H_PUBLIC_URL": "https://Handoff.Example:444/"}, "https://handoff.example:444"),
    ],
)
def test_how_others_reach_it_follows_from_where_it_listens(monkeypatch, values, url):
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    assert read_settings().public_url == url


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("T2H_PUBLIC_URL", "handoff.example"),
        ("T2H_PUBLIC_URL", "ftp://handoff.example"),
        ("T2H_PUBLIC_URL", "https://me:secret@handoff.example"),
        ("T2H_PUBLIC_URL", "https://handoff.example/t2h"),
        ("T2H_PUBLIC_URL", "https://handoff.example:99999"),
        ("T2H_PORT", "0"),
        ("T2H_PORT", "65536"),
        ("T2H_HOST", ""),
        ("T2H_WORKER_SLOTS", "0"),
        ("T2H_WORKER_NAME", "two words"),
        ("T2H_BLOB_OPTIONS", "endpoint"),
        ("T2H_BLOB_OPTIONS", '{"endpoint": ["a", "b"]}'),
        ("T2H_BLOBS", ""),
        ("T2H_DATA", "/what?"),
        ("T2H_LOG_LEVEL", "loud"),
        ("T2H_LOG_FORMAT", "xml"),
        ("T2H_KEEP_AUDIO_DAYS", "0"),
        ("T2H_KEEP_TRANSCRIPT_DAYS", "-3"),
        ("T2H_RATE_LIMIT", "0"),
        ("T2H_MAX_RECORDING_BYTES", "-1"),
    ],
)
def test_a_wrong_value_for_the_service_is_named_and_not_repeated(monkeypatch, name, value):
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=name) as raised:
        read_settings()
    assert "secret" not in str(raised.value)


def test_the_ways_into_database_and_blobs_are_not_shown(monkeypatch):
    monkeypatch.setenv("T2H_DATABASE", "postgresql://t2h:pass-word@db/t2h")
    monkeypatch.setenv("T2H_BLOB_OPTIONS", '{"secret_access_key": "a-secret", "allow_http": true}')
    settings = read_settings()
    assert settings.blob_options == {"secret_access_key": "a-secret", "allow_http": True}
    assert "pass-word" not in repr(settings)
    assert "a-secret" not in repr(settings)


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("mail.example.com", "smtps://USER"),
        ("https://mail.example.com", "smtps://USER"),
        ("smtp://", "smtps://USER"),
        ("smtp://mail.example.com:0", "smtps://USER"),
        ("smtp://mail.example.com:many", "smtps://USER"),
        ("smtps://handoffs:a-secret/word@mail.example.com", "smtps://USER"),
        ("smtp://mail.example.com/in", "nothing behind the host"),
        ("smtp://mail.example.com?tls=no", "nothing behind the host"),
        ("smtp://handoffs@mail.example.com", "both a user and a password"),
        ("smtp+plain://handoffs:a-secret@mail.example.com", "not sent without TLS"),
    ],
)
def test_a_mail_server_that_does_not_fit_is_told_without_its_password(monkeypatch, url, words):
    monkeypatch.setenv("T2H_SMTP_URL", url)
    monkeypatch.setenv("T2H_MAIL_FROM", "handoffs@example.com")
    with pytest.raises(SettingsError, match=f"T2H_SMTP_URL.*{words}") as refused:
        read_settings()
    assert "a-secret" not in f"{refused.value}{refused.value.__cause__}"


@pytest.mark.parametrize(
    "sender",
    [
        "",
        "Handoffs",
        "Handoffs <handoffs>",
        "Handoffs handoffs@example.com",
        "Handoffs <handoffs@example.com",
        "Handoffs\nBcc: x@y.example <handoffs@example.com>",
        "handoffs@example.com\nBcc: x@y.example",
        "handoffs@example.com, x@y.example",
        '"Hand" offs" <handoffs@example.com>',
    ],
)
def test_who_mail_is_from_is_one_address(monkeypatch, sender):
    monkeypatch.setenv("T2H_SMTP_URL", "smtp://mail.example.com")
    monkeypatch.setenv("T2H_MAIL_FROM", sender)
    with pytest.raises(SettingsError, match="T2H_MAIL_FROM"):
        read_settings()


@pytest.mark.parametrize("name", ["T2H_SMTP_URL", "T2H_MAIL_FROM"])
def test_mail_is_set_up_whole_or_not_at_all(monkeypatch, name):
    values = {"T2H_SMTP_URL": "smtp://mail.example.com", "T2H_MAIL_FROM": "a@example.com"}
    monkeypatch.setenv(name, values[name])
    with pytest.raises(SettingsError, match="set both T2H_SMTP_URL and T2H_MAIL_FROM"):
        read_settings()


def test_the_password_of_a_mail_server_is_not_shown(monkeypatch):
    monkeypatch.setenv("T2H_SMTP_URL", "smtps://handoffs:a-secret@mail.example.com")
    monkeypatch.setenv("T2H_MAIL_FROM", "Handoffs <handoffs@example.com>")
    settings = read_settings()
    assert settings.mail_from == "Handoffs <handoffs@example.com>"
    assert "a-secret" not in repr(settings)
