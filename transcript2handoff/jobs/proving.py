"""The proof of an erasure: nothing of it is in the store, nor in the tables of the engine."""

import time
from collections.abc import Collection, Iterable
from typing import Final

from transcript2handoff.erasure import Who
from transcript2handoff.jobs.engine import forget, known_runs
from transcript2handoff.jobs.engine_options import EngineOptions
from transcript2handoff.settings import Settings
from transcript2handoff.store import Store, dropping, keeping, proving, receipts, scanning
from transcript2handoff.store.engine import connect, in_words, read_url
from transcript2handoff.store.proving import BLOBS, Looked
from transcript2handoff.store.receipts import Left, Proof, Receipt
from transcript2handoff.store.scanning import Sought

_PASSING: Final = 2.0
"""Seconds that a request, or a step of a run, takes to find out that its deal was erased."""
_SCHEMA = "dbos"
_WORKFLOW = (
    "The engine still has notes of an attempt at a run that was erased. A worker takes them away "
    "when it tidies; then run `t2h erasure verify` again."
)


def prove(
    store: Store, settings: Settings, receipt_id: str, *, by: str, who: Who | None = None
) -> Receipt:
    """Look for all that an erasure was to take away, and complete its receipt.

    Args:
        store: the store.
        settings: say where the engine keeps its tables.
        receipt_id: of the erasure.
        by: the id of who looks, for the audit.
        who: the person who was erased; without one, only ids and bytes are looked for.

    Raises:
        StoreGoneError: there is no such receipt.
        StoreUnreachableError: the store or the engine's database cannot be read.
    """
    with store.read() as tx:
        receipt = receipts.get(tx, receipt_id)
    proof = look(store, settings, receipt, who)
    if any(map(_may_pass, proof.left)):
        _tidy(store, settings, receipt, proof)
        proof = look(store, settings, receipt, who)
    if receipt.proof and receipt.proof.with_names and who is None:
        # The stronger proof stands; what was found now is told, and not kept.
        return receipt.model_copy(update={"proof": proof, "digest": None})
    with store.write() as tx:
        return receipts.prove(tx, receipt_id, proof, by=by)


def take_away(
    store: Store, settings: Settings, *, runs: Collection[str], uploads: Iterable[str]
) -> None:
    """Take away what the engine notes of runs whose rows are gone, and the parts of such uploads.

    Raises:
        StoreUnreachableError: the engine's database or the blobs cannot be used.
    """
    forget(settings, runs)
    for upload in uploads:
        store.blobs.remove_parts(upload)


def _may_pass(left: Left) -> bool:
    """Whether it may go by itself: another part of the program was at it, or a page is not in use.

    Words in rows stay until somebody changes them, and what cannot be looked into until it goes.
    """
    in_rows = left.what == "words" and left.where != BLOBS
    return left.what not in ("shared", "unread") and not in_rows


def _tidy(store: Store, settings: Settings, receipt: Receipt, found: Proof) -> None:
    """Let what was begun before the erasure come to its end, and take away what it has left."""
    time.sleep(_PASSING)
    # A worker had read the list of what waits before, and handed it over after the erasure.
    gone = receipt.gone
    take_away(store, settings, runs=gone.runs, uploads=gone.uploads)
    # A request was answered just after it; the answer to the erasure itself has its receipt.
    with store.write() as tx:
        dropping.answers(tx, (*gone.deals, *gone.calls, *gone.runs, *gone.uploads))
    keeping.collect(store)
    if any(left.what == "pages" for left in found.left):
        store.rewrite()


def look(store: Store, settings: Settings, receipt: Receipt, who: Who | None) -> Proof:
    """Look for all that an erasure was to take away.

    Raises:
        StoreUnreachableError: the store or the engine's database cannot be read.
    """
    looked = proving.look(store, receipt, who)
    _look_into_engine(settings, receipt, who, looked)
    return Proof(
        at=store.now(),
        looked_through=dict(sorted(looked.through.items())),
        with_names=who is not None,
        left=tuple(looked.left),
        clean=all(left.what == "shared" for left in looked.left),
    )


def _look_into_engine(
    settings: Settings, receipt: Receipt, who: Who | None, looked: Looked
) -> None:
    options = EngineOptions.of(settings)
    gone = receipt.gone
    sought = Sought.of((*gone.deals, *gone.calls, *gone.runs), who)
    if not (sought.ids or sought.words) or (options.file and not options.file.exists()):
        return
    _look_for_workflows(settings, gone.runs, looked)
    url = read_url(options.url)
    engine = connect(url)
    schema = None if options.file else _SCHEMA
    try:
        with in_words(options.shown), engine.connect() as connection:
            found = scanning.search(connection, sought, schema=schema)
    finally:
        engine.dispose()
    proving.tell(found, looked, of="engine.")
    if options.file and sought.words:
        proving.look_into(options.file, sought, looked, in_rows=bool(found.words))


def _look_for_workflows(settings: Settings, run_ids: Collection[str], looked: Looked) -> None:
    known = known_runs(settings)
    looked.through["workflows"] = len(known)
    if left := known.intersection(run_ids):
        told = {"what": "workflow", "where": "engine", "number": len(left)}
        ids = scanning.some(left)
        looked.left.append(Left.model_validate({**told, "ids": ids, "why": _WORKFLOW}))
