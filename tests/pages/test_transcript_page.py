"""The transcript of a call in a browser: read along while it plays, with the claims it proves."""

import re

import pytest

from tests.pages.seeding import FIXTURE
from tests.pages.test_brief import AUDIO, PLAYS, TIME, start_of, until
from transcript2handoff.deal import Call, Deal
from transcript2handoff.pipeline import TRANSCRIPT
from transcript2handoff.store import calls, deals
from transcript2handoff.store.calls import NewCall
from transcript2handoff.transcript import read_transcript

IN_VIEW = (
    "(() => {{ const {{ top }} = document.querySelector('#turn-{}').getBoundingClientRect();"
    " return top > 0 && top < innerHeight; }})()"
)

pytestmark = pytest.mark.slow


def path_of(site, ref="harborline-1", turn=None):
    return f"{site.deal}/calls/{site.seeded.calls[ref]}" + (f"#turn-{turn}" if turn else "")


@pytest.fixture
def page(site, visits):
    opened = visits(site, "csm")
    opened.goto(path_of(site))
    yield opened
    assert opened.faults == []


def test_every_turn_stands_there_as_it_was_said(page, fixture_of):
    said = [turn.text for turn in fixture_of("harborline-1").turns]
    shown = page.locator(".transcript .words").all_text_contents()
    assert shown == said


@pytest.fixture
def fixture_of():
    return lambda ref: read_transcript((FIXTURE / ref / TRANSCRIPT).read_bytes())


def test_a_cited_turn_leads_to_the_claims_that_it_proves(page):
    cited = page.locator(".transcript > .cited").first
    assert cited.locator("mark").first.inner_text() in cited.locator(".words").inner_text()
    cited.locator(".proves a").first.click()
    page.wait_for_url(re.compile(r"/deals/[^/]+#claim-"))
    anchor = page.url.partition("#")[2]
    line = page.locator(f"[id='{anchor}']")
    assert line.is_visible()
    page.locator(f"[id='{anchor}'] details[open]").wait_for()


def test_the_turn_that_is_heard_is_marked(page):
    turn = page.locator("#turn-5")
    turn.locator("> a.play").click()
    until(page, f"{PLAYS} && {TIME} > {start_of(turn.locator('> a.play'))}")
    until(page, "document.querySelector('#turn-5').classList.contains('is-heard')")
    page.evaluate(f"{AUDIO}.currentTime = 60")
    until(page, "!document.querySelector('#turn-5').classList.contains('is-heard')")
    heard = page.locator(".transcript > .is-heard").get_attribute("id")
    assert heard != "turn-5"


def test_an_address_of_a_turn_is_where_it_plays_from(site, visits):
    page = visits(site, "csm")
    page.goto(path_of(site, turn=60))
    start = start_of(page.locator("#turn-60 > a.play"))
    until(page, f"Math.abs({TIME} - {start}) < 0.1")
    page.keyboard.press(" ")
    until(page, f"{PLAYS} && {TIME} > {start}")


def test_the_page_follows_what_is_heard_unless_the_reader_went_elsewhere(page):
    page.locator("#turn-1 > a.play").click()
    far = start_of(page.locator("#turn-70 > a.play")) + 0.2
    until(page, PLAYS)
    until(page, "document.querySelector('#turn-1').classList.contains('is-heard')")
    page.evaluate(f"{AUDIO}.currentTime = {far}")
    until(page, IN_VIEW.format(70))
    page.evaluate("scrollTo(0, 0)")
    page.evaluate(f"{AUDIO}.currentTime = {start_of(page.locator('#turn-90 > a.play')) + 0.2}")
    until(page, "document.querySelector('#turn-90').classList.contains('is-heard')")
    page.wait_for_timeout(100)
    assert not page.evaluate(IN_VIEW.format(90))


def test_j_and_k_go_from_turn_to_turn(page):
    page.locator("#turn-3 > a.play").focus()
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.closest('li').id") == "turn-4"
    page.keyboard.press("k")
    page.keyboard.press("k")
    assert page.evaluate("document.activeElement.closest('li').id") == "turn-2"


def test_a_call_without_a_recording_is_read_without_a_player(site, visits):
    page = visits(site, "csm")
    page.goto(path_of(site, "harborline-3", turn=9))
    assert page.locator(".player").count() == 0
    assert page.locator("#turn-9").is_visible()
    assert page.locator("#turn-9 .unplayed").inner_text() == "0:34"


def test_a_call_that_is_not_there_is_not_found(site, visits):
    page = visits(site, "csm")
    assert page.goto(f"{site.deal}/calls/call-of-nobody").status == 404


def test_a_call_that_nobody_has_read_says_what_comes(site, visits):
    new = NewCall(deal_id=site.seeded.deal, call=Call(id="fourth", date="2026-06-01"))
    with site.store.write() as tx:
        added = calls.add(tx, new)
        other = deals.add(tx, deals.NewDeal(deal=Deal(deal="Other"), by="Ada")).id
    page = visits(site, "admin")
    page.goto(f"{site.deal}/calls/{added.id}")
    assert "No transcript yet" in page.locator("main").inner_text()
    assert page.goto(f"/deals/{other}/calls/{added.id}").status == 404


def test_the_timeline_tells_what_the_player_draws(site, visits, fixture_of):
    page = visits(site, "csm")
    told = page.request.get(f"{site.url}{path_of(site)}/timeline").json()
    transcript = fixture_of("harborline-1")
    assert told["voices"] == [who.label for who in transcript.speakers]
    times = [[turn.n, round(turn.start, 1), round(turn.end, 1)] for turn in transcript.turns]
    assert [turn[:3] for turn in told["turns"]] == times
    assert len(told["peaks"]) > 1000
    assert all(re.match(r"claim-", line) for _, _, line in told["marks"])
    bare = page.request.get(f"{site.url}{path_of(site, 'harborline-3')}/timeline").json()
    assert bare["peaks"] == []
