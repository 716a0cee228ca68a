"""The ledger of promises: what is due, whose it is, and what came of it."""

from urllib.parse import parse_qs, urlsplit

from tests.pages.seeding import person
from transcript2handoff.store import events


def rows(page):
    return page.locator(".promises tbody tr")


def show(page):
    with page.expect_navigation():
        page.get_by_role("button", name="Show").click()


def test_promises_of_all_deals_by_their_day_and_their_owner(site, visitor):
    page = visitor("csm", scripts=False)
    page.goto("/promises")
    assert rows(page).first.locator("td").first.inner_text().startswith("Wed 8 Apr 2026")
    of_all = rows(page).count()
    page.get_by_label("Owner").select_option("Rupert Ashdown")
    show(page)
    assert parse_qs(urlsplit(page.url).query)["owner"] == ["Rupert Ashdown"]
    assert 0 < rows(page).count() < of_all
    assert set(page.locator("td[data-label=Owner]").all_inner_texts()) == {"Rupert Ashdown"}
    page.get_by_label("Due until").fill("2026-05-15")
    show(page)
    assert rows(page).count() == 1
    page.get_by_role("link", name="Late").click()
    page.get_by_role("heading", name="No promise is like that").wait_for()


def test_what_came_of_a_promise_is_said_and_taken_back(each_site, visits):
    page = visits(each_site, "csm", scripts=False)
    page.goto("/promises?owner=Rupert+Ashdown")
    row = rows(page).first
    row.get_by_text("Say why").click()
    row.get_by_label("Why, in a few words").fill("Legal took a week longer.")
    row.get_by_role("button", name="Late").click()
    page.get_by_text("Marked as late.").wait_for()
    assert "owner=Rupert" in page.url
    with each_site.store.read() as tx:
        [line] = events.of(tx, each_site.seeded.deal)
    assert '"outcome":"late"' in line
    assert "Legal took a week longer." in line
    assert "Late" in rows(page).first.locator(".outcome .chip").inner_text()
    with page.expect_navigation():
        page.get_by_role("link", name="Late").click()
    assert rows(page).count() == 1
    page.get_by_role("button", name="Undo").click()
    page.get_by_text("Taken back.").wait_for()
    page.goto("/promises?outcome=late")
    assert rows(page).count() == 0


def test_whoever_sees_no_deals_is_told_what_will_stand_here(bare_site, visits):
    bare_site.seeded.people["ae"] = person(bare_site.store, "ae", "Tamsin Okoro")
    page = visits(bare_site, "ae")
    page.goto("/promises")
    page.get_by_role("heading", name="No promises yet").wait_for()
