"""Whose turn it is with a handoff."""

import pytest

from transcript2handoff.whose_turn import Standing, whose_turn


@pytest.mark.parametrize(
    ("standing", "turn"),
    [
        (Standing(verdict=None), "service"),
        (Standing(verdict=None, decided="accepted"), "service"),
        (Standing(verdict="ready", waits_for="The deal is not won yet."), "service"),
        (Standing(verdict="ready", open_questions=0), "csm"),
        (Standing(verdict="ready", open_questions=3), "csm"),
        (Standing(verdict="ask_ae", open_questions=3), "ae"),
        (Standing(verdict="blocked", open_questions=1), "ae"),
        (Standing(verdict="blocked", open_questions=0), "csm"),
        (Standing(verdict="ask_ae", open_questions=None), "ae"),
        (Standing(verdict="ask_ae", open_questions=3, decided="accepted"), "nobody"),
        (Standing(verdict="ready", decided="returned", is_untouched=True), "ae"),
        (Standing(verdict="ask_ae", open_questions=3, decided="returned"), "csm"),
    ],
)
def test_it_is_the_turn_of(standing: Standing, turn: str):
    assert whose_turn(standing) == turn
