"""What goes back over the wire, and the bodies that the API has for answers and errors."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

Dialect = Literal["openai", "llama.cpp", "vllm"]
"""Whose words an error is in. The servers agree on answers, not on errors."""

INVALID: Final = "invalid_request_error"


@dataclass(frozen=True, kw_only=True)
class Reply:
    """A whole HTTP response."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


def json_reply(
    body: object, *, status: int = 200, headers: Mapping[str, str] | None = None
) -> Reply:
    """A response with a JSON body."""
    return Reply(
        status=status,
        body=json.dumps(body).encode(),
        headers={"content-type": "application/json", **(headers or {})},
    )


def error_body(
    message: str, *, type: str | None = INVALID, param: str | None = None, code: str | None = None
) -> dict[str, Any]:
    """The error object of the OpenAI API."""
    return {"error": {"message": message, "type": type, "param": param, "code": code}}


def too_long(tokens: int, *, limit: int, dialect: Dialect) -> Reply:
    """The answer to messages of so many tokens, where the model holds fewer."""
    words = (
        f"This model's maximum context length is {limit} tokens. However, your messages resulted "
        f"in {tokens} tokens. Please reduce the length of the messages."
    )
    bodies: dict[Dialect, dict[str, Any]] = {
        "openai": error_body(words, param="messages", code="context_length_exceeded"),
        "llama.cpp": {
            "error": {
                "code": 400,
                "message": f"request ({tokens} tokens) exceeds the available context size ({limit} "
                "tokens), try increasing it",
                "type": "exceed_context_size_error",
                "n_prompt_tokens": tokens,
                "n_ctx": limit,
            }
        },
        # No error object around it, and a number where the others have a word.
        "vllm": {
            "object": "error",
            "message": words,
            "type": "BadRequestError",
            "param": None,
            "code": 400,
        },
    }
    return json_reply(bodies[dialect], status=400)
