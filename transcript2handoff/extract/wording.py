"""From how it was said to how a colleague writes it down, without adding a word of substance."""

import re
from collections import Counter
from typing import Final

from transcript2handoff.extract.numbers import CARDINALS, NUMBER, number

MOST_WORDS: Final = 25
"""The longest summary, in words; the annotation guide sets it."""

# "Kind of", "say" and the like stay: they weaken what is said.
_KNOWING: Final = (
    r"(?<!\bdo )(?<!\bdid )(?<!\bif )(?<!\bas )(?<!\blet )(?<!\bto )(?<!\b'll )(?<!\bso )"
    r"you know(?! (?:what|how|who|the|our|my|where|why|if|when|about|that)\b)"
)
_FILLERS: Final = re.compile(
    rf"(?:,\s*)?\b(?:u+h+m*|u+m+|erm+|er|hmm+|mm+|{_KNOWING}|(?<!what )i mean|to be honest|"
    r"to be fair|obviously|basically|literally)\b[,.]?(?!\w)",
    re.IGNORECASE,
)
_SET_OFF: Final = re.compile(
    r"(?<=[,.…])\s*(?:like|right|well|okay|ok|so|look|yeah|honestly|though|then)\s*,",
    re.IGNORECASE,
)
_OPENERS: Final = re.compile(
    r"^(?:(?:and|but|so|okay|ok|yeah|yes|yep|oh|ah|because|cause|anyway|plus|um|uh|honestly|sir|"
    r"ma'am|alright|haha)\b[,.!…]?\s+"
    r"|(?:well|right|look|listen|now|then|also|sure|honestly|as i said|great|good|perfect|fine|"
    r"all right|hi|hello|thanks|thank you|sorry|very well|gosh|of course)[,.!…]\s*)+(?=\S+\s+\S+)",
    re.IGNORECASE,
)
_TRAILERS: Final = re.compile(
    r"(?:, (?:sorry|please|sir|ma'am|honestly|okay|ok|man|thanks|thank you|obviously|"
    r"mate))+(?=[.!]?$)",
    re.IGNORECASE,
)
_LEADING_NO: Final = re.compile(r"^(?:no[,.!…]\s*)+(?=\S+\s+\S+)", re.IGNORECASE)
# A number said twice may be a year ("twenty twenty"), so only other words are false starts.
_STUTTER: Final = re.compile(
    rf"\b(?!(?:{'|'.join(CARDINALS)}|\d+|no|very|really)\b|(?:it|that|this|them|you|us), )"
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
_BARE_ILL: Final = re.compile(
    r"(?<!is )(?<!am )(?<!was )(?<!be )(?<!are )(?<!s )(?<!m )(?<!feel )(?<!very )(?<!fell )"
    r"(?<!being )(?<!got )\bill(?= [a-z]+)"
)
_BARE_WELL: Final = re.compile(
    r"(?<!as )(?<!very )\bwell(?= (?:put|do|send|get|give|take|make|have|be|see|go|come|need|want|"
    r"just|add|keep|build|run|load|waive|throw|include|cover)\b)"
)
_BARE_ITS: Final = re.compile(
    r"\bits(?= (?:a|an|the|not|just|all|like|done|only|in|on|at|for|too|my|our|your|about|"
    r"\w+ing)\b)"
)


def tidy(words: str) -> str:
    """One readable sentence: no fillers, no false starts, a capital and a full stop.

    Nothing of substance is added or left out, and the order of the words stays.
    """
    text = " ".join(words.split())
    text = _FILLERS.sub("", _written(text))
    text = _SET_OFF.sub("", text)
    text = _STUTTER.sub(r"\1", " ".join(text.split()))
    text = _TRAILERS.sub("", text)
    text = _without_no(_OPENERS.sub("", text)).strip(" ,;-–—…")
    text = re.sub(r"\s+([,.!?;:])", r"\1", re.sub(r",\s*([.,!?])", r"\1", text))
    return _sentence(text) if text else ""


def _written(text: str) -> str:
    """The apostrophes and capitals that a recogniser leaves out."""
    if not re.search(r"[A-Z'’]", text):
        will = {"ill": "I'll", "well": "we'll"}
        text = _BARE_WILL.sub(lambda match: will[match[1]], text)
        text = _BARE_ILL.sub("I'll", text)
        text = _BARE_WELL.sub("we'll", text)
        text = _BARE_ITS.sub("it's", text)
        text = _BARE.sub(lambda match: _BARE_CONTRACTIONS[match[0]], text)
    return _LONE_I.sub("I", text)


def _without_no(text: str) -> str:
    """Without a "no" at the head if the rest denies as well; else the "no" is all that does."""
    rest = _OPENERS.sub("", _LEADING_NO.sub("", text))
    return rest if _DENYING.search(rest) else text


def _sentence(text: str) -> str:
    return text[0].upper() + text[1:] + ("" if text[-1] in ".!?…\"'" else ".")


def shorten(sentence: str, *, most: int = MOST_WORDS) -> str:
    """At most ``most`` words; clauses without a qualifier or figure go first, from the end.

    What cannot be kept that way is cut where a clause ends, if one does in the last third.
    """
    words = sentence.split()
    if len(words) <= most:
        return sentence
    clauses = _CLAUSE.split(sentence)
    cut = _cut(words, most)
    plainest = sorted(
        range(len(clauses) - 1, 0, -1), key=lambda at: bool(_FIGURE.search(clauses[at]))
    )
    for place in plainest:
        if not qualifiers(clauses[place]):
            clauses[place] = "…"
            kept = _GAPS.sub("… ", " ".join(clauses)).strip()
            if len(kept.split()) <= most:
                little = len(kept.split()) < most // 2 and not qualifiers(kept) - qualifiers(cut)
                return cut if little else kept
    return cut


def _cut(words: list[str], most: int) -> str:
    kept = " ".join(words[:most])
    clause = max(kept.rfind(mark) for mark in (", ", ". ", "; "))
    if clause > 2 * len(kept) // 3:
        kept = kept[:clause]
    return kept.rstrip(_MARKS) + "…"


_FIGURE: Final = re.compile(r"\d")
_MARKS: Final = " ,;:.-–—"
_GAPS: Final = re.compile(r"(?<![ ,;:.–—-])[ ,;:.–—-]*…(?:\s*…)*\s*")
_CLAUSE: Final = re.compile(
    r"(?<=[,;.:])\s+|(?<!\s)\s+(?=(?:and|but|because|so|which|if|unless|once|when|that's)\s)"
)
_DENIALS: Final = "not no never none nobody nothing neither nor without cannot hardly barely"
_DENYING: Final = re.compile(
    rf"\b(?:{'|'.join(_DENIALS.split())})\b|n['’]t\b|\b(?:dont|doesnt|didnt|cant|wont|isnt|arent|"
    r"wasnt|wouldnt|couldnt|shouldnt|havent|hasnt|werent|aint)\b",
    re.IGNORECASE,
)
_QUALIFYING: Final = re.compile(
    r"\b(?:if|unless|provided|providing|assuming|once|until|till|subject to|depend(?:s|ing)?|"
    r"as long as|except|only|before|after|should|might|may|could|would|probably|maybe|perhaps|"
    r"possibly|hopefully|hopes?|likely|about|around|roughly|almost|nearly|at least|at most|up to|"
    r"fairly|pretty|thinks?|guess(?:es)?|believes?|reckons?|supposes?|expects?|tr(?:y|ies|ying)|"
    r"aim(?:s|ing)?|plan(?:s|ned|ning)?|kind of|sort of|supposed|seems?)\b",
    re.IGNORECASE,
)


def qualifiers(text: str) -> Counter[str]:
    """What may never be lost from a text: denials (all as "not"), hedges and conditions.

    Verbs are counted in their base form, "thinks" as "think". A "no" set off by a comma before
    another denial ("No, we don't") is one with it.
    """
    denials = len(_DENYING.findall(_LEADING_NO.sub("", _OPENERS.sub("", text))))
    alone = bool(_LEADING_NO.match(_OPENERS.sub("", text)))
    found = Counter(_base(match[0].lower()) for match in _QUALIFYING.finditer(text))
    if denials or alone:
        found["not"] = denials or 1
    return found


def _base(verb: str) -> str:
    if verb == "tries":
        return "try"
    return re.sub(r"(?<=gu)esses$", "ess", verb) if verb == "guesses" else verb.removesuffix("s")


_QUOTATION: Final = re.compile(r"(?:[^“”:]{1,80}: )?“[^”]*”(?: \(“[^”]*”\))?[.…]?")


def quoted(words: str, *, speaker: str | None = None, most: int = MOST_WORDS) -> str:
    """The tidied words themselves in quotation marks, with who said them, at most ``most`` words.

    Args:
        words: as they were said.
        speaker: a name; none where nobody knows it.
        most: the most words, the speaker's included.
    """
    lead = f"{speaker}: " if speaker else ""
    said = (tidy(words) or words).replace("“", "'").replace("”", "'").replace('"', "'")
    short = shorten(said, most=max(most - len(lead.split()), 1))
    if qualifiers(said) - qualifiers(short):  # rather nobody's name than no hedge
        lead, short = "", shorten(said, most=most)
    return f"{lead}“{short}”"


def is_quotation(summary: str) -> bool:
    """Whether a summary is the quote itself and nothing is retold."""
    return bool(_QUOTATION.fullmatch(summary.strip()))


_FUNCTION_WORDS: Final = (
    "a an and are as at be been but by ca can could did do does for from get give go had has have "
    "he her his how i i'd i'll i'm i've if in into is it it's its just let like me my no not of on "
    "one or our out she so some that that's the their them then there they this to too up us was "
    "we we'll we're we've what were when where which who will with wo would yeah yes you you'll "
    "your am these those"
)
_STOPWORDS: Final = frozenset(_FUNCTION_WORDS.split())


def content_words(text: str) -> frozenset[str]:
    """The telling words of a text, lower case, cut to a crude stem of six letters.

    What an apostrophe adds is no part of a word: "Acme's" is "acme", "doesn't" is "does".
    """
    found = re.findall(r"[a-z0-9][a-z0-9']*", text.lower().replace("’", "'"))
    roots = (_JOINED.sub("", word) for word in found)
    return frozenset(word[:6] for word in roots if word not in _STOPWORDS and len(word) > 1)


_JOINED: Final = re.compile(r"(?:n't|'[a-z]*)$")
"""What an apostrophe adds to a word."""


_GRAMMAR: Final = (
    "a an and are as asks at be been being both by call does for from going had has have he "
    "his her if in is it its itself not of on or said says she side sides that the their them "
    "themselves they this to today was were whether will with would yes own about also "
    "i'd i'll i'm i've you'll we'll you're we're don't doesn't"
)
_LABELS: Final = (
    "seller customer budget discount incumbent evaluating rejected mentioned length meeting "
    "payment person price procurement renewal seats sla start term unknown speaker terms contract "
    "service level number"
)
_DAYS: Final = (
    "monday tuesday wednesday thursday friday saturday sunday january february march april may "
    "june july august september october november december morning afternoon evening night"
)
ADDED_WORDS: Final = frozenset(f"{_GRAMMAR} {_LABELS} {_DAYS}".split())
"""The closed list of words that a retelling may add: grammar, the labels of fields, days."""
_SPOKEN_NUMBER: Final = re.compile(
    rf"(?<![\w-])(?=[aefnostz])(?!hundred|thousand|million|grand){NUMBER}(?! point\b)"
    r"(?![\w'’]|[- ](?:first|second|third|\w+th|hundred|thousand|million|grand|odd|one|some)\b)",
    re.IGNORECASE,
)
_SPOKEN_SMALL: Final = 13
"""Smaller numbers are written as words."""


def in_digits(text: str) -> str:
    """Numbers from thirteen on in digits: "twenty-six hundred" is "2,600".

    What names no single value ("twenty twenty-seven", "four-ten") stays as it was said.
    """

    def written(match: re.Match[str]) -> str:
        value = number(match[0].lower())
        whole = value is not None and value >= _SPOKEN_SMALL and value == int(value)
        return f"{int(value):,}" if value is not None and whole else match[0]

    return _SPOKEN_NUMBER.sub(written, text)


_WRITTEN_DATE: Final = re.compile(r"\b\d{1,2} [A-Z][a-z]+ 20\d\d\b")
_WORD: Final = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")


def words_of(text: str) -> frozenset[str]:
    """The words of a text in lower case; those that an apostrophe joins also apart and as one."""
    found = {match[0].lower().replace("’", "'") for match in _WORD.finditer(text)}
    joined = {word.replace("'", "") for word in found}
    return frozenset(found | joined | {part for word in found for part in word.split("'")})


def strangers(text: str, known: frozenset[str]) -> frozenset[str]:
    """The words of a summary that nobody said and that the closed list does not hold.

    Args:
        text: the summary; a resolved date in it is none.
        known: ``words_of`` the transcript, the names of its people and of the deal.
    """
    words = (match[0].lower() for match in _WORD.finditer(_WRITTEN_DATE.sub(" ", text)))
    plain = (word.replace("’", "'").removesuffix("'s") for word in words)
    return frozenset(word for word in plain if not _roots(word) & (known | ADDED_WORDS))


def _roots(word: str) -> set[str]:
    """A word and the verbs that it may be the third person of."""
    roots = {word, word.replace("'", "")}
    for ending, instead in (("s", ""), ("es", ""), ("ies", "y")):
        if word.endswith(ending):
            roots.add(word.removesuffix(ending) + instead)
    return roots
