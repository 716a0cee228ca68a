"""Readiness: what of the checklist is filled, whether sales is done, and what to ask."""

from transcript2handoff.assess.assessment import Assessment, SectionState, assess
from transcript2handoff.assess.conditions import CONDITIONS, Condition
from transcript2handoff.assess.questions import Question
from transcript2handoff.assess.readiness import Part, State, Verdict
from transcript2handoff.assess.standing import ConditionName

__all__ = [
    "CONDITIONS",
    "Assessment",
    "Condition",
    "ConditionName",
    "Part",
    "Question",
    "SectionState",
    "State",
    "Verdict",
    "assess",
]
