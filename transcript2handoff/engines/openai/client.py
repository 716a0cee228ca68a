"""The only I/O of the engine: one question to the server, one answer back.

Everything that the official SDK raises, and every way in which an answer can be none, leaves here
as a named error or as a fault that says what may help.
"""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from types import TracebackType
from typing import Any, Final, Literal, Protocol, Self

from httpx2 import AsyncByteStream, Response
from openai import (
    APIConnectionError,
    APIError,
    APIResponseValidationError,
    APIStatusError,
    APITimeoutError,
    AsyncOpenAI,
    DefaultAsyncHttpxClient,
)
from openai.types.chat import ChatCompletion, ChatCompletionMessageParam

from transcript2handoff.engines.openai.faults import PassingFault, TooLargeFault
from transcript2handoff.engines.openai.options import Endpoint
from transcript2handoff.engines.openai.schema import without_bounds
from transcript2handoff.errors import (
    AnswerCutError,
    AnswerInvalidError,
    AnswerRefusedError,
    ContextLengthError,
    EndpointBusyError,
    EndpointError,
    EndpointRejectedError,
    EndpointUnreachableError,
)

NO_KEY: Final = "none"
"""Sent where there is no key; servers of one's own look for none."""
_BUSY: Final = 429
_PASSING: Final = frozenset({408, 409, 425})
_SERVER: Final = 500
_NO_CREDIT: Final = "insufficient_quota"
_FILTERED: Final = "content_filter"
"""The finish reason of a filtered answer, and Azure's error code for a filtered question."""
_TOO_LONG: Final = frozenset(
    {"context_length_exceeded", "exceed_context_size_error", "string_above_max_length"}
)
"""Codes and types of OpenAI, vLLM and llama.cpp for a question that the model cannot hold."""
_TOO_LONG_WORDS: Final = ("context length", "context size", "context window", "too many tokens")
_DISPENSABLE: Final = frozenset({"response_format", "max_completion_tokens", "temperature"})
"""Parameters that some servers and models turn down, and that the answer does not depend on."""
_BOUNDS: Final = "bounds"
"""What is left out of a schema before the schema as a whole is."""
_LONGEST_MESSAGE: Final = 300
_MOST_BYTES: Final = 8_000_000
"""Of an answer. A model of a hundred thousand tokens writes a megabyte, with all that it thinks."""
_PLAIN: Final = "identity"

Role = Literal["system", "user", "assistant"]


@dataclass(frozen=True)
class Message:
    """One message of a conversation with a model."""

    role: Role
    content: str


@dataclass(frozen=True, kw_only=True)
class Question:
    """A conversation that ends with a question, and the form that the answer must have."""

    messages: tuple[Message, ...]
    form: str
    """The name of the JSON schema."""
    schema: dict[str, Any]
    answer_tokens: int


@dataclass(frozen=True, kw_only=True)
class Reply:
    """What a model wrote, and the tokens that the server counted; zero where it counts none."""

    text: str
    tokens_in: int = 0
    tokens_cached: int = 0
    tokens_out: int = 0


class ModelClient(Protocol):
    """Whatever answers questions."""

    async def ask(self, question: Question) -> Reply:
        """The model's answer.

        Raises:
            EndpointError: asking again does not help.
            PassingFault: asking again may help.
            TooLargeFault: asking about fewer turns may help.
        """
        ...


class OpenAIClient:
    """A model behind the official SDK; an asynchronous context manager.

    The SDK does not retry (deadlines are ours), follows no redirect (a transcript goes to the
    configured address or nowhere), and is told all that it would read from the environment. An
    answer is read up to a limit, as it comes: a packed one could be any number of bytes.
    """

    def __init__(self, endpoint: Endpoint, *, request_seconds: float) -> None:
        self._endpoint = endpoint
        self._sdk = AsyncOpenAI(
            api_key=endpoint.key or NO_KEY,
            base_url=endpoint.url,
            max_retries=0,
            timeout=request_seconds,
            http_client=DefaultAsyncHttpxClient(
                follow_redirects=False,
                timeout=request_seconds,
                headers={"accept-encoding": _PLAIN},
                event_hooks={"response": [_limit]},
            ),
        )
        self._sdk.organization = self._sdk.project = None
        self._unknown: set[str] = set()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._sdk.close()

    async def ask(self, question: Question) -> Reply:
        """The model's answer; see ``ModelClient.ask``."""
        left_out = frozenset(self._unknown)
        try:
            completion = await self._sdk.chat.completions.create(
                model=self._endpoint.model,
                messages=[_message(message) for message in question.messages],
                **_parameters(question, left_out),
            )
        except APIError as error:
            raise self._named(error, left_out) from error
        except _Unbearable as error:
            raise PassingFault(self._broken(str(error))) from error
        except json.JSONDecodeError as error:
            raise PassingFault(self._broken("sent something that is no JSON")) from error
        if not isinstance(completion, ChatCompletion):  # the SDK hands on what is no JSON at all
            raise PassingFault(self._broken("sent something that is no answer"))
        return self._reply(completion)

    def _named(self, error: APIError, left_out: frozenset[str]) -> Exception:
        match error:
            case APITimeoutError():
                return PassingFault(self._broken("did not answer in time"))
            case APIResponseValidationError():
                return PassingFault(self._broken("sent something that is no answer"))
            case APIConnectionError():
                return PassingFault(self._broken("cannot be reached, or broke off"))
            case APIStatusError() if parameter := _dispensable(error, left_out):
                self._unknown.add(parameter)
                return PassingFault(self._broken(f"does not know {parameter}"), wait=0)
            case APIStatusError():
                return self._refused(error)
        return PassingFault(self._broken(f"failed: {_said(error)}"))

    def _broken(self, what: str) -> EndpointError:
        return EndpointUnreachableError(
            f"The model server {self._endpoint.origin} {what}. Check T2H_MODEL_URL and the server "
            "with `t2h doctor`; what was answered is kept, so run the command again to go on, or "
            "use `--engine local`."
        )

    def _refused(self, error: APIStatusError) -> Exception:
        where, said = self._endpoint.origin, _said(error)
        status = error.status_code
        if _is_too_long(error):
            return TooLargeFault(
                ContextLengthError(
                    f"A single turn is longer than {self._endpoint.model} at {where} can read: "
                    f"{said} Use a model with a longer context, or `--engine local`."
                )
            )
        if error.code == _FILTERED:
            return self._unwilling(said)
        if status == _BUSY and error.code != _NO_CREDIT:
            busy = EndpointBusyError(
                f"The model server {where} turns requests away for now: {said} Wait and run the "
                "command again (what was answered is kept), or lower T2H_MODEL_CONCURRENCY."
            )
            return PassingFault(busy, wait=_asked_to_wait(error))
        if status >= _SERVER or status in _PASSING:
            return PassingFault(
                self._broken(f"failed with status {status}: {said}"), wait=_asked_to_wait(error)
            )
        return EndpointRejectedError(
            f"The model server {where} does not accept the request (status {status}): {said} "
            "Check T2H_MODEL_URL, T2H_MODEL_NAME and T2H_MODEL_KEY with `t2h doctor`."
        )

    def _reply(self, completion: ChatCompletion) -> Reply:
        choices = completion.choices or []
        if not choices or choices[0].message is None:
            raise PassingFault(self._invalid("sent an answer without a choice"))
        choice = choices[0]
        if choice.message.refusal or choice.finish_reason == _FILTERED:
            raise self._unwilling(choice.message.refusal or "a filter stopped it")
        if choice.finish_reason == "length":
            raise TooLargeFault(
                AnswerCutError(
                    f"The answer of {self._endpoint.model} is cut off even for a single turn. "
                    "Raise T2H_MODEL_ANSWER, or use another model."
                ),
                said=choice.message.content or "",
            )
        if not (choice.message.content or "").strip():
            raise PassingFault(self._invalid("sent an empty answer"))
        return _counted(completion, choice.message.content or "")

    def _unwilling(self, why: str) -> EndpointError:
        return AnswerRefusedError(
            f"{self._endpoint.model} refuses to answer: {_short(why)} Use another model, or "
            "`--engine local`."
        )

    def _invalid(self, what: str) -> EndpointError:
        return AnswerInvalidError(
            f"{self._endpoint.model} at {self._endpoint.origin} {what}, again and again. Use "
            "another model, or `--engine local`."
        )


class _Unbearable(Exception):  # noqa: N818 - what is wrong with an answer, for the client alone
    """An answer that is not read to its end."""


class _Limited(AsyncByteStream):
    """The bytes of an answer as they come, up to a limit."""

    def __init__(self, stream: AsyncByteStream) -> None:
        self._stream = stream

    async def __aiter__(self) -> AsyncIterator[bytes]:
        count = 0
        async for piece in self._stream:
            count += len(piece)
            if count > _MOST_BYTES:
                raise _Unbearable("sent more than can be an answer")
            yield piece

    async def aclose(self) -> None:
        await self._stream.aclose()


async def _limit(response: Response) -> None:
    """Have no more of an answer read than can be one; called when its head has come."""
    if response.headers.get("content-encoding", _PLAIN).strip().lower() not in ("", _PLAIN):
        raise _Unbearable("packed its answer, although it was asked for a plain one")
    assert isinstance(response.stream, AsyncByteStream)
    response.stream = _Limited(response.stream)


def _message(message: Message) -> ChatCompletionMessageParam:
    match message.role:
        case "system":
            return {"role": "system", "content": message.content}
        case "user":
            return {"role": "user", "content": message.content}
        case "assistant":
            return {"role": "assistant", "content": message.content}


def _parameters(question: Question, left_out: frozenset[str]) -> dict[str, Any]:
    """What is asked for beside the messages, less what this server has turned down."""
    schema = without_bounds(question.schema) if _BOUNDS in left_out else question.schema
    form = {"name": question.form, "schema": schema, "strict": True}
    wanted = {
        "response_format": {"type": "json_schema", "json_schema": form},
        "max_completion_tokens": question.answer_tokens,
        "temperature": 0,
    }
    if "max_completion_tokens" in left_out:
        wanted["max_tokens"] = question.answer_tokens
    return {name: value for name, value in wanted.items() if name not in left_out}


def _dispensable(error: APIStatusError, left_out: frozenset[str]) -> str | None:
    """What can be left out of the request that was refused; none if that would not help.

    Of a schema the bounds go first: Azure, among others, does not take them.
    """
    if error.param not in _DISPENSABLE - left_out:
        return None
    return _BOUNDS if error.param == "response_format" and _BOUNDS not in left_out else error.param


def _counted(completion: ChatCompletion, text: str) -> Reply:
    usage = completion.usage
    if usage is None:
        return Reply(text=text)
    details = usage.prompt_tokens_details
    tokens_in = max(usage.prompt_tokens or 0, 0)
    cached = (details.cached_tokens if details else 0) or 0
    return Reply(
        text=text,
        tokens_in=tokens_in,
        tokens_cached=min(max(cached, 0), tokens_in),
        tokens_out=max(usage.completion_tokens or 0, 0),
    )


def _asked_to_wait(error: APIStatusError) -> float | None:
    """Seconds that the server asks to wait: the header in milliseconds is the more exact one."""
    headers = error.response.headers
    for name, unit in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        try:
            seconds = float(headers.get(name, "")) * unit
        except ValueError:
            continue
        if 0 <= seconds < float("inf"):
            return seconds
    return _seconds_until(headers.get("retry-after", ""))


def _seconds_until(date: str) -> float | None:
    """The other form of ``Retry-After`` (RFC 9110, 10.2.3): a date."""
    try:
        then = parsedate_to_datetime(date)
    except ValueError:
        return None
    if then.tzinfo is None:
        return None
    return max((then - datetime.now(UTC)).total_seconds(), 0.0)


def _is_too_long(error: APIStatusError) -> bool:
    if error.status_code not in (400, 413, 422):
        return False
    said = _said(error).lower()
    return (
        error.status_code == 413
        or error.code in _TOO_LONG
        or error.type in _TOO_LONG
        or any(words in said for words in _TOO_LONG_WORDS)
    )


def _said(error: APIError) -> str:
    """What the server gave as its reason, on one line and not too long."""
    body = error.body
    reason = body.get("message") if isinstance(body, dict) else None
    return _short(str(reason or error.message))


def _short(words: str) -> str:
    line = " ".join(words.split())
    cut = line if len(line) <= _LONGEST_MESSAGE else line[:_LONGEST_MESSAGE] + " …"
    return cut if cut.endswith((".", "!", "?", "…")) else cut + "."
