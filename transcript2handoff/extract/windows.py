"""How a call that is too long to be read at once is cut: whole turns, with overlap, without a gap.

Sizes are counted in tokens, or in any other unit that adds up; turns are numbered from 1.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from itertools import accumulate

from transcript2handoff.handoff import Window


def plan_windows(sizes: Sequence[int], *, budget: int, overlap: int) -> tuple[Window, ...]:
    """Windows that together hold every turn, each as long as the budget allows.

    A window ends with the last turn that still fits in the budget; a turn that is larger than the
    budget is a window of its own. The next window begins with the earliest turn for which all of
    this holds: it comes after the beginning of the window before, the turns that both windows
    share are of at most ``overlap`` tokens, and together with the first turn that is new they are
    within the budget. If there is no such turn, it begins with the new one. So both ends advance
    with every window.

    An overlap as large as the budget is allowed but dear: windows then advance turn by turn.

    Args:
        sizes: tokens of turn 1, 2, ...; a turn may have none.
        budget: most tokens of a window, unless it is a single turn.
        overlap: most tokens that two neighbours share.

    Raises:
        ValueError: the budget is below 1, or the overlap or a size is below 0.
    """
    if budget < 1 or overlap < 0 or min(sizes, default=0) < 0:
        raise ValueError("the budget must be at least 1, the overlap and all sizes at least 0")
    upto = _running_total(sizes)
    windows: list[Window] = []
    first, last = 1, 0
    while last < len(sizes):
        last = max(first, bisect_right(upto, upto[first - 1] + budget) - 1)
        windows.append(Window(first=first, last=last))
        if last < len(sizes):
            skipped = max(upto[last] - overlap, upto[last + 1] - budget)
            first = min(max(first, bisect_left(upto, skipped)) + 1, last + 1)
    return tuple(windows)


def halves(window: Window, sizes: Sequence[int], *, overlap: int) -> tuple[Window, Window]:
    """A window that was too large for a server, as two that hold the same turns.

    It is cut where its two parts differ least in size; of such places, the one nearest to the
    middle. The second part reaches back over turns of at most ``overlap`` tokens, but over no more
    than half of the first, in tokens and in turns: a window that is halved until single turns are
    left must not make ever more windows of nearly its own size.

    Args:
        window: at least two turns.
        sizes: tokens of turn 1, 2, ... of the whole call.
        overlap: most tokens that the halves share.

    Raises:
        ValueError: the window is a single turn, or reaches beyond the call.
    """
    first, last = window.first, window.last
    if not first < last <= len(sizes):
        raise ValueError(f"turns {first} to {last} of {len(sizes)} cannot be halved")
    upto = [0] * first + _running_total(sizes[first - 1 : last])[1:]

    def unevenness(cut: int) -> tuple[int, int]:
        return abs(2 * upto[cut] - upto[last]), abs(2 * cut + 1 - first - last)

    cut = min(range(first, last), key=unevenness)
    shared = min(overlap, upto[cut] // 2)
    earliest = cut + 1 - (cut + 1 - first) // 2
    begin = bisect_left(upto, upto[cut] - shared, lo=earliest - 1, hi=cut) + 1
    return Window(first=first, last=cut), Window(first=begin, last=last)


def gaps(turns: int, windows: Iterable[Window]) -> tuple[Window, ...]:
    """The stretches of turns 1 to ``turns`` that are in none of the windows, in order.

    A window that ends before it begins holds nothing, and turns beyond the last are no concern.
    """
    found: list[Window] = []
    unread = 1
    for window in sorted(windows, key=lambda held: (held.first, held.last)):
        if window.first > window.last:
            continue
        if unread < window.first and unread <= turns:
            found.append(Window(first=unread, last=min(window.first - 1, turns)))
        unread = max(unread, window.last + 1)
    if unread <= turns:
        found.append(Window(first=unread, last=turns))
    return tuple(found)


def _running_total(sizes: Sequence[int]) -> list[int]:
    """Tokens of all turns up to each one; at place 0, before the first, none."""
    return list(accumulate(sizes, initial=0))
