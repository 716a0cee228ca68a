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
def test_topic_of_an_objection(claims_of, said, topic):
    (claim, *_) = claims_of("objection", (PRIYA, said))
    assert claim.fact.topic == topic


def test_an_objection_is_open_until_its_answer_is_accepted(claims_of):
    doubt = (PRIYA, "The price worries me, that's twice what we pay now.")
    answer = (INES, "It includes the training.")
    (claim,) = claims_of("objection", doubt, answer)
    assert claim.fact.status == "open"
    (claim, *_) = claims_of("objection", doubt, answer, (PRIYA, "Okay, that works for me."))
    assert claim.fact.status == "addressed"


def test_an_objection_put_off_is_deferred(claims_of):
    (claim, *_) = claims_of(
        "objection",
        (PRIYA, "The price worries me, that's twice what we pay now."),
        (INES, "Let me take that back to my director."),
        (PRIYA, "Fine."),
    )
    assert claim.fact.status == "deferred"


def test_a_vendor_by_name_with_its_status(claims_of):
    (claim,) = claims_of(
        "competitor", (PRIYA, "We had a demo from Loadpilot, and their quote is cheaper.")
    )
    assert (claim.fact.name, claim.fact.status) == ("Loadpilot", "evaluating")


def test_own_means_are_competitors_and_integrations_are_not(claims_of):
    (claim,) = claims_of("competitor", (PRIYA, "Today everything is in Excel."))
    assert (claim.fact.name, claim.fact.status) == ("Excel", "incumbent")
    assert claims_of("competitor", (PRIYA, "It has to talk to Salesforce and to Slack.")) == []


@pytest.mark.parametrize(
    ("name", "said", "type", "value"),
    [
        (INES, "It's forty dollars a user a month.", "price", "forty dollars"),
        (PRIYA, "We have set aside a budget of eighty thousand.", "budget", "eighty thousand"),
        (PRIYA, "Anything over fifty thousand goes to procurement.", "procurement", "fifty"),
        (INES, "I can take twelve percent off the list price.", "discount", "twelve percent"),
        (INES, "Invoices are net thirty.", "payment", "net thirty"),
    ],
)
def test_type_and_value_of_a_term(claims_of, name, said, type, value):
    filler = [(INES, "All right.")] * 3
    claims = claims_of("term", *filler, (name, said))
    assert type in [claim.fact.type for claim in claims]
    assert any(value in claim.fact.value for claim in claims)


def test_a_goal_has_baseline_target_and_deadline(claims_of):
    (claim,) = claims_of(
        "goal",
        (INES, "What would success look like?"),
        (PRIYA, "From twelve percent late loads to five percent by the end of the year."),
    )
    assert (claim.fact.baseline, claim.fact.target) == ("twelve percent", "five percent")
    assert claim.fact.deadline == "2026-12-31"


def test_people_by_role_alone_and_beside_a_name(claims_of):
    claims = claims_of(
        "stakeholder",
        (PRIYA, "Our finance director signs everything above ten thousand."),
        (PRIYA, "riaan hes our controller"),
    )
    people = {claim.fact.name: claim.fact for claim in claims}
    assert people[None].role == "finance director"
    assert people[None].influence == "economic_buyer"
    assert people["riaan"].role == "controller"
    assert people[PRIYA].present
    assert not people["riaan"].present


def test_a_meeting_takes_its_date_from_the_turn_before(claims_of):
    filler = [(INES, "All right.")] * 8
    claims = claims_of(
        "next_step",
        *filler,
        (INES, "Shall we do the workshop on Thursday the twenty-fourth?"),
        (PRIYA, "Ten o'clock works."),
    )
    assert {claim.fact.due for claim in claims} == {"2026-09-24"}
