"""HubSpot: what an app's batch and a workflow's action become, and what is refused."""

import hashlib
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from transcript2handoff.errors import (
    DeliveryForgedError,
    DeliveryFormError,
    DeliveryStaleError,
)
from transcript2handoff.webhooks import (
    DealChanged,
    HubSpotApp,
    HubSpotWorkflow,
    PersonErased,
    receive,
)

CHANGE = {
    "eventId": 3816279340,
    "subscriptionId": 25,
    "portalId": 33,
    "appId": 1160452,
    "occurredAt": 1795175990000,
    "subscriptionType": "deal.propertyChange",
    "attemptNumber": 0,
    "objectId": 1246965,
    "propertyName": "dealstage",
    "propertyValue": "closedwon",
    "changeSource": "CRM_UI",
}


def events(senders, *changes):
    return senders.hubspot([{**CHANGE, **one} for one in changes]).received()


def test_a_batch_is_read(good):
    got = good["hubspot"].received()
    assert got.source == "hubspot"
    assert got.received_at == good["hubspot"].now
    first, second, person = got.events
    assert isinstance(first, DealChanged)
    assert (first.account, first.deal_id) == ("33", "1246965")
    assert first.at == datetime(2026, 11, 20, 11, 59, 50, tzinfo=UTC)
    assert first.fields == {"dealstage": "closedwon"}
    assert second.deal_id == "1246966", "eventType is read like subscriptionType"
    assert isinstance(person, PersonErased)
    assert person.person_id == "77"
    assert [one.what for one in got.ignored] == ["deal.propertyChange of amount"]


def test_whether_a_deal_is_won_is_looked_up_and_not_guessed(good):
    assert {one.won for one in good["hubspot"].received().events[:2]} == {None}


def test_the_key_is_of_what_happened_and_not_of_the_sending(senders):
    key = hashlib.sha256(
        b"33|1246965|deal.propertyChange|dealstage|closedwon|1795175990000"
    ).hexdigest()
    again = events(senders, {}, {"attemptNumber": 3}, {"eventId": 1}, {"subscriptionId": 9})
    assert [one.key for one in again.events] == [key]
    other = events(senders, {}, {"occurredAt": 1795175990001}, {"portalId": 34}, {"objectId": 1})
    assert len({one.key for one in other.events}) == 4


def test_another_event_with_the_same_event_id_counts(good):
    body = json.loads(good["hubspot"].body)
    assert body[0]["eventId"] == body[1]["eventId"]
    assert len({one.key for one in good["hubspot"].received().events}) == 3


def test_a_repetition_has_the_same_key_in_whatever_order(senders):
    one, two = {}, {"objectId": 5}
    assert events(senders, one, two).key == events(senders, two, one, one).key
    assert events(senders, one).key != events(senders, two).key


@pytest.mark.parametrize("kind", ["deal", "0-3", "DEAL"])
def test_generic_events_of_deals_are_read(senders, kind):
    change = {"subscriptionType": "object.propertyChange", "objectType": kind}
    assert len(events(senders, change).events) == 1


@pytest.mark.parametrize(
    "change",
    [
        {"subscriptionType": "object.propertyChange", "objectTypeId": "0-1"},
        {"subscriptionType": "object.propertyChange"},
        {"subscriptionType": "contact.creation", "propertyName": None},
        {"subscriptionType": "of.the.future"},
        {"propertyName": "dealname"},
        {"propertyName": None},
    ],
)
def test_what_is_not_of_interest_is_accepted_with_a_reason(senders, change):
    got = events(senders, change, {})
    assert len(got.events) == 1
    assert got.ignored[0].what
    assert got.ignored[0].why.startswith("it ")


@pytest.mark.parametrize(
    "broken",
    [
        {"portalId": None},
        {"objectId": -1},
        {"objectId": 2**70},
        {"occurredAt": 10**17},
        {"occurredAt": "yesterday"},
        {"subscriptionType": 7},
    ],
)
def test_a_broken_event_does_not_take_the_others_with_it(senders, broken):
    got = events(senders, broken, {})
    assert len(got.events) == 1
    assert "not as HubSpot sends them" in got.ignored[0].why


def test_the_number_of_events_has_a_limit(senders):
    many = [{**CHANGE, "objectId": number} for number in range(1000)]
    assert len(senders.hubspot(many).received().events) == 1000
    for body in ([], [*many, CHANGE], CHANGE, None, "[]"):
        with pytest.raises(DeliveryFormError, match="list of 1 to 1000"):
            senders.hubspot(body).received()


def test_the_signature_is_over_the_bytes_as_they_were_sent(senders):
    spaced = json.dumps([CHANGE], indent=3).encode()
    sent = senders.hubspot(spaced)
    assert sent.received().events
    with pytest.raises(DeliveryForgedError):
        sent.received(body=json.dumps([CHANGE]).encode())


@pytest.mark.parametrize("late", [-300, 300])
def test_five_minutes_either_way_are_recent(senders, late):
    sent = senders.hubspot([CHANGE], at=senders.now - timedelta(seconds=late))
    assert sent.received().events
    one_more = timedelta(milliseconds=1 if late > 0 else -1)
    with pytest.raises(DeliveryStaleError, match="more than 5 minutes"):
        sent.received(now=senders.now + one_more)


@pytest.mark.parametrize(
    "stamp", ["", " 1795176000000", "+1795176000000", "1_795_176", "١٧", "1e12"]
)
def test_a_time_that_is_no_plain_number_is_refused(senders, stamp):
    with pytest.raises(DeliveryForgedError):
        senders.hubspot([CHANGE]).with_header("X-HubSpot-Request-Timestamp", stamp).received()


def test_the_old_secret_works_beside_the_new_one_and_no_other(senders):
    for secret in (senders.secret, senders.old_secret):
        assert senders.hubspot([CHANGE], secret=secret).received().events
        assert senders.workflow({"id": "1"}, secret=secret).received().events
    for sender in (senders.hubspot, senders.workflow):
        with pytest.raises(DeliveryForgedError, match="does not fit"):
            sender({"id": "1"}, secret="somebody-elses-secret").received()


def test_twelve_characters_of_the_url_are_decoded_once_before_it_is_signed(senders):
    called = "/hooks/here?a=%3A%2F%3F%40%21%24%27%28%29%2A%2C%3B&b=%253A%26%3a%20%C3%A4"
    signed = "/hooks/here?a=:/?@!$'()*,;&b=%253A%26%3a%20%C3%A4"
    assert senders.hubspot([CHANGE], path=called, signed_path=signed).received().events
    with pytest.raises(DeliveryForgedError):
        senders.hubspot([CHANGE], path=called, signed_path=called).received()


@pytest.mark.parametrize("path", ["/hooks/here/", "/hooks/Here", "/hooks/here?", "/hooks//here"])
def test_the_url_is_taken_letter_for_letter(senders, path):
    with pytest.raises(DeliveryForgedError):
        senders.hubspot([CHANGE]).received(path=path)


def test_the_scheme_is_that_of_the_public_url(senders):
    sent = senders.hubspot([CHANGE])
    behind = replace(sent.arrival, url=sent.arrival.url.replace("https:", "http:"))
    with pytest.raises(DeliveryForgedError):
        receive(behind, sent.endpoint)


def test_header_names_have_no_case_and_come_once(senders):
    sent = senders.hubspot([CHANGE])
    lower = replace(sent, headers={name.lower(): value for name, value in sent.headers.items()})
    assert lower.received().events
    for name, value in sent.headers.items():
        with pytest.raises(DeliveryForgedError, match="2 times"):
            sent.received(doubled=((name.lower().encode(), value.encode()),))
        with pytest.raises(DeliveryForgedError, match="is missing"):
            sent.without(name).received()
    with pytest.raises(DeliveryForgedError, match="no ASCII"):
        sent.without("X-HubSpot-Signature-v3").received(
            doubled=((b"X-HubSpot-Signature-v3", b"\xff"),)
        )


def test_an_app_needs_the_signature_that_tells_the_time(senders):
    older = senders.workflow([CHANGE])
    with pytest.raises(DeliveryForgedError, match="Signature-v3 is missing"):
        replace(older, endpoint=HubSpotApp(secrets=(senders.secret,))).received()


def test_a_workflow_sends_a_deal(good, senders):
    got = good["hubspot_workflow"].received()
    (deal,) = got.events
    assert deal.fields["properties"]["dealname"] == "Harbour Lane, 40 seats"
    assert (deal.deal_id, deal.won) == (None, None), "the mapping and the CRM say that"
    assert got.key == good["hubspot_workflow key"].received().key
    assert senders.workflow({"id": "2"}).received().key != got.key


def test_a_workflow_may_be_signed_by_version_3_and_then_must_be_right(senders):
    sent = senders.hubspot({"id": "1"})
    both = replace(sent, endpoint=HubSpotWorkflow(secrets=(senders.secret,)))
    assert both.received().events
    with_v2 = replace(both, headers={**senders.workflow({"id": "1"}).headers, **both.headers})
    assert with_v2.received().events
    with pytest.raises(DeliveryForgedError):
        with_v2.with_header("X-HubSpot-Signature-v3", "AAAA").received()


@pytest.mark.parametrize("shown", ["Basic {}", "{}", "Bearer  {}", "Bearer", "Bearer {}x"])
def test_a_workflow_without_a_signature_shows_a_key(senders, shown):
    sent = senders.workflow_key({"id": "1"})
    assert sent.with_header("Authorization", f"bearer {senders.key}").received().events
    with pytest.raises(DeliveryForgedError):
        sent.with_header("Authorization", shown.format(senders.key)).received()


def test_a_workflow_with_nothing_agreed_takes_nothing(senders):
    for sent in (senders.workflow({"id": "1"}), senders.workflow_key({"id": "1"})):
        with pytest.raises(DeliveryForgedError):
            replace(sent, endpoint=HubSpotWorkflow()).received()


def test_what_can_be_hung_behind_a_body_of_version_2_is_never_json(senders):
    # The padding of SHA-256 comes first in whatever can be signed without the secret.
    with pytest.raises(DeliveryFormError, match="UTF-8"):
        senders.workflow(b'{"id": "1"}' + b"\x80" + b"\0" * 40 + b'{"id": "2"}').received()
