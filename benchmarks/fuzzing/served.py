"""Requests to the service itself: every operation of the API, changed in all of its parts."""

import asyncio
import json
import logging
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from random import Random
from typing import Any, Final
from urllib.parse import quote, unquote

import structlog

from benchmarks.fuzzing.examples import HARBORLINE
from benchmarks.fuzzing.mutating import changed_json, changed_text
from benchmarks.fuzzing.target import ROOT, Target, Try
from transcript2handoff.access import keys
from transcript2handoff.api.app import create_app
from transcript2handoff.api.services import Services
from transcript2handoff.deal import Deal
from transcript2handoff.dossier import told_of
from transcript2handoff.errors import RequestError
from transcript2handoff.handoff import read_handoff
from transcript2handoff.jobs.telling import to_text
from transcript2handoff.settings import Settings
from transcript2handoff.store import Store, deals, handoffs, migrate
from transcript2handoff.transcript import read_transcript

_LEFT_OUT: Final = ("/v1/sign-in", "/v1/setup", "/v1/webhooks", "/v1/audit/verify", "/v1/backup")
"""Passwords take their time on purpose; deliveries are targets of their own."""
_HEADERS: Final[Mapping[str, str]] = {
    "accept": "application/json",
    "idempotency-key": "k-1",
    "if-match": '"1"',
    "if-none-match": '"1"',
    "range": "bytes=0-9",
    "tus-resumable": "1.0.0",
    "upload-length": "10",
    "upload-offset": "0",
    "upload-metadata": "filename Y2FsbC5vcHVz,deal_id ZGVhbC0x",
    "content-type": "application/json",
    "content-encoding": "gzip",
    "x-forwarded-for": "10.0.0.1",
    "x-request-id": "r-1",
    "cookie": "t2h_session=x; a=b",
    "host": "t2h.example",
}
_QUERY: Final = ("limit=10", "after=WyJkZWFscyJd", "q=price", "sort=name", "state=open")


def targets() -> Iterator[Target]:
    """The whole service, over a database that is not empty."""
    yield Target(
        name="service-api",
        what="requests to every operation",
        examples=_requests,
        mutate=_changed,
        opened=_served,
        share=8,
        memory=8 << 30,
        seconds=10,
    )


def _requests() -> list[bytes]:
    """A request for each operation, with the examples of its description."""
    described = json.loads((ROOT / "docs" / "openapi.json").read_text())
    told = []
    for path, operations in described["paths"].items():
        if path.startswith(_LEFT_OUT):
            continue
        for method, operation in operations.items():
            if method in ("get", "post", "put", "patch"):
                told.append({"method": method.upper(), "path": path, "body": _body(operation)})
    return [json.dumps({"query": "", "headers": {}, **one}).encode() for one in told]


def _body(operation: Any) -> Any:
    content = operation.get("requestBody", {}).get("content", {})
    for kind, said in content.items():
        example = said.get("example") or next(iter(said.get("examples", {}).values()), {})
        if kind == "application/json":
            return example.get("value", example) if isinstance(example, dict) else example
    return None


def _changed(chance: Random, seeds: Sequence[bytes]) -> bytes:
    """A request with its path, query, headers or body changed."""
    request = json.loads(chance.choice(seeds))
    for _ in range(chance.choice((1, 2, 3))):
        match chance.randrange(5):
            case 0:
                request["path"] = _text(chance, request["path"])
            case 1:
                query = "&".join(chance.sample(_QUERY, chance.randint(1, 3)))
                request["query"] = _text(chance, query)
            case 2:
                name = chance.choice(list(_HEADERS))
                value = _HEADERS[name]
                plain = chance.random() < 0.3
                request["headers"][name] = value if plain else _text(chance, value)
            case _ if request["body"] is not None:
                request["body"] = changed_json(chance, request["body"])
            case _:
                request["path"] = request["path"].replace("{", "{{", chance.randint(0, 1))
    return json.dumps(request).encode()


def _text(chance: Random, text: str) -> str:
    return changed_text(chance, text, [text.encode()])[:2000]


def _served(folder: Path) -> Try:
    quiet = structlog.make_filtering_bound_logger(logging.CRITICAL)
    structlog.configure(wrapper_class=quiet)
    url = f"sqlite:///{folder / 't2h.db'}"
    migrate(url)
    store = Store.open(url, str(folder / "blobs"))
    app = create_app(Services(store=store, settings=Settings(data=folder, rate_limit=10**9)))
    with store.write() as tx:
        wish = keys.KeyWish(name="a program", scopes=("admin",))
        shown = keys.make(tx, wish).shown
    ids = _filled(store)
    loop = asyncio.new_event_loop()

    def attempt(content: bytes) -> None:
        scope, body = _scope(json.loads(content), ids, shown)
        status, answer = loop.run_until_complete(_asked(app, scope, body))
        assert status < 500, (status, answer[:300])
        if status >= 400:
            assert json.loads(answer)["status"] == status
            raise RequestError(f"{status}")

    return attempt


def _filled(store: Store) -> Mapping[str, str]:
    """A deal as it is read from one call, and the ids that stand in paths."""
    call = HARBORLINE / "harborline-1"
    transcript = read_transcript((call / "2_transcript.json").read_bytes())
    handoff = read_handoff((call / "4_handoff.json").read_bytes(), [transcript])
    told = told_of([handoff], [transcript], Deal())
    blob = store.blobs.put([transcript.to_json().encode()])
    with store.write() as tx:
        deal = deals.add(tx, deals.NewDeal(deal=Deal(deal="Harborline"), by="Dana Roe"))
        text = to_text(told, {transcript.call_id: blob.digest})
        handoffs.add(tx, deal.id, text, run_id=None)
    return {"{deal_id}": deal.id, "{claim_id}": handoff.claims[0].id, "{version}": "1"}


def _scope(request: Any, ids: Mapping[str, str], key: str) -> tuple[dict[str, Any], bytes]:
    """What a server hands on: it takes no header with a line end, and no path that is not ASCII."""
    path = str(request["path"])
    for name, value in ids.items():
        path = path.replace(name, value)
    raw = quote("/" + path.lstrip("/"), safe="/%{}:@!$&'()*+,;=~", errors="replace")
    body = request["body"]
    content = b"" if body is None else json.dumps(body).encode(errors="surrogatepass")
    headers = {"authorization": f"Bearer {key}", "content-type": "application/json"}
    headers |= {name: str(value) for name, value in request["headers"].items()}
    headers["content-length"] = str(len(content))
    clean = str.maketrans("", "", "\r\n\0")
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": request["method"],
        "scheme": "http",
        "path": unquote(raw),
        "raw_path": raw.encode(),
        "query_string": quote(str(request["query"]), safe="=&%+", errors="replace").encode(),
        "root_path": "",
        "headers": [
            (name.encode(), value.translate(clean).encode("latin-1", errors="replace"))
            for name, value in headers.items()
        ],
        "client": ("127.0.0.1", 4711),
        "server": ("127.0.0.1", 8484),
        "state": {},
    }, content


async def _asked(app: Any, scope: Any, body: bytes) -> tuple[int, bytes]:
    pieces = [{"type": "http.request", "body": body, "more_body": False}]
    told: list[Any] = []

    async def receive() -> Any:
        return pieces.pop() if pieces else {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        told.append(message)

    await app(scope, receive, send)
    answer = b"".join(one.get("body", b"") for one in told if one["type"] == "http.response.body")
    return told[0]["status"], answer
