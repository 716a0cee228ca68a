"""Input as no page of ours sends it, and people who have nothing yet: never a fault of ours."""

import httpx
import pytest

from tests.pages.seeding import person
from transcript2handoff.errors import StoreUnreachableError
from transcript2handoff.store import Store

LONG_NUMBER = "9" * 5000


def test_the_report_of_somebody_without_promises_teaches(site, sender):
    site.seeded.people["newcomer"] = person(site.store, "ae", "Nils Newcomer")
    assert sender("newcomer").get("/reports").status_code == 200


def test_a_reason_of_spaces_is_no_reason(site, sender):
    path = f"/promises/{site.seeded.deal}/{site.seeded.promise}/outcome"
    answer = sender("csm").send_form(path, outcome="kept", why="   ")
    assert answer.status_code == 303


@pytest.mark.parametrize(
    ("path", "fields", "status"),
    [
        ("{deal}/calls/{call}/turns/3/words", {"seen": "{}", "count": LONG_NUMBER}, 409),
        ("/account/keys", {"name": "a program", "days": LONG_NUMBER}, 422),
    ],
)
def test_forms_that_no_page_sends_are_refused(site, sender, path, fields, status):
    calls = site.seeded.calls
    at = path.format(deal=site.deal, call=calls["harborline-1"])
    assert sender("ae").send_form(at, **fields).status_code == status


def test_a_form_without_what_it_is_about_is_no_fault_of_ours(site, sender):
    answer = sender("ae").send_form("/upload/deal", deal="Northgate")
    assert answer.status_code == 303


def test_a_turn_with_a_number_without_end_is_no_turn(site, sender):
    asked = {"call": "harborline-1", "turn": LONG_NUMBER, "quote": "words"}
    answer = sender("ae").get(f"{site.deal}/claims/new", params=asked)
    assert answer.status_code == 200


def test_a_cookie_of_somebody_else_breaks_no_page(site):
    cookies = f"t2h_session={site.cookie('ae')['value']}; t2h_note=".encode() + b"\xe9.abc"
    answer = httpx.get(f"{site.url}/deals", headers=[(b"cookie", cookies)])
    assert answer.status_code == 200


def test_people_are_told_of_problems_as_people(site, sender, monkeypatch):
    ae = sender("ae")
    long = ae.send_form(f"{site.deal}/answers", words="x" * 3_000_000)
    assert (long.status_code, "/v1/" in long.text) == (413, False)

    def away(*_args, **_named):
        raise StoreUnreachableError("The database is away.")

    monkeypatch.setattr(Store, "read", away)
    answer = ae.get("/deals", headers={"HX-Request": "true"})
    assert (answer.status_code, "POST" in answer.text) == (503, False)
    assert "try again in a minute" in answer.text


def test_a_long_search_is_there_again_after_signing_in(site):
    asked = httpx.get(f"{site.url}/search", params={"q": "Ж" * 200})
    assert httpx.get(f"{site.url}{asked.headers['location']}").status_code == 200
