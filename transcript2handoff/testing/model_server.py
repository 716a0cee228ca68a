"""A fake OpenAI-compatible model server: real HTTP on this machine, nothing paid, every fault.

A test starts it, points the program at it, and looks at what came in::

    import openai
    from transcript2handoff.testing.model_server import ModelServer, RateLimited, Reset

    def test_a_busy_server_is_asked_again():
        question = {"role": "user", "content": "What was promised?"}
        with ModelServer(script=[RateLimited(retry_after_ms=20), Reset()]) as server:
            with openai.OpenAI(base_url=server.base_url, api_key=server.api_key) as client:
                answer = client.chat.completions.create(model=server.model, messages=[question])
        assert answer.choices[0].message.content == '{"promises": []}'
        assert len(server.requests) == 3
        assert server.requests[-1].user == "What was promised?"

* ``script``: what is played, one for each chat request in the order in which they come in;
  afterwards the brain answers. ``Good()`` keeps a place. Or a function from a request to a fault or
  None, for requests that come at the same time: ``lambda request: Reset() if "[17]" in request.user
  else None``.
* ``brain``: a function from a ``ChatRequest`` to the text that the model says. The default states a
  promise for every line of the seller with "I'll", "we'll" or "I will", in whatever JSON schema
  was asked for. A brain may be called by several threads at once. What it raises is raised again
  when the server is stopped.
* ``max_context_tokens``: longer messages (characters / 4) get the error of ``dialect``.
* ``ignores_response_format``: schemas are not looked at, and the default brain talks around its
  JSON, as models do on such servers.
* ``unsupported``: parameters that this model refuses, like ``temperature`` of reasoning models, and
  keywords of JSON schema, like ``maxItems`` of Azure.

The server is as strict as the original: a wrong path, method, key, model, parameter, message or
JSON schema is refused with the original's status and error object (``chat_contract`` says by which
rules), and plays nothing of the script. ``server.requests`` has these requests, too, and
``server.most_at_once`` says how many chats were under way at the same time. Only
``POST /v1/chat/completions``, ``GET /v1/models`` and ``GET /v1/models/{id}`` are served. Every
answer has ``usage``; what a prompt has in common with an earlier one counts as cached from 1024
tokens on, in steps of 128, as in the original.

When the ``with`` block ends, requests under way are broken off; nothing is waited for.
"""

import threading
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Final, Self

from transcript2handoff.testing.chat_contract import check_chat
from transcript2handoff.testing.model_brains import (
    Brain,
    ShownTurn,
    fill,
    states_promises,
    talkative,
    turns_of,
)
from transcript2handoff.testing.model_exchange import Exchange, RequestLog
from transcript2handoff.testing.model_faults import (
    ContextLength,
    Cut,
    Empty,
    Fault,
    Filtered,
    Good,
    Length,
    NoChoices,
    NotJson,
    NoUsage,
    Packed,
    QuotaExhausted,
    RateLimited,
    Redirect,
    Refusal,
    Reset,
    Says,
    SlowDrip,
    Stall,
    Status,
)
from transcript2handoff.testing.model_listener import Listener, Wire
from transcript2handoff.testing.model_replies import (
    Dialect,
    Reply,
    error_body,
    json_reply,
    too_long,
)
from transcript2handoff.testing.model_requests import ChatRequest, count_tokens
from transcript2handoff.testing.refusals import RequestRefused

__all__ = [
    "Brain",
    "ChatRequest",
    "ContextLength",
    "Cut",
    "Dialect",
    "Empty",
    "Exchange",
    "Fault",
    "Filtered",
    "Good",
    "Length",
    "ModelServer",
    "NoChoices",
    "NoUsage",
    "NotJson",
    "Packed",
    "QuotaExhausted",
    "RateLimited",
    "Redirect",
    "Refusal",
    "Reply",
    "Reset",
    "Says",
    "ShownTurn",
    "SlowDrip",
    "Stall",
    "Status",
    "count_tokens",
    "fill",
    "states_promises",
    "talkative",
    "turns_of",
]

_CHAT: Final = "/v1/chat/completions"
_MODELS: Final = "/v1/models"
_POLL_SECONDS: Final = 0.01

Script = Sequence[Fault] | Callable[[ChatRequest], Fault | None]


@dataclass(kw_only=True, eq=False)
class ModelServer:
    """A fake model server; a context manager. The module's text says what the options do."""

    script: Script = ()
    brain: Brain | None = None
    api_key: str | None = "test-key"
    model: str = "fake-model"
    max_context_tokens: int | None = None
    dialect: Dialect = "openai"
    ignores_response_format: bool = False
    unsupported: Collection[str] = ()
    _listener: Listener | None = field(default=None, init=False, repr=False)
    _log: RequestLog = field(default_factory=RequestLog, init=False, repr=False)

    def __enter__(self) -> Self:
        self._listener = Listener(self._answer)
        threading.Thread(
            target=self._listener.serve_forever, args=(_POLL_SECONDS,), daemon=True
        ).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._listener is not None
        self._listener.stop()
        for mishap in self._listener.mishaps[:1]:
            if error is None:
                raise mishap
            error.add_note(f"Before that, the fake server failed: {mishap!r}")

    @property
    def base_url(self) -> str:
        """The address for the SDK, up to the version."""
        assert self._listener is not None, "The server runs only within its `with` block."
        return f"http://127.0.0.1:{self._listener.server_port}/v1"

    @property
    def requests(self) -> tuple[ChatRequest, ...]:
        """What has come in so far, good and bad, in this order."""
        return self._log.requests

    @property
    def most_at_once(self) -> int:
        """How many chat requests have been under way at the same time."""
        return self._log.most_at_once

    def _answer(self, request: ChatRequest, wire: Wire) -> None:
        self._log.note(request)
        exchange = Exchange(
            request=request, wire=wire, model=self.model, brain=self._brain, log=self._log
        )
        try:
            self._serve(exchange)
        except RequestRefused as refusal:
            body = error_body(refusal.message, param=refusal.param, code=refusal.code)
            wire.send(json_reply(body, status=refusal.status))

    def _serve(self, exchange: Exchange) -> None:
        path = exchange.request.path.partition("?")[0]
        method = exchange.request.method
        wanted = _method_of(path)
        if wanted is None:
            raise RequestRefused(f"Invalid URL ({method} {path})", status=404)
        if method != wanted:
            raise RequestRefused(
                f"Not allowed to {method} on {path}. (HINT: Perhaps you meant to use a different "
                "HTTP method?)",
                code="method_not_supported",
                status=405,
            )
        self._check_key(exchange.request.headers.get("authorization"))
        if path != _CHAT:
            exchange.wire.send(json_reply(self._models(path)))
            return
        with self._log.under_way():
            self._chat(exchange)

    def _check_key(self, authorization: str | None) -> None:
        if self.api_key is None:
            return
        scheme, _, key = (authorization or "").partition(" ")
        if scheme.lower() != "bearer" or not key:
            raise RequestRefused("You didn't provide an API key.", status=401)
        if key != self.api_key:
            raise RequestRefused(
                f"Incorrect API key provided: {key[:2]}***.", code="invalid_api_key", status=401
            )

    def _models(self, path: str) -> dict[str, Any]:
        model = {"id": self.model, "object": "model", "created": 0, "owned_by": "testing"}
        if path == _MODELS:
            return {"object": "list", "data": [model]}
        self._check_model(path.removeprefix(_MODELS + "/"))
        return model

    def _check_model(self, name: str) -> None:
        if name != self.model:
            raise RequestRefused(
                f"The model `{name}` does not exist or you do not have access to it.",
                param="model",
                code="model_not_found",
                status=404,
            )

    def _chat(self, exchange: Exchange) -> None:
        request = exchange.request
        if not request.body and request.raw.strip() != b"{}":
            raise RequestRefused("We could not parse the JSON body of your request.")
        check_chat(
            request.body,
            unsupported=self.unsupported,
            formats_checked=not self.ignores_response_format,
        )
        self._check_model(request.body["model"])
        limit = self.max_context_tokens
        if limit is not None and request.prompt_tokens > limit:
            exchange.wire.send(too_long(request.prompt_tokens, limit=limit, dialect=self.dialect))
            return
        self._next(request).play(exchange)

    def _next(self, request: ChatRequest) -> Fault:
        if callable(self.script):
            return self.script(request) or Good()
        place = self._log.place()
        return self.script[place] if place < len(self.script) else Good()

    @property
    def _brain(self) -> Brain:
        default = talkative(states_promises) if self.ignores_response_format else states_promises
        return self.brain or default


def _method_of(path: str) -> str | None:
    if path == _CHAT:
        return "POST"
    return "GET" if path == _MODELS or path.startswith(_MODELS + "/") else None
