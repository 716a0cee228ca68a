"""The words that make a promise less than firm, as they were said."""

import re
from collections.abc import Iterable
from typing import Final

_HEDGE: Final = re.compile(
    r"\b(?:"
    r"(?:i(?:'|\u2019)?m |we(?:'|\u2019)?re )?(?:fairly|pretty|quite|almost|reasonably) "
    r"(?:sure|certain|confident|safe)"
    r"|(?:i(?:'|\u2019)?m |we(?:'|\u2019)?re )?(?:like )?\d+ ?(?:%|per ?cent) (?:sure|certain)"
    r"|(?:i(?:'|\u2019)?m |we(?:'|\u2019)?re )?not (?:a hundred per ?cent |100 ?% |quite |so )?sure"
    r"|(?:i|we|i(?:'|\u2019)d|we(?:'|\u2019)d) (?:would )?"
    r"(?:think|guess|believe|reckon|suppose|expect|hope|imagine)"
    r"|should(?: probably)?(?: be)?(?: able to| fine| okay| possible)?"
    r"|(?:can(?:'|\u2019)?t|cannot|won(?:'|\u2019)?t|don(?:'|\u2019)?t want to) promise"
    r"|no promises|don(?:'|\u2019)?t hold me to (?:it|that)|not committed"
    r"|(?:that(?:'|\u2019)?s|it(?:'|\u2019)?s) the plan|on the roadmap|the target is|best guess"
    r"|all being well|fingers crossed|as far as i know|if all goes well"
    r"|(?:will |we(?:'|\u2019)ll |i(?:'|\u2019)ll )?(?:try|aim|hope|plan)(?:ing)? (?:to|for)"
    r"|probably|hopefully|maybe|perhaps|possibly|likely|might|ought to|in theory|in principle"
    r"|reckon|supposed to|tend to|with any luck"
    r")\b",
    re.IGNORECASE,
)
_CONDITION: Final = re.compile(
    r"\b(?:if|once|unless|provided|providing|assuming|as long as|as soon as|subject to"
    r"|depending on|on condition that|when you|when we have)\b[^,.;:?!\u2014]*",
    re.IGNORECASE,
)


TELLING: Final = 3
"""Words that a condition has at least: "once, at month twelve" names none."""


def hedge_in(quotes: Iterable[str]) -> str | None:
    """The longest hedging phrase of the first quote that has one, letter for letter."""
    return _longest(_HEDGE, quotes, words=1)


def condition_in(quotes: Iterable[str]) -> str | None:
    """The longest condition of the first quote that names one, letter for letter."""
    return _longest(_CONDITION, quotes, words=TELLING)


def _longest(pattern: re.Pattern[str], quotes: Iterable[str], *, words: int) -> str | None:
    for quote in quotes:
        phrases = (match[0].strip() for match in pattern.finditer(quote))
        found = [phrase for phrase in phrases if len(phrase.split()) >= words]
        if found:
            return max(found, key=len)
    return None
