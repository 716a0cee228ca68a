"""The contract and the plan of a deal over the API, and what comes of them in its documents."""

from dataclasses import replace
from pathlib import Path

import pytest

from transcript2handoff.company_files import read_company
from transcript2handoff.contract import parse_catalog, parse_contract
from transcript2handoff.deal_documents import DealDocuments
from transcript2handoff.deal_folder import open_deal
from transcript2handoff.jobs.desk import on_desk
from transcript2handoff.jobs.work import Work
from transcript2handoff.store import handoffs, runs
from transcript2handoff.watch import NOBODY

FIXTURES = Path(__file__).parents[3] / "fixtures" / "harborline"
TERMS = (FIXTURES / "terms.yaml").read_bytes()
REVIEW = "internal/contract_review"
PERSON = "Rupert Ashdown"
PLAN = f"sponsor: {PERSON}\nmilestones:\n  - name: First count in Hull\n".encode()

on_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
"""One kind of database is enough where the answer does not come out of it."""


@pytest.fixture
def services(services):
    return replace(
        services,
        company_files=read_company(FIXTURES / "company.yaml"),
        catalog=parse_catalog((FIXTURES / "catalog.yaml").read_text()),
    )


@pytest.fixture
def yaml(admin):
    return {**admin, "Content-Type": "application/yaml"}


@pytest.fixture
def deal(harborline):
    return f"/v1/deals/{harborline.deal}"


@pytest.fixture
def work(services):
    """Does the runs that wait, up to the documents, as a worker does; the number of them."""

    def done():
        store, steps = (
            services.store,
            Work(services.store, services.settings, services.papers, deliver=None, fetch=None),
        )
        with store.write() as tx:
            waiting = [runs.get(tx, run_id) for run_id in runs.waiting(tx, 10)]
            for run in waiting:
                runs.begin(tx, run.id, attempt=run.attempt, worker="w")
        for run in waiting:
            for name in ("assess", "render"):
                steps.do(run, name, NOBODY)
            with store.write() as tx:
                runs.end(tx, run.id, state="done")
        return len(waiting)

    return done


def names(client, deal, headers):
    items = client.get(f"{deal}/documents", headers=headers).json()["items"]
    return {one["name"]: one["is_ready"] for one in items if one["format"] == "md"}


def test_a_contract_comes_its_review_goes_out_and_both_go(
    client, admin, yaml, deal, services, harborline, work
):
    assert client.get(f"{deal}/contract", headers=admin).status_code == 404
    assert REVIEW not in names(client, deal, admin)
    put = client.put(f"{deal}/contract", headers=yaml, content=TERMS)
    assert put.status_code == 200, put.text
    assert (put.json()["edition"], put.json()["run"]["kind"]) == ("1-0-1", "deal")
    assert put.headers["etag"] == '"1-0-1"'
    assert names(client, deal, admin)[REVIEW] is False
    assert work() == 1
    review = client.get(f"{deal}/documents/{REVIEW}.md", headers=admin)
    assert (review.status_code, review.headers["t2h-edition"]) == (200, "1-0-1")
    assert "FW-2026-117" in review.text
    read = client.get(f"{deal}/contract", headers=admin)
    assert read.headers["content-type"] == "application/yaml"
    assert (read.headers["etag"], parse_contract(read.text)) == (
        '"1-0-1"',
        parse_contract(TERMS.decode()),
    )
    removed = client.delete(f"{deal}/contract", headers={**admin, "If-Match": '"1-0-1"'})
    assert (removed.status_code, removed.json()["edition"]) == (200, "1-0-2")
    assert work() == 1
    assert client.get(f"{deal}/contract", headers=admin).status_code == 404
    assert client.get(f"{deal}/documents/{REVIEW}.md", headers=admin).status_code == 404
    assert on_desk(services.store, harborline.deal).dossier(services.papers).review is None


@on_sqlite
def test_the_service_finds_what_the_package_of_the_folder_has(
    client, admin, yaml, deal, services, harborline, work
):
    client.put(f"{deal}/contract", headers=yaml, content=TERMS)
    work()
    folder = open_deal(FIXTURES).dossier
    ours = on_desk(services.store, harborline.deal).dossier(services.papers)
    assert ours.review == folder.review
    assert ours.assessment == folder.assessment
    assert "not_offered" in {each.catalog.availability for each in ours.review.promises}
    packed = DealDocuments(deal=folder, language="en")
    for path, ending in (
        (REVIEW, "md"),
        ("internal/questions", "md"),
        ("internal/promise_ledger", "csv"),
        ("customer/success_plan", "md"),
    ):
        read = client.get(f"{deal}/documents/{path}.{ending}?wait=0", headers=admin)
        assert (read.status_code, read.content) == (200, packed.make(path, ending)), path


@on_sqlite
def test_readiness_counts_what_contradicts_the_contract(client, admin, yaml, deal):
    reason = "6 commercial promises are not borne out by the contract"
    assert reason not in client.get(f"{deal}/readiness", headers=admin).json()["reasons"]
    client.put(f"{deal}/contract", headers=yaml, content=TERMS)
    assert reason in client.get(f"{deal}/readiness", headers=admin).json()["reasons"]


@on_sqlite
def test_an_earlier_version_is_put_beside_nothing(client, yaml, deal, services, harborline):
    client.put(f"{deal}/contract", headers=yaml, content=TERMS)
    with services.store.write() as tx:
        text = handoffs.get(tx, harborline.deal, 1).text
        handoffs.add(tx, harborline.deal, f"{text} ", run_id=None)
    first, second = (on_desk(services.store, harborline.deal, version) for version in (1, 2))
    assert (first.edition, second.edition) == ("1-0", "2-0-1")
    assert first.dossier(services.papers).review is None
    assert second.dossier(services.papers).review is not None


@on_sqlite
def test_a_plan_stands_in_what_the_customer_gets(client, admin, yaml, deal, work):
    put = client.put(f"{deal}/plan", headers=yaml, content=PLAN)
    assert put.status_code == 200, put.text
    work()
    plan = f"{deal}/documents/customer/success_plan.md"
    assert "First count in Hull" in client.get(plan, headers=admin).text
    assert "First count in Hull" in client.get(f"{deal}/plan", headers=admin).text
    client.delete(f"{deal}/plan", headers=admin)
    work()
    assert "First count in Hull" not in client.get(plan, headers=admin).text


@on_sqlite
@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("contract", b"lines: [", "is not valid YAML"),
        ("contract", b"lines: [{text: x}]", "lines, entry 1, type: it is missing"),
        ("contract", b"title: \xff", "UTF-8"),
        ("plan", b"sponsor: [a]", "sponsor: it is no text"),
    ],
)
def test_what_does_not_fit_is_refused_and_changes_nothing(
    client, admin, yaml, deal, waiting, name, content, words
):
    answer = client.put(f"{deal}/{name}", headers=yaml, content=content)
    assert answer.status_code == 422
    assert words in answer.json()["detail"]
    assert answer.headers["content-type"] == "application/problem+json"
    assert client.get(f"{deal}/{name}", headers=admin).status_code == 404
    assert waiting() == []


@on_sqlite
def test_other_media_types_are_refused(client, admin, deal):
    for kind in ("application/json", "text/plain"):
        headers = {**admin, "Content-Type": kind}
        answer = client.put(f"{deal}/contract", headers=headers, content=b'{"title": "x"}')
        assert answer.status_code == 415, kind


def test_a_change_of_something_else_is_refused(client, admin, yaml, deal, waiting):
    stale = {**yaml, "If-Match": '"1-1"'}
    assert client.put(f"{deal}/contract", headers=stale, content=TERMS).status_code == 412
    assert client.delete(f"{deal}/contract", headers=stale).status_code == 412
    assert waiting() == []
    fresh = {**yaml, "If-Match": '"1-0"'}
    assert client.put(f"{deal}/contract", headers=fresh, content=TERMS).status_code == 200


@on_sqlite
def test_the_same_again_changes_nothing(client, admin, yaml, deal, waiting):
    assert client.delete(f"{deal}/contract", headers=admin).json() == {
        "edition": "1-0",
        "run": None,
    }
    client.put(f"{deal}/contract", headers=yaml, content=TERMS)
    again = client.put(f"{deal}/contract", headers=yaml, content=TERMS).json()
    assert again == {"edition": "1-0-1", "run": None}
    assert len(waiting()) == 1


@on_sqlite
def test_a_deal_without_calls_may_have_its_contract_already(client, admin, yaml, waiting):
    new = client.post("/v1/deals", headers=admin, json={"deal": {"deal": "new"}}).json()
    put = client.put(f"/v1/deals/{new['id']}/contract", headers=yaml, content=TERMS)
    assert (put.status_code, put.json()) == (200, {"edition": "0-0-1", "run": None})
    assert waiting() == []


@on_sqlite
def test_what_people_do_is_noted_at_the_edition_with_its_papers(client, admin, yaml, deal):
    client.put(f"{deal}/contract", headers=yaml, content=TERMS)
    claim = client.get(f"{deal}/claims", headers=admin).json()["items"][0]["id"]
    headers = {**admin, "If-Match": '"1-0-1"'}
    done = client.post(f"{deal}/claims/{claim}/confirm", headers=headers, json={"why": "Right."})
    assert (done.status_code, done.json()["edition"]) == (200, "1-1-1"), done.text
    headers = {**admin, "If-Match": '"1-1-1"'}
    told = {"what": "accepted"}
    decided = client.post(f"{deal}/handoff/decision", headers=headers, json=told)
    assert decided.status_code == 200, decided.text
    assert decided.json()["decision"]["edition"] == "1-1-1"


def test_deeds_are_noted_without_words(client, admin, yaml, deal, harborline):
    client.put(f"{deal}/contract", headers=yaml, content=TERMS)
    client.get(f"{deal}/contract", headers=admin)
    client.delete(f"{deal}/contract", headers=admin)
    rows = client.get("/v1/audit", headers=admin).json()["items"]
    found = [(row["action"], row["subject"]) for row in rows if row["matter"] == "contract"]
    assert sorted(found) == [(action, harborline.deal) for action in ("change", "change", "read")]


def test_a_person_goes_out_of_the_plan_and_it_is_still_one(client, admin, yaml, deal):
    client.put(f"{deal}/plan", headers=yaml, content=PLAN)
    erased = client.post("/v1/people/erasure", headers=admin, json={"names": [PERSON]})
    assert erased.status_code == 200, erased.text
    told = client.get(f"{deal}/plan", headers=admin).text
    assert PERSON not in told
    assert client.put(f"{deal}/plan", headers=yaml, content=told).status_code == 200


def test_papers_go_with_their_deal(client, admin, yaml, deal):
    client.put(f"{deal}/contract", headers=yaml, content=TERMS)
    assert client.post(f"{deal}/erasure", headers=admin).status_code == 200
    assert client.get(f"{deal}/contract", headers=admin).status_code == 404
