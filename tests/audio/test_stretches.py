from hypothesis import given
from hypothesis import strategies as st

from transcript2handoff.audio.stretches import (
    Stretch,
    VoiceStretch,
    joined,
    overlap,
    within,
    without,
)


def test_neighbours_join_up_to_a_length_and_a_gap():
    speech = [Stretch(0, 4), Stretch(5, 9), Stretch(9.5, 12), Stretch(20, 21)]
    assert list(joined(speech, gap=1.5, longest=10)) == [(0, 9), (9.5, 12), (20, 21)]


def test_one_that_is_too_long_stays_whole():
    assert list(joined([Stretch(0, 40), Stretch(40.5, 41)], gap=1, longest=10)) == [
        (0, 40),
        (40.5, 41),
    ]


def test_what_covers_leave():
    assert list(without(Stretch(0, 10), [(8, 12), (-1, 1), (3, 5), (4, 6)])) == [(1, 3), (6, 8)]


def test_voices_only_where_there_is_sound():
    assert list(within([VoiceStretch("a", 0, 10)], [(1, 2), (8, 12), (20, 21)])) == [
        ("a", 1, 2),
        ("a", 8, 10),
    ]


def test_distance_is_negative_overlap():
    assert overlap((0, 2), (1, 5)) == 1
    assert overlap((0, 2), (3, 5)) == -1


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(1, 9)).map(lambda c: (c[0], sum(c)))))
def test_covers_and_what_they_leave_make_up_the_whole(covers):
    rest = {n for gap in without(Stretch(0, 60), covers) for n in range(gap.start, gap.end)}
    covered = {n for begin, end in covers for n in range(begin, end)}
    assert rest == set(range(60)) - covered
