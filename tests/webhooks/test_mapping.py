"""What a payload tells of a deal, by a mapping that somebody wrote."""

import datetime
import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from transcript2handoff.deal import Deal, Participant
from transcript2handoff.errors import DeliveryFormError
from transcript2handoff.webhooks import DealFacts, FieldMapping, map_fields

MAPPING = FieldMapping.model_validate(
    {
        "deal_id": "id",
        "deal": "properties.dealname",
        "customer": "properties.customer_name",
        "country": "properties.customer_country",
        "signed": "properties.closedate",
        "amount": "properties.amount",
        "currency": "properties.deal_currency_code",
        "owners": {"account_executive": "properties.seller_name"},
        "people": [
            {
                "at": "contacts",
                "name": "properties.name",
                "email": "properties.email",
                "title": "properties.jobtitle",
            }
        ],
        "days_in": "Europe/London",
    }
)


@pytest.fixture
def payload(senders):
    return json.loads(senders.example("hubspot_workflow.json"))


def signed(value, zone="UTC"):
    mapping = FieldMapping(signed="on", days_in=zone)
    return map_fields({"on": value}, mapping).signed


def test_everything_that_is_named_is_read(payload):
    assert map_fields(payload, MAPPING) == DealFacts(
        deal_id="1246965",
        deal="Harbour Lane, 40 seats",
        customer="Harbour Lane Ltd",
        country="GB",
        signed=datetime.date(2026, 11, 20),
        amount=Decimal("48000.50"),
        currency="EUR",
        owners={"account_executive": "Ana Reyes"},
        people=(
            Participant(
                name="Priya Shah", side="customer", title="COO", email="priya@harbourlane.example"
            ),
        ),
    )


def test_what_is_not_there_is_named_and_no_error(payload):
    del payload["properties"]["customer_name"], payload["contacts"]
    payload["properties"]["amount"] = None
    payload["properties"]["seller_name"] = " "
    facts = map_fields(payload, MAPPING)
    assert facts.customer is facts.amount is None
    assert facts.missing == (
        "customer: nothing at properties.customer_name",
        "amount: nothing at properties.amount",
        "owners, account_executive: nothing at properties.seller_name",
        "people: nothing at contacts",
    )


def test_all_that_does_not_fit_is_named_at_once(payload):
    payload["properties"] |= {
        "dealname": {"value": "x"},
        "closedate": "next Friday",
        "amount": "48,000",
        "customer_country": "Atlantis",
    }
    with pytest.raises(DeliveryFormError) as refusal:
        map_fields(payload, MAPPING)
    told = str(refusal.value)
    for name in ("deal:", "signed:", "amount:", "country:", "2026-11-20", "the mapping"):
        assert name in told


@pytest.mark.parametrize(
    ("value", "zone", "day"),
    [
        ("2026-11-20", "Pacific/Auckland", 20),
        ("2026-11-20T23:30:00.000Z", "UTC", 20),
        ("2026-11-20T23:30:00.000Z", "Europe/Vienna", 21),
        ("2026-11-20T23:30:00", "Europe/Vienna", 20),
        ("2026-11-20T01:30:00+02:00", "UTC", 19),
        ("1795175990000", "UTC", 20),
        (1795175990000, "Pacific/Auckland", 21),
    ],
)
def test_a_day_is_a_day_where_the_company_is(value, zone, day):
    assert signed(value, zone) == datetime.date(2026, 11, day)


@pytest.mark.parametrize(
    "value",
    [True, 7, 1795175990, 1.5, "20.11.2026", "2026-13-01", "2026-11-20T25:00", [], {}, "9" * 15],
)
def test_what_is_no_day_is_refused(value):
    with pytest.raises(DeliveryFormError, match="signed"):
        signed(value)


@pytest.mark.parametrize("amount", ["NaN", "Infinity", "-1", True, "1 000", [1], "1" * 19])
def test_what_is_no_amount_is_refused(amount):
    with pytest.raises(DeliveryFormError, match="amount"):
        map_fields({"a": amount}, FieldMapping(amount="a"))


def test_places_in_lists_and_names_with_dots():
    payload = {"lines": [{"a": 1}, {"a.b": {"c": "x"}}], "0": "y"}
    at = lambda path: map_fields(payload, FieldMapping(product=path)).product  # noqa: E731
    assert at("lines.0.a") == "1"
    assert at(["lines", "1", "a.b", "c"]) == "x"
    assert at("0") == "y"
    for nowhere in ("lines.2.a", "lines.-1.a", "lines.x", "lines.0.a.b", "lines." + "9" * 3000):
        assert at(nowhere) is None


def test_people_may_stand_in_one_object_and_on_our_side():
    people = [{"at": "owner", "name": "name", "side": "seller"}]
    mapping = FieldMapping.model_validate({"people": people})
    (person,) = map_fields({"owner": {"name": "Ana"}}, mapping).people
    assert (person.name, person.side) == ("Ana", "seller")


@pytest.mark.parametrize(
    "mapping",
    [
        {},
        {"days_in": "UTC"},
        {"customer": "a", "days_in": "Mars/Base"},
        {"customer": "a", "days_in": "../../etc/passwd"},
        {"customer": ""},
        {"customer": "a..b"},
        {"customer": []},
        {"custommer": "a"},
        {"owners": {"king": "a"}},
        {"people": [{"at": "a"}]},
    ],
)
def test_a_mapping_that_cannot_be_meant_is_refused(mapping):
    with pytest.raises(ValidationError):
        FieldMapping.model_validate(mapping)


def test_facts_go_onto_a_deal_and_leave_what_they_do_not_say():
    deal = Deal(
        deal="old",
        seller="Tidewell",
        segment="smb",
        owners={"support": "Bo Ray"},
        participants=(Participant(name="Ana", side="seller"),),
    )
    facts = DealFacts(
        deal="new",
        amount="48000.50",
        currency="EUR",
        owners={"account_executive": "Ana"},
        people=(Participant(name="Ana", side="customer"), Participant(name="Cy", side="customer")),
    )
    got = facts.onto(deal)
    assert (got.deal, got.seller, got.segment) == ("new", "Tidewell", "smb")
    assert (got.amount, got.currency) == (Decimal("48000.50"), "EUR")
    assert got.owners == {"support": "Bo Ray", "account_executive": "Ana"}
    assert [(one.name, one.side) for one in got.participants] == [
        ("Ana", "seller"),
        ("Cy", "customer"),
    ]
    with pytest.raises(DeliveryFormError, match="signed"):
        DealFacts(signed=datetime.date(1950, 1, 1)).onto(deal)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


@given(st.fixed_dictionaries({}, optional=dict.fromkeys("abcdefgh", json_values)))
def test_any_payload_gives_facts_or_one_clear_error(payload):
    mapping = FieldMapping.model_validate(
        {
            "deal_id": "a",
            "deal": "b.c",
            "country": "c",
            "signed": "d",
            "amount": "e",
            "currency": "f",
            "owners": {"support": "g"},
            "people": [{"at": "h", "name": "a", "email": "b"}],
        }
    )
    try:
        facts = map_fields(payload, mapping)
    except DeliveryFormError:
        return
    assert DealFacts.model_validate_json(facts.model_dump_json()) == facts
