"""No page of somebody else changes anything: every form of every page, and every route behind it.

A form is sent without its token, with that of another session of the same person, and with the
right one by a page of another site.
"""

import re
from contextlib import ExitStack
from html.parser import HTMLParser

import httpx
import pytest
from fastapi.routing import iter_route_contexts

from tests.pages.conftest import Sender, copied
from tests.pages.paths import PATHS
from tests.pages.seeding import NAMES
from transcript2handoff.pages.app import create_app
from transcript2handoff.store import audit

EVIL = {"Origin": "https://evil.example"}
NAVIGATED = {"Sec-Fetch-Site": "cross-site", "Origin": "null"}
"""What a browser says for a form in a frame without an origin of its own."""
KINDS = {
    "application/x-www-form-urlencoded": b"a=1",
    "multipart/form-data; boundary=x": (
        b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--x--\r\n'
    ),
    "text/plain": b"a=1",
}
"""Of bodies that a form of any page may send."""
ENTERING = {"/sign-in", "/setup", "/invitation"}
"""Whoever sends these has no session yet: the origin alone tells."""


@pytest.fixture(scope="module")
def everything(harborline_template, tmp_path_factory):
    """One site for all: what is refused changes nothing in it."""
    with copied(harborline_template, tmp_path_factory.mktemp("cross") / "site") as served:
        for role in ("admin", "ae", "csm"):
            with Sender(served, role) as sender:
                sender.send_form("/account/keys", name="own", days="30", **{"scopes[]": KEY})
                sender.send_form("/deals/views", name="own", query="order=name")
        with Sender(served, "ae") as sender:
            sender.send_form(f"{served.deal}/shares", days="3")
        yield served


KEY = ["deals:read"]


def is_field(tag, told):
    """Whether an element of a form sends something, as it stands."""
    sends = tag in ("input", "textarea", "select", "button")
    return sends and told.get("name") and told.get("type") not in ("checkbox", "radio")


class Forms(HTMLParser):
    """The forms of a page: where each goes, and what its fields hold."""

    def __init__(self, text):
        super().__init__()
        self.found, self._now = [], None
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        told = dict(attrs)
        if tag == "form":
            self._now = {}
            if told.get("method") == "post":
                self.found.append((told["action"], self._now))
        elif self._now is not None and is_field(tag, told):
            self._now[told["name"]] = told.get("value") or "x"

    def handle_endtag(self, tag):
        if tag == "form":
            self._now = None


def number_of_deeds(site):
    with site.store.read() as tx:
        return audit.head(tx).number


def forms_of(site):
    """All forms that send something: who sees it, where it goes, its fields."""
    seen = set()
    for role in ("admin", "ae", "csm"):
        with Sender(site, role) as sender:
            for path in [site.path(path) for who, path in PATHS if who]:
                for action, told in Forms(sender.get(path).text).found:
                    form = (re.sub(r"/[a-z]+-[0-9a-f]{8,}", "/ID", action), *told)
                    if form not in seen:
                        seen.add(form)
                        yield role, action, told


def posts_of(site):
    """The routes of pages that change something."""
    values = {"deal_id": site.seeded.deal, "call_id": site.seeded.calls["harborline-1"]}
    values |= {"claim_id": site.seeded.promise, "number": "1", "n": "32"}
    for route in iter_route_contexts(create_app(site.services).routes):
        for method in sorted((route.methods or set()) - {"GET", "HEAD", "OPTIONS"}):
            if not route.path.startswith("/v1/"):
                filled = re.sub(r"{(\w+)(?::\w+)?}", lambda m: values.get(m[1], "x"), route.path)
                yield method, filled


def is_refused(answer):
    return answer.status_code == 403 and answer.headers.get("X-Problem") == "cross_site"


def test_no_form_of_any_page_is_taken_without_the_token_of_its_session(everything):
    forms = list(forms_of(everything))
    assert len({action for _, action, _ in forms}) > 25
    before = number_of_deeds(everything)
    with ExitStack() as stack:
        each = {role: stack.enter_context(Sender(everything, role)) for role in NAMES}
        others = {role: stack.enter_context(Sender(everything, role)) for role in NAMES}
        for role, action, told in forms:
            sender, token = each[role], others[role].csrf_token
            assert told.get("csrf_token"), action
            bare = {name: value for name, value in told.items() if name != "csrf_token"}
            for sent in (bare, {**bare, "csrf_token": token}, {**bare, "csrf_token": ""}):
                assert is_refused(sender.post(action, data=sent)), action
            own = {**bare, "csrf_token": sender.csrf_token}
            for headers in (EVIL, NAVIGATED):
                assert is_refused(sender.post(action, data=own, headers=headers)), action
    assert number_of_deeds(everything) == before


def test_no_route_of_pages_is_open_to_a_page_of_somebody_else(everything):
    posts = list(posts_of(everything))
    assert len(posts) > 40
    before = number_of_deeds(everything)
    with Sender(everything, "admin") as sender:
        for method, path in posts:
            for kind, body in KINDS.items():
                headers = {**EVIL, "Content-Type": kind}
                answer = sender.request(method, path, content=body, headers=headers)
                assert is_refused(answer), (path, kind, answer.status_code)
                if path not in ENTERING:
                    headers = {"Content-Type": kind}
                    answer = sender.request(method, path, content=body, headers=headers)
                    assert answer.status_code == 403, (path, kind)
    assert number_of_deeds(everything) == before


@pytest.mark.parametrize("path", sorted(ENTERING))
def test_nobody_is_signed_in_by_a_page_of_somebody_else(everything, path):
    before = number_of_deeds(everything)
    told = {"email": "x@foldwell.example", "password": "a long password", "token": "x"}
    for headers in (EVIL, NAVIGATED):
        answer = httpx.post(f"{everything.url}{path}", data=told, headers=headers)
        assert is_refused(answer), answer.status_code
        assert "t2h_session" not in answer.cookies
    assert number_of_deeds(everything) == before


def test_the_same_forms_are_taken_with_their_token(everything):
    """So that what is refused above is refused for that reason."""
    with Sender(everything, "csm") as sender:
        for path in ("/account", everything.deal):
            assert Forms(sender.get(path).text).found
        answer = sender.send_form("/deals/views", name="mine", query="order=name")
        assert answer.status_code == 303
        own = {"Origin": everything.url}
        told = {"csrf_token": sender.csrf_token, "name": "other", "query": "order=name"}
        assert sender.post("/deals/views", data=told, headers=own).status_code == 303
