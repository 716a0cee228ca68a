"""Which deals of a list are wanted, and in which order: what the query says of it."""

import datetime
from typing import Annotated, Final

from fastapi import Depends, Query

from transcript2handoff.access import Principal
from transcript2handoff.api.models.deals import UserId
from transcript2handoff.assess import Verdict
from transcript2handoff.store import deals
from transcript2handoff.whose_turn import WhoseTurn

_ME: Final = "me"

UserOrMe = Annotated[UserId | None, Query(description="The id of a user; `me` for whoever asks.")]


def _filter(  # noqa: PLR0913, PLR0917 - what the query holds
    text: Annotated[
        str | None,
        Query(max_length=200, description="Stands in the name of the deal or of the customer."),
    ] = None,
    verdict: Annotated[
        tuple[Verdict, ...], Query(max_length=3, description="One of these; several may be given.")
    ] = (),
    waits_on: Annotated[
        tuple[WhoseTurn, ...], Query(max_length=4, description="It is the turn of one of these.")
    ] = (),
    won: Annotated[bool | None, Query(description="Whether the deal is won.")] = None,
    ae_id: UserOrMe = None,
    csm_id: UserOrMe = None,
    kickoff_until: Annotated[
        datetime.date | None,
        Query(description="The kickoff is on this day at the latest; deals without one are not."),
    ] = None,
    order: Annotated[
        deals.DealOrder,
        Query(
            description="`newest` first; by `kickoff`, the next one first; by `readiness`, the "
            "least ready first; by `name`. Cursors are those of an order."
        ),
    ] = "newest",
) -> deals.DealFilter:
    return deals.DealFilter(
        text=text,
        verdict=verdict,
        waits_on=waits_on,
        won=won,
        ae_id=ae_id,
        csm_id=csm_id,
        kickoff_until=kickoff_until,
        order=order,
    )


WantedDeals = Annotated[deals.DealFilter, Depends(_filter)]
"""Which deals are wanted, and in which order."""


def of_caller(only: deals.DealFilter, caller: Principal) -> deals.DealFilter:
    """The filter with the id of the caller in the place of `me`."""
    # A key that belongs to nobody has no deals of its own.
    own = caller.user_id or caller.id
    mine = {name: own for name in ("ae_id", "csm_id") if getattr(only, name) == _ME}
    return only.model_copy(update=mine)
