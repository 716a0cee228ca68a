"""The metric: the benchmark's own figures, and what must hold for any items."""

import json
from collections import Counter
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcript2handoff.errors import ArtifactError
from transcript2handoff.evaluate import Report, by_time, read_gold, score, table
from transcript2handoff.evaluate.gold import GoldCall, GoldTurn
from transcript2handoff.facts import KINDS
from transcript2handoff.transcript import Transcript, Turn, Word

HERE = Path(__file__).parent
BENCH = HERE.parent.parent / "fixtures" / "bench"
GOLDEN = HERE / "data"
CALLS = ("fjord-1", "harborline-1", "karoo-1", "lotus-1", "redbarn-1", "wexford-2")


@cache
def gold_call(call_id: str) -> GoldCall:
    return read_gold((BENCH / f"{call_id}.json").read_bytes(), where=call_id)


def found(call_id: str) -> list[dict]:
    file = GOLDEN / "found" / f"{call_id}.json"
    return json.loads(file.read_text(encoding="utf-8"))["items"] if file.exists() else []


def as_found(call: GoldCall) -> list[dict]:
    """The gold as an engine would have found it."""
    raw = json.loads((BENCH / f"{call.id}.json").read_text(encoding="utf-8"))["gold"]
    return [
        {
            **{name: value for name, value in item.items() if name not in ("turns", "quote")},
            "evidence": [{"turn": item["turns"][0], "quote": item["quote"]}],
        }
        for item in raw
    ]


@pytest.fixture(scope="module")
def report() -> Report:
    return score((gold_call(call_id), found(call_id)) for call_id in CALLS)


def test_table_is_the_benchmarks_own(report):
    assert table(report) == (GOLDEN / "table.txt").read_text(encoding="utf-8").rstrip("\n")


def test_figures_are_the_benchmarks_own(report):
    assert report.to_dict() == json.loads((GOLDEN / "scores.json").read_text(encoding="utf-8"))


def test_the_golden_items_try_every_way_to_be_wrong():
    items = [item for call_id in CALLS for item in found(call_id)]
    assert not found("lotus-1"), "a file is missing"
    assert any(item["kind"] not in KINDS for item in items)
    assert any(not item["evidence"] for item in items)
    assert any(len(item["evidence"]) > 2 for item in items)
    assert any("turn" not in evidence for item in items for evidence in item["evidence"])
    assert any(item["kind"] == "promise" and "owner" not in item for item in items)


@pytest.mark.parametrize("call_id", CALLS)
def test_the_gold_itself_scores_one_everywhere(call_id):
    call = gold_call(call_id)
    report = score([(call, as_found(call))])
    kinds = {item.kind for item in call.gold}
    assert {report.kind(kind).f1 for kind in KINDS if kind in kinds} == {1.0}
    assert {report.accuracy(*key) for key in report.asked} == {1.0}
    assert report.unasked.total() == 0
    assert report.evidence["verbatim"] == report.evidence["quotes"] == len(call.gold)


def test_nothing_found_scores_nothing():
    report = score([(gold_call("fjord-1"), [])])
    assert report.total.f1 == report.total.precision == report.total.recall == 0.0
    assert report.macro_f1() == 0.0


@given(st.data())
def test_the_order_of_items_changes_no_count_of_pairs(data):
    call_id = data.draw(st.sampled_from([c for c in CALLS if found(c)]))
    call, items = gold_call(call_id), found(call_id)
    shuffled = data.draw(st.permutations(items))
    first, second = score([(call, items)]), score([(call, shuffled)])
    assert first.pairs == second.pairs
    assert first.evidence == second.evidence


@given(st.data())
def test_more_items_never_make_fewer_pairs(data):
    call, items = gold_call("harborline-1"), found("harborline-1")
    some = data.draw(st.lists(st.sampled_from(items), unique_by=id))
    few, all_of_them = score([(call, some)]), score([(call, items)])
    assert all(few.pairs[kind] <= all_of_them.pairs[kind] for kind in KINDS)
    assert all(few.pairs[k] <= min(few.found[k], few.gold[k]) for k in KINDS)


def bench_call(**changes) -> str:
    call = {
        "id": "acme-1",
        "participants": [
            {"name": "Ann Lee", "side": "seller", "title": "AE"},
            {"name": "Bo Ray", "side": "customer", "title": "COO"},
        ],
        "turns": [
            {"n": 1, "speaker": "Ann Lee", "text": "I will send it.", "start": 0.0, "end": 2.0},
            {"n": 2, "speaker": "Bo Ray", "text": "Please do.", "start": 2.5, "end": 4.0},
            {"n": 3, "speaker": "Unknown 1", "text": "Bye.", "start": 10.0, "end": 11.0},
        ],
        "gold": [{"id": "g1", "kind": "promise", "turns": [1], "summary": "Ann sends it."}],
    }
    return json.dumps(call | changes)


def test_a_promise_at_the_customers_turn_is_counted():
    call = read_gold(bench_call())
    promise = {"kind": "promise", "evidence": [{"turn": 2, "quote": "Please do"}]}
    stranger = {"kind": "promise", "evidence": [{"turn": 3, "quote": "Bye"}]}
    report = score([(call, [promise, stranger])])
    assert report.evidence == Counter(quotes=2, verbatim=2, promises_by_customer=1)
    assert report.pairs == Counter(promise=1)


@pytest.mark.parametrize("text", ["", "[]", '{"id": "acme-1"}', '{"id": 1, "gold": []}'])
def test_a_file_without_gold_is_named(text):
    with pytest.raises(ArtifactError, match=r"^acme\.json is not a HandoffBench call with gold"):
        read_gold(text, where="acme.json")


def heard(*turns: tuple[str, float, float]) -> Transcript:
    """A recognised call; the words of a turn take equally long."""
    made = []
    for n, (text, start, end) in enumerate(turns, 1):
        pace = (end - start) / len(text.split())
        words = tuple(
            Word(word, start + pace * at, start + pace * (at + 1))
            for at, word in enumerate(text.split())
        )
        made.append(Turn(n=n, text=text, start=start, end=end, words=words))
    return Transcript(call_id="acme-1", turns=tuple(made))


def test_evidence_goes_to_the_turn_that_it_overlaps_most():
    call = read_gold(bench_call())
    transcript = heard(("i will send it please do", 0.0, 4.0), ("bye", 7.5, 8.0))
    items = [
        {"kind": "promise", "evidence": [{"turn": 1, "quote": "i will send it"}]},
        {"kind": "pain", "evidence": [{"turn": 1, "quote": "it please do"}]},
        {"kind": "risk", "evidence": [{"turn": 2, "quote": "bye"}]},
        {"kind": "goal", "evidence": [{"turn": 9, "quote": "bye"}, {"quote": "bye"}]},
    ]
    moved = by_time(items, transcript, call.turns)
    assert [[e["turn"] for e in item["evidence"]] for item in moved] == [[1], [2], [3], [None] * 2]
    assert [e["heard_in"] for item in moved for e in item["evidence"]] == [1, 1, 2, 9, None]
    assert items[0]["evidence"] == [{"turn": 1, "quote": "i will send it"}], "left as they were"


def test_heard_quotes_are_verbatim_in_what_was_heard():
    call = read_gold(bench_call())
    transcript = heard(("i will sent it", 0.0, 2.0), ("Please do.", 2.5, 4.0))
    items = [
        {"kind": "promise", "evidence": [{"turn": 1, "quote": "i will sent it"}]},
        {"kind": "promise", "evidence": [{"turn": 1, "quote": "I will send it."}]},
    ]
    report = score([(call.heard_as(transcript), by_time(items, transcript, call.turns))])
    assert report.evidence["verbatim"] == 1
    assert report.evidence["quotes"] == 2
    assert report.kind("promise").pairs == 1


def test_by_time_needs_times():
    untimed = Transcript(call_id="acme-1", turns=(Turn(n=1, text="hello"),))
    turns = read_gold(bench_call()).turns
    with pytest.raises(ValueError, match="both have times"):
        by_time([], untimed, turns)
    with pytest.raises(ValueError, match="both have times"):
        by_time([], heard(("hello", 0, 1)), [GoldTurn(n=1, speaker="Ann Lee", text="hello")])
