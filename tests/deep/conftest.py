"""An installation in which much has happened, and nothing is wrong."""

import datetime
import shutil
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace

import pytest
from sqlalchemy import text

from tests.databases import hasty
from tests.jobs.by_hand import BESIDE, SECOND, ByHand
from transcript2handoff.corrections import Proof, Signature, parsed, to_line
from transcript2handoff.corrections import making as correcting
from transcript2handoff.deep.examining import Manner, examine
from transcript2handoff.deep.installation import Installation
from transcript2handoff.deep.looks import LOOKS
from transcript2handoff.jobs.desk import on_desk
from transcript2handoff.jobs.shelf import heard_before
from transcript2handoff.jobs.telling import transcript_of
from transcript2handoff.journal import making
from transcript2handoff.journal import to_line as event_line
from transcript2handoff.store import (
    Deed,
    Store,
    corrections,
    events,
    inbox,
    keeping,
    receipts,
    runs,
    shares,
    uploads,
    workers,
)

AT_ONCE = Manner(grace=datetime.timedelta(0), settle=0)
SIGNED = Signature(by="Maeve", at=datetime.datetime(2026, 5, 18, 9, tzinfo=datetime.UTC))


@dataclass
class Lived:
    """An installation, and the ids of what is in it."""

    hand: ByHand
    deal: str
    first: str
    second: str

    @property
    def store(self) -> Store:
        return self.hand.store

    def found(self, store=None, *names, attempts=(), manner=AT_ONCE, papers=BESIDE):
        """What does not hold: sentences by the names of the matters."""
        whole = Installation(
            store=store or self.store,
            attempts=lambda: attempts,
            papers=papers,
            grace=manner.grace,
        )
        looks = {name: LOOKS[name] for name in names} if names else LOOKS
        report = examine(whole, manner=manner, looks=looks)
        return {
            one.name: [fault.what for fault in one.faults] for one in report.matters if one.faults
        }


@pytest.fixture(scope="session")
def template(sqlite_template, tmp_path_factory) -> Lived:
    """An SQLite installation, to be copied."""
    folder = tmp_path_factory.mktemp("lived")
    file = shutil.copy(sqlite_template, folder / "t2h.db")
    with closing(hasty(Store.open(f"sqlite:///{file}", str(folder / "blobs")))) as store:
        return lives(store, folder)


@pytest.fixture
def quick(template, tmp_path) -> Iterator[Lived]:
    """Where one kind of database is enough."""
    folder = shutil.copytree(template.hand.folder, tmp_path / "lived")
    url = f"sqlite:///{folder / 't2h.db'}"
    with closing(hasty(Store.open(url, str(folder / "blobs")))) as store:
        yield replace(template, hand=ByHand(store, folder))


@pytest.fixture
def lived(database, request, tmp_path) -> Lived:
    """On each kind of database."""
    if database == "sqlite":
        return request.getfixturevalue("quick")
    return lives(request.getfixturevalue("store"), tmp_path)


def lives(store: Store, folder) -> Lived:
    """Have much happen in an empty installation."""
    hand = ByHand(store, folder)
    with store.write() as tx:
        workers.beat(tx, "w", slots=1)
        # It is heard of for as long as a test takes.
        tx.session.execute(text("UPDATE workers SET seen = '2999-01-01 00:00:00.000000'"))
    deal_id = hand.deal()
    first = hand.spoken(deal_id)
    second = hand.spoken(deal_id, "second", SECOND, date="2026-05-12")
    _note(store, "add", "deal", deal_id)
    for call in (first, second):
        _note(store, "add", "call", call.id)
        hand.read(call)
    _correct(hand, first)
    _confirm(store, deal_id)
    hand.read(first)
    hand.play(hand.want("deal", deal_id))
    _more(store, deal_id)
    keeping.collect(store)
    return Lived(hand, deal_id, first.id, second.id)


def _note(store, action, matter, subject, **details):
    with store.write() as tx:
        tx.note(Deed(actor="u", action=action, matter=matter, subject=subject, details=details))


def _correct(hand, call):
    with hand.store.read() as tx:
        heard = transcript_of(hand.store.blobs, heard_before(tx, call))
    proof = Proof(heard=heard, corrections=parsed(()))
    begin = heard.turn(2).text.index("stock")
    told = correcting.words_fixed(proof, (2, begin, begin + 5), ("stock", "goods"), SIGNED)
    with hand.store.write() as tx:
        corrections.append(tx, call.id, to_line(told), expected=0)


def _confirm(store, deal_id):
    here = on_desk(store, deal_id)
    for number, claim in enumerate(here.handoff.claims[:3], start=1):
        event = making.confirmed(here.desk, claim.id, SIGNED)
        with store.write() as tx:
            assert events.append(tx, deal_id, [event_line(event)], edition=None) == number
        _note(store, "change", "handoff", deal_id, event=number)


def _more(store, deal_id):
    with store.write() as tx:
        proof = receipts.Proof(at=tx.now, looked_through={}, with_names=False, clean=True)
        erased = receipts.add(tx, "call", receipts.Gone(calls=("call-gone",)), by="u")
        receipts.prove(tx, erased, proof, by="u")
        inbox.add(tx, inbox.NewItem(source="zoom", key="1", event="{}", endpoint="zoom"))
        uploads.add(tx, uploads.NewUpload(actor="u", length=5))
        told = {"by": "Ana", "by_id": "u", "audio": False, "language": "en"}
        until = tx.now + datetime.timedelta(days=3)
        shares.add(tx, shares.NewShare(deal_id=deal_id, digest="a" * 64, expires=until, **told))
        runs.start(tx, runs.NewRun(deal_id=deal_id, kind="documents", wanted="x"))
