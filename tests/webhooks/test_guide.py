"""``docs/webhooks.md`` says what the code does; its examples are sent."""

import json
import re
from pathlib import Path

import pytest

from transcript2handoff.errors import DeliveryError
from transcript2handoff.webhooks import (
    MOST_BYTES,
    MOST_EVENTS,
    SOURCES,
    STATUS,
    WINDOW,
    FieldMapping,
    PeopleMapping,
    gong,
    hubspot,
    map_fields,
    salesforce,
    standard,
    zoom,
)

GUIDE = (Path(__file__).parents[2] / "docs" / "webhooks.md").read_text("utf-8")
SECTIONS = dict(re.findall(r"^## (.+?)\n(.*?)(?=^## |\Z)", GUIDE, re.DOTALL | re.MULTILINE))
BLOCKS = dict(re.findall(r"^```json (\w+)\n(.*?)^```$", GUIDE, re.DOTALL | re.MULTILINE))
SENDERS = {
    "hubspot": "hubspot",
    "hubspot_workflow": "workflow",
    "salesforce_flow": "flow",
    "zoom": "zoom",
    "gong": "gong",
    "standard": "standard",
}
HEADERS = {
    "HubSpot: an app": [hubspot.V3, hubspot.V3_TIME, "deal.propertyChange", "hs_is_closed_won"],
    "HubSpot: a workflow": [hubspot.V2, hubspot.VERSION, "Authorization", "Bearer KEY"],
    "Salesforce: a flow": [salesforce.KEY, salesforce.WON],
    "Salesforce: an outbound message": [salesforce.ACK.body, salesforce.ACK.media_type],
    "Zoom": [zoom.SIGNATURE, zoom.TIME, zoom.READY, *zoom.HOSTS],
    "Gong": [gong.TOKEN, *gong.CLAIMS],
    "Programs of your own": [standard.ID, standard.TIME, standard.SIGNATURE, standard.WON],
}


@pytest.mark.parametrize("source", SENDERS)
def test_every_example_is_received(senders, source):
    got = getattr(senders, SENDERS[source])(BLOCKS[source].encode()).received()
    assert got.source == source
    assert len(got.events) == 1
    assert got.ignored == ()


def test_every_source_is_in_the_guide():
    sources = {each.model_fields["source"].default for each in SOURCES}
    assert set(re.findall(r"^\| `(\w+)` \| .* \| .* \|$", GUIDE.split("##")[0], re.M)) == sources
    assert set(BLOCKS) == {*SENDERS, "mapping", "facts"}
    assert sources - set(SENDERS) == {"salesforce_message"}


@pytest.mark.parametrize(("section", "words"), HEADERS.items())
def test_each_section_names_what_is_sent_and_answered(section, words):
    for word in words:
        assert word in SECTIONS[section]


def test_limits_are_those_of_the_code():
    said = SECTIONS["What holds for all"]
    assert f"{MOST_BYTES} bytes and {MOST_EVENTS} events" in said
    assert f"{WINDOW.seconds} seconds" in said


def test_answers_are_those_of_the_code():
    said = {int(code) for code in re.findall(r"^\| (\d{3}) \|", GUIDE, re.MULTILINE)}
    assert said == {200, *STATUS.values()}
    assert set(STATUS) == set(DeliveryError.__subclasses__())


def test_the_mapping_gives_what_the_guide_says():
    payload = json.loads(BLOCKS["hubspot_workflow"])
    facts = map_fields(payload, FieldMapping.model_validate_json(BLOCKS["mapping"]))
    shown = facts.model_dump(mode="json", exclude_defaults=True)
    assert shown == json.loads(BLOCKS["facts"])


def test_every_field_of_a_mapping_is_in_the_guide():
    rows = re.findall(r"^\| (`.*?) \| (.*) \|$", SECTIONS["The field mapping"], re.MULTILINE)
    named = {name for row, _ in rows for name in re.findall(r"`(\w+)`", row)}
    assert named == set(FieldMapping.model_fields)
    people = next(text for row, text in rows if row == "`people`")
    assert set(PeopleMapping.model_fields) <= set(re.findall(r"`(\w+)`", people))
