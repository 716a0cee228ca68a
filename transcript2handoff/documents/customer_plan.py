"""What customer success and the customer have agreed about the plan: ``plan.yaml``."""

import datetime
from typing import Annotated, Literal

from pydantic import Field

from transcript2handoff.deal import Name, Record
from transcript2handoff.errors import DealFileError
from transcript2handoff.yaml_text import YamlTextError, described

Standard = Literal["kickoff", "day_30", "day_60", "day_90"]


class PlanMilestone(Record):
    """A milestone that is added, or that stands in the place of one of every plan."""

    name: Name
    day: datetime.date | None = None
    ours: Name | None = None
    """Who is responsible on the seller's side."""
    yours: Name | None = None
    """Who is responsible on the customer's side."""
    replaces: Standard | None = None


class SignOff(Record):
    """Who has agreed to the plan, and when."""

    ours: Name
    yours: Name
    day: datetime.date


class CustomerPlan(Record):
    """What completes a joint success plan; everything in it is optional."""

    sponsor: Name | None = None
    """Of the customer."""
    project_lead: Name | None = None
    """Of the customer."""
    milestones: Annotated[tuple[PlanMilestone, ...], Field(max_length=100)] = ()
    agreed: SignOff | None = None


def parse_plan(yaml: str, *, where: str = "plan.yaml") -> CustomerPlan:
    """Read the text of a ``plan.yaml``; an empty one completes nothing.

    Raises:
        DealFileError: no YAML, too large, or fields that do not fit; the message names them.
    """
    try:
        return described(CustomerPlan, yaml, where=where, what="plan", empty=CustomerPlan())
    except YamlTextError as error:
        raise DealFileError(str(error)) from error
