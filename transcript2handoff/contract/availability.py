"""Whether the product can do what was promised, and whether too much was promised.

A promise is about a feature if it holds all telling words of its name, or of another name for it.
The longest name wins; if two features are met equally, nothing is said about either.
"""

import datetime
from typing import Literal

from transcript2handoff.contract.documents import Catalog, Feature
from transcript2handoff.contract.matching import stems, wordings
from transcript2handoff.deal import Record, Text
from transcript2handoff.extract.dates import due_day
from transcript2handoff.facts import Promise, Strength
from transcript2handoff.handoff import Claim
from transcript2handoff.words import Message, message

Availability = Literal["available", "roadmap", "not_offered", "unknown"]


class CatalogFinding(Record):
    """What the catalog says about a promise, and why.

    ``beyond`` is the strength with which more was promised than the catalog bears out; none if no
    more was promised, or if that cannot be told.
    """

    availability: Availability
    feature: Text | None = None
    date: datetime.date | None = None
    """Since when it is available, or when the roadmap has it."""
    beyond: Strength | None = None
    reason: Message

    @property
    def over_promise(self) -> bool:
        """Whether it was promised firmly and will not be there."""
        return self.beyond == "firm"


def look_up(
    claim: Claim, promise: Promise, catalog: Catalog, *, today: datetime.date | None
) -> CatalogFinding:
    """What the catalog says about a promise.

    Args:
        claim: the claim of the promise.
        promise: its fact.
        catalog: what the product can do.
        today: what is available only later is on the roadmap; none asks for the day promised.
    """
    if promise.type == "document":
        return CatalogFinding(
            availability="unknown",
            reason=message("a document was promised, nothing that the product does"),
        )
    features = _about(claim, catalog)
    if len(features) != 1:
        return CatalogFinding(availability="unknown", reason=_nothing_sure(features))
    (feature,) = features
    status = _status(feature, today or due_day(promise.due))
    reason, beyond = _judged(feature, status, promise.due)
    if status == "roadmap" and feature.date and today and feature.date < today:
        reason = message("{why}; that day has passed, so the catalogue needs a look", why=reason)
    return CatalogFinding(
        availability=status,
        feature=feature.name,
        date=feature.date,
        beyond=promise.strength if beyond and promise.type != "support" else None,
        reason=_qualified(promise, reason) if beyond else reason,
    )


def _about(claim: Claim, catalog: Catalog) -> tuple[Feature, ...]:
    """The features that a claim names with the most words, by name."""
    words = stems(" ".join(wordings(claim)))
    named: dict[str, int] = {}
    for feature in catalog.features:
        phrases = [stems(text) for text in (feature.name, *feature.also)]
        named[feature.name] = max((len(p) for p in phrases if p and p <= words), default=0)
    most = max(named.values(), default=0)
    found = [feature for feature in catalog.features if most and named[feature.name] == most]
    return tuple(sorted(found, key=lambda feature: feature.name))


def _nothing_sure(features: tuple[Feature, ...]) -> Message:
    if not features:
        return message("the catalogue names nothing like it")
    named = ", ".join(f"“{feature.name}”" for feature in features)
    return message("it may be any of these: {features}", features=named)


def _status(feature: Feature, day: datetime.date | None) -> Availability:
    """What holds on a day: what is available from a later day on is on the roadmap until then."""
    later = feature.date is not None and day is not None and feature.date > day
    return "roadmap" if feature.status == "available" and later else feature.status


def _judged(feature: Feature, status: Availability, due: str | None) -> tuple[Message, bool]:
    """What the catalogue says in words, and whether more was promised than that."""
    name, day = feature.name, feature.date
    match status, day:
        case "not_offered", _:
            return message("“{name}” is not offered", name=name), True
        case "available", None:
            return message("“{name}” is available", name=name), False
        case "available", _:
            return message("“{name}” is available since {day}", name=name, day=str(day)), False
        case _, None:
            planned = message("“{name}” is on the roadmap without a date", name=name)
        case _:
            planned = message("“{name}” is on the roadmap for {day}", name=name, day=str(day))
    owed = due_day(due)
    if owed is None:
        return _no_day(planned, due), False
    told = message("{why}, and was promised for {owed}", why=planned, owed=str(owed))
    return told, day is None or owed < day


def _qualified(promise: Promise, why: Message) -> Message:
    """What makes a promise less than a firm one of the product."""
    if promise.type == "support":
        return message("{why}; but somebody's help was promised, not the function itself", why=why)
    match promise.strength:
        case "firm":
            return why
        case "conditional":
            return message("{why}; it was promised on a condition only", why=why)
        case "hedged":
            return message("{why}; it was promised with a hedge only", why=why)


def _no_day(planned: Message, due: str | None) -> Message:
    if due:
        return message("{why}; “{due}” names no single day to compare with", why=planned, due=due)
    return message("{why}; no day was promised", why=planned)
