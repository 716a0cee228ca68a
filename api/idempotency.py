"""``Idempotency-Key``: a POST that is sent again is answered as before, and done once.

The key is held before the work begins and given back if it fails. A short body is read first and is
part of what the key stands for; a recording is digested while it streams, and compared when it is
sent again. Answers are kept for those alone who have said who they are.
"""

import hashlib
import json
import re
from dataclasses import dataclass
from typing import Any, Final, Self

from fastapi import Request
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from transcript2handoff.access import Principal
from transcript2handoff.api.bodies import Recorder, StreamDigest, again, read_all
from transcript2handoff.api.entrance import entrance_of
from transcript2handoff.api.limits import MOST_OF_JSON, most_bytes
from transcript2handoff.errors import (
    KeyReusedError,
    RequestError,
    StillWorkingError,
    StoreConflictError,
    StoreError,
)
from transcript2handoff.store import Deed, Store, answers
from transcript2handoff.store.answers import Answer
from transcript2handoff.telemetry import logger

HEADER: Final = "Idempotency-Key"
REPLAYED: Final = "Idempotency-Replayed"
NEVER: Final = ("/v1/webhooks/", "/v1/sign-in", "/v1/setup", "/v1/people/export")
"""Where nothing is kept: deliveries have keys of their own, a session is told once, and all that is
known of a person is not kept once more."""
_FORM: Final = re.compile(r"[\x21-\x7e]{1,255}")
_STREAMED: Final = "t2h-body-digest"
"""Among the headers that are kept: the digest of a body that streamed by."""
_ABOUT: Final = "t2h-about"
"""The same: the address, whose ids say of what the answer tells, so that it goes with that."""
_KEPT: Final = ("content-type", "location", "etag")
_SAYING: Final = ("if-match", "upload-length", "upload-metadata")
"""Headers that say what is to be done, as the body does."""
_FAILED: Final = 400
_LONGEST_ADDRESS: Final = 500
_REUSED: Final = (
    f"This {HEADER} was that of another request. Send a new one with each request, and the same "
    "one only to repeat it."
)
_log = logger(__name__)


def keep_instead(request: Request, shown: BaseModel) -> None:
    """Have something else kept than what is answered: a secret is told once, and not kept."""
    request.scope["state"]["kept_body"] = shown.model_dump_json()


@dataclass(frozen=True, kw_only=True)
class _Held:
    """The key of one request."""

    store: Store
    actor: str
    key: str
    scope: Scope

    @classmethod
    def by(cls, scope: Scope) -> Self | None:
        """The key that a request has, if it is one of which answers are kept.

        Raises:
            RequestError: it has a form that no key has.
        """
        headers = Headers(scope=scope)
        caller = scope["state"].get("caller")
        if scope["method"] != "POST" or HEADER not in headers or scope["path"].startswith(NEVER):
            return None
        if not _FORM.fullmatch(headers[HEADER]):
            raise RequestError(
                f"{HEADER} is 1 to 255 letters, digits and signs without a space, such as a UUID."
            )
        if not isinstance(caller, Principal):
            return None
        store = entrance_of(scope).services.store
        return cls(store=store, actor=caller.id, key=headers[HEADER], scope=scope)

    @property
    def content_type(self) -> str:
        return Headers(scope=self.scope).get("content-type", "")

    async def begin(self, body: str) -> Answer | None:
        """Hold the key; what it was answered before, if it was.

        Args:
            body: its digest, or its length where it streams.

        Raises:
            KeyReusedError: it was the key of another request.
            StillWorkingError: the same request is being worked on.
        """
        query = self.scope["query_string"].decode("latin-1")
        kind = self.content_type.partition(";")[0]
        headers = Headers(scope=self.scope)
        more = {name: headers[name] for name in _SAYING if name in headers}
        said = json.dumps([self.scope["path"], query, kind, body, more])
        known = await run_in_threadpool(self._begin, hashlib.sha256(said.encode()).hexdigest())
        if known is not None and known.answer is None:
            raise StillWorkingError(
                "The same request is being worked on. Send it again in a moment for its answer."
            )
        return known.answer if known else None

    def _begin(self, digest: str) -> answers.Known | None:
        try:
            with self.store.write() as tx:
                known = answers.begin(tx, self.actor, self.key, digest)
                if known is not None and known.answer is not None:
                    tx.note(Deed(actor=self.actor, action="read", matter="answer"))
                return known
        except StoreConflictError as error:
            raise KeyReusedError(_REUSED) from error

    async def keep(self, answer: Answer) -> None:
        """Keep an answer. It is given in any case: what was asked for is done."""
        try:
            await run_in_threadpool(self._keep, answer)
        except StoreError as error:
            _log.warning("answer_not_kept", error=str(error))

    def _keep(self, answer: Answer) -> None:
        with self.store.write() as tx:
            answers.answer(tx, self.actor, self.key, answer)

    async def forget(self) -> None:
        """Give the key back: nothing was done."""
        try:
            await run_in_threadpool(self._forget)
        except StoreError as error:
            _log.warning("key_not_given_back", error=str(error))

    def _forget(self) -> None:
        with self.store.write() as tx:
            answers.forget(tx, self.actor, self.key)


class Idempotency:
    """Keeps answers to POST requests that have a key, and gives them again."""

    def __init__(self, app: ASGIApp) -> None:
        """Stand before an application."""
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request.

        Raises:
            RequestError: the key has a form that no key has.
            KeyReusedError: the key was that of another request.
            StillWorkingError: the same request is being worked on.
        """
        held = _Held.by(scope) if scope["type"] == "http" else None
        if held is None:
            await self.app(scope, receive, send)
        elif most_bytes("POST", scope["path"], entrance_of(scope).services) > MOST_OF_JSON:
            await self._streaming(held, receive, send)
        else:
            await self._whole(held, receive, send)

    async def _whole(self, held: _Held, receive: Receive, send: Send) -> None:
        body = await read_all(receive)
        known = await held.begin(hashlib.sha256(body).hexdigest())
        if known is None:
            await self._work(held, again(body, receive), send)
        else:
            await _replay(known)(held.scope, receive, send)

    async def _streaming(self, held: _Held, receive: Receive, send: Send) -> None:
        digest = StreamDigest(held.content_type)
        known = await held.begin(Headers(scope=held.scope).get("content-length", ""))
        if known is None:
            await self._work(held, digest.watching(receive), send, digest=digest)
            return
        await read_all(receive, digest)
        if known.headers.get(_STREAMED) != digest.hexdigest():
            raise KeyReusedError(_REUSED)
        await _replay(known)(held.scope, receive, send)

    async def _work(
        self, held: _Held, receive: Receive, send: Send, *, digest: StreamDigest | None = None
    ) -> None:
        async def settle(answer: Recorder) -> None:
            if answer.status < _FAILED:
                if digest is not None and not digest.complete:
                    await read_all(receive)
                await held.keep(_to_keep(held.scope, answer, digest))

        recorder = Recorder(send, settle)
        try:
            await self.app(held.scope, receive, recorder)
        finally:
            if not recorder.finished or recorder.status >= _FAILED:
                await held.forget()


def _to_keep(scope: Scope, answer: Recorder, digest: StreamDigest | None) -> Answer:
    headers: dict[str, str] = {
        name: answer.headers[name] for name in _KEPT if name in answer.headers
    }
    headers[_ABOUT] = scope["path"][:_LONGEST_ADDRESS]
    if digest is not None:
        headers[_STREAMED] = digest.hexdigest()
    body: Any = scope["state"].get("kept_body", answer.body.decode() or None)
    return Answer(status=answer.status, body=body, headers=headers)


def _replay(known: Answer) -> Response:
    ours = (_STREAMED, _ABOUT)
    headers = {name: value for name, value in known.headers.items() if name not in ours}
    return Response(known.body, known.status, headers={**headers, REPLAYED: "true"})
