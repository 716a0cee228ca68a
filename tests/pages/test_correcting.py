"""Adding claims and correcting transcripts in a browser; and the history, where all is undone."""

import re

from playwright.sync_api import expect

from tests.pages.test_claims import PROMISE, edit, lines_of, page_of, unfold
from transcript2handoff.store import Window, corrections, runs

REF = "harborline-1"
TURN = 32
SETTLED = 300
"""Milliseconds after which no event of a selection is still to come."""
SELECT = """([first, last]) => {
    const at = (turn) => document.querySelector(`.words[data-turn="${turn}"]`);
    const range = document.createRange();
    range.setStart(at(first[0]).firstChild, first[1]);
    const end = at(last[0]).lastChild;
    range.setEnd(end.firstChild ?? end, last[1]);
    at(first[0]).scrollIntoView({ block: "center" });
    document.getSelection().removeAllRanges();
    document.getSelection().addRange(range);
}"""


def transcript_of(site):
    return f"{site.deal}/calls/{site.seeded.calls[REF]}"


def select(page, first, last):
    """Select words from a turn and a character to a turn and a character."""
    page.evaluate(SELECT, [first, last])
    expect(page.locator(".picker")).to_be_visible()


def corrections_of(site):
    with site.store.read() as tx:
        return corrections.of(tx, site.seeded.calls[REF])


def fill_promise(form, summary):
    form.locator("[name=summary]").fill(summary)
    form.locator("[name=strength]").select_option("firm")
    form.locator("[name=type]").select_option("document")
    form.locator("[name=why]").fill("It was missing.")


def test_words_that_were_selected_before_the_script_came_are_offered_too(site, visitor):
    page = visitor("csm")
    held = []

    def hold(route):
        held.append(route)

    page.route("**/js/select.js*", hold)
    page.goto(transcript_of(site), wait_until="commit")
    page.locator(f".words[data-turn='{TURN}']").wait_for()
    page.evaluate(SELECT, [[TURN, 0], [TURN, 5]])
    page.wait_for_timeout(SETTLED)
    held[0].continue_()
    expect(page.locator(".picker")).to_have_text("Add a line from these words")


def test_selected_words_become_a_line_and_further_ones_prove_it_too(site, visitor):
    page = visitor("csm")
    page.goto(transcript_of(site))
    select(page, [TURN, 0], [TURN, 5])
    page.keyboard.press("a")
    form = page.locator(".adding form")
    expect(form.locator("[name='quote.0.turn']")).to_have_value(str(TURN))
    expect(form.locator("[name=owner]")).to_have_value("Tamsin Okoro")
    select(page, [33, 0], [33, 10])
    expect(page.locator(".picker")).to_have_text("Add these words as well")
    page.locator(".picker").click()
    expect(form.locator(".quote-form")).to_have_count(2)
    expect(form.locator("[name='quote.1.words']")).to_have_value("That would")
    fill_promise(form, "A spreadsheet with the savings model")
    form.get_by_role("button", name="Add the line").last.click()
    added = page.locator(f"#turn-{TURN} .place, #turn-33 .place").get_by_role("status")
    expect(added).to_contain_text("Added.")
    assert len(lines_of(site)) == 1
    assert page.faults == []


def test_a_selection_over_several_turns_is_a_quote_of_each(site, visitor):
    page = visitor("csm")
    page.goto(transcript_of(site))
    select(page, [33, 6], [34, 3])
    page.locator(".picker").click()
    form = page.locator(".adding form")
    expect(form.locator(".quote-form")).to_have_count(2)
    expect(form.locator("[name='quote.0.words']")).to_have_value("would be good, yes.")
    expect(form.locator("[name='quote.1.words']")).to_have_value("What's")
    form.locator("[name=kind]").select_option("objection")
    expect(form.locator("[name=topic]")).to_be_visible()
    expect(form.locator("[name='quote.1.words']")).to_have_value("What's")
    form.get_by_role("button", name="Cancel").click()
    expect(page.locator(".adding")).to_have_count(0)
    expect(page.locator("#turn-34 .correct")).to_be_focused()


def test_a_line_is_added_without_scripts(site, visitor):
    page = visitor("csm", scripts=False)
    page.goto(f"{site.deal}/claims/new")
    form = page.locator(".adding form")
    form.locator("[name=kind]").select_option("competitor")
    form.get_by_role("button", name="Show its fields").click()
    form.get_by_role("button", name="Add the line").last.click()
    assert form.locator(".fault").all_inner_texts() == [
        "Give words of a call that prove it, or say what you know yourself.",
        "Fill this in.",
        "Fill this in.",
        "Choose one of these.",
        "Say why in a few words; it is kept with the line.",
    ]
    form.locator("[name='quote.0.turn']").fill("35")
    form.locator("[name='quote.0.words']").fill("words that nobody said")
    form.locator("[name=summary]").fill("Scamleo was tried in 2023")
    form.locator("[name=name]").fill("Scamleo")
    form.locator("[name=status]").select_option("rejected")
    form.locator("[name=why]").fill("It was missing.")
    form.get_by_role("button", name="Add the line").last.click()
    expect(form.locator(".problem")).to_contain_text("does not say 'words that nobody said'")
    form.locator("[name='quote.0.words']").fill("Scamleo")
    form.get_by_role("button", name="Further words").click()
    form.locator("[name='quote.1.turn']").fill("33")
    form.locator("[name='quote.1.words']").fill("That would be good")
    form.get_by_role("button", name="Add the line").last.click()
    expect(page.locator(".claim-title")).to_have_text("Scamleo was tried in 2023")
    expect(page.locator(".scene")).to_have_count(2)
    expect(page.locator(".toast")).to_contain_text("Added.")


def test_words_of_a_turn_are_fixed_below_it_and_lines_keep_their_proof(site, visitor):
    page = visitor("csm")
    page.goto(transcript_of(site))
    turn = page.locator(f"#turn-{TURN}")
    turn.hover()
    turn.get_by_role("link", name="Correct").click()
    words = turn.get_by_label("What was said", exact=True)
    words.fill(words.input_value().replace("stick it under", "put it under"))
    turn.get_by_role("button", name="Save the words").click()
    expect(page.locator(f"#turn-{TURN} .words")).to_contain_text("put it under his nose")
    expect(page.locator(".toast")).to_contain_text("Turn 32 is corrected.")
    page.goto(page_of(site))
    expect(page.locator(".scene mark")).to_contain_text("put it under his nose")
    assert [re.findall(r'"was":"(.*?)","now":"(.*?)"', line) for line in corrections_of(site)] == [
        [("stick", "put")]
    ]
    with site.store.read() as tx:
        waiting = runs.listed(tx, Window(), deal_id=site.seeded.deal, state="waiting").items
    assert [run.call_id for run in waiting] == [site.seeded.calls[REF]]
    assert page.faults == []


def test_two_at_one_turn_the_later_sees_the_difference(site, visits):
    early, late = visits(site, "ae"), visits(site, "csm", scripts=False)
    here = f"{transcript_of(site)}/turns/{TURN}"
    early.goto(here)
    late.goto(here)
    words = early.get_by_label("What was said", exact=True)
    was = words.input_value()
    words.fill(was.replace("stick it", "put it"))
    early.get_by_role("button", name="Save the words").click()
    expect(early.locator(".toast")).to_contain_text("corrected")
    late.get_by_label("What was said", exact=True).fill(was.replace("stick it", "shove it"))
    late.get_by_role("button", name="Save the words").click()
    expect(late.locator(".meeting")).to_contain_text("Tamsin Okoro changed this")
    row = late.locator(".compare tbody tr td").all_inner_texts()
    assert [
        one.count(word) for one, word in zip(row, ("stick it", "put it", "shove it"), strict=True)
    ] == [
        1,
        1,
        1,
    ]
    assert len(corrections_of(site)) == 1
    late.get_by_role("button", name="Save mine over it").click()
    expect(late.locator(f"#turn-{TURN} .words")).to_contain_text("shove it under his nose")
    assert len(corrections_of(site)) == 2


def test_others_at_another_turn_are_no_reason_to_ask(site, visits):
    early, late = visits(site, "ae"), visits(site, "csm")
    late.goto(f"{transcript_of(site)}/turns/{TURN}")
    early.goto(f"{transcript_of(site)}/turns/33")
    early.get_by_label("What was said", exact=True).fill("That would be nice, yes.")
    early.get_by_role("button", name="Save the words").click()
    expect(early.locator(".toast")).to_contain_text("corrected")
    late.get_by_label("Somebody else said this").select_option(label="Gareth Pugh")
    late.get_by_role("button", name="Give it to them").click()
    expect(late.locator(f"#turn-{TURN} strong.voice")).to_have_text("Gareth Pugh")
    assert len(corrections_of(site)) == 2


def test_voices_are_renamed_merged_and_change_sides(site, visitor):
    page = visitor("csm", scripts=False)
    page.goto(f"{transcript_of(site)}/turns/{TURN}")
    page.get_by_label("What was said", exact=True).fill("long " * 300)
    page.get_by_role("button", name="Save the words").click()
    expect(page.locator(".problem").first).to_contain_text("at most 1000 characters")
    page.goto(f"{transcript_of(site)}/speakers")
    cards = page.locator(".voice-cards > li")
    expect(cards).to_have_count(3)
    gareth = cards.nth(1)
    gareth.get_by_label("Name").fill("Gareth Hughes")
    gareth.get_by_role("button", name="Save").click()
    expect(cards.nth(1).locator("h3")).to_contain_text("Gareth Hughes")
    cards.nth(1).get_by_role("button", name="Save").click()
    expect(cards.nth(1).locator(".problem")).to_contain_text("Nothing was changed")
    unfold(cards.nth(2), "It is the same person")
    cards.nth(2).get_by_label("All of it was said by").select_option(label="Gareth Hughes")
    cards.nth(2).get_by_role("button", name="Make them one").click()
    expect(cards).to_have_count(2)
    page.get_by_role("button", name="Swap the sides of all").click()
    assert [cards.nth(n).get_by_label("Side").input_value() for n in (0, 1)] == [
        "customer",
        "seller",
    ]
    page.goto(page_of(site))
    expect(page.locator(".scene").first).to_contain_text("Gareth Hughes That would be good")


def test_two_who_name_one_voice(site, visits):
    early, late = visits(site, "ae"), visits(site, "csm")
    for page in (early, late):
        page.goto(f"{transcript_of(site)}/speakers")
    for page, name in ((early, "Gareth Hughes"), (late, "Gary Pugh")):
        card = page.locator(".voice-cards > li").nth(1)
        card.get_by_label("Name").fill(name)
        card.get_by_role("button", name="Save").click()
        page.locator(".toast, .meeting").first.wait_for()
    expect(late.locator(".compare tbody")).to_have_text(
        re.compile(r"Name\s*Gareth Pugh\s*Gareth Hughes\s*Gary Pugh")
    )
    late.get_by_role("link", name="Leave theirs").click()
    expect(late.locator(".voice-cards h3").nth(1)).to_contain_text("Gareth Hughes")
    assert len(corrections_of(site)) == 1


def test_the_history_tells_everything_and_takes_it_back(site, visitor, axe):
    page = visitor("csm")
    page.goto(f"{site.deal}/history")
    expect(page.locator(".empty")).to_contain_text("Nobody has changed anything yet")
    page.goto(page_of(site))
    edit(page, strength="hedged")
    expect(page.locator(".deeds > li")).to_have_count(1)
    page.goto(f"{transcript_of(site)}/turns/{TURN}")
    page.get_by_label("What was said", exact=True).fill("Then he shall have a spreadsheet.")
    page.get_by_role("button", name="Save the words").click()
    expect(page.locator(".toast")).to_contain_text("corrected")
    page.goto(f"{site.deal}/history")
    deeds = page.locator(".deeds > li")
    expect(deeds.nth(0)).to_contain_text("Maeve Lindqvist fixed words of turn 32: Call 1")
    expect(deeds.nth(1)).to_contain_text("Maeve Lindqvist changed the line: It'll be with")
    assert deeds.nth(1).locator(".changes").inner_text().split() == [
        "Strength",
        "Firm",
        "became",
        "→",
        "Hedged",
    ]
    axe(page)
    for n in (1, 1):
        deeds.nth(n).get_by_role("button", name="Undo").click()
        expect(page.locator(".toast")).to_contain_text("Taken back.")
    expect(deeds).to_have_count(4)
    assert page.locator(".deeds > .undone").count() == 2
    axe(page)
    page.goto(page_of(site, PROMISE))
    expect(page.locator(".facts")).to_contain_text("Firm")
    page.goto(transcript_of(site))
    expect(page.locator(f"#turn-{TURN} .words")).to_contain_text("under his nose")
    assert page.faults == []
