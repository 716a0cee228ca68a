"""The thresholds of consolidation, each with its reason.

They were found on examples of one half of the benchmark's deals (``evaluate.deal_gold``). Of the
other half the totals were seen, some fifteen times while rules were chosen, and once the likenesses
and types of its promises without their words; so the totals are better than those of deals that
nobody has seen. Likeness is the cosine of
``words.Vocabulary``, between 0 and 1.
"""

from collections.abc import Mapping
from typing import Final

from transcript2handoff.facts import Kind, PromiseType

ALIKE: Final[Mapping[Kind, float]] = {
    "promise": 0.22,
    "exclusion": 0.45,
    "goal": 0.18,
    "pain": 0.30,
    "customer_commitment": 0.40,
    "objection": 0.18,
    "term": 0.22,
    "requirement": 0.22,
    "risk": 0.18,
    "expansion": 0.18,
    "next_step": 0.60,
}
"""How alike two claims of a kind, from two calls, must be to state the same matter.

Promises moved from call to call keep their nouns and change the rest, so little is enough where
the type agrees and no other promise is nearer. Kinds whose repetition is rare need more: two
meetings, or two tasks of the customer's, sound alike and are two.
"""
ALIKE_BY_TYPE: Final[Mapping[PromiseType, float]] = {
    "timeline": 0.12,
    "document": 0.55,
    "support": 0.19,
    "resource": 0.40,
}
"""The same for promises of some types.

A deal has one go-live, so that two calls that promise a date most often promise the same one. What
is done once is another thing in the next call, however alike it sounds: "sends the pen test
summary", "sends the ISO certificate".
"""
ENDS: Final = 0.22
"""How alike an exclusion must be to an earlier call's promise that it ends."""
NOT_YET: Final = 0.25
"""How alike an exclusion and a promise of one call must be: "not today, but in June"."""
NEAR: Final = 3
"""Turns between the two halves of "not today, but in June"."""
AFTERMATH: Final = 6
"""Turns after a promise is taken back in which its reason and its replacement are given."""
AFTERTHOUGHT: Final = 0.08
"""How alike what was taken back and its replacement must be, unless they share a turn."""
REPEATED: Final = 0.35
"""How alike a promise must be to the one before it, to be the same with nothing changed."""
QUOTE: Final = 0.25
"""What a word of the quote counts beside a word of the summary: speech has many that say little."""
OTHER_TYPE: Final = 0.45
"""How alike objections of different topics must be, or promises of types that are close."""
FAR_TYPE: Final = 0.65
"""How alike promises of other types must be: that a report is sent, and what it costs, are two."""
CLOSE_TYPES: Final = frozenset(
    [frozenset(["feature", "timeline"]), frozenset(["resource", "support"])]
)
"""Types that one promise can go by: what the product will do and when, who helps and how."""
REVERSED: Final = 0.45
"""How alike a promise must be to an earlier call's exclusion that it overturns."""
INSTEAD: Final = 0.40
"""How alike a promise must be to one taken back just before, to replace it without any reason."""
QUOTE_AGAIN: Final = 0.5
"""What it counts where a promise's words are looked for in the turns of a later call."""
USUAL: Final = 6
"""Words that a promise is taken to have; longer ones are spoken of by a smaller share of theirs."""
AROUND: Final = 0.3
"""What the words of the turns before and after count beside those of the turn itself."""
RECEIPT_BONUS: Final = 0.1
"""Added to the share of a promise's words where something was got, read, run or asked."""
INQUIRY_BONUS: Final = 0.15
"""Added for promises to find something out."""
DUE_BONUS: Final = 0.15
"""Added where a promise was for the very day of the call, and so for the call."""
INVITED_BONUS: Final = 0.35
"""Added where an invitation was promised: the call itself shows that it came."""
POSSESSION_BONUS: Final = 0.1
"""Added where a document is spoken of as had: "your pack says", "my two pages"."""
INTENT: Final = 0.1
"""Taken off where a turn speaks of what will be done and of nothing that was."""
DENIAL: Final = 1.0
"""Taken off where somebody speaks of what did not come, or is still waited for: it decides."""
FULFILLED: Final = 0.33
"""The least sum at which a promise counts as kept."""
CONFLICT: Final = 0.45
"""How alike two claims must be to disagree: so alike that it is one thing, without doubt."""
FEW: Final = 30
"""Claims of two calls, or turns of one, below which a word's rarity cannot be told.

Calls of the benchmark have 24 to 75 items and 50 to 200 turns.
"""
