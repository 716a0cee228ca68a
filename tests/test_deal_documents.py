"""The documents of a deal one by one."""

from dataclasses import replace
from pathlib import Path

import pytest

from transcript2handoff.deal_documents import HEAVY, MEDIA_TYPES, DealDocuments, DocumentName
from transcript2handoff.deal_folder import open_deal
from transcript2handoff.errors import DocumentMissingError

HARBORLINE = Path(__file__).parent.parent / "fixtures" / "harborline"


@pytest.fixture(scope="module")
def deal():
    return open_deal(HARBORLINE).dossier


def documents(deal, **more):
    return DealDocuments(deal=deal, language="en", **more)


def test_names_tell_of_every_document_what_it_is(deal):
    names = documents(deal).names()
    assert len(set(names)) == len(names)
    assert DocumentName("internal/kickoff_brief", "pdf") in names
    assert {name.format for name in names} == set(MEDIA_TYPES)
    assert {name.format for name in names if name.heavy} == HEAVY
    assert [name.file for name in names if "transcripts" in name.path] == [
        f"internal/transcripts/harborline-{n}.vtt" for n in (1, 2, 3)
    ]


def test_each_name_leads_to_its_document(deal):
    made = documents(deal)
    quick = [name for name in made.names() if not name.heavy]
    assert len(quick) > 15
    texts = {name: made.make(name.path, name.format) for name in quick}
    assert all(texts.values())
    assert len(set(texts.values())) == len(texts)


def test_one_document_is_the_same_as_among_all(deal):
    made = documents(deal)
    assert made.make("internal/questions", "docx").startswith(b"PK")
    assert made.make("customer/raci", "pdf").startswith(b"%PDF")
    assert made.make("internal/promise_ledger", "xlsx").startswith(b"PK")


def test_without_a_contract_there_is_no_review_of_it(deal):
    paths = {name.path for name in documents(replace(deal, review=None)).names()}
    assert "internal/contract_review" not in paths
    assert "internal/questions" in paths


def test_recordings_are_played_from_where_they_are_said_to_be(deal):
    url = "https://t2h.example/v1/calls/call-1/audio"
    page = documents(deal, recordings={"harborline-1": url}).make("internal/kickoff_brief", "html")
    assert f'href="{url}#t='.encode() in page
    assert b"1_call.m4a" not in page


@pytest.mark.parametrize(
    ("path", "form"),
    [("internal/poem", "md"), ("internal/questions", "csv"), ("questions", "md"), ("", "")],
)
def test_a_document_that_there_is_not_is_named(path, form, deal):
    with pytest.raises(DocumentMissingError, match="There are: internal/kickoff_brief, "):
        documents(deal).make(path, form)
