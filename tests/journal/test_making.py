"""What a person may do is checked against the deal as it stands."""

import datetime

import pytest

from transcript2handoff.errors import JournalError
from transcript2handoff.facts import Promise
from transcript2handoff.handoff import StatementEvidence
from transcript2handoff.journal import (
    Added,
    Asked,
    Change,
    Desk,
    Quoted,
    Rejected,
    Signature,
    making,
)

AT = datetime.datetime(2026, 4, 3, 9, tzinfo=datetime.UTC)
DANA = Signature(by="Dana Roe", at=AT, why="  ")
TRAINING = Promise(strength="firm", type="resource")
SAID = Quoted(call_id="acme-2", turn=3, quote="training your people on site")


def test_the_beginning_of_an_id_is_enough(acme):
    claim = acme.find(acme.deal.handoff, "questionnaire")
    event = making.confirmed(acme.desk, claim.id[:11], DANA)
    assert (event.claim_id, event.by, event.at, event.why) == (claim.id, "Dana Roe", AT, None)


def test_an_id_of_a_call_leads_to_the_claim_of_the_deal(acme):
    alone = acme.find(acme.joined(acme.calls[1]).handoff, "French")
    event = making.rejected(acme.desk, alone.id, DANA)
    assert event.claim_id == acme.find(acme.deal.handoff, "French").id
    assert event.calls == ("acme-1", "acme-2")


def test_an_unknown_id_is_answered_with_near_ones(acme):
    claim = acme.find(acme.deal.handoff, "questionnaire")
    with pytest.raises(JournalError, match=rf"no claim '.*'\. The nearest are {claim.id}"):
        making.confirmed(acme.desk, claim.id[:-1] + "x", DANA)


@pytest.mark.parametrize("given", ["promise-", "p"])
def test_a_beginning_of_several_ids_is_not_enough(acme, given):
    with pytest.raises(JournalError, match=f"Several claims have an id that begins with {given}"):
        making.confirmed(acme.desk, given, DANA)


def test_an_empty_id_names_nothing(acme):
    with pytest.raises(JournalError, match="There is no claim ''"):
        making.confirmed(acme.desk, "", DANA)


def test_nobody_can_do_nothing():
    with pytest.raises(JournalError, match="--by"):
        Signature(by=" ", at=AT)


def test_an_edit_keeps_the_value_that_it_replaced(acme):
    claim = acme.find(acme.deal.handoff, "French")
    event = making.edited(acme.desk, claim.id, {"due": None, "strength": "hedged"}, DANA)
    assert event.changes == {"due": Change(was="September", now=None)}
    after = Desk(acme.deal, [event])
    again = making.edited(after, claim.id, {"due": "May"}, DANA)
    assert again.changes == {"due": Change(was=None, now="May")}


def test_text_for_a_field_that_is_true_or_false_is_understood(acme):
    claim = acme.find(acme.deal.handoff, "Bo Ray")
    event = making.edited(acme.desk, claim.id, dict([making.parse_change("present=no")]), DANA)
    assert event.changes == {"present": Change(was=True, now=False)}


@pytest.mark.parametrize(
    ("words", "change", "message"),
    [
        ("French", {"status": "maybe"}, "status: Input should be 'open', 'withdrawn' or 'done'"),
        ("French", {"dew": "May"}, "a promise has no field 'dew'; it has summary, strength, type"),
        ("French", {"kind": "goal"}, "has no field 'kind'"),
        ("French", {"summary": None}, "summary: Input should be a valid string"),
        ("French", {"due": "September"}, "says that already; confirm it instead"),
        ("Bo Ray", {"name": None}, "a stakeholder needs a name or a role"),
    ],
)
def test_an_edit_that_does_not_fit_is_refused(acme, words, change, message):
    claim = acme.find(acme.deal.handoff, words)
    with pytest.raises(JournalError, match=message):
        making.edited(acme.desk, claim.id, change, DANA)


def test_a_rejected_claim_can_only_be_confirmed(acme):
    claim = acme.find(acme.deal.handoff, "questionnaire")
    desk = Desk(acme.deal, [making.rejected(acme.desk, claim.id, DANA)])
    for again in (
        lambda: making.rejected(desk, claim.id, DANA),
        lambda: making.edited(desk, claim.id, {"due": "May"}, DANA),
        lambda: making.outcome(desk, claim.id, "kept", DANA),
    ):
        with pytest.raises(JournalError, match=r"was rejected\. Confirm it first"):
            again()
    assert making.confirmed(desk, claim.id, DANA).claim_id == claim.id


def test_a_claim_is_added_with_words_that_prove_it(acme):
    event = making.added(acme.desk, "Training on site.", TRAINING, [SAID], DANA)
    assert event.claim.id.startswith("promise-")
    shown = Desk(acme.deal, [event]).applied.handoff.claims[-1]
    assert shown.spoken[0].quote == SAID.quote


def test_a_claim_may_rest_on_what_a_person_states(acme):
    stated = StatementEvidence(person="Ann Lee", at=AT, words="I promised training by mail.")
    event = making.added(acme.desk, "Training on site.", TRAINING, [stated], DANA)
    desk = Desk(acme.deal, [event])
    shown = desk.applied.handoff.claims[-1]
    assert (shown.id, shown.evidence) == (event.claim.id, (stated,))
    out = making.rejected(desk, event.claim.id, DANA)
    assert isinstance(out, Rejected)
    assert Desk(acme.deal, [event, out]).applied.handoff == acme.deal.handoff


@pytest.mark.parametrize(
    ("evidence", "message"),
    [
        ([], "it needs words that prove it"),
        ([SAID.model_copy(update={"quote": "a free car"})], "turn 3 of acme-2 does not say"),
        ([SAID.model_copy(update={"turn": 9})], "acme-2 has no turn 9, only 1 to 3"),
        ([SAID.model_copy(update={"call_id": "other"})], "no transcript of other"),
    ],
)
def test_a_claim_without_words_that_prove_it_cannot_be_made(acme, evidence, message):
    with pytest.raises(JournalError, match=message):
        making.added(acme.desk, "Training on site.", TRAINING, evidence, DANA)


def test_a_claim_that_is_there_is_not_added_again(acme):
    event = making.added(acme.desk, "Training on site.", TRAINING, [SAID], DANA)
    desk = Desk(acme.deal, [event])
    assert isinstance(event, Added)
    with pytest.raises(JournalError, match="is there already"):
        making.added(desk, "On-site training.", TRAINING, [SAID], DANA)
    out = Desk(acme.deal, [event, making.rejected(desk, event.claim_id, DANA)])
    with pytest.raises(JournalError, match="Edit or confirm it"):
        making.added(out, "On-site training.", TRAINING, [SAID], DANA)
    assert making.confirmed(out, event.claim_id, DANA).claim_id == event.claim_id


def test_a_question_is_answered_and_may_be_answered_again(acme):
    claim = acme.find(acme.deal.handoff, "French")
    asked = [Asked(id=f"hedged:{claim.id}", text="Is it so?", claim_ids=(claim.id,))]
    event = making.answered(acme.desk, "hedged", "Yes.", DANA, asked=asked)
    assert (event.question, event.words, event.claim_ids) == ("Is it so?", "Yes.", (claim.id,))
    again = making.answered(Desk(acme.deal, [event]), event.question_id, "No.", DANA, asked=[])
    assert (again.question, again.claim_ids) == ("Is it so?", (claim.id,))


def test_an_answer_needs_a_question_and_words(acme):
    asked = [Asked(id="no_buyer", text="Who decides?")]
    with pytest.raises(JournalError, match=r"no question 'no_buyers'\. The nearest are no_buyer"):
        making.answered(acme.desk, "no_buyers", "Bo.", DANA, asked=asked)
    with pytest.raises(JournalError, match="The deal has no questions"):
        making.answered(acme.desk, "no_buyer", "Bo.", DANA, asked=[])
    with pytest.raises(JournalError, match="is empty"):
        making.answered(acme.desk, "no_buyer", " ", DANA, asked=asked)


def test_only_promises_have_an_outcome(acme):
    goal = acme.find(acme.deal.handoff, "invoices")
    with pytest.raises(JournalError, match=r"is a goal\. Only promises have an outcome"):
        making.outcome(acme.desk, goal.id, "kept", DANA)


@pytest.mark.parametrize("text", ["due", "=May", ""])
def test_a_change_needs_a_field_and_a_value(text):
    with pytest.raises(JournalError, match="field=value"):
        making.parse_change(text)


def test_a_change_without_a_value_empties_the_field():
    assert making.parse_change("due=") == ("due", None)
    assert making.parse_change(" due = a=b ") == ("due", "a=b")
