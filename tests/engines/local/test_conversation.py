import pytest

from transcript2handoff.engines.local.conversation import is_no_fact, objection_status
from transcript2handoff.engines.local.finder import Candidate
from transcript2handoff.engines.local.retraction import fate

INES, MAREK, PRIYA, OLU = "Ines Halloran", "Marek Dvorak", "Priya Raman", "Olu Bankole"
OFFER = (INES, "We'll have the Swedish screens live before the summer.")
DOUBT = (PRIYA, "Forty thousand is too much for us.")


@pytest.fixture
def fate_of(reading):
    """The fate of the promise that a conversation begins with."""

    def find(*said):
        talked = reading(*said)
        first = talked.of_turn(1)[0]
        return fate(talked, Candidate(kind="promise", sentence=first, confidence=0.9))

    return find


@pytest.mark.parametrize(
    "later",
    [
        (INES, "Sorry, scratch that."),
        (INES, "I take the summer back."),
        (INES, "I shouldn't have said summer."),
        (MAREK, "Ines, no. Swedish is not planned at all."),
        (MAREK, "It doesn't do Swedish, and it won't."),
        (MAREK, "um ines no we dont have swedish"),
    ],
)
def test_a_promise_is_taken_back_by_the_speaker_or_a_colleague(fate_of, later):
    found = fate_of(OFFER, later)
    assert found.status == "withdrawn"
    assert [sentence.turn for sentence in found.evidence] == [2]


def test_a_promise_is_taken_back_late_only_if_the_matter_is_the_same(fate_of):
    between = [(PRIYA, "And how do the drivers log in?"), (MAREK, "With the badge.")] * 6
    same = fate_of(OFFER, *between, (INES, "I have to take the Swedish screens back."))
    other = fate_of(OFFER, *between, (INES, "I have to take the badge story back."))
    assert (same.status, other.status) == ("withdrawn", "open")


@pytest.mark.parametrize(
    "later",
    [
        (PRIYA, "No, summer is too late."),
        (PRIYA, "Scratch that, we use English."),
        (MAREK, "And the Danish ones in autumn."),
        (MAREK, "No problem, I'll help with that."),
        (INES, "If security objects we take them back and pay for it."),
    ],
)
def test_what_takes_nothing_back_leaves_a_promise_open(fate_of, later):
    assert fate_of(OFFER, later).status == "open"


@pytest.mark.parametrize(
    "said",
    [
        ((INES, "I'll send you the form. There, it's in your inbox."),),
        ((INES, "I'm putting the link in the chat right now."), (PRIYA, "Got it, thanks.")),
        ((INES, "I'll share it now, one second."), (MAREK, "Sent.")),
    ],
)
def test_what_is_done_during_the_call_is_done(fate_of, said):
    assert fate_of(*said).status == "done"


def test_a_receipt_of_something_else_does_nothing(fate_of):
    said = (INES, "I'll send you the form by Friday."), (PRIYA, "Got it, thanks.")
    assert fate_of(*said).status == "open"


@pytest.mark.parametrize(
    ("softer", "strength"),
    [
        ("Well, it depends on the release of the API.", "conditional"),
        ("No guarantees, but we are working on it.", "hedged"),
        ("Yes, that is a firm promise.", None),
    ],
)
def test_a_promise_has_the_strength_that_is_left_when_asked_for(fate_of, softer, strength):
    found = fate_of(OFFER, (PRIYA, "Is that definite?"), (INES, softer))
    assert (found.status, found.strength) == ("open", strength)


def test_a_hedge_about_another_matter_softens_nothing(fate_of):
    said = (OFFER, (PRIYA, "And who is the trainer?"), (INES, "I'm not sure, probably Joan."))
    assert fate_of(*said).strength is None


@pytest.mark.parametrize(
    ("following", "status"),
    [
        ([(INES, "We can split it over two years."), (PRIYA, "Okay, that works.")], "addressed"),
        (
            [(INES, "Let me take that back to my director and come back to you."),
             (PRIYA, "Fine, we'll talk about it on Thursday.")],
            "deferred",
        ),
        ([(INES, "Hm, right."), (PRIYA, "That's not good enough. We'll see.")], "open"),
    ],
)  # fmt: skip
def test_an_objection_is_settled_by_what_the_customer_makes_of_the_answer(
    reading, following, status
):
    for sides in (True, False):
        talked = reading(DOUBT, *following, sides=sides)
        assert objection_status(talked, talked.of_turn(1)[0]) == status


def test_what_a_colleague_of_the_customer_says_first_is_no_acceptance(reading):
    talked = reading(DOUBT, (OLU, "That works for me."), (PRIYA, "Not for me, no."))
    assert objection_status(talked, talked.of_turn(1)[0]) != "addressed"


@pytest.mark.parametrize(
    ("said", "serious"),
    [
        ("I'll send you the contract by Friday.", True),
        ("I'll fly in with a brass band. I'm joking.", False),
        ("Imagine if we shipped all of it tomorrow.", False),
        ("Another customer of ours got the discount.", False),
        ("We have customers in Norway.", True),
    ],
)
def test_jests_and_stories_lose_confidence(reading, said, serious):
    talked = reading((INES, said))
    candidate = Candidate(kind="promise", sentence=talked.of_turn(1)[0], confidence=0.9)
    factor = is_no_fact(talked, candidate)
    assert 0 < factor <= 1
    assert (factor == 1) is serious


def test_a_customer_speaks_of_his_own_customers_in_earnest(reading):
    talked = reading((PRIYA, "Another customer of ours waited three weeks."))
    candidate = Candidate(kind="pain", sentence=talked.of_turn(1)[0], confidence=0.9)
    assert is_no_fact(talked, candidate) == 1
