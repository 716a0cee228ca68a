"""The brief goes out by mail through a real server: once, as it may be read, or it is said why."""

import dataclasses
import datetime
import io

import pytest
from pydantic import SecretStr
from pypdf import PdfReader

from tests.mail_servers import HOST, MailServer
from transcript2handoff.connections import Connections
from transcript2handoff.deal_documents import DealDocuments
from transcript2handoff.dossier import NO_PAPERS
from transcript2handoff.errors import StoreUnreachableError
from transcript2handoff.outgoing import Mailer, MailSetup, Sender
from transcript2handoff.outgoing.letters import KIND, TARGET, Letter
from transcript2handoff.outgoing.mailing import LONGEST_WAIT, wait_seconds
from transcript2handoff.service_file import ServiceFile
from transcript2handoff.settings import Settings
from transcript2handoff.store import Window, audit, dropping, outbox
from transcript2handoff.store.outbox import OutboxWish

MAEVE, TOM = "maeve@foldwell.example", "tom@foldwell.example"
on_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
"""One kind of database is enough where the answer does not come out of it."""
NUMBER = "+44 20 7946 0958"
MAIL_ID = f"mail-{'0' * 20}"


@pytest.fixture
def server():
    with MailServer() as running:
        yield running


class Post:
    """A deal, and the worker that sends its mails."""

    def __init__(self, office, server, folder, **settings):
        self.office, self.store, self.server = office, office.store, server
        told = {
            "smtp_url": SecretStr(f"smtp+plain://{HOST}:{server.port}"),
            "mail_from": "Handoffs <handoffs@foldwell.example>",
            "public_url": "https://handoffs.example",
        }
        self.settings = Settings(data=folder, **(told | settings))
        self.dossier = office.dossier
        self.sender = self.worker("worker-1")

    def worker(self, name):
        setup = MailSetup.of(self.settings)
        setup = dataclasses.replace(setup, server=dataclasses.replace(setup.server, seconds=2.0))
        mailer = Mailer(self.store, setup, lambda _: (self.dossier, NO_PAPERS))
        service = ServiceFile()
        return Sender.of(self.store, service, Connections(service), worker=name, mailer=mailer)

    def put(self, *to, **changes):
        with self.store.write() as tx:
            for address in to:
                letter = Letter(
                    **({
                        "mail_id": MAIL_ID, "to": to, "address": address, "by": "Tamsin Okoro",
                        "words": "For Monday.", "pdf": False,
                    } | changes)
                )  # fmt: skip
                wish = OutboxWish(
                    target=TARGET,
                    external_key=letter.key,
                    deal_id=self.office.deal.id,
                    kind=KIND,
                    content=letter.model_dump_json(),
                    digest="0" * 64,
                )
                outbox.put(tx, wish)

    def send(self):
        count = 0
        while self.sender.send():
            count += 1
        return count

    def items(self):
        with self.store.read() as tx:
            return outbox.listed(tx, Window(limit=50), target=TARGET).items

    @property
    def item(self):
        (item,) = self.items()
        return item


@pytest.fixture
def post(office, server, tmp_path):
    def made(consent="given", **settings):
        here = office()
        here.consent(consent)
        return Post(here, server, tmp_path, **settings)

    return made


def test_the_brief_arrives_once_with_everybody(post, server):
    here = post()
    here.put(MAEVE, TOM)
    assert here.send() == 2
    assert here.send() == 0
    assert sorted(got.recipients for got in server.got) == [[MAEVE], [TOM]]
    (got, _) = server.got
    assert got.sender == "handoffs@foldwell.example"
    assert got.message["To"] == f"{MAEVE}, {TOM}"
    assert got.text.startswith("For Monday.\n\nHandoff: Harborline Freight")
    assert "What we owe" in got.text
    assert f"https://handoffs.example/deals/{here.office.deal.id}\n" in got.text
    assert {item.state for item in here.items()} == {"done"}
    assert len({item.remote_id for item in here.items()}) == 2
    with here.store.read() as tx:
        deeds = [deed for deed in audit.listed(tx, Window(limit=20)).items if deed.action == "send"]
    assert [(deed.matter, deed.details["to"]) for deed in deeds] == [("mail", "mail")] * 2


def with_a_number(dossier, number):
    """The same deal, in which somebody has noted a number that is nobody's business."""
    claims = tuple(
        one.model_copy(update={"summary": f"Call {number} before Monday"})
        if one.fact.kind == "promise"
        else one
        for one in dossier.handoff.claims
    )
    handoff = dossier.handoff.model_copy(update={"claims": claims})
    return dataclasses.replace(dossier, handoff=handoff)


def words_of(paper):
    """What stands on paper, on one line."""
    pages = PdfReader(io.BytesIO(paper)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


@on_sqlite
@pytest.mark.parametrize("redaction", [True, False])
def test_private_data_is_hidden_as_the_settings_say(post, server, redaction):
    here = post(redaction=redaction)
    here.dossier = with_a_number(here.dossier, NUMBER)
    here.put(MAEVE)
    here.send()
    (got,) = server.got
    assert (NUMBER in got.text) is not redaction
    assert ("[PHONE 1]" in got.text) is redaction


@on_sqlite
@pytest.mark.slow
def test_the_paper_is_made_once_for_all_and_hides_what_is_private(post, server, monkeypatch):
    here = post()
    here.dossier = with_a_number(here.dossier, NUMBER)
    made, whole = [], DealDocuments.make

    def counted(self, path, ending):
        made.append(ending)
        return whole(self, path, ending)

    monkeypatch.setattr(DealDocuments, "make", counted)
    here.put(MAEVE, TOM, pdf=True)
    here.send()
    assert made.count("pdf") == 1
    papers = [next(got.message.iter_attachments()).get_content() for got in server.got]
    assert papers[0] == papers[1]
    told = words_of(papers[0])
    assert "Harborline" in told
    assert "[PHONE 1]" in told
    assert NUMBER not in told


@on_sqlite
@pytest.mark.parametrize(
    ("consent", "settings", "why"),
    [
        ("unknown", {}, "nobody has noted"),
        ("refused", {"sending": "unless_refused"}, "said no"),
        ("given", {"sending": "never"}, "T2H_SENDING is never"),
    ],
)
def test_what_may_not_leave_by_then_does_not(post, server, consent, settings, why):
    here = post(consent, **settings)
    here.put(MAEVE)
    here.send()
    assert server.got == []
    assert here.item.state == "failed"
    assert why in here.item.why
    assert "--engine" not in here.item.why


@on_sqlite
def test_without_a_server_mails_wait(post, server):
    here = post()
    here.put(MAEVE)
    here.sender = dataclasses.replace(here.sender, mailer=None)
    here.send()
    assert (here.item.state, server.got) == ("waiting", [])
    assert "T2H_SMTP_URL" in here.item.why


def test_what_a_server_puts_off_is_sent_later(post, server, monkeypatch):
    here = post()
    server.script.to[MAEVE] = "450 greylisted"
    server.script.data = ["451 no room", "250 OK"]
    here.put(MAEVE)
    assert here.send() == 1
    assert (here.item.state, here.item.remote_id) == ("waiting", None)
    assert "450 greylisted" in here.item.why
    server.script.to.clear()
    for state in ("waiting", "done"):
        later = here.item.next_at
        monkeypatch.setattr(here.store, "now", lambda later=later: later)
        here.send()
        assert here.item.state == state
    assert len(server.got) == 1


@on_sqlite
def test_after_a_day_a_mail_is_given_up(post, server, monkeypatch):
    here = post()
    server.script.to[MAEVE] = "450 not now"
    here.put(MAEVE)
    began = here.item.created
    for hours, state in ((23.9, "waiting"), (25.0, "failed")):
        now = began + datetime.timedelta(hours=hours)
        monkeypatch.setattr(here.store, "now", lambda now=now: now)
        assert here.send() == 1
        assert here.item.state == state
    assert here.item.why.endswith("After a day it was given up.")
    assert here.send() == 0
    assert server.got == []


@pytest.mark.parametrize("attempts", [1, 2, 5, 100])
def test_waits_grow_to_an_hour(attempts):
    most = min(60 * 2 ** (attempts - 1), LONGEST_WAIT)
    assert most / 2 <= wait_seconds(attempts) <= most


@on_sqlite
def test_a_recipient_who_is_refused_does_not_keep_it_from_the_others(post, server):
    here = post()
    server.script.to[TOM] = "550 no such user"
    here.put(MAEVE, TOM)
    here.send()
    assert [got.recipients for got in server.got] == [[MAEVE]]
    states = {item.external_key[-1]: (item.state, item.why) for item in here.items()}
    assert states["1"] == ("done", None)
    assert states["2"][0] == "failed"
    assert "550 no such user" in states["2"][1]


@pytest.mark.parametrize("answer", ["cut after", "cut"])
def test_a_line_that_breaks_after_the_message_sends_no_second_one(
    post, server, monkeypatch, answer
):
    here = post()
    server.script.data = [answer]
    here.put(MAEVE)
    here.send()
    taken = len(server.got)
    assert here.item.state == "failed"
    assert "may have arrived" in here.item.why
    later = here.item.created + datetime.timedelta(days=30)
    monkeypatch.setattr(here.store, "now", lambda: later)
    assert here.send() == 0
    assert len(server.got) == taken
    with here.store.write() as tx:
        outbox.again(tx, here.item.id)
    here.send()
    assert (here.item.state, len(server.got)) == ("done", taken + 1)
    assert len({got.message["Message-ID"] for got in server.got}) == 1


class Killed(BaseException):
    pass


@pytest.mark.parametrize("where", ["after", "before"])
def test_a_worker_that_dies_sends_no_second_mail(post, server, monkeypatch, where):
    here = post()
    here.put(MAEVE)
    name = "sent" if where == "after" else "begun"

    def killed(*_):
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(outbox, name, killed)
        with pytest.raises(Killed):
            here.sender.send()
    assert here.item.state == "working"
    assert len(server.got) == (1 if where == "after" else 0)
    later = here.item.next_at
    monkeypatch.setattr(here.store, "now", lambda: later)
    here.sender = here.worker("worker-2")
    here.send()
    assert len(server.got) == 1
    assert here.item.state == ("failed" if where == "after" else "done")


def test_a_worker_that_was_taken_over_does_not_hand_it_over(post, server, monkeypatch):
    here = post()
    here.put(MAEVE)
    slow, quick = here.sender, here.worker("worker-2")
    enclosed = slow.mailer._enclosed

    def overtaken(deal_id, letter):
        later = here.item.next_at
        monkeypatch.setattr(here.store, "now", lambda: later)
        assert quick.send()
        return enclosed(deal_id, letter)

    monkeypatch.setattr(slow.mailer, "_enclosed", overtaken)
    assert slow.send()
    assert len(server.got) == 1
    assert (here.item.state, here.item.attempts) == ("done", 2)


@on_sqlite
def test_a_store_that_is_away_for_a_moment_loses_nothing(post, server, monkeypatch):
    here = post()
    here.put(MAEVE)

    def away(*_):
        raise StoreUnreachableError("The database is busy.")

    with monkeypatch.context() as patched:
        patched.setattr(outbox, "begun", away)
        here.send()
    assert (here.item.state, server.got) == ("waiting", [])
    later = here.item.next_at
    monkeypatch.setattr(here.store, "now", lambda: later)
    here.send()
    assert len(server.got) == 1


@on_sqlite
def test_what_another_version_has_noted_is_told(post, server):
    here = post()
    here.put(MAEVE)
    with here.store.write() as tx:
        wish = OutboxWish(
            target=TARGET, external_key=f"{MAIL_ID}-1", deal_id=here.office.deal.id, kind=KIND,
            content="{}", digest="1" * 64,
        )  # fmt: skip
        outbox.put(tx, wish)
    here.send()
    assert here.item.state == "failed"
    assert "Send a new mail" in here.item.why


@on_sqlite
def test_mails_are_no_part_of_what_a_crm_takes_back(post):
    here = post()
    here.put(MAEVE)
    here.office.queue()
    here.office.queue()
    assert here.item.state == "waiting"


def test_words_are_gone_with_the_deal(post, server):
    here = post()
    here.put(MAEVE)
    with here.store.write() as tx:
        dropping.outbox(tx, here.office.deal.id)
    assert here.send() == 0
    assert (here.item.content, here.item.state) == (None, "erased")
    assert server.got == []
