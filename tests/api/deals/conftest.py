"""The application over a store, callers of every kind, and the harborline deal as runs leave it."""

import socket
import threading
import time
import tomllib
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
import uvicorn
from fastapi.testclient import TestClient
from pydantic import SecretStr

from transcript2handoff.access import keys
from transcript2handoff.api.app import create_app
from transcript2handoff.api.services import Services
from transcript2handoff.deal import Deal
from transcript2handoff.dossier import told_of
from transcript2handoff.handoff import read_handoff
from transcript2handoff.jobs.telling import to_text
from transcript2handoff.pipeline import HANDOFF, TRANSCRIPT
from transcript2handoff.service_file import Crms, HubSpotConnection, ServiceFile
from transcript2handoff.settings import Settings
from transcript2handoff.store import calls, deals, handoffs, results, runs, users
from transcript2handoff.testing.hubspot_server import HubSpotServer
from transcript2handoff.transcript import read_transcript

FIXTURES = Path(__file__).parents[3] / "fixtures" / "harborline"
OWNER = "own.seller@example.com"
PUBLIC_URL = "https://handoff.example.com"


@dataclass(frozen=True)
class Told:
    """What was read in the calls of the fixture."""

    deal: Deal
    transcripts: dict[str, bytes]
    told: object


@pytest.fixture(scope="session")
def told_by_harborline():
    deal = Deal.model_validate(tomllib.loads((FIXTURES / "deal.toml").read_text()))
    texts = {call.id: (FIXTURES / call.id / TRANSCRIPT).read_bytes() for call in deal.calls}
    transcripts = [read_transcript(text) for text in texts.values()]
    read = [
        read_handoff((FIXTURES / call.id / HANDOFF).read_bytes(), [transcript])
        for call, transcript in zip(deal.calls, transcripts, strict=True)
    ]
    return Told(deal, texts, told_of(read, transcripts, deal))


@pytest.fixture(scope="session")
def hubspot():
    """A CRM with one deal, which belongs to Own Seller."""
    with HubSpotServer() as server:
        server.owners["11"] = {"firstName": "Own", "lastName": "Seller", "email": OWNER}
        server.objects.add("deals", "4711", dealname="Northgate", hubspot_owner_id="11")
        yield server


@pytest.fixture
def services(store, tmp_path, hubspot):
    """A service that has a CRM, and a mail server to which nothing is sent here."""
    connection = HubSpotConnection(token=SecretStr(hubspot.token), url=hubspot.url)
    return Services(
        store=store,
        settings=Settings(
            data=tmp_path,
            public_url=PUBLIC_URL,
            smtp_url=SecretStr("smtp+plain://127.0.0.1:9"),
            mail_from="handoffs@foldwell.example",
        ),
        service_file=ServiceFile(crm=Crms(hubspot=connection)),
    )


@pytest.fixture
def client(services):
    with TestClient(create_app(services), base_url=PUBLIC_URL) as opened:
        yield opened


class Callers:
    """Gives headers that prove somebody."""

    def __init__(self, store):
        self.store = store
        self.ids = {}

    def service(self, *scopes):
        """A key of nobody's; without scopes it is that of an administrator."""
        with self.store.write() as tx:
            wish = keys.KeyWish(name="a program", scopes=scopes or ("admin",))
            return self._headers(keys.make(tx, wish))

    def user(self, role, name="Ada Example"):
        """The key of a new person with a role; ``ids`` has the person's id by the name."""
        with self.store.write() as tx:
            email = f"{name.replace(' ', '.').lower()}@example.com"
            user = users.add(tx, users.NewUser(name=name, email=email, role=role))
            self.ids[name] = user.id
            scopes = (
                ("admin",) if role == "admin" else ("deals:read", "deals:write", "reports:read")
            )
            wish = keys.KeyWish(name="own", scopes=scopes, user_id=user.id)
            return self._headers(keys.make(tx, wish))

    def _headers(self, made):
        return {"Authorization": f"Bearer {made.shown}"}


@pytest.fixture
def callers(store):
    return Callers(store)


@pytest.fixture
def admin(callers):
    return callers.service()


@dataclass(frozen=True)
class Seeded:
    """Ids of what is in the store."""

    deal: str
    calls: dict[str, str]


@pytest.fixture
def seed(store, told_by_harborline):
    """Makes a deal with its calls and its handoff, as three call runs leave it."""

    def made(**more):
        told = told_by_harborline
        frame = told.deal.model_copy(update={"calls": ()})
        blobs = {ref: store.blobs.put([text]) for ref, text in told.transcripts.items()}
        with store.write() as tx:
            deal = deals.add(tx, deals.NewDeal(deal=frame, by="Tamsin Okoro", **more))
            added = {call.id: _call(tx, deal.id, call, blobs[call.id]) for call in told.deal.calls}
            digests = {ref: blob.digest for ref, blob in blobs.items()}
            handoffs.add(tx, deal.id, to_text(told.told, digests), run_id=None)
        return Seeded(deal.id, added)

    return made


@pytest.fixture
def harborline(seed):
    return seed()


def _call(tx, deal_id, call, transcript):
    added = calls.add(tx, calls.NewCall(deal_id=deal_id, call=call))
    results.put(
        tx,
        results.Result(
            deal_id=deal_id,
            call_id=added.id,
            step="transcribe",
            key=transcript.digest[:32],
            name=TRANSCRIPT,
            blob=transcript,
            media_type="application/json",
        ),
    )
    return added.id


@pytest.fixture
def waiting(store):
    """Gives the runs that wait: their deal, kind and call."""

    def found():
        with store.read() as tx:
            wanted = [runs.get(tx, run_id) for run_id in runs.waiting(tx, 100)]
        return sorted((run.deal_id, run.kind, run.call_id) for run in wanted)

    return found


class Served(httpx.Client):
    """A client of the application behind a real server."""

    def wait_for(self, condition, *, seconds=10):
        until = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < until, "it did not come"
            time.sleep(0.02)


@pytest.fixture
def served(services):
    """The application over a real server on this machine."""
    server = uvicorn.Server(uvicorn.Config(create_app(services), log_config=None, lifespan="off"))
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        port = listening.getsockname()[1]
        with Served(base_url=f"http://127.0.0.1:{port}", timeout=30) as opened:
            opened.wait_for(lambda: server.started)
            yield opened
        server.should_exit = True
        thread.join()
