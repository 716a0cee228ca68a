"""Standard Webhooks: ids, several signatures, and producers that get it wrong."""

import base64
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from pydantic import ValidationError

from transcript2handoff.errors import DeliveryForgedError, DeliveryFormError, DeliveryStaleError
from transcript2handoff.webhooks import StandardWebhooks

OTHER = "whsec_" + base64.b64encode(b"another secret of thirty-two byt").decode()
WON = {"type": "deal.won", "data": {"deal_id": 1}}


def test_a_won_deal_is_read(good):
    got = good["standard"].received()
    (deal,) = got.events
    assert deal.key == "msg_2mqBhPZ"
    assert deal.won is True
    assert deal.at == datetime(2026, 11, 20, 11, 59, 40, tzinfo=UTC)
    assert deal.fields["customer"] == {"name": "Harbour Lane Ltd", "country": "GB"}


def test_one_of_several_signatures_is_enough(senders):
    sent = senders.standard(WON)
    right = sent.headers["webhook-signature"]
    for header in (f"v1,AAAA {right}", f"{right} v1a,xyz", f"v1a,{right[3:]} {right} v2,q"):
        assert sent.with_header("webhook-signature", header).received().events
    many = " ".join(["v1,AAAA"] * 20)
    with pytest.raises(DeliveryForgedError):
        sent.with_header("webhook-signature", f"{many} {right}").received()


def test_both_secrets_are_good_while_they_change(senders):
    both = StandardWebhooks(secrets=(OTHER, senders.standard_secret))
    for secret in both.secrets:
        sent = senders.standard(WON, secret=secret.get_secret_value())
        assert replace(sent, endpoint=both).received().events
    with pytest.raises(DeliveryForgedError):
        senders.standard(WON, secret=OTHER).received()


@pytest.mark.parametrize(
    "header", ["", "v1", "v1,", "v1,!!!", "v1,ä", ",", "garbage", "v1a,{}", "V1,{}", "v1,{}=", "{}"]
)
def test_malformed_signatures_are_refused_and_nothing_worse(senders, header):
    sent = senders.standard(WON)
    right = sent.headers["webhook-signature"][3:]
    with pytest.raises(DeliveryForgedError):
        sent.with_header("webhook-signature", header.format(right)).received()


def test_a_body_that_is_no_utf_8_is_refused_and_nothing_worse(senders):
    with pytest.raises(DeliveryFormError, match="UTF-8"):
        senders.standard(b'{"type": "\xff"}').received()


@pytest.mark.parametrize("name", ["a.b", "a b", "", "a" * 257, "\x7f"])
def test_an_id_is_one_word_without_a_dot(senders, name):
    with pytest.raises(DeliveryForgedError):
        senders.standard(WON, name=name).received()


def test_the_id_is_signed(senders):
    with pytest.raises(DeliveryForgedError):
        senders.standard(WON).with_header("webhook-id", "msg_other").received()


@pytest.mark.parametrize("late", [-301, 301])
def test_a_signature_lasts_five_minutes(senders, late):
    sent = senders.standard(WON)
    with pytest.raises(DeliveryStaleError):
        sent.received(now=senders.now + timedelta(seconds=late))
    assert sent.received(now=senders.now + timedelta(seconds=late // 2)).events


def test_other_types_are_accepted_with_a_reason(senders):
    for body in ({"type": "invoice.paid"}, {}, {"type": 7}):
        got = senders.standard(body).received()
        assert got.events == ()
        assert "deal.won" in got.ignored[0].why


@pytest.mark.parametrize("data", [None, [], "x", 7])
def test_a_deal_without_fields_is_refused(senders, data):
    with pytest.raises(DeliveryFormError, match="data"):
        senders.standard({"type": "deal.won", "data": data}).received()


@pytest.mark.parametrize("size", [0, 23, 65])
def test_settings_take_secrets_of_24_to_64_bytes(size):
    secret = base64.b64encode(b"x" * size).decode()
    for text in (secret, f"whsec_{secret}", "whsec_!", "whsec_ä"):
        with pytest.raises(ValidationError):
            StandardWebhooks(secrets=(text,))
    assert StandardWebhooks(secrets=(base64.b64encode(b"x" * 24).decode(),))


def test_a_time_without_a_zone_is_not_believed(senders):
    body = {**WON, "timestamp": "2026-11-20T11:59:40"}
    assert senders.standard(json.dumps(body).encode()).received().events[0].at is None
