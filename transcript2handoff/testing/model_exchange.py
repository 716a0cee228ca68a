"""One request under way in the fake server, and what the server remembers of all of them."""

import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final, Literal

from transcript2handoff.testing.model_listener import Wire
from transcript2handoff.testing.model_requests import (
    CHARACTERS_OF_A_TOKEN,
    ChatRequest,
    count_tokens,
)

_LEAST_CACHED: Final = 1024
_CACHE_STEP: Final = 128

Finish = Literal["stop", "length", "content_filter"]


class RequestLog:
    """What has come in so far; several threads may use it at once."""

    def __init__(self) -> None:
        self.most_at_once = 0
        self._requests: list[ChatRequest] = []
        self._prompts: list[str] = []
        self._place = 0
        self._at_once = 0
        self._lock = threading.Lock()

    @property
    def requests(self) -> tuple[ChatRequest, ...]:
        """All requests, in the order in which they came in."""
        with self._lock:
            return tuple(self._requests)

    def note(self, request: ChatRequest) -> None:
        """Remember a request that has come in."""
        with self._lock:
            self._requests.append(request)

    def place(self) -> int:
        """The next place in the script: 0, 1, 2 ..."""
        with self._lock:
            self._place += 1
            return self._place - 1

    @contextmanager
    def under_way(self) -> Iterator[None]:
        """Count a chat as under way."""
        with self._lock:
            self._at_once += 1
            self.most_at_once = max(self.most_at_once, self._at_once)
        try:
            yield
        finally:
            with self._lock:
                self._at_once -= 1

    def cached_tokens(self, prompt: str) -> int:
        """Tokens at the beginning of a prompt that an answered one began with; remembers it."""
        with self._lock:
            shared = max((_shared(prompt, other) for other in self._prompts), default=0)
            self._prompts.append(prompt)
        tokens = shared // CHARACTERS_OF_A_TOKEN
        return tokens // _CACHE_STEP * _CACHE_STEP if tokens >= _LEAST_CACHED else 0


def _shared(one: str, other: str) -> int:
    """Characters of the longest common beginning, found by halving."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[:middle] == other[:middle]:
            low = middle
        else:
            high = middle - 1
    return low


@dataclass(frozen=True, kw_only=True)
class Exchange:
    """A request and the ways to answer it.

    Attributes:
        request: what came in.
        wire: its connection.
        model: the name of the model that answers.
        brain: what the model says.
        log: what the server remembers.
    """

    request: ChatRequest
    wire: Wire
    model: str
    brain: Callable[[ChatRequest], str]
    log: RequestLog

    def content(self) -> str:
        """What the brain answers."""
        return self.brain(self.request)

    def completion(
        self, content: str | None, *, finish: Finish = "stop", refusal: str | None = None
    ) -> dict[str, Any]:
        """The body of an answer with this content."""
        message: dict[str, Any] = {
            "role": "assistant",
            "content": content,
            "refusal": refusal,
            "annotations": [],
        }
        choice = {"message": message, "logprobs": None, "finish_reason": finish}
        number = self.request.body.get("n") or 1
        return {
            "id": f"chatcmpl-{uuid.uuid4().hex}",
            "object": "chat.completion",
            "created": int(time.time()),
            "model": self.model,
            "choices": [choice | {"index": index} for index in range(number)],
            "usage": self._usage((content or refusal or "") * number),
            "service_tier": "default",
            "system_fingerprint": "fp_testing",
        }

    def _usage(self, written: str) -> dict[str, Any]:
        tokens_in, tokens_out = self.request.prompt_tokens, count_tokens(written)
        cached = self.log.cached_tokens(self.request.prompt)
        return {
            "prompt_tokens": tokens_in,
            "completion_tokens": tokens_out,
            "total_tokens": tokens_in + tokens_out,
            "prompt_tokens_details": {"cached_tokens": cached, "audio_tokens": 0},
            "completion_tokens_details": {"reasoning_tokens": 0, "audio_tokens": 0},
        }
