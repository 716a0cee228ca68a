"""The command line as a person and as a script use it."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.mail_servers import MailServer
from transcript2handoff.cli import app
from transcript2handoff.pipeline import BRIEF_HTML, BRIEF_MARKDOWN, DRAFT, HANDOFF, TRANSCRIPT
from transcript2handoff.shelf import MEMORY

HARBORLINE = Path(__file__).parent.parent / "fixtures" / "harborline"
DEAL = HARBORLINE / "deal.toml"
SHORT = Path(__file__).parent / "audio" / "data" / "harborline-1-cut.opus"
CALL = HARBORLINE / "harborline-3" / "1_call.vtt"
NUMBERED = [TRANSCRIPT, DRAFT, HANDOFF, BRIEF_HTML, BRIEF_MARKDOWN]
FRENCH = """\
Claire Martin: Bonjour à tous, merci d'être venus aujourd'hui pour parler de notre projet.
Jean Dupont: Oui, nous cherchons un logiciel pour remplacer nos vieilles feuilles de calcul.
Claire Martin: Très bien, je vous enverrai le rapport de sécurité avant la fin de la semaine.
Jean Dupont: Parfait, et quel est le prix pour deux cents utilisateurs par an, s'il vous plaît ?
Claire Martin: Environ quarante mille euros par an, avec une remise si vous signez en juin.
"""


def t2h(*args):
    return CliRunner().invoke(app, [str(arg) for arg in args], catch_exceptions=False)


def files(folder):
    there = folder.iterdir() if folder.exists() else ()
    return sorted(path.name for path in there if path.name != MEMORY)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The folder of the third call of the deal, with all its numbered files."""
    folder = tmp_path_factory.mktemp("call") / "out"
    assert t2h("run", CALL, "--deal", DEAL, "-o", folder).exit_code == 0
    return folder


def test_run_writes_the_numbered_files(made):
    assert files(made) == NUMBERED


def test_run_knows_the_call_by_the_file_that_the_deal_lists(made):
    call = json.loads((made / HANDOFF).read_text())["calls"][0]["call"]
    assert call["id"] == "harborline-3"
    assert call["date"] == "2026-05-12"


def test_a_second_run_reuses_every_step(made):
    before = {name: (made / name).stat().st_mtime_ns for name in NUMBERED}
    result = t2h("run", CALL, "--deal", DEAL, "-o", made, "--json")
    assert set(json.loads(result.stdout)["steps"].values()) == {"reused"}
    assert before == {name: (made / name).stat().st_mtime_ns for name in NUMBERED}


def test_the_steps_one_by_one_come_to_the_same(made, tmp_path):
    assert t2h("transcribe", CALL, "--deal", DEAL, "-o", tmp_path).exit_code == 0
    assert t2h("extract", tmp_path, "--deal", DEAL).exit_code == 0
    assert t2h("ground", tmp_path / DRAFT, "--deal", DEAL).exit_code == 0
    assert t2h("render", tmp_path).exit_code == 0
    for name in NUMBERED:
        assert (tmp_path / name).read_bytes() == (made / name).read_bytes(), name


@pytest.mark.slow
def test_the_steps_one_by_one_play_the_recording_too(tmp_path, monkeypatch):
    monkeypatch.setenv("T2H_WHISPER_MODEL", "tiny.en")
    recording = tmp_path / "my call #1 (ü).opus"
    recording.write_bytes(SHORT.read_bytes())
    run, steps = tmp_path / "run", tmp_path / "steps"
    assert t2h("run", recording, "--deal", DEAL, "-o", run).exit_code == 0
    assert t2h("transcribe", recording, "--deal", DEAL, "-o", steps).exit_code == 0
    for command in ("extract", "ground", "render"):
        assert t2h(command, steps).exit_code == 0
    for name in NUMBERED:
        assert (steps / name).read_bytes() == (run / name).read_bytes(), name
    assert 'src="../my%20call%20%231%20%28%C3%BC%29.opus"' in (run / BRIEF_HTML).read_text()


def test_what_was_told_once_holds_for_the_steps_that_follow(tmp_path):
    t2h("transcribe", CALL, "--deal", DEAL, "-o", tmp_path)
    t2h("extract", tmp_path)
    assert t2h("ground", tmp_path).exit_code == 0
    assert json.loads((tmp_path / HANDOFF).read_text())["deal"]["customer"].startswith("Harb")


@pytest.mark.parametrize("command", ["run", "transcribe"])
def test_a_call_whose_people_have_not_agreed_is_not_worked_on(tmp_path, monkeypatch, command):
    monkeypatch.setenv("T2H_PROCESSING", "with_consent")
    refused = t2h(command, CALL, "--deal", DEAL, "-o", tmp_path / "call")
    assert refused.exit_code == 5
    assert "nobody has noted that those on it agree" in " ".join(refused.stderr.split())
    assert not (tmp_path / "call").exists()


@pytest.mark.parametrize("step", ["extract", "ground"])
def test_a_step_asks_for_consent_too(made, monkeypatch, tmp_path, step):
    monkeypatch.setenv("T2H_PROCESSING", "with_consent")
    file = made / ("2_transcript.json" if step == "extract" else "3_draft.json")
    refused = t2h(step, file, "-o", tmp_path)
    assert refused.exit_code == 5, refused.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_step_reads_the_folder_that_it_was_given(made, tmp_path):
    (tmp_path / TRANSCRIPT).write_text("another call")
    assert t2h("extract", made, "-o", tmp_path).exit_code == 0
    assert (tmp_path / DRAFT).read_bytes() == (made / DRAFT).read_bytes()


def test_a_step_whose_input_is_not_there_says_which_command_makes_it(tmp_path):
    t2h("transcribe", CALL, "-o", tmp_path)
    result = t2h("ground", tmp_path)
    assert result.exit_code == 3
    assert "3_draft.json is not there yet. Make it first with `t2h extract`" in result.stderr


@pytest.mark.parametrize("name", ["call.mp3", "call.vtt"])
def test_what_is_no_plain_file_is_refused_at_once(tmp_path, name):
    os.mkfifo(tmp_path / name)
    result = t2h("run", tmp_path / name, "-o", tmp_path / "out")
    assert result.exit_code == 3
    assert files(tmp_path / "out") == []


def test_a_step_can_write_into_another_folder(made, tmp_path):
    assert t2h("render", made, "-o", tmp_path, "--audio-url", "https://x.test/a.mp3").exit_code == 0
    assert files(tmp_path) == [BRIEF_HTML, BRIEF_MARKDOWN]
    assert "https://x.test/a.mp3#t=" in (tmp_path / BRIEF_HTML).read_text()


def test_export_prints_flat_items(made):
    items = json.loads(t2h("export", made, "--format", "items").stdout)["items"]
    assert items
    assert all(item["kind"] and item["summary"] and item["evidence"] for item in items)


def test_ids_are_kept_when_everything_is_done_again(made, tmp_path):
    t2h("run", CALL, "--deal", DEAL, "-o", tmp_path)
    handoff = json.loads((tmp_path / HANDOFF).read_text())
    handoff["claims"][0]["id"] = "given-by-hand"
    (tmp_path / HANDOFF).write_text(json.dumps(handoff))
    assert t2h("run", CALL, "--deal", DEAL, "-o", tmp_path, "--force").exit_code == 0
    assert "given-by-hand" in (tmp_path / HANDOFF).read_text()


def test_a_changed_transcript_is_kept_and_what_follows_is_made_anew(tmp_path):
    t2h("run", CALL, "--deal", DEAL, "-o", tmp_path)
    transcript = (tmp_path / TRANSCRIPT).read_text().replace("I'm in a lay-by.", "I'm in a hurry.")
    words = '["I\'m", 12.07'
    assert words in transcript
    transcript = transcript.replace('["lay-by."', '["hurry."')
    (tmp_path / TRANSCRIPT).write_text(transcript)
    result = t2h("run", CALL, "--deal", DEAL, "-o", tmp_path, "--json")
    steps = json.loads(result.stdout)["steps"]
    assert steps["transcribe"] == "reused"
    assert steps["extract"] == "done"
    assert "I'm in a hurry." in (tmp_path / BRIEF_MARKDOWN).read_text()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"", "empty"),
        (b"\x00\x01\x02 nothing that anybody knows", "Is it a recording"),
        (b"Just a few words of prose.\n", "WebVTT"),
        (b"WEBVTT\n\n", "no turns"),
        (b'{"id": "a-1", "turns": [', "JSON"),
    ],
)
def test_a_file_that_is_nothing_gets_an_error_in_words(tmp_path, text, message):
    (tmp_path / "call.txt").write_bytes(text)
    result = t2h("run", tmp_path / "call.txt", "-o", tmp_path / "out")
    assert result.exit_code == 3
    assert message in result.stderr
    assert "Traceback" not in result.stderr
    assert files(tmp_path / "out") == []


def test_errors_for_machines_are_json(tmp_path):
    result = t2h("run", tmp_path / "no.vtt", "-o", tmp_path / "out", "--json")
    error = json.loads(result.stdout)["error"]
    assert result.exit_code == 3
    assert "no.vtt" in error["message"]
    assert error["type"].endswith("Error")


def test_an_output_folder_below_a_file_is_refused(tmp_path):
    (tmp_path / "file").touch()
    result = t2h("run", CALL, "-o", tmp_path / "file" / "out")
    assert result.exit_code == 6
    assert "choose another folder" in result.stderr


def test_a_wrong_deal_file_is_named(tmp_path):
    (tmp_path / "deal.toml").write_text('seler = "Foldwell"')
    result = t2h("run", CALL, "--deal", tmp_path / "deal.toml", "-o", tmp_path / "out")
    assert result.exit_code == 3
    assert "seler" in result.stderr


def test_a_french_call_is_written_down_and_extraction_refused(tmp_path):
    (tmp_path / "call.txt").write_text(FRENCH, encoding="utf-8")
    result = t2h("run", tmp_path / "call.txt", "-o", tmp_path / "out")
    assert result.exit_code == 5
    assert "French" in result.stderr
    assert files(tmp_path / "out") == [TRANSCRIPT]


def test_ten_thousand_turns_go_through(tmp_path):
    lines = (f"{'Ann' if n % 2 else 'Ben'}: This is remark number {n}.\n" for n in range(10_000))
    (tmp_path / "call.txt").write_text("".join(lines))
    assert t2h("run", tmp_path / "call.txt", "-o", tmp_path / "out").exit_code == 0
    assert files(tmp_path / "out") == NUMBERED


def test_right_to_left_and_zero_width_characters_stay_data(tmp_path):
    said = "Our colleague is called שלום עליכם, she will\u200b send\u202e the report."
    text = f"Ann Lee: {said}\nBen: Good.\n" * 10
    (tmp_path / "call.txt").write_text(text, encoding="utf-8")
    assert t2h("run", tmp_path / "call.txt", "-o", tmp_path / "out").exit_code == 0
    brief = (tmp_path / "out" / BRIEF_HTML).read_text(encoding="utf-8")
    assert "שלום עליכם" in brief
    assert not {"\u200b", "\u202e"} & set(brief)


def test_a_disk_that_fills_up_leaves_nothing_half_written(tmp_path):
    script = """
        mount -t tmpfs -o size=48k tmpfs "$1"
        "$2" -m transcript2handoff.cli run "$3" -o "$1"
        echo $?; ls -A "$1"
    """
    alone = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", script, "sh"]
    command = [*alone, str(tmp_path), sys.executable, str(CALL)]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert "the disk is full" in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout.splitlines() == ["6"]


@pytest.mark.slow
def test_ctrl_c_leaves_nothing_behind(tmp_path):
    recording = HARBORLINE / "harborline-1" / "1_call.opus"
    command = [sys.executable, "-m", "transcript2handoff.cli", "run", str(recording)]
    own = tmp_path / "tmp"
    own.mkdir()
    process = subprocess.Popen(
        [*command, "-o", str(tmp_path / "out")],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "TMPDIR": str(own)},
    )
    time.sleep(12)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=240)
    assert process.returncode == 130
    assert "Traceback" not in errors
    assert "run the command again" in errors
    assert list((tmp_path / "out").iterdir()) == []
    assert list(own.iterdir()) == []


def test_doctor_says_what_is_there():
    result = t2h("doctor")
    assert result.exit_code == 0, result.stdout
    assert "diarization" in result.stdout


def test_doctor_says_what_to_do_about_what_is_missing(tmp_path, monkeypatch):
    monkeypatch.setenv("T2H_WHISPER_MODEL_PATH", str(tmp_path / "nowhere"))
    result = t2h("doctor")
    assert result.exit_code == 4
    assert "nowhere" in result.stdout


def test_doctor_asks_the_mail_server_to_let_us_in(monkeypatch):
    assert "T2H_SMTP_URL" in t2h("doctor").stdout
    monkeypatch.setenv("T2H_MAIL_FROM", "handoffs@example.com")
    with MailServer() as server:
        monkeypatch.setenv("T2H_SMTP_URL", f"smtp+plain://127.0.0.1:{server.port}")
        assert f"127.0.0.1:{server.port}, lets us in" in t2h("doctor").stdout
    away = t2h("doctor")
    assert away.exit_code == 4
    assert "cannot be reached" in away.stdout


def test_no_arguments_teach_the_way():
    result = t2h()
    assert "transcribe → extract → ground → render" in " ".join(result.output.split())


@pytest.mark.slow
def test_the_playlist_that_calls_itself_mp3_opens_nothing(tmp_path):
    other = HARBORLINE / "harborline-1" / "1_call.opus"
    (tmp_path / "secret.opus").write_bytes(other.read_bytes())
    (tmp_path / "call.mp3").write_text("ffconcat version 1.0\nfile 'secret.opus'\n")
    result = t2h("run", tmp_path / "call.mp3", "-o", tmp_path / "out")
    assert result.exit_code == 3
    assert files(tmp_path / "out") == []
