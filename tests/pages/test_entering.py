"""Ways in and out: set-up, invitation, sign-in, sign-out."""

import re

import httpx
import pytest
from pydantic import SecretStr

from tests.pages.seeding import person
from transcript2handoff.access import links
from transcript2handoff.store import users

EMAIL = "joan.park@foldwell.example"
PASSWORD = "a long enough password"


@pytest.fixture
def setup_link(bare_site):
    return links.setup_link(bare_site.store, bare_site.url)


@pytest.fixture
def invitation(site):
    """A link for somebody new."""
    user_id = person(site.store, "ae", "Joan Park")
    with site.store.write() as tx:
        return links.invitation(tx, users.get(tx, user_id), site.url)


def fill_setup(page, *, name="Ines Carvalho", password=PASSWORD):
    page.get_by_label("Your name").fill(name)
    page.get_by_label("E-mail address").fill("ines@foldwell.example")
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Make the account").click()


@pytest.mark.parametrize("scripts", [True, False])
def test_the_first_administrator_sets_the_service_up(bare_site, visits, setup_link, scripts):
    page = visits(bare_site, scripts=scripts)
    page.goto("/deals")
    assert "not set up yet" in page.inner_text("main")
    page.goto(setup_link)
    pasted = page.get_by_label("The link that the service printed")
    if scripts:
        assert not pasted.is_visible()
        assert page.url == f"{bare_site.url}/setup", "the secret leaves the address"
    else:
        pasted.fill(setup_link)
    fill_setup(page)
    assert page.url == f"{bare_site.url}/people"
    assert "Ines Carvalho" in page.inner_text("main")


def test_a_second_one_is_told_that_it_is_done(site, visitor):
    page = visitor()
    page.goto("/setup")
    assert "Already set up" in page.inner_text("main")
    assert page.get_by_role("textbox").count() == 0


def test_a_wrong_link_is_told_and_what_was_typed_stays(bare_site, visits):
    page = visits(bare_site)
    page.goto("/setup#nonsense")
    fill_setup(page, name="Ines & Co")
    assert "The link does not hold" in page.get_by_role("alert").inner_text()
    assert page.get_by_label("Your name").input_value() == "Ines & Co"
    assert page.get_by_label("Password").input_value() == ""


def test_what_does_not_fit_is_told_beside_its_field(bare_site, setup_link):
    fields = {"token": setup_link, "name": "", "email": "no address", "password": "short"}
    answer = httpx.post(f"{bare_site.url}/setup", data=fields)
    assert answer.status_code == 422
    assert re.findall(r'id="f-(\w+)-fault">(.+?)</p>', answer.text) == [
        ("name", "Fill this in."),
        ("email", "An e-mail address, such as ana@example.com."),
        ("password", "At least 12 characters."),
    ]
    assert "short" not in answer.text


@pytest.mark.parametrize("scripts", [True, False])
def test_an_invitation_leads_to_the_deals(visitor, invitation, scripts):
    page = visitor(scripts=scripts)
    page.goto(invitation)
    if not scripts:
        page.get_by_label("The link that you were given").fill(invitation)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Choose it and sign in").click()
    assert page.url.endswith("/deals")
    page.locator("summary", has_text="Your account: Joan Park").click()
    page.get_by_role("button", name="Sign out").click()
    assert page.url.endswith("/sign-in")
    page.goto("/deals")
    assert page.url.endswith("/sign-in?back_to=/deals")


def test_signing_in_leads_to_the_page_that_was_wanted(site, visitor, invitation):
    links.accept(site.store, invitation.partition("#")[2], SecretStr(PASSWORD))
    page = visitor(scripts=False)
    page.goto("/search?q=two words")
    sign_in(page, "not the password")
    assert "or the password is wrong" in page.get_by_role("alert").inner_text()
    assert page.get_by_label("E-mail address").input_value() == EMAIL
    sign_in(page, PASSWORD)
    assert page.url == f"{site.url}/search?q=two%20words"
    page.goto("/sign-in?back_to=/account")
    assert page.url.endswith("/account")


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:x"]
)
def test_nobody_is_led_elsewhere_after_signing_in(site, invitation, elsewhere):
    links.accept(site.store, invitation.partition("#")[2], SecretStr(PASSWORD))
    fields = {"email": EMAIL, "password": PASSWORD, "back_to": elsewhere}
    answer = httpx.post(f"{site.url}/sign-in", data=fields)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")


def test_a_page_of_somebody_else_signs_nobody_in(site):
    answer = httpx.post(
        f"{site.url}/sign-in",
        data={"email": EMAIL, "password": PASSWORD},
        headers={"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"},
    )
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers


def sign_in(page, password):
    page.get_by_label("E-mail address").fill(EMAIL)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()
