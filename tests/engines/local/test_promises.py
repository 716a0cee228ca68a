import pytest

INES, MAREK, PRIYA, OLU = "Ines Halloran", "Marek Dvorak", "Priya Raman", "Olu Bankole"


def test_a_promise_has_owner_due_date_strength_and_type(fact_of):
    promise = fact_of("promise", (INES, "Um, I'll send you the, uh, SOC 2 report by Friday."))
    assert (promise.owner, promise.due) == (INES, "2026-09-18")
    assert (promise.strength, promise.type, promise.status) == ("firm", "document", "open")


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
def test_strength_is_never_firmer_than_the_words(fact_of, said, strength):
    assert fact_of("promise", (INES, said)).strength == strength


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
def test_type_follows_what_is_promised(fact_of, said, type):
    assert fact_of("promise", (INES, said)).type == type


def test_the_date_of_a_condition_is_no_due_date(fact_of):
    promise = fact_of("promise", (INES, "If you sign by Friday I'll waive the setup fee."))
    assert promise.due is None


def test_somebody_else_who_is_named_is_the_owner(fact_of):
    promise = fact_of("promise", (INES, "Marek will send you the mapping sheet tomorrow."))
    assert (promise.owner, promise.due) == (MAREK, "2026-09-15")


def test_we_is_nobody_in_person(fact_of):
    promise = fact_of("promise", (INES, "We'll add the Arabic version to the product in Q2."))
    assert promise.owner is None
    assert "Q2" in promise.due


def test_the_date_may_stand_in_the_sentence_after(fact_of):
    promise = fact_of("promise", (INES, "I'll send you the order form. By Wednesday, say."))
    assert promise.due == "2026-09-16"


def test_the_date_may_stand_in_the_request(fact_of):
    promise = fact_of(
        "promise", (PRIYA, "Can you get us the order form by Wednesday?"), (INES, "Yep.")
    )
    assert promise.due == "2026-09-16"


def test_a_promise_taken_back_is_withdrawn(fact_of):
    promise = fact_of(
        "promise",
        (INES, "You'll have the NetSuite connector by the end of October."),
        (PRIYA, "Wonderful."),
        (MAREK, "Sorry, no, Ines. The NetSuite connector we don't have that on the plan."),
        at=1,
    )
    assert promise.status == "withdrawn"


def test_what_is_done_at_once_is_done(fact_of):
    said = (INES, "I'm sending you the link now, it's in the chat.")
    assert fact_of("promise", said).status == "done"


def test_a_promise_that_stays_is_open(fact_of):
    promise = fact_of(
        "promise",
        (INES, "You'll have the NetSuite connector by the end of October."),
        (PRIYA, "Wonderful."),
        (MAREK, "And the connector to Sage we don't have."),
        at=1,
    )
    assert promise.status == "open"


def test_raw_recogniser_text_is_read_too(fact_of):
    said = (INES, "okay good so ill send you the security summary on friday")
    promise = fact_of("promise", said)
    assert (promise.owner, promise.due) == (INES, "2026-09-18")
