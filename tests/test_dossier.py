"""What is known of a deal, without any file."""

import datetime
from pathlib import Path

import pytest

from transcript2handoff.company import Company
from transcript2handoff.company_files import CompanyFiles, read_company
from transcript2handoff.contract import parse_contract
from transcript2handoff.deal import parse_deal
from transcript2handoff.deal_folder import open_deal
from transcript2handoff.dossier import Papers, dossier, told_of
from transcript2handoff.errors import ArtifactError
from transcript2handoff.ground import known_claims
from transcript2handoff.handoff import read_handoff
from transcript2handoff.journal import Desk, Signature, making
from transcript2handoff.transcript import read_transcript

HARBORLINE = Path(__file__).parent.parent / "fixtures" / "harborline"
DEAL = parse_deal((HARBORLINE / "deal.toml").read_text())
BY = Signature(by="Maeve", at=datetime.datetime(2026, 6, 1, tzinfo=datetime.UTC), why=None)


def read(number):
    home = HARBORLINE / f"harborline-{number}"
    transcript = read_transcript((home / "2_transcript.json").read_bytes())
    return read_handoff((home / "4_handoff.json").read_bytes(), [transcript]), transcript


@pytest.fixture(scope="module")
def told():
    handoffs, transcripts = zip(*map(read, (1, 2)), strict=True)
    return told_of(handoffs, transcripts, DEAL)


def test_a_folder_and_its_parts_give_the_same_deal():
    there = open_deal(HARBORLINE)
    handoffs, transcripts = zip(*map(read, (1, 2, 3)), strict=True)
    told = told_of(handoffs, transcripts, there.dossier.told.handoff.deal)
    papers = Papers(
        company_files=read_company(HARBORLINE / "company.yaml"),
        contract=parse_contract((HARBORLINE / "terms.yaml").read_text()),
    )
    made = dossier(told, (), papers)
    assert made.handoff == there.dossier.handoff
    assert made.transcripts == there.dossier.transcripts
    assert made.assessment.questions[0] in there.dossier.assessment.questions
    assert set(there.recordings) == {"harborline-1", "harborline-2"}


def test_what_is_known_of_the_deal_by_now_stands_in_the_handoff(told):
    handoffs, transcripts = zip(*map(read, (1, 2)), strict=True)
    later = DEAL.model_copy(update={"kickoff": datetime.date(2026, 6, 3)})
    assert told.handoff.deal.kickoff is None
    assert told_of(handoffs, transcripts, later).handoff.deal.kickoff == datetime.date(2026, 6, 3)


def test_claims_that_were_there_before_keep_their_ids(told):
    handoffs, transcripts = zip(*map(read, (1, 2)), strict=True)
    before = known_claims(told.handoff.to_json())
    again = told_of(handoffs, transcripts, DEAL, previous=before)
    assert [one.id for one in again.handoff.claims] == [one.id for one in told.handoff.claims]
    assert set(again.origin.values()) == {one.id for one in again.handoff.claims}


def test_what_people_did_is_applied_to_the_handoff_and_not_to_what_was_told(told):
    claim = told.handoff.claims[0]
    event = making.rejected(Desk(told), claim.id, BY)
    after = dossier(told, (event,))
    assert claim.id not in {one.id for one in after.handoff.claims}
    assert claim.id in {one.id for one in after.told.handoff.claims}


def test_questions_have_ids_to_answer_them_by(told):
    asked = dossier(told, ()).asked
    assert len({one.id for one in asked}) == len(asked) > 3
    assert all(one.text for one in asked)


def test_nothing_is_reviewed_where_nothing_was_signed(told):
    papers = Papers(company_files=CompanyFiles(company=Company()))
    assert dossier(told, (), papers).review is None
    signed = parse_contract((HARBORLINE / "terms.yaml").read_text())
    papers = Papers(company_files=papers.company_files, contract=signed)
    assert dossier(told, (), papers).review.promises


def test_a_deal_without_calls_is_refused():
    with pytest.raises(ArtifactError):
        told_of((), (), DEAL)
