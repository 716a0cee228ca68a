import pytest

INES, MAREK, PRIYA, OLU = "Ines Halloran", "Marek Dvorak", "Priya Raman", "Olu Bankole"


@pytest.mark.parametrize(
    ("said", "topic"),
    [
        ("That price is too expensive, my budget is half of it.", "price"),
        ("I'm worried about where our personal data is hosted.", "security"),
        ("I won't sign for three years without an exit clause.", "legal"),
        ("My drivers won't use it, they hate tablets.", "change_management"),
    ],
)
def test_topic_of_an_objection(fact_of, said, topic):
    assert fact_of("objection", (PRIYA, said)).topic == topic


def test_an_objection_is_open_until_its_answer_is_accepted(fact_of):
    doubt = (PRIYA, "The price worries me, that's twice what we pay now.")
    answer = (INES, "It includes the training.")
    assert fact_of("objection", doubt).status == "open"
    accepted = fact_of("objection", doubt, answer, (PRIYA, "Okay, that works for me."), at=1)
    assert accepted.status == "addressed"


def test_an_objection_put_off_is_deferred(fact_of):
    put_off = fact_of(
        "objection",
        (PRIYA, "The price worries me, that's twice what we pay now."),
        (INES, "Let me take that back to my director."),
        (PRIYA, "Fine."),
        at=1,
    )
    assert put_off.status == "deferred"


def test_what_the_finder_says_goes_before_the_rule(fact_of):
    said = (PRIYA, "That price is too expensive.")
    told = fact_of("objection", said, labels={"topic": "trust", "status": "deferred"})
    assert (told.topic, told.status) == ("trust", "deferred")


def test_a_vendor_with_its_status_and_reason(fact_of):
    said = (PRIYA, "We had a demo from Loadpilot, because their quote was cheaper.")
    fact = fact_of("competitor", said, subject="Loadpilot")
    assert (fact.name, fact.status) == ("Loadpilot", "evaluating")
    assert fact.reason == "their quote was cheaper"


def test_own_means_are_what_is_used_today(fact_of):
    fact = fact_of("competitor", (PRIYA, "Everything is in Excel."), subject="Excel")
    assert fact.status == "incumbent"


@pytest.mark.parametrize(
    ("name", "said", "type", "value"),
    [
        (INES, "It's forty dollars a user a month.", "price", "forty dollars"),
        (PRIYA, "We have set aside a budget of eighty thousand.", "budget", "eighty thousand"),
        (INES, "I can take twelve percent off the list price.", "discount", "twelve percent"),
        (INES, "Invoices are net thirty.", "payment", "net thirty"),
    ],
)
def test_type_and_value_of_a_term(fact_of, name, said, type, value):
    fact = fact_of("term", (name, said))
    assert fact.type == type
    assert value in fact.value


def test_a_goal_has_baseline_target_and_deadline(fact_of):
    goal = fact_of(
        "goal", (PRIYA, "From twelve percent late loads to five percent by the end of the year.")
    )
    assert (goal.baseline, goal.target) == ("twelve percent", "five percent")
    assert goal.deadline == "2026-12-31"


def test_influence_by_role(fact_of):
    said = (PRIYA, "Our finance director signs everything above ten thousand.")
    director = fact_of("stakeholder", said, detail="finance director")
    assert director.influence == "economic_buyer"
    assert not director.present


def test_who_is_on_the_call_is_present(fact_of):
    assert fact_of("stakeholder", (PRIYA, "I run operations."), subject=PRIYA).present


def test_a_meeting_takes_its_date_from_the_turn_before(fact_of):
    meeting = fact_of(
        "next_step",
        (INES, "Shall we do the workshop on Thursday the twenty-fourth?"),
        (PRIYA, "Ten o'clock works."),
    )
    assert meeting.due == "2026-09-24"


def test_a_commitment_is_the_customers_own(fact_of):
    commitment = fact_of("customer_commitment", (PRIYA, "I'll send you the contract by Friday."))
    assert (commitment.owner, commitment.due) == (PRIYA, "2026-09-18")
