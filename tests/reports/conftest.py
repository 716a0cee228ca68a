"""A made-up portfolio: twelve deals, each with a short call and the claims that it proves."""

import datetime

import pytest

from transcript2handoff.assess import assess
from transcript2handoff.deal import Call, Deal
from transcript2handoff.facts import Expansion, Objection, Promise, Risk
from transcript2handoff.handoff import CallRecord, Claim, Handoff, Provenance, spoken_evidence
from transcript2handoff.reports.portfolio import DealRecord, Portfolio
from transcript2handoff.transcript import Span, Speaker, Transcript, Turn

SAID = (
    ("seller", "We will send you the data processing agreement by Friday."),
    ("seller", "SCIM should probably be out in the second quarter."),
    ("customer", "Your price is well above what we pay today."),
    ("customer", "The Lyon plant may join us next year."),
    ("customer", "If IT does not free people, this will stall."),
)
OUTCOMES = ("kept", "late", "impossible", None)


def made(number, *, outcomes=OUTCOMES):
    """A deal whose two promises ended as ``outcomes`` says, by its number."""
    call = f"deal-{number:03}-1"
    speakers = (
        Speaker(id="a", name="Ana Reyes", side="seller"),
        Speaker(id="b", name="Lena Koch", side="customer"),
    )
    turns = tuple(
        Turn(n=n, speaker="a" if side == "seller" else "b", text=text)
        for n, (side, text) in enumerate(SAID, start=1)
    )
    heard = Transcript(call_id=call, speakers=speakers, turns=turns)
    facts = (
        Promise(strength="firm", type="document", owner="Ana Reyes", due="2026-05-08"),
        Promise(strength="hedged", type="feature"),
        Objection(topic="price"),
        Expansion(),
        Risk(),
    )
    ends = (outcomes[number % len(outcomes)], outcomes[number // 2 % len(outcomes)])
    claims = []
    for n, fact in enumerate(facts, start=1):
        text = SAID[n - 1][1]
        proof = spoken_evidence(heard, n, Span(0, len(text)), match="exact")
        told = {"id": f"c{n}", "summary": text, "fact": fact, "evidence": [proof.model_dump()]}
        if n <= len(ends):
            told["outcome"] = ends[n - 1]
        claims.append(Claim.model_validate(told, context={"transcripts": {call: heard}}))
    day = datetime.date(2026, 5, 1) + datetime.timedelta(days=number % 28)
    deal = Deal(
        deal=f"deal-{number:03}",
        signed=day,
        segment=("mid-market", "enterprise", None)[number % 3],
        owners={"account_executive": ("Ana Reyes", "Sam Osei")[number % 2]},
    )
    handoff = Handoff(
        deal=deal,
        calls=(CallRecord(call=Call(id=call, date=day), transcript_version=1, turns=len(turns)),),
        provenance=(Provenance(call_id=call, engine="local", engine_version="1"),),
        claims=tuple(claims),
    )
    return DealRecord.of(handoff, [heard], assessment=assess(handoff, [heard]))


@pytest.fixture(scope="session")
def deals():
    return tuple(made(number) for number in range(12))


@pytest.fixture(scope="session")
def portfolio(deals):
    return Portfolio(deals=deals)
