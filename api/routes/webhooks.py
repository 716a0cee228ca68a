"""Where CRMs, recorders and programs send: proven, put into the inbox, and answered at once."""

from collections.abc import Sequence
from typing import Any, Final

import structlog
from fastapi import APIRouter, HTTPException, Request, Response
from starlette.requests import ClientDisconnect

from transcript2handoff.api.deliveries import Entry, InboxWriter, Refusals
from transcript2handoff.api.deps import services_of
from transcript2handoff.api.models.answers import problems
from transcript2handoff.errors import (
    DeliveryError,
    DeliveryForgedError,
    DeliveryStaleError,
    DeliveryTooLargeError,
    StoreError,
)
from transcript2handoff.service_file import Webhook
from transcript2handoff.store.inbox import NewItem
from transcript2handoff.telemetry import Answer, delivered
from transcript2handoff.webhooks import (
    MOST_BYTES,
    UNSEALED,
    Arrival,
    DealChanged,
    Delivery,
    Event,
    PersonErased,
    public_url,
    receive,
)
from transcript2handoff.webhooks.events import key_of

router = APIRouter(tags=["webhooks"])
_log = structlog.get_logger(__name__)
_REASONS: Final[Sequence[tuple[type[DeliveryError], Answer]]] = (
    (DeliveryForgedError, "forged"),
    (DeliveryStaleError, "stale"),
    (DeliveryTooLargeError, "too_large"),
    (DeliveryError, "form"),
)
_BODY: Final[dict[str, Any]] = {
    "required": True,
    "content": {
        "application/json": {
            "schema": {},
            "example": {
                "type": "deal.won",
                "timestamp": "2026-11-20T11:59:40Z",
                "data": {"deal_id": 4711, "customer": {"name": "Harbour Lane Ltd"}},
            },
        },
        "text/xml": {"schema": {"type": "string"}},
    },
}
_ANSWERS: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "description": "The events are noted; the work comes later.",
        "content": {
            "text/plain": {"schema": {"type": "string"}},
            "text/xml": {"schema": {"type": "string"}},
            "application/json": {"schema": {}},
        },
    },
    **problems(404, 413),
}
_SAID: Final[dict[str, Any]] = {
    "response_class": Response,
    "responses": _ANSWERS,
    "openapi_extra": {"requestBody": _BODY, "security": []},
}


@router.post(
    "/webhooks/{name}",
    summary="Deliver events",
    operation_id="deliver",
    **_SAID,
)
async def deliver(name: str, request: Request) -> Response:
    """Send events, as docs/webhooks.md says for each source; `name` is that of the service file.

    Whoever sends proves it by a signature or a key of the source; a key of the API is not needed.
    """
    return await _answer(name, request)


@router.post(
    "/webhooks/{name}/{key}",
    summary="Deliver events, with a key in the URL",
    operation_id="deliver_with_key",
    **_SAID,
)
async def deliver_with_key(name: str, key: str, request: Request) -> Response:
    """Send events from where nothing else can prove who sends: outbound messages of Salesforce."""
    return await _answer(name, request)


async def _answer(name: str, request: Request) -> Response:
    services = services_of(request)
    webhook = services.service_file.webhook(name)
    if webhook is None:
        raise HTTPException(404, "No webhook of this name stands in the service file.")
    try:
        arrival = Arrival(
            method=request.method,
            url=public_url(services.settings.public_url, _target(request)),
            headers=request.headers.raw,
            body=await _body(request),
            at=services.clock(),
        )
        delivery = receive(arrival, webhook.endpoint)
    except ClientDisconnect:
        # Nobody is there any more to be answered; whoever it was sends again.
        return Response(status_code=400)
    except DeliveryError as error:
        await _refuse(request, webhook, error)
        raise
    await _keep(request, webhook, delivery)
    return Response(delivery.answer.body, media_type=delivery.answer.media_type)


def _target(request: Request) -> bytes:
    """Path and query as they were sent, still percent-encoded."""
    path: bytes = request.scope["raw_path"].partition(b"?")[0]
    query: bytes = request.scope["query_string"]
    return path + b"?" + query if query else path


async def _body(request: Request) -> bytes:
    """The body as it was sent; reading stops where it is longer than we read."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            raise DeliveryTooLargeError(f"The body has more than {MOST_BYTES} bytes.")
    return bytes(body)


async def _keep(request: Request, webhook: Webhook, delivery: Delivery) -> None:
    for ignored in delivery.ignored:
        _log.info("delivery_ignored", webhook=webhook.name, what=ignored.what, why=ignored.why)
    if not delivery.events:
        delivered(delivery.source, "checked")
        return
    items = [_item(webhook, delivery, event) for event in delivery.events]
    try:
        new = sum(await _writer(request).write(Entry(items=items)))
    except StoreError:
        delivered(delivery.source, "failed")
        raise
    delivered(delivery.source, "kept" if new else "known")
    _log.debug("delivery_kept", webhook=webhook.name, events=len(items), new=new)


def _item(webhook: Webhook, delivery: Delivery, event: Event) -> NewItem:
    return NewItem(
        source=delivery.source,
        # Two programs that send to two webhooks may number their events in the same way.
        key=key_of(webhook.name, event.key),
        event=event.model_dump_json(context=UNSEALED),
        endpoint=webhook.name,
        priority=1 if isinstance(event, DealChanged | PersonErased) else 5,
    )


async def _refuse(request: Request, webhook: Webhook, error: DeliveryError) -> None:
    """Note that a delivery was refused: a number of them may be somebody who tries."""
    reason = next(reason for kind, reason in _REASONS if isinstance(error, kind))
    delivered(webhook.endpoint.source, reason)
    _log.warning("delivery_refused", webhook=webhook.name, reason=reason, why=str(error))
    if deed := _refusals(request).deed(webhook.name, reason):
        await _writer(request).write(Entry(deeds=[deed]))


def _writer(request: Request) -> InboxWriter:
    state = request.app.state
    if not hasattr(state, "inbox_writer"):
        state.inbox_writer = InboxWriter(services_of(request).store)
    writer = state.inbox_writer
    assert isinstance(writer, InboxWriter)
    return writer


def _refusals(request: Request) -> Refusals:
    state = request.app.state
    if not hasattr(state, "refusals"):
        state.refusals = Refusals()
    refusals = state.refusals
    assert isinstance(refusals, Refusals)
    return refusals
