"""The recorded deal against its invented contract and catalog."""

import datetime
import json
from pathlib import Path

import pytest
from pydantic import TypeAdapter

from transcript2handoff.contract import parse_catalog, parse_contract, review
from transcript2handoff.deal import Deal, Participant
from transcript2handoff.facts import Fact
from transcript2handoff.handoff import Claim, Handoff, StatementEvidence, read_handoff
from transcript2handoff.transcript import read_transcript

HARBORLINE = Path(__file__).parent.parent.parent / "fixtures" / "harborline"
CALLS = ("harborline-1", "harborline-2", "harborline-3")
BENCH = HARBORLINE.parent / "bench"
TODAY = datetime.date(2026, 5, 25)
FACT = TypeAdapter(Fact)
BESIDE_THE_FACT = {"id", "turns", "quote", "summary"}


def text(*path):
    return HARBORLINE.joinpath(*path).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def found():
    """The review of all calls, their claims side by side."""
    handoffs = []
    for call in CALLS:
        transcript = read_transcript(text(call, "2_transcript.json"))
        handoffs.append(read_handoff(text(call, "4_handoff.json"), [transcript]))
    deal = handoffs[0].model_copy(
        update={
            "calls": tuple(each for handoff in handoffs for each in handoff.calls),
            "claims": tuple(each for handoff in handoffs for each in handoff.claims),
        }
    )
    contract, catalog = parse_contract(text("terms.yaml")), parse_catalog(text("catalog.yaml"))
    return review(deal, contract, catalog, today=TODAY)


def test_it_has_every_verdict(found):
    assert {each.verdict for each in found.terms} == {
        "in_contract",
        "not_in_contract",
        "contradicts",
    }
    assert {"in_contract", "not_in_contract"} <= {each.verdict for each in found.promises}
    assert {each.catalog.availability for each in found.promises} == {
        "available",
        "roadmap",
        "not_offered",
        "unknown",
    }


def test_the_price_of_the_first_call_is_not_the_signed_one(found):
    reasons = [str(each.reason) for each in found.said("contradicts") if each.line.id == "fee"]
    assert len(reasons) == 1
    assert "said “48,000 a year”, signed “GBP 44,160 per year”" in reasons[0]


def test_the_cap_on_increases_was_promised_lower_than_it_is_signed(found):
    (cap,) = found.promised("contradicts")
    assert cap.line.id == "uplift"
    assert "said “three per cent”, signed “five per cent”" in str(cap.reason)


def test_the_way_down_is_signed(found):
    assert {"flex", "exit"} <= {each.line.id for each in found.promised("in_contract")}


def test_the_reviews_were_never_talked_about(found):
    assert "reviews" in [line.id for line in found.never_talked_about]


def test_the_nightly_push_is_an_over_promise(found):
    firm = [each for each in found.beyond_catalog if each.catalog.over_promise]
    assert [each.catalog.feature for each in firm] == ["Nightly push to SharePoint"]


def annotated(path):
    """The promises and terms of an annotated call as a handoff."""
    call = json.loads(path.read_text(encoding="utf-8"))
    at = datetime.datetime(2026, 5, 1, tzinfo=datetime.UTC)
    evidence = (StatementEvidence(person="the annotator", at=at, words="as annotated"),)
    claims = tuple(
        Claim(
            id=item["id"],
            summary=item["summary"],
            fact=FACT.validate_python({k: v for k, v in item.items() if k not in BESIDE_THE_FACT}),
            evidence=evidence,
        )
        for item in call["gold"]
        if item["kind"] in ("promise", "term")
    )
    people = tuple(Participant(**person) for person in call["participants"])
    deal = Deal(seller=call["seller"], customer=call["customer"], participants=people)
    return Handoff(deal=deal, calls=(), provenance=(), claims=claims)


def test_promises_of_other_deals_hardly_ever_meet_this_contract():
    contract, catalog = parse_contract(text("terms.yaml")), parse_catalog(text("catalog.yaml"))
    others = [path for path in sorted(BENCH.glob("*-1.json")) if "harborline" not in path.name]
    promises = [
        each
        for path in others[::4]
        for each in review(annotated(path), contract, catalog, today=TODAY).promises
    ]
    met = [each for each in promises if each.verdict != "not_in_contract"]
    known = [each for each in promises if each.catalog.feature]
    assert len(promises) > 150
    assert len(met) <= 0.03 * len(promises), [str(each.reason) for each in met]
    assert len(known) <= 0.01 * len(promises), [str(each.catalog.reason) for each in known]
