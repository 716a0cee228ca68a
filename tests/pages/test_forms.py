"""Forms become models, and come back with what does not fit."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel
from starlette.datastructures import FormData
from starlette.requests import Request

from transcript2handoff.api.models.deals import NewDealBody
from transcript2handoff.pages.forms import FormFault, again, fields_of, read_form, without_empty


class Choice(BaseModel):
    reasons: tuple[str, ...] = ()
    day: int = 0
    why: str | None = None


def request(*fields):
    made = Request({"type": "http", "headers": []})
    made.state.form = FormData(fields)
    return made


def test_names_with_dots_are_fields_of_fields():
    told = read_form(
        request(
            ("csrf_token", "x"),
            ("deal.customer", "Harborline"),
            ("deal.kickoff", "2026-04-29"),
            ("deal.seller", "  "),
        ),
        NewDealBody,
    )
    assert told.deal.customer == "Harborline"
    assert str(told.deal.kickoff) == "2026-04-29"
    assert told.deal.seller is None


def test_one_of_a_list_is_a_list_and_of_two_values_the_last_counts():
    told = read_form(request(("reasons[]", "late"), ("day", "1"), ("day", "2")), Choice)
    assert (told.reasons, told.day) == (("late",), 2)
    assert read_form(request(), Choice) == Choice()


def test_what_the_model_does_not_have_is_left_out_and_what_is_known_counts():
    told = read_form(request(("back_to", "/"), ("day", "1")), Choice, day=3)
    assert told == Choice(day=3)


def test_faults_stand_at_their_fields_with_what_was_typed():
    asked = request(("deal.signed", "soon"), ("deal.customer", "Harborline"))
    told = read_form(asked, NewDealBody)
    assert isinstance(told, FormFault)
    assert list(told.errors) == ["deal.signed"]
    assert told.values == {"deal.signed": "soon", "deal.customer": "Harborline"}
    assert again(asked, "No.", day="Wrong.").problem == "No."


@given(st.lists(st.tuples(st.text("ab.[]"), st.text(max_size=3))))
def test_no_names_of_fields_break_it(fields):
    fields_of(FormData(fields))


@pytest.mark.parametrize(
    ("query", "kept"),
    [
        (b"verdict=&text=a+b&won=%20&order=name", b"text=a+b&order=name"),
        (b"text=a%20b", b"text=a%20b"),
        (b"q=", b""),
    ],
)
def test_a_query_loses_the_fields_that_were_left_empty(query, kept):
    assert without_empty(query) == kept
