"""An application over a store, and people who use it."""

import io
import json
import logging
import re

import pytest
import structlog
from argon2 import PasswordHasher
from fastapi.testclient import TestClient

from transcript2handoff.access import keys, links, passwords
from transcript2handoff.api.app import Services, create_app
from transcript2handoff.service_file import ServiceFile
from transcript2handoff.settings import Settings
from transcript2handoff.store import users
from transcript2handoff.store.users import NewUser
from transcript2handoff.telemetry import set_up_logging

PASSWORD = "correct horse battery staple"
QUICK = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1)
HASH = QUICK.hash(PASSWORD)
URL = "http://t2h.example"


class Service:
    """A running service with its store, and what tests do with it."""

    password = PASSWORD

    def __init__(self, store, folder, *, access=None, url=URL, **settings):
        self.store = store
        self.url = url
        self.settings = Settings(data=folder, public_url=url, **settings)
        self.app = create_app(
            Services(
                store=store,
                settings=self.settings,
                service_file=ServiceFile(access=access or {}),
                clock=lambda: store.now(),  # noqa: PLW0108 - a test may set it later
            )
        )

    def client(self, **options):
        return TestClient(self.app, base_url=self.url, **options)

    def user(self, name="ana", role="ae"):
        new = NewUser(
            name=name.title(), email=f"{name}@seller.example", role=role, password_hash=HASH
        )
        with self.store.write() as tx:
            return users.add(tx, new)

    def key(self, *scopes, user=None, **wish):
        wanted = keys.KeyWish(
            name="a key", scopes=scopes, user_id=user.id if user else None, **wish
        )
        with self.store.write() as tx:
            return keys.make(tx, wanted).shown

    def by_key(self, *scopes, user=None):
        client = self.client()
        client.headers["Authorization"] = f"Bearer {self.key(*scopes, user=user)}"
        return client

    def signed_in(self, user):
        client = self.client()
        answer = client.post("/v1/sign-in", json={"email": user.email, "password": PASSWORD})
        assert answer.status_code == 200, answer.text
        client.headers["X-CSRF-Token"] = answer.json()["csrf_token"]
        return client

    def setup_token(self):
        return re.fullmatch(rf"{URL}/setup#(.+)", links.setup_link(self.store, URL))[1]


class Log:
    """What the service logs."""

    def __init__(self, stream):
        self._stream = stream

    def lines(self, event="request"):
        return [each for each in self._lines() if each["event"] == event]

    def text(self):
        return "\n".join(map(json.dumps, self._lines()))

    def _lines(self):
        """The client of the tests logs too, and is no part of the service."""
        found = map(json.loads, self._stream.getvalue().splitlines())
        return [each for each in found if not each["logger"].startswith("httpx")]


@pytest.fixture
def log(tmp_path):
    """The log of the service from now on, everything in it."""
    root = logging.getLogger()
    before, level, stream = root.handlers[:], root.level, io.StringIO()
    set_up_logging(Settings(data=tmp_path, log_format="json", log_level="debug"), stream=stream)
    yield Log(stream)
    root.handlers[:] = before
    root.setLevel(level)
    logging.captureWarnings(False)
    structlog.reset_defaults()


@pytest.fixture(autouse=True)
def _quick_passwords(request, monkeypatch):
    """Passwords are hashed in earnest where a test is about that."""
    if "earnest" not in request.fixturenames:
        monkeypatch.setattr(passwords, "_hasher", QUICK)
    passwords._nobodys.cache_clear()


@pytest.fixture
def earnest():
    """Passwords are hashed as they are in service."""


@pytest.fixture
def service(store, tmp_path):
    return Service(store, tmp_path)


@pytest.fixture
def sqlite_service(sqlite_store, tmp_path):
    return Service(sqlite_store, tmp_path)


@pytest.fixture
def serve(sqlite_store, tmp_path):
    return lambda **options: Service(sqlite_store, tmp_path, **options)


@pytest.fixture
def problem():
    """That an answer is a problem of this kind, whole and in its form."""

    def check(answer, status, name):
        assert answer.status_code == status, answer.text
        assert answer.headers["content-type"] == "application/problem+json"
        told = answer.json()
        assert told["type"] == f"/problems/{name}"
        assert told["status"] == status
        assert told["title"]
        assert told["detail"].endswith((".", ")"))
        assert told["request_id"] == answer.headers["x-request-id"]
        assert answer.headers["cache-control"] == "no-store"
        return told

    return check
