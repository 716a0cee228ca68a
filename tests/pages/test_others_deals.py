"""What somebody reads does not change by the deals of others: no total, count, facet, cursor,
suggestion or report, wherever one reads without naming a deal.

Asked is every list of the API with every parameter that it has, and every page that names no deal:
before others have a deal, and after.
"""

import datetime
import json
import re

import pytest
from fastapi.testclient import TestClient

from tests.pages.paths import PATHS
from tests.pages.seeding import people_of, person, seed_deal, session_of
from transcript2handoff.api.app import description
from transcript2handoff.deal import Deal
from transcript2handoff.pages.app import Services, create_app
from transcript2handoff.settings import Settings
from transcript2handoff.store import deals, runs, shares

WORDS = ("harborline", "Tamsin Okoro")
"""Of the deal of others: its name, and a person on it."""
PAGES = {"/v1/deals": "/deals", "/v1/search": "/search", "/v1/promises": "/promises"}
"""Pages that are asked with the same queries."""
ENTERING = ("/v1/sign-in", "/v1/setup")
VARIES = re.compile(
    r'"request_id":"\w+"|nonce"?[ =]"?(content=")?[\w-]+|<code data-varies>\w+'
    r'|"(seconds|checked)":[^,}]+'
)
"""What differs each time: the number of a request, the nonce of a page."""


def values_of(parameter):
    """What a parameter of the query is tried with."""
    shape = parameter["schema"]
    forms = [each for form in shape.get("anyOf", [shape]) for each in (form.get("items", form),)]
    for form in forms:
        if "enum" in form or "const" in form:
            yield from form.get("enum", [form.get("const")])
        elif form.get("type") == "boolean":
            yield from (True, False)
        elif form.get("type") == "integer":
            yield 1
        elif form.get("format") == "date":
            yield from ("2026-01-01", "2026-12-31")
        elif form.get("type") == "string":
            yield from WORDS


def questions():
    """Everything to be read that names no deal: paths with their queries."""
    for path, item in json.loads(description())["paths"].items():
        if "get" in item and "{" not in path and not path.startswith(ENTERING):
            yield path, {}
            known = [one for one in item["get"].get("parameters", ()) if one["in"] == "query"]
            needed = {one["name"]: next(values_of(one)) for one in known if one.get("required")}
            for parameter in known:
                for value in values_of(parameter):
                    query = {**needed, parameter["name"]: value}
                    yield path, query
                    if path in PAGES and value in WORDS:
                        yield PAGES[path], query
    for _, path in PATHS:
        if "{" not in path:
            yield path, {}


QUESTIONS = list(questions())


def frame(**told):
    return Deal.model_validate({"deal": "Quayside", "customer": "Quayside Ltd", **told})


@pytest.fixture
def readers(store, tmp_path):
    """Clients of people of both trades: one without a deal, one with some of their own."""
    app = create_app(Services(store=store, settings=Settings(data=tmp_path, rate_limit=100_000)))
    without, some = person(store, "ae", "Bare Seller"), person(store, "csm", "Busy Manager")
    with store.write() as tx:
        for _ in range(3):
            deals.add(tx, deals.NewDeal(deal=frame(), by="x", csm_id=some))
    return app, [client_of(app, store, one) for one in (without, some)]


def client_of(app, store, user):
    client = TestClient(app, base_url="http://127.0.0.1:8484")
    client.cookies.set("t2h_session", session_of(store, user))
    return client


def read_by(client, only=QUESTIONS):
    """All that somebody is told, by question."""
    told = {}
    for path, query in only:
        answer = client.get(path, params=query, follow_redirects=False)
        assert answer.status_code < 500, (path, query, answer.text)
        told[path, *map(str, query.items())] = answer.status_code, VARIES.sub("…", answer.text)
    return told


def plant(store, folder, people):
    """A deal of others with all that belongs to one, and runs that wait and have ended."""
    seeded = seed_deal(store, folder, people)
    with store.write() as tx:
        runs.start(tx, runs.NewRun(deal_id=seeded.deal, kind="deal"))
        shares.add(
            tx,
            shares.NewShare(
                deal_id=seeded.deal,
                digest="0" * 64,
                by="Tamsin Okoro",
                by_id=people["ae"],
                expires=tx.now + datetime.timedelta(days=1),
                audio=True,
                language="en",
            ),
        )
        deals.add(tx, deals.NewDeal(deal=frame(), by="x", ae_id=people["ae"]))


def differences(before, after):
    """Which answers are others than before, and where they begin to be."""
    for asked, (status, text) in after.items():
        was_status, was = before[asked]
        if (status, text) != (was_status, was):
            at = next((n for n, (a, b) in enumerate(zip(was, text, strict=False)) if a != b), 0)
            yield asked, (was_status, status), was[at - 80 : at + 80], text[at - 80 : at + 80]


@pytest.mark.slow
def test_nothing_that_is_read_changes_by_deals_of_others(store, tmp_path, readers):
    moment = store.now()
    store.now = lambda: moment
    app, clients = readers
    people = people_of(store)
    admin, of_admin = client_of(app, store, people["admin"]), [(path, {}) for path in SEEN_BY_ADMIN]
    for client in (*clients, admin):
        read_by(client, of_admin)  # what is noted of somebody is noted once, and shown to them
    before = [read_by(client) for client in clients]
    seen = read_by(admin, of_admin)
    plant(store, tmp_path, people)
    for client, was in zip(clients, before, strict=True):
        assert list(differences(was, read_by(client))) == []
    assert len(list(differences(seen, read_by(admin, of_admin)))) == len(of_admin)


SEEN_BY_ADMIN = ("/v1/deals", "/v1/promises", "/v1/runs", "/deals", "/promises", "/metrics")
"""They do change for whoever sees the deals of others."""
