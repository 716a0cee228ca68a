"""Whatever was said and signed: nothing is lost, and no order changes what is found."""

import datetime

from hypothesis import given
from hypothesis import strategies as st

from transcript2handoff.contract import Catalog, Contract, ContractLine, Feature, review
from transcript2handoff.contract.review import OF_THE_CUSTOMER
from transcript2handoff.deal import Deal
from transcript2handoff.facts import Promise, Requirement, Term
from transcript2handoff.handoff import Claim, Handoff, StatementEvidence

TODAY = datetime.date(2027, 3, 10)
EVIDENCE = (
    StatementEvidence(
        person="Ines", at=datetime.datetime(2027, 3, 1, tzinfo=datetime.UTC), words="yes"
    ),
)
WORDS = "fee set-up go-live training export data support free waived not Graz SSO scanning"
PIECES = (
    *WORDS.split(),
    *("3,000 euros", "60 days", "30 days", "10 %", "two years", "9,000 documents"),
    "the first of April",
)
texts = st.lists(st.sampled_from(PIECES), min_size=1, max_size=6).map(" ".join)
days = st.sampled_from([None, "2027-04-01", "2027-06-01", "at go-live"])
promises = st.builds(
    Promise,
    strength=st.sampled_from(["firm", "conditional", "hedged"]),
    type=st.sampled_from(["timeline", "feature", "support", "document", "commercial"]),
    due=days,
    status=st.sampled_from(["open", "withdrawn", "done"]),
)
terms = st.builds(
    Term,
    type=st.sampled_from(["price", "seats", "length", "start", "payment", "sla", "budget"]),
    value=texts,
)
told = st.lists(st.tuples(texts, promises | terms | st.just(Requirement())), max_size=7)
amounts = st.sampled_from([{}, {"amount": 3000, "currency": "EUR"}, {"amount": 30, "unit": "days"}])
lines = st.builds(
    lambda type, text, amount, day: {"type": type, "text": text, "date": day, **amount},
    st.sampled_from(["price", "seats", "length", "start", "payment", "sla", "deliverable"]),
    texts,
    amounts,
    st.sampled_from([None, "2027-04-01", "2027-05-01"]),
)
exclusions = st.builds(lambda text: {"text": text}, texts)
contracts = st.builds(
    lambda lines, exclusions: Contract.model_validate({"lines": lines, "exclusions": exclusions}),
    st.lists(lines, min_size=1, max_size=6),
    st.lists(exclusions, max_size=3),
)
CATALOG = Catalog(
    features=(
        Feature(name="SSO", status="roadmap", date=datetime.date(2027, 5, 1)),
        Feature(name="Scanning", status="available"),
        Feature(name="Export of data", status="not_offered"),
    )
)


def handoff(told):
    claims = [
        Claim(id=f"c{n}", summary=summary, fact=fact, evidence=EVIDENCE)
        for n, (summary, fact) in enumerate(told)
    ]
    return Handoff(deal=Deal(seller="Graz"), calls=(), provenance=(), claims=tuple(claims))


def turned(handoff, contract, random):
    """The same, in other orders."""
    claims, signed, features = list(handoff.claims), list(contract.lines), list(CATALOG.features)
    for each in (claims, signed, features):
        random.shuffle(each)
    return (
        handoff.model_copy(update={"claims": tuple(claims)}),
        contract.model_copy(update={"lines": tuple(signed)}),
        Catalog(features=tuple(features)),
    )


@given(told, contracts)
def test_everything_stands_in_the_review_exactly_once(told, contract):
    deal = handoff(told)
    found = review(deal, contract, CATALOG, today=TODAY)
    assert [each.claim_id for each in found.promises] == [
        claim.id for claim in deal.claims if claim.is_owed
    ]
    assert [each.claim_id for each in found.terms] == [
        claim.id for claim in deal.of_kind("term") if claim.fact.type not in OF_THE_CUSTOMER
    ]
    assert [each.line for each in found.lines] == list(contract.all_lines)


@given(told, contracts)
def test_a_verdict_stands_on_a_line_or_there_is_none(told, contract):
    found = review(handoff(told), contract, CATALOG, today=TODAY)
    by_line = {each.line.id: each.claim_ids for each in found.lines}
    for each in (*found.promises, *found.terms):
        assert (each.line is None) == (each.verdict == "not_in_contract")
        assert each.line is None or each.claim_id in by_line[each.line.id]
        assert str(each.reason).strip()
        assert "speak of ;" not in f"{each.reason};", "what they share is named"
        assert each.line is None or each.line.type != "exclusion" or each.verdict == "contradicts"


@given(told, contracts, st.randoms(use_true_random=False))
def test_no_order_changes_what_is_found(told, contract, random):
    deal = handoff(told)
    once = review(deal, contract, CATALOG, today=TODAY)
    again = review(*turned(deal, contract, random), today=TODAY)

    def by_id(found):
        return (
            {each.claim_id: each for each in (*found.promises, *found.terms)},
            {each.line.id: (each.line, set(each.claim_ids)) for each in found.lines},
        )

    assert by_id(once) == by_id(again)
    assert review(deal, contract, CATALOG, today=TODAY) == once


@given(st.text(max_size=80), st.text(min_size=1, max_size=80).filter(str.strip))
def test_any_words_can_be_compared(summary, text):
    claim = (summary.strip() or "x", Promise(strength="firm", type="feature"))
    line = ContractLine(id="L1", type="deliverable", text=text)
    found = review(handoff([claim]), Contract(lines=(line,)), CATALOG, today=None)
    assert len(found.promises) == len(found.lines) == 1
