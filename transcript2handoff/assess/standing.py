"""What the conditions are judged by: what stands in a handoff, and what was signed of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from transcript2handoff.assess.claims import (
    facts_of,
    is_feature,
    open_contradictions,
    owed_promises,
    sound_claims,
)
from transcript2handoff.contract import ContractReview
from transcript2handoff.facts import Objection, ObjectionStatus, ObjectionTopic, Promise
from transcript2handoff.handoff import Claim, Handoff

ConditionName = Literal["scope", "success", "commercial", "expectations"]


@dataclass(frozen=True)
class Standing:
    """What the conditions are judged by."""

    handoff: Handoff
    review: ContractReview | None

    @cached_property
    def sound(self) -> tuple[Claim, ...]:
        """The claims that can be counted on."""
        return sound_claims(self.handoff)

    @cached_property
    def features(self) -> tuple[Claim, ...]:
        """The promised features that still stand."""
        return tuple(claim for claim in self.sound if claim.is_owed and is_feature(claim))

    @cached_property
    def others(self) -> tuple[Promise, ...]:
        """The other promises that still stand."""
        return tuple(p for p in owed_promises(self.sound) if p.type != "feature")

    @cached_property
    def answered(self) -> frozenset[str]:
        """The ids of the questions that have an answer."""
        return frozenset(answer.question_id for answer in self.handoff.answers)

    def contradictions(self, about: ConditionName) -> int:
        """How many open contradictions speak against a condition; each against one alone."""
        claims = {claim.id: claim for claim in self.handoff.claims}
        found = open_contradictions(self.handoff)
        return sum(_concerns([claims[one] for one in each.claims]) == about for each in found)

    def objections(
        self, topics: Iterable[ObjectionTopic], statuses: Iterable[ObjectionStatus]
    ) -> int:
        """How many objections to some topics are in one of some states."""
        found = facts_of(self.sound, Objection)
        return sum(each.topic in topics and each.status in statuses for each in found)

    def unsigned(self, *types: str, verdicts: Iterable[str]) -> int:
        """How many sound promises of some types the contract or the catalogue does not bear out."""
        ids = {claim.id for claim in self.sound}
        found = self.review.promises if self.review else ()
        return sum(
            each.verdict in verdicts or bool(each.catalog and each.catalog.beyond)
            for each in found
            if each.type in types and each.claim_id in ids
        )


def _concerns(claims: list[Claim]) -> ConditionName:
    """The condition that a contradiction of some claims speaks against."""
    kinds = {claim.kind for claim in claims}
    if any(map(is_feature, claims)) or kinds & {"exclusion", "requirement"}:
        return "scope"
    if "term" in kinds:
        return "commercial"
    return "success" if "goal" in kinds else "expectations"
