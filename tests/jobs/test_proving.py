"""The proof of an erasure looks into the tables of the engine as well."""

from contextlib import closing

from tests.jobs.workshop import Workshop
from tests.store.test_opening import with_moved_words
from tests.store.test_unpacking import packed
from transcript2handoff.erasure import Who
from transcript2handoff.jobs.engine import Books
from transcript2handoff.jobs.engine_options import EngineOptions
from transcript2handoff.jobs.port import Ticket
from transcript2handoff.jobs.proving import look, prove
from transcript2handoff.store import answers, erasing, keeping, receipts


def test_a_workflow_that_was_not_forgotten_is_found_and_goes_then(workshop: Workshop) -> None:
    worker = workshop.worker()
    run_id = workshop.start(wanted="ended")
    workshop.ends(run_id)
    worker.terminate()
    worker.wait()
    store, settings = workshop.store, workshop.settings()
    with store.write() as tx:
        erased = erasing.deal(tx, workshop.deal_id, by="test")
    keeping.collect(store)
    with store.read() as tx:
        receipt = receipts.get(tx, erased.receipt_id)
    proof = look(store, settings, receipt, None)
    assert not proof.clean
    left = {(each.what, each.where) for each in proof.left}
    assert ("workflow", "engine") in left
    assert any(what == "row" and where.startswith("engine.") for what, where in left)
    assert all(run_id in each.ids for each in proof.left if each.what == "workflow")
    again = prove(store, settings, erased.receipt_id, by="test")
    assert again.proof is not None
    assert again.proof.left == ()
    assert again.proof.looked_through["workflows"] == 0
    assert again.proof.clean


def test_what_was_answered_just_after_an_erasure_goes_with_the_proof(workshop: Workshop) -> None:
    """The answer to the erasure, too, which is kept with its receipt when it was looked for."""
    store, settings = workshop.store, workshop.settings()
    with store.write() as tx:
        answers.begin(tx, "key-1", "late", "r")
        erased = erasing.deal(tx, workshop.deal_id, by="test")
        told = answers.Answer(status=201, body=f'{{"id": "{workshop.deal_id}"}}')
        answers.answer(tx, "key-1", "late", told)
    keeping.collect(store)
    receipt = prove(store, settings, erased.receipt_id, by="test")
    assert receipt.proof is not None
    assert receipt.proof.left == ()
    with store.write() as tx:
        known = answers.begin(tx, "key-1", "late", "r")
    assert known is not None
    assert known.answer == told.model_copy(update={"body": None})


def test_a_name_in_the_tables_of_the_engine_is_found(workshop: Workshop) -> None:
    worker = workshop.worker()
    workshop.ends(workshop.start(wanted="ended"))
    worker.terminate()
    worker.wait()
    store, settings = workshop.store, workshop.settings()
    with closing(Books(EngineOptions.of(settings))) as books:
        books.start([Ticket(run_id="Ysolde Quibbleworth", attempt=1)])
    with store.write() as tx:
        erased = erasing.person(tx, Who(names=("Ysolde Quibbleworth",)), by="test")
    receipt = prove(store, settings, erased.receipt_id, by="test", who=erased.who)
    assert receipt.proof is not None
    places = {each.where for each in receipt.proof.left}
    assert "engine.workflow_status.workflow_uuid" in places
    assert "engine.workflow_input.inputs" in places
    assert all(place.startswith("engine.") for place in places)


def test_a_proof_is_not_clean_where_something_was_not_looked_into(
    sqlite_workshop: Workshop,
) -> None:
    store, settings = sqlite_workshop.store, sqlite_workshop.settings()
    store.blobs.put([packed(*[bytes(1 << 20)] * 3)])
    with store.write() as tx:
        erased = erasing.person(tx, Who(names=("Ysolde Quibbleworth",)), by="test")
    receipt = prove(store, settings, erased.receipt_id, by="test", who=erased.who)
    assert receipt.proof is not None
    assert not receipt.proof.clean
    assert [(left.what, left.number) for left in receipt.proof.left] == [("unread", 1)]
    with store.read() as tx:
        assert receipts.get(tx, erased.receipt_id) == receipt


def test_a_name_in_pages_that_no_row_is_in_goes_with_the_proof(sqlite_workshop: Workshop) -> None:
    store, settings = sqlite_workshop.store, sqlite_workshop.settings()
    assert store.file is not None
    assert with_moved_words(store.file)
    with store.write() as tx:
        erased = erasing.person(tx, Who(names=("Ysolde Raskakastow",)), by="test")
    with store.read() as tx:
        receipt = receipts.get(tx, erased.receipt_id)
    found = look(store, settings, receipt, erased.who)
    assert [(left.what, left.where) for left in found.left] == [("pages", "t2h.db")]
    proven = prove(store, settings, receipt.id, by="test", who=erased.who)
    assert proven.proof is not None
    assert proven.proof.clean
