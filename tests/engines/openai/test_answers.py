import json
from types import NoneType
from typing import Literal, get_args, get_origin

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcript2handoff.engines.openai.answers import (
    AnswerFault,
    Stated,
    Verdict,
    read_answer,
    read_verdicts,
)
from transcript2handoff.engines.openai.schema import FACTS, KINDS_OF, Group, Sure, array_of
from transcript2handoff.handoff import Citation

CFO = {
    "citations": [{"turn": 12, "quote": "our CFO signs"}],
    "name": None,
    "role": "CFO",
    "influence": "economic_buyer",
    "present": False,
    "summary": "The CFO signs.",
    "sure": "high",
}
EMPTY = {"stakeholders": [], "competitors": [], "terms": []}


def people(*stakeholders, **more):
    return json.dumps({**EMPTY, "stakeholders": stakeholders, **more})


def fault_of(text, group=Group.PEOPLE):
    with pytest.raises(AnswerFault) as caught:
        read_answer(group, text)
    return str(caught.value)


def test_an_answer_becomes_what_it_states():
    assert read_answer(Group.PEOPLE, people(CFO)) == (
        Stated(
            kind="stakeholder",
            citations=(Citation(turn=12, quote="our CFO signs"),),
            summary="The CFO signs.",
            sure=Sure.HIGH,
            fields={"name": None, "role": "CFO", "influence": "economic_buyer", "present": False},
        ),
    )


def test_nothing_stated_is_an_answer():
    assert read_answer(Group.PEOPLE, people()) == ()


def test_what_is_stated_twice_counts_once():
    twice = {**CFO, "citations": CFO["citations"] * 2}
    assert read_answer(Group.PEOPLE, people(CFO, twice, CFO)) == read_answer(
        Group.PEOPLE, people(CFO)
    )
    other = {**CFO, "present": True}
    assert len(read_answer(Group.PEOPLE, people(CFO, other))) == 2


@pytest.mark.parametrize("said", ["", "  ", "null", "None"])
def test_words_for_nothing_are_null(said):
    (stated,) = read_answer(Group.PEOPLE, people({**CFO, "name": said}))
    assert stated.fields["name"] is None


@pytest.mark.parametrize(
    "around",
    [
        "{}",
        "\n  {}\n",
        "```json\n{}\n```",
        "Here are the notes [as asked]:\n\n```\n{}\n```\nThe [12] is the turn.",
        "<think>The shape is {{stakeholders: [...]}}, so</think>\n{}",
    ],
)
def test_what_stands_around_the_object_is_passed_over(around):
    assert len(read_answer(Group.PEOPLE, around.format(people(CFO)))) == 1


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "there is no JSON object in the answer"),
        ("I cannot help with that.", "there is no JSON object in the answer"),
        ("[]", "there is no JSON object in the answer"),
        (f"[{people(CFO)}]", "the answer must be one JSON object, not an array"),
        (people(CFO)[:-30], "the answer is no valid JSON: "),
        (people() + people(), "the answer must be one JSON object, and nothing may follow it"),
        ('{"terms": [NaN]}', "the answer is no valid JSON: it holds NaN"),
        ('{"terms": [-Infinity]}', "the answer is no valid JSON: it holds -Infinity"),
        ('{"terms": [], "terms": []}', "an object has the key 'terms' twice"),
        ('{"terms": ' * 50_000, "the answer is nested too deeply"),
        ('{"terms": ' + "9" * 5000 + "}", "the answer holds a number that is too large"),
        ('{"\\ud800": 1}', "the answer is no readable text"),
        ("{}", "stakeholders is missing; competitors is missing; terms is missing"),
        (people(terms={}), "terms must be an array"),
        (people(notes=[]), "notes is not asked for"),
        (people(**{"</x> y": 1}), "'</x> y' is not asked for"),
        (people("the CFO"), "stakeholder 1 must be an object"),
        (people(CFO, {**CFO, "sure": "very"}), "stakeholder 2: sure must be one of 'high', "),
        (people({**CFO, "present": "no"}), "stakeholder 1: present must be true or false"),
        (people({**CFO, "title": "x"}), "stakeholder 1: title is not asked for"),
        (people({**CFO, "summary": " "}), "stakeholder 1: summary must not be empty"),
        (people({**CFO, "summary": 5}), "stakeholder 1: summary must be a text"),
        (people({**CFO, "citations": []}), "stakeholder 1: citations must not be empty"),
        (people({**CFO, "role": None}), "a stakeholder needs a name or a role"),
        (people({k: v for k, v in CFO.items() if k != "role"}), "stakeholder 1: role is missing"),
    ],
)
def test_a_fault_is_told_in_words(text, fault):
    assert fault in fault_of(text)


@pytest.mark.parametrize(
    ("citation", "fault"),
    [
        ({"turn": 0, "quote": "x"}, "turn must be 1 or more"),
        ({"turn": -3, "quote": "x"}, "turn must be 1 or more"),
        ({"turn": "3", "quote": "x"}, "turn must be a whole number"),
        ({"turn": 3.5, "quote": "x"}, "turn must be a whole number"),
        ({"turn": True, "quote": "x"}, "turn must be a whole number"),
        ({"turn": 3, "quote": " "}, "quote must not be empty"),
        ({"turn": 3, "quote": None}, "quote must be a text"),
        ({"turn": 3, "quote": "\ud800"}, "quote is no readable text"),
        ({"turn": 3}, "quote is missing"),
        ({"turn": 3, "quote": "x", "speaker": "y"}, "speaker is not asked for"),
    ],
)
def test_a_fault_of_a_citation_says_which(citation, fault):
    wrong = {**CFO, "citations": [*CFO["citations"], citation]}
    assert f"stakeholder 1, citation 2: {fault}" in fault_of(people(wrong))


def test_all_faults_are_told_as_far_as_they_can_be_read():
    assert fault_of(people({**CFO, "sure": 1, "role": 2})).count(";") == 1
    many = fault_of(people(*[{**CFO, "role": n} for n in range(100)]))
    assert many.startswith("stakeholder 1: role must be a text; stakeholder 2: ")
    assert many.endswith("and 88 more faults")
    assert len(many) < 1000


def _values(annotation: object) -> st.SearchStrategy:
    choices = get_args(annotation)
    if get_origin(annotation) is Literal:
        return st.sampled_from(choices)
    if NoneType in choices:
        inner = next(choice for choice in choices if choice is not NoneType)
        return st.none() | _values(inner)
    return st.booleans() if annotation is bool else words


words = st.text(st.characters(codec="utf-8"), min_size=1, max_size=30).filter(
    lambda text: text == text.strip() and text.casefold() not in {"", "null", "none"}
)
quotes = st.text(st.characters(codec="utf-8"), min_size=1, max_size=30).filter(str.strip)
places = st.fixed_dictionaries({"turn": st.integers(1, 500), "quote": quotes})


def _items(kind) -> st.SearchStrategy:
    fields = {n: f.annotation for n, f in FACTS[kind].model_fields.items() if n != "kind"}
    return st.fixed_dictionaries(
        {
            "citations": st.lists(places, min_size=1, max_size=3),
            **{name: _values(annotation) for name, annotation in fields.items()},
            "summary": words,
            "sure": st.sampled_from([str(sure) for sure in Sure]),
        }
    ).filter(lambda item: kind != "stakeholder" or item["name"] or item["role"])


def _answers(group) -> st.SearchStrategy:
    return st.fixed_dictionaries(
        {array_of(kind): st.lists(_items(kind), max_size=2) for kind in KINDS_OF[group]}
    )


asked = st.sampled_from(list(Group)).flatmap(lambda g: st.tuples(st.just(g), _answers(g)))


def _as_written(stated: Stated) -> dict:
    places = [citation.model_dump() for citation in stated.citations]
    ends = {"summary": stated.summary, "sure": str(stated.sure)}
    return {"citations": places, **stated.fields, **ends}


def _once(items: list) -> list:
    return [item for n, item in enumerate(items) if item not in items[:n]]


@given(asked, st.booleans())
def test_a_valid_answer_says_what_was_written(given_answer, as_ascii):
    group, answer = given_answer
    stated = read_answer(group, json.dumps(answer, ensure_ascii=as_ascii))
    for kind in KINDS_OF[group]:
        written = [
            {**item, "citations": _once(item["citations"])} for item in answer[array_of(kind)]
        ]
        assert [_as_written(one) for one in stated if one.kind == kind] == _once(written)


def _reads(group: Group, text: str) -> None:
    told: tuple[Stated, ...] | str
    try:
        told = read_answer(group, text)
    except AnswerFault as fault:
        told = str(fault)
    assert isinstance(told, tuple) or len(told.splitlines()) == 1


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(st.characters()), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(st.sampled_from(list(Group)), st.text(st.characters()) | st.text('{}[]":,\\ud8n1 '))
def test_any_text_is_an_answer_or_a_fault(group, text):
    _reads(group, text)


@given(asked, st.data())
def test_a_damaged_answer_is_an_answer_or_a_fault(given_answer, data):
    group, answer = given_answer
    text = json.dumps(answer)
    begin = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(begin, len(text)))
    _reads(group, text[:begin] + data.draw(st.text(max_size=4)) + text[end:])


@given(asked, st.data())
def test_an_answer_with_a_strange_part_is_an_answer_or_a_fault(given_answer, data):
    group, answer = given_answer
    array = data.draw(st.sampled_from(list(answer)))
    items = answer[array]
    if items and data.draw(st.booleans()):
        items[0][data.draw(st.sampled_from([*items[0]]) | st.text())] = data.draw(anything)
    else:
        answer[array] = data.draw(anything)
    _reads(group, json.dumps(answer))


def verdict(claim, **more):
    traits = {"strength": None, "promise_status": None, "objection_status": None}
    return {"claim": claim, "holds": True, **traits, **more}


def verdicts(*given_verdicts):
    return json.dumps({"verdicts": given_verdicts})


def test_verdicts_are_read_and_may_be_fewer():
    text = verdicts(verdict(3, holds=False), verdict(1, strength="hedged", promise_status="open"))
    assert read_verdicts(text, claims=4) == (
        Verdict(3, holds=False, strength=None, promise_status=None, objection_status=None),
        Verdict(1, holds=True, strength="hedged", promise_status="open", objection_status=None),
    )
    assert read_verdicts(verdicts(), claims=4) == ()
    assert len(read_verdicts(verdicts(verdict(1), verdict(1)), claims=1)) == 1


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (verdicts(verdict(5)), "there is no claim 5, the last one is claim 4"),
        (verdicts(verdict(0)), "verdict 1: claim must be 1 or more"),
        (verdicts(verdict(2), verdict(2, holds=False)), "claim 2 is judged in two ways"),
        (verdicts(verdict(2, strength="soft")), "verdict 1: strength must be one of 'firm', "),
        (verdicts({"claim": 1, "holds": True}), "verdict 1: strength is missing"),
        (people(), "verdicts is missing"),
    ],
)
def test_a_verdict_that_does_not_fit_is_a_fault(text, fault):
    with pytest.raises(AnswerFault, match=fault):
        read_verdicts(text, claims=4)
