"""Asks until there is an answer of the right form, or until it is clear that there will be none."""

import asyncio
from collections.abc import Callable, Coroutine, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from random import uniform
from typing import Final, TypeVar

from tenacity import (
    AsyncRetrying,
    RetryCallState,
    retry_if_exception_type,
    stop_after_attempt,
    stop_before_delay,
    wait_random_exponential,
)
from tenacity.wait import wait_base

from transcript2handoff.engines.openai.answers import AnswerFault
from transcript2handoff.engines.openai.client import Message, ModelClient, Question, Reply
from transcript2handoff.engines.openai.cost import Tally
from transcript2handoff.engines.openai.faults import PassingFault
from transcript2handoff.engines.openai.keep import Keep, KeptAnswer, key_of
from transcript2handoff.engines.openai.options import ModelOptions
from transcript2handoff.engines.openai.prompts import repair_prompt
from transcript2handoff.errors import (
    AnswerInvalidError,
    EndpointUnreachableError,
    HandoffError,
)
from transcript2handoff.handoff import Sending, Window

LONGEST_WAIT: Final = 30.0
"""Seconds between two attempts where the server does not ask for more."""
_JITTER: Final = 0.25
"""Share by which a wait that the server asked for is stretched at most, so that many who were
turned away together do not come back together."""


Answer = TypeVar("Answer")


@dataclass(frozen=True, kw_only=True)
class Errand:
    """What a question is about, for the account of what was sent."""

    call_id: str
    purpose: str
    turns: tuple[Window, ...]
    redacted: bool


async def together(jobs: Iterable[Coroutine[None, None, Answer]]) -> list[Answer]:
    """What the jobs return, in their order; if one fails, the others are stopped.

    Raises:
        HandoffError: the first that a job raised.
    """
    try:
        async with asyncio.TaskGroup() as work:
            tasks = [work.create_task(job) for job in jobs]
    except* HandoffError as errors:
        raise _first(errors) from None
    return [task.result() for task in tasks]


def _first(errors: BaseExceptionGroup[HandoffError]) -> HandoffError:
    first = errors.exceptions[0]
    return _first(first) if isinstance(first, BaseExceptionGroup) else first


class Asker:
    """Asks questions about one call; bounded in number, time and money.

    Args:
        client: whom to ask.
        options: how often, how long and how much.
        tally: counts what is used.
        keep: answers of earlier runs.
    """

    def __init__(
        self, client: ModelClient, options: ModelOptions, *, tally: Tally, keep: Keep
    ) -> None:
        self._client = client
        self._options = options
        self._tally = tally
        self._keep = keep
        self._free = asyncio.Semaphore(options.limits.concurrency)
        self._deadline = asyncio.get_running_loop().time() + options.limits.deadline_seconds

    async def ask(
        self, question: Question, errand: Errand, *, read: Callable[[str], Answer]
    ) -> Answer:
        """The answer as ``read`` takes it, from the disk if it was given before.

        Raises:
            EndpointError: there is none, whatever was tried.
            TooLargeFault: asking about fewer turns may help.
        """
        key = key_of(question, self._options.endpoint)
        if kept := self._keep.get(key):
            self._tally.reuse(kept.sendings)
            return read(kept.text)
        async with self._free:
            sendings: list[Sending] = []
            text, answer = await self._insist(question, _Way(errand, sendings), read=read)
        self._keep.put(key, KeptAnswer(text=text, sendings=tuple(sendings)))
        return answer

    async def _insist(
        self, question: Question, way: "_Way", *, read: Callable[[str], Answer]
    ) -> tuple[str, Answer]:
        """An answer that can be read; what is wrong with one is put back to the model."""
        asked, repairs = question, self._options.limits.repairs
        while True:
            reply = await self._persist(asked, way)
            try:
                return reply.text, read(reply.text)
            except AnswerFault as fault:
                if not repairs:
                    raise self._unreadable(fault) from fault
                asked, repairs = _put_back(question, reply, fault), repairs - 1

    async def _persist(self, question: Question, way: "_Way") -> Reply:
        """An answer, after as many attempts as it takes and is allowed."""
        left = self._deadline - asyncio.get_running_loop().time()
        retrying = AsyncRetrying(
            stop=stop_after_attempt(self._options.limits.attempts) | stop_before_delay(left),
            wait=_Pause(self._options.limits.first_wait_seconds),
            retry=retry_if_exception_type(PassingFault),
            reraise=True,
        )
        try:
            async with asyncio.timeout_at(self._deadline):
                return await retrying(self._send, question, way)
        except PassingFault as fault:
            raise fault.error from fault
        except TimeoutError as late:
            raise self._late() from late

    async def _send(self, question: Question, way: "_Way") -> Reply:
        reserved = self._tally.reserve(question)
        reply = None
        try:
            self._account(way)
            reply = await self._client.ask(question)
        finally:
            self._tally.settle(reserved, reply)
        return reply

    def _account(self, way: "_Way") -> None:
        """Note what is sent, before it is."""
        sending = Sending(
            to=self._options.endpoint.origin,
            model=self._options.endpoint.model,
            at=datetime.now(UTC),
            purpose=way.errand.purpose,
            turns=way.errand.turns,
            redacted=way.errand.redacted,
        )
        self._keep.note(way.errand.call_id, sending)
        self._tally.sent(sending)
        way.sendings.append(sending)

    def _unreadable(self, fault: AnswerFault) -> AnswerInvalidError:
        endpoint = self._options.endpoint
        return AnswerInvalidError(
            f"The answers of {endpoint.model} at {endpoint.origin} do not have the form that was "
            f"asked for: {fault}. Use a model that follows a JSON schema, or `--engine local`."
        )

    def _late(self) -> EndpointUnreachableError:
        limits = self._options.limits
        return EndpointUnreachableError(
            f"The model server {self._options.endpoint.origin} has not answered everything within "
            f"{limits.deadline_seconds:.0f} seconds. What was answered is kept: run the command "
            "again to go on, raise T2H_MODEL_DEADLINE, or use `--engine local`."
        )


@dataclass(frozen=True)
class _Way:
    """A question on its way: what it is about, and what was sent for it so far."""

    errand: Errand
    sendings: list[Sending]


def _put_back(question: Question, reply: Reply, fault: AnswerFault) -> Question:
    """The question with the answer that cannot be read, and what is wrong with it."""
    again = (
        Message("assistant", reply.text),
        Message("user", repair_prompt(str(fault))),
    )
    return replace(question, messages=(*question.messages, *again))


class _Pause(wait_base):
    """Until the next attempt: as long as the server asks for, else longer every time.

    The growing wait is "full jitter": a random share of a limit that doubles.
    """

    def __init__(self, first: float) -> None:
        self._growing = wait_random_exponential(multiplier=first, max=LONGEST_WAIT)

    def __call__(self, retry_state: RetryCallState) -> float:
        fault = retry_state.outcome.exception() if retry_state.outcome else None
        if isinstance(fault, PassingFault) and fault.wait is not None:
            return fault.wait * uniform(1, 1 + _JITTER)  # noqa: S311 - no secret hangs on it
        return self._growing(retry_state)
