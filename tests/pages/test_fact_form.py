"""Forms of claims: every field of every kind, shown and read back."""

from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcript2handoff.deal import Record
from transcript2handoff.facts import KINDS, Fact, Goal, Kind, Promise
from transcript2handoff.journal.fields import Value, checked, values_of
from transcript2handoff.pages.fact_form import (
    WORDS,
    changed,
    defaults,
    field_named,
    form_fields,
    read,
    same,
    shown,
    tidy,
)

_FACTS: tuple[type[Record], ...] = get_args(get_args(Fact)[0])
_SAYABLE = st.text(st.characters(exclude_categories=["C"]), min_size=1, max_size=60)
"""What somebody can say or type, in lines."""
_LINES = st.lists(_SAYABLE, min_size=1, max_size=3).map("\n".join).filter(str.strip)
_DUE = st.one_of(
    st.none(), st.dates().map(str), st.sampled_from(["20260415", "2026-W16-3"]), _LINES
)


def _values(fact: type[Record]) -> st.SearchStrategy[dict[str, Value]]:
    special: dict[str, Any] = {"due": _DUE, "deadline": _DUE, "kind": st.just(None)}
    fields: dict[str, Any] = {"summary": _LINES}
    for name, info in fact.model_fields.items():
        if name == "kind":
            continue
        allowed = get_args(info.annotation)
        if name in special:
            fields[name] = special[name]
        elif info.annotation is bool:
            fields[name] = st.booleans()
        elif allowed and type(None) not in allowed:
            fields[name] = st.sampled_from(allowed)
        else:
            fields[name] = st.one_of(st.none(), _LINES) if allowed else _LINES
    return st.fixed_dictionaries(fields)


@st.composite
def _claims(draw: st.DrawFn) -> tuple[Kind, dict[str, Value]]:
    fact = draw(st.sampled_from(_FACTS))
    kind: Kind = fact.model_fields["kind"].default
    return kind, draw(_values(fact))


def _through_a_browser(filled: dict[str, str]) -> dict[str, str]:
    """What a browser sends of a form that nobody touches: line breaks are CR LF in a text area."""
    return {name: text.replace("\n", "\r\n") for name, text in filled.items()}


@given(_claims())
def test_what_is_shown_and_sent_back_unchanged_changes_nothing(
    claim: tuple[Kind, dict[str, Value]],
) -> None:
    kind, values = claim
    back = read(kind, _through_a_browser(shown(kind, values)))
    assert back.errors == {}
    assert set(back.values) == set(values)
    assert changed(values, back.values) == {}


@given(_claims(), _claims())
def test_what_is_typed_over_is_what_changes(
    one: tuple[Kind, dict[str, Value]], other: tuple[Kind, dict[str, Value]]
) -> None:
    (kind, was), (second, now) = one, other
    if kind != second:
        now = was
    back = read(kind, shown(kind, now))
    wanted = {name for name in was if not same(was[name], now[name])}
    assert set(changed(was, back.values)) == wanted


@given(_claims())
def test_a_value_that_is_read_fits_its_field(claim: tuple[Kind, dict[str, Value]]) -> None:
    kind, values = claim
    for name, value in read(kind, shown(kind, values)).values.items():
        assert checked(kind, name, value) == value


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_a_label_and_a_choice_for_each_of_its_values(kind: Kind) -> None:
    for field in form_fields(kind):
        assert field.label
        assert all(choice.label for choice in field.choices)
        assert bool(field.choices) == (field.control in ("choice", "yes_no"))


def test_a_promise_is_asked_for_as_it_is_made() -> None:
    fields = {field.name: field for field in form_fields("promise")}
    assert {name: field.control for name, field in fields.items()} == {
        "summary": "lines",
        "strength": "choice",
        "type": "choice",
        "owner": "line",
        "due": "day",
        "status": "choice",
    }
    assert [choice.label for choice in fields["strength"].choices] == [
        "Firm",
        "Conditional",
        "Hedged",
    ]
    assert fields["summary"].is_required
    assert not fields["owner"].is_required


def test_a_day_stands_in_its_own_input_and_other_words_beside_it() -> None:
    due = field_named("promise", "due")
    assert due.shown("2026-04-15") == {"due": "2026-04-15", "due" + WORDS: ""}
    assert due.shown("by mid May") == {"due": "", "due" + WORDS: "by mid May"}
    assert due.shown(None) == {"due": "", "due" + WORDS: ""}
    assert read("promise", {"due": "2026-05-15", "due" + WORDS: " "}).values == {
        "due": "2026-05-15"
    }
    assert read("promise", {"due": "", "due" + WORDS: ""}).values == {"due": None}


def test_what_does_not_fit_is_told_by_field() -> None:
    sent = {
        "summary": " ",
        "strength": "strong",
        "owner": "x" * 2001,
        "due": "2026-04-15",
        "due" + WORDS: "in May",
    }
    assert read("promise", sent).errors == {
        "summary": "Fill this in.",
        "strength": "Choose one of these.",
        "owner": "At most 2,000 characters; these are 2,001.",
        "due": "Give the day or the words, not both.",
    }
    assert read("promise", {"due": "15.4.2026"}).errors == {"due": "A day, such as 2026-04-29."}
    assert read("stakeholder", {"present": "perhaps"}).errors == {"present": "Choose yes or no."}


def test_a_field_that_is_not_in_the_form_stays() -> None:
    values = values_of("Go live", Promise(strength="firm", type="timeline"))
    assert changed(values, read("promise", {"strength": "hedged"}).values) == {"strength": "hedged"}


@pytest.mark.parametrize(
    ("kind", "name", "value", "says"),
    [
        ("promise", "strength", "firm", "Firm"),
        ("promise", "owner", None, "nothing"),
        ("promise", "due", "2026-04-10", "Fri 10 Apr 2026"),
        ("promise", "due", "by mid May", "by mid May"),
        ("stakeholder", "present", False, "no"),
        ("term", "value", "£44,160", "£44,160"),
        ("term", "type", "sla", "Service level"),
    ],
)
def test_a_value_is_said_for_people(kind: Kind, name: str, value: Value, says: str) -> None:
    assert field_named(kind, name).says(value) == says


def test_of_texts_only_the_words_count() -> None:
    assert tidy("  by\r\n the  end ") == "by the end"
    assert values_of("x", Goal())["metric"] is None
    assert same(None, None)
    assert not same(None, "x")
    assert not same(True, False)


def test_a_claim_that_is_yet_to_be_made_is_open() -> None:
    assert defaults("promise") == {"status": "open"}
    assert defaults("stakeholder") == {"influence": "unknown"}
    assert defaults("goal") == {}
