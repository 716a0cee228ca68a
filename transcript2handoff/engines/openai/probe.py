"""Whether an endpoint does what the engine needs: one small question, no word of any call."""

from typing import Final

from transcript2handoff.engines.openai.answers import AnswerFault, read_answer
from transcript2handoff.engines.openai.client import Message, OpenAIClient, Question, Reply
from transcript2handoff.engines.openai.faults import Fault
from transcript2handoff.engines.openai.options import Endpoint
from transcript2handoff.engines.openai.prompts import CallSheet, Line, find_prompt
from transcript2handoff.engines.openai.running import run
from transcript2handoff.engines.openai.schema import Group, answer_schema
from transcript2handoff.errors import AnswerInvalidError

ANSWER_TOKENS: Final = 500
_SAID: Final = Line(1, "seller", "Test", "I'll send you the test report by Friday.")


def probe(endpoint: Endpoint, *, seconds: float) -> Reply:
    """Ask about one made-up sentence; the answer has the form that the engine needs.

    Raises:
        EndpointError: the server does not answer, or not in that form; the message says what to do.
    """
    return run(_probe(endpoint, seconds))


async def _probe(endpoint: Endpoint, seconds: float) -> Reply:
    prompt = find_prompt(Group.COMMITMENTS, CallSheet(lines=(_SAID,)))
    question = Question(
        messages=(Message("system", prompt.system), Message("user", prompt.user)),
        form=str(Group.COMMITMENTS),
        schema=answer_schema(Group.COMMITMENTS),
        answer_tokens=ANSWER_TOKENS,
    )
    async with OpenAIClient(endpoint, request_seconds=seconds) as client:
        try:
            reply = await client.ask(question)
            read_answer(Group.COMMITMENTS, reply.text)
        except Fault as fault:
            raise fault.error from fault
        except AnswerFault as fault:
            raise AnswerInvalidError(
                f"{endpoint.model} at {endpoint.origin} answers, but not in the form that was "
                f"asked for: {fault}. Use a model that follows a JSON schema."
            ) from fault
    return reply
