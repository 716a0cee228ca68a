import pytest

INES, MAREK, PRIYA, OLU = "Ines Halloran", "Marek Dvorak", "Priya Raman", "Olu Bankole"


def test_a_promise_has_owner_due_date_and_a_summary_that_reads(claims_of):
    (claim,) = claims_of("promise", (INES, "Um, I'll send you the, uh, SOC 2 report by Friday."))
    assert claim.fact.owner == INES
    assert claim.fact.due == "2026-09-18"
    assert (claim.fact.strength, claim.fact.type, claim.fact.status) == ("firm", "document", "open")
    assert claim.summary == ("Ines Halloran: I'll send you the SOC 2 report by Friday.")


@pytest.mark.parametrize(
    ("said", "strength"),
    [
        ("We'll migrate your data in October.", "firm"),
        ("It should be out with the next release, I think.", "hedged"),
        ("I'm fairly sure we'll have the connector in Q2.", "hedged"),
        ("If you sign by Friday I'll waive the setup fee.", "conditional"),
        ("Once we have your files I'll set up the sandbox.", "conditional"),
        ("Let me find out and I'll come back to you.", "firm"),
    ],
)
def test_strength_is_never_firmer_than_the_words(claims_of, said, strength):
    (claim,) = claims_of("promise", (INES, said))
    assert claim.fact.strength == strength


@pytest.mark.parametrize(
    ("said", "type"),
    [
        ("I'll send you the pen test summary.", "document"),
        ("Let me find out and I'll come back to you.", "support"),
        ("I can waive the setup fee for the first year.", "commercial"),
        ("We'll build the export button in the next release.", "feature"),
        ("One of our trainers will be on site for two days of training.", "resource"),
    ],
)
def test_type_follows_what_is_promised(claims_of, said, type):
    (claim,) = claims_of("promise", (INES, said))
    assert claim.fact.type == type


def test_the_date_of_a_condition_is_no_due_date(claims_of):
    (claim,) = claims_of("promise", (INES, "If you sign by Friday I'll waive the setup fee."))
    assert claim.fact.due is None


def test_a_yes_to_a_request_is_a_promise_that_cites_both_turns(claims_of):
    (claim,) = claims_of(
        "promise",
        (PRIYA, "You'll migrate our old data as well, right?"),
        (MAREK, "Yep, absolutely."),
    )
    assert [citation.turn for citation in claim.citations] == [2, 1]
    assert "migrate our old data" in claim.summary


def test_an_offer_that_is_turned_down_is_none(claims_of):
    offer = (INES, "I can send one of our trainers to you for a day.")
    assert claims_of("promise", offer, (PRIYA, "Great, do that."))
    assert claims_of("promise", offer, (PRIYA, "No thanks, we don't need that.")) == []


def test_what_a_customer_will_do_is_no_promise(claims_of):
    said = (PRIYA, "I'll send you the contract by Friday.")
    assert claims_of("promise", said) == []
    (claim,) = claims_of("customer_commitment", said)
    assert (claim.fact.owner, claim.fact.due) == (PRIYA, "2026-09-18")


def test_somebody_else_who_is_named_is_the_owner(claims_of):
    (claim,) = claims_of("promise", (INES, "Marek will send you the mapping sheet tomorrow."))
    assert (claim.fact.owner, claim.fact.due) == (MAREK, "2026-09-15")


def test_we_is_nobody_in_person(claims_of):
    (claim,) = claims_of("promise", (INES, "We'll add the Arabic version to the product in Q2."))
    assert claim.fact.owner is None
    assert "Q2" in claim.fact.due


def test_the_date_may_stand_in_the_sentence_after(claims_of):
    claims = claims_of("promise", (INES, "I'll send you the order form. By Wednesday, say."))
    assert "2026-09-16" in [claim.fact.due for claim in claims]


def test_the_date_may_stand_up_to_three_sentences_on(claims_of):
    promise = "I'll send you the order form and the data processing agreement."
    thought = "The wording of the second one is what our counsel asks for."
    date = "The two of them reach you together and in a single mail by Wednesday."
    due = {
        more: claims_of("promise", (INES, " ".join([promise, *[thought] * more, date])))[0].fact.due
        for more in (1, 2, 3)
    }
    assert due == {1: "2026-09-16", 2: "2026-09-16", 3: None}


def test_a_promise_taken_back_is_withdrawn(claims_of):
    first, *_ = claims_of(
        "promise",
        (INES, "You'll have the NetSuite connector by the end of October."),
        (PRIYA, "Wonderful."),
        (MAREK, "Sorry, no, Ines. The NetSuite connector we don't have that on the plan."),
    )
    assert first.fact.status == "withdrawn"


def test_what_is_done_at_once_is_done(claims_of):
    (claim,) = claims_of("promise", (INES, "I'm sending you the link now, it's in the chat."))
    assert claim.fact.status == "done"


@pytest.mark.parametrize(
    "said",
    [
        "I'll be honest with you.",
        "Let me share my screen.",
        "Can you send me the list?",
        "We read all of these formats today.",
    ],
)
def test_talk_and_description_promise_nothing(claims_of, said):
    assert claims_of("promise", (INES, said)) == []


def test_raw_recogniser_text_is_read_too(claims_of):
    (claim,) = claims_of(
        "promise",
        (INES, "okay good so ill send you the security summary on friday"),
    )
    assert claim.fact.due == "2026-09-18"
    assert "I'll send you the security summary on friday" in claim.summary
