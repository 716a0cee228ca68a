"""Lists of deals that people save for themselves."""

from typing import Annotated

from fastapi import APIRouter, Path

from transcript2handoff.access import Principal
from transcript2handoff.api.deps import Caller, StoreDep, note
from transcript2handoff.api.models.answers import problems
from transcript2handoff.api.models.lists import ViewBody, ViewList, ViewOut
from transcript2handoff.errors import NotAllowedError, StoreGoneError
from transcript2handoff.store import views

router = APIRouter(tags=["deals"])
ViewId = Annotated[
    str, Path(description="The id of a saved list.", pattern=r"^[A-Za-z0-9_-]{1,48}$")
]


@router.get(
    "/views",
    summary="List saved lists",
    operation_id="list_views",
    response_model=ViewList,
    responses=problems(),
)
def list_views(store: StoreDep, caller: Caller) -> object:
    """The lists of deals that the caller has saved, by name; a key of nobody's has none."""
    if caller.user_id is None:
        return ViewList(items=())
    with store.read() as tx:
        return ViewList(items=tuple(map(ViewOut.of, views.listed(tx, caller.user_id))))


@router.post(
    "/views",
    summary="Save a list",
    operation_id="save_view",
    status_code=201,
    response_model=ViewOut,
    responses=problems(409),
)
def save_view(store: StoreDep, caller: Caller, told: ViewBody) -> object:
    """Keep what GET /v1/deals is asked for under a name, in place of what had it before."""
    new = views.NewView(user_id=_person(caller), name=told.name, query=told.query)
    with store.write() as tx:
        saved = views.add(tx, new)
        note(tx, caller, "add", "view", saved.id)
    return ViewOut.of(saved)


@router.delete(
    "/views/{view_id}",
    summary="Forget a list",
    operation_id="remove_view",
    status_code=204,
    responses=problems(404),
)
def remove_view(store: StoreDep, caller: Caller, view_id: ViewId) -> None:
    """Take away a list that the caller has saved."""
    with store.write() as tx:
        if not views.remove(tx, view_id, user_id=_person(caller)):
            raise StoreGoneError(f"You have no saved list {view_id}, or not any more.")
        note(tx, caller, "erase", "view", view_id)


def _person(caller: Principal) -> str:
    if caller.user_id is None:
        raise NotAllowedError(
            "Lists are saved by people, and this key belongs to nobody. Use a key of your own."
        )
    return caller.user_id
