"""The fixed words for values that only documents for readers inside the company show.

Those that the brief shows too stand in ``render.labels`` and ``render.summary``, and roles in
``customer_words``.
"""

from collections.abc import Mapping
from typing import Final

from transcript2handoff.contract import Availability, Verdict
from transcript2handoff.facts import PromiseType
from transcript2handoff.words import Message, message

TYPES: Final[Mapping[PromiseType, Message]] = {
    "timeline": message("timeline"),
    "feature": message("feature"),
    "resource": message("people and resources"),
    "commercial": message("commercial"),
    "document": message("document"),
    "support": message("support"),
}
VERDICTS: Final[Mapping[Verdict, Message]] = {
    "in_contract": message("in the contract"),
    "not_in_contract": message("not in the contract"),
    "contradicts": message("contradicts the contract"),
}
AVAILABILITIES: Final[Mapping[Availability, Message]] = {
    "available": message("available"),
    "roadmap": message("on the roadmap"),
    "not_offered": message("not offered"),
    "unknown": message("not in the catalogue"),
}
