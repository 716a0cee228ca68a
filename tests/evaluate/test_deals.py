"""The metric over deals: pairs of one matter, final states, contradictions, dropped promises."""

import json

import pytest

from transcript2handoff.errors import ArtifactError
from transcript2handoff.evaluate.deal_gold import GoldDeal, is_held_out, read_deals
from transcript2handoff.evaluate.deals import (
    FoundDeal,
    deals_table,
    score_deals,
    unmerged,
)

DEALS = {
    "acme": {
        "calls": ["acme-1", "acme-2"],
        "claims": [
            {
                "members": ["acme-1#g1", "acme-2#g1"],
                "final": "changed",
                "summary": "German, May.",
            },
            {"members": ["acme-1#g2", "acme-2#g2"], "final": "withdrawn", "summary": "No pilot."},
            {"members": ["acme-1#g3"], "final": "open", "summary": "Recap owed.", "note": "never"},
            {"members": ["acme-1#g4", "acme-2#g4"], "final": None, "summary": "Bo, the FD."},
        ],
        "contradictions": [{"members": ["acme-1#g4", "acme-2#g5"], "about": "Two FDs."}],
        "dropped": ["acme-1#g3"],
    }
}
KINDS = {
    "acme-1#g1": "promise",
    "acme-1#g2": "promise",
    "acme-1#g3": "promise",
    "acme-1#g4": "stakeholder",
    "acme-2#g1": "promise",
    "acme-2#g2": "exclusion",
    "acme-2#g4": "stakeholder",
    "acme-2#g5": "stakeholder",
}
STATUSES = {item: "open" for item, kind in KINDS.items() if kind == "promise"}


def acme() -> GoldDeal:
    return read_deals(json.dumps(DEALS))["acme"]


def found(claims: dict[str, str], states: dict[str, str], **more: object) -> FoundDeal:
    return FoundDeal(gold=acme(), kinds=KINDS, claims=claims, states=states, **more)  # type: ignore[arg-type]


RIGHT = {
    "acme-1#g1": "a",
    "acme-2#g1": "a",
    "acme-1#g2": "b",
    "acme-2#g2": "b",
    "acme-1#g3": "c",
    "acme-1#g4": "d",
    "acme-2#g4": "d",
    "acme-2#g5": "e",
}


def test_the_gold_itself_is_perfect() -> None:
    perfect = found(
        RIGHT,
        {"a": "changed", "b": "withdrawn", "c": "open"},
        contradictions=[frozenset("de")],
        dropped=frozenset("c"),
    )
    report = score_deals([perfect])
    assert (report.promises.f1, report.items.f1, report.items.gold) == (1.0, 1.0, 3)
    assert (report.accuracy, report.matter_accuracy) == (1.0, 1.0)
    assert (report.contradictions.f1, report.dropped.f1) == (1.0, 1.0)


def test_one_claim_of_everything_finds_all_pairs_and_many_more() -> None:
    report = score_deals([found(dict.fromkeys(RIGHT, "a"), {"a": "open"})])
    assert (report.promises.pairs, report.promises.found, report.promises.gold) == (1, 6, 1)
    assert (report.items.pairs, report.items.found) == (3, 21)
    assert report.states["open", "open"] == 1
    assert report.states["withdrawn", "open"] == 1


def test_each_promise_counts_and_a_matter_only_with_all_of_them() -> None:
    split = {**RIGHT, "acme-2#g1": "f"}
    report = score_deals([found(split, {"a": "changed", "f": "open", "b": "open", "c": "open"})])
    assert report.accuracy == 2 / 4
    assert report.matter_accuracy == 1 / 3


def test_what_was_not_found_is_missed_and_wrong() -> None:
    report = score_deals([found({}, {})])
    assert (report.items.found, report.items.recall) == (0, 0.0)
    assert report.states["changed", "missing"] == 2


def test_items_that_are_not_listed_are_left_alone() -> None:
    joined = {**RIGHT, "acme-2#g5": "a"}
    states = {"a": "changed", "b": "withdrawn", "c": "open"}
    assert score_deals([found(joined, states)]).items.found == 3


def test_the_baseline_merges_nothing_and_copies_the_status() -> None:
    report = score_deals([unmerged(found(RIGHT, {}), STATUSES)])  # type: ignore[arg-type]
    assert (report.items.found, report.accuracy) == (0, 1 / 4)


def test_the_table_shows_both_beside_each_other() -> None:
    report = score_deals([found(RIGHT, {"a": "changed", "b": "withdrawn", "c": "done"})])
    baseline = score_deals([unmerged(found(RIGHT, {}), STATUSES)])  # type: ignore[arg-type]
    assert deals_table(report, baseline) == (
        "the same matter                 P      R     F1  pairs  F1 unmerged\n"
        "promises                    1.000  1.000  1.000      1        0.000\n"
        "all listed items            1.000  1.000  1.000      3        0.000\n"
        "final state right: 0.750 of 4 promises (last status in its call 0.250), "
        "0.667 of 3 matters (0.333)\n"
        "gold / found          open     changed   withdrawn        done  superseded     missing\n"
        "open                     0           0           0           1           0           0\n"
        "changed                  0           2           0           0           0           0\n"
        "withdrawn                0           0           1           0           0           0\n"
        "done                     0           0           0           0           0           0\n"
        "superseded               0           0           0           0           0           0\n"
        "contradictions: 0 of 1 found, 0 said\n"
        "dropped promises: 0 of 1 found, 0 said"
    )


def test_the_name_decides_which_half_a_deal_is_in() -> None:
    assert [is_held_out(name) for name in ("harborline", "wexford")] == [False, True]


def test_another_file_is_refused() -> None:
    with pytest.raises(ArtifactError, match="histories of deals"):
        read_deals('{"acme": {"calls": 1}}')
