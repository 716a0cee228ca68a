import pytest
import spacy

from transcript2handoff.engines.local.fields import read_fact
from transcript2handoff.engines.local.finder import Candidate
from transcript2handoff.engines.local.reading import read
from transcript2handoff.engines.local.terms import term_value

INES, PRIYA = "Ines Halloran", "Priya Raman"


@pytest.fixture
def reading_of(talk, context):
    return lambda *said: read(talk(*said), context, pipeline=spacy.blank("en"))


@pytest.mark.parametrize(
    ("type", "said", "value"),
    [
        ("price", "it comes to two and a half million for the year", "two and a half million"),
        ("payment", "and invoices are net forty five as before", "net forty five"),
        ("payment", "We bill it quarterly in advance.", "quarterly in advance"),
        ("length", "It's month to month at first.", "month to month"),
        ("length", "We would do a thirty-six month term.", "thirty-six month term"),
        ("seats", "That's for a hundred and forty users.", "a hundred and forty users"),
        ("discount", "I can take 12 percent off 40,000 dollars.", "12 percent"),
        ("sla", "Uptime is ninety-nine point nine percent.", "ninety-nine point nine percent"),
        ("renewal", "It has sixty days notice.", "sixty days notice"),
        ("start", "The contract starts on the first of October.", "the first of October"),
    ],
)
def test_the_value_of_a_term_of_each_type(reading_of, type, said, value):
    reading = reading_of((INES, said))
    assert term_value(reading, reading.sentences[0], type=type) == value


def test_the_value_may_stand_beside_the_sentence(reading_of):
    reading = reading_of((INES, "The budget is fixed. It's eighty thousand dollars."))
    assert term_value(reading, reading.sentences[0], type="budget") == "eighty thousand dollars"


def test_a_finder_that_knows_the_type_alone_gets_the_value_from_the_words(reading_of):
    reading = reading_of((INES, "Invoices are net thirty."))
    found = Candidate(
        kind="term", sentence=reading.sentences[0], confidence=0.9, labels={"type": "payment"}
    )
    fact = read_fact(reading, found)
    assert (fact.type, fact.value) == ("payment", "net thirty")


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        (
            "We dropped Loadpilot because nobody ever answered the phone.",
            "nobody ever answered the phone",
        ),
        ("Loadpilot was too expensive for us.", "too expensive"),
        ("We looked at Loadpilot in March.", None),
    ],
)
def test_why_a_vendor_is_out_in_the_words_said(reading_of, said, reason):
    reading = reading_of((PRIYA, said))
    found = Candidate(
        kind="competitor", sentence=reading.sentences[0], confidence=0.9, subject="Loadpilot"
    )
    assert read_fact(reading, found).reason == reason


def test_labels_of_an_objection_stand(reading_of):
    reading = reading_of((PRIYA, "That price is too expensive."))
    labels = {"topic": "trust", "status": "deferred"}
    found = Candidate(
        kind="objection", sentence=reading.sentences[0], confidence=0.9, labels=labels
    )
    fact = read_fact(reading, found)
    assert (fact.topic, fact.status) == ("trust", "deferred")
