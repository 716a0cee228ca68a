"""Progress that is told, and a wish to stop that is heard."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcript2handoff.errors import Cancelled
from transcript2handoff.watch import NOBODY, Watch

shares = st.floats(0, 1)


def test_shares_are_reported():
    told: list[float] = []
    watch = Watch(report=told.append)
    watch.at(0.25)
    watch.at(1.0)
    assert told == [0.25, 1.0]


@given(st.floats(allow_nan=False))
def test_a_share_is_never_outside_of_the_whole(share):
    told: list[float] = []
    Watch(report=told.append).at(share)
    assert 0.0 <= told[0] <= 1.0


@given(shares, shares, shares)
def test_a_part_stays_within_its_piece_of_the_whole(one, other, share):
    begin, end = sorted((one, other))
    told: list[float] = []
    Watch(report=told.append).part(begin, end).at(share)
    assert told[0] == pytest.approx(begin + (end - begin) * share)


def test_parts_of_parts():
    told: list[float] = []
    inner = Watch(report=told.append).part(0.5, 1.0).part(0.0, 0.5)
    inner.at(0.0)
    inner.at(1.0)
    assert told == [0.5, 0.75]


def test_a_wish_to_stop_is_heard_before_anything_is_reported():
    told: list[float] = []
    watch = Watch(report=told.append, cancelled=lambda: True)
    with pytest.raises(Cancelled, match="Stopped on request"):
        watch.at(0.5)
    with pytest.raises(Cancelled):
        watch.part(0, 0.5).at(0.5)
    assert told == []


def test_nobody_neither_looks_nor_stops():
    assert NOBODY.at(0.5) is None
