"""A whole way through a service with planted words and secrets: no log, no metric and no error
answer has any of them, whichever way logs are written."""

import json
import re
import time
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from tests.jobs.test_serve import Service
from tests.jobs.workshop import until
from tests.mail_servers import HOST, MailServer, certified
from transcript2handoff.testing.hubspot_server import HubSpotServer
from transcript2handoff.testing.senders import Senders

pytestmark = pytest.mark.slow

CARD = "4539 1488 0343 6467"
WORDS = {
    "a customer": "Oxtercog",
    "a speaker": "Prackthorpe",
    "a card": CARD,
    "a card without blanks": CARD.replace(" ", ""),
    "what was said": "marzipan",
    "a password that was said": "Hunterwald77",
    "what was looked for": "quinceblossom",
    "an address": "zelwina@",
    "a file": "wintergreen",
    "a reason": "chartreuse",
}
SAID = f"""Zelwina Prackthorpe: We at Oxtercog need the marzipan report every Friday by May 2026.
Ana Reyes: I promise you that Oxtercog gets a trainer for two days, and I will send the offer.
Zelwina Prackthorpe: Charge the card {CARD}, and the password is Hunterwald77.
Ana Reyes: The price is 40 dollars a seat for 40 seats, and marzipan is not included.
Zelwina Prackthorpe: Our goal is to answer every marzipan order within two minutes.
"""
SECRET = "planted-{}-Zt9Kx7Lr2qW5"
PASSWORD, OTHER_PASSWORD = SECRET.format("password"), SECRET.format("another")
SMTP = SECRET.format("smtp")
SERVICE_FILE = """
webhooks:
  - {name: hubspot, source: hubspot, secrets: [{env: PLANTED_WEBHOOK}]}
  - {name: standard, source: standard, secrets: [{env: PLANTED_STANDARD}],
     mapping: {deal_id: deal_id, deal: name, customer: customer.name}}
crm:
  hubspot: {token: {env: PLANTED_TOKEN}, url: "URL", write: true, sending: unless_refused}
"""
MAEVE, GONE = "maeve@foldwell.example", "wintergreen@foldwell.example"


@dataclass
class Way:
    """What is done with a service, and what must not be read afterwards."""

    service: Service
    senders: Senders
    hubspot: HubSpotServer
    mail: MailServer
    secrets: dict = field(default_factory=dict)
    answers: list = field(default_factory=list)
    client: httpx.Client = None

    def ask(self, method, path, *, status=None, **options):
        answer = self.client.request(method, path, **options)
        if status is not None:
            assert answer.status_code == status, (path, answer.status_code, answer.text)
        self.answers.append(answer)
        return answer

    def wait(self, told):
        """Ask now and then: the worker has to do it, and callers may not ask without end."""
        deadline = time.monotonic() + 180
        while not told():
            assert time.monotonic() < deadline, "it did not come about in time"
            time.sleep(0.3)

    def enter(self):
        """The first administrator comes by the printed link."""
        until(lambda: "#" in (self.service.folder / "out").read_text())
        token = re.search(r"setup#(\S+)", (self.service.folder / "out").read_text())[1]
        me = {"name": "Ines Carvalho", "email": "ines@foldwell.example", "password": PASSWORD}
        self.ask("POST", "/v1/setup", json={"token": token, **me}, status=201)
        session = self.ask("GET", "/v1/session", status=200).json()
        self.client.headers["X-CSRF-Token"] = session["csrf_token"]
        self.secrets |= {
            "the set-up": token,
            "a password": PASSWORD,
            "a session": self.client.cookies["t2h_session"],
            "the token of pages": session["csrf_token"],
        }

    def make_secrets(self):
        wish = {"name": "chartreuse", "scopes": ["admin"], "mine": False}
        key = self.ask("POST", "/v1/keys", json=wish, status=201).json()["secret"]
        person = {"name": "Zelwina Prackthorpe", "email": "zelwina@oxtercog.example", "role": "ae"}
        invited = self.ask("POST", "/v1/users", json=person, status=201).text
        invitation = re.search(r"invitation#([^\"]+)", invited)[1]
        self.secrets |= {"a key": key.rpartition("_")[2], "an invitation": invitation}
        return key

    def deliver(self, source, body):
        """A delivery, and one that somebody else has signed."""
        for senders, status in ((self.senders, 200), (Senders(self.senders.base), 401)):
            sent = senders.send(source, body)
            headers = dict(sent.headers)
            self.ask("POST", sent.path, content=sent.body, headers=headers, status=status)

    def deal(self):
        """A deal that HubSpot has won, and its call; the worker has read it."""
        event = {"eventId": 1, "subscriptionType": "deal.propertyChange", "portalId": 33}
        changed = {"objectId": 42, "propertyName": "dealstage", "propertyValue": "1177"}
        self.deliver("hubspot", [{**event, **changed, "occurredAt": int(time.time() * 1000)}])
        won = {"deal_id": 7, "name": "marzipan", "customer": {"name": CARD}}
        event = {"type": "deal.won", "timestamp": "2026-11-20T11:59:40Z", "data": won}
        self.deliver("standard", event)
        self.wait(lambda: "Oxtercog" in self.ask("GET", "/v1/deals").text)
        items = self.ask("GET", "/v1/deals").json()["items"]
        deal = next(one["id"] for one in items if "Oxtercog" in json.dumps(one))
        file = {"file": ("wintergreen.txt", SAID.encode(), "text/plain")}
        told = {"deal_id": deal, "call": json.dumps({"date": "2026-04-01", "consent": "given"})}
        sent = self.ask("POST", "/v1/calls", data=told, files=file, status=201).json()
        run = f"/v1/runs/{sent['run']['id']}"
        ended = ("done", "failed")
        self.wait(lambda: self.ask("GET", run).json()["state"] in ended)
        assert self.ask("GET", run).json()["state"] == "done"
        return deal, sent["call"]["id"]

    def send(self, deal):
        """A link, a mail that is refused, one that is taken, and a note in the CRM."""
        shared = self.ask("POST", f"/v1/deals/{deal}/shares", json={"days": 3}, status=201)
        token = re.search(r"/shared/([^\"/?]+)", shared.text)[1]
        self.secrets["a link"] = token
        self.ask("GET", f"/shared/{token}", status=200)
        self.ask("GET", f"/v1/shared/{token}", status=200)
        self.ask("GET", f"/shared/{token[:-1]}x")
        for one in (GONE, MAEVE):
            self.ask("POST", f"/v1/deals/{deal}/mails", json={"to": [one]}, status=202)
        until(lambda: self.mail.got, seconds=180)
        self.ask("GET", f"/v1/deals/{deal}/mails", status=200)
        until(lambda: self.hubspot.objects.all("notes"), seconds=180)

    def go_wrong(self, deal, call, key):
        """Words and secrets in everything that somebody can get wrong."""
        bad = [CARD, "Oxtercog", "quinceblossom", key, PASSWORD, "zelwina@"]
        for one in bad:
            self.ask("GET", f"/v1/deals/{one}")
            self.ask("GET", f"/deals/{one}")
            self.ask("GET", "/v1/deals", params={"verdict": one, "cursor": one, "order": one})
            self.ask("GET", "/v1/search", params={"q": one, "limit": one})
            self.ask("GET", "/search", params={"q": one})
            self.ask("POST", "/v1/deals", json={"deal": {"tags": one, "kickoff": one}})
            self.ask("POST", "/v1/deals", content=f'{{"deal": {{"customer": "{one}"')
            self.ask("PATCH", f"/v1/deals/{deal}/claims/{one}", json={"why": one, "changes": one})
            self.ask("POST", f"/v1/calls/{call}/corrections", json={"event": one, "turn": one})
            self.ask("PUT", f"/v1/deals/{deal}/contract", content=f"lines: [{{{one}: *{one}")
            self.ask("POST", "/v1/users", json={"name": one, "email": one, "role": one})
            self.ask("POST", "/v1/sign-in", json={"email": f"{one}", "password": OTHER_PASSWORD})
            self.ask("POST", "/v1/people/erasure", json={"names": one, "emails": one})
            headers = {"Authorization": f"Bearer {one}", "If-Match": one, "Idempotency-Key": one}
            httpx.get(f"{self.client.base_url}/v1/session", headers=headers)
            file = {"file": (f"{one}.txt", b"\0" * 9)}
            self.ask("POST", "/v1/calls", data={"deal": one, "call": one}, files=file)
            file = {"file": ("wintergreen.json", f'{{"turns": "{one}'.encode())}
            self.ask("POST", "/v1/calls", data={"deal_id": deal}, files=file)
        who = {"email": "ines@foldwell.example", "password": OTHER_PASSWORD}
        self.ask("POST", "/v1/sign-in", json=who, status=401)
        self.secrets["a wrong password"] = OTHER_PASSWORD

    def look(self, deal, call):
        for path in ("", "/claims", "/questions", "/journal", "/documents", "/handoff"):
            self.ask("GET", f"/v1/deals/{deal}{path}", status=200)
        for path in ("", "/calls", "/questions", "/documents", "/history", f"/calls/{call}"):
            self.ask("GET", f"/deals/{deal}{path}", status=200)
        self.ask("GET", f"/v1/calls/{call}/transcript", status=200)
        claims = self.ask("GET", f"/v1/deals/{deal}/claims").json()["items"]
        claim = f"/v1/deals/{deal}/claims/{claims[0]['id']}"
        self.ask("POST", f"{claim}/confirm", json={"why": "chartreuse"}, status=200)
        self.ask("GET", f"/v1/deals/{deal}/documents/internal/kickoff_brief.pdf")


def way_with(folder, log_format, mail, hubspot):
    service = Service(folder)
    base = f"http://127.0.0.1:{service.port}"
    senders = Senders(base)
    file = folder / "service.yaml"
    file.write_text(SERVICE_FILE.replace("URL", hubspot.url))
    service.environment |= {
        "T2H_PUBLIC_URL": base,
        "T2H_LOG_FORMAT": log_format,
        "T2H_LOG_LEVEL": "debug",
        "T2H_RATE_LIMIT": "100000",
        "T2H_SERVICE_FILE": str(file),
        "T2H_SMTP_URL": f"smtp://mailer:{SMTP}@{HOST}:{mail.port}",
        "T2H_MAIL_FROM": "handoffs@foldwell.example",
        "SSL_CERT_FILE": str(folder / "trust.pem"),
        "PLANTED_WEBHOOK": senders.secret,
        "PLANTED_STANDARD": senders.standard_secret,
        "PLANTED_TOKEN": hubspot.token,
    }
    secrets = {
        "the mail server": SMTP,
        "the CRM": hubspot.token,
        "webhooks": senders.secret,
        "webhooks too": senders.standard_secret.removeprefix("whsec_"),
    }
    return Way(service, senders, hubspot, mail, secrets)


def crm():
    server = HubSpotServer()
    server.owners["11"] = {"firstName": "Ana", "lastName": "Reyes", "email": "ana@seller.example"}
    deal = server.objects.add(
        "deals",
        "42",
        dealname="Oxtercog, 40 seats",
        closedate="2026-11-20T10:30:00Z",
        dealstage="1177",
        pipeline="default",
        hs_is_closed_won="true",
        hubspot_owner_id="11",
    )
    server.objects.add("companies", "7", name="Oxtercog Ltd")
    names = {"firstname": "Zelwina", "lastname": "Prackthorpe"}
    server.objects.add("contacts", "77", email="zelwina@oxtercog.example", **names)
    deal.links = {"companies": ["7"], "contacts": ["77"]}
    return server


def walked(folder: Path, log_format):
    """Go the whole way; gives it, what was logged, and the metrics."""
    trusted = certified(folder)
    mail = MailServer(starttls=trusted.server, user="mailer", password=SMTP)
    mail.script.to[GONE] = f"550 {GONE} is nobody here"
    with mail, crm() as hubspot:
        way = way_with(folder, log_format, mail, hubspot)
        try:
            way.service.begin()
            with httpx.Client(base_url=way.senders.base, timeout=60) as way.client:
                way.enter()
                key = way.make_secrets()
                deal, call = way.deal()
                way.look(deal, call)
                way.send(deal)
                way.go_wrong(deal, call, key)
                metrics = way.ask("GET", "/metrics", status=200).text
            assert [one.recipients for one in mail.got] == [[MAEVE]]
        finally:
            way.service.end()
        return way, way.service.told(), metrics


@pytest.mark.parametrize("log_format", ["json", "text"])
def test_nothing_planted_is_logged_counted_or_told(tmp_path, log_format):
    way, logged, metrics = walked(tmp_path, log_format)
    assert "run_ended" in logged
    assert "thing_failed" in logged
    assert logged.count("sign-in") > 2
    assert "/v1/calls" in metrics
    for what, words in {**WORDS, **way.secrets}.items():
        assert words not in logged, (what, lines_with(words, logged))
        assert words not in metrics, what
    for answer in way.answers:
        told = f"{answer.headers}{answer.text}"
        assert answer.status_code < 500, told
        if answer.status_code >= 400:
            no_secret_is_in(told, way, answer)


def no_secret_is_in(told, way, answer):
    """An answer may name what was asked for by its path, and it names nothing else."""
    secrets = {name: one for name, one in way.secrets.items() if name != "the token of pages"}
    own = told
    for part in filter(None, answer.request.url.path.split("/")):
        own = own.replace(part, "…")
    for what, words in secrets.items():
        assert words not in own, (what, answer.request.url.path, told)


def lines_with(words, text):
    return [line for line in text.splitlines() if words in line][:3]
