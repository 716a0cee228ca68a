"""What arrives over HTTP before anybody is known: deliveries, headers, cursors, queries, keys."""

import base64
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Final

from fastapi import HTTPException
from sqlalchemy import column

from benchmarks.fuzzing.mutating import changed_text, of_bytes, of_json, of_text, one_of
from benchmarks.fuzzing.target import ROOT, Target, Try
from transcript2handoff.access.keys import id_in
from transcript2handoff.api.etags import check_match, has_already
from transcript2handoff.api.pieces import read_metadata
from transcript2handoff.api.ranges import blob_response
from transcript2handoff.deal import Deal
from transcript2handoff.errors import RequestError
from transcript2handoff.store import Blobs, paging
from transcript2handoff.store.wanted import parts_of, phrases_of, spans_of
from transcript2handoff.testing.senders import Senders
from transcript2handoff.webhooks import UNSEALED, Arrival, DealChanged, map_fields, receive
from transcript2handoff.webhooks.events import key_of

DATA: Final = ROOT / "tests" / "webhooks" / "data"
BASE: Final = "https://handoff.example.com"
NOW: Final = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
SOURCES: Final = (
    "hubspot",
    "hubspot_workflow",
    "salesforce_flow",
    "salesforce_message",
    "zoom",
    "gong",
    "standard",
)
_FORGED: Final = b"\x00headers\x00"
"""Between headers and a body that somebody else has signed; without it, the source signs."""
_BODY: Final = one_of((0.85, of_json), (0.1, of_text), (0.05, of_bytes))


def targets() -> Iterator[Target]:
    """One for each source of deliveries, then what stands in requests."""
    for source in SOURCES:
        yield _source(source)
    yield _headers("metadata", "Upload-Metadata of tus", _METADATA, _metadata)
    yield _headers("preconditions", "If-Match, If-None-Match", _TAGS, _preconditions)
    yield _headers("ranges", "Range and If-Range", _RANGES, _ranges)
    yield _headers("queries", "words that are searched for", _QUERIES, _queries)
    yield _headers("cursors", "`after` of a list", _CURSORS, _cursors)
    yield _headers("keys", "keys that somebody shows", _KEYS, _keys)


def _source(source: str) -> Target:
    is_xml = source == "salesforce_message"
    file = DATA / f"{source}.{'xml' if is_xml else 'json'}"

    def opened(_: Path) -> Try:
        return _receiving(source)

    return Target(
        name=f"webhook-{source.replace('_', '-')}",
        what="bodies, signed rightly or not",
        examples=lambda: [file.read_bytes()],
        mutate=one_of((0.9, of_text if is_xml else _BODY), (0.1, _forged)),
        opened=opened,
        share=60,
    )


def _forged(chance: Random, seeds: Sequence[bytes]) -> bytes:
    """A body with headers that were made up."""
    said = [f"{name}: {value}" for name, value in _MADE_UP.items()]
    lines = chance.sample(said, chance.randint(0, len(said)))
    text = changed_text(chance, "\n".join(lines), [one.encode() for one in said])
    return text.encode(errors="replace") + _FORGED + chance.choice(seeds)


_MADE_UP: Final[Mapping[str, str]] = {
    "X-HubSpot-Signature-v3": "3q2+7w==",
    "X-HubSpot-Request-Timestamp": str(int(NOW.timestamp() * 1000)),
    "Authorization": "Bearer eyJhbGciOiJub25lIn0.eyJleHAiOjF9.",
    "X-Handoff-Key": "k" * 40,
    "Content-Type": "text/xml; charset=UTF-8",
    "Content-Encoding": "gzip",
    "x-zm-signature": "v0=00ff",
    "x-zm-request-timestamp": str(int(NOW.timestamp())),
    "webhook-id": "msg_1",
    "webhook-timestamp": str(int(NOW.timestamp())),
    "webhook-signature": "v1,3q2+7w== v1,",
}


def _receiving(source: str) -> Try:
    senders = Senders(BASE, clock=lambda: NOW)
    webhook = next(one for one in senders.webhooks if one.name == source)

    def attempt(content: bytes) -> None:
        headers, forged, body = content.rpartition(_FORGED)
        signed = senders.send(source, body)
        told = _split(headers) if forged else _bytes(signed.headers)
        arrival = Arrival(method="POST", url=BASE + signed.path, headers=told, body=body, at=NOW)
        delivery = receive(arrival, webhook.endpoint)
        assert not forged or source == "salesforce_message", "nobody has signed it"
        for event in delivery.events:
            key_of(webhook.name, event.key)
            event.model_dump_json(context=UNSEALED)
            if isinstance(event, DealChanged) and webhook.mapping:
                map_fields(event.fields, webhook.mapping).onto(Deal())

    return attempt


def _bytes(headers: Mapping[str, str]) -> tuple[tuple[bytes, bytes], ...]:
    return tuple((name.encode(), value.encode()) for name, value in headers.items())


def _split(headers: bytes) -> tuple[tuple[bytes, bytes], ...]:
    pairs = (line.partition(b": ") for line in headers.splitlines())
    return tuple((name, value) for name, _, value in pairs)


def _headers(
    name: str, what: str, examples: Sequence[bytes], opened: Callable[[Path], Try]
) -> Target:
    return Target(
        name=name,
        what=what,
        examples=lambda: examples,
        mutate=_inside if name == "cursors" else one_of((0.9, of_text), (0.1, of_bytes)),
        opened=opened,
        share=60,
        seconds=1,
    )


_METADATA: Final = (b"filename Y2FsbC5vcHVz,deal_id ZGVhbC0x", b"deal eyJkZWFsIjoieCJ9,call", b"")
_TAGS: Final = (b'"7"', b'W/"7"', b'"a", "7", W/"b"', b"*")
_RANGES: Final = (b"bytes=0-10", b"bytes=-5", b"bytes=90-", b"bytes=0-1,4-5", b"bytes=5-2")
_QUERIES: Final = (
    b'"data centre" price',
    b"SAP -legacy OR NOT (a* b)",
    "Preis für Zürich".encode(),
    b'he said "it\'s fine" near/2 colu:x',
)
_KEYS: Final = (b"t2h_key-0123456789abcdef0123_" + b"s" * 43, b"t2h_", b"Bearer t2h_x_y")


def _header_text(content: bytes) -> str:
    """As a server gives a header: any byte is one character."""
    return content.decode("latin-1")


def _metadata(_: Path) -> Try:
    return lambda content: read_metadata(_header_text(content))


def _preconditions(_: Path) -> Try:
    def attempt(content: bytes) -> None:
        has_already(_header_text(content), "7")
        check_match(_header_text(content), "7")

    return attempt


def _ranges(folder: Path) -> Try:
    blobs = Blobs.open(str(folder))
    digest = blobs.put(iter([bytes(100)])).digest

    def attempt(content: bytes) -> None:
        asked, _, tag = _header_text(content).partition("\n")
        headers = {"range": asked, **({"if-range": tag} if tag else {})}
        try:
            answer = blob_response(blobs, digest, media_type="audio/ogg", asked=headers)
        except HTTPException as error:
            raise RequestError(str(error.detail)) from error
        assert 0 < int(answer.headers["content-length"]) <= 100

    return attempt


def _queries(_: Path) -> Try:
    text = "We said that the data centre in Zürich is fine, price and all."

    def attempt(content: bytes) -> None:
        phrases = phrases_of(content.decode(errors="replace"))
        parts = parts_of(text, spans_of(text, phrases))
        assert "".join(part.text for part in parts) == text

    return attempt


_DEALS: Final = paging.Order(
    name="deals",
    keys=(
        paging.Key(column=column("created"), kind=datetime, falling=True),
        paging.Key(column=column("id"), kind=str),
        paging.Key(column=column("turn"), kind=int),
    ),
)
_CURSORS: Final = tuple(
    base64.urlsafe_b64encode(text).rstrip(b"=")
    for text in (
        b'["deals","2026-11-20T12:00:00Z","deal-1",7]',
        b'["deals","0001-01-01T00:00:00+14:00","",99999999999999999999]',
        b'["calls",1,2,3]',
        b"[" * 400,
    )
)


def _cursors(_: Path) -> Try:
    """Where a list goes on; the text inside is changed, and the cursor itself."""

    def attempt(content: bytes) -> None:
        paging._read(_DEALS, _header_text(content))

    return attempt


def _inside(chance: Random, seeds: Sequence[bytes]) -> bytes:
    """A cursor whose content is changed, mostly."""
    cursor = chance.choice(seeds)
    try:
        text = base64.urlsafe_b64decode(cursor + b"=" * (-len(cursor) % 4))
    except ValueError:
        return of_text(chance, seeds)
    return base64.urlsafe_b64encode(_BODY(chance, [text])).rstrip(b"=")


def _keys(_: Path) -> Try:
    return lambda content: id_in(content.decode(errors="replace"))
