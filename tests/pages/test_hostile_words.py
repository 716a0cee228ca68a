"""Whatever people are called and say stays words on every page and in every document."""

import io
import re
import zipfile
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest

from tests.pages.conftest import Sender, copied
from tests.pages.paths import PATHS
from tests.pages.seeding import work_on

pytestmark = pytest.mark.slow

EVIL = "\"'><b data-evil onclick=go()>x</b><script data-evil>go()</script>{{7*7}}=1+1"
"""Leaves an attribute of either kind and a tag, brings an element and a handler."""
LINK = "[x](javascript:go()) ![y](https://evil.example/z.png) <https://evil.example>"
FOUND = """() => [...document.querySelectorAll('*')].flatMap((one) =>
    [...one.attributes].map((each) => [one.tagName, each.name, each.value])).filter(
    ([tag, name, value]) => name.includes('evil') || name === 'onclick'
        || /^\\s*javascript:/i.test(value) || (/^(src|href|action)$/.test(name)
        && /^(https?:)?\\/\\/evil/.test(value)))"""


@pytest.fixture(scope="module")
def hostile(harborline_template, tmp_path_factory):
    """A site in which all that people can write was written by somebody who means no good."""
    folder = tmp_path_factory.mktemp("hostile") / "site"
    with copied(harborline_template, folder) as site:
        with Sender(site, "admin") as sender:
            sender.headers["X-CSRF-Token"] = sender.csrf_token
            written = list(write_all(sender, site))
        failed = [answer.text for answer in written if answer.status_code >= 300]
        assert not failed, "\n".join(failed)
        work_on(site.store, folder, site.seeded.deal, ("consolidate", "assess", "render"))
        yield site


def write_all(sender, site):
    """Write into each field that there is for words; gives the answers."""
    deal, call = f"/v1{site.deal}", f"/v1/calls/{site.seeded.calls['harborline-1']}"
    frame = sender.get(deal).json()["deal"]
    people = [{**one, "title": EVIL} for one in frame["participants"]]
    people.append({"name": EVIL, "side": "customer", "title": LINK, "email": "a@evil.example"})
    changes = {"deal": EVIL, "customer": EVIL, "tags": [EVIL], "participants": people}
    yield sender.patch(deal, json={"deal": changes})
    claims = sender.get(f"{deal}/claims").json()["items"]
    said = {"summary": f"{EVIL} {LINK}", "statement": f"{EVIL} {LINK}", "why": EVIL}
    promise = {"kind": "promise", "strength": "firm", "type": "resource", "owner": EVIL}
    yield sender.post(f"{deal}/claims", json={**said, "fact": promise})
    one, two, three = (each["id"] for each in claims[:3])
    change = {"changes": {"summary": f"{EVIL} {LINK}"}, "why": EVIL}
    yield sender.patch(f"{deal}/claims/{one}", json=change)
    yield sender.post(f"{deal}/claims/{two}/confirm", json={"why": f"{EVIL} {LINK}"})
    yield sender.post(f"{deal}/claims/{three}/reject", json={"why": f"{EVIL} {LINK}"})
    asked = sender.get(f"{deal}/questions").json()["items"][0]["id"]
    yield sender.post(f"{deal}/answers", json={"question_id": asked, "words": f"{EVIL} {LINK}"})
    turn = {"event": "speaker_changed", "speaker": "S1", "name": EVIL}
    yield sender.post(f"{call}/corrections", json=turn)
    yield sender.post("/v1/views", json={"name": EVIL, "query": "order=name"})
    yield sender.post("/v1/keys", json={"name": EVIL, "scopes": ["deals:read"]})
    person = {"name": EVIL, "email": "evil@seller.example", "role": "ae"}
    yield sender.post("/v1/users", json=person)
    yield sender.patch(f"/v1/users/{site.seeded.people['csm']}", json={"name": EVIL})
    file = {"file": (f"{EVIL}.txt".replace("/", ""), f"{EVIL}: {EVIL} {LINK}\nAna: Yes.\n")}
    yield sender.post("/v1/calls", data={"deal_id": site.seeded.deal}, files=file)


SCRIPTS = "[...document.scripts].map((one) => one.text).join()"
QUERIES = [f"/search?q={EVIL}", f"/deals?q={EVIL}", f"/sign-in?back_to={EVIL}", f"/deals/{EVIL}"]


def test_nothing_on_a_page_is_theirs(hostile, visits):
    anybody, admin = visits(hostile), visits(hostile, "admin")
    for path in [*(hostile.path(path) for _, path in PATHS), *QUERIES]:
        page = anybody if path.startswith(("/sign-in", "/setup", "/invitation")) else admin
        page.goto(path, wait_until="domcontentloaded")
        assert page.evaluate(FOUND) == [], path
        assert "go()" not in page.evaluate(SCRIPTS), path
    assert not [each for each in [*anybody.faults, *admin.faults] if "Security Policy" in each]


def test_their_words_are_there_as_words(hostile, visits):
    page = visits(hostile, "admin")
    page.goto(hostile.deal)
    assert EVIL in page.locator("body").inner_text()


class Tags(HTMLParser):
    """Gathers what an HTML document brings."""

    def __init__(self, text):
        super().__init__()
        self.found = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.found += [(tag, name, value or "") for name, value in attrs]


def documents(sender, site):
    """Every document of the deal in every format: name, format, bytes."""
    deal = f"/v1{site.deal}/documents"
    for one in sender.get(deal).json()["items"]:
        path = f"{deal}/{one['name']}.{one['format']}"
        if one["is_ready"]:
            answer = sender.get(path, params={"language": one["language"]})
            assert answer.status_code == 200, answer.text
            yield one["name"], one["format"], answer.content


def test_nothing_in_a_document_is_theirs(hostile):
    with Sender(hostile, "admin") as sender:
        made = list(documents(sender, hostile))
        assert made, sender.get(f"/v1{hostile.deal}/documents").text[:600]
    assert {form for _, form, _ in made} >= {"md", "html"}
    for name, form, content in made:
        if form == "html":
            told = Tags(content.decode()).found
            assert not [
                one
                for one in told
                if "evil" in one[1] or re.match(r"\s*(javascript:|https?://evil)", one[2], re.I)
            ], name
        elif form in ("docx", "xlsx"):
            for part, text in parts_of(content):
                ElementTree.fromstring(text)
                assert not re.search(rb'Target="(javascript:|https?://evil)', text), (name, part)


def parts_of(content):
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        for part in packed.namelist():
            if part.endswith((".xml", ".rels")):
                yield part, packed.read(part)
