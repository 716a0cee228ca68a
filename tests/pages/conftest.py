"""A running service with the harborline deal, and people who visit it in a real browser."""

import os
import shutil
import socket
import threading
import time
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, replace

import httpx
import pytest
import uvicorn
from argon2 import PasswordHasher
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.databases import hasty
from tests.pages.seeding import Seeded, seed, session_of
from transcript2handoff.access import passwords, sessions
from transcript2handoff.pages.app import Services, create_app
from transcript2handoff.settings import Settings
from transcript2handoff.store import Store

PATIENCE = 20_000
"""Milliseconds: a busy machine takes its time."""
expect.set_options(timeout=PATIENCE)
_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@dataclass(frozen=True)
class Site:
    """A service at an address, and what is in it."""

    url: str
    store: object
    services: Services
    seeded: Seeded

    @property
    def deal(self):
        """The path of the deal."""
        return f"/deals/{self.seeded.deal}"

    def path(self, template):
        """A path of ``tests/pages/paths.py`` in this site."""
        return template.format(
            deal=self.seeded.deal,
            call=self.seeded.calls["harborline-1"],
            claim=self.seeded.promise,
        )

    def cookie(self, role):
        """What a browser of somebody with this role has."""
        secret = session_of(self.store, self.seeded.people[role])
        return {"name": "t2h_session", "value": secret, "url": self.url}


@contextmanager
def serving(store, folder, seeded, *, port=0, **settings):
    """Serve a store on a free port of loopback, or a certain one; yields its ``Site``."""
    with socket.create_server(("127.0.0.1", port)) as listening:
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        services = Services(store=store, settings=Settings(data=folder, public_url=url, **settings))
        config = uvicorn.Config(
            create_app(services), log_config=None, lifespan="off", timeout_graceful_shutdown=1
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        until = time.monotonic() + 20
        while not server.started:
            assert time.monotonic() < until, "the server does not start"
            time.sleep(0.01)
        try:
            yield Site(url, store, services, seeded)
        finally:
            server.should_exit = True
            thread.join()


@pytest.fixture(autouse=True)
def _quick_passwords(monkeypatch):
    monkeypatch.setattr(
        passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1)
    )
    passwords._nobodys.cache_clear()


@pytest.fixture
def bare_site(sqlite_store, tmp_path):
    """A service on SQLite in which nobody has an account yet."""
    with serving(sqlite_store, tmp_path, Seeded({}, "", {})) as site:
        yield site


@pytest.fixture(scope="session")
def harborline_template(sqlite_template, tmp_path_factory):
    """A folder with an SQLite file and blobs of the harborline deal, and its ids."""
    folder = tmp_path_factory.mktemp("harborline")
    with closing(_opened(shutil.copy(sqlite_template, folder / "t2h.db"))) as store:
        return folder, seed(store, folder)


@contextmanager
def copied(template, folder):
    """Serve a copy of what was seeded before, in a folder of its own."""
    seeded_in, seeded = template
    seeded = replace(seeded, people=dict(seeded.people))
    folder.mkdir()
    shutil.copy(seeded_in / "t2h.db", folder / "t2h.db")
    shutil.copytree(seeded_in / "blobs", folder / "blobs", copy_function=os.link)
    with closing(_opened(folder / "t2h.db")) as store, serving(store, folder, seeded) as served:
        yield served


def _opened(file):
    return hasty(Store.open(f"sqlite:///{file}", str(file.parent / "blobs")))


@pytest.fixture
def site(harborline_template, tmp_path):
    """A service on SQLite with the harborline deal and a person of each role."""
    with copied(harborline_template, tmp_path / "site") as served:
        yield served


@pytest.fixture
def each_site(store, tmp_path):
    """The same, once on each kind of database."""
    with serving(store, tmp_path, seed(store, tmp_path)) as site:
        yield site


@pytest.fixture
def visits(chromium):
    """Opens browsers at a site: ``visits(site, "csm", width=390)`` gives a page of somebody."""
    contexts = []

    def visit(site, role=None, *, width=1440, scripts=True, scheme="light", **options):
        context = chromium.new_context(
            base_url=site.url,
            viewport={"width": width, "height": 900},
            java_script_enabled=scripts,
            color_scheme=scheme,
            reduced_motion="reduce",
            **options,
        )
        contexts.append(context)
        if role is not None:
            context.add_cookies([site.cookie(role)])
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.faults = []
        page.on("pageerror", lambda error: page.faults.append(str(error)))
        page.on(
            "console",
            lambda told: page.faults.append(told.text) if told.type == "error" else None,
        )
        return page

    yield visit
    for context in contexts:
        context.close()


@pytest.fixture
def visitor(site, visits):
    """Opens a browser of somebody at the site: ``visitor("csm")``."""
    return lambda role=None, **options: visits(site, role, **options)


class Sender(httpx.Client):
    """Somebody who is signed in, without a browser."""

    def __init__(self, site, role):
        secret = session_of(site.store, site.seeded.people[role])
        super().__init__(base_url=site.url, timeout=30)
        self.cookies.set("t2h_session", secret, domain="127.0.0.1")
        self.csrf_token = sessions.csrf_token_of(secret)

    def send_form(self, path, **fields):
        """Send a form as a page of ours does."""
        return self.post(path, data={"csrf_token": self.csrf_token, **fields})


@pytest.fixture
def sender(site):
    """Somebody at the site, without a browser: ``sender("csm").send_form(path, ...)``."""
    with ExitStack() as stack:
        yield lambda role: stack.enter_context(Sender(site, role))


@pytest.fixture
def axe():
    """Checks a page for what keeps people from using it: ``axe(page)``, or by one rule alone."""

    def check(page, only=None):
        # What stays at an edge of the window covers something, wherever one scrolls to.
        tall = page.evaluate("document.documentElement.scrollHeight")
        page.set_viewport_size({**page.viewport_size, "height": tall})
        kind, values = ("rule", [only]) if only else ("tag", _RULES)
        # What axe loads beforehand are styles of shadow trees, which the policy of pages forbids.
        options = {"runOnly": {"type": kind, "values": values}, "preload": False}
        found = Axe().run(page, options=options)
        told = [
            f"{one['id']}: {one['help']} {node['target']} {node.get('failureSummary', '')}"
            for one in found.response["violations"]
            for node in one["nodes"]
        ]
        assert not told, "\n".join(told)

    return check
