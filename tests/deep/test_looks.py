"""What no statement can break: bytes, the engine's memory, guards, and what is seen once only."""

import datetime
import json
import sqlite3
from contextlib import closing

from sqlalchemy import select, text

from tests.deep.damage import harmed
from transcript2handoff.deep.examining import Manner, examine
from transcript2handoff.jobs.desk import on_desk
from transcript2handoff.store import calls, keeping, retaining, runs
from transcript2handoff.store.soundness import Fault
from transcript2handoff.store.tables import CorrectionRow, HandoffRow


def test_bytes_that_are_gone_or_changed_are_found(quick):
    with quick.store.read() as tx:
        digest = calls.get(tx, quick.first).transcript
    file = next((quick.hand.folder / "blobs").rglob(digest))
    before = file.read_bytes()
    file.write_bytes(before[:-1] + b"?")
    assert quick.found(None, "bytes of blobs")["bytes of blobs"] == [
        "The bytes of a blob are not those that it was written with."
    ]
    file.unlink()
    assert quick.found(None, "bytes of blobs")["bytes of blobs"] == [
        "The bytes of a blob are not there."
    ]


def test_bytes_that_nothing_names_are_told_of_when_they_are_old(quick):
    quick.store.blobs.put([b"nobody wants this"])
    assert quick.found() == {"orphan blobs": ["Bytes lie in the blob store that no row names."]}
    assert quick.found(manner=Manner(settle=0)) == {}
    keeping.sweep(quick.store, older=datetime.timedelta(0))
    assert quick.found() == {}


def test_a_transcript_that_a_handoff_rests_on_is_missed(quick):
    for file in (quick.hand.folder / "blobs").rglob("*"):
        if file.is_file() and b'"schema_version"' in file.read_bytes():
            file.unlink()
    assert quick.found(None, "evidence")["evidence"] == [
        "A transcript that a handoff rests on is not there."
    ]


def test_what_is_kept_no_longer_is_no_fault(quick):
    later = quick.store.now() + datetime.timedelta(days=400)
    quick.store.now = lambda: later
    older = datetime.timedelta(days=300)
    with quick.store.write() as tx:
        assert retaining.drop_audio(tx, older=older) == 0
        assert retaining.drop_transcripts(tx, older=older) == 2
    keeping.collect(quick.store)
    assert quick.found().keys() == {"queues"}, "nobody has worked for all that time"


def test_a_claim_that_somebody_vouched_for_and_that_is_lost_is_found(quick):
    vouched = on_desk(quick.store, quick.deal).events[0].claim_id
    with harmed(quick.store) as store:
        row = store.tx.session.scalars(
            select(HandoffRow).order_by(HandoffRow.version.desc())
        ).first()
        told = json.loads(row.text)
        claims = told["handoff"]["claims"]
        told["handoff"]["claims"] = [one for one in claims if one["id"] != vouched]
        row.text = json.dumps(told)
        store.tx.session.flush()
        found = quick.found(store, "claims")
    assert found == {
        "claims": ["A claim that somebody looked at or added is not in the handoff any more."]
    }
    assert quick.found(None, "claims") == {}


def test_a_transcript_that_was_not_corrected_is_found(quick):
    with harmed(quick.store) as store:
        row = store.tx.session.scalars(select(CorrectionRow)).one()
        row.text = row.text.replace("goods", "wares")
        store.tx.session.flush()
        found = quick.found(store, "transcripts")
    assert found == {"transcripts": ["A transcript is not what its corrections make of it."]}


def test_what_is_under_way_is_not_judged(quick):
    with quick.store.write() as tx:
        runs.start(tx, runs.NewRun(deal_id=quick.deal, kind="deal"))
    with harmed(quick.store, "DELETE FROM ledger", "DELETE FROM said") as store:
        assert quick.found(store, "promises", "transcripts") == {}


def test_an_engine_that_remembers_what_was_erased_is_found(quick):
    with quick.store.read() as tx:
        run = tx.session.scalar(text("SELECT id FROM runs"))
    found = quick.found(None, "attempts", attempts=(f"{run}.1", "run-gone.2"))
    assert found == {"attempts": ["The engine remembers a run that is not there any more."]}


def test_an_audit_without_its_guards_is_found(quick):
    with harmed(quick.store) as store:
        assert len(quick.found(store, "guards")["guards"]) == 6


def test_a_damaged_file_is_found(quick):
    file = quick.hand.folder / "t2h.db"
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute("DELETE FROM sqlite_master WHERE name = 'ix_audit_actor'")
        connection.commit()
    assert quick.found(None, "database")["database"] == ["The database is damaged."]


def test_only_what_is_seen_twice_is_told():
    passing, lasting = (Fault(what=what, where=("x",), advice="-") for what in ("one", "two"))
    looks = iter([[passing, lasting], [lasting]])
    waited = []
    report = examine(
        None, manner=Manner(wait=waited.append), looks={"all": lambda _: iter(next(looks))}
    )
    assert [one.faults for one in report.matters] == [(lasting,)]
    assert waited == [3.0]
