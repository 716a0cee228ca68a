"""From what somebody said to what somebody else says of it: third person, with names.

``retell`` walks over the words of a tidied sentence. "I", "we" and "you" become names by who
speaks, their verbs take the ending of the third person, and "I'll send" becomes "sends". What it
does not understand it gives up: no retelling is better than a wrong one.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Final, NamedTuple

from transcript2handoff.engines.local.tables import load_table
from transcript2handoff.engines.local.verbs import (
    is_adverb,
    is_modal,
    is_past,
    third_person,
    words,
)

BOTH: Final = "both sides"


class _GiveUpError(Exception):
    """The sentence has a word that cannot be told in the third person."""


@dataclass(frozen=True, kw_only=True)
class Voice:
    """Who the first and second person are; none where nobody knows."""

    i: str | None = None
    we: str | None = None
    you: str | None = None
    doing: bool = False
    """Whether what will be done is told as a deed: "sends" for "will send"."""
    people: frozenset[str] = frozenset()
    """Full names of those who go by their first names."""


class _Token(NamedTuple):
    lead: str
    core: str
    trail: str

    @property
    def plain(self) -> str:
        return self.core.lower().replace("’", "'")


@cache
def form(name: str) -> re.Pattern[str]:
    """A pattern of ``wording.toml``, blind to capitals."""
    return re.compile(load_table("wording.toml")["forms"][name], re.IGNORECASE)


@cache
def _spelled() -> tuple[tuple[re.Pattern[str], str], ...]:
    table = load_table("wording.toml")["forms"]["spelled"]
    return tuple((re.compile(says, re.IGNORECASE), instead) for says, instead in table)


def spelled_out(text: str) -> str:
    """Without "gonna", "you guys" and the like."""
    for says, instead in _spelled():
        text = says.sub(instead, text)
    return text


def retell(text: str, voice: Voice) -> str | None:
    """A tidied statement in the third person; none where it cannot be told for sure.

    Args:
        text: a statement, no question, with a capital and a full stop.
        voice: whose it is.
    """
    if form("reported").search(text) or form("questions_inside").search(text):
        return None
    if re.search(r"[\"“]", text) and form("first_or_second").search(text):
        return None
    try:
        told = _Walk(spelled_out(text.replace("’", "'")), voice).told()
    except _GiveUpError:
        return None
    return told[:1].upper() + told[1:]


def _tokens(text: str) -> Iterator[_Token]:
    """Words with their marks; "I'll" in two, so that person and verb stand apart."""
    for chunk in text.split():
        match = re.fullmatch(r"(\W*)(.*?)(\W*)", chunk)
        lead, core, trail = match.groups() if match else ("", chunk, "")
        joint = re.fullmatch(r"(i|we|you)'(ll|m|re|ve|d)", core, re.IGNORECASE)
        if joint:
            verb = {"ll": "will", "m": "am", "re": "are", "ve": "have", "d": "'d"}[joint[2].lower()]
            yield _Token(lead, joint[1], "")
            yield _Token("", verb, trail)
        else:
            yield _Token(lead, core, trail)


def first_name(name: str, voice: Voice) -> str:
    """A person as colleagues say it, in full where the first name is not clear."""
    return name.split(maxsplit=1)[0] if name in voice.people else name


def possessive(name: str) -> str:
    """The owner's form: "Dana's", "Oakmere Hotels'"."""
    return f"{name}'" if name.endswith("s") else f"{name}'s"


class _Walk:
    """One pass over the words of a sentence."""

    def __init__(self, text: str, voice: Voice) -> None:
        self._voice = voice
        self._past_time = bool(form("past_time").search(text))
        text = re.sub(r"(^|[,.;] |\band )let me (?!know\b)", r"\1I'll ", text, flags=re.IGNORECASE)
        self._tokens = list(_tokens(text))
        self._at = 0
        self._out: list[str] = []
        self._last: str | None = None
        """Who was named last: only then "its" and "their" are clear."""
        self._verb_at = -2
        """The place of the last verb that was told: a "you" right after it is its object."""
        self._joinable = False
        """Whether a bare verb after "and" would be a deed of the last subject."""

    def told(self) -> str:
        while self._at < len(self._tokens):
            self._step()
        return " ".join(part for part in self._out if part)

    def _step(self) -> None:
        token = self._tokens[self._at]
        word = token.plain
        if word in ("i", "we") or (word == "you" and self._acts()):
            self._subject(token)
        elif word in ("me", "us", "you"):
            self._object(token)
        elif word in ("my", "our", "your", "ours", "yours") or (word == "mine" and self._is_mine()):
            self._owner(token)
        elif word in ("myself", "ourselves", "yourself", "yourselves"):
            self._keep(token, "itself" if word == "ourselves" else "themselves")
        elif word in ("let's", "lets") and self._next_plain() not in ("it", "the", "them"):
            self._let_us(token)
        else:
            self._other(token)
        self._at += 1

    def _keep(self, token: _Token, core: str | None = None) -> None:
        self._out.append(f"{token.lead}{token.core if core is None else core}{token.trail}")

    def _plain_at(self, place: int) -> str:
        return self._tokens[place].plain if 0 <= place < len(self._tokens) else ""

    def _next_plain(self) -> str:
        return self._plain_at(self._at + 1)

    # --- whose ---------------------------------------------------------------------------------

    def _who(self, word: str) -> str:
        voice = self._voice
        if word in ("i", "me", "my", "mine"):
            name = voice.i
        else:
            name = voice.we if word in ("we", "us", "our", "ours") else voice.you
        if name is None:
            raise _GiveUpError
        return name

    def _name(self, name: str) -> str:
        self._last = name
        return first_name(name, self._voice)

    def _acts(self) -> bool:
        """Whether this "you" does something, rather than something is done to it."""
        token, before = self._tokens[self._at], self._plain_at(self._at - 1)
        if token.trail or not self._next_plain() or self._next_plain() in words("verbs", "fixed"):
            return False
        if before in words("pronouns", "prepositions") | words("pronouns", "taking"):
            return is_modal(self._next_plain()) or self._next_plain() in ("are", "have")
        told = self._at - 1 == self._verb_at and before not in words("verbs", "saying")
        return before != "thank" and not told

    def _is_mine(self) -> bool:
        return self._plain_at(self._at - 1) in ("is", "of", "are", "was", "than", "like", "and")

    # --- deeds ---------------------------------------------------------------------------------

    def _subject(self, token: _Token) -> None:
        if self._plain_at(self._at - 1) in words("pronouns", "auxiliaries") and not (
            self._out and self._out[-1].endswith((",", ".", ";"))
        ):
            raise _GiveUpError  # a question inside the sentence
        who = self._joint_or(token.plain)
        self._out.append(f"{token.lead}{self._name(who)}{token.trail}")
        if not token.trail or token.trail == ",":
            self._verb(who)

    def _joint_or(self, word: str) -> str:
        ahead = [self._plain_at(self._at + n) for n in (1, 2, 3)]
        deed = next((w for w in ahead if w and not is_adverb(w) and not is_modal(w)), "")
        if word == "we" and deed in words("verbs", "joint"):
            return BOTH
        return self._who(word)

    def _verb(self, who: str) -> None:
        """The adverbs and the finite verb that follow a subject."""
        self._adverbs()
        self._joinable = False
        if self._at + 1 >= len(self._tokens):
            return
        self._at += 1
        token = self._tokens[self._at]
        verb = self._would_or_had() if token.plain == "'d" else token.plain
        past_time = self._past_time
        if verb in words("verbs", "same_in_past") and not (past_time or self._voice.doing):
            raise _GiveUpError  # "we cut it" may be over
        if verb == "will" and self._voice.doing and who != BOTH and self._deed_follows():
            self._adverbs()
            self._at += 1
            token = self._tokens[self._at]
            verb, past_time = token.plain, False
        if token.core[:1].isupper() and len(token.core) > 1 and not token.core.isupper():
            raise _GiveUpError
        told = verb if who == BOTH else third_person(verb, past_time=past_time)
        if told is None:
            raise _GiveUpError
        self._keep(token, told)
        self._verb_at = self._at
        self._joinable = told != verb and who != BOTH
        self._drop_receiver(told)

    def _adverbs(self) -> None:
        while self._at + 2 < len(self._tokens) and is_adverb(self._next_plain()):
            self._at += 1
            self._keep(self._tokens[self._at])

    def _would_or_had(self) -> str:
        after = next(
            (t.plain for t in self._tokens[self._at + 1 :] if not is_adverb(t.plain)), "love"
        )
        return "had" if after in ("better", "been", "had") or is_past(after) else "would"

    def _deed_follows(self) -> bool:
        """Whether a bare deed follows "will", and no other is joined to it later."""
        rest = [t.plain for t in self._tokens[self._at + 1 :]]
        if rest and is_adverb(rest[0]) and rest[0] not in words("verbs", "stative"):
            rest = rest[1:]
        if not rest or rest[0] in words("verbs", "stative") or third_person(rest[0]) is None:
            return False
        pairs = pairwise(rest)
        joined = words("verbs", "joined")
        return not any(a in ("and", "or", "then", "but") and b in joined for a, b in pairs)

    def _drop_receiver(self, verb: str) -> None:
        """Leave out who gets it ("sends you the report"): it goes without saying."""
        following = self._plain_at(self._at + 2)
        if (
            verb in words("pronouns", "giving")
            and self._next_plain() in ("you", "us")
            and not self._tokens[self._at + 1].trail
            and following
            in ("the", "a", "an", "that", "this", "those", "these", "my", "our", "both")
        ):
            self._at += 1

    def _object(self, token: _Token) -> None:
        who = self._who(token.plain)
        if token.plain == "us" and self._plain_at(self._at - 1) == "the":
            self._keep(token, "US")
            return
        self._keep(token, self._name(who))

    def _owner(self, token: _Token) -> None:
        who = self._who({"ours": "our", "yours": "your"}.get(token.plain, token.plain))
        if self._last == who and self._plain_at(self._at) in ("my", "our", "your"):
            self._keep(token, "their" if token.plain == "my" else "its")
        else:
            self._keep(token, possessive(self._name(who)))

    def _let_us(self, token: _Token) -> None:
        self._keep(token, BOTH)
        self._last = BOTH

    def _other(self, token: _Token) -> None:
        word = token.plain
        if word in words("pronouns", "others") or word == "to" or is_modal(word):
            self._joinable = False
        self._keep(token)
        if word in ("and", "or", "then", "but") and self._joinable:
            self._adverbs()
            verb = self._next_plain()
            if verb in words("verbs", "joined") and self._plain_at(self._at + 2) != "of":
                self._at += 1
                self._keep(self._tokens[self._at], third_person(verb))
