"""The companies' names in what is said, as marks that mean the same in any deal."""

import pytest

from transcript2handoff.deal import Deal
from transcript2handoff.speakers.sides import side_words
from transcript2handoff.transcript import Speaker, Transcript, Turn


def words(text, **companies):
    call = Transcript(
        call_id="a-1", speakers=(Speaker(id="S1"),), turns=(Turn(n=1, speaker="S1", text=text),)
    )
    return side_words(call, Deal(**companies))["S1"]


def test_a_company_is_replaced_by_the_mark_of_its_side():
    said = words(
        "We at Foldwell like Harborline's way. Harborline Freight, well.",
        seller="Foldwell",
        customer="Harborline Freight",
    )
    assert (said["_seller"], said["_customer"], said["at _seller"]) == (1, 2, 1)
    assert not {"foldwell", "harborline", "freight"} & said.keys()


@pytest.mark.parametrize(
    ("company", "text"),
    [("A Plus", "a surplus"), ("Tern", "an external tool"), ("The Baker Group", "the bakery")],
)
def test_a_company_inside_another_word_is_no_company(company, text):
    said = words(text, customer=company)
    assert "_customer" not in said
    assert text.split()[-1] in said


def test_a_company_without_letters_is_found_nowhere():
    assert "_seller" not in words("well - so", seller="\u2014")
