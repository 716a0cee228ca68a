"""The brief of a deal in a browser: lines unfold to their proof, and are heard."""

import re
import time

import pytest

from tests.pages.seeding import person
from transcript2handoff.deal import Deal
from transcript2handoff.store import deals

AUDIO = "document.querySelector('.player audio')"
PLAYS = f"!{AUDIO}.paused"
LENGTH = 494
"""Seconds of the first call."""
TIME = f"{AUDIO}.currentTime"
FOCUSED_LINE = "document.activeElement.closest('.line')?.id"

pytestmark = pytest.mark.slow


@pytest.fixture
def page(site, visits):
    """The brief of the harborline deal, whose first two calls have recordings."""
    opened = visits(site, "csm")
    opened.goto(site.deal)
    yield opened
    assert opened.faults == []


def start_of(link):
    return float(re.search(r"#t=([\d.]+)", link.get_attribute("href"))[1])


def until(page, condition):
    """Playwright's own way needs what the policy of the pages forbids."""
    deadline = time.monotonic() + 10
    while not page.evaluate(condition):
        assert time.monotonic() < deadline, f"{condition} never came true"
        page.wait_for_timeout(20)


def promises(page):
    return page.locator("#commitments .lines").first.locator(".line")


def test_a_line_unfolds_to_who_said_it_when_and_the_words_around(page):
    line = promises(page).first
    assert not line.locator("blockquote").first.is_visible()
    line.locator("summary").click()
    scene = line.locator(".scene").first
    assert scene.locator("mark").inner_text().strip()
    assert scene.locator(".near").count() == 2
    assert re.search(r"Tamsin Okoro, .+, call \d", scene.locator("figcaption").inner_text())
    turn = scene.locator("a.turn")
    assert re.search(r"/calls/[^/]+#turn-\d+$", turn.get_attribute("href"))


def test_a_click_plays_the_words_and_another_one_pauses(page):
    link = promises(page).locator("> a.play").first
    link.click()
    until(page, f"{PLAYS} && {TIME} >= {start_of(link)}")
    until(page, "document.querySelector('a.play[aria-current]') !== null")
    assert link.get_attribute("aria-current") == "true"
    assert page.locator(".toggle").get_attribute("aria-label") == "Pause"
    link.click()
    until(page, f"!{PLAYS}")
    assert link.get_attribute("aria-current") is None


def test_a_line_of_another_call_puts_that_call_on(page):
    other = page.locator(".which option").nth(1).get_attribute("value")
    link = page.locator(f".line > a.play[href^='{other}#']").first
    link.click()
    until(page, f"{PLAYS} && {AUDIO}.currentSrc.endsWith('{other}')")
    assert page.locator(".which").input_value() == other
    until(page, f"{TIME} >= {start_of(link)}")


def test_the_recording_is_not_downloaded_to_be_drawn(site, visits):
    page = visits(site, "csm")
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(site.deal)
    page.locator(".wave canvas").first.wait_for()
    assert [url for url in asked if url.endswith("/audio")] == []
    assert len([url for url in asked if url.endswith("/timeline")]) == 1


def test_the_waveform_shows_voices_in_colours_and_claims_as_marks(page):
    page.locator(".wave canvas").first.wait_for()
    colours = page.locator(".wave canvas").first.evaluate(
        """(canvas) => {
            const { width, height } = canvas;
            const { data } = canvas.getContext('2d').getImageData(0, 0, width, height);
            const seen = new Set();
            for (let n = 0; n < data.length; n += 4)
                if (data[n + 3] === 255) seen.add(`${data[n]},${data[n + 1]},${data[n + 2]}`);
            return [...seen];
        }"""
    )
    assert {"11,114,133", "179,84,30"} <= set(colours), "those of the first two speakers"
    marks = page.locator(".marks a")
    assert marks.count() > 10
    claim = marks.nth(5).get_attribute("href").removeprefix("#")
    assert marks.nth(5).get_attribute("title") in page.locator(f"[id='{claim}']").inner_text()
    marks.nth(5).click()
    until(page, f"{PLAYS} && {TIME} > 0")
    assert page.evaluate(FOCUSED_LINE) == claim
    assert page.locator(f"[id='{claim}'] details").get_attribute("open") is not None


def test_a_click_on_the_waveform_seeks(page):
    page.locator(".wave canvas").first.wait_for()
    page.mouse.click(*middle_of(page.locator(".wave").bounding_box()))
    until(page, f"Math.abs({TIME} - {LENGTH} / 2) < 15")


def middle_of(box):
    return box["x"] + box["width"] / 2, box["y"] + box["height"] * 0.7


class TestKeys:
    def test_space_plays_and_pauses(self, page):
        page.keyboard.press(" ")
        until(page, PLAYS)
        page.keyboard.press(" ")
        until(page, f"!{PLAYS}")

    def test_j_and_k_go_from_line_to_line_and_space_plays_the_line(self, page):
        lines = page.locator(".line")
        ids = [lines.nth(n).get_attribute("id") for n in range(3)]
        page.keyboard.press("j")
        first = ids.index(page.evaluate(FOCUSED_LINE))
        page.keyboard.press("j")
        assert page.evaluate(FOCUSED_LINE) == ids[first + 1]
        page.keyboard.press("k")
        assert page.evaluate(FOCUSED_LINE) == ids[first]
        start = start_of(lines.nth(first).locator("> a.play"))
        page.keyboard.press(" ")
        until(page, f"{PLAYS} && {TIME} >= {start}")

    def test_o_unfolds_the_line(self, page):
        page.keyboard.press("j")
        page.keyboard.press("o")
        line = page.evaluate(FOCUSED_LINE)
        assert page.locator(f"[id='{line}'] details").get_attribute("open") is not None

    def test_arrows_seek(self, page):
        for keys, seconds in (("ArrowRight", 5), ("Shift+ArrowRight", 20), ("ArrowLeft", 15)):
            page.keyboard.press(keys)
            until(page, f"Math.abs({TIME} - {seconds}) < 0.5")

    def test_angle_brackets_change_the_speed(self, page):
        page.keyboard.press(">")
        assert page.evaluate(f"{AUDIO}.playbackRate") == 1.25
        assert page.locator(".speed").input_value() == "1.25"
        page.keyboard.press("<")
        page.keyboard.press("<")
        assert page.evaluate(f"{AUDIO}.playbackRate") == 0.75

    def test_help_opens_and_the_keys_can_be_switched_off(self, page):
        page.keyboard.press("?")
        page.get_by_label("Use these keys").uncheck()
        page.get_by_role("button", name="Close").click()
        page.keyboard.press(">")
        page.reload()
        page.locator(".deck").wait_for()
        page.keyboard.press(">")
        assert page.evaluate(f"{AUDIO}.playbackRate") == 1

    def test_a_field_keeps_its_keys(self, page):
        page.locator("#find").press_sequentially("j s")
        assert page.locator("#find").input_value() == "j s"
        assert page.locator(".silences").get_attribute("aria-pressed") == "false"
        assert not page.evaluate(PLAYS)


def test_the_speed_stays_when_another_call_is_put_on(page):
    page.locator(".speed").select_option("1.5")
    page.locator(".which").select_option(index=1)
    page.locator(".toggle").click()
    until(page, f"{PLAYS} && {AUDIO}.playbackRate === 1.5")


def test_silences_are_skipped(page):
    gap = page.evaluate(
        """async () => {
            const { turns } = await (await fetch(
                document.querySelector('.track').dataset.timeline)).json();
            let end = 0;
            for (const [, from, to] of turns) {
                if (from - end > 1.2) return [end, from];
                end = Math.max(end, to);
            }
        }"""
    )
    page.locator(".silences").click()
    assert page.locator(".silences").get_attribute("aria-pressed") == "true"
    page.evaluate(f"{AUDIO}.currentTime = {gap[0] + 0.1}")
    page.locator(".toggle").click()
    until(page, f"{TIME} >= {gap[1]}")
    jumped = page.evaluate(f"{TIME}")
    assert jumped < gap[1] + 2


def test_the_slider_says_where_it_is(page):
    slider = page.get_by_label("Position in the recording")
    slider.focus()
    slider.press("ArrowRight")
    until(page, f"{TIME} > 0")
    assert re.fullmatch(r"0:0\d of 8:1\d", slider.get_attribute("aria-valuetext"))


def test_on_paper_all_evidence_is_there_and_no_player(page):
    page.emulate_media(media="print")
    assert not page.locator(".player").is_visible()
    marks = page.locator(".line .scene mark")
    assert marks.count() > 30
    assert all(marks.nth(n).is_visible() for n in range(0, marks.count(), 10))


def test_without_scripts_everything_unfolds_and_plays(site, visits):
    page = visits(site, "csm", scripts=False)
    page.goto(site.deal)
    line = promises(page).first
    line.locator("summary").click()
    assert line.locator(".scene mark").first.is_visible()
    assert page.locator(".track audio[controls]").count() == 2
    link = line.locator("> a.play")
    assert page.request.get(link.get_attribute("href")).headers["content-type"].startswith("audio/")


def test_a_deal_that_nobody_has_read_says_what_comes(site, visits):
    with site.store.write() as tx:
        bare = deals.add(
            tx,
            deals.NewDeal(deal=Deal(deal="Bare"), by="Ada", csm_id=site.seeded.people["csm"]),
        )
    page = visits(site, "csm")
    page.goto(f"/deals/{bare.id}")
    assert "No brief yet" in page.locator("main").inner_text()


def test_somebody_else_s_deal_is_not_there(site, visits):
    site.seeded.people["other"] = person(site.store, "ae", "Otto Other")
    page = visits(site, "other")
    assert page.goto(site.deal).status == 404
    assert page.goto(f"{site.deal}/calls/{site.seeded.calls['harborline-1']}").status == 404
