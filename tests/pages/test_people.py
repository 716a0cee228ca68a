"""People with an account, as an administrator sees them."""

import re

import httpx
import pytest

NEW = {"name": "Joan Park", "email": "joan@foldwell.example", "role": "ae"}


def test_whoever_is_invited_is_listed_and_the_link_holds(site, sender):
    admin = sender("admin")
    answer = admin.send_form("/people", **NEW)
    link = re.search(r'id="secret">([^<]+)<', answer.text)[1]
    assert link.startswith(f"{site.url}/invitation#")
    accepted = httpx.post(
        f"{site.url}/invitation", data={"token": link, "password": "a long enough password"}
    )
    assert accepted.headers["location"] == "/deals"
    page = admin.get("/people").text
    assert "Joan Park" in page
    assert link not in page


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"email": "maeve.lindqvist@foldwell.example"}, 'role="alert"><div class="notice bad"'),
        ({"email": "nowhere"}, "An e-mail address, such as ana@example.com."),
        ({"role": "king"}, "Choose one of these"),
        ({"name": ""}, "Fill this in."),
    ],
)
def test_an_invitation_that_does_not_fit_is_explained(sender, change, told):
    answer = sender("admin").send_form("/people", **{**NEW, **change})
    assert answer.status_code in (409, 422)
    assert told in answer.text


def test_a_role_is_changed_and_an_account_closed_and_opened(site, sender):
    admin, csm = sender("admin"), sender("csm")
    where = f"/people/{site.seeded.people['csm']}"
    assert admin.send_form(where, role="ae").status_code == 303
    assert "Maeve Lindqvist was changed." in admin.get("/people").text
    assert "was changed" not in admin.get("/people").text, "it is said once"
    assert "Account executive: you see your own deals." in csm.get("/account").text
    admin.send_form(where, disabled="true")
    assert csm.get("/account").status_code == 303
    assert "is let in no more" in admin.get("/people").text
    admin.send_form(where, disabled="false")
    assert "is let in again" in admin.get("/people").text


def test_the_last_administrator_stays(site, sender):
    answer = sender("admin").send_form(f"/people/{site.seeded.people['admin']}", role="ae")
    assert answer.status_code == 409
    assert "administrator" in answer.text


def test_a_new_link_is_made_for_somebody_who_lost_it(site, sender):
    where = f"/people/{site.seeded.people['ae']}/invitation"
    answer = sender("admin").send_form(where)
    assert "A link for Tamsin Okoro" in answer.text


def test_others_do_not_see_the_page(sender):
    csm = sender("csm")
    answer = csm.get("/people")
    assert answer.status_code == 403
    assert "Ask an administrator" in answer.text
    assert 'href="/people"' not in csm.get("/deals").text
