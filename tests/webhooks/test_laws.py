"""What holds of every source: no forged bit is taken, and nothing malformed does harm."""

import hmac
import json
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcript2handoff.errors import (
    DeliveryError,
    DeliveryForgedError,
    DeliveryFormError,
    DeliveryStaleError,
    DeliveryTooLargeError,
)
from transcript2handoff.webhooks import MOST_BYTES, SOURCES, Delivery
from transcript2handoff.webhooks.proof import is_any

SIGNED = ["hubspot", "hubspot_workflow", "zoom", "gong", "standard"]
"""The senders that sign the body; a key says nothing of it."""
ALL = [*SIGNED, "hubspot_workflow key", "salesforce_flow", "salesforce_message"]
PROOFS = {
    "hubspot": ["X-HubSpot-Signature-v3", "X-HubSpot-Request-Timestamp"],
    "hubspot_workflow": ["X-HubSpot-Signature", "X-HubSpot-Signature-Version"],
    "hubspot_workflow key": ["Authorization"],
    "salesforce_flow": ["X-Handoff-Key"],
    "zoom": ["x-zm-signature", "x-zm-request-timestamp"],
    "gong": ["Authorization"],
    "standard": ["webhook-signature", "webhook-timestamp", "webhook-id"],
}
URL_SIGNED = ["hubspot", "hubspot_workflow", "gong"]

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


def flipped(data: bytes, bit: int) -> bytes:
    place, shift = divmod(bit % (len(data) * 8), 8)
    return data[:place] + bytes([data[place] ^ 1 << shift]) + data[place + 1 :]


@pytest.mark.parametrize("name", ALL)
def test_what_was_not_touched_is_received(good, name):
    got = good[name].received()
    assert got.events
    assert got.source == name.split()[0]
    assert Delivery.model_validate(got.model_dump()) == got


@pytest.mark.parametrize("name", SIGNED)
@given(bit=st.integers(0, 10**6))
def test_no_flipped_bit_of_a_body_is_taken(good, name, bit):
    with pytest.raises(DeliveryForgedError):
        good[name].received(body=flipped(good[name].body, bit))


@pytest.mark.parametrize("name", SIGNED)
@given(data=st.data())
def test_no_body_that_is_cut_or_longer_is_taken(good, name, data):
    body = good[name].body
    cut = data.draw(st.integers(0, len(body) - 1))
    more = data.draw(st.binary(min_size=1, max_size=4))
    for other in (body[:cut], body[cut + 1 :], body + more, more + body):
        with pytest.raises(DeliveryForgedError):
            good[name].received(body=other)


@pytest.mark.parametrize(("name", "header"), [(n, h) for n, hs in PROOFS.items() for h in hs])
@given(bit=st.integers(0, 10**6))
def test_no_flipped_bit_of_a_proof_is_taken(good, name, header, bit):
    sent = good[name]
    scheme = 7 if sent.headers[header].startswith("Bearer ") else 0
    value = sent.headers[header].encode()
    other = value[:scheme] + flipped(value[scheme:], bit)
    with pytest.raises(DeliveryError) as refusal:
        sent.without(header).received(doubled=((header.encode(), other),))
    assert not isinstance(refusal.value, DeliveryFormError), "it was proven before it was read"


@pytest.mark.parametrize("name", URL_SIGNED)
@given(bit=st.integers(0, 10**6))
def test_no_flipped_bit_of_a_signed_url_is_taken(good, name, bit):
    path = flipped(good[name].path.encode(), bit).decode("latin-1")
    with pytest.raises(DeliveryForgedError):
        good[name].received(path=path)


@given(bit=st.integers(0, 10**6))
def test_no_flipped_bit_of_a_key_in_the_url_is_taken(good, senders, bit):
    sent = good["salesforce_message"]
    key = flipped(senders.key.encode(), bit).decode("latin-1")
    with pytest.raises(DeliveryForgedError):
        sent.received(path=sent.path.replace(senders.key, key))


@pytest.mark.parametrize("name", ["hubspot", "zoom", "standard", "gong"])
@given(seconds=st.integers(-(10**6), 10**6))
def test_time_is_what_was_agreed(good, name, seconds):
    sent = good[name]
    later = sent.now + timedelta(seconds=seconds)
    is_good = seconds < 60 if name == "gong" else abs(seconds) <= 300
    if is_good:
        assert sent.received(now=later).events
    else:
        with pytest.raises(DeliveryError):
            sent.received(now=later)


@pytest.mark.parametrize("name", PROOFS)
@given(data=st.data())
def test_malformed_proofs_are_refused_and_nothing_worse(good, name, data):
    sent = good[name]
    for header in PROOFS[name]:
        value = data.draw(st.text() | st.binary().map(lambda raw: raw.decode("latin-1")))
        other = sent.without(header)
        with pytest.raises((DeliveryForgedError, DeliveryStaleError)):
            other.received(doubled=((header.encode(), value.encode()),))


MAKERS = ["hubspot", "workflow", "workflow_key", "flow", "zoom", "gong", "standard", "message"]


@pytest.mark.parametrize("maker", MAKERS)
@given(body=st.binary(max_size=60) | json_values.map(lambda value: json.dumps(value).encode()))
def test_malformed_bodies_of_proven_senders_are_refused_and_nothing_worse(senders, maker, body):
    try:
        got = getattr(senders, maker)(body).received()
    except DeliveryFormError:
        return
    assert Delivery.model_validate_json(got.model_dump_json(context={"unsealed": True})) == got


EXAMPLES = {
    "hubspot": "hubspot.json",
    "flow": "salesforce_flow.json",
    "zoom": "zoom.json",
    "gong": "gong.json",
    "standard": "standard.json",
}


def places(value, path=()):
    yield path
    inner = value.items() if isinstance(value, dict) else ()
    inner = enumerate(value) if isinstance(value, list) else inner
    for step, one in inner:
        yield from places(one, (*path, step))


def put(value, path, new):
    if not path:
        return new
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = put(value[path[0]], path[1:], new)
    return copy


@pytest.mark.parametrize("maker", EXAMPLES)
@given(data=st.data())
def test_anything_at_any_place_of_a_good_body_is_read_or_refused(senders, maker, data):
    good = json.loads(senders.example(EXAMPLES[maker]))
    place = data.draw(st.sampled_from(list(places(good))))
    body = put(good, place, data.draw(json_values))
    try:
        got = getattr(senders, maker)(body).received()
    except (DeliveryFormError, DeliveryForgedError):
        return
    assert Delivery.model_validate_json(got.model_dump_json(context={"unsealed": True})) == got


@given(bit=st.integers(0, 10**6))
def test_a_flipped_bit_of_a_message_is_read_or_refused(good, bit):
    sent = good["salesforce_message"]
    try:
        got = sent.received(body=flipped(sent.body, bit))
    except (DeliveryFormError, DeliveryForgedError):
        return
    assert got.answer == sent.received().answer


@pytest.mark.parametrize("name", ALL)
def test_nothing_of_what_is_too_large_is_looked_at(good, name):
    for body in (b"x" * (MOST_BYTES + 1), good[name].body + b" " * MOST_BYTES):
        with pytest.raises(DeliveryTooLargeError, match=str(MOST_BYTES)):
            good[name].received(body=body)


@pytest.mark.parametrize("name", ALL)
def test_a_delivery_is_a_post_that_is_not_compressed(good, name):
    for method in ("GET", "PUT", "post"):
        with pytest.raises(DeliveryFormError, match="POST"):
            good[name].received(method=method)
    with pytest.raises(DeliveryFormError, match="compressed"):
        good[name].with_header("Content-Encoding", "gzip").received()
    assert good[name].with_header("Content-Encoding", "identity").received().events


@pytest.mark.parametrize("maker", MAKERS[:-1])
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b'{"a": NaN}',
        b'{"a": 1e999}',
        b'{"a": Infinity}',
        b'{"a": "\\ud800"}',
        b'{"a": "\\u0000"}',
        b'{"a\\u0000": 1}',
        b'{"a": ["\\u0000"]}',
        b"[" * 100_000,
        b'{"a":' * 10_000,
        b'{"a": ' + b"9" * 5000 + b"}",
        b"\xef\xbb\xbf{}",
        '{"a": "b"}'.encode("utf-16"),
        '{"a": "b"}'.encode("utf-32-be"),
    ],
)
def test_json_that_others_read_in_their_own_way_is_refused(senders, maker, body):
    with pytest.raises(DeliveryFormError):
        getattr(senders, maker)(body).received()


@pytest.mark.parametrize("name", ALL)
def test_no_error_and_no_text_of_a_record_tells_a_secret(good, senders, name):
    sent = good[name]
    secrets = (senders.secret, senders.old_secret, senders.key, senders.standard_secret)
    told = [repr(sent.endpoint), str(sent.endpoint), repr(sent.arrival)]
    for header in PROOFS.get(name, []):
        with pytest.raises(DeliveryForgedError) as refusal:
            sent.with_header(header, "wrong").received()
        told.append(str(refusal.value))
    assert not [text for text in told for secret in secrets if secret in text]


FORGED = "t2h-no-key-that-anybody-gave-out-0123456789"


def forged(good, senders, name):
    """A delivery of a sender who has made up the secret."""
    sent = good[name]
    if name == "salesforce_message":
        return replace(sent, path=sent.path.replace(senders.key, FORGED))
    if name == "gong":  # its key is a public one: what is compared is what it has signed
        return replace(sent, body=sent.body + b" ")
    headers = {
        "hubspot_workflow key": {"Authorization": f"Bearer {FORGED}"},
        "standard": {"webhook-signature": f"v1,{FORGED}"},
    }
    changed = headers.get(name, {PROOFS.get(name, [""])[0]: FORGED})
    return replace(sent, headers={**sent.headers, **changed})


@pytest.mark.parametrize("name", ALL)
def test_no_secret_is_compared_in_another_way_than_in_constant_time(
    good, senders, name, monkeypatch
):
    """All hangs on that comparison, and each secret is compared, whichever fits."""
    sent, other, compared = good[name], forged(good, senders, name), []
    real = hmac.compare_digest

    def noted(one, another):
        compared.append((one, another))
        return real(one, another)

    monkeypatch.setattr(hmac, "compare_digest", noted)
    assert sent.received().events
    right = len(compared)
    with pytest.raises(DeliveryForgedError):
        other.received()
    assert 0 < len(compared) - right <= right
    monkeypatch.setattr(hmac, "compare_digest", lambda *_: False)
    with pytest.raises(DeliveryForgedError):
        sent.received()
    monkeypatch.setattr(hmac, "compare_digest", lambda *_: True)
    if name != "zoom":  # it looks afterwards which secret fitted, and none did
        assert other.received().events


@pytest.mark.parametrize(("place", "fits"), [(0, False), (1, False), (0, True), (1, True)])
def test_each_secret_is_compared_whichever_fits(monkeypatch, place, fits):
    compared = []
    monkeypatch.setattr(hmac, "compare_digest", lambda _, one: compared.append(one) or fits)
    expected = ["one", "two", "three"]
    assert is_any(expected[place], expected) is fits
    assert compared == [b"one", b"two", b"three"]


@pytest.mark.parametrize("source", SOURCES)
def test_an_empty_secret_is_no_secret(source):
    for field in ("secrets", "keys", "public_keys"):
        if field in source.model_fields:
            with pytest.raises(ValueError, match=field):
                source.model_validate({field: [""]})
