"""Gong: tokens that are signed for one URL and one body."""

import base64
import hashlib
import json
from datetime import UTC, datetime

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from pydantic import ValidationError

from transcript2handoff.errors import DeliveryForgedError, DeliveryFormError, DeliveryStaleError
from transcript2handoff.webhooks import Gong


@pytest.fixture
def call(senders):
    return json.loads(senders.example("gong.json"))


def segment(value):
    text = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(text).rstrip(b"=").decode()


def test_a_call_is_read(good):
    (call,) = good["gong"].received().events
    assert call.call_id == "7782342274025937895"
    assert call.deal_ids == ("0065g00000ABCDEAA1",)
    assert call.emails == ("ana@seller.example",)
    assert call.started == datetime(2026, 11, 20, 10, 0, 5, tzinfo=UTC)
    assert call.seconds == 2520


def test_the_call_may_stand_at_the_top(senders, call, good):
    got = senders.gong(call["callData"]).received()
    assert got.events[0].call_id == good["gong"].received().events[0].call_id
    assert got.key == good["gong"].received().key


def test_a_test_is_accepted_with_a_reason(senders, call):
    got = senders.gong({**call, "isTest": True}).received()
    assert (got.events, got.ignored[0].why) == ((), "it is a test")


def test_the_key_may_be_that_of_any_rule_and_the_token_called_a_bearer(senders, call):
    for number in (0, 1):
        sent = senders.gong(call, number=number)
        assert sent.received().events
        token = sent.headers["Authorization"]
        assert sent.with_header("Authorization", f"Bearer {token}").received().events
    with pytest.raises(DeliveryForgedError, match="none of the keys"):
        senders.gong(call, number=2).received()


@pytest.mark.parametrize("name", ["webhook_url", "body_sha256", "exp"])
def test_every_claim_is_needed(senders, call, name):
    with pytest.raises(DeliveryForgedError):
        senders.gong(call, claims={name: None}).received()


@pytest.mark.parametrize(
    ("claims", "refusal"),
    [
        ({"webhook_url": "https://handoff.example.com/hooks/other"}, DeliveryForgedError),
        ({"webhook_url": "https://handoff.example.com/hooks/here/"}, DeliveryForgedError),
        ({"webhook_url": ["https://handoff.example.com/hooks/here"]}, DeliveryForgedError),
        ({"body_sha256": hashlib.sha256(b"other").hexdigest()}, DeliveryForgedError),
        ({"body_sha256": True}, DeliveryForgedError),
        ({"exp": 1795175999}, DeliveryStaleError),
        ({"exp": 1795176000}, DeliveryStaleError),
        ({"exp": float("nan")}, DeliveryStaleError),
        ({"exp": "1795176060"}, DeliveryForgedError),
        ({"exp": True}, DeliveryForgedError),
    ],
)
def test_claims_must_fit(senders, call, claims, refusal):
    with pytest.raises(refusal):
        senders.gong(call, claims=claims).received()


def test_other_claims_are_not_read_and_a_hash_has_no_case(senders, call):
    digest = hashlib.sha256(json.dumps(call).encode()).hexdigest().upper()
    claims = {"body_sha256": digest, "sub": 7, "jti": 7, "aud": "x", "nbf": 1e12, "iat": 1e12}
    assert senders.gong(call, claims=claims).received().events


def test_the_hash_is_over_the_bytes_as_they_were_sent(senders, call):
    sent = senders.gong(json.dumps(call, indent=7).encode())
    assert sent.received().events
    with pytest.raises(DeliveryForgedError, match="another body"):
        sent.received(body=json.dumps(call).encode())


def test_only_rs256_is_taken(senders, call):
    told = jwt.decode(
        senders.gong(call).headers["Authorization"], options={"verify_signature": False}
    )
    public = senders.public_key(0)
    unsigned = f"{segment({'alg': 'none', 'typ': 'JWT'})}.{segment(told)}."
    signed = f"{segment({'alg': 'HS256', 'typ': 'JWT'})}.{segment(told)}"
    import hmac

    by_public_key = hmac.new(public.encode(), signed.encode(), hashlib.sha256).digest()
    tokens = [unsigned, unsigned + "AA", f"{signed}.{segment(by_public_key)}"]
    tokens += [
        jwt.encode(told, senders.private_key(0), algorithm=one) for one in ("RS512", "PS256")
    ]
    for token in tokens:
        with pytest.raises(DeliveryForgedError):
            senders.gong(call).with_header("Authorization", token).received()


@pytest.mark.parametrize(
    "head",
    [
        b"[" * 4000 + b"]" * 4,
        b"{" + b'"a":{' * 900,
        b"\xff",
        b"null",
        b"[]",
        b"1" * 5000,
        b'{"alg":["RS256"]}',
        b'{"alg":{"a":1}}',
        b'{"alg":"RS256","crit":["b64"],"b64":false}',
        b'{"alg":"RS256","kid":7}',
    ],
)
def test_a_head_that_nobody_signed_is_refused_without_harm(senders, call, head):
    token = f"{segment(head)}.{segment({})}.{segment(b'a' * 256)}"
    with pytest.raises(DeliveryForgedError):
        senders.gong(call).with_header("Authorization", token).received()


def test_a_signature_has_one_spelling(senders, call):
    sent = senders.gong(call)
    token = sent.headers["Authorization"]
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    last = alphabet.index(token[-1])
    for other in (token[:-1] + alphabet[last ^ 1], token + "=", token + "==", token + "!"):
        with pytest.raises(DeliveryForgedError):
            sent.with_header("Authorization", other).received()


@pytest.mark.parametrize(
    "body", [{}, {"callData": None}, {"callData": []}, {"metaData": {"id": ""}}]
)
def test_a_call_without_an_id_is_refused(senders, body):
    with pytest.raises(DeliveryFormError, match="not described"):
        senders.gong(body).received()


def test_settings_take_keys_of_rsa_that_are_long_enough(senders):
    pem = f"-----BEGIN PUBLIC KEY-----\n{senders.public_key(0)}\n-----END PUBLIC KEY-----\n"
    assert Gong(public_keys=(pem,)).public_keys
    curve = ec.generate_private_key(ec.SECP256R1()).public_key()
    der = curve.public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    weak = senders.public_key(0, 1024)
    for key in ("", "not base64", "AAAA", base64.b64encode(der).decode(), weak):
        with pytest.raises(ValidationError):
            Gong(public_keys=(key,))
    with pytest.raises(ValidationError):
        Gong(public_keys=())
