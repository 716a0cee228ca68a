"""``t2h crm``: what would be written, what waits and why, and trying it again."""

import json

import pytest
from typer.testing import CliRunner

from tests.jobs.by_hand import FIRST, ByHand
from tests.outgoing.conftest import hubspot_server
from transcript2handoff.cli import app
from transcript2handoff.store import Store, deals, inbox, migrate, outbox


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Runs a command with a service of its own."""
    monkeypatch.setenv("T2H_DATA", str(tmp_path / "data"))

    def run(*told):
        return CliRunner().invoke(app, ["crm", *told])

    return run


@pytest.fixture
def store(tmp_path):
    folder = tmp_path / "data"
    folder.mkdir()
    url = f"sqlite:///{folder / 't2h.db'}"
    migrate(url)
    store = Store.open(url, str(folder / "blobs"))
    yield store
    store.close()


@pytest.fixture
def connected(tmp_path, monkeypatch):
    """A HubSpot that the service file names."""
    with hubspot_server() as server:
        monkeypatch.setenv("HUBSPOT_TOKEN", server.token)
        path = tmp_path / "service.yaml"
        path.write_text(
            f"crm: {{hubspot: {{token: {{env: HUBSPOT_TOKEN}}, url: '{server.url}', "
            "sending: unless_refused}}"
        )
        monkeypatch.setenv("T2H_SERVICE_FILE", str(path))
        yield server


def worked_on(store, folder, **told):
    """A deal with one call that was worked on."""
    hand = ByHand(store, folder)
    deal_id = hand.deal()
    with store.write() as tx:
        deals.change(tx, deal_id, deals.DealChanges(**told))
    call = hand.spoken(deal_id, text=FIRST)
    hand.read(call)
    return deal_id


def test_a_dry_run_shows_what_would_be_written(run, store, connected, tmp_path):
    deal_id = worked_on(store, tmp_path, source="hubspot", external_id="42")
    told = run("dry-run", deal_id)
    assert told.exit_code == 0, told.output
    assert "POST /crm/v3/objects/notes" in told.stdout
    assert "security questionnaire" in told.stdout
    assert "PATCH /crm/v3/objects/deals/42" in told.stdout
    assert connected.token not in told.output
    assert not connected.written


def test_a_dry_run_of_a_deal_from_no_crm(run, store, connected, tmp_path):
    told = run("dry-run", worked_on(store, tmp_path))
    assert told.exit_code == 8
    assert "from no CRM" in told.stderr


def test_a_dry_run_of_no_deal(run, store, connected):
    told = run("dry-run", "deal-0")
    assert told.exit_code == 9
    assert "There is no deal deal-0" in told.stderr


def test_what_waits_is_listed_and_tried_again(run, store):
    with store.write() as tx:
        inbox.add(tx, inbox.NewItem(source="zoom", key="k", event="{}", endpoint="zoom"))
        (item,) = inbox.claim(tx, "w", 1, 60)
        inbox.fail(tx, item, "HubSpot does not accept the token.")
        wish = outbox.OutboxWish(
            target="hubspot",
            external_key="n",
            deal_id=None,
            kind="note",
            content="{}",
            digest="d",
        )
        outbox.put(tx, wish)
        (thing,) = outbox.claim(tx, "w", 1, 60)
        outbox.wait(tx, thing, "HubSpot is busy.", 3600)
    told = run("waiting")
    assert f"{item.id}  failed" in told.stdout
    assert "HubSpot does not accept the token." in told.stdout
    assert f"{thing.id}  waiting" in told.stdout
    listed = json.loads(run("waiting", "--json").stdout)["items"]
    assert [each["id"] for each in listed] == [item.id, thing.id]
    assert "event" not in listed[0]
    for each in (item.id, thing.id):
        assert run("again", each).exit_code == 0
    with store.read() as tx:
        assert inbox.get(tx, item.id).state == "waiting"
        assert outbox.get(tx, thing.id).next_at <= tx.now
    assert run("again", "inbox-0").exit_code == 9


def test_nothing_waits(run, store):
    told = run("waiting")
    assert (told.exit_code, told.stdout) == (0, "")
