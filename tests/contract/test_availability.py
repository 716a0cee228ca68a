"""What was promised against what the product can do."""

import datetime

import pytest

from transcript2handoff.contract import parse_catalog, parse_contract, review
from transcript2handoff.deal import Deal
from transcript2handoff.facts import Promise
from transcript2handoff.handoff import Claim, Handoff, StatementEvidence

TODAY = datetime.date(2027, 3, 10)
CONTRACT = parse_contract("lines: [{type: length, text: Initial term of two years}]")
CATALOG = parse_catalog("""
features:
  - {name: Barcode scanning offline, status: available, date: 2026-11-02}
  - {name: Pallet labels, status: available, date: 2027-05-01}
  - {name: Single sign-on, status: roadmap, date: 2027-06-30, also: [SSO, SAML]}
  - {name: Scanning, status: available}
  - {name: Voice picking, status: roadmap}
  - {name: Route planning, status: roadmap, date: 2027-02-01}
  - {name: Customs filing, status: not_offered}
  - {name: Label printer, status: available}
  - {name: Label editor, status: not_offered}
""")
EVIDENCE = (
    StatementEvidence(
        person="Ines", at=datetime.datetime(2027, 3, 1, tzinfo=datetime.UTC), words="yes"
    ),
)


def reviewed(*promises, today=TODAY):
    claims = tuple(
        Claim(
            id=f"c{n}",
            summary=summary,
            fact=Promise(**{"strength": "firm", "type": "feature", **fields}),
            evidence=EVIDENCE,
        )
        for n, (summary, fields) in enumerate(promises, start=1)
    )
    handoff = Handoff(deal=Deal(), calls=(), provenance=(), claims=claims)
    return review(handoff, CONTRACT, CATALOG, today=today)


def found(summary, *, today=TODAY, **fields):
    (promise,) = reviewed((summary, fields), today=today).promises
    return promise.catalog


@pytest.mark.parametrize(
    ("summary", "fields", "availability", "beyond", "reason"),
    [
        (
            "Scanning barcodes works offline.",
            {},
            "available",
            None,
            "“Barcode scanning offline” is available since 2026-11-02",
        ),
        ("Scanning is part of it.", {}, "available", None, "“Scanning” is available"),
        ("You'll file customs with it.", {}, "not_offered", "firm", "“Customs filing” is not off"),
        (
            "We should have customs filing.",
            {"strength": "hedged"},
            "not_offered",
            "hedged",
            "is not offered; it was promised with a hedge only",
        ),
        (
            "SSO by the end of April.",
            {"due": "2027-04-30"},
            "roadmap",
            "firm",
            "“Single sign-on” is on the roadmap for 2027-06-30, and was promised for 2027-04-30",
        ),
        (
            "If you sign, single sign-on comes in April.",
            {"due": "2027-04-30", "strength": "conditional"},
            "roadmap",
            "conditional",
            "promised for 2027-04-30; it was promised on a condition only",
        ),
        ("SAML on the day.", {"due": "2027-06-30"}, "roadmap", None, "promised for 2027-06-30"),
        ("SSO in the summer.", {"due": "summer"}, "roadmap", None, "“summer” names no single day"),
        ("SSO is coming.", {}, "roadmap", None, "; no day was promised"),
        (
            "Voice picking in May.",
            {"due": "2027-05-31"},
            "roadmap",
            "firm",
            "on the roadmap without a date, and was promised for 2027-05-31",
        ),
        (
            "Pallet labels in April.",
            {"due": "2027-04-01"},
            "roadmap",
            "firm",
            "“Pallet labels” is on the roadmap for 2027-05-01, and was promised for 2027-04-01",
        ),
        (
            "Route planning.",
            {},
            "roadmap",
            None,
            "no day was promised; that day has passed, so the catalogue needs a look",
        ),
        ("We connect the forklifts.", {}, "unknown", None, "the catalogue names nothing like it"),
        ("It files nothing.", {}, "unknown", None, "the catalogue names nothing like it"),
        (
            "The label editor drives the label printer.",
            {},
            "unknown",
            None,
            "it may be any of these: “Label editor”, “Label printer”",
        ),
        (
            "Ines sends the roadmap for single sign-on.",
            {"type": "document", "due": "2027-03-12"},
            "unknown",
            None,
            "a document was promised",
        ),
        (
            "Ines asks product about customs filing.",
            {"type": "support"},
            "not_offered",
            None,
            "is not offered; but somebody's help was promised, not the function itself",
        ),
    ],
)
def test_what_the_catalog_says(summary, fields, availability, beyond, reason):
    finding = found(summary, **fields)
    assert (finding.availability, finding.beyond) == (availability, beyond)
    assert reason in str(finding.reason)
    assert finding.over_promise == (beyond == "firm")


@pytest.mark.parametrize(
    ("today", "availability"),
    [
        (datetime.date(2027, 4, 30), "roadmap"),
        (datetime.date(2027, 5, 1), "available"),
        (None, "available"),
    ],
)
def test_what_comes_later_is_on_the_roadmap_until_then(today, availability):
    finding = found("Pallet labels are part of it.", today=today)
    assert (finding.availability, finding.date) == (availability, datetime.date(2027, 5, 1))


def test_without_a_today_the_day_promised_is_asked_for():
    assert found("Pallet labels.", today=None, due="2027-04-30").beyond == "firm"
    assert found("Pallet labels.", today=None, due="2027-05-01").beyond is None


def test_the_over_promise_report_has_the_firm_ones_first():
    report = reviewed(
        ("Customs filing, perhaps.", {"strength": "hedged"}),
        ("Scanning.", {}),
        ("Customs filing.", {}),
        ("SSO in April.", {"due": "2027-04-30"}),
    ).beyond_catalog
    assert [each.claim_id for each in report] == ["c3", "c4", "c1"]
