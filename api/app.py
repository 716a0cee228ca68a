"""The HTTP service: its frame, and the routes of all its parts.

It does no work. It sees who asks, reads and writes rows and blobs, and answers; a run is a row that
a worker finds.
"""

import json
from importlib.metadata import version
from typing import Any, Final

from fastapi import FastAPI

from transcript2handoff.api import problems
from transcript2handoff.api.entrance import Entrance
from transcript2handoff.api.idempotency import Idempotency
from transcript2handoff.api.limits import BodyLimit
from transcript2handoff.api.middleware import PREFIX, Identify, OpenGate, RequestFrame
from transcript2handoff.api.openapi import with_frame
from transcript2handoff.api.routes import (
    audit,
    calls,
    claims,
    corrections,
    crm,
    deals,
    documents,
    erasure,
    handoffs,
    journal,
    keys,
    mails,
    operate,
    papers,
    people,
    promises,
    reports,
    runs,
    search,
    setup,
    shares,
    sign_in,
    tus,
    uploads,
    views,
    waveform,
    webhooks,
)
from transcript2handoff.api.services import Services

__all__ = ["FRAME", "Services", "create_app"]

FRAME: Final = (RequestFrame, OpenGate, BodyLimit, Identify, Idempotency)
"""What stands before every route, from the outside in."""
_ROUTES: Final = (
    # Routes are tried one after the other, and deliveries come in more often than all else.
    webhooks,
    setup,
    sign_in,
    people,
    keys,
    deals,
    views,
    search,
    promises,
    crm,
    calls,
    waveform,
    corrections,
    uploads,
    tus,
    runs,
    handoffs,
    claims,
    journal,
    papers,
    documents,
    mails,
    shares,
    reports,
    erasure,
    audit,
)
_DESCRIPTION: Final = """Sales calls go in, handoffs come out.

Send a key as `Authorization: Bearer KEY`, or the cookie of POST /v1/sign-in; with the cookie, what
changes something also needs the header `X-CSRF-Token`. Whatever goes wrong is told in the form of
RFC 9457, with a `type` that does not change and a `request_id` that stands in the log. Every POST
takes an `Idempotency-Key`. Lists come in pages: the `after` of one is the parameter of the next.
"""


class Application(FastAPI):
    """The application, which describes its frame too."""

    def openapi(self) -> dict[str, Any]:
        """The description of the service, made once."""
        if self.openapi_schema is None:
            self.openapi_schema = with_frame(super().openapi())
        return self.openapi_schema


def create_app(services: Services) -> FastAPI:
    """The application.

    Args:
        services: what it works with; whoever opened them closes them.

    Raises:
        ServiceFileError: the section ``access`` of the service file does not fit.
    """
    app = _routed()
    app.state.services = services
    app.state.entrance = Entrance.of(services)
    for layer in reversed(FRAME):
        app.add_middleware(layer)
    return app


def description() -> str:
    """The OpenAPI of the service as JSON, the same on every machine."""
    return json.dumps(_routed().openapi(), indent=1, ensure_ascii=False) + "\n"


def _routed() -> Application:
    """The application without what it works with."""
    app = Application(
        title="transcript2handoff",
        description=_DESCRIPTION,
        version=version("transcript2handoff"),
        openapi_url="/v1/openapi.json",
        # The pages of the framework are made of scripts from elsewhere.
        docs_url=None,
        redoc_url=None,
        # It would send callers, and their keys, to whatever host and scheme a request names.
        redirect_slashes=False,
    )
    problems.install(app)
    for module in _ROUTES:
        app.include_router(module.router, prefix=PREFIX)
    # Those that watch a service know where to ask.
    app.include_router(operate.router)
    return app
