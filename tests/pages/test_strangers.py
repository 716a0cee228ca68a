"""Who has nothing to do with a deal gets to no page of it, and no form of it is taken from them.

Asked is every route of the pages that takes an id, with the ids of what is there and belongs to
others; forms as they stand on the pages of those to whom they belong.
"""

import datetime
import re

import pytest
from fastapi.routing import iter_route_contexts

from tests.pages.conftest import Sender, copied
from tests.pages.seeding import person
from tests.pages.test_cross_site import Forms
from transcript2handoff.pages.app import create_app
from transcript2handoff.store import Window, audit, runs, shares

STRANGERS = {"ae else": "Else Seller", "csm else": "Else Manager"}
OPEN = {
    "/shared/{token}": "whoever has the link may read it",
    "/shared/{token}/audio/{call_ref}": "whoever has the link may hear it",
    "/shared/{token}/timeline/{call_ref}": "whoever has the link may hear it",
}
"""Routes that ask nobody who they are, and why."""
OF_ADMINS = {"/people/{user_id}", "/people/{user_id}/invitation"}
"""Refused by the role, before anything is looked for."""
EMPTY = {"/deals/{deal_id}/calls/{call_id}/progress"}
"""Answered with nothing, as for a call that is not there: a page that asks again and again."""
FIELDS = {
    "/deals/{deal_id}/calls/{call_id}/move": {"target": "{deal_id}"},
    "/deals/{deal_id}/assign": {"csm_id": ""},
}
"""Of a form that no page shows here, for there is no other deal, and of one with choices."""
NAMES = re.compile(r"Harborline|Gareth|Tamsin|Maeve|Foldwell")
"""The deal and its customer, somebody there, and those to whom it belongs."""
VARIES = re.compile(r'nonce"?[ =]"?(content=")?[\w-]+|<code data-varies>\w+')


@pytest.fixture(scope="module")
def site(harborline_template, tmp_path_factory):
    """The deal, with everything that a path can name, and two people who have none."""
    with copied(harborline_template, tmp_path_factory.mktemp("strangers") / "site") as served:
        people = served.seeded.people
        for who, name in STRANGERS.items():
            people[who] = person(served.store, who.split()[0], name)
        with Sender(served, "csm") as csm:
            csm.send_form("/account/keys", name="own", days="30", **{"scopes[]": ["deals:read"]})
            csm.send_form("/deals/views", name="own", query="order=name")
        yield served


@pytest.fixture(scope="module")
def ids(site):
    """What the parameters of paths stand for."""
    call, deal = site.seeded.calls["harborline-1"], site.seeded.deal
    new = shares.NewShare(
        deal_id=deal,
        digest="0" * 64,
        by="Tamsin Okoro",
        by_id=site.seeded.people["ae"],
        expires=site.store.now() + datetime.timedelta(days=1),
        audio=True,
        language="en",
    )
    with site.store.write() as tx:
        share = shares.add(tx, new).id
        run = runs.start(tx, runs.NewRun(deal_id=deal, call_id=call, kind="call")).id
    with Sender(site, "csm") as csm:
        csm.headers["X-CSRF-Token"] = csm.csrf_token
        claim = f"/v1{site.deal}/claims/{site.seeded.promise}"
        assert csm.post(f"{claim}/confirm", json={"why": "Asked Tom."}).is_success
        moved = {"event": "turn_moved", "turn": 3, "speaker": "new"}
        assert csm.post(f"/v1/calls/{call}/corrections", json=moved).is_success
        key, view = (csm.get(f"/v1/{each}").json()["items"][0]["id"] for each in ("keys", "views"))
    return {
        "deal_id": deal,
        "call_id": call,
        "claim_id": site.seeded.promise,
        "run_id": run,
        "share_id": share,
        "user_id": site.seeded.people["csm"],
        "key_id": key,
        "view_id": view,
        "number": "1",
        "turn": "3",
        "name": "internal/kickoff_brief",
        "format": "md",
    }


def routes_of(site):
    """The routes of the pages that name something: method and path."""
    for route in iter_route_contexts(create_app(site.services).routes):
        if "{" in route.path and not route.path.startswith("/v1/") and route.path not in OPEN:
            for method in sorted((route.methods or set()) - {"HEAD", "OPTIONS"}):
                yield method, re.sub(r":\w+}", "}", route.path)


@pytest.fixture(scope="module")
def routes(site):
    return list(routes_of(site))


@pytest.fixture(scope="module")
def forms(site, ids, routes):
    """The fields of the forms that the pages show to those to whom they belong, by route."""
    paths = [path.format(**ids) for method, path in routes if method == "GET"]
    shown = []
    for role, read in {"csm": [*paths, "/account", "/promises"], "admin": ["/people"]}.items():
        with Sender(site, role) as sender:
            for path in read:
                shown += Forms(sender.get(path).text).found
    found = {}
    for method, path in routes:
        form = re.compile(re.sub(r"\\{\w+\\}", "[^/]+", re.escape(path)))
        if method == "POST":
            told = next((told for action, told in shown if form.fullmatch(action)), {})
            given = FIELDS.get(path, told)
            found[path] = {
                name: value.replace("{deal_id}", ids["deal_id"]) for name, value in given.items()
            }
    return found


def ask(sender, method, path, told):
    """Ask for a path as a page does: by a link, or by a form with the token of its session."""
    for headers in ({}, {"HX-Request": "true"}):
        data = {**told, "csrf_token": sender.csrf_token} if method == "POST" else None
        yield sender.request(method, path, data=data, headers=headers)


def deeds_of(site, who):
    with site.store.read() as tx:
        seen = audit.listed(tx, Window(limit=200)).items
    return [one for one in seen if one.actor == site.seeded.people[who]]


@pytest.mark.parametrize("who", STRANGERS)
def test_no_page_of_a_deal_is_shown_and_no_form_taken(site, ids, routes, forms, who):
    assert len(routes) > 40
    nothing = {name: f"{value.partition('-')[0]}-404" for name, value in ids.items()}
    nothing |= {name: ids[name] for name in ("number", "turn", "name", "format")}
    before = len(deeds_of(site, "csm"))
    with Sender(site, who) as sender:
        for method, path in routes:
            asked = method, path.format(**ids), forms.get(path, {})
            missing = list(ask(sender, method, path.format(**nothing), forms.get(path, {})))
            for answer, of_nothing in zip(ask(sender, *asked), missing, strict=True):
                assert answer.status_code == expected(path), (asked, answer.text)
                assert not NAMES.search(answer.text), asked
                assert told_by(answer, ids) == told_by(of_nothing, nothing), asked
    # One list of runs is looked into for the progress of a call; it had none.
    assert [(one.action, one.matter, one.subject) for one in deeds_of(site, who)] == [
        ("read", "run", "-")
    ]
    assert len(deeds_of(site, "csm")) == before


def expected(path):
    if path in OF_ADMINS:
        return 403
    return 200 if path in EMPTY else 404


def told_by(answer, ids):
    """What is answered, whichever ids were asked for."""
    values = sorted({value for name, value in ids.items() if name.endswith("_id")}, key=len)
    told = VARIES.sub("…", answer.text)
    return answer.status_code, re.sub("|".join(map(re.escape, reversed(values))), "…", told)


def test_those_to_whom_it_belongs_get_to_each(site, ids, routes, forms):
    """So that what is refused above is there, and refused for who asks."""
    with Sender(site, "csm") as csm, Sender(site, "admin") as admin:
        for method, path in sorted(routes):
            sender = csm if path.startswith(OWN) else admin
            answer = next(ask(sender, method, path.format(**ids), forms.get(path, {})))
            assert answer.status_code in REACHED, (method, path, answer.text)


OWN = ("/account", "/deals/views")
"""What is of one person alone, and not of administrators."""
REACHED = {200, 303, 409, 412, 422}
"""It was found; what was sent may not fit, or have been done before."""
