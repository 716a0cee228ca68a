"""What a question asks, as a statement: "Will you migrate our data?" is "you will migrate …"."""

import re
from typing import NamedTuple

from transcript2handoff.engines.local.retelling import form, spelled_out
from transcript2handoff.engines.local.verbs import third_person


class Asked(NamedTuple):
    """A question put as a statement; ``word`` is what it is asked with ("whether", "how")."""

    word: str
    statement: str
    """Without a full stop, still in the first and second person."""


def is_question(text: str) -> bool:
    """Whether a tidied sentence asks something, also where a recogniser left out the mark."""
    plain = text.rstrip(".").lower()
    inverted = form("asks_whether").match(plain) or form("asks_what").match(plain)
    return text.endswith("?") or bool(inverted)


def asked(text: str) -> Asked | None:
    """What a tidied question asks; none where its order of words is not understood."""
    plain = spelled_out(form("question_tag").sub("", text).strip().rstrip("?.").rstrip(" ,"))
    if re.search(r"[.!?]\s", plain):
        return None
    if match := form("asks_whether").match(plain):
        return _turned("whether", match[1], match[2], plain[match.end() :])
    if match := form("asks_what").match(plain):
        return _turned(match[1].lower(), match[2], match[3], plain[match.end() :])
    if form("asks_who").match(plain):
        word, _, rest = plain.partition(" ")
        return Asked(word.lower(), rest)
    if form("begins_as_question").match(plain) or not form("begins_with_subject").match(plain):
        return None
    return Asked("whether", plain)


def _turned(word: str, verb: str, who: str, rest: str) -> Asked | None:
    """Subject before verb; "do" goes, "does" leaves its ending with the verb."""
    verb, rest = verb.lower(), rest.strip()
    if verb == "did":
        return None
    if verb == "do":
        return Asked(word, f"{who} {rest}")
    if verb == "does":
        deed, _, others = rest.partition(" ")
        ending = third_person(deed)
        return Asked(word, f"{who} {ending} {others}".strip()) if ending else None
    return Asked(word, f"{who} {verb} {rest}".strip())
