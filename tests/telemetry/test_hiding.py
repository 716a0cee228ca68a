"""What is logged holds no secret, whatever the form it comes in."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, SecretBytes, SecretStr

from transcript2handoff.telemetry.hiding import (
    HIDDEN,
    clean,
    hidden,
    hide,
    hide_all_in,
    without_secrets,
)

SECRET = "wq3-Zt9_Kx7Lr2"
LETTERS = st.text(string.ascii_letters + string.digits + "-_", min_size=8, max_size=40)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        (f"key t2h_a1b2_{SECRET} was refused", f"key t2h_a1b2_{HIDDEN} was refused"),
        (f"Authorization: Bearer {SECRET}==", f"Authorization: Bearer {HIDDEN}"),
        (f"authorization=basic {SECRET}", f"authorization=basic {HIDDEN}"),
        (f"GET /file?access_token={SECRET}&page=2", f"GET /file?access_token={HIDDEN}&page=2"),
        (f"GET /file?page=2&download_token={SECRET} 200", "GET /file?page=2&download_token="),
        (f"/callback?code={SECRET}&state={SECRET}", f"/callback?code={HIDDEN}&state={HIDDEN}"),
        (f"?X-Amz-Signature={SECRET}", f"?X-Amz-Signature={HIDDEN}"),
        (f"https://handoff.example/setup#{SECRET}", f"https://handoff.example/setup#{HIDDEN}"),
        (f"postgresql://t2h:{SECRET}@db/t2h", f"postgresql://t2h:{HIDDEN}@db/t2h"),
        ("eyJhbGciOi.eyJzdWIiOi.c2lnbmF0dXJl", HIDDEN),
    ],
)
def test_forms_of_secrets_are_hidden_and_the_rest_stays(text, left):
    shown = hidden(text)
    assert SECRET not in shown
    assert left in shown


@pytest.mark.parametrize(
    "name",
    ["Authorization", "cookie", "set-cookie", "password", "client_secret", "api_key", "token",
     "access_token", "x-hubspot-signature-v3", "secret_access_key"],
)  # fmt: skip
def test_what_its_name_calls_a_secret_is_hidden_whole(name):
    assert clean({"headers": {name: SECRET}}) == {"headers": {name: HIDDEN}}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("step_key", "3f2a"),
        ("external_key", "deal-1:note"),
        ("tokens_in", 512),
        ("path", "/v1/deals?limit=20&cursor=abc"),
        ("words", "the monkey key and the token of thanks"),
        ("done", 0.5),
        ("nobody", None),
    ],
)
def test_what_is_no_secret_can_be_read(name, value):
    assert clean({name: value}) == {name: value}


def test_secret_types_are_hidden_wherever_they_stand():
    event = {
        "event": "began",
        "what": [SecretStr(SECRET), {"b": SecretBytes(b"wq3")}],
        "_record": 1,
    }
    assert without_secrets(None, "info", event) == {
        "event": "began",
        "what": [HIDDEN, {"b": HIDDEN}],
        "_record": 1,
    }


@given(LETTERS, st.text(), st.text())
def test_a_secret_that_is_known_never_comes_through(secret, before, after):
    hide(SecretStr(secret))
    assert secret not in hidden(f"{before}{secret}{after}").replace(HIDDEN, "")


@given(LETTERS, LETTERS)
def test_a_key_of_ours_never_comes_through(name, secret):
    shown = hidden(f"refused t2h_{name.replace('_', '')}_{secret}")
    assert not shown.endswith(secret)


def test_short_words_are_not_taken_for_secrets():
    hide("deal", None)
    assert hidden("a deal was made") == "a deal was made"


class Connection(BaseModel):
    url: str
    token: SecretStr
    keys: tuple[SecretStr, ...]
    more: dict[str, object]


def test_all_secrets_of_a_record_are_learnt_and_its_other_values_are_not():
    hide_all_in(
        Connection(
            url="https://crm.example",
            token=SecretStr("first-secret"),
            keys=(SecretStr("second-secret"),),
            more={"oidc": {"client_secret": "third-secret", "client_id": "plain-name"}},
        )
    )
    told = "https://crm.example first-secret second-secret third-secret plain-name"
    assert hidden(told) == f"https://crm.example {HIDDEN} {HIDDEN} {HIDDEN} plain-name"
