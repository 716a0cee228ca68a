"""Whether a call is in English, decided only on strong evidence."""

import re
from collections import Counter
from functools import cache
from itertools import pairwise
from typing import Any, Final

from transcript2handoff.errors import ExtractionRefusedError
from transcript2handoff.transcript import Transcript

BLOCK: Final = 400
"""Characters that are judged together; shorter stretches mislead the classifier."""
SHORTEST: Final = 150
"""Characters below which nothing is judged."""
MOST_BLOCKS: Final = 40
"""A long call is judged by this many blocks, spread evenly."""
SURE: Final = 0.95
"""A block counts for a language from this probability on (py3langid, normalised)."""
ENGLISH_ENOUGH: Final = 0.1
"""A call with this share of commonest English words is English, whatever a classifier says."""
_COMMON_WORDS: Final = (
    "the and to of you that it's for with have this they i'm what there your would about just know "
    "like are from been don't"
)
_COMMONEST: Final = frozenset(_COMMON_WORDS.split())
_NAMES: Final = {
    "ar": "Arabic", "cs": "Czech", "da": "Danish", "de": "German", "el": "Greek",
    "es": "Spanish", "fi": "Finnish", "fr": "French", "he": "Hebrew", "hi": "Hindi",
    "hu": "Hungarian", "it": "Italian", "ja": "Japanese", "ko": "Korean", "nb": "Norwegian",
    "nl": "Dutch", "no": "Norwegian", "pl": "Polish", "pt": "Portuguese", "ro": "Romanian",
    "ru": "Russian", "sv": "Swedish", "tr": "Turkish", "uk": "Ukrainian", "vi": "Vietnamese",
    "zh": "Chinese",
}  # fmt: skip


def refuse_other_languages(transcript: Transcript) -> None:
    """Let English pass, and whatever cannot be told.

    The recogniser's own finding counts where the transcript has one; else py3langid judges blocks
    of the text. A call of a few words is never refused.

    Raises:
        ExtractionRefusedError: the call is in another language; the message names it.
    """
    language = (transcript.language or _language_of(transcript.text)).lower()
    code = re.split(r"[-_]", language)[0]
    if code in ("", "en", "english"):
        return
    name = _NAMES.get(code, f"the language “{language}”")
    raise ExtractionRefusedError(
        f"The call {transcript.call_id} is in {name}, and the local engine reads English only. "
        "The transcript stands; translate it into English and extract from that. If the call "
        "is in English, "
        'set "language" to "en" in the transcript and extract again.'
    )


def _language_of(text: str) -> str:
    """The language of most blocks, where it is sure; else empty."""
    blocks = _blocks(text)
    if not blocks or _english_share(text) >= ENGLISH_ENOUGH:
        return ""
    votes = Counter(_classified(block) for block in blocks)
    language, count = votes.most_common(1)[0]
    return language if count > len(blocks) / 2 else ""


def _english_share(text: str) -> float:
    words = re.findall(r"[^\W\d_]+(?:'[a-z]+)?", text.lower())
    return sum(word in _COMMONEST for word in words) / max(len(words), 1)


def _blocks(text: str) -> list[str]:
    """Whole blocks of the text, evenly spread; a short text is one, a few words are none."""
    if len(text) < BLOCK:
        return [text] if len(text) >= SHORTEST else []
    edges = range(0, len(text) + 1, BLOCK)
    blocks = [text[begin:end] for begin, end in pairwise(edges)]
    return blocks[:: max(1, -(-len(blocks) // MOST_BLOCKS))]


def _classified(block: str) -> str:
    language, probability = _identifier().classify(block)
    return str(language) if probability >= SURE else ""


@cache
def _identifier() -> Any:  # noqa: ANN401 - py3langid has no types
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
