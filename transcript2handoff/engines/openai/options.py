"""What the engine is told: where the model is, and how far it may go."""

from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

MILLION: Final = 1_000_000


@dataclass(frozen=True, kw_only=True)
class Price:
    """What a model costs for a million tokens, in one currency of the user's choice."""

    input: float
    output: float
    cached: float | None = None
    """Of tokens that the server had kept; those of ``input`` where there is no discount."""

    def of(self, *, tokens_in: int, tokens_cached: int, tokens_out: int) -> float:
        """The price of a request; ``tokens_cached`` are some of ``tokens_in``."""
        kept = self.input if self.cached is None else self.cached
        fresh = tokens_in - tokens_cached
        return (fresh * self.input + tokens_cached * kept + tokens_out * self.output) / MILLION


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    """A model behind the chat completions of any OpenAI-compatible server."""

    url: str
    """Its address up to the version: ``https://api.openai.com/v1``."""
    model: str
    key: str | None = field(default=None, repr=False)
    price: Price | None = None

    @property
    def origin(self) -> str:
        """Scheme, host and port: to whom words are sent. Never a user name or a password."""
        parts = urlsplit(self.url)
        port = f":{parts.port}" if parts.port else ""
        host = parts.hostname or ""
        return f"{parts.scheme}://{f'[{host}]' if ':' in host else host}{port}"


@dataclass(frozen=True, kw_only=True)
class Limits:
    """How far the engine may go.

    Attributes:
        request_seconds: that one request may take.
        deadline_seconds: that the whole call may take, waiting and asking again included.
        concurrency: requests at once.
        attempts: of a request that fails in a way that may pass.
        first_wait_seconds: the longest wait before the second attempt, which doubles with each
            further one, unless the server asks for another.
        repairs: times that an answer of the wrong form is put back to the model.
        window_tokens: of transcript in one request.
        overlap_tokens: of transcript that two neighbouring requests share.
        answer_tokens: that the model may write.
        cost: most that a call may cost, in the currency of the price; no limit where none.
    """

    request_seconds: float = 180.0
    deadline_seconds: float = 1800.0
    concurrency: int = 4
    attempts: int = 6
    first_wait_seconds: float = 0.5
    repairs: int = 2
    window_tokens: int = 6000
    overlap_tokens: int = 600
    answer_tokens: int = 8000
    cost: float | None = None


@dataclass(frozen=True, kw_only=True)
class ModelOptions:
    """Everything that the engine needs beside the gate.

    Attributes:
        endpoint: the model.
        limits: how far it may go.
        check: whether promises, objections and goals are put back to the model to be confirmed.
        accept_incomplete: whether a call of which some turns could not be read still gives a
            draft, which then says so; an error else.
    """

    endpoint: Endpoint
    limits: Limits = Limits()
    check: bool = False
    accept_incomplete: bool = False
