"""The brief of the example deal in Chromium, with its real recording: every promise plays."""

import json
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

CALLS = Path(__file__).parents[3] / "fixtures" / "harborline"
NEAR = 0.5
"""Seconds that playback may begin away from the words."""


def starts(call):
    """When each promise of a call is said, by claim id, as the handoff has it."""
    handoff = json.loads((CALLS / call / "4_handoff.json").read_text(encoding="utf-8"))
    return {
        claim["id"]: claim["evidence"][0]["start"]
        for claim in handoff["claims"]
        if claim["fact"]["kind"] == "promise"
    }


@pytest.mark.parametrize("call", ["harborline-1", "harborline-2"])
def test_a_click_on_any_promise_plays_its_words(chromium, serve, call):
    with serve(CALLS / call) as address:
        page = chromium.new_page()
        page.goto(f"{address}/5_kickoff_brief.html")
        for claim, start in starts(call).items():
            page.evaluate("document.querySelector('audio').pause()")
            page.locator(f"#claim-{claim} a.play").first.click()
            playing = page.wait_for_function(
                "start => { const a = document.querySelector('audio');"
                " const plays = !a.paused && !a.seeking && Math.abs(a.currentTime - start) < 2;"
                " return plays && a.currentTime; }",
                arg=start,
                timeout=10_000,
            )
            assert abs(playing.json_value() - start) < NEAR
        page.close()
