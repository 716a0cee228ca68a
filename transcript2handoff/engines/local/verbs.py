"""The third person of verbs, by rules over their spelling and a few lists."""

from functools import cache
from typing import Final

from transcript2handoff.engines.local.tables import load_table

_VOWELS: Final = "aeiou"


def words(section: str, name: str) -> frozenset[str]:
    """A list of ``wording.toml``."""
    return _words(section, name)


@cache
def _words(section: str, name: str) -> frozenset[str]:
    return frozenset(load_table("wording.toml")[section][name].split())


def is_adverb(word: str) -> bool:
    """Whether a word may stand between somebody and what he does."""
    return word in words("verbs", "adverbs") or (word.endswith("ly") and len(word) > 4)


def is_modal(word: str) -> bool:
    """Whether a verb is the same for every person."""
    return word in words("verbs", "modals")


def is_past(word: str, *, past_time: bool = False) -> bool:
    """Whether a verb form tells of the past.

    Args:
        word: the form, in lower case.
        past_time: whether the sentence names a time that is over.
    """
    if word in words("verbs", "past") or (past_time and word in words("verbs", "same_in_past")):
        return True
    return word.endswith("ed") and word not in words("verbs", "ends_in_ed")


def third_person(verb: str, *, past_time: bool = False) -> str | None:
    """The form after "she": "sends" of "send", "has" of "have", pasts and modals as they are.

    None for what is no finite verb.

    Args:
        verb: as it stands after "I", "we" or "you", in lower case.
        past_time: whether the sentence names a time that is over.
    """
    irregular: dict[str, str] = load_table("wording.toml")["verbs"]["third"]
    if verb in irregular:
        return irregular[verb]
    if is_modal(verb) or is_past(verb, past_time=past_time):
        return verb
    if verb in words("verbs", "no_verbs") or not verb.replace("-", "").isalpha():
        return None
    if verb.endswith("ing") and verb not in words("verbs", "ing_bases"):
        return None
    return _with_s(verb)


def _with_s(verb: str) -> str:
    if verb.endswith("y") and verb[-2:-1] not in _VOWELS:
        return verb[:-1] + "ies"
    return verb + ("es" if verb.endswith(("s", "x", "z", "ch", "sh", "o")) else "s")
