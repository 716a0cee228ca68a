"""The search page: hits in their words, each leading to its place in the call."""

import re

import pytest


def test_a_hit_leads_to_its_turn(site, visitor):
    page = visitor("csm", scripts=False)
    page.goto("/deals")
    page.get_by_role("searchbox", name="Search what was said").fill("paid duty twice")
    page.get_by_role("searchbox", name="Search what was said").press("Enter")
    hit = page.get_by_role("listitem").filter(has_text="Priyanka Nair")
    assert set(hit.locator("mark").all_inner_texts()) == {"paid", "duty", "twice"}
    hit.get_by_role("link", name="Go to").click()
    call = site.seeded.calls["harborline-2"]
    assert re.search(rf"/deals/{site.seeded.deal}/calls/{call}#turn-\d+$", page.url)


@pytest.mark.parametrize(
    ("query", "people"),
    [
        ("q=invoice&side=seller", {"Tamsin Okoro"}),
        ('q="pilot fee comes off"', {"Colin Thackeray"}),
        ("q=invoice&deal_id=deal-of-nobody", set()),
    ],
)
def test_what_is_looked_for_can_be_narrowed(sender, query, people):
    answer = sender("csm").get(f"/search?{query}")
    found = set(re.findall(r'class="by">\s*<strong>([^<]+)', answer.text))
    assert found == people
    assert ("Nobody said that" in answer.text) is (not people)


def test_marks_are_words_and_no_markup(sender):
    answer = sender("csm").get("/search", params={"q": "<script>alert(1)</script>"})
    assert answer.status_code == 200
    assert "<script>alert" not in answer.text
    assert "&lt;script&gt;" in answer.text
