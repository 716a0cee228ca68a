"""How spoken digits are read."""

import pytest

from transcript2handoff.policy.lexicon import load_id_rules
from transcript2handoff.policy.numbers import is_valid
from transcript2handoff.policy.spoken import digits_of, runs_of


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("four one one one", ["4111"]),
        ("Four. One, uh, one - one", ["4111"]),
        ("double oh seven, triple nine", ["007999"]),
        ("twenty-five twenty five twenty", ["252520"]),
        ("nineteen eight hundred", ["19800"]),
        ("double-seven hundred", ["7700"]),
        ("one two people, three", ["12", "3"]),
        ("DE89 NWBK zed", ["DE89NWBKZ"]),
        ("12 1,250 3", ["12", "3"]),
        ("1 99.95 2", ["1", "2"]),
        ("1 on 2026-10-01, 2", ["1", "2"]),
        ("7 $4 111 8", ["7", "8"]),
        ("7 [CARD 1] 8", ["7", "8"]),
        ("double trouble, double", []),
    ],
)
def test_runs(text: str, digits: list[str]) -> None:
    assert [digits_of(run) for run in runs_of(text)] == digits


def test_tokens_know_their_characters() -> None:
    text = "So double one, then twenty-two hundred."
    (run,) = runs_of(text)
    assert [text[token.begin : token.end] for token in run] == ["double one", "twenty-two hundred"]


@pytest.mark.parametrize("name", sorted({rule.check for rule in load_id_rules() if rule.check}))
def test_every_check_that_is_named_is_there(name: str) -> None:
    assert is_valid(name)("nothing") is False
