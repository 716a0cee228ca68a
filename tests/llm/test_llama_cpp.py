"""The engine with a real model behind a real server: a call is read from end to end.

What a small model finds is measured in ``benchmarks``; here is what must hold whatever it says.
The server cannot hold the whole call, so the engine meets its refusals and its cut answers too.
"""

import asyncio
import datetime
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.testing import CliRunner

from transcript2handoff.assemble import context
from transcript2handoff.cli import app
from transcript2handoff.deal import Call, Deal, DealContext, Participant
from transcript2handoff.engines.openai import Keep, Limits, ModelOptions, OpenAIEngine
from transcript2handoff.engines.openai.answers import read_answer, read_verdicts
from transcript2handoff.engines.openai.client import Message, Question, Reply
from transcript2handoff.engines.openai.engine import connect
from transcript2handoff.engines.openai.faults import TooLargeFault
from transcript2handoff.engines.openai.schema import Group, answer_schema, check_schema
from transcript2handoff.errors import AnswerCutError, ContextLengthError
from transcript2handoff.extract.windows import gaps
from transcript2handoff.ground import ground
from transcript2handoff.handoff import Draft, Handoff, Window
from transcript2handoff.importers import import_transcript
from transcript2handoff.pipeline import name_call
from transcript2handoff.policy import Gate, SendingPolicy
from transcript2handoff.transcript import Transcript

pytestmark = [pytest.mark.llm, pytest.mark.timeout(3600)]

CALL = Path(__file__).parent / "data" / "call.txt"
DEAL = Deal(
    deal="barstow",
    seller="Quenchwell",
    customer="Barstow Greenhouses",
    product="control of irrigation",
    participants=(
        Participant(name="Marta Quill", side="seller", title="Account Executive"),
        Participant(name="Joel Barstow", side="customer", title="Managing Director"),
    ),
    calls=(Call(id="barstow-1", date=datetime.date(2026, 11, 12)),),
)
LIMITS = Limits(
    request_seconds=1800,
    deadline_seconds=3600,
    concurrency=1,
    window_tokens=4000,
    overlap_tokens=0,
    answer_tokens=800,
)
"""A window of this size holds the whole call. A model this small may never end an answer, which
must not take long."""


@dataclass(frozen=True)
class Exchange:
    """A question, and what came of it."""

    question: Question
    result: Reply | TooLargeFault


@dataclass(frozen=True)
class Reading:
    """A call that the model has read, and all that passed between engine and server."""

    transcript: Transcript
    context: DealContext
    draft: Draft
    handoff: Handoff
    exchanges: tuple[Exchange, ...]

    @property
    def replies(self):
        return [(at.question, at.result) for at in self.exchanges if isinstance(at.result, Reply)]

    def windows(self, group):
        """What was asked about a group of kinds, in the order of time."""
        sendings = self.draft.provenance.sendings
        return [turns for at in sendings if at.purpose == f"find {group}" for turns in at.turns]


class Witness:
    """Asks in the place of a client, and writes down what was said."""

    def __init__(self, client, exchanges):
        self._client = client
        self._exchanges = exchanges

    async def ask(self, question):
        try:
            reply = await self._client.ask(question)
        except TooLargeFault as fault:
            self._exchanges.append(Exchange(question, fault))
            raise
        self._exchanges.append(Exchange(question, reply))
        return reply


@pytest.fixture(scope="module")
def options(endpoint):
    """Turns that the model cannot be brought to read are named in the draft."""
    return ModelOptions(endpoint=endpoint, limits=LIMITS, accept_incomplete=True)


@pytest.fixture(scope="module")
def reading(options, tmp_path_factory):
    known = context(DEAL, "barstow-1")
    transcript = name_call(import_transcript(CALL, "barstow-1").transcript, known)
    exchanges = []

    @asynccontextmanager
    async def witnessed(options):
        async with connect(options) as client:
            yield Witness(client, exchanges)

    engine = OpenAIEngine(
        options,
        gate=Gate(sending=SendingPolicy.UNLESS_REFUSED),
        keep=Keep(tmp_path_factory.mktemp("answers")),
        connect=witnessed,
    )
    draft = engine.extract(transcript, known)
    handoff = ground(draft, transcript, known)
    return Reading(transcript, known, draft, handoff, tuple(exchanges))


@pytest.fixture
def ask(options):
    """Asks the server one thing: ``ask("words", schema, answer_tokens=100)``."""

    def asked(words, schema, *, answer_tokens):
        question = Question(
            messages=(Message("user", words),),
            form="test",
            schema=schema,
            answer_tokens=answer_tokens,
        )

        async def answered():
            async with connect(options) as client:
                return await client.ask(question)

        return asyncio.run(answered())

    return asked


def test_what_is_too_long_for_the_server_is_asked_about_in_smaller_windows(reading):
    refused = {
        at.question.form
        for at in reading.exchanges
        if isinstance(at.result, TooLargeFault) and isinstance(at.result.error, ContextLengthError)
    }
    assert refused
    for group in refused:
        first, *others = reading.windows(group)
        assert first == Window(first=1, last=len(reading.transcript.turns))
        assert others
        assert all(window.last - window.first < first.last - first.first for window in others)


def test_every_turn_is_read_or_named_as_unread(reading):
    draft = reading.draft
    assert gaps(len(reading.transcript.turns), (*draft.coverage, *draft.unread)) == ()


def test_every_answer_has_the_form_that_was_asked_for(reading):
    assert reading.replies
    for question, reply in reading.replies:
        read_answer(Group(question.form), reply.text)


def test_claims_are_made_and_every_quote_stands_in_its_turn(reading):
    assert reading.handoff.claims
    for claim in reading.handoff.claims:
        for evidence in claim.evidence:
            assert evidence.quote in reading.transcript.turn(evidence.turn).text


def test_usage_is_what_the_server_counted(reading):
    usage = reading.draft.provenance.usage
    replies = [reply for _, reply in reading.replies]
    assert all(reply.tokens_in > 0 and reply.tokens_out > 0 for reply in replies)
    assert usage.requests == len(reading.exchanges)
    assert usage.tokens_in == sum(reply.tokens_in for reply in replies)
    assert usage.tokens_out == sum(reply.tokens_out for reply in replies)
    assert usage.tokens_cached == sum(reply.tokens_cached for reply in replies)


def test_instructions_that_the_server_has_read_are_not_read_again(reading):
    assert any(reply.tokens_cached > reply.tokens_in / 2 for _, reply in reading.replies)


def test_the_account_holds_every_request(reading):
    sendings = reading.draft.provenance.sendings
    assert len(sendings) == len(reading.exchanges)
    assert {sending.purpose for sending in sendings} == {f"find {group}" for group in Group}


@pytest.mark.parametrize("group", Group)
def test_the_schema_decides_the_form_of_an_answer(ask, group):
    # Nothing in the words names the arrays, so only the schema can bring them about.
    reply = ask("Say that there is nothing.", answer_schema(group), answer_tokens=200)
    read_answer(group, reply.text)


def test_the_schema_of_the_second_pass_is_kept_to(ask):
    words = "Judge claim 1: it holds. There is no other claim. Everything else is null."
    reply = ask(words, check_schema(claims=1), answer_tokens=200)
    assert read_verdicts(reply.text, claims=1)


def test_a_question_that_the_server_cannot_hold_is_told_apart(ask):
    with pytest.raises(TooLargeFault) as raised:
        ask("word " * 20_000, answer_schema(Group.NEEDS), answer_tokens=10)
    assert isinstance(raised.value.error, ContextLengthError)


def test_an_answer_that_is_cut_is_told_apart(ask):
    with pytest.raises(TooLargeFault) as raised:
        ask("Say that there is nothing.", answer_schema(Group.NEEDS), answer_tokens=3)
    assert isinstance(raised.value.error, AnswerCutError)


def test_doctor_finds_that_the_server_does_what_is_needed(endpoint, tmp_path):
    env = {
        "T2H_MODEL_URL": endpoint.url,
        "T2H_MODEL_NAME": endpoint.model,
        "T2H_MODEL_CACHE": str(tmp_path),
    }
    said = CliRunner().invoke(app, ["doctor"], env=env).output
    line = next(line for line in said.splitlines() if "model server" in line)
    assert line.startswith("ok"), said
