"""A request as it came in, and tokens as the fake server counts them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

CHARACTERS_OF_A_TOKEN: Final = 4


def count_tokens(text: str) -> int:
    """Tokens of a text: a quarter of its characters, rounded up."""
    return -(-len(text) // CHARACTERS_OF_A_TOKEN)


@dataclass(frozen=True, kw_only=True)
class ChatRequest:
    """A request that came in, whether or not it was a good one.

    Attributes:
        method: ``POST`` for a chat.
        path: with the query, as it was sent.
        headers: their names in small letters.
        body: the JSON object that was sent; empty where none was.
        raw: the body as it was sent.
        at: when it had come in whole, in seconds of ``time.monotonic``.
    """

    method: str
    path: str
    headers: Mapping[str, str]
    body: Mapping[str, Any]
    raw: bytes
    at: float

    @property
    def system(self) -> str:
        """The texts of system and developer messages."""
        return self._said_by("system", "developer")

    @property
    def user(self) -> str:
        """The texts of user messages."""
        return self._said_by("user")

    @property
    def prompt(self) -> str:
        """The texts of all messages."""
        return self._said_by()

    @property
    def prompt_tokens(self) -> int:
        """Tokens of the texts of all messages; roles and the schema are not counted."""
        return count_tokens(self.prompt)

    @property
    def schema(self) -> Mapping[str, Any] | None:
        """The JSON schema that the answer shall have, where one is asked for."""
        schema = _within(self.body, "response_format", "json_schema", "schema")
        return schema if isinstance(schema, dict) else None

    @property
    def schema_name(self) -> str | None:
        """The name of that schema."""
        name = _within(self.body, "response_format", "json_schema", "name")
        return name if isinstance(name, str) else None

    @property
    def answer_limit(self) -> int | None:
        """Tokens that the answer may have, where the request says so."""
        limit = self.body.get("max_completion_tokens") or self.body.get("max_tokens")
        return limit if isinstance(limit, int) else None

    def _said_by(self, *roles: str) -> str:
        messages = self.body.get("messages")
        return "\n".join(
            _text(message.get("content"))
            for message in (messages if isinstance(messages, list) else ())
            if isinstance(message, dict) and (not roles or message.get("role") in roles)
        )


def _text(content: object) -> str:
    if isinstance(content, list):
        return "\n".join(str(_within(part, "text") or "") for part in content)
    return content if isinstance(content, str) else ""


def _within(value: object, *steps: str) -> object:
    """What stands below these names; None where something else does, as in a bad request."""
    for step in steps:
        value = value.get(step) if isinstance(value, Mapping) else None
    return value
