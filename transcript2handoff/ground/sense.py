"""Whether two runs of words say the same: word by word, and never its contrary.

The measure of a whole quote forgives one letter in many, and one letter can turn the sense ("hire"
and "fire"). So words that are merely alike are also aligned, and where they part, each telling word
must be a plausible misspelling or mishearing of its partner.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Final

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

WORD_ALIKE: Final = 0.82
"""How like two long words must be (rapidfuzz ``ratio``) to be one word, misspelt.

One wrong letter in six passes, one in five does not: "price" and "prize" are two words.
"""
SOUNDS_ALIKE: Final = 0.7
"""How like two long words with the same consonants must be to be one word, misheard."""
LONG: Final = 5
"""Letters from which on a word may be misspelt; shorter ones mean something else at once."""

_NOT = (
    "not cannot cant wont dont doesnt didnt isnt arent wasnt werent havent hasnt hadnt wouldnt "
    "couldnt shouldnt mustnt neednt aint shant mightnt"
)
_NO = "no never none nothing nobody nowhere neither nor without"
_NEGATIONS = dict.fromkeys(_NOT.split(), "not") | {word: word for word in _NO.split()}
_NUMBERS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety "
    "hundred thousand million billion dozen half third quarter once twice double triple first "
    "second fourth fifth sixth tenth percent $ £ € ¥ ₹"
)
_DAYS = (
    "monday tuesday wednesday thursday friday saturday sunday today tomorrow january february "
    "march april may june july august september october november december"
)
_FIGURES = frozenset(_NUMBERS.split() + _DAYS.split())
# Words that a speaker or a recogniser may drop or add without another sense.
_DROPPED = "a an the of to that and so well just really actually basically very then okay yeah"
_LIGHT = frozenset(_DROPPED.split())
_STEMS = {"cannot": "can", "cant": "can", "wont": "will", "aint": "is", "shant": "shall"}
_VERBS = {"ll": "will", "ve": "have", "re": "are", "d": "would", "s": "is", "m": "am"}
_SUBJECTS = ["i", "you", "he", "she", "it", "we", "they", "that", "there", "who", "what"]
_CONTRACTIONS: Final[dict[str, tuple[str, ...]]] = {
    **{word: (_STEMS.get(word, word[:-2]), "not") for word in _NOT.split()[1:]},
    **{subject + end: (subject, verb) for subject in _SUBJECTS for end, verb in _VERBS.items()},
}
_AGREED = {"were": "was", "are": "is", "am": "is", "has": "have", "does": "do"}
_TURNING = ("un", "im", "in", "il", "ir", "dis", "non", "mis", "de")
_VOWELS = str.maketrans("", "", "aeiouyw")

_Keys = tuple[str, ...]


def is_figure(key: str) -> bool:
    """Whether a word is a number, a day, a month or a currency."""
    return key in _FIGURES or any(c.isdigit() for c in key)


def differences(
    wanted: Sequence[str], said: Sequence[str], *, ahead: Sequence[str] = ()
) -> frozenset[str]:
    """The words in which the sense of two runs of words differs; none if they say the same.

    Args:
        wanted: keys of a quote's words.
        said: keys of the words that are like it.
        ahead: keys before ``said`` whose negations still count.
    """
    ours, theirs = Counter(_negations(wanted)), Counter(_negations((*ahead, *said)))
    turned = (ours - theirs) | (theirs - ours)
    return frozenset(turned).union(*(_odd(a, b) for a, b in _partings(wanted, said)))


def _negations(keys: Iterable[str]) -> Iterator[str]:
    return (_NEGATIONS[key] for key in keys if key in _NEGATIONS)


def _partings(wanted: Sequence[str], said: Sequence[str]) -> Iterator[tuple[_Keys, _Keys]]:
    """The stretches between words that both have, each as the one and the other have it."""
    steps = Levenshtein.opcodes(wanted, said)
    for parted, group in groupby(steps, key=lambda step: step.tag != "equal"):
        run = list(group)
        if parted:
            ours = tuple(wanted[run[0].src_start : run[-1].src_end])
            yield ours, tuple(said[run[0].dest_start : run[-1].dest_end])


def _odd(ours: _Keys, theirs: _Keys) -> frozenset[str]:
    """The words of a parting that are neither light nor plausibly the same."""
    if _forms(ours) & _forms(theirs):
        return frozenset()
    one, other = _telling(ours), _telling(theirs)
    if min(len(one), len(other)) == 1 and _is_misspelt("".join(one), "".join(other)):
        return frozenset()  # one word, or one that is torn in two
    if len(one) == len(other) and all(map(_is_misspelt, one, other)):
        return frozenset()
    return frozenset(one) ^ frozenset(other) or frozenset(one)


def _forms(words: _Keys) -> set[_Keys]:
    """The words with contractions written out, and with every verb in one person."""
    agreed = tuple(_AGREED.get(word, word) for word in words)
    return {agreed, _written_out(words)}


def _written_out(words: _Keys) -> _Keys:
    return tuple(part for word in words for part in _CONTRACTIONS.get(word, (word,)))


def _telling(words: _Keys) -> _Keys:
    return tuple(word for word in _written_out(words) if word not in _LIGHT)


def _is_misspelt(one: str, other: str) -> bool:
    """Whether one word may be the other, badly written or badly heard; also if they are equal."""
    if one == other:
        return True
    if min(len(one), len(other)) < LONG or one[0] != other[0] or is_figure(one) or is_figure(other):
        return False
    if _is_turned(one, other) or _is_turned(other, one):
        return False
    likeness = fuzz.ratio(one, other) / 100
    same_sound = one.translate(_VOWELS) == other.translate(_VOWELS)
    return likeness >= (SOUNDS_ALIKE if same_sound else WORD_ALIKE)


def _is_turned(word: str, base: str) -> bool:
    """Whether ``word`` is ``base`` with a syllable that negates it: "unusable", "careless"."""
    if word.endswith("less") and not base.endswith("less"):
        return True
    return any(
        word.startswith(prefix) and fuzz.ratio(word[len(prefix) :], base) > fuzz.ratio(word, base)
        for prefix in _TURNING
    )
