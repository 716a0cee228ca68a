"""The promise ledger: every promise once, its state, its proof, and what was signed."""

from transcript2handoff.documents.ledger import (
    commitment_columns,
    commitment_rows,
    ledger_columns,
    ledger_rows,
)
from transcript2handoff.facts import CustomerCommitment, Exclusion, Promise

SIGNED = "lines:\n  - {id: training, type: deliverable, text: Two training days for planners}\n"


def _rows(inside):
    columns = ledger_columns(inside)
    rows = ledger_rows(inside)
    assert all(len(row) == len(columns) for row in rows)
    return [dict(zip(columns, row, strict=True)) for row in rows]


def test_a_promise_that_moved_has_its_history_in_words(talk):
    first = talk.say("alder-1", "Ana Reyes", "You have the interface in May.")
    later = talk.say("alder-2", "Ana Reyes", "The interface will be June, I think.")
    fact = Promise(strength="hedged", type="feature", owner="Sam Osei", due="2026-06-30")
    steps = ((first, "open"), (later, "changed"))
    talk.claim(first, fact, "The interface comes in June.", steps=steps, outcome="late")

    (row,) = _rows(talk.inside())

    assert row == {
        "Id": "promise-1",
        "What we owe": "The interface comes in June.",
        "Type": "feature",
        "Strength": "hedged",
        "State": "changed",
        "Owner": "Sam Osei",
        "Due": "Tue 30 Jun 2026",
        "Said by": "Ana Reyes",
        "Call": "call 1",
        "Time": "0:00",
        "Words": "You have the interface in May.",
        "History": (
            "Mon 14 Sep 2026: open, “You have the interface in May.”; "
            "Mon 21 Sep 2026: changed, “The interface will be June, I think.”"
        ),
        "Outcome": "kept late",
    }


def test_what_is_owed_stands_first_and_nothing_is_left_out(talk):
    for status, due in (
        ("withdrawn", None),
        ("open", "soon"),
        ("done", None),
        ("open", "2026-10-01"),
    ):
        fact = Promise(strength="firm", type="document", status=status, due=due)
        talk.hear("Ana Reyes", f"I send it, {status} {due}.", fact)
    talk.hear("Ana Reyes", "We do not do customs.", Exclusion())

    rows = _rows(talk.inside())

    assert [row["Id"] for row in rows] == ["promise-4", "promise-2", "promise-3", "promise-1"]
    assert [row["State"] for row in rows] == ["open", "open", "done", "withdrawn"]
    assert rows[0]["Owner"] == rows[0]["Outcome"] == rows[0]["History"] == ""


def test_a_contract_adds_what_it_says_to_what_is_still_owed(talk):
    fact = Promise(strength="firm", type="resource")
    talk.hear("Ana Reyes", "You get two training days for your planners.", fact)
    talk.hear("Ana Reyes", "Sam sits with you.", fact)
    gone = Promise(strength="firm", type="resource", status="withdrawn")
    talk.hear("Ana Reyes", "Forget the site visit.", gone)

    rows = _rows(talk.inside(signed=SIGNED))

    assert [row["Contract"] for row in rows] == ["in the contract", "not in the contract", ""]
    assert [row["Catalogue"] for row in rows] == ["", "", ""]
    assert all(row["Why"] for row in rows[:2])
    assert "Contract" not in ledger_columns(talk.inside())


def test_what_the_customer_owes_has_a_table_of_its_own(talk):
    fact = CustomerCommitment(owner="Lena Koch", due="by the weekend")
    talk.hear("Lena Koch", "=I'll send the files by the weekend.", fact)
    inside = talk.inside()

    assert ledger_rows(inside) == ()
    assert commitment_rows(inside) == (
        (
            "customer_commitment-1",
            "=I'll send the files by the weekend.",
            "Lena Koch",
            "by the weekend",
            "Lena Koch",
            "",
            "0:00",
            "=I'll send the files by the weekend.",
        ),
    )
    assert len(commitment_columns(inside)) == len(commitment_rows(inside)[0])


def test_every_promise_of_a_whole_deal_stands_in_it_once(harborline):
    rows = _rows(harborline)

    assert sorted(row["Id"] for row in rows) == sorted(
        claim.id for claim in harborline.handoff.of_kind("promise")
    )
    for row in rows:
        assert row["Words"] in {
            evidence.quote
            for claim in harborline.handoff.claims
            if claim.id == row["Id"]
            for evidence in claim.spoken
        }
        assert row["Said by"]
        assert row["Time"]
        still_owed = row["State"] in ("open", "changed")
        assert bool(row["Contract"]) == still_owed
