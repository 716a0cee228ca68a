"""What is known before a call: the deal file."""

import datetime

import pytest
from pydantic import ValidationError

from transcript2handoff.deal import Call, Deal, Participant, parse_deal
from transcript2handoff.errors import DealFileError

FULL = """
deal = "harborline"
seller = "Foldwell"
customer = "Harborline Freight"
product = "document capture"
timezone = "Europe/London"
glossary = ["CargoWise", "eAdaptor", "Foldwell"]

[[participants]]
name = "Tamsin Okoro"
side = "seller"
title = "Account Executive"

[[participants]]
name = "Gareth Pugh"
side = "customer"
email = "gareth@harborline.example"

[[calls]]
id = "harborline-1"
file = "1_call.opus"
date = 2026-04-09
stage = "discovery"
"""


def test_a_whole_deal_file():
    deal = parse_deal(FULL)
    assert (deal.deal, deal.seller, deal.customer) == (
        "harborline",
        "Foldwell",
        "Harborline Freight",
    )
    assert deal.participants == (
        Participant(name="Tamsin Okoro", side="seller", title="Account Executive"),
        Participant(name="Gareth Pugh", side="customer", email="gareth@harborline.example"),
    )
    assert deal.calls[0].date == datetime.date(2026, 4, 9)


def test_an_empty_deal_file_is_a_deal_without_a_name():
    assert parse_deal("") == Deal()
    assert Deal().deal == "unnamed"


def test_a_call_is_found_or_bare():
    deal = parse_deal(FULL)
    assert deal.call("harborline-1").stage == "discovery"
    assert deal.call("harborline-9") == Call(id="harborline-9")


def test_the_vocabulary_has_names_first_and_nothing_twice():
    assert parse_deal(FULL).vocabulary() == (
        "Foldwell",
        "Harborline Freight",
        "Tamsin Okoro",
        "Gareth Pugh",
        "CargoWise",
        "eAdaptor",
    )
    assert Deal().vocabulary() == ()


@pytest.mark.parametrize(
    ("toml", "says"),
    [
        ("deal = \nseller = 1", r"^acme\.toml is not valid TOML: .*line 1"),
        ('dael = "acme"', r"^acme\.toml does not describe a deal: dael: Extra inputs"),
        ('seller = " "', r"seller: String should have at least 1 character"),
        ('[[participants]]\nname = "A"\nside = "sales"', r"participants\.0\.side: .*'seller'"),
        ('[[participants]]\nside = "seller"', r"participants\.0\.name: Field required"),
        ('[[calls]]\nid = "a"\ndate = "soon"', r"calls\.0\.date: "),
        ("seller = 1\nproduct = 2", r"seller: .*; product: "),
        ("deal = " + "[" * 3000, r"^acme\.toml is nested too deeply"),
        ("deal = " + "9" * 5000, r"^acme\.toml is not valid TOML: .*digits"),
    ],
)
def test_a_fault_is_named_with_its_place(toml, says):
    with pytest.raises(DealFileError, match=says):
        parse_deal(toml, where="acme.toml")


def test_records_do_not_change():
    with pytest.raises(ValidationError, match="frozen"):
        Deal().deal = "other"  # type: ignore[misc]


def test_a_call_expects_those_who_were_invited():
    people = (
        Participant(name="Ines Duarte", side="seller"),
        Participant(name="Jonas Adler", side="customer"),
    )
    deal = Deal(participants=people, calls=(Call(id="a-1", attendees=("Jonas Adler",)),))
    assert deal.expecting(deal.call("a-1")).participants == people[1:]
    assert deal.expecting(deal.call("a-2")).participants == people


def test_attendees_that_nobody_knows_are_named():
    with pytest.raises(DealFileError, match="Jonas Alder"):
        parse_deal('[[calls]]\nid = "a-1"\nattendees = ["Jonas Alder"]')


def test_a_newer_file_tells_what_has_changed_beside_the_calls():
    told = parse_deal('deal = "alder"\nseller = "Countwell"\nsegment = "enterprise"')
    newer = parse_deal('deal = "alder-2"\nseller = "Other"\nsigned = 2026-05-22\ntags = ["key"]')
    now = told.as_of(newer)
    assert (now.deal, now.seller, now.segment) == ("alder-2", "Countwell", "enterprise")
    assert (now.signed, now.tags) == (datetime.date(2026, 5, 22), ("key",))
    assert told.as_of(parse_deal("")) == told


def test_what_the_crm_says_of_money_is_left_out_where_it_says_nothing():
    told = parse_deal('amount = 48000.5\ncurrency = "EUR"')
    assert told.as_of(parse_deal("amount = 50000")).amount == 50000
    assert Deal.model_validate_json(told.model_dump_json()) == told
    assert "amount" not in Deal().model_dump_json()
    with pytest.raises(DealFileError, match="currency"):
        parse_deal('currency = "euro"')
