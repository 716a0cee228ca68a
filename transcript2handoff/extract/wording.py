"""From how it was said to how a colleague writes it down, without adding a word of substance."""

import re
from typing import Final

from transcript2handoff.extract.numbers import CARDINALS

MOST_WORDS: Final = 25
"""The longest summary, in words; the annotation guide sets it."""

_FILLERS: Final = re.compile(
    r"(?:,\s*)?\b(?:u+h+m*|u+m+|erm+|er|hmm+|mm+|you know|i mean|to be honest|to be fair|obviously|"
    r"basically|literally|kind of|sort of)\b[,.]?(?!\w)",
    re.IGNORECASE,
)
_SET_OFF: Final = re.compile(
    r"(?<=[,.…])\s*(?:like|right|well|okay|ok|so|look|yeah|no|honestly|say|though|then)\s*,",
    re.IGNORECASE,
)
_OPENERS: Final = re.compile(
    r"^(?:(?:and|but|so|okay|ok|yeah|yes|yep|oh|ah|because|cause|anyway|plus|um|uh)\b[,.!…]?\s+"
    r"|(?:well|no|right|look|listen|now|then|also|sure|honestly|as i said|great|good|perfect|fine|"
    r"alright|all right|hi|hello|thanks|thank you|sorry)[,.!…]\s*)+(?=\S+\s+\S+)",
    re.IGNORECASE,
)
# A number said twice may be a year ("twenty twenty"), so only other words are false starts.
_STUTTER: Final = re.compile(
    rf"\b(?!(?:{'|'.join(CARDINALS)}|\d+|no|very|really)\b)"
    r"(\w+(?:'\w+)?(?: \w+(?:'\w+)?)?),? \1\b(?![-'])",
    re.IGNORECASE,
)
_LONE_I: Final = re.compile(r"\bi(?=\b|')")
_BARE_CONTRACTIONS: Final = {
    "im": "I'm", "ive": "I've", "dont": "don't", "doesnt": "doesn't", "didnt": "didn't",
    "cant": "can't", "wont": "won't", "isnt": "isn't", "arent": "aren't", "wasnt": "wasn't",
    "youll": "you'll", "youre": "you're", "youve": "you've", "theyll": "they'll",
    "theyre": "they're", "theyve": "they've", "weve": "we've", "thats": "that's",
    "theres": "there's", "hes": "he's", "shes": "she's", "itll": "it'll", "wouldnt": "wouldn't",
    "couldnt": "couldn't", "shouldnt": "shouldn't", "havent": "haven't", "hasnt": "hasn't",
}  # fmt: skip
_BARE: Final = re.compile(r"\b(?:" + "|".join(_BARE_CONTRACTIONS) + r")\b")
_NO_VERB: Final = (
    "i the that thats it its you we they there theres he she no yes if what when my our a in this "
    "so then and but because how who not"
)
_BARE_WILL: Final = re.compile(
    r"(?:^|(?<=\band )|(?<=\bso ))"
    rf"(ill|well(?! (?:{'|'.join(_NO_VERB.split())}|\w+day)\b))(?= [a-z]+ )"
)


def tidy(words: str) -> str:
    """One readable sentence: no fillers, no false starts, a capital and a full stop.

    Nothing of substance is added or left out, and the order of the words stays.
    """
    text = " ".join(words.split())
    text = _FILLERS.sub("", _written(text))
    text = _SET_OFF.sub("", text)
    text = _STUTTER.sub(r"\1", " ".join(text.split()))
    text = _OPENERS.sub("", text).strip(" ,;-–—…")
    text = re.sub(r"\s+([,.!?;:])", r"\1", re.sub(r",\s*([.,!?])", r"\1", text))
    return _sentence(text) if text else ""


def _written(text: str) -> str:
    """The apostrophes and capitals that a recogniser leaves out."""
    if not re.search(r"[A-Z'’]", text):
        will = {"ill": "I'll", "well": "we'll"}
        text = _BARE_WILL.sub(lambda match: will[match[1]], text)
        text = _BARE.sub(lambda match: _BARE_CONTRACTIONS[match[0]], text)
    return _LONE_I.sub("I", text)


def _sentence(text: str) -> str:
    return text[0].upper() + text[1:] + ("" if text[-1] in ".!?…\"'" else ".")


def shorten(sentence: str, *, most: int = MOST_WORDS) -> str:
    """At most ``most`` words, cut where a clause ends if one does in the last third."""
    words = sentence.split()
    if len(words) <= most:
        return sentence
    kept = " ".join(words[:most])
    clause = max(kept.rfind(mark) for mark in (", ", ". ", "; "))
    if clause > 2 * len(kept) // 3:
        kept = kept[:clause]
    return kept.rstrip(" ,;:.-–—") + "…"


_FUNCTION_WORDS: Final = (
    "a an and are as at be been but by can could did do does for from get give go had has have he "
    "her his how i i'd i'll i'm i've if in is it it's its just let like me my no not of on one or "
    "our out she so some that that's the their them then there they this to too up us was we we'll "
    "we're we've were what when where which who will with would yeah yes you you'll your"
)
_STOPWORDS: Final = frozenset(_FUNCTION_WORDS.split())


def content_words(text: str) -> frozenset[str]:
    """The telling words of a text, lower case, cut to a crude stem of six letters."""
    found = re.findall(r"[a-z0-9][a-z0-9']*", text.lower().replace("’", "'"))
    return frozenset(word[:6] for word in found if word not in _STOPWORDS and len(word) > 1)
