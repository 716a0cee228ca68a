"""The brief is mailed: asked for here, sent by a worker over a real line, and told of here."""

import pytest
from fastapi.testclient import TestClient
from pydantic import SecretStr

from tests.mail_servers import HOST, MailServer
from transcript2handoff.api.app import create_app
from transcript2handoff.api.services import Services
from transcript2handoff.connections import Connections
from transcript2handoff.jobs.assemble import _loops
from transcript2handoff.settings import Settings
from transcript2handoff.startup import Parts
from transcript2handoff.store import Window, calls, dropping, outbox

MAEVE, TOM = "maeve@foldwell.example", "tom@foldwell.example"
URL = "https://handoff.example.com"
on_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def server():
    with MailServer() as running:
        yield running


@pytest.fixture
def settings(tmp_path, server):
    return Settings(
        data=tmp_path,
        public_url=URL,
        smtp_url=SecretStr(f"smtp+plain://{HOST}:{server.port}"),
        mail_from="handoffs@foldwell.example",
    )


@pytest.fixture
def services(store, settings):
    return Services(store=store, settings=settings)


@pytest.fixture
def worker(services):
    """Sends everything that waits, put together as a worker is."""
    parts = Parts(
        settings=services.settings,
        store=services.store,
        service_file=services.service_file,
        company_files=services.company_files,
        catalog=None,
    )
    (outbox_loop,) = (
        loop for loop in _loops(parts, Connections(parts.service_file)) if loop.name == "outbox"
    )

    def send():
        while outbox_loop.work():
            pass

    return send


@pytest.fixture
def deal(harborline, store):
    """A deal with a handoff, on whose calls everybody has agreed."""
    consent(store, harborline, "given")
    return harborline


def consent(store, seeded, told, refs=None):
    with store.write() as tx:
        for ref, call_id in seeded.calls.items():
            if refs is None or ref in refs:
                call = calls.get(tx, call_id).call.model_copy(update={"consent": told})
                calls.change(tx, call_id, calls.CallChanges(call=call))


def mails(client, deal, headers):
    answer = client.get(f"/v1/deals/{deal.deal}/mails", headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.json()


def send(client, deal, headers, **more):
    told = {"to": [MAEVE], "pdf": False, **more}
    return client.post(f"/v1/deals/{deal.deal}/mails", json=told, headers=headers)


def test_a_mail_is_asked_for_sent_and_told(client, deal, callers, store, server, worker):
    ana = callers.user("admin", "Ana Example")
    answer = send(client, deal, ana, to=[MAEVE, TOM], words="For Monday.", language="de")
    assert answer.status_code == 202, answer.text
    told = answer.json()
    assert (told["state"], told["to"], told["by"]) == ("waiting", [MAEVE, TOM], "Ana Example")
    assert (told["words"], told["pdf"], told["language"]) == ("For Monday.", False, "de")
    assert [one["state"] for one in told["recipients"]] == ["waiting"] * 2
    assert told["sent"] is None
    worker()
    (item,) = mails(client, deal, ana)["items"]
    assert (item["id"], item["state"]) == (told["id"], "sent")
    assert item["sent"] == max(one["sent"] for one in item["recipients"])
    assert sorted(got.recipients for got in server.got) == [[MAEVE], [TOM]]
    message = server.got[0].message
    assert message["Reply-To"] == "Ana Example <ana.example@example.com>"
    assert message["Subject"] == "Übergabebericht: Harborline Freight"
    assert f"{URL}/deals/{deal.deal}\n" in server.got[0].text


def test_the_newest_mail_comes_first_and_each_recipient_is_told_of(
    client, deal, admin, server, worker, store, monkeypatch
):
    server.script.to[TOM] = "550 no such user"
    first = send(client, deal, admin).json()["id"]
    later = store.now().replace(microsecond=0)
    later = later.replace(year=later.year + 1)
    monkeypatch.setattr(store, "now", lambda: later)
    second = send(client, deal, admin, to=[TOM, MAEVE]).json()["id"]
    worker()
    newest, oldest = mails(client, deal, admin)["items"]
    assert (newest["id"], newest["state"]) == (second, "failed")
    assert (oldest["id"], oldest["state"]) == (first, "sent")
    tom, maeve = newest["recipients"]
    assert (tom["address"], tom["state"]) == (TOM, "failed")
    assert "550 no such user" in tom["why"]
    assert (maeve["state"], maeve["why"]) == ("sent", None)


@on_sqlite
def test_an_asked_for_mail_is_not_doubled_by_asking_again(client, deal, admin, server, worker):
    headers = {**admin, "Idempotency-Key": "one-mail-0001"}
    first, second = (send(client, deal, headers) for _ in range(2))
    assert first.json() == second.json()
    worker()
    assert len(server.got) == 1


@on_sqlite
@pytest.mark.parametrize(
    "to",
    [
        [],
        [MAEVE, MAEVE.upper()],
        [f"m{n}@foldwell.example" for n in range(11)],
        [f"{MAEVE}\r\nBcc: x@y.example"],
        [f"Maeve <{MAEVE}>"],
        [f"{MAEVE},{TOM}"],
        ["maeve"],
        MAEVE,
    ],
)
def test_addresses_that_are_none_are_refused(client, deal, admin, store, to, problem):
    problem(send(client, deal, admin, to=to), 422, "invalid_request")
    assert mails(client, deal, admin)["items"] == []


@on_sqlite
@pytest.mark.parametrize(
    ("told", "refs", "words"),
    [
        ("unknown", ["harborline-2"], "harborline-2, and nobody has noted"),
        ("refused", ["harborline-1", "harborline-3"], "harborline-1, harborline-3, and those"),
    ],
)
def test_without_consent_it_is_said_what_to_do(
    client, deal, admin, store, problem, told, refs, words
):
    consent(store, deal, told, refs)
    answer = send(client, deal, admin)
    problem(answer, 409, "sending_refused")
    assert words in answer.json()["detail"]
    shown = mails(client, deal, admin)
    assert (shown["can_send"], shown["items"]) == (False, [])
    assert shown["why"] == answer.json()["detail"]
    consent(store, deal, "given")
    assert mails(client, deal, admin)["can_send"] is True


@on_sqlite
def test_consent_that_is_taken_back_keeps_the_mail_here(client, deal, admin, store, server, worker):
    send(client, deal, admin)
    consent(store, deal, "refused")
    worker()
    (item,) = mails(client, deal, admin)["items"]
    assert (item["state"], server.got) == ("failed", [])
    assert "said no" in item["recipients"][0]["why"]


@on_sqlite
def test_without_a_mail_server_it_is_said_what_to_do(deal, admin, store, tmp_path, problem):
    services = Services(store=store, settings=Settings(data=tmp_path, public_url=URL))
    with TestClient(create_app(services), base_url=URL) as client:
        answer = send(client, deal, admin)
        problem(answer, 409, "mail_not_set_up")
        assert "T2H_SMTP_URL" in answer.json()["detail"]
        shown = mails(client, deal, admin)
    assert (shown["can_send"], shown["why"]) == (False, answer.json()["detail"])


@on_sqlite
def test_a_deal_of_which_nothing_is_known_yet(client, admin, problem):
    made = client.post("/v1/deals", json={"deal": {"deal": "New"}}, headers=admin).json()["id"]
    answer = client.post(f"/v1/deals/{made}/mails", json={"to": [MAEVE]}, headers=admin)
    problem(answer, 404, "not_found")
    shown = client.get(f"/v1/deals/{made}/mails", headers=admin).json()
    assert shown["can_send"] is False
    assert "no handoff" in shown["why"]


@on_sqlite
def test_a_key_of_nobody_has_no_address_for_answers(client, deal, admin, server, worker):
    send(client, deal, admin)
    worker()
    assert server.got[0].message["Reply-To"] is None


def test_what_is_erased_is_shown_without_words(client, deal, admin, store, server, worker):
    send(client, deal, admin, words="Only for you.")
    worker()
    waits = send(client, deal, admin, words="And this.").json()["id"]
    with store.write() as tx:
        dropping.outbox(tx, deal.deal)
    worker()
    assert len(server.got) == 1
    states = {item["id"]: item["state"] for item in mails(client, deal, admin)["items"]}
    assert states.pop(waits) == "failed"
    assert list(states.values()) == ["sent"]
    shown = client.get(f"/v1/deals/{deal.deal}/mails", headers=admin).text
    assert "Only for you" not in shown
    assert MAEVE not in shown


@on_sqlite
def test_words_of_a_mail_do_not_get_into_the_log_or_the_audit(
    client, deal, admin, store, caplog, capsys
):
    send(client, deal, admin, words="Only for you.", to=["nobody.else@foldwell.example"])
    told = capsys.readouterr().out + caplog.text
    deeds = client.get("/v1/audit", headers=admin).text
    assert '"action":"send"' in deeds
    for secret in ("Only for you", "nobody.else"):
        assert secret not in told
        assert secret not in deeds
    with store.read() as tx:
        assert "Only for you" not in repr(outbox.listed(tx, Window(limit=10), target="mail"))
