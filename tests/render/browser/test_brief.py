"""The HTML brief in Chromium: it plays what it quotes, fits a phone, and prints."""

import re
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import pytest

from transcript2handoff.assess import assess
from transcript2handoff.deal import Call
from transcript2handoff.handoff import read_handoff
from transcript2handoff.render import BriefOptions, brief_html
from transcript2handoff.transcript import read_transcript

pytestmark = pytest.mark.slow

DATA = Path(__file__).parent.parent / "data"
NAME = "my call #1.ogg"
SECONDS = 95
RATE = 48_000
PROMISE = "#claim-c11"
OTHER = "#claim-c17"


def write_tone(path):
    """A soft tone, as long as the call of the golden brief."""
    with av.open(str(path), "w", format="ogg") as out:
        stream = out.add_stream("libopus", rate=RATE, layout="mono")
        for second in range(SECONDS):
            time = second + np.arange(RATE) / RATE
            samples = (0.1 * np.sin(2 * np.pi * 220 * time)).astype(np.float32)
            frame = av.AudioFrame.from_ndarray(samples[np.newaxis], format="flt", layout="mono")
            frame.sample_rate = RATE
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))


def write_briefs(folder):
    """The golden call's brief, and that of a deal in which the same call took place twice."""
    first = read_transcript((DATA / "2_transcript.json").read_bytes())
    second = first.model_copy(update={"call_id": "alder-2"})
    one = read_handoff((DATA / "4_handoff.json").read_bytes(), [first])
    again = one.calls[0].model_copy(update={"call": Call(id="alder-2")})
    two = one.model_copy(update={"calls": (*one.calls, again)})
    options = BriefOptions(audio={"alder-1": NAME, "alder-2": NAME}, open_turns=0)
    for name, handoff in (("brief", one), ("two", two)):
        document = brief_html(handoff, assess(handoff), [first, second], options)
        (folder / f"{name}.html").write_text(document, encoding="utf-8")


@pytest.fixture(scope="module")
def address(tmp_path_factory, serve):
    """The briefs beside their recording, served."""
    folder = tmp_path_factory.mktemp("brief")
    write_briefs(folder)
    write_tone(folder / NAME)
    with serve(folder) as base:
        yield base


@pytest.fixture
def visit(chromium, address):
    """Open the brief; a warning of the browser, such as one of its policy, fails the test."""
    contexts, complaints = [], []

    def open_page(name="brief", **options):
        context = chromium.new_context(**options)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "console",
            lambda message: complaints.append(message.text) if message.type == "error" else None,
        )
        page.goto(f"{address}/{name}.html")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert [text for text in complaints if "favicon" not in text] == []


def start_of(link):
    return float(re.search(r"#t=([\d.]+)", link.get_attribute("href")).group(1))


def plays(page):
    return page.evaluate("!document.querySelector('audio').paused")


def wait_until_it_plays(page, start):
    """The position in seconds at the moment when it is first seen to play."""
    playing = page.wait_for_function(
        "start => { const a = document.querySelector('audio');"
        " return !a.paused && !a.seeking && a.currentTime > start && a.currentTime; }",
        arg=start,
        timeout=10_000,
    )
    return playing.json_value()


@pytest.mark.parametrize("line", [PROMISE, OTHER])
def test_a_click_plays_that_second(visit, line):
    page = visit()
    link = page.locator(f"{line} a.play").first
    link.click()
    assert abs(wait_until_it_plays(page, start_of(link)) - start_of(link)) <= 0.5
    assert link.get_attribute("aria-current") == "true"
    assert page.locator(".now").inner_text() == page.locator(f"{line} q").first.inner_text()


def test_a_second_click_pauses_and_another_line_takes_over(visit):
    page = visit()
    first, other = (page.locator(f"{line} a.play").first for line in (PROMISE, OTHER))
    first.click()
    wait_until_it_plays(page, start_of(first))
    first.click()
    page.wait_for_function("() => document.querySelector('audio').paused")
    page.wait_for_function("() => !document.querySelector('a.play[aria-current]')")
    other.click()
    assert abs(wait_until_it_plays(page, start_of(other)) - start_of(other)) <= 0.5


def test_of_several_recordings_one_plays_at_a_time(visit):
    page = visit("two")
    first = page.locator(f"{PROMISE} a.play").first
    first.click()
    wait_until_it_plays(page, start_of(first))
    page.locator("#call-2 summary").click()
    other = page.locator("#call-2-turn-4 a.play")
    other.click()
    page.wait_for_function("() => !document.querySelector('#player-2').paused")
    page.wait_for_timeout(300)
    assert not plays(page)
    assert other.get_attribute("aria-current") == "true"
    assert first.get_attribute("aria-current") is None
    assert page.locator("#player-2").is_visible()
    assert not page.locator("#player-1").is_visible()


def test_the_keyboard_plays_too(visit):
    page = visit()
    link = page.locator(f"{PROMISE} a.play").first
    link.focus()
    page.keyboard.press("Enter")
    wait_until_it_plays(page, start_of(link))
    assert plays(page)


def test_without_a_script_the_link_opens_the_recording_at_that_second(visit):
    page = visit(java_script_enabled=False)
    link = page.locator(f"{PROMISE} a.play").first
    assert re.fullmatch(r"my%20call%20%231\.ogg#t=25\.81,28\.78", link.get_attribute("href"))
    link.click()
    page.wait_for_url("**/my%20call%20%231.ogg#t=25.81,28.78")


def test_the_summary_leads_to_the_line_and_the_line_to_the_transcript(visit):
    page = visit()
    page.locator(".card a.line", has_text="Cut the monthly stock count").first.click()
    assert page.url.endswith("#claim-c1")
    page.locator("#claim-c1 a.turn").first.click()
    assert page.locator("#call-1-turn-4").is_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("width", "height"), [(1280, 900), (390, 844), (320, 640)])
def test_nothing_is_wider_than_the_screen(visit, width, height, scheme, tmp_path):
    page = visit(viewport={"width": width, "height": height}, color_scheme=scheme)
    page.locator("summary").click()
    picture = page.screenshot(path=tmp_path / f"brief-{width}-{scheme}.png", full_page=True)
    assert len(picture) > 10_000
    assert page.evaluate("document.scrollingElement.scrollWidth <= innerWidth")


def test_the_summary_fits_one_screen(visit):
    page = visit(viewport={"width": 1280, "height": 900})
    bottom = page.evaluate("document.querySelector('#summary').getBoundingClientRect().bottom")
    bar = page.evaluate("document.querySelector('.player').getBoundingClientRect().top")
    assert bottom <= bar


def test_on_paper_the_proofs_stay_and_the_player_goes(visit):
    page = visit()
    page.emulate_media(media="print")
    assert page.locator(f"{PROMISE} q").first.is_visible()
    assert page.locator(f"{PROMISE} a.play").first.is_visible()
    assert not page.locator("audio").first.is_visible()


CONTRAST = """
() => {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const rgba = (color) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = color;
    canvas.fillRect(0, 0, 1, 1);
    return canvas.getImageData(0, 0, 1, 1).data;
  };
  const light = ([r, g, b]) => {
    const [x, y, z] = [r, g, b].map((v) => v / 255).map(
      (v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const ground = (element) => {
    for (let e = element; e; e = e.parentElement) {
      const color = rgba(getComputedStyle(e).backgroundColor);
      if (color[3] === 255) return color;
    }
    return [255, 255, 255];
  };
  const ratios = [...document.querySelectorAll("body *")]
    .filter((e) => [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim()))
    .filter((e) => !["SCRIPT", "STYLE"].includes(e.tagName))
    .map((e) => {
      const pair = [light(rgba(getComputedStyle(e).color)), light(ground(e))].sort((a, b) => b - a);
      return [(pair[0] + 0.05) / (pair[1] + 0.05), e.className || e.tagName];
    });
  return ratios.sort((a, b) => a[0] - b[0])[0];
}
"""
"""The lowest contrast of any text on the page, as WCAG 2.2 (1.4.3) defines it, and whose."""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_all_text_has_the_contrast_of_wcag_aa(visit, scheme):
    ratio, where = visit(color_scheme=scheme).evaluate(CONTRAST)
    assert ratio >= 4.5, where


def test_headings_go_down_one_level_at_a_time(visit):
    levels = visit().evaluate("[...document.querySelectorAll('h1,h2,h3')].map(h => +h.tagName[1])")
    assert levels[0] == 1
    assert all(below - above <= 1 for above, below in pairwise(levels))
