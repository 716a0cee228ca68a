"""What was said against what was signed, one readable example for each verdict."""

import datetime

import pytest

from transcript2handoff.contract import parse_contract, review
from transcript2handoff.deal import Call, Deal, Participant
from transcript2handoff.facts import Exclusion, Promise, Requirement, Term
from transcript2handoff.handoff import CallRecord, Claim, Handoff, Turning, spoken_evidence
from transcript2handoff.transcript import Source, Span, Speaker, Transcript, Turn

SAID_ON = datetime.date(2027, 3, 1)
CONTRACT = parse_contract("""
title: Order form 2027-031
signed: 2027-03-05
lines:
  - {id: fee, type: price, text: Annual subscription fee, amount: 24000, currency: EUR, per: year}
  - {id: setup, type: price, text: One-off set-up charge, amount: 3000, currency: EUR}
  - {id: length, type: length, text: Initial term of 24 months}
  - {id: start, type: start, text: The subscription begins on 1 April 2027, date: 2027-04-01}
  - {id: users, type: seats, text: 40 named users}
  - {id: discount, type: discount, text: 10 % off the list price}
  - {id: pay, type: payment, text: "Quarterly in advance, 30 days"}
  - {id: uptime, type: sla, text: Availability of 99.5 % a month}
  - {id: go-live, type: deliverable, text: Go-live of the Graz warehouse, date: 2027-05-17}
  - {id: scanners, type: deliverable, text: Rental of barcode scanners at 9 euros per scanner}
  - {id: training, type: deliverable, text: "Training on site for shift leaders, three days"}
  - {id: export, type: deliverable, text: Data export as CSV for 30 days after the end}
  - {id: uplift, type: deliverable, text: Yearly uplift of the fee in line with inflation}
exclusions:
  - {id: archive, text: Migration of archived orders}
  - {id: nights, text: Support out of hours}
""")
DEAL = Deal(
    seller="Stockroom",
    customer="Alder Timber",
    participants=(Participant(name="Ines Duarte", side="seller"),),
)


def handoff(*told):
    """A handoff of (summary, fact) or (summary, fact, quote), with the ids ``c1``, ``c2``, …"""
    turns = [Turn(n=n, speaker="S1", text=each[-1] if len(each) > 2 else each[0])
             for n, each in enumerate(told, start=1)]  # fmt: skip
    transcript = Transcript(
        call_id="alder-1",
        source=Source(kind="transcript", file="a.txt", format="plain", sha256="0"),
        speakers=(Speaker(id="S1", name="Ines Duarte", side="seller"),),
        turns=tuple(turns),
    )
    context = {"transcripts": {"alder-1": transcript}}
    claims = [
        Claim.model_validate(
            {
                "id": f"c{n}",
                "summary": each[0],
                "fact": each[1],
                "evidence": (quoted(transcript, n),),
            },
            context=context,
        )
        for n, each in enumerate(told, start=1)
    ]
    call = CallRecord(call=Call(id="alder-1", date=SAID_ON), transcript_version=1, turns=len(turns))
    return Handoff.model_validate(
        {"deal": DEAL, "calls": (call,), "provenance": (), "claims": tuple(claims)}, context=context
    )


def quoted(transcript, n):
    whole = Span(0, len(transcript.turn(n).text))
    return spoken_evidence(transcript, n, whole, match="exact")


def promise(**fields):
    return Promise(**{"strength": "firm", "type": "resource", **fields})


def reviewed(*told):
    return review(handoff(*told), CONTRACT, None, today=None)


def promised(summary, fact=None, *quote):
    (found,) = reviewed((summary, fact or promise(), *quote)).promises
    return found


def said(type, value, summary=None):
    (found,) = reviewed(
        (summary or f"{type.title()}: {value}.", Term(type=type, value=value))
    ).terms
    return found


@pytest.mark.parametrize(
    ("summary", "line", "reason"),
    [
        (
            "Ines trains the shift leaders on site.",
            "training",
            "both speak of “Training”, “on site”, “shift”, “leaders”",
        ),
        ("The subscription is twenty-four thousand euros a year.", "fee", "“EUR 24,000 per year”"),
        ("Two thousand euros a month, as we said.", "fee", "“EUR 24,000 per year”"),
        ("Stockroom exports all data as CSV, thirty days after the end.", "export", "“30 days”"),
        ("The set-up charge is three thousand.", "setup", "both speak of “set-up”, “charge”"),
    ],
)
def test_a_promise_that_a_line_holds_is_in_the_contract(summary, line, reason):
    found = promised(summary)
    assert (found.verdict, found.line.id) == ("in_contract", line)
    assert reason in str(found.reason)


@pytest.mark.parametrize(
    "summary",
    [
        "Ines sends the security report.",
        "Stockroom connects the forklift terminals.",
        "Support.",
        "You get two years.",
        "We lend you three thousand dollars.",
        "It is 250 euros a month.",
        "Ines Duarte of Stockroom looks after Alder Timber.",
        "One more training.",
    ],
)
def test_what_no_line_speaks_of_is_said_and_not_sold(summary):
    found = promised(summary)
    assert (found.verdict, found.line) == ("not_in_contract", None)
    assert str(found.reason) == "nothing like it in the contract"


@pytest.mark.parametrize(
    ("summary", "fact", "line", "reason"),
    [
        (
            "Archived orders are migrated too.",
            promise(type="feature"),
            "archive",
            "the contract excludes it; both speak of “Migration”, “archived”, “orders”",
        ),
        ("Out-of-hours support is part of it.", promise(type="support"), "nights", "excludes it"),
        (
            "Data export as CSV for sixty days after the end.",
            promise(),
            "export",
            "said “60 days”, signed “30 days”",
        ),
        (
            "The shift leaders are trained on site, for five days.",
            promise(),
            "training",
            "said “five days”, signed “three days”",
        ),
        (
            "Go-live of Graz on the third of May.",
            promise(type="timeline", due="2027-05-03"),
            "go-live",
            "promised for 2027-05-03, signed for 2027-05-17",
        ),
        (
            "You go live on the third of May.",
            promise(type="timeline", due="2027-05-03"),
            "go-live",
            "promised for 2027-05-03, signed for 2027-05-17",
        ),
        (
            "We waive the set-up charge.",
            promise(type="commercial"),
            "setup",
            "promised free of charge, signed for “EUR 3,000”",
        ),
        (
            "Barcode scanners come free with the rental.",
            promise(type="commercial"),
            "scanners",
            "promised free of charge, signed for “9 euros”",
        ),
    ],
)
def test_a_promise_that_cannot_hold_beside_its_line_contradicts_it(summary, fact, line, reason):
    found = promised(summary, fact)
    assert (found.verdict, found.line.id) == ("contradicts", line)
    assert reason in str(found.reason)


def test_what_is_signed_for_an_earlier_day_is_in_the_contract():
    found = promised("Go-live of Graz in June.", promise(type="timeline", due="2027-06-01"))
    assert found.verdict == "in_contract"
    assert "signed for 2027-05-17, earlier than promised" in str(found.reason)


def test_a_denial_on_one_side_only_is_pointed_out():
    found = promised("There is no uplift of the fee in line with inflation.")
    assert (found.verdict, found.line.id) == ("in_contract", "uplift")
    assert "only one of them says “not”, so read both" in str(found.reason)


def test_a_cut_summary_is_helped_by_its_quote():
    found = promised("As agreed…", None, "And we train your shift leaders on site, as agreed.")
    assert (found.verdict, found.line.id) == ("in_contract", "training")


@pytest.mark.parametrize(
    ("type", "value", "line"),
    [
        ("price", "twenty-four thousand a year", "fee"),
        ("price", "two thousand euros a month", "fee"),
        ("price", "three thousand", "setup"),
        ("length", "two years", "length"),
        ("seats", "forty users", "users"),
        ("discount", "ten per cent", "discount"),
        ("payment", "thirty days", "pay"),
        ("start", "the first of April", "start"),
        ("sla", "99.5 percent", "uptime"),
    ],
)
def test_a_term_said_as_it_was_signed_is_in_the_contract(type, value, line):
    found = said(type, value)
    assert (found.verdict, found.line.id) == ("in_contract", line)


@pytest.mark.parametrize(
    ("type", "value", "line", "reason"),
    [
        ("price", "26,000 a year", "fee", "said “26,000 a year”, signed “EUR 24,000 per year”"),
        ("length", "three years", "length", "said “three years”, signed “24 months”"),
        ("seats", "sixty users", "users", "said “60 users”, signed “40 named users”"),
        ("discount", "twenty per cent", "discount", "signed “10 %”"),
        ("payment", "sixty days", "pay", "signed “30 days”"),
        ("start", "the first of May", "start", "said 2027-05-01, signed 2027-04-01"),
        ("sla", "availability of 99.9 percent", "uptime", "signed “99.5 %”"),
    ],
)
def test_a_term_with_another_value_contradicts_the_one_line_of_its_type(type, value, line, reason):
    found = said(type, value)
    assert (found.verdict, found.line.id) == ("contradicts", line)
    assert reason.replace("60 users", "sixty users") in str(found.reason)


def test_a_price_is_held_against_the_line_that_its_words_speak_of():
    found = said("price", "6,000 euros", "The one-off set-up charge is 6,000 euros.")
    assert (found.verdict, found.line.id) == ("contradicts", "setup")
    assert "said “6,000 euros”, signed “EUR 3,000”" in str(found.reason)


@pytest.mark.parametrize(
    ("type", "value", "why"),
    [
        ("price", "5,000 a year", "too far from any price to be the same matter"),
        ("price", "about 3,100", "of what, nothing says"),
        ("sla", "one hour", "another measure than availability"),
        ("sla", "99 percent of answers right", "nothing says availability"),
        ("seats", "twelve sites", "sites are not users"),
        ("discount", "two months free", "time is no discount that was signed"),
        ("price", "250 euros per scanner per month", "3,000 a year for each, not once"),
        ("renewal", "every December", "no such line"),
        ("length", "four weeks", "weeks and months are not compared"),
    ],
)
def test_a_term_is_not_forced_on_a_line(type, value, why):
    found = said(type, value)
    assert (found.verdict, found.line) == ("not_in_contract", None), why


def test_the_start_of_something_else_is_not_held_against_the_start_of_the_term():
    found = said("start", "the tenth of May", "The training starts on the tenth of May.")
    assert found.verdict == "not_in_contract"


def test_a_start_is_held_against_the_line_that_its_words_speak_of():
    found = said("start", "the tenth of May", "The Graz warehouse starts on the tenth of May.")
    assert (found.verdict, found.line.id) == ("contradicts", "go-live")
    assert "said 2027-05-10, signed 2027-05-17" in str(found.reason)


def test_an_excluded_term_contradicts():
    found = said("sla", "round the clock", "Support out of hours as well.")
    assert (found.verdict, found.line.id) == ("contradicts", "nights")


def test_how_the_customer_buys_is_no_matter_of_the_contract():
    budget = Term(type="budget", value="30,000 a year")
    procurement = Term(type="procurement", value="two signatures")
    assert reviewed(("Budget.", budget), ("Two sign.", procurement)).terms == ()


def test_what_was_signed_and_never_talked_about_is_listed():
    found = reviewed(
        ("Ines trains the shift leaders on site.", promise(status="withdrawn")),
        ("The subscription fee is 24,000 a year.", Term(type="price", value="24,000 a year")),
        ("The Graz warehouse must go live first.", Requirement()),
        ("Support out of hours is not included.", Exclusion()),
    )
    talked = {each.line.id: each.claim_ids for each in found.lines if each.talked_about}
    assert talked == {
        "training": ("c1",),
        "fee": ("c2",),
        "go-live": ("c3",),
        "nights": ("c4",),
    }
    assert [line.id for line in found.never_talked_about] == [
        each.id for each in CONTRACT.all_lines if each.id not in talked
    ]


@pytest.mark.parametrize(
    ("status", "steps", "owed"),
    [
        ("open", (), True),
        ("withdrawn", (), False),
        ("done", (), False),
        ("open", ("open", "changed"), True),
        ("withdrawn", ("withdrawn", "open"), True),
        ("open", ("open", "withdrawn"), False),
        ("open", ("changed", "superseded"), False),
        ("open", ("open", "done"), False),
    ],
)
def test_the_last_step_says_whether_a_promise_is_still_owed(status, steps, owed):
    told = handoff(("Ines trains the shift leaders on site.", promise(status=status)))
    (claim,) = told.claims
    history = tuple(
        Turning.model_construct(
            call_id="alder-1", date=SAID_ON, state=state, summary="So.", evidence=claim.evidence
        )
        for state in steps
    )
    told = told.model_copy(update={"claims": (claim.model_copy(update={"history": history}),)})
    found = review(told, CONTRACT, None, today=None)
    assert [each.claim_id for each in found.promises] == (["c1"] if owed else [])


def test_the_last_step_says_what_is_owed():
    told = handoff(("It is promised.", promise(), "It is promised."))
    (claim,) = told.claims
    step = Turning.model_construct(
        call_id="alder-1",
        date=SAID_ON,
        state="changed",
        summary="The shift leaders are trained on site.",
        evidence=claim.evidence,
    )
    told = told.model_copy(update={"claims": (claim.model_copy(update={"history": (step,)}),)})
    (found,) = review(told, CONTRACT, None, today=None).promises
    assert found.line.id == "training"


def test_the_review_sorts_by_verdict():
    found = reviewed(
        ("Ines trains the shift leaders on site.", promise()),
        ("Archived orders are migrated.", promise()),
        ("Ines sends the security report.", promise(type="document")),
        ("26,000 a year.", Term(type="price", value="26,000 a year")),
    )
    assert found.title == "Order form 2027-031"
    assert [each.claim_id for each in found.promised("in_contract")] == ["c1"]
    assert [each.claim_id for each in found.promised("contradicts")] == ["c2"]
    assert [each.claim_id for each in found.promised("not_in_contract")] == ["c3"]
    assert [each.claim_id for each in found.said("contradicts")] == ["c4"]
    assert all(each.catalog is None for each in found.promises)
    assert type(found).model_validate_json(found.model_dump_json()) == found
