"""Characters that nobody sees: what they are, and texts without them.

A word may carry orders in them that no reader notices and a program reads; in the middle of a word
they keep it from being found. Transcripts lose them when they come in, and prompts once more.
"""

import re
import unicodedata
from typing import Final

_CATEGORIES: Final = frozenset({"Cc", "Cf", "Co", "Cs"})
"""Control, format (zero-width and direction marks, tags), private and surrogate characters."""
_IGNORABLE: Final = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2065\u3164\ufe00-\ufe0f\uffa0"
    "\ufff0-\ufffb\U000e0000-\U000e0fff]"
)
"""What nobody sees beside these (Unicode, Default_Ignorable_Code_Point): variation selectors,
fillers and joiners, enough of them to carry a text of their own."""
_JOINED: Final = "[\u0620-\u08ff\u0900-\u0dff\u1000-\u109f\u1780-\u17ff]"
"""Arabic and Syriac with their neighbours, the scripts of India, Burmese and Khmer."""
_JOINING: Final = re.compile(f"(?<={_JOINED})[\u200c\u200d](?={_JOINED})")
"""One joiner or non-joiner that tells two letters how to stand beside each other (Unicode, 9.2)."""


def is_unseen(character: str) -> bool:
    """Whether nobody sees a character; white space is seen."""
    if character.isspace():
        return False
    hidden = unicodedata.category(character) in _CATEGORIES
    return hidden or bool(_IGNORABLE.match(character))


def without_unseen(text: str) -> str:
    """A text without the characters that nobody sees; letters of every script stay.

    So do the joiners between letters of scripts that are written with them, such as Persian's.
    """
    if text.isascii() and text.isprintable():
        return text
    unseen = {character for character in set(text) if is_unseen(character)}
    if not unseen:
        return text
    joining = {found.start() for found in _JOINING.finditer(text)}
    kept = (c for n, c in enumerate(text) if c not in unseen or n in joining)
    return "".join(kept)
