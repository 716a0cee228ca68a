"""Documents: one for each place, replaced when made again, dropped with their edition."""

import pytest

from transcript2handoff.errors import BlobMissingError
from transcript2handoff.store import Store, documents, keeping

BRIEF = {"edition": "1-0", "name": "internal/kickoff_brief", "language": "en", "format": "md"}


def document(store: Store, deal, content: bytes, **more: str) -> documents.NewDocument:
    told = {**BRIEF, "media_type": "text/markdown", **more}
    return documents.NewDocument(deal_id=deal.id, blob=store.blobs.put([content]).digest, **told)


def put(store: Store, new: documents.NewDocument) -> documents.DocumentRecord:
    with store.write() as tx:
        return documents.put(tx, new)


def test_a_document_is_found_at_its_place(store: Store, deal):
    brief = put(store, document(store, deal, b"# Brief"))
    german = put(store, document(store, deal, b"# Kurz", language="de"))
    assert (brief.bytes, german.bytes) == (7, 6)
    place = documents.DocumentPlace(deal_id=deal.id, **BRIEF)
    with store.read() as tx:
        assert documents.find(tx, place) == brief
        assert documents.find(tx, place.model_copy(update={"format": "pdf"})) is None
        assert documents.of(tx, deal.id, "1-0") == (german, brief)
        assert documents.of(tx, deal.id, "2-0") == ()


def test_a_document_that_is_made_again_replaces_the_old_one(store: Store, deal):
    put(store, document(store, deal, b"old"))
    new = put(store, document(store, deal, b"newer"))
    with store.read() as tx:
        assert documents.of(tx, deal.id, "1-0") == (new,)
    assert keeping.collect(store) == 1
    assert store.blobs.size(new.blob) == 5


def test_documents_of_other_editions_are_dropped(store: Store, deal):
    put(store, document(store, deal, b"old"))
    put(store, document(store, deal, b"old", edition="1-1"))
    kept = put(store, document(store, deal, b"new", edition="2-1"))
    with store.write() as tx:
        assert documents.drop_older(tx, deal.id, "2-1") == 2
        assert documents.drop_older(tx, deal.id, "2-1") == 0
        assert documents.of(tx, deal.id, "2-1") == (kept,)
    assert keeping.collect(store) == 1


def test_a_document_without_its_bytes_is_not_noted(store: Store, deal):
    new = document(store, deal, b"x").model_copy(update={"blob": "0" * 64})
    with pytest.raises(BlobMissingError):
        put(store, new)
