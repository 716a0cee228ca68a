from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcript2handoff.audio.stretches import VoiceStretch
from transcript2handoff.audio.turns import make_turns, voices_in_order
from transcript2handoff.transcript import Word


def said(text, start=0.0, pace=0.3):
    """Words that follow each other without a pause, ``pace`` seconds each."""
    return [
        Word(word, round(start + n * pace, 2), round(start + (n + 1) * pace, 2))
        for n, word in enumerate(text.split())
    ]


def shown(turns):
    return [(turn.speaker, turn.text) for turn in turns]


def test_no_words_are_no_turns():
    assert make_turns([], [VoiceStretch("a", 0, 1)]) == ()


def test_turns_end_where_the_voice_changes():
    words = said("How are you?") + said("Very well.", 1.0)
    voices = [VoiceStretch("a", 0, 0.9), VoiceStretch("b", 1.0, 1.6)]
    assert shown(make_turns(words, voices)) == [("a", "How are you?"), ("b", "Very well.")]


def test_a_change_moves_to_the_end_of_the_sentence():
    words = said("How are you? Very well indeed.")
    late = [VoiceStretch("a", 0, 1.2), VoiceStretch("b", 1.2, 1.8)]
    early = [VoiceStretch("a", 0, 0.6), VoiceStretch("b", 0.6, 1.8)]
    wanted = [("a", "How are you?"), ("b", "Very well indeed.")]
    assert shown(make_turns(words, late)) == wanted
    assert shown(make_turns(words, early)) == wanted


def test_a_change_moves_to_a_pause():
    words = said("and so we thought") + said("hang on a moment", 1.7)
    voices = [VoiceStretch("a", 0, 2.0), VoiceStretch("b", 2.0, 2.9)]
    assert shown(make_turns(words, voices)) == [
        ("a", "and so we thought"),
        ("b", "hang on a moment"),
    ]


def test_a_stray_word_amid_a_sentence_is_given_back():
    words = said("we need it by the end of June.")
    voices = [VoiceStretch("a", 0, 0.9), VoiceStretch("b", 0.9, 1.2), VoiceStretch("a", 1.2, 2.4)]
    assert shown(make_turns(words, voices)) == [("a", "we need it by the end of June.")]


def test_a_short_answer_after_a_sentence_is_a_turn():
    words = said("Is it four?") + said("Five.", 1.0) + said("Five it is.", 1.4)
    voices = [VoiceStretch("a", 0, 0.9), VoiceStretch("b", 1.0, 1.3), VoiceStretch("a", 1.4, 2.3)]
    assert [speaker for speaker, _ in shown(make_turns(words, voices))] == ["a", "b", "a"]


def asked_and(answer, *, question="Could she come?", asker=((0, 1.8),), other=1.8):
    """A question, an answer that the asker's voice is heard over, and the other voice."""
    words = said(question) + said(answer, 1.0, pace=0.2) + said("Tomorrow in person.", other)
    voices = [VoiceStretch("a", *stretch) for stretch in asker] + [VoiceStretch("b", other, 3.0)]
    return shown(make_turns(words, voices))


def test_a_short_answer_in_the_askers_voice_goes_to_the_one_who_speaks_next():
    wanted = [("a", "Could she come?"), ("b", "I'll ask. Tomorrow in person.")]
    assert asked_and("I'll ask.") == wanted


@pytest.mark.parametrize(
    "case",
    [
        {"answer": "I'll ask.", "question": "She could come."},
        {"answer": "I'll ask.", "other": 2.5},
        {"answer": "Could she?"},
        {"answer": "I will ask her."},
    ],
    ids=["after a statement", "the other is far", "another question", "a longer sentence"],
)
def test_other_short_sentences_stay_with_the_voice_that_is_heard(case):
    (first, text), _ = asked_and(**case)
    assert (first, text.endswith(case["answer"])) == ("a", True)


def test_an_answer_stays_with_a_voice_that_begins_anew_with_it():
    turns = asked_and("I know.", question="In September, then?", asker=((0, 0.9), (1.0, 1.4)))
    assert turns[0] == ("a", "In September, then? I know.")


def test_a_back_channel_does_not_tear_a_sentence():
    words = said("we get nine thousand") + said("Mm-hm.", 1.3) + said("documents a month.", 1.7)
    voices = [VoiceStretch("a", 0, 1.2), VoiceStretch("b", 1.3, 1.6), VoiceStretch("a", 1.7, 2.6)]
    turns = make_turns(words, voices)
    assert shown(turns) == [("a", "we get nine thousand documents a month."), ("b", "Mm-hm.")]
    assert turns[0].start < turns[1].start < turns[0].end


def test_a_back_channel_between_sentences_parts_them():
    words = said("We get nine thousand.") + said("Right.", 1.3) + said("Every month.", 1.7)
    voices = [VoiceStretch("a", 0, 1.2), VoiceStretch("b", 1.3, 1.6), VoiceStretch("a", 1.7, 2.3)]
    assert [turn.speaker for turn in make_turns(words, voices)] == ["a", "b", "a"]


def test_the_last_word_goes_on_while_its_voice_is_heard_but_not_into_the_next_turn():
    words = said("Well then.") + said("Yes?", 0.9)
    voices = [VoiceStretch("a", 0, 1.0), VoiceStretch("b", 0.85, 1.4)]
    first, second = make_turns(words, voices)
    assert (first.end, second.end) == (0.9, 1.4)
    assert first.words[-1] == Word("then.", 0.3, 0.9)


def test_a_word_outside_of_all_voices_goes_to_the_nearest():
    words = said("Hello there.", 5.0)
    voices = [VoiceStretch("a", 0, 1), VoiceStretch("b", 7, 9)]
    assert shown(make_turns(words, voices)) == [("b", "Hello there.")]


def test_a_monologue_is_cut_at_a_long_pause_and_a_short_turn_is_not():
    long = said("so " * 110) + said("and then", 36.0)
    short = said("so so") + said("and then", 4.0)
    assert len(make_turns(long, [VoiceStretch("a", 0, 40)])) == 2
    assert len(make_turns(short, [VoiceStretch("a", 0, 40)])) == 1


def test_who_was_put_on_hold_has_a_turn_before_and_one_after():
    held = said("One moment.") + said("Thank you for holding.", 15.6)
    first, second = make_turns(held, [VoiceStretch("a", 0, 20)])
    assert (first.end, second.start) == (1.1, 15.6)
    thinking = said("One moment.") + said("Thank you.", 5.5)
    assert len(make_turns(thinking, [VoiceStretch("a", 0, 20)])) == 1


def test_without_voices_nobody_is_named_and_pauses_end_turns():
    words = said("First of all.") + said("Second", 2.0) + said("of all.", 3.0)
    assert shown(make_turns(words, [])) == [(None, "First of all."), (None, "Second of all.")]


def test_voices_are_listed_in_the_order_of_their_first_words():
    words = said("One.") + said("Two.", 1.0) + said("Three.", 2.0)
    voices = [VoiceStretch("z", 0, 0.5), VoiceStretch("a", 1, 1.5), VoiceStretch("z", 2, 2.5)]
    assert voices_in_order(make_turns(words, voices)) == ("z", "a")


TEXTS = st.sampled_from(["yes.", "mm-hm", "right", "so", "September,", "why?", "in-laws", "48,000"])
STRETCHES = st.tuples(st.sampled_from("abc"), st.floats(0, 60), st.floats(0.1, 8))


@st.composite
def timed_words(draw):
    steps = draw(st.lists(st.tuples(TEXTS, st.floats(0, 3), st.floats(0, 1.5)), max_size=60))
    words, clock = [], 0.0
    for text, step, length in steps:
        clock = round(clock + step, 2)
        words.append(Word(text, clock, round(clock + length, 2)))
    return words


@given(timed_words(), st.lists(STRETCHES, max_size=20))
def test_every_word_is_in_one_turn_in_order_and_within_its_time(words, stretches):
    turns = make_turns(words, [VoiceStretch(v, start, start + d) for v, start, d in stretches])
    spread = [word for turn in turns for word in turn.words]
    assert sorted((w.text, w.start) for w in spread) == sorted((w.text, w.start) for w in words)
    assert all(first.start <= second.start for first, second in pairwise(turns))
    for turn in turns:
        assert all(turn.start <= word.start <= word.end <= turn.end for word in turn.words)
        assert all(first.start <= second.start for first, second in pairwise(turn.words))
        assert (turn.speaker is None) == (not stretches)
