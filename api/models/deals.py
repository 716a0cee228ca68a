"""Deals, as requests tell them and answers show them."""

import datetime
from collections.abc import Mapping
from typing import Annotated, Final, Self

from pydantic import AfterValidator, ConfigDict, Field, StringConstraints, model_validator

from transcript2handoff.api.models import examples
from transcript2handoff.deal import Deal, Record
from transcript2handoff.store.deals import DealRecord
from transcript2handoff.whose_turn import Decided, WhoseTurn

UserId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,48}$")]
ExternalId = Annotated[str, StringConstraints(pattern=r"^[\x21-\x7e]{1,255}$")]
SourceName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_.-]{1,32}$")]


LONGEST: Final = 100_000
"""Characters of a deal as JSON: lists show two hundred of them at once."""


def _without_calls(deal: Deal) -> Deal:
    if deal.calls:
        raise ValueError("calls are sent by themselves: leave them out, and use POST /v1/calls")
    if len(deal.model_dump_json(exclude_unset=True)) > LONGEST:
        raise ValueError(f"a deal has at most {LONGEST:,} characters, and this one is longer")
    return deal


DealFields = Annotated[
    Deal,
    AfterValidator(_without_calls),
    Field(description="The fields of `deal.toml`, without its calls."),
]


class NewDealBody(Record):
    """A deal that is to be made."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"deal": examples.FRAME}]})

    deal: DealFields
    source: SourceName | None = None
    """The system in which it has `external_id`, such as `hubspot`; both or neither."""
    external_id: ExternalId | None = None
    ae_id: UserId | None = None
    """The account executive's user id; an account executive who makes a deal is its own."""
    csm_id: UserId | None = None

    @model_validator(mode="after")
    def _is_named_whole(self) -> Self:
        if (self.source is None) != (self.external_id is None):
            raise ValueError("give both source and external_id, or neither")
        return self


class DealChangeBody(Record):
    """What is to be other; a field that is not given stays."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"deal": {"kickoff": "2026-04-29"}, "won": True}]}
    )

    deal: DealFields | None = None
    """Those of its fields that are given are set."""
    won: bool | None = None


class AssignBody(Record):
    """Whose deal it is; a field that is not given stays, and null takes somebody off it."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"csm_id": "user-7c41"}]})

    ae_id: UserId | None = None
    csm_id: UserId | None = None


class DealOut(Record):
    """A deal as it stands."""

    model_config = examples.shown(examples.DEAL)

    id: str
    deal: Deal
    """Without its calls, which are a list of their own."""
    version: int
    """Raised when somebody changes the deal or assigns it; the deal's ETag."""
    edition: str
    """Of its handoff: the version of what the calls say, the number of the last event, and, once
    its contract or plan was put, the number of changes of these."""
    source: str | None
    external_id: str | None
    ae_id: str | None
    csm_id: str | None
    waits_for: str | None
    """What has to come before work can go on, in words."""
    won: bool
    verdict: str | None
    """`ready`, `ask_ae` or `blocked`; none before a call was read."""
    score: int | None
    kickoff: datetime.date | None
    days_to_kickoff: int | None
    """From today, by the clock of the service in UTC; less than 0 once it is over."""
    open_promises: int | None
    """Promises that still stand and of which nobody has said what came of them; none before a call
    was read."""
    open_questions: int | None
    decided: Decided | None
    """What customer success said to the newest handoff."""
    waits_on: WhoseTurn
    """Whose turn it is."""
    waits_why: str
    """Why, in a sentence."""
    created: datetime.datetime
    updated: datetime.datetime

    @classmethod
    def of(cls, record: DealRecord, *, today: datetime.date) -> Self:
        """The deal of a row.

        Args:
            record: the row.
            today: the day from which the days to the kickoff are counted.
        """
        same = [name for name in cls.model_fields if name in DealRecord.model_fields]
        return cls(
            days_to_kickoff=(record.kickoff - today).days if record.kickoff else None,
            waits_why=_why(record),
            **{name: getattr(record, name) for name in same},
        )


_WHY: Final[Mapping[tuple[WhoseTurn, bool], str]] = {
    ("service", False): "No call has been read yet.",
    ("nobody", False): "Customer success has accepted the handoff.",
    ("ae", True): "Customer success has returned the handoff; nothing was done to it since.",
    ("csm", True): "Something was done to the handoff since customer success has returned it.",
    ("csm", False): "Nothing is left to ask sales: accept the handoff, or return it.",
}
"""Whose turn it is with a deal, whether the handoff was returned, and why."""


def _why(record: DealRecord) -> str:
    if record.waits_for:
        return record.waits_for
    known = _WHY.get((record.waits_on, record.decided == "returned"))
    return known or _asked(record.open_questions)


def _asked(questions: int | None) -> str:
    if questions is None:
        return "Questions wait for the account executive."
    if questions == 1:
        return "1 question waits for the account executive."
    return f"{questions} questions wait for the account executive."
