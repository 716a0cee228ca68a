"""Questions about claims are known again, in whatever order and under whatever ids these stand."""

import pytest

from transcript2handoff import question_ids


def test_the_order_of_the_claims_says_nothing():
    asked = question_ids.about("contradiction", ["term-b", "term-a"])
    assert asked == question_ids.about("contradiction", ["term-a", "term-b", "term-a"])


@pytest.mark.parametrize(
    ("was", "now"),
    [
        ("hedged:promise-1", "hedged:promise-3"),
        ("contradiction:promise-1+promise-2", "contradiction:promise-2+promise-3"),
        ("hedged:promise-1-2", "hedged:promise-1-2"),
        ("no_terms", "no_terms"),
    ],
)
def test_a_question_follows_its_claims(was, now):
    assert question_ids.followed(was, {"promise-1": "promise-3"}) == now
