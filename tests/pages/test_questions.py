"""The gate: questions are answered, and the handoff is taken over or given back."""

import json

from transcript2handoff.journal import Rejected, to_line
from transcript2handoff.store import deals, events, handoffs

QUESTION = "in the words “should be”"


def asked(page, words):
    """The question in whose text these words stand."""
    return page.locator(".asked", has_text=words).first


def answer(page, site, words, *, question=QUESTION):
    page.goto(f"{site.deal}/questions")
    asked(page, question).locator("textarea").fill(words)
    page.get_by_role("button", name="Send the answers").click()


def silenced(site, *sorts):
    """The deal as if no call had said what is of these kinds, or of these types of terms."""
    deal = site.seeded.deal
    with site.store.write() as tx:
        told = json.loads(handoffs.newest(tx, deal).text)["handoff"]["claims"]
        lines = [
            to_line(Rejected(claim_id=one["id"], kind=one["fact"]["kind"], by="x", at=tx.now))
            for one in told
            if {one["fact"]["kind"], one["fact"].get("type")} & {*sorts}
        ]
        events.append(tx, deal, lines, edition=deals.get(tx, deal).edition)


def in_the_brief(page, site, words):
    """The line of the brief in which these words stand."""
    page.goto(site.deal)
    return page.locator("li.line", has=page.locator("summary", has_text=words))


def test_an_answer_where_the_calls_are_silent_stands_in_the_brief_as_who_gave_it(each_site, visits):
    silenced(each_site, "goal")
    page = visits(each_site, "ae", scripts=False)
    page.goto(f"{each_site.deal}/questions")
    form = asked(page, "Which result does the customer expect")
    form.locator("textarea").fill("Fewer late deliveries.")
    form.get_by_label("Where it should be").fill("4 %")
    page.get_by_role("button", name="Send the answers").click()
    page.get_by_text("The answer is noted.").wait_for()
    told = asked(page, "Which result does the customer expect")
    assert told.get_by_role("link", name="Fewer late deliveries.").count() == 1
    line = in_the_brief(page, each_site, "Fewer late deliveries.")
    assert line.locator("summary .chip", has_text="not said on a call").count() == 1
    assert "Tamsin Okoro, asked after the call" in line.locator("summary .who").inner_text()
    assert "4 %" in line.locator("summary").inner_text()


def test_terms_that_nobody_stated_have_fields(site, visitor, axe):
    silenced(site, "price", "start")
    page = visitor("ae")
    page.goto(f"{site.deal}/questions")
    form = asked(page, "What was agreed about price and start?")
    assert form.get_by_label("Contract length", exact=True).count() == 0
    axe(page)
    form.get_by_label("Price", exact=True).fill("12,000 euros a year")
    page.get_by_role("button", name="Send the answers").click()
    told = asked(page, "What was agreed about price and start?")
    told.get_by_role("link", name="Price: 12,000 euros a year.").wait_for()
    told.get_by_text("Answer it anew").click()
    assert told.get_by_label("Price", exact=True).input_value() == "12,000 euros a year"
    assert told.get_by_label("Contract length", exact=True).count() == 0
    assert told.locator("textarea").input_value() == ""
    told.get_by_label("Price", exact=True).fill("15,000 euros a year")
    told.get_by_label("Start", exact=True).fill("1 June")
    told.get_by_role("button", name="Put it in place").click()
    told.get_by_role("link", name="Start: 1 June.").wait_for()
    assert told.locator("q").inner_text() == "Price: 15,000 euros a year. Start: 1 June"
    assert in_the_brief(page, site, "15,000 euros a year").count() == 1
    assert in_the_brief(page, site, "12,000 euros a year").count() == 0


def test_an_answer_that_leaves_it_open_is_no_line_of_the_brief(site, visitor):
    silenced(site, "goal")
    page = visitor("ae")
    answer(page, site, "They do not know yet.", question="Which result does the customer expect")
    told = asked(page, "Which result does the customer expect")
    told.get_by_text("No line of the brief rests on it.").wait_for()
    assert in_the_brief(page, site, "They do not know yet.").count() == 0


def test_answers_stand_as_the_word_of_who_gave_them(each_site, visits):
    page = visits(each_site, "ae", scripts=False)
    page.goto(f"{each_site.deal}/questions")
    asked(page, QUESTION).locator("textarea").fill("Product says the 30th, in writing.")
    asked(page, "You told Gareth Pugh").locator("textarea").fill("Yes, it is in the order form.")
    page.get_by_role("button", name="Send the answers").click()
    page.get_by_text("2 answers are noted.").wait_for()
    told = page.locator("section", has=page.get_by_role("heading", name="Answered after"))
    assert told.locator(".chip", has_text="Said by Tamsin Okoro after the call").count() == 2
    assert told.get_by_text("Product says the 30th, in writing.").count()
    assert page.locator("label", has_text=QUESTION).count() == 0
    with each_site.store.read() as tx:
        assert len(events.of(tx, each_site.seeded.deal)) == 2


def test_an_answer_that_somebody_else_gave_meanwhile_is_not_put_aside_unseen(site, visitor):
    one, other = visitor("ae"), visitor("admin")
    for page in (one, other):
        page.goto(f"{site.deal}/questions")
        asked(page, QUESTION).locator("textarea").fill(f"I say so: {page is one}")
    one.get_by_role("button", name="Send the answers").click()
    one.get_by_text("The answer is noted.").wait_for()
    other.get_by_role("button", name="Send the answers").click()
    other.get_by_text("Tamsin Okoro has answered this meanwhile: “I say so: True”").wait_for()
    mine = asked(other, "has answered this meanwhile")
    assert mine.locator("textarea").input_value() == "I say so: False"
    mine.get_by_role("button", name="Put it in place").click()
    other.get_by_text("The answer is noted.").wait_for()
    assert other.locator(".chip", has_text="Said by Ines Carvalho after the call").count() == 1
    assert other.get_by_text("I say so: True").count() == 0


def test_nothing_that_was_typed_is_no_answer(site, visitor):
    page = visitor("ae")
    answer(page, site, "   ")
    page.get_by_text("Nothing was typed").wait_for()
    with site.store.read() as tx:
        assert events.of(tx, site.seeded.deal) == ()


def test_it_is_given_back_with_reasons_and_both_see_whose_turn_it_is(site, visitor):
    csm, ae = visitor("csm"), visitor("ae")
    csm.goto(f"{site.deal}/questions")
    csm.get_by_text("Give it back").first.click()
    csm.get_by_role("button", name="Give it back").click()
    csm.get_by_text("Say in reasons why the handoff is given back.").wait_for()
    csm.get_by_label("A promise cannot be kept").check()
    csm.get_by_label("In your words").fill("No connector before autumn.")
    csm.get_by_role("button", name="Give it back").click()
    csm.get_by_text("You have given it back.").wait_for()
    ae.goto(f"{site.deal}/questions")
    told = ae.locator(".gate-turn")
    assert "It is the account executive’s turn" in told.inner_text()
    assert "Maeve Lindqvist gave it back" in told.inner_text()
    assert "A promise cannot be kept" in told.inner_text()
    assert "No connector before autumn." in told.inner_text()
    assert ae.get_by_role("button", name="Take it over").count() == 0
    answer(ae, site, "Product says the 30th.")
    assert "It is customer success’s turn" in ae.locator(".gate-turn").inner_text()
    assert "(it has changed since)" in ae.locator(".gate-turn").inner_text()


def test_it_is_taken_over_as_it_was_seen(each_site, visits):
    csm, ae = visits(each_site, "csm"), visits(each_site, "ae")
    csm.goto(f"{each_site.deal}/questions")
    answer(ae, each_site, "Product says the 30th.")
    ae.get_by_text("The answer is noted.").wait_for()
    csm.get_by_role("button", name="Take it over").click()
    csm.get_by_text("It has changed since you opened it. Look at it, then decide.").wait_for()
    csm.get_by_role("button", name="Take it over").click()
    csm.get_by_text("You have taken the handoff over.").wait_for()
    assert "The handoff was taken over" in csm.locator(".gate-turn").inner_text()
    with each_site.store.read() as tx:
        decision = handoffs.versions(tx, each_site.seeded.deal)[0].decision
    assert (decision.what, decision.by, decision.edition) == ("accepted", "Maeve Lindqvist", "1-1")
