"""The thirteen kinds of facts that a handoff carries, each with the fields that it needs.

``fixtures/bench/GUIDE.md`` says what belongs to which kind; it is the specification.
"""

from typing import Annotated, Literal, Self, get_args

from pydantic import Field, model_validator

from transcript2handoff.deal import Record, Text

Strength = Literal["firm", "conditional", "hedged"]
PromiseType = Literal["timeline", "feature", "resource", "commercial", "document", "support"]
PromiseStatus = Literal["open", "withdrawn", "done"]
ObjectionTopic = Literal[
    "price",
    "security",
    "legal",
    "product_gap",
    "integration",
    "timing",
    "change_management",
    "authority",
    "trust",
    "support",
]
ObjectionStatus = Literal["open", "addressed", "deferred"]
Influence = Literal[
    "economic_buyer", "champion", "technical", "user", "blocker", "influencer", "unknown"
]
CompetitorStatus = Literal["incumbent", "evaluating", "rejected", "mentioned"]
TermType = Literal[
    "price",
    "seats",
    "discount",
    "length",
    "start",
    "renewal",
    "payment",
    "sla",
    "budget",
    "procurement",
]


class Goal(Record):
    """An outcome that the customer wants from buying, or how success will be judged."""

    kind: Literal["goal"] = "goal"
    metric: str | None = None
    baseline: str | None = None
    target: str | None = None
    deadline: str | None = None


class Pain(Record):
    """A problem that the customer has today, or what triggered the search."""

    kind: Literal["pain"] = "pain"


class Promise(Record):
    """The seller's side commits to do, send, deliver, include, grant or guarantee something."""

    kind: Literal["promise"] = "promise"
    strength: Strength
    type: PromiseType
    owner: str | None = None
    due: str | None = None
    """An ISO date where the words allow exactly one day, else the words; none if unsaid."""
    status: PromiseStatus = "open"


class Exclusion(Record):
    """The seller says that something is not included, not supported, not going to happen."""

    kind: Literal["exclusion"] = "exclusion"


class CustomerCommitment(Record):
    """The customer's side commits to do, send or provide something."""

    kind: Literal["customer_commitment"] = "customer_commitment"
    owner: str | None = None
    due: str | None = None


class Objection(Record):
    """A doubt, concern, push-back or condition that the customer raises."""

    kind: Literal["objection"] = "objection"
    topic: ObjectionTopic
    status: ObjectionStatus = "open"


class Stakeholder(Record):
    """A person on the customer's side who matters to the deal or the rollout."""

    kind: Literal["stakeholder"] = "stakeholder"
    name: str | None = None
    role: str | None = None
    influence: Influence = "unknown"
    present: bool

    @model_validator(mode="after")
    def _is_somebody(self) -> Self:
        if not (self.name or self.role):
            raise ValueError("a stakeholder needs a name or a role")
        return self


class Competitor(Record):
    """Another vendor, product, or the in-house or do-nothing alternative."""

    kind: Literal["competitor"] = "competitor"
    name: Text
    status: CompetitorStatus
    reason: str | None = None


class Term(Record):
    """A commercial fact that was stated."""

    kind: Literal["term"] = "term"
    type: TermType
    value: Text


class Requirement(Record):
    """A fact about the customer's environment that delivery must respect."""

    kind: Literal["requirement"] = "requirement"


class Risk(Record):
    """What could make this account fail after signature."""

    kind: Literal["risk"] = "risk"


class Expansion(Record):
    """A sign of later growth."""

    kind: Literal["expansion"] = "expansion"


class NextStep(Record):
    """An agreed meeting or a joint step with a time."""

    kind: Literal["next_step"] = "next_step"
    due: str | None = None


Fact = Annotated[
    Goal
    | Pain
    | Promise
    | Exclusion
    | CustomerCommitment
    | Objection
    | Stakeholder
    | Competitor
    | Term
    | Requirement
    | Risk
    | Expansion
    | NextStep,
    Field(discriminator="kind"),
]
Kind = Literal[
    "goal",
    "pain",
    "promise",
    "exclusion",
    "customer_commitment",
    "objection",
    "stakeholder",
    "competitor",
    "term",
    "requirement",
    "risk",
    "expansion",
    "next_step",
]
KINDS: tuple[Kind, ...] = get_args(Kind)
