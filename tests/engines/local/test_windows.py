from hypothesis import given
from hypothesis import strategies as st

from transcript2handoff.engines.local.windows import (
    CLS,
    LONGEST,
    SEP,
    WINDOW,
    Piece,
    judged_windows,
    packed_windows,
    padded,
    tokens_of,
)

lengths = st.lists(st.integers(1, LONGEST + 1), min_size=1, max_size=60)


def call(sizes):
    return [
        Piece(ids=(1, *[200 + n] * (size - 1)), lead=1, offsets=((0, 1),) * (size - 1))
        for n, size in enumerate(sizes)
    ]


@given(lengths)
def test_every_sentence_is_judged_once_and_in_order(sizes):
    judged = [n for window in judged_windows(call(sizes)) for n in window.core]
    assert judged == list(range(len(sizes)))


@given(lengths)
def test_a_window_fits_the_encoder_and_holds_its_core(sizes):
    said = call(sizes)
    for window in judged_windows(said):
        ids, places = tokens_of(window, said)
        assert window.first <= window.core.start < window.core.stop <= window.last
        assert len(ids) <= WINDOW
        assert len(places) == window.last - window.first


@given(lengths, st.integers(0, 20))
def test_packed_windows_hold_every_sentence_once(sizes, begin):
    begin = min(begin, len(sizes) - 1)
    windows = list(packed_windows(call(sizes), begin=begin))
    assert [n for window in windows for n in range(window.first, window.last)] == list(
        range(len(sizes))
    )


def test_a_core_sees_what_is_said_before_and_after():
    windows = list(judged_windows(call([20] * 40)))
    inner = windows[1]
    assert inner.first < inner.core.start
    assert inner.last > inner.core.stop


def test_places_leave_out_the_marks_of_the_sides():
    said = call([3, 4])
    ids, places = tokens_of(next(iter(judged_windows(said))), said)
    assert ids == [CLS, 1, 200, 200, 1, 201, 201, 201, SEP]
    assert [ids[begin:end] for begin, end in places] == [[200, 200], [201, 201, 201]]


def test_rows_are_filled_up_behind():
    ids, mask = padded([[5, 6, 7], [8]])
    assert ids.tolist() == [[5, 6, 7], [8, 0, 0]]
    assert mask.tolist() == [[1, 1, 1], [1, 0, 0]]
