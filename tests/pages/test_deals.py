"""The list of deals: what it tells, its filters, and the lists that people keep."""

import datetime
import re

import pytest

from tests.pages.seeding import NAMES, person
from transcript2handoff.deal import Deal
from transcript2handoff.pages.deal_lists import DealList
from transcript2handoff.store import deals


@pytest.fixture
def more(site):
    """Three other deals of the same people: one that is ready, one that is won, one far away."""
    people = site.seeded.people
    today = datetime.date.today()

    def add(customer, *, days, verdict, won=False):
        frame = Deal(deal=customer.lower(), customer=customer)
        frame = frame.model_copy(update={"kickoff": today + datetime.timedelta(days=days)})
        with site.store.write() as tx:
            deal = deals.add(
                tx,
                deals.NewDeal(deal=frame, by="x", ae_id=people["ae"], csm_id=people["csm"]),
            )
            told = deals.DealChanges(verdict=verdict, score=90, open_questions=0, won=won)
            deals.change(tx, deal.id, told)

    add("Quarrystone", days=1, verdict="ready")
    add("Redfern", days=40, verdict="ask_ae", won=True)


def listed(answer):
    return re.findall(r'class="name" href="/deals/[^"]+">([^<]+)<', answer.text)


@pytest.mark.usefixtures("more")
@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["Redfern", "Quarrystone", "Harborline Freight"]),
        ("order=name", ["Harborline Freight", "Quarrystone", "Redfern"]),
        ("order=kickoff", ["Quarrystone", "Harborline Freight", "Redfern"]),
        ("kickoff_in=7&order=kickoff", ["Quarrystone", "Harborline Freight"]),
        ("verdict=ready", ["Quarrystone"]),
        ("waits_on=ae&verdict=", ["Harborline Freight"]),
        ("text=FREI&verdict=&waits_on=&won=&kickoff_in=&order=newest", ["Harborline Freight"]),
        ("won=true", ["Redfern"]),
        ("text=nothing+like+it", []),
    ],
)
def test_filters_and_orders(sender, query, expected):
    answer = sender("csm").get(f"/deals?{query}")
    assert listed(answer) == expected
    if not expected:
        assert "No deal fits" in answer.text


@pytest.mark.parametrize("query", ["verdict=nonsense", "kickoff_in=-1", "after=nonsense"])
def test_a_query_of_nonsense_is_answered_in_words(sender, query):
    answer = sender("csm").get(f"/deals?{query}")
    assert answer.status_code == 422
    assert '<a class="button primary" href="/deals">' in answer.text


def test_a_row_tells_what_the_deal_waits_for(visitor):
    page = visitor("ae")
    page.goto("/deals")
    row = page.get_by_role("row").filter(has_text="Harborline Freight").inner_text()
    assert re.search(r"Ask the AE\s+\d+/100", row)
    assert "in 3 days" in row
    assert re.search(r"\d+ questions wait for the account executive", row)
    page.get_by_role("link", name=re.compile("open question")).click()
    assert page.url.endswith("/questions")


@pytest.mark.usefixtures("more")
def test_the_list_follows_the_filters_at_once(visitor):
    page = visitor("csm")
    page.goto("/deals")
    page.get_by_label("Readiness").select_option("ready")
    page.get_by_text("Harborline Freight").wait_for(state="detached")
    assert page.url.endswith("/deals?verdict=ready")
    page.get_by_label("Deal or customer").press_sequentially("zzz")
    page.get_by_text("No deal fits").wait_for()
    page.get_by_role("link", name="Show all deals").click()
    assert page.get_by_text("Harborline Freight").is_visible()
    assert page.faults == []


@pytest.mark.usefixtures("more")
@pytest.mark.parametrize("scripts", [True, False])
def test_a_list_is_kept_opened_and_forgotten(visitor, scripts):
    page = visitor("csm", scripts=scripts)
    page.goto("/deals?verdict=ready&order=name")
    page.get_by_label("Keep this list as").fill("Ready <ones>")
    page.get_by_role("button", name="Keep it").click()
    assert "“Ready <ones>” is kept" in page.locator("#toasts").inner_text()
    page.goto("/deals")
    page.get_by_role("link", name="Ready <ones>").click()
    assert page.url.endswith("/deals?verdict=ready&order=name")
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Forget the list").click()
    assert page.get_by_role("link", name="Ready <ones>").count() == 0


def test_your_turn_is_one_click_away(visitor):
    page = visitor("ae", scripts=False)
    page.goto("/deals")
    page.get_by_role("link", name="Your turn").click()
    assert page.url.endswith("waits_on=ae")
    assert page.get_by_text("Harborline Freight").is_visible()


@pytest.mark.parametrize(
    ("role", "words", "action"),
    [
        ("ae", "Begin with a call", "Upload a call"),
        ("csm", "No deal is assigned to you yet", None),
    ],
)
def test_who_has_no_deals_is_told_how_there_will_be_some(site, visitor, role, words, action):
    site.seeded.people[role] = person(site.store, role, f"New {NAMES[role]}")
    page = visitor(role, scripts=False)
    page.goto("/deals")
    told = page.inner_text("main")
    assert words in told
    assert (page.get_by_role("link", name=action or "Upload a call").count() > 0) is (
        action is not None
    )


def test_more_than_a_page_of_them_leads_on(site, sender):
    with site.store.write() as tx:
        for number in range(60):
            deals.add(tx, deals.NewDeal(deal=Deal(deal=f"deal {number:02}"), by="x"))
    admin = sender("admin")
    first = admin.get("/deals?order=name")
    onward = re.search(r'href="(/deals\?order=name&amp;after=[^"]+)"', first.text)[1]
    second = admin.get(onward.replace("&amp;", "&"))
    assert len(listed(first)) == 50
    assert len(listed(second)) == 11
    assert not set(listed(first)) & set(listed(second))


def test_a_deal_of_others_is_not_there(site, sender):
    site.seeded.people["ae"] = person(site.store, "ae", "Joan Park")
    answer = sender("ae").get(site.deal)
    assert answer.status_code == 404
    assert "It is not there" in answer.text
    assert "Harborline" not in answer.text


def test_the_same_list_has_the_same_address():
    told = [("order", "newest"), ("verdict", "ready"), ("after", "x"), ("text", "a b"), ("z", "1")]
    assert DealList.of(told).path == "/deals?text=a+b&verdict=ready"
    assert DealList.of(reversed(told)) == DealList.of(told)
    assert DealList.of([]).is_all
    assert DealList.of([("order", "name")]).is_all
