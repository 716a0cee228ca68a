"""Documents: listed, read at their edition, and made when somebody asks."""

import threading
import time

import pytest

from transcript2handoff.api.routes import documents as routes
from transcript2handoff.jobs.desk import on_desk
from transcript2handoff.jobs.rendering import Rendering
from transcript2handoff.jobs.work import Work
from transcript2handoff.store import documents, runs
from transcript2handoff.store.documents import NewDocument
from transcript2handoff.watch import NOBODY

BRIEF = "internal/kickoff_brief"


@pytest.fixture
def store(sqlite_store):
    """One kind of database is enough: these tests are about the answers."""
    return sqlite_store


@pytest.fixture
def address(harborline):
    return f"/v1/deals/{harborline.deal}/documents"


@pytest.fixture
def work(services):
    """Does a run of documents as a worker does."""
    store = services.store

    def done(run):
        steps = Work(
            store,
            services.settings,
            services.papers,
            deliver=lambda *_: lambda _tx: None,
            fetch=None,
        )
        with store.write() as tx:
            runs.begin(tx, run.id, attempt=run.attempt, worker="w")
        for position, name in enumerate(steps.step_names(run)):
            with store.write() as tx:
                runs.step_began(tx, run.id, name, position=position)
            outcome = steps.do(run, name, NOBODY)
            with store.write() as tx:
                runs.step_ended(tx, run.id, name, state=outcome.state, key=outcome.key)
        with store.write() as tx:
            runs.end(tx, run.id, state="done")

    return done


def next_run(store):
    until = time.monotonic() + 20
    while time.monotonic() < until:
        with store.read() as tx:
            if found := runs.waiting(tx, 1):
                return runs.get(tx, found[0])
        time.sleep(0.02)
    raise AssertionError("no run was started")


def put(store, deal_id, *, name=BRIEF, form="md", data=b"# Brief", media_type="text/markdown"):
    blob = store.blobs.put([data])
    here = on_desk(store, deal_id)
    with store.write() as tx:
        new = NewDocument(
            deal_id=deal_id,
            edition=here.edition,
            name=name,
            language="en",
            format=form,
            media_type=media_type,
            blob=blob.digest,
        )
        documents.put(tx, new)
    return blob.digest


def test_all_documents_are_listed_and_which_are_ready(client, admin, address, store, harborline):
    put(store, harborline.deal)
    told = client.get(address, headers=admin).json()
    assert told["edition"] == "1-0"
    listed = {(one["name"], one["format"]): one for one in told["items"]}
    assert {form for name, form in listed if name == BRIEF} == {"md", "html", "docx", "pdf"}
    assert ("customer/success_plan", "pdf") in listed
    ready = [key for key, one in listed.items() if one["is_ready"]]
    assert ready == [(BRIEF, "md")]
    assert listed[BRIEF, "md"]["bytes"] == 7
    german = client.get(address, params={"language": "de"}, headers=admin).json()["items"]
    assert not any(one["is_ready"] for one in german)


def test_a_document_that_is_ready(client, admin, address, store, harborline):
    digest = put(store, harborline.deal)
    answer = client.get(f"{address}/{BRIEF}.md", headers=admin)
    assert (answer.status_code, answer.content) == (200, b"# Brief")
    assert answer.headers["etag"] == f'"{digest}"'
    assert answer.headers["t2h-edition"] == "1-0"
    assert answer.headers["content-disposition"] == 'inline; filename="kickoff_brief.md"'
    assert answer.headers["content-type"].startswith("text/markdown")
    part = client.get(f"{address}/{BRIEF}.md", headers={**admin, "Range": "bytes=2-"})
    assert (part.status_code, part.content) == (206, b"Brief")
    again = client.get(f"{address}/{BRIEF}.md", headers={**admin, "If-None-Match": f'"{digest}"'})
    assert again.status_code == 304


@pytest.mark.parametrize(("form", "runs_scripts"), [("html", True), ("svg", False)])
def test_a_page_does_no_more_than_it_must(
    client, admin, address, store, harborline, form, runs_scripts
):
    put(store, harborline.deal, form=form, media_type="image/svg+xml")
    policy = client.get(f"{address}/{BRIEF}.{form}", headers=admin).headers[
        "content-security-policy"
    ]
    assert policy.startswith("default-src 'none'")
    assert "frame-ancestors 'self'" in policy.split("; ")
    assert ("script-src" in policy) is runs_scripts


def test_an_older_edition_is_not_shown(client, admin, address, store, harborline):
    put(store, harborline.deal)
    claim = client.get(f"/v1/deals/{harborline.deal}/claims", headers=admin).json()["items"][0]
    confirm = f"/v1/deals/{harborline.deal}/claims/{claim['id']}/confirm"
    client.post(confirm, json={}, headers=admin)
    answer = client.get(f"{address}/{BRIEF}.md", params={"wait": 0}, headers=admin)
    assert answer.status_code == 202


def test_a_document_that_is_not_there_is_made(client, admin, address, store):
    first = client.get(f"{address}/{BRIEF}.pdf", params={"wait": 0}, headers=admin)
    assert first.status_code == 202
    assert first.headers["retry-after"] == "5"
    run = first.json()["run"]
    assert first.headers["location"] == f"/v1/runs/{run['id']}"
    assert (run["kind"], run["wanted"]) == ("documents", f"{BRIEF}.pdf en")
    again = client.get(f"{address}/{BRIEF}.pdf", params={"wait": 0}, headers=admin)
    assert again.json()["run"]["id"] == run["id"]


def test_whoever_waits_gets_it(client, admin, address, store, work):
    answers = []
    query = {"language": "de"}

    def ask():
        answers.append(client.get(f"{address}/{BRIEF}.pdf", params=query, headers=admin))

    asking = threading.Thread(target=ask)
    asking.start()
    work(next_run(store))
    asking.join(30)
    (answer,) = answers
    assert answer.status_code == 200
    assert answer.content.startswith(b"%PDF")
    assert answer.headers["content-type"] == "application/pdf"


def test_whoever_waits_hears_that_it_failed(client, admin, address, store):
    answers = []

    def ask():
        answers.append(client.get(f"{address}/{BRIEF}.docx", headers=admin))

    asking = threading.Thread(target=ask)
    asking.start()
    run = next_run(store)
    with store.write() as tx:
        runs.begin(tx, run.id, attempt=1, worker="w")
    with store.write() as tx:
        runs.end(tx, run.id, state="failed", error="The logo is broken.")
    asking.join(30)
    (answer,) = answers
    assert answer.status_code == 409
    assert "The logo is broken." in answer.json()["detail"]


@pytest.mark.parametrize("file", ["internal/nothing.pdf", "internal/kickoff_brief.exe", "x.md"])
def test_a_document_that_no_deal_has(client, admin, address, store, file):
    answer = client.get(f"{address}/{file}", headers=admin)
    assert answer.status_code == 404
    with store.read() as tx:
        assert list(runs.waiting(tx, 5)) == []


def test_documents_of_others_are_not_there(client, callers, address):
    stranger = callers.user("ae")
    for path in ("", f"/{BRIEF}.md"):
        assert client.get(f"{address}{path}", headers=stranger).status_code == 404


def test_what_the_render_step_makes_is_what_is_read(client, admin, address, services, harborline):
    here = on_desk(services.store, harborline.deal)
    rendering = Rendering(
        store=services.store,
        beside=services.papers,
        public_url=services.settings.public_url,
    )
    with services.store.write() as tx:
        run = runs.start(tx, runs.NewRun(deal_id=harborline.deal, kind="deal"))
    rendering.quick_ones(run, here, NOBODY)
    items = client.get(address, headers=admin).json()["items"]
    ready = [one for one in items if one["is_ready"]]
    assert {one["format"] for one in items} - {one["format"] for one in ready} == {
        "docx",
        "pdf",
        "xlsx",
    }
    for one in ready:
        answer = client.get(f"{address}/{one['name']}.{one['format']}", headers=admin)
        assert answer.status_code == 200
        assert len(answer.content) == one["bytes"]
        assert answer.headers["content-type"] == one["media_type"]


@pytest.mark.slow
def test_waiting_holds_no_thread(served, admin, address, harborline):
    """More wait than there are threads; the one that asks something else is answered."""
    assert routes.LONGEST_WAIT < 30
    answers = []

    def ask(number):
        path = f"{address}/{BRIEF}.pdf"
        answer = served.get(path, params={"wait": 3, "language": "de"}, headers=admin)
        answers.append((number, answer.status_code))

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(50)]
    for thread in threads:
        thread.start()
    began = time.monotonic()
    assert served.get(f"/v1/deals/{harborline.deal}", headers=admin).status_code == 200
    assert served.get("/v1/runs", headers=admin).status_code == 200
    taken = time.monotonic() - began
    for thread in threads:
        thread.join(60)
    assert [status for _, status in answers] == [202] * 50
    assert taken < 20
