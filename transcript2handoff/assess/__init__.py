"""Readiness: what of the checklist is filled, whether sales is done, and what to ask."""

from transcript2handoff.assess.assessment import (
    Assessment,
    Condition,
    ConditionName,
    SectionState,
    State,
    Verdict,
    assess,
)

__all__ = [
    "Assessment",
    "Condition",
    "ConditionName",
    "SectionState",
    "State",
    "Verdict",
    "assess",
]
