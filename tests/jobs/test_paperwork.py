"""Papers between the YAML that people send and what the store keeps."""

import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcript2handoff.contract import parse_contract
from transcript2handoff.documents.customer_plan import parse_plan
from transcript2handoff.errors import ArtifactError, ContractFileError, DealFileError
from transcript2handoff.jobs.paperwork import NOTHING_SIGNED, kept_text, signed_in, yaml_of
from transcript2handoff.store.papers import PaperRecord

HARBORLINE = Path(__file__).parents[2] / "fixtures" / "harborline" / "terms.yaml"
PLAN = """sponsor: no
milestones:
  - name: "Erste Rechnung: raus"
    day: 2027-05-17
agreed: {ours: Ana, yours: Tom, day: 2027-04-01}
"""


def paper(name, text):
    at = datetime.datetime(2026, 3, 2, tzinfo=datetime.UTC)
    return PaperRecord(deal_id="deal-1", name=name, text=text, by="Ana", created=at)


def test_what_is_kept_says_what_was_sent():
    terms = HARBORLINE.read_text()
    kept = {
        "contract": paper("contract", kept_text("contract", terms)),
        "plan": paper("plan", kept_text("plan", PLAN)),
    }
    signed = signed_in(kept)
    assert (signed.contract, signed.plan) == (parse_contract(terms), parse_plan(PLAN))
    assert parse_contract(yaml_of(kept["contract"])) == parse_contract(terms)
    assert parse_plan(yaml_of(kept["plan"])) == parse_plan(PLAN)
    assert signed_in({}) == NOTHING_SIGNED


@given(st.text(min_size=1).filter(str.strip), st.floats(0, allow_infinity=False))
def test_yaml_that_is_given_back_can_be_sent_again(words, amount):
    line = {"id": "a", "type": "seats", "text": words, "amount": amount, "unit": "users"}
    contract = parse_contract("lines: [{type: seats, text: x}]").model_validate({"lines": [line]})
    told = yaml_of(paper("contract", contract.model_dump_json(exclude_defaults=True)))
    assert parse_contract(told) == contract


@pytest.mark.parametrize(
    ("name", "text", "error", "words"),
    [
        ("contract", "lines: [", ContractFileError, "The contract is not valid YAML"),
        ("contract", "title: x", ContractFileError, "there are no lines"),
        ("contract", "", ContractFileError, "it is no list of fields"),
        ("plan", "sponser: x", DealFileError, "sponser: there is no such field"),
    ],
)
def test_what_is_no_paper_is_refused_in_words(name, text, error, words):
    with pytest.raises(error, match=words):
        kept_text(name, text)


def test_a_paper_that_cannot_be_read_any_more_says_what_to_do():
    with pytest.raises(ArtifactError, match="/v1/deals/deal-1/contract"):
        signed_in({"contract": paper("contract", "{}")})
