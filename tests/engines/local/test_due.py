import pytest
import spacy

from transcript2handoff.engines.local.due import due
from transcript2handoff.engines.local.finder import Candidate
from transcript2handoff.engines.local.reading import read

INES, MAREK, PRIYA = "Ines Halloran", "Marek Dvorak", "Priya Raman"


@pytest.fixture
def due_of(talk, context):
    """When the first sentence of a turn falls due; the call is on Monday 14 September 2026."""

    def find(*said, turn=1):
        reading = read(talk(*said), context, pipeline=spacy.blank("en"))
        sentence = reading.of_turn(turn)[0]
        return due(reading, Candidate(kind="promise", sentence=sentence, confidence=0.9))

    return find


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("I'll send the draft by Thursday, no, sorry, Friday.", "2026-09-18"),
        ("If you sign by the end of the month we'll start on the fifth of October.", "2026-10-05"),
        ("If you sign by Friday I'll waive the setup fee.", None),
        ("The connector is live in two weeks, if we get the login.", "in two weeks"),
        ("The connector is live in two weeks.", "2026-09-28"),
        ("that one is on the roadmap for q four", "Q4"),
        ("You'll get the key from me tomorrow, and she signs on Thursday.", "2026-09-15"),
        ("I'll ask him tonight and get back to you by Thursday.", "2026-09-17"),
        ("if you sign this week youre live by mid november", "mid november"),
        ("Today it is a policy per workspace, I'll ask about the rest.", None),
        ("The old report expired in July, I'll get you the new one.", None),
        ("They're saying October, so call it before Christmas.", "before Christmas"),
        ("Two months free, I can do that.", None),
        ("We'll put that in the contract.", None),
    ],
)
def test_which_time_of_a_sentence_counts(due_of, said, day):
    assert due_of((INES, said)) == day


def test_the_date_may_stand_in_the_request(due_of):
    request = (PRIYA, "Can you have it here by Friday?")
    assert due_of(request, (INES, "Yep."), turn=2) == "2026-09-18"


def test_a_long_answer_takes_no_date_from_the_question(due_of):
    request = (PRIYA, "Is Friday when your director is back?")
    answer = (INES, "I'll send you the questionnaire and the audit report together with it.")
    assert due_of(request, answer, turn=2) is None


def test_the_date_is_told_when_asked_for_without_a_question_mark(due_of):
    said = (INES, "ill send you the mapping sheet"), (PRIYA, "when"), (INES, "on wednesday")
    assert due_of(*said) == "2026-09-16"


def test_a_day_is_moved_or_said_more_exactly_later(due_of):
    promise = (INES, "I'll send you the mapping sheet on Wednesday.")
    assert due_of(promise) == "2026-09-16"
    assert due_of(promise, (PRIYA, "Make it Monday.")) == "2026-09-21"
    assert due_of(promise, (PRIYA, "Wednesday the twenty-third, good.")) == "2026-09-23"


def test_another_day_that_is_named_later_moves_nothing(due_of):
    promise = (INES, "I'll send you the mapping sheet on Wednesday.")
    assert due_of(promise, (PRIYA, "Our board meets on Monday.")) == "2026-09-16"


def test_a_day_that_is_refused_is_replaced_by_what_the_speaker_says_then(due_of):
    promise = (INES, "ill send you the mapping sheet on wednesday")
    refused = (PRIYA, "not wednesday thats the audit")
    assert due_of(promise, refused, (INES, "thursday then")) == "2026-09-17"
    assert due_of(promise, refused, (PRIYA, "the audit goes on till friday")) == "2026-09-16"


def test_a_day_that_is_moved_is_the_one_named_last_before(due_of):
    promise = (INES, "I'll send you the mapping sheet on Wednesday.")
    own_matter = (PRIYA, "I have the export by Friday. No, make it Monday.")
    assert due_of(promise, own_matter) == "2026-09-16"


def test_an_offer_is_due_when_it_is_said_to_arrive_once_it_was_taken_up(due_of):
    offer = (INES, "I could write a page on the savings for your director.")
    taken_up = (PRIYA, "That would help, in large print please.")
    assert due_of(offer, taken_up, (INES, "You'll have it on Thursday.")) == "2026-09-17"
    assert due_of(offer, taken_up, (INES, "Our office moves on Thursday.")) is None


def test_the_other_side_asks_for_a_day_or_is_content_with_one(due_of):
    offer = (INES, "I'd go through the ten contracts with you on a shared screen.")
    assert due_of(offer, (PRIYA, "Can you do it by Friday?")) == "2026-09-18"
    assert due_of(offer, (PRIYA, "Friday is good.")) == "2026-09-18"
    assert due_of(offer, (PRIYA, "He is away Friday.")) is None
