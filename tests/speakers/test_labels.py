"""A label is a name, a side, both or neither; a name that merely sounds like a company's stays."""

import pytest

from transcript2handoff.deal import Deal, Participant
from transcript2handoff.speakers.labels import Label, read_label
from transcript2handoff.speakers.people import Forms, listed


def read(label, *, seller=None, customer=None, participants=()):
    deal = Deal(seller=seller, customer=customer, participants=participants)
    return read_label(label, forms=Forms(listed(participants)), deal=deal)


@pytest.mark.parametrize(
    ("label", "customer"),
    [
        ("Alison Park", "Al Rajhi Bank"),
        ("Theodore Blake", "The Baker Group"),
        ("Theodore Blake", "A Plus"),
        ("Ana Silva", "A"),
        ("Tom Baker", "The Baker Group"),
        ("Al Gore", "Al Rajhi Bank"),
        ("Lee Smith", "Lee"),
        ("Harbor Lines", "Harborline Freight"),
        ("Andrew Bland", "and"),
    ],
)
@pytest.mark.parametrize("side", ["seller", "customer"])
def test_a_name_that_shares_letters_with_a_company_is_a_name(label, customer, side):
    assert read(label, **{side: customer}) == Label(name=label)


@pytest.mark.parametrize("company", ["\u2014", "-", "...", "\u4e2d\u6587", "3M", "Ltd"])
def test_a_company_without_a_telling_word_takes_no_name_away(company):
    assert read("Alison Park", seller=company, customer="Harborline") == Label(name="Alison Park")


@pytest.mark.parametrize(
    ("label", "company"),
    [
        ("Alison Park (Rajhi)", "Al Rajhi Bank"),
        ("Alison Park - The Baker Group", "The Baker Group"),
        ("Alison Park | A Plus", "A Plus"),
        ("Alison Park [3M]", "3M"),
        ("Alison Park (O'Reilly)", "O\u2019Reilly Media"),
        ("alison.park@harborline.example", "Harborline Freight"),
        ("alison.park@harborlinefreight.example", "Harborline Freight"),
        ("Alison Park (Soci\u00e9t\u00e9 Delta)", "Societe Delta"),
    ],
)
def test_a_company_behind_a_name_gives_the_side(label, company):
    read_as = read(label, customer=company)
    assert (read_as.name, read_as.side) == ("Alison Park", "customer")


@pytest.mark.parametrize(
    ("label", "company"),
    [
        ("Harborline Hull", "Harborline Freight"),
        ("Boardroom Harborline", "Harborline Freight"),
        ("The Baker Group boardroom", "The Baker Group"),
        ("Baker Group", "The Baker Group"),
        ("3M", "3M"),
    ],
)
def test_a_company_or_its_room_is_a_side_and_no_name(label, company):
    assert read(label, seller=company) == Label(side="seller")


def test_a_company_that_both_sides_share_gives_no_side():
    read_as = read("Alison Park (Delta)", seller="Delta Air", customer="Delta Foods")
    assert (read_as.name, read_as.side) == ("Alison Park", None)


def test_a_participant_with_the_companys_name_is_that_participant():
    baker = Participant(name="Baker Jones", side="customer")
    read_as = read("Baker Jones", customer="Baker", participants=(baker,))
    assert (read_as.name, read_as.fits) == ("Baker Jones", {0})
