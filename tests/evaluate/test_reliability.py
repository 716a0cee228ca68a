import pytest

from transcript2handoff.evaluate.gold import GoldCall
from transcript2handoff.evaluate.reliability import reliability


def gold(*turns):
    return GoldCall.model_validate(
        {
            "id": "acme-1",
            "participants": [{"name": "Dana Whitfield", "side": "seller"}],
            "turns": [
                {"n": n, "speaker": "Dana Whitfield", "text": f"Say {n}."} for n in range(1, 60)
            ],
            "gold": [{"kind": "goal", "turns": [turn], "summary": "s"} for turn in turns],
        }
    )


def claim(turn, confidence):
    return {
        "kind": "goal",
        "summary": "s",
        "confidence": confidence,
        "evidence": [{"turn": turn, "quote": f"Say {turn}."}],
    }


def test_claims_fall_into_bins_by_their_confidence():
    items = [claim(10, 0.95), claim(20, 0.9), claim(30, 0.25), claim(40, 1.0)]
    found = reliability([(gold(10, 20), items)])
    assert [(one.claims, one.right) for one in found.bins] == [(1, 0.0), (3, pytest.approx(2 / 3))]


def test_brier_score_of_certain_truths_is_nothing():
    found = reliability([(gold(10), [claim(10, 1.0), claim(40, 0.0)])])
    assert found.brier == 0.0
    assert found.constant == 0.25


def test_the_table_reads_well():
    found = reliability([(gold(10), [claim(10, 0.8), claim(40, 0.4)])])
    assert list(found.lines()) == [
        "  claims  confidence   right",
        "       1       0.400   0.000",
        "       1       0.800   1.000",
        "Brier score 0.100 (constant 0.250)",
    ]


def test_nothing_to_compare_is_an_error():
    with pytest.raises(ValueError, match="no claims"):
        reliability([(gold(10), [])])
