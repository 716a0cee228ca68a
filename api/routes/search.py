"""Search in everything that was said on calls."""

from typing import Annotated

from fastapi import APIRouter, Query

from transcript2handoff.api.deps import Reader, StoreDep, note
from transcript2handoff.api.models.answers import problems
from transcript2handoff.api.models.lists import HitOut
from transcript2handoff.api.paging import Paging, shaped
from transcript2handoff.deal import Side
from transcript2handoff.store import Page, said
from transcript2handoff.store.said import Hit

router = APIRouter(tags=["search"])

LookedFor = Annotated[
    str,
    Query(
        max_length=400,
        description='Words, all of which are in the turn; "a phrase" in quotes stands as it is. '
        "The last word may be begun. Case and accents make no difference.",
    ),
]
OfDeal = Annotated[
    str | None, Query(pattern=r"^[A-Za-z0-9_-]{1,48}$", description="Only calls of this deal.")
]


@router.get(
    "/search",
    summary="Search in what was said",
    operation_id="search",
    response_model=Page[HitOut],
    responses=problems(),
)
def search(  # noqa: PLR0913, PLR0917 - what the query holds
    store: StoreDep,
    caller: Reader,
    window: Paging,
    q: LookedFor = "",
    deal_id: OfDeal = None,
    side: Annotated[Side | None, Query(description="Only what this side said.")] = None,
) -> object:
    """Turns of the calls of all deals that the caller sees, those of the newest calls first."""
    only = said.SaidFilter(deal_id=deal_id, side=side)
    with store.read() as tx:
        note(tx, caller, "read", "transcript")
        found = said.search(tx, q, window, seen_by=caller.seen_by, only=only)
        # Whose words were shown is told by call: they are as good as its transcript.
        for call_id in dict.fromkeys(hit.call_id for hit in found.items):
            note(tx, caller, "read", "transcript", call_id, found=True)
        return shaped(found, _shown)


def _shown(hit: Hit) -> HitOut:
    return HitOut(**dict(hit))
