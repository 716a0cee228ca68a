"""For those who watch the service: whether it lives, whether it can work, and its numbers."""

from http import HTTPStatus
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST

from transcript2handoff.api.deps import Reporter, ServicesDep, StoreDep
from transcript2handoff.api.models.answers import problems
from transcript2handoff.api.scraping import metrics_text
from transcript2handoff.deal import Record
from transcript2handoff.errors import NotAllowedError
from transcript2handoff.health import Doctor, Health, probes

router = APIRouter(tags=["operate"])


class Alive(Record):
    """The process answers."""

    state: Literal["alive"] = "alive"


def _doctor(request: Request, services: ServicesDep) -> Doctor:
    """The one that looks at this application; made when it is asked for the first time."""
    state = request.app.state
    if not hasattr(state, "doctor"):
        state.doctor = Doctor(probes(services.store, services.settings))
    assert isinstance(state.doctor, Doctor)
    return state.doctor


@router.get("/healthz", summary="Whether the process lives", operation_id="healthz")
async def healthz() -> Alive:
    """Answers as long as the process does, whatever else may be broken: restart it if not."""
    return Alive()


@router.get(
    "/readyz",
    summary="Whether the service can do its work",
    operation_id="readyz",
    responses={
        HTTPStatus.SERVICE_UNAVAILABLE: {
            "model": Health,
            "description": "The database or the place of the blobs is away.",
        }
    },
)
def readyz(response: Response, doctor: Annotated[Doctor, Depends(_doctor)]) -> Health:
    """Every part with what is wrong with it.

    `degraded` answers 200, for requests are still taken and kept: only runs do not go on.
    """
    health = doctor.examine()
    if health.state == "failing":
        response.status_code = HTTPStatus.SERVICE_UNAVAILABLE
    return health


@router.get(
    "/metrics",
    summary="Numbers for Prometheus",
    operation_id="metrics",
    response_class=Response,
    responses={
        **problems(),
        HTTPStatus.OK: {
            "description": "Metrics in the text format of Prometheus.",
            "content": {"text/plain": {"schema": {"type": "string"}}},
        },
    },
)
def metrics(store: StoreDep, caller: Reporter) -> Response:
    """Numbers of this process and of the database, which count what is done for all deals.

    For keys of nobody's with the scope `reports:read`, and for administrators.

    Raises:
        NotAllowedError: the caller sees some deals alone.
    """
    if caller.seen_by is not None:
        raise NotAllowedError(
            "These numbers count the deals of everybody. Ask an administrator for a key of "
            "nobody's with the scope reports:read."
        )
    return Response(metrics_text(store), media_type=CONTENT_TYPE_LATEST)
