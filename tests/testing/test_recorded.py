"""Answers of a real model, played again: what an engine makes of them does not change by itself."""

from pathlib import Path

import pytest

from transcript2handoff.assemble import Engine, Extraction
from transcript2handoff.engines.openai.keep import KeptAnswer
from transcript2handoff.errors import ArtifactError
from transcript2handoff.evaluation import Bench
from transcript2handoff.handoff import Sending
from transcript2handoff.settings import Settings
from transcript2handoff.testing.model_server import ModelServer
from transcript2handoff.testing.recorded import Player, read_recording, recorded
from transcript2handoff.watch import NOBODY

TESTS = Path(__file__).parent.parent
RECORDED = sorted((TESTS / "engines" / "openai" / "data" / "recorded").glob("*.json"))
BENCH = TESTS.parent / "fixtures" / "bench"


@pytest.fixture(params=RECORDED, ids=lambda path: path.stem)
def recording(request):
    return read_recording(request.param.read_bytes(), where=str(request.param))


@pytest.fixture
def read(recording, tmp_path):
    """Reads the recorded call with an engine and gives its handoff."""
    call = BENCH / f"{recording.call_id}.json"
    (tmp_path / call.name).write_bytes(call.read_bytes())

    def reading(engine):
        with ModelServer(script=Player(recording)) as server:
            settings = Settings(
                model_url=server.base_url,
                model_name=server.model,
                model_key=server.api_key,
                model_window=recording.window_tokens,
                model_overlap=recording.overlap_tokens,
                model_incomplete=True,
                model_cache=tmp_path / "cache",
                sending="unless_refused",
            )
            found = Bench(tmp_path, Extraction(engine=engine), settings).read(NOBODY)
        return found.handoffs[recording.call_id]

    return reading


def test_every_recorded_answer_is_asked_for(recording, read, tmp_path):
    read(Engine.OPENAI)
    kept = (path for path in (tmp_path / "cache" / "answers").glob("*.json"))
    asked = {recorded(KeptAnswer.model_validate_json(path.read_bytes())) for path in kept}
    found = {answer for answer in recording.answers if answer.form != "verdicts"}
    assert {(answer.form, answer.turns) for answer in asked} == {
        (answer.form, answer.turns) for answer in found
    }


def test_the_union_holds_what_each_engine_found_alone(read):
    local, model, both = (read(engine) for engine in (Engine.LOCAL, Engine.OPENAI, Engine.BOTH))
    quotes = {(e.turn, e.quote) for claim in both.claims for e in claim.spoken}
    for alone in (local, model):
        for claim in alone.claims:
            assert {(e.turn, e.quote) for e in claim.spoken} & quotes
    assert len(both.claims) <= len(local.claims) + len(model.claims)


def test_a_file_that_is_no_recording_is_named():
    with pytest.raises(ArtifactError, match=r"x\.json is no recording of answers"):
        read_recording("{}", where="x.json")


def test_the_form_is_told_from_the_purpose():
    sending = {
        "to": "http://127.0.0.1:1",
        "model": "m",
        "at": "2026-01-01T00:00:00Z",
        "turns": [{"first": 2, "last": 3}, {"first": 3, "last": 4}],
        "redacted": True,
    }
    for purpose, form in (("find people", "people"), ("check claims", "verdicts")):
        sent = Sending.model_validate({**sending, "purpose": purpose})
        answer = recorded(KeptAnswer(text="{}", sendings=(sent,)))
        assert (answer.form, answer.turns) == (form, (2, 3, 4))
