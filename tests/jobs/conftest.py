"""Workshops: stores with real worker processes."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.jobs.by_hand import ByHand
from tests.jobs.workshop import Workshop
from transcript2handoff.store import Store


@pytest.fixture
def workshop(store: Store, database_url: str, tmp_path: Path) -> Iterator[Workshop]:
    """On each kind of database."""
    shop = Workshop(tmp_path, store, database_url)
    yield shop
    shop.end()


@pytest.fixture
def sqlite_workshop(sqlite_store: Store, tmp_path: Path) -> Iterator[Workshop]:
    """Where one kind of database is enough."""
    shop = Workshop(tmp_path, sqlite_store, f"sqlite:///{tmp_path / 't2h.db'}")
    yield shop
    shop.end()


@pytest.fixture
def hand(store: Store, tmp_path: Path) -> ByHand:
    """Runs that are done by hand, on each kind of database."""
    return ByHand(store, tmp_path)


@pytest.fixture
def quick(sqlite_store: Store, tmp_path: Path) -> ByHand:
    """Where one kind of database is enough."""
    return ByHand(sqlite_store, tmp_path)
