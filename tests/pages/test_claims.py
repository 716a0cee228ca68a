"""Correcting claims in a browser: in the brief, on their own pages, alone and two at once."""

import re

import pytest
from playwright.sync_api import expect

from transcript2handoff.store import deals, events

PROMISE = "promise-ed836576"
OTHER = "promise-08a457e7"


def page_of(site, claim=PROMISE):
    return f"{site.deal}/claims/{claim}"


def unfold(page, words):
    page.locator("summary", has_text=words).click()


def edit(page, why="She said so by e-mail.", **fields):
    """Fill in the form that corrects a claim, and send it."""
    form = page.locator("form[action$='/edit']")
    if not form.is_visible():
        unfold(page, "Correct it")
    for name, value in fields.items():
        field = form.locator(f"[name={name}]")
        if field.evaluate("it => it.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)
    form.locator("[name=why]").fill(why)
    form.get_by_role("button", name="Save the change").click()


def lines_of(site):
    with site.store.read() as tx:
        return events.of(tx, site.seeded.deal)


def facts(page):
    terms = page.locator(".claim-page .facts dt").all_inner_texts()
    return dict(zip(terms, page.locator(".claim-page .facts dd").all_inner_texts(), strict=True))


def in_brief(page, site):
    """The forms of a line of the brief, opened by hand."""
    page.goto(f"{site.deal}#claim-{PROMISE}")
    line = page.locator(f"#claim-{PROMISE}")
    if not line.locator("details").first.evaluate("it => it.open"):
        line.locator("summary").first.click()
    line.get_by_role("link", name="Confirm, correct or reject").click()
    expect(line.locator(".correcting")).to_be_visible()
    return line


def test_a_line_of_the_brief_is_confirmed_where_it_stands(site, visitor):
    page = visitor("csm")
    line = in_brief(page, site)
    line.get_by_role("button", name="Confirm").click()
    expect(line.get_by_role("status")).to_contain_text("Confirmed.")
    expect(line.get_by_role("status")).to_be_focused()
    expect(line.locator("summary").first).to_contain_text("confirmed by Maeve Lindqvist")
    assert page.faults == []


def test_a_line_of_the_brief_is_corrected_rejected_and_taken_back(site, visitor):
    page = visitor("csm")
    line = in_brief(page, site)
    edit(line, summary="The savings model comes by Friday", due="2026-04-10", due_words="")
    expect(line.locator("summary").first).to_contain_text("The savings model comes by Friday")
    expect(line.locator("summary").first).to_contain_text("Fri 10 Apr 2026")
    unfold(line, "Reject it")
    line.locator("form[action$='/reject'] [name=why]").fill("That was a joke.")
    line.get_by_role("button", name="Reject", exact=True).click()
    expect(line).to_contain_text("Maeve Lindqvist rejected this line")
    line.get_by_role("button", name="Take the rejection back").click()
    expect(line.locator("summary").first).to_contain_text("The savings model comes by Friday")
    assert page.faults == []


@pytest.mark.parametrize("scripts", [True, False])
def test_every_kind_of_change_and_its_undoing_on_the_page_of_a_claim(site, visitor, scripts):
    page = visitor("csm", scripts=scripts)
    page.goto(page_of(site))
    before = facts(page)
    edit(page, strength="hedged", owner="")
    expect(page.locator(".facts")).to_contain_text("Hedged")
    assert facts(page) == {**before, "Strength": "Hedged", "Owner": "nothing"}
    deed = page.locator(".deeds > li").first
    expect(deed).to_contain_text("Maeve Lindqvist changed the line")
    assert deed.locator("del").all_inner_texts() == ["Firm", "Tamsin Okoro"]
    expect(deed).to_contain_text("She said so by e-mail.")
    deed.get_by_role("button", name="Undo").click()
    expect(page.locator(".deeds > li")).to_have_count(2)
    assert facts(page) == before
    unfold(page, "What came of it")
    page.get_by_label("kept late").or_(page.get_by_label("Kept late")).check()
    page.locator("form[action$='/outcome']").get_by_role("button", name="Save").click()
    expect(page.locator(".facts")).to_contain_text("Kept late")
    assert page.faults == []


def test_what_does_not_fit_is_told_and_nothing_is_lost_of_what_was_typed(site, visitor):
    page = visitor("csm", scripts=False)
    page.goto(page_of(site))
    edit(page, due="2026-04-10", due_words="in spring", summary="By Friday")
    form = page.locator("form[action$='/edit']")
    expect(form.locator(".fault")).to_have_text("Give the day or the words, not both.")
    assert form.locator("[name=due_words]").input_value() == "in spring"
    assert form.locator("[name=summary]").input_value() == "By Friday"
    page.goto(page_of(site))
    edit(page)
    expect(page.locator("form[action$='/edit'] .problem")).to_contain_text("Nothing was changed")
    assert lines_of(site) == ()


@pytest.mark.parametrize("scripts", [True, False])
def test_two_at_one_field_the_later_sees_the_difference(each_site, visits, scripts):
    site = each_site
    early, late = visits(site, "ae"), visits(site, "csm", scripts=scripts)
    early.goto(page_of(site))
    late.goto(page_of(site))
    edit(early, why="I promised it.", strength="conditional", owner="Priyanka Nair")
    expect(early.locator(".facts")).to_contain_text("Conditional")
    edit(late, strength="hedged", due="2026-04-10", due_words="")
    meeting = late.locator(".meeting")
    expect(meeting.get_by_role("heading")).to_have_text(
        "Tamsin Okoro changed this line while you had it open"
    )
    rows = [re.sub(r"\s+", " ", row.inner_text()) for row in meeting.locator("tbody tr").all()]
    assert rows == [
        "Strength Firm Conditional Hedged",
        "Owner Tamsin Okoro Priyanka Nair as theirs",
        "Due before the weekend before the weekend as it was Fri 10 Apr 2026",
    ]
    assert len(lines_of(site)) == 1, "nothing was overwritten"
    meeting.locator("tr", has_text="Strength").get_by_role("radio").first.check()
    meeting.get_by_role("button", name="Save my choice").click()
    expect(late.locator(".deeds > li")).to_have_count(2)
    told = facts(late)
    assert (told["Strength"], told["Owner"], told["Due"]) == (
        "Conditional",
        "Priyanka Nair",
        "Fri 10 Apr 2026",
    )


def test_two_at_one_line_of_the_brief(site, visits):
    early, late = visits(site, "ae"), visits(site, "csm")
    line = in_brief(late, site)
    unfold(line, "Reject it")
    early.goto(page_of(site))
    early.get_by_role("button", name="Confirm").click()
    expect(early.locator(".deeds > li")).to_have_count(1)
    line.locator("form[action$='/reject'] [name=why]").fill("That was a joke.")
    line.get_by_role("button", name="Reject", exact=True).click()
    expect(line.locator(".meeting")).to_contain_text("Tamsin Okoro changed this line")
    expect(line.locator(".meeting h3")).to_be_focused()
    line.get_by_role("link", name="Leave theirs").click()
    expect(line.locator(".meeting")).to_have_count(0)
    assert len(lines_of(site)) == 1
    unfold(line, "Reject it")
    line.locator("form[action$='/reject'] [name=why]").fill("That was a joke.")
    line.get_by_role("button", name="Reject", exact=True).click()
    expect(line).to_contain_text("Maeve Lindqvist rejected this line")


def test_what_others_do_to_another_line_is_no_reason_to_ask(site, visits):
    early, late = visits(site, "ae"), visits(site, "csm")
    late.goto(page_of(site))
    early.goto(page_of(site, OTHER))
    early.get_by_role("button", name="Confirm").click()
    expect(early.locator(".deeds > li")).to_have_count(1)
    edit(late, strength="hedged")
    expect(late.locator(".facts")).to_contain_text("Hedged")
    expect(late.locator(".meeting")).to_have_count(0)
    with site.store.read() as tx:
        assert deals.get(tx, site.seeded.deal).edition.endswith("-2")


def test_two_who_find_a_line_right_do_not_meet(site, visits):
    early, late = visits(site, "ae"), visits(site, "csm")
    for page in (early, late):
        page.goto(page_of(site))
    for page in (early, late):
        page.get_by_role("button", name="Confirm").click()
        expect(page.locator(".deeds > li").first).to_contain_text("confirmed the line")
    assert len(lines_of(site)) == 2


def test_a_form_that_does_not_say_what_was_seen_changes_nothing(site, visitor):
    page = visitor("csm", scripts=False)
    page.goto(page_of(site))
    page.locator("form[action$='/confirm'] [name=seen]").evaluate("it => it.remove()")
    page.get_by_role("button", name="Confirm").click()
    expect(page.locator("main")).to_contain_text("does not say what you had before you")
    assert lines_of(site) == ()
