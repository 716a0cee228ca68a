"""What nobody sees goes; what a script is written with stays."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from transcript2handoff.unseen import is_unseen, without_unseen

WRITTEN_WITH_JOINERS = ("می\u200cخواهیم", "क्\u200dष", "ශ්\u200dරී", "க்\u200cஷ")


@pytest.mark.parametrize("word", WRITTEN_WITH_JOINERS)
def test_joiners_stay_between_letters_that_need_them(word):
    assert without_unseen(f"{word} ok \u200b{word}") == f"{word} ok {word}"


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("pro\u200cmise", "promise"),
        ("می\u200c\u200cخواهیم", "میخواهیم"),
        ("می\u200c", "می"),
        ("می\u200b\u200cخواهیم", "میخواهیم"),
        ("a\U000e0041b\tc\n", "ab\tc\n"),
    ],
)
def test_elsewhere_and_in_rows_they_carry_something_and_go(text, left):
    assert without_unseen(text) == left


@given(st.text(st.sampled_from("می\u200c\u200d\u200bab \ufe0f")) | st.text())
@example("می\u200c\u200bخ")
def test_what_is_left_stays_and_is_seen_or_joins(text):
    left = without_unseen(text)
    assert without_unseen(left) == left
    assert all(character in "\u200c\u200d" for character in left if is_unseen(character))
    shown = left.replace("\u200c", "").replace("\u200d", "")
    assert {"Cf", "Co", "Cs"}.isdisjoint(map(unicodedata.category, shown))
    assert [c for c in left if not is_unseen(c)] == [c for c in text if not is_unseen(c)]
