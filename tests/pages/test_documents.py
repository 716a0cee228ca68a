"""Documents that are taken away, links that are given out, and who reads what by them."""

import re

import pytest

from transcript2handoff.deal import Call
from transcript2handoff.store import Window, calls, runs, shares


@pytest.fixture
def agreed(site):
    """All on the calls have agreed."""
    with site.store.write() as tx:
        for one in calls.of_deal(tx, site.seeded.deal):
            told = Call.model_validate({**one.call.model_dump(), "consent": "given"})
            calls.change(tx, one.id, calls.CallChanges(call=told))
    return site


def link_of(page, site, *, audio=False):
    """Make a link on the page of documents; its path."""
    page.goto(f"{site.deal}/documents")
    if audio:
        page.get_by_label("They may hear the calls").check()
    page.get_by_role("button", name="Make a link").click()
    return page.locator("#new-link").inner_text().removeprefix(site.url)


def test_documents_are_made_when_they_are_asked_for(site, visitor):
    page = visitor("csm", scripts=False)
    page.goto(f"{site.deal}/documents")
    page.locator("a", has_text="Note for the CRM").click()
    page.get_by_role("heading", name="Note for the CRM is being made").wait_for()
    with site.store.read() as tx:
        run = runs.listed(tx, Window(limit=1)).items[0]
    assert run.wanted == "internal/crm_note.txt en"


def test_a_link_is_told_once_and_read_without_an_account(agreed, visits, axe):
    owner = visits(agreed, "csm")
    path = link_of(owner, agreed)
    reader = visits(agreed)
    answer = reader.goto(path)
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert "noindex" in answer.headers["x-robots-tag"]
    reader.get_by_role("heading", name="Harborline Freight").wait_for()
    assert reader.locator(".line").count() > 10
    assert reader.locator("a.play, .player, form, nav[aria-label=Main]").count() == 0
    assert not [
        href
        for href in reader.eval_on_selector_all("a", "all => all.map(a => a.getAttribute('href'))")
        if not href.startswith("#")
    ]
    axe(reader)
    assert reader.faults == []
    owner.goto(f"{agreed.deal}/documents")
    assert path.rpartition("/")[2] not in owner.content()
    owner.get_by_text("Opened 1 time").wait_for()
    owner.get_by_role("button", name="Withdraw").click()
    owner.get_by_text("The link leads nowhere from now on.").wait_for()
    gone = reader.goto(path)
    assert gone.status == 404
    reader.get_by_text("The link leads nowhere").wait_for()


def test_calls_are_heard_by_a_link_that_is_for_hearing_too(agreed, visits):
    path = link_of(visits(agreed, "csm"), agreed, audio=True)
    reader = visits(agreed)
    reader.goto(path)
    reader.get_by_text("There is no recording of the call, or not any more.").wait_for()
    play = reader.locator(".line a.play").first
    start = float(re.search(r"t=([\d.]+)", play.get_attribute("href"))[1])
    play.click()
    reader.wait_for_function(
        "start => [...document.querySelectorAll('audio')].some("
        "sound => !sound.paused && sound.currentTime > start)",
        arg=start,
    )
    assert reader.faults == []


def test_what_nobody_agreed_to_is_not_shared(site, visitor):
    page = visitor("csm")
    page.goto(f"{site.deal}/documents")
    page.get_by_role("button", name="Make a link").click()
    page.locator(".notice.bad", has_text="harborline-1").wait_for()
    with site.store.read() as tx:
        assert shares.of_deal(tx, site.seeded.deal) == ()
