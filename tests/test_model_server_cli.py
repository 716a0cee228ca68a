"""The command line with a model server: what is sent when, and what a user reads."""

import json

import pytest
from typer.testing import CliRunner

from transcript2handoff.cli import app
from transcript2handoff.pipeline import BRIEF_MARKDOWN, DRAFT, HANDOFF, TRANSCRIPT
from transcript2handoff.testing.model_server import ModelServer, Refusal, Status

CALL = """\
Nora Lindqvist: Thanks for making the time, Tomas. Shall we look at the counting first?
Tomas Reyes: Sure. We lose about nine hours a week on manual counts, and it hurts.
Nora Lindqvist: I'll send you the security pack by Friday.
Tomas Reyes: Please do. My address is tomas@alder.example. And the training?
Nora Lindqvist: We'll run two sessions for your team in October.
"""
DEAL = """\
deal = "alder"
seller = "Countwell"
customer = "Alder Foods"

[[participants]]
name = "Nora Lindqvist"
side = "seller"

[[participants]]
name = "Tomas Reyes"
side = "customer"

[[calls]]
id = "alder-1"
file = "call.txt"
date = 2026-09-14
consent = "{consent}"
"""


def t2h(*args):
    return CliRunner().invoke(app, [str(arg) for arg in args], catch_exceptions=False)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A call of a deal, and nothing kept from before."""
    monkeypatch.setenv("T2H_MODEL_CACHE", str(tmp_path / "cache"))
    (tmp_path / "call.txt").write_text(CALL)
    (tmp_path / "deal.toml").write_text(DEAL.format(consent="given"))
    return tmp_path


@pytest.fixture
def configured(monkeypatch):
    """Points the settings at a server."""

    def configure(server, **more):
        monkeypatch.setenv("T2H_MODEL_URL", server.base_url)
        monkeypatch.setenv("T2H_MODEL_NAME", server.model)
        monkeypatch.setenv("T2H_MODEL_KEY", server.api_key)
        for name, value in more.items():
            monkeypatch.setenv(f"T2H_{name.upper()}", value)

    return configure


def run(folder, *options):
    return t2h(
        "run", folder / "call.txt", "--deal", folder / "deal.toml", "-o", folder / "out", *options
    )


def draft(folder):
    return json.loads((folder / "out" / DRAFT).read_text())


def test_auto_asks_the_model_where_one_is_configured_and_says_so(folder, configured):
    with ModelServer() as server:
        configured(server)
        result = run(folder)
    assert result.exit_code == 0
    assert draft(folder)["provenance"]["engine"] == "openai"
    assert f"sent to {server.base_url.removesuffix('/v1')}" in result.stderr
    assert "3 requests, 0 answers kept from before" in result.stderr
    brief = (folder / "out" / BRIEF_MARKDOWN).read_text()
    assert "by engine openai 1" in brief
    assert f"sent to {server.model} at" in brief.replace("\\", "")
    assert "security pack" in brief


def test_auto_reads_here_where_no_model_is_configured(folder):
    result = run(folder)
    assert result.exit_code == 0
    assert draft(folder)["provenance"]["engine"] == "local"


def test_auto_reads_here_what_may_not_be_sent_and_says_why(folder, configured):
    (folder / "deal.toml").write_text(DEAL.format(consent="unknown"))
    with ModelServer() as server:
        configured(server)
        result = run(folder)
        assert server.requests == ()
    assert result.exit_code == 0
    assert draft(folder)["provenance"]["engine"] == "local"
    assert 'consent = "given"' in result.stderr


def test_who_asks_for_the_model_is_refused_what_may_not_be_sent(folder, configured):
    (folder / "deal.toml").write_text(DEAL.format(consent="refused"))
    with ModelServer() as server:
        configured(server, sending="unless_refused")
        result = run(folder, "--engine", "openai")
        assert server.requests == ()
    assert result.exit_code == 5
    assert not (folder / "out" / DRAFT).exists()


def test_local_never_asks(folder, configured):
    with ModelServer() as server:
        configured(server)
        assert run(folder, "--engine", "local").exit_code == 0
        assert server.requests == ()


def test_both_engines_are_one_draft(folder, configured):
    with ModelServer() as server:
        configured(server)
        assert run(folder, "--engine", "both").exit_code == 0
    both = draft(folder)
    assert both["provenance"]["engine"] == "local+openai"
    assert both["provenance"]["sendings"]
    promises = [claim for claim in both["claims"] if claim["fact"]["kind"] == "promise"]
    assert len(promises) == 2
    assert all(claim["confidence"] > 0.9 for claim in promises)


def test_a_model_that_is_not_configured_is_asked_for_in_words(folder):
    result = run(folder, "--engine", "openai")
    assert result.exit_code == 3
    assert "T2H_MODEL_URL" in result.stderr


def test_a_server_that_fails_leaves_what_was_made_and_can_be_asked_again(folder, configured):
    with ModelServer(script=[Status(401), Status(401), Status(401)]) as server:
        configured(server)
        result = run(folder)
        assert result.exit_code == 7
        assert "T2H_MODEL_KEY" in result.stderr
        assert (folder / "out" / TRANSCRIPT).exists()
        assert not (folder / "out" / DRAFT).exists()
        assert run(folder).exit_code == 0
    assert (folder / "out" / HANDOFF).exists()


def test_an_incomplete_handoff_is_marked_and_made_again(folder, configured):
    with ModelServer(script=[Refusal()]) as server:
        configured(server, model_incomplete="yes")
        result = run(folder)
        assert result.exit_code == 0
        assert "Not read: turns 1 to 5" in result.stderr
        brief = (folder / "out" / BRIEF_MARKDOWN).read_text()
        assert "Incomplete: turns 1 to 5 of alder-1 could not be read" in brief
        assert "Not found in the turns that were read" in brief
        assert "Not discussed" not in brief
        again = run(folder)
    assert again.exit_code == 0
    assert draft(folder)["unread"] == []
    assert "Incomplete" not in (folder / "out" / BRIEF_MARKDOWN).read_text()


def test_the_cost_of_a_call_can_be_limited(folder, configured):
    with ModelServer() as server:
        prices = json.dumps({server.model: {"input": 1, "output": 4}})
        configured(server, model_prices=prices)
        result = run(folder, "--max-cost", "0.0001")
        assert result.exit_code == 7
        assert "--max-cost" in result.stderr
        assert server.requests == ()
        assert "cost 0.0" in run(folder, "--max-cost", "1").stderr


def test_a_limit_without_prices_is_a_mistake(folder, configured):
    with ModelServer() as server:
        configured(server)
        result = run(folder, "--max-cost", "1")
    assert result.exit_code == 3
    assert "T2H_MODEL_PRICES" in result.stderr


def test_a_dry_run_says_what_would_be_sent_and_sends_nothing(folder, configured):
    t2h("transcribe", folder / "call.txt", "--deal", folder / "deal.toml", "-o", folder / "out")
    with ModelServer() as server:
        configured(server, model_prices=json.dumps({server.model: {"input": 1, "output": 4}}))
        said = t2h("extract", folder / "out", "--deal", folder / "deal.toml", "--dry-run")
        as_json = t2h("extract", folder / "out", "--dry-run", "--json")
        assert server.requests == ()
    assert said.exit_code == 0
    assert f"{server.model} at {server.base_url.removesuffix('/v1')}" in said.stdout
    assert "e-mail address: 1" in said.stdout
    assert "3, and 0 answers that are kept" in said.stdout
    assert json.loads(as_json.stdout)["requests"] == 3
    assert not (folder / "out" / DRAFT).exists()


def test_no_cache_asks_again(folder, configured):
    with ModelServer() as server:
        configured(server)
        run(folder)
        run(folder, "--force")
        assert len(server.requests) == 3
        run(folder, "--force", "--no-cache")
        assert len(server.requests) == 6


def test_the_key_can_stand_in_a_file(folder, configured, monkeypatch):
    with ModelServer() as server:
        configured(server)
        monkeypatch.delenv("T2H_MODEL_KEY")
        (folder / "key").write_text(f"{server.api_key}\n")
        monkeypatch.setenv("T2H_MODEL_KEY_FILE", str(folder / "key"))
        assert run(folder).exit_code == 0
        monkeypatch.setenv("T2H_MODEL_KEY_FILE", str(folder / "no such file"))
        result = run(folder, "--force")
    assert result.exit_code == 3
    assert "T2H_MODEL_KEY_FILE" in result.stderr


def test_the_key_is_never_shown(folder, configured):
    with ModelServer(script=lambda _: Status(401)) as server:
        configured(server)
        result = run(folder)
        written = [path.read_text() for path in folder.rglob("*.json*") if path.is_file()]
    assert server.api_key not in result.stderr + result.stdout
    assert not any(server.api_key in text for text in written)


def test_doctor_asks_the_server(configured, tmp_path, monkeypatch):
    with ModelServer() as server:
        configured(server)
        result = t2h("doctor")
        assert "answers in the form asked for" in result.stdout
        assert "Nora" not in server.requests[0].prompt
    broken = t2h("doctor")
    assert broken.exit_code == 4
    assert "cannot be reached" in broken.stdout
