"""Which words somebody changed in a turn."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcript2handoff.pages.wording import fix_of

_TEXTS = st.lists(st.sampled_from(["it", "is", "in", "May", "Märsta", "yes."]), min_size=1).map(
    " ".join
)


@given(_TEXTS, _TEXTS)
def test_the_fix_makes_one_text_of_the_other(was: str, now: str) -> None:
    fix = fix_of(was, now)
    if fix is None:
        assert was.split() == now.split()
        return
    assert was[fix.start : fix.end] == fix.was
    assert fix.was.strip()
    assert fix.now.strip()
    assert fix.was.split() != fix.now.split()
    assert was[: fix.start] + fix.now + was[fix.end :] == now


@given(_TEXTS)
def test_a_text_that_is_sent_back_as_it_was_shown_is_no_fix(text: str) -> None:
    sent = text.replace(" ", "\r\n")
    assert fix_of(text, f" {sent} ") is None


@pytest.mark.parametrize(
    ("was", "now", "words"),
    [
        ("We go live in March.", "We go live in May.", ("March.", "May.")),
        ("We go live", "We will go live", ("We", "We will")),
        ("go live", "We go live", ("go", "We go")),
        ("We go go live", "We go live", ("go go", "go")),
        ("one two three", "one three", ("one two", "one")),
    ],
)
def test_as_few_words_as_can_be(was: str, now: str, words: tuple[str, str]) -> None:
    fix = fix_of(was, now)
    assert fix is not None
    assert (fix.was, fix.now) == words


@pytest.mark.parametrize(("was", "now"), [("Yes.", "  "), ("", "Yes.")])
def test_a_turn_has_to_say_something(was: str, now: str) -> None:
    with pytest.raises(ValueError, match="has to say something"):
        fix_of(was, now)
