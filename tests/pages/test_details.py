"""To whom a deal is handed, what it is called, and who takes part, as people change it."""

import html
import re

import pytest

from tests.pages.seeding import person
from transcript2handoff.pages.deal_details import Details, PersonRow
from transcript2handoff.store import Window, deals, runs, users
from transcript2handoff.store.deals import DealChanges


def deal_of(site):
    with site.store.read() as tx:
        return deals.get(tx, site.seeded.deal)


def change(site, **told):
    with site.store.write() as tx:
        return deals.change(tx, site.seeded.deal, DealChanges(**told))


def runs_of(site):
    with site.store.read() as tx:
        found = runs.listed(tx, Window(limit=200), deal_id=site.seeded.deal).items
    return {(run.kind, run.call_id) for run in found if run.state == "waiting"}


def opened(page, site):
    page.goto(f"{site.deal}/details")
    return page


def save(page):
    page.get_by_role("button", name="Save", exact=True).click()


def test_a_deal_is_handed_to_somebody(each_site, visits):
    change(each_site, csm_id=None)
    nina = person(each_site.store, "csm", "Nina New")
    page = visits(each_site, "ae", scripts=False)
    page.goto(f"{each_site.deal}/questions")
    page.get_by_role("link", name="Hand it to somebody.").click()
    choice = page.get_by_label("Customer success manager")
    told = choice.locator("option").all_inner_texts()
    assert told == ["Nobody", "Maeve Lindqvist", "Nina New"]
    assert page.get_by_label("Account executive").count() == 0
    choice.select_option("Nina New")
    page.get_by_role("button", name="Hand it over").click()
    page.get_by_text("Saved. Whoever has it now sees it.").wait_for()
    assert deal_of(each_site).csm_id == nina
    choice.select_option("Nobody")
    page.get_by_role("button", name="Hand it over").click()
    page.get_by_text("Saved.").wait_for()
    assert deal_of(each_site).csm_id is None


def test_whoever_hands_it_on_sees_it_no_more(site, visitor):
    person(site.store, "csm", "Nina New")
    page = opened(visitor("csm"), site)
    page.get_by_label("Customer success manager").select_option("Nina New")
    page.get_by_role("button", name="Hand it over").click()
    page.get_by_text("It is among yours no more.").wait_for()
    assert page.url.endswith("/deals")
    assert page.faults == []


def test_an_administrator_changes_the_account_executive(site, visitor):
    otto = person(site.store, "ae", "Otto Other")
    page = opened(visitor("admin"), site)
    page.get_by_label("Account executive").select_option("Otto Other")
    page.get_by_role("button", name="Hand it over").click()
    page.get_by_text("Saved. Whoever has it now sees it.").wait_for()
    found = deal_of(site)
    assert (found.ae_id, found.csm_id) == (otto, site.seeded.people["csm"])


def test_an_account_executive_does_not(site, sender):
    before = deal_of(site)
    otto = person(site.store, "ae", "Otto Other")
    told = {"version": before.version, "csm_id": "", "was.csm_id": "", "ae_id": otto}
    answer = sender("ae").send_form(f"{site.deal}/assign", **told)
    assert answer.status_code == 403
    assert "an administrator says" in answer.text
    assert deal_of(site) == before


def test_whose_account_is_closed_stays_until_somebody_is_chosen(site, visitor):
    change(site, csm_id=site.seeded.people["admin"])
    page = opened(visitor("ae"), site)
    choice = page.get_by_label("Customer success manager")
    assert choice.locator("option:checked").inner_text() == "Ines Carvalho"
    change(site, csm_id=site.seeded.people["csm"])
    with site.store.write() as tx:
        users.disable(tx, site.seeded.people["csm"])
    opened(page, site)
    told = choice.locator("option").all_inner_texts()
    assert told == ["Nobody", "Somebody whose account is closed"]
    assert choice.locator("option:checked").inner_text() == told[1]
    page.get_by_role("button", name="Hand it over").click()
    page.get_by_text("Nothing was changed.").wait_for()


def test_somebody_else_hands_it_over_first(site, visitor):
    page = opened(visitor("ae"), site)
    nina = person(site.store, "csm", "Nina New")
    change(site, csm_id=nina)
    page.get_by_label("Customer success manager").select_option("Nobody")
    page.get_by_role("button", name="Hand it over").click()
    page.get_by_text("Somebody has changed this deal since you opened it.").wait_for()
    shown = page.get_by_label("Customer success manager").locator("option:checked")
    assert shown.inner_text() == "Nina New"
    assert deal_of(site).csm_id == nina


@pytest.mark.parametrize("fields", [{"csm_id": "no id"}, {"csm_id": "user-404"}])
def test_nobody_is_nobody(site, sender, fields):
    told = {"version": deal_of(site).version, "was.csm_id": "", **fields}
    assert sender("ae").send_form(f"{site.deal}/assign", **told).status_code in (404, 422)


def test_a_kickoff_is_agreed_and_no_call_is_read_anew(site, visitor):
    page = opened(visitor("ae", scripts=False), site)
    page.get_by_label("Kickoff").fill("2027-02-01")
    page.get_by_label("The deal is won").check()
    save(page)
    page.get_by_text("Saved.").wait_for()
    found = deal_of(site)
    assert (str(found.kickoff), found.won) == ("2027-02-01", True)
    assert runs_of(site) == {("deal", None)}
    page.get_by_label("Kickoff").fill("")
    page.get_by_label("The deal is won").uncheck()
    save(page)
    page.get_by_text("Saved.").wait_for()
    assert (deal_of(site).kickoff, deal_of(site).won) == (None, False)


def test_a_person_is_changed_one_added_and_one_taken_out(site, visitor):
    before = deal_of(site).deal.participants
    page = opened(visitor("ae"), site)
    page.get_by_label("Role of person 1").fill("Head of sales")
    page.get_by_label(f"Name of person {len(before) + 1}").fill("Una Untold")
    page.get_by_label(f"Side of person {len(before) + 1}").select_option("Our side")
    page.get_by_label(f"Name of person {len(before) + 2}").fill("Max Miles")
    save(page)
    page.get_by_text("Saved.").wait_for()
    after = deal_of(site).deal.participants
    assert [one.name for one in after[-2:]] == ["Una Untold", "Max Miles"]
    assert (after[-2].side, after[-2].title, after[-1].side) == ("seller", None, "customer")
    assert after[:-2] == (before[0].model_copy(update={"title": "Head of sales"}), *before[1:])
    assert runs_of(site) == {("call", call) for call in site.seeded.calls.values()}
    page.get_by_label(f"Name of person {len(before) + 1}").fill("")
    save(page)
    page.get_by_text("Saved.").wait_for()
    assert [one.name for one in deal_of(site).deal.participants[-2:]] == [
        before[-1].name,
        "Max Miles",
    ]
    assert page.faults == []


def test_an_unchanged_form_changes_nothing(site, visitor):
    before = deal_of(site)
    page = opened(visitor("ae", scripts=False), site)
    save(page)
    page.get_by_text("Nothing was changed.").wait_for()
    page.get_by_role("button", name="Hand it over").click()
    page.get_by_text("Nothing was changed.").wait_for()
    assert deal_of(site) == before
    assert runs_of(site) == set()


def test_what_others_changed_meanwhile_is_kept(site, visitor):
    page = opened(visitor("ae", scripts=False), site)
    theirs = {"product": "Foldwell Plus", "kickoff": None}
    change(site, deal=deal_of(site).deal.model_copy(update=theirs))
    page.locator('[name="deal.customer"]').fill("Harborline Group")
    save(page)
    page.get_by_text("Somebody has changed this deal since you opened it.").wait_for()
    told = page.locator(".evidence .facts")
    assert told.locator("dt").all_inner_texts() == ["Product", "Kickoff"]
    assert told.locator("dd").all_inner_texts() == ["Foldwell Plus", "nothing"]
    assert page.locator('[name="deal.customer"]').input_value() == "Harborline Group"
    assert page.get_by_label("Product").input_value() == "Foldwell Plus"
    save(page)
    page.get_by_text("Saved.").wait_for()
    found = deal_of(site).deal
    assert (found.customer, found.product, found.kickoff) == (
        "Harborline Group",
        "Foldwell Plus",
        None,
    )


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"deal.deal": " "}, "Fill this in."),
        ({"deal.kickoff": "soon"}, "A day, such as 2026-04-29."),
        ({"deal.kickoff": "1999-12-31"}, "At least 2000-01-01."),
        ({"person_name[]": "Una", "person_side[]": "neither"}, "Choose one of these"),
        ({"person_name[]": "", "person_side[]": "seller", "person_title[]": "CEO"}, "no name yet"),
        ({"deal.product": "x" * 100_001}, "at most 100,000 characters"),
    ],
)
def test_what_does_not_fit_is_shown_again(site, sender, fields, words):
    before = deal_of(site)
    of_people = {f"person_{name}[]": "" for name in ("title", "email")}
    was = Details(deal="Mine").model_dump_json()
    told = {"version": before.version, "was": was, "deal.deal": "Mine", **of_people, **fields}
    answer = sender("ae").send_form(f"{site.deal}/details", **told)
    assert answer.status_code == 422
    assert words in html.unescape(answer.text)
    assert deal_of(site) == before
    kept = re.search(r'name="was" value="([^"]*)"', answer.text)
    assert html.unescape(kept[1]) == was


def test_who_was_on_a_call_is_not_taken_out(site, visitor):
    before = deal_of(site)
    page = opened(visitor("ae"), site)
    page.get_by_label("Name of person 1").fill("")
    save(page)
    page.get_by_text("that are no participants").wait_for()
    assert deal_of(site) == before


def test_a_form_that_does_not_say_what_it_showed_is_held_against_the_deal(site, sender):
    before = deal_of(site)
    answer = sender("ae").send_form(
        f"{site.deal}/details", version="0", was="{", **{"deal.deal": "Other"}
    )
    assert answer.status_code == 412
    assert "since you opened it" in answer.text
    assert deal_of(site) == before


def test_it_is_read_by_whoever_sees_the_deal(site, sender):
    with site.store.write() as tx:
        deals.change(tx, site.seeded.deal, DealChanges(ae_id=None))
    assert sender("ae").get(f"{site.deal}/details").status_code == 404


def test_fields_are_told_in_words():
    una = PersonRow(name="Una", side="seller", title="CEO")
    told = Details(participants=(una, PersonRow(name="Max")), won=True)
    assert told.in_words("participants") == "Una (our side, CEO)\nMax (customer)"
    assert [told.in_words(name) for name in ("won", "product")] == ["yes", "nothing"]
    assert Details().in_words("participants") == "nobody"
