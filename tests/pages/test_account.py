"""Somebody's own account: the password, and keys for programs."""

import re

import httpx
import pytest

PASSWORD = "a long enough password"


def made_key(answer):
    return re.search(r'id="secret">([^<]+)<', answer.text)[1]


def test_a_password_is_chosen_and_the_session_goes_on(site, sender):
    csm = sender("csm")
    answer = csm.send_form("/account/password", new=PASSWORD)
    assert (answer.status_code, answer.headers["location"]) == (303, "/account")
    assert csm.get("/account").status_code == 200
    again = httpx.post(
        f"{site.url}/sign-in",
        data={"email": "maeve.lindqvist@foldwell.example", "password": PASSWORD},
    )
    assert again.status_code == 303


def test_the_password_until_now_has_to_be_right(sender):
    csm = sender("csm")
    csm.send_form("/account/password", new=PASSWORD)
    csm.csrf_token = re.search(r'name="csrf_token" value="([^"]+)"', csm.get("/account").text)[1]
    answer = csm.send_form("/account/password", now="something else", new=PASSWORD)
    assert answer.status_code == 403
    assert "That is not your password until now." in answer.text
    assert "something else" not in answer.text


def test_a_key_is_shown_once_and_does_what_it_may(site, sender):
    csm = sender("csm")
    fields = {"name": "nightly import", "scopes[]": ["deals:read"], "days": "30"}
    answer = csm.send_form("/account/keys", **fields)
    key = made_key(answer)
    by_key = httpx.get(f"{site.url}/v1/deals", headers={"Authorization": f"Bearer {key}"})
    assert len(by_key.json()["items"]) == 1
    page = csm.get("/account").text
    assert key not in page
    assert "nightly import" in page
    assert "read deals" in page


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"name": "x"}, "Fill this in."),
        ({"scopes[]": "deals:read"}, "Fill this in."),
        ({"name": "x", "scopes[]": "admin"}, "You may not give what you do not have"),
        ({"name": "x", "scopes[]": "deals:read", "mine": "false"}, "an administrator may make one"),
    ],
)
def test_a_key_that_cannot_be_made_is_explained(sender, fields, told):
    answer = sender("csm").send_form("/account/keys", **fields)
    assert answer.status_code in (403, 422)
    assert told in answer.text
    assert 'id="secret"' not in answer.text


def test_a_key_is_replaced_and_revoked(site, sender):
    csm = sender("csm")
    fields = {"name": "nightly import", "scopes[]": "deals:read"}
    first = made_key(csm.send_form("/account/keys", **fields))
    where = re.search(r'action="(/account/keys/[^"]+)/replacement"', csm.get("/account").text)[1]
    second = made_key(csm.send_form(f"{where}/replacement"))
    assert csm.send_form(f"{where}/revocation").status_code == 303
    shown = {
        key: httpx.get(f"{site.url}/v1/deals", headers={"Authorization": f"Bearer {key}"})
        for key in (first, second)
    }
    assert [answer.status_code for answer in shown.values()] == [401, 200]


def test_nothing_changes_without_the_token_of_the_page(sender):
    csm = sender("csm")
    csm.csrf_token = "of another session"
    answer = csm.send_form("/account/keys", **{"name": "a secret wish", "scopes[]": "deals:read"})
    assert answer.status_code == 403
    assert "Open the page again" in answer.text
    assert "a secret wish" not in csm.get("/account").text
