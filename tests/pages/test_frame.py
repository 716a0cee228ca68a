"""What every answer of the pages has: its policy, its notes, its problems."""

import re

import httpx
import pytest

from transcript2handoff.pages import notes
from transcript2handoff.pages.app import create_app
from transcript2handoff.store import Store


def test_scripts_and_styles_come_from_here_alone(sender):
    answer = sender("csm").get("/deals")
    policy = answer.headers["content-security-policy"]
    nonce = re.search(r"'nonce-([^']+)'", policy)[1]
    assert f'name="style-nonce" content="{nonce}"' in answer.text
    assert "unsafe" not in policy
    assert policy.startswith("default-src 'self'; style-src 'self' 'nonce-")
    assert "frame-ancestors 'none'" in policy.split("; ")
    assert not re.search(r"<(style|script)>| style=| on[a-z]+=", answer.text)
    assert answer.headers["cache-control"] == "no-store"
    again = sender("csm").get("/deals")
    assert nonce not in again.text


def test_files_are_kept_by_their_digest_and_asked_for_without(site):
    with httpx.Client(base_url=site.url) as client:
        page = client.get("/sign-in").text
        address = re.search(r'href="(/static/css/base.css\?v=[0-9a-f]{12})"', page)[1]
        kept = client.get(address).headers["cache-control"]
        asked = client.get("/static/js/base.js").headers["cache-control"]
        assert "immutable" in kept
        assert asked == "no-cache"
        assert client.get("/static/../app.py").status_code == 404
        assert client.get("/static/none.css").status_code == 404


def test_whoever_is_not_signed_in_is_sent_there_and_back(site):
    with httpx.Client(base_url=site.url) as client:
        asked = client.get("/promises?outcome=late")
        assert asked.status_code == 303
        assert asked.headers["location"] == "/sign-in?back_to=/promises%3Foutcome%3Dlate"
        part = client.get(
            "/promises", headers={"HX-Request": "true", "HX-Current-URL": f"{site.url}/deals?x=1"}
        )
        assert part.status_code == 204
        assert part.headers["hx-redirect"] == "/sign-in?back_to=/deals%3Fx%3D1"
        sent = client.post("/account/keys", headers={"Referer": f"{site.url}/account"})
        assert sent.headers["location"] == "/sign-in?back_to=/account"


def test_problems_are_pages_for_people_and_problems_for_programs(sender):
    csm = sender("csm")
    page = csm.get("/no-such-page")
    assert page.status_code == 404
    assert "There is no page here" in page.text
    assert page.headers["x-request-id"] in page.text
    assert page.headers["cache-control"] == "no-store"
    part = csm.get("/deals/nobody", headers={"HX-Request": "true"})
    assert part.headers["x-problem"] == "not_found"
    assert "<html" not in part.text
    assert csm.get("/v1/deals/nobody").headers["content-type"] == "application/problem+json"
    assert csm.put("/deals").status_code == 405


def test_the_first_page_is_the_list_of_deals(site, sender):
    assert sender("ae").get("/").headers["location"] == "/deals"


def test_a_service_that_is_broken_says_so_in_words(site, monkeypatch):
    def broken() -> None:
        raise ZeroDivisionError("secret words")

    app = create_app(site.services)
    app.add_api_route("/broken", broken)
    from fastapi.testclient import TestClient

    with TestClient(app, raise_server_exceptions=False) as client:
        answer = client.get("/broken")
    assert answer.status_code == 500
    assert "Something went wrong on our side" in answer.text
    assert "secret words" not in answer.text


def test_a_database_that_is_away_is_told_in_words(site, sender, monkeypatch):
    from transcript2handoff.errors import StoreUnreachableError

    def away(self):
        raise StoreUnreachableError("at 10.0.0.1")

    ae = sender("ae")
    monkeypatch.setattr(Store, "read", away)
    answer = ae.get("/deals")
    assert answer.status_code == 503
    assert "This passes" in answer.text
    assert "10.0.0.1" not in answer.text


@pytest.mark.parametrize("given", ["", "x", "x.y", "!!!.y", "QQ==.y"])
def test_a_note_that_is_not_ours_is_not_shown(given):
    from starlette.requests import Request

    asked = Request({"type": "http", "headers": [(b"cookie", b"t2h_note=" + given.encode())]})
    assert notes.left(asked, csrf_token="t") is None


def test_htmx_shows_a_problem_in_the_form_that_met_it(site, visitor):
    page = visitor("csm")
    page.goto("/deals")
    page.evaluate(
        """() => {
            document.querySelector('main').innerHTML = `
                <form id="f" hx-post="/people" hx-target="#elsewhere"><div class="problem"></div>
                <button>Go</button></form><div id="elsewhere">as it was</div>`;
            htmx.process(document.querySelector('main'));
        }"""
    )
    page.get_by_role("button", name="Go").click()
    page.locator("#f .problem").get_by_text("This is not allowed").wait_for()
    assert page.locator("#elsewhere").inner_text() == "as it was"
