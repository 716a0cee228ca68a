"""Salesforce: flows with a key, and outbound messages in SOAP."""

import json
import re
from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree

import pytest
from pydantic import ValidationError

from transcript2handoff.errors import DeliveryForgedError, DeliveryFormError
from transcript2handoff.webhooks import SalesforceFlow, SalesforceMessage

ACK = """<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><soapenv:Body>
<notificationsResponse xmlns="http://soap.sforce.com/2005/09/outbound"><Ack>true</Ack></notificationsResponse>
</soapenv:Body></soapenv:Envelope>
"""


@pytest.fixture(scope="module")
def won(senders):
    return json.loads(senders.example("salesforce_flow.json"))


@pytest.fixture(scope="module")
def message(senders):
    return senders.example("salesforce_message.xml").decode()


def test_a_flow_sends_an_opportunity(good):
    got = good["salesforce_flow"].received()
    (deal,) = got.events
    assert (deal.deal_id, deal.account, deal.won) == ("0065g00000ABCDEAA1", "00D5g000004XyZz", True)
    assert deal.at == datetime(2026, 11, 20, 11, 59, 40, tzinfo=UTC)
    assert deal.fields["amount"] == 48000


def test_the_key_of_a_flow_is_the_opportunity_as_of_a_change(senders, won):
    key = senders.flow(won).received().events[0].key
    longer = senders.flow({**won, "org_id": senders.organisation, "amount": 1})
    assert longer.received().events[0].key == key, "15 and 18 characters are the same id"
    shorter = senders.flow({**won, "opportunity_id": won["opportunity_id"][:15]})
    assert shorter.received().events[0].key == key
    later = senders.flow({**won, "last_modified_date": "2026-11-20T11:59:41Z"})
    assert later.received().events[0].key != key


def test_without_the_time_of_a_change_an_opportunity_counts_once_a_day(senders, won):
    sent = senders.flow({key: one for key, one in won.items() if key != "last_modified_date"})
    keys = [
        sent.received(now=sent.now + timedelta(hours=hours)).events[0].key for hours in (0, 11, 12)
    ]
    assert keys[0] == keys[1] != keys[2]


def test_another_event_of_a_flow_is_accepted_with_a_reason(senders, won):
    for event in ("opportunity.created", None, 7):
        got = senders.flow({**won, "event": event}).received()
        assert got.events == ()
        assert "opportunity.closed_won" in got.ignored[0].why


def test_a_flow_must_show_a_key_and_come_from_a_known_organisation(senders, won):
    assert senders.flow(won, key="f" * 40).received().events, "the other key"
    for key in ("f" * 39, senders.key + " ", ""):
        with pytest.raises(DeliveryForgedError):
            senders.flow(won, key=key).received()
    with pytest.raises(DeliveryForgedError, match="organisation"):
        senders.flow({**won, "org_id": "00D5g000004XyZy"}).received()


@pytest.mark.parametrize("name", ["org_id", "opportunity_id"])
@pytest.mark.parametrize("value", [None, 7, "", "0065g00000ABCD", "0065g00000ABCDE'--", ["a"]])
def test_ids_of_a_flow_have_their_form(senders, won, name, value):
    with pytest.raises(DeliveryFormError, match=name):
        senders.flow({**won, name: value}).received()


def test_an_outbound_message_is_read(good):
    got = good["salesforce_message"].received()
    (deal,) = got.events
    assert (deal.deal_id, deal.account, deal.won) == ("0065g00000ABCDEAA1", "00D5g000004XyZz", True)
    assert deal.at == datetime(2026, 11, 20, 11, 59, 40, tzinfo=UTC)
    assert deal.fields["StageName"] == "Closed Won"
    assert deal.fields["NextStep"] is None
    assert [one.what for one in got.ignored] == ["Account"]


def test_the_answer_to_a_message_is_the_ack_and_nothing_else(good):
    answer = good["salesforce_message"].received().answer
    assert answer.media_type == "text/xml"
    assert answer.body == ACK
    assert ElementTree.fromstring(answer.body)[0][0][0].text == "true"


def test_a_message_is_known_again_by_the_id_of_its_notification(senders, message):
    again = message.replace("2026-11-20T11:59:40", "2026-11-20T12:59:40")
    other = message.replace("04l5g00000B2cDeAAJ", "04l5g00000B2cDgAAJ")
    keys = [senders.message(one.encode()).received().key for one in (message, again, other)]
    assert keys[0] == keys[1] != keys[2]


def test_whether_an_opportunity_is_won_is_not_told_by_its_stage(senders, message):
    unsaid = message.replace("<sf:IsWon>true</sf:IsWon>", "")
    assert senders.message(unsaid.encode()).received().events[0].won is None
    lost = message.replace("<sf:IsWon>true", "<sf:IsWon>false")
    got = senders.message(lost.encode()).received()
    assert (got.events, got.ignored[0].why) == ((), "it is not won")


def test_the_session_id_is_kept_nowhere(senders, message):
    full = message.replace('<SessionId xsi:nil="true"/>', "<SessionId>00D!secret</SessionId>")
    assert "00D!secret" not in senders.message(full.encode()).received().model_dump_json()


def test_a_message_needs_the_key_in_its_url_and_a_known_organisation(senders, message):
    sent = senders.message(message.encode())
    for path in (
        "/hooks/message/",
        "/hooks/message",
        f"{sent.path}/",
        f"/a/b?{senders.key}",
        f"/a?b=/{senders.key}",
    ):
        with pytest.raises(DeliveryForgedError, match="The key in the URL"):
            sent.received(path=path)
    other = message.replace("00D5g000004XyZzEAK", "00D5g000004XyZyEAK")
    with pytest.raises(DeliveryForgedError, match="organisation"):
        senders.message(other.encode()).received()


def test_no_other_prefixes_are_relied_on(senders, message):
    other = re.sub(r"\bsf:", "x:", message.replace("soapenv", "S")).replace("xmlns:sf", "xmlns:x")
    got = senders.message(other.encode()).received()
    assert got.events[0].deal_id == "0065g00000ABCDEAA1"


@pytest.mark.parametrize(
    "head",
    [
        "<!DOCTYPE x>",
        '<!DOCTYPE x [<!ENTITY a "b">]>',
        '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE x SYSTEM "http://127.0.0.1/x.dtd">',
        '<!DOCTYPE x [<!ENTITY % a SYSTEM "http://127.0.0.1/x">%a;]>',
        '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;">]>',
    ],
)
def test_nothing_is_expanded_or_loaded(senders, message, head):
    sent = message.replace("?>", f"?>{head}", 1).replace("Closed Won", "&amp;")
    with pytest.raises(DeliveryFormError, match="without a document type"):
        senders.message(sent.encode()).received()


@pytest.mark.parametrize(
    ("was", "now"),
    [
        ("notifications", "other"),
        ("soapenv:Body", "soapenv:Head"),
        ("http://schemas.xmlsoap.org/soap/envelope/", "http://www.w3.org/2003/05/soap-envelope"),
        ("<Id>04l5g00000B2cDeAAJ</Id>", ""),
        ("<sf:Id>0065g00000ABCDEAA1</sf:Id>", ""),
        ("<sf:Id>0065g00000ABCDEAA1</sf:Id>", "<sf:Id/>"),
        ("OrganizationId", "Organization"),
        ("sObject", "object"),
        ("Notification>", "Note>"),
        ("</soapenv:Envelope>", ""),
    ],
)
def test_what_is_no_message_is_refused(senders, message, was, now):
    assert was in message
    with pytest.raises(DeliveryFormError):
        senders.message(message.replace(was, now).encode()).received()


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32", "utf-16-le", "latin-1"])
def test_a_message_is_in_utf_8(senders, message, encoding):
    declared = message.replace("UTF-8", encoding).replace("Closed Won", "Gewonnen für immer")
    with pytest.raises(DeliveryFormError):
        senders.message(declared.encode(encoding)).received()


def test_deep_and_broad_messages_are_refused_or_read_without_harm(senders, message):
    deep = "<a>" * 100_000 + "</a>" * 100_000
    with pytest.raises(DeliveryFormError):
        senders.message(deep.encode()).received()
    start, note, rest = re.split(
        r"(<Notification>.*?</Notification>)", message, maxsplit=1, flags=re.DOTALL
    )
    broad = start + note * 1001 + rest
    with pytest.raises(DeliveryFormError, match="1 to 1000"):
        senders.message(broad.encode()).received()
    assert len(senders.message((start + note * 100 + rest).encode()).received().events) == 1


def test_settings_that_would_open_the_door_are_refused(senders):
    for endpoint in (SalesforceFlow, SalesforceMessage):
        for keys in ((), ("short",), (senders.key + " ",), (senders.key,) * 5):
            with pytest.raises(ValidationError):
                endpoint(keys=keys, organisations=(senders.organisation,))
        for organisations in ((), ("00D",), ("",)):
            with pytest.raises(ValidationError):
                endpoint(keys=(senders.key,), organisations=organisations)
