"""Every fault of a server: what the engine does about it, and what the user gets.

The tables are the specification. What passes gives the same draft as if nothing had happened, with
so many more requests; what does not pass gives an error with a name, and the answers that came are
kept.
"""

import datetime
import json
import time
from dataclasses import replace
from email.utils import format_datetime
from pathlib import Path
from string import ascii_uppercase

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from transcript2handoff.engines.openai.schema import KINDS_OF, Group, array_of
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
from transcript2handoff.ground import ground
from transcript2handoff.testing.model_server import (
    ContextLength,
    Cut,
    Empty,
    Filtered,
    Good,
    Length,
    ModelServer,
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
    states_promises,
)

SAID = (("S1", "I'll send you the security pack by Friday."),)
GROUPS = 3
"""Requests for a call of one window."""


def in_half_a_second():
    then = datetime.datetime.now(datetime.UTC) + datetime.timedelta(seconds=0.5)
    return format_datetime(then, usegmt=True)


PROMISE = {
    "citations": [{"turn": 3, "quote": "I'll send you the security pack"}],
    "strength": "firm",
    "type": "document",
    "owner": None,
    "due": None,
    "status": "open",
    "summary": "Nora sends the security pack.",
    "sure": "high",
}
FLOOD = Says("x" * 9_000_000)
WRONG_FIELD = '{"promises": [{"citations": [{"turn": 3, "quote": "I\'ll send"}]}]}'
# What is played first, and the requests that this costs more than a good run.
PASSING = {
    "reset": ([Reset()], 1),
    "half a body": ([Cut()], 1),
    "no JSON at all": ([NotJson()], 1),
    "a burst of 500": ([Status(500), Status(502), Status(503)], 3),
    "503 with Retry-After": ([Status(503, headers={"retry-after": "0.05"})], 1),
    "429 in seconds": ([RateLimited(retry_after=0.05)], 1),
    "429 in milliseconds": ([RateLimited(retry_after_ms=50)], 1),
    "429 with a date": ([RateLimited(retry_after=in_half_a_second())], 1),
    "429 without a hint": ([RateLimited()], 1),
    "request timeout": ([Status(408)], 1),
    "an empty answer": ([Empty()], 1),
    "no choice": ([NoChoices()], 1),
    "no JSON in the answer": ([Says("I found two promises.")], 1),
    "broken JSON": ([Says('{"promises": [')], 1),
    "a schema violation": ([Says(WRONG_FIELD)], 1),
    "an array": ([Says("[]")], 1),
    "a drip": ([SlowDrip(0.3)], 0),
    "no usage": ([NoUsage()], 0),
    "more than can be an answer": ([FLOOD], 1),
    "a packed answer": ([Packed()], 1),
}


@pytest.fixture
def good(engine, call, context):
    """The draft of a server without faults."""
    with ModelServer() as server:
        return engine(server, answers=False).extract(call(), context)


@pytest.mark.parametrize("name", PASSING)
def test_what_passes_changes_nothing(name, engine, call, context, good):
    script, more = PASSING[name]
    with ModelServer(script=script) as server:
        draft = engine(server, answers=False).extract(call(), context)
        assert len(server.requests) == GROUPS + more
    assert (draft.claims, draft.coverage, draft.unread) == (good.claims, good.coverage, ())
    assert len(draft.provenance.sendings) == GROUPS + more
    assert draft.provenance.usage.requests == GROUPS + more


LASTING = {
    "wrong key": (Status(401), EndpointRejectedError, "T2H_MODEL_KEY"),
    "no right to the model": (Status(403), EndpointRejectedError, "status 403"),
    "no such model": (Status(404), EndpointRejectedError, "T2H_MODEL_NAME"),
    "a request that it does not take": (Status(422), EndpointRejectedError, "status 422"),
    "a redirect": (Redirect("http://127.0.0.1:9/v1"), EndpointRejectedError, "T2H_MODEL_URL"),
    "no credit left": (QuotaExhausted(), EndpointRejectedError, "quota"),
    "always busy": (RateLimited(), EndpointBusyError, "T2H_MODEL_CONCURRENCY"),
    "always broken": (Status(500), EndpointUnreachableError, "t2h doctor"),
    "always reset": (Reset(), EndpointUnreachableError, "cannot be reached"),
    "never in time": (Stall(30), EndpointUnreachableError, "in time"),
    "never JSON": (Says("Sorry?"), AnswerInvalidError, "JSON schema"),
    "always empty": (Empty(), AnswerInvalidError, "empty"),
    "refusal": (Refusal(), AnswerRefusedError, "I'm sorry"),
    "content filter": (Filtered(), AnswerRefusedError, "filter"),
    "a filter before the model": (Filtered(question=True), AnswerRefusedError, "filter"),
    "always more than can be an answer": (FLOOD, EndpointUnreachableError, "more than can be"),
    "always a packed answer": (Packed(10_000_000), EndpointUnreachableError, "packed its answer"),
    "always a page": (Status(200, "<html>"), EndpointUnreachableError, "no answer"),
    "always cut off": (Length(), AnswerCutError, "T2H_MODEL_ANSWER"),
    "never short enough": (ContextLength(), ContextLengthError, "longer context"),
    "never short enough, llama.cpp": (
        ContextLength(dialect="llama.cpp"),
        ContextLengthError,
        "longer context",
    ),
}


@pytest.mark.parametrize("name", LASTING)
def test_what_lasts_is_an_error_with_a_name(name, engine, call, context, limits):
    fault, error, words = LASTING[name]
    few = replace(limits, attempts=2, repairs=1, request_seconds=0.4)
    with ModelServer(script=lambda _: fault) as server, pytest.raises(error, match=words) as seen:
        engine(server, limits=few).extract(call(), context)
    assert "Traceback" not in str(seen.value)
    assert server.api_key not in str(seen.value)


def test_answers_are_asked_for_as_they_are(engine, call, context):
    with ModelServer() as server:
        engine(server).extract(call(), context)
    assert {each.headers["accept-encoding"] for each in server.requests} == {"identity"}


def test_a_refusal_without_end_is_not_read_to_its_end(engine, call, context, limits):
    """Errors are read by another way of the SDK than answers are."""
    few = replace(limits, attempts=2)
    with (
        ModelServer(script=lambda _: Status(401, "x" * 9_000_000)) as server,
        pytest.raises(EndpointUnreachableError, match="more than can be"),
    ):
        engine(server, limits=few).extract(call(), context)


def test_a_server_that_is_not_there_is_named(engine, call, context, limits):
    with ModelServer() as server:
        gone = engine(server, limits=replace(limits, attempts=2))
    with pytest.raises(
        EndpointUnreachableError, match=r"http://127\.0\.0\.1:\d+ cannot be reached"
    ):
        gone.extract(call(), context)


def test_the_deadline_ends_all_waiting(engine, call, context, limits):
    soon = replace(limits, deadline_seconds=0.7)
    start = time.monotonic()
    with (
        ModelServer(script=lambda _: Stall(30)) as server,
        pytest.raises(EndpointUnreachableError, match="T2H_MODEL_DEADLINE"),
    ):
        engine(server, limits=soon).extract(call(), context)
    assert time.monotonic() - start < 10


def test_a_wait_beyond_the_deadline_is_not_begun(engine, call, context):
    start = time.monotonic()
    with (
        ModelServer(script=lambda _: RateLimited(retry_after=3600)) as server,
        pytest.raises(EndpointBusyError),
    ):
        engine(server).extract(call(), context)
    assert time.monotonic() - start < 10


def test_a_window_that_is_too_long_is_read_in_parts(engine, long_call, context, limits):
    whole = replace(limits, window_tokens=20_000, answer_tokens=8000)
    with ModelServer() as server:
        good = engine(server, limits=whole, answers=False).extract(long_call(60), context)
    with ModelServer(script=[ContextLength(), Length()]) as server:
        draft = engine(server, limits=whole, answers=False).extract(long_call(60), context)
    assert len(good.coverage) == 1
    assert len(draft.coverage) > 1
    assert {claim.summary for claim in draft.claims} == {claim.summary for claim in good.claims}


def test_a_model_of_short_context_reads_a_long_call(engine, long_call, context, limits):
    longest = max(len(prompt) for prompt in _prompts(engine, long_call(20), context)) // 4
    with ModelServer(max_context_tokens=longest) as server:
        draft = engine(server, limits=replace(limits, window_tokens=20_000)).extract(
            long_call(100), context
        )
    assert len(draft.claims) == 10
    assert draft.unread == ()
    assert len(draft.coverage) >= 4


def _prompts(engine, said, context):
    with ModelServer() as server:
        engine(server, answers=False).extract(said, context)
        return [request.prompt for request in server.requests]


def test_a_server_that_ignores_the_form_is_understood(engine, call, context, good):
    with ModelServer(ignores_response_format=True) as server:
        assert engine(server).extract(call(), context).claims == good.claims


def in_the_form_that_the_prompt_asks_for(request):
    """What a model does that is not given a schema but reads the prompt."""
    group = next(group for group in Group if f"`{array_of(KINDS_OF[group][0])}`" in request.system)
    empty = {array_of(kind): [] for kind in KINDS_OF[group]}
    if group == Group.COMMITMENTS:
        empty["promises"] = [PROMISE]
    return json.dumps(empty)


@pytest.mark.parametrize(
    ("parameter", "more"),
    [("temperature", 1), ("max_completion_tokens", 1), ("response_format", 2)],
)
def test_a_parameter_that_a_model_does_not_know_is_left_out(
    parameter, more, engine, call, context, limits
):
    with ModelServer(brain=in_the_form_that_the_prompt_asks_for) as server:
        good = engine(server, answers=False).extract(call(), context)
    with ModelServer(brain=in_the_form_that_the_prompt_asks_for, unsupported=[parameter]) as server:
        one = replace(limits, concurrency=1)
        draft = engine(server, limits=one, answers=False).extract(call(), context)
        assert parameter not in server.requests[-1].body
        assert len(server.requests) == GROUPS + more
    assert len(draft.claims) == 1
    assert draft.claims == good.claims


@pytest.mark.parametrize("keyword", ["minItems", "maxItems", "minimum"])
def test_a_server_that_knows_no_bounds_is_asked_without(keyword, engine, call, context, good):
    with ModelServer(unsupported=[keyword]) as server:
        draft = engine(server).extract(call(), context)
        asked = server.requests[-1].body["response_format"]
    assert keyword not in json.dumps(asked)
    assert asked["json_schema"]["strict"] is True
    assert draft.claims == good.claims


def promises(number):
    """An answer with so many promises of one turn, each with words of its own."""
    items = [{**PROMISE, "summary": f"Promise {letter}"} for letter in ascii_uppercase[:number]]
    return json.dumps({"promises": items, **{key: [] for key in OTHERS}})


OTHERS = [array_of(kind) for kind in KINDS_OF[Group.COMMITMENTS][1:]]


def test_facts_of_an_answer_that_never_ends_are_kept_and_its_turn_is_named(engine, call, context):
    whole = promises(2)
    begun = whole[: whole.rindex('"summary"')]

    def cut(request):
        return Length(begun) if "`promises`" in request.system else None

    with ModelServer(script=cut) as server:
        draft = engine(server, accept_incomplete=True).extract(call(), context)
    assert [claim.summary for claim in draft.claims] == ["Promise A"]
    assert [(gap.first, gap.last) for gap in draft.unread] == [(1, 6)]
    assert "cut off" in draft.unread[0].reason


def test_an_answer_without_room_for_more_is_noted(engine, call, context):
    def crowded(request):
        return Says(promises(6)) if "`promises`" in request.system else None

    with ModelServer(script=crowded) as server:
        draft = engine(server).extract(call(), context)
    assert draft.unread == ()
    assert "6 of a kind (promise) in turns 1 to 6" in draft.notes[0]


def test_what_is_wrong_is_put_back_to_the_model(engine, call, context):
    with ModelServer(script=[Good(), Good(), Says(WRONG_FIELD)]) as server:
        engine(server).extract(call(), context)
        again = server.requests[-1].body["messages"]
    assert [message["role"] for message in again] == ["system", "user", "assistant", "user"]
    assert again[2]["content"] == WRONG_FIELD
    assert "promise" in again[3]["content"]


FAULT_TABLE = Path(__file__).parents[3] / "docs" / "model-faults.md"


def fault_table():
    """The two tables above as a document."""
    passing = [
        f"| {name} | asked again, {more} more | the same draft |"
        if more
        else f"| {name} | taken as it is | the same draft |"
        for name, (_, more) in PASSING.items()
    ]
    lasting = [
        f"| {name} | {'read in ever smaller windows' if error in SMALLER else TRIED[lasts]} "
        f"| `{error.__name__}` |"
        for name, (fault, error, _) in LASTING.items()
        for lasts in [_is_tried_again(fault)]
    ]
    return "\n".join(
        [
            "# What a model server can do wrong",
            "",
            "Each line is a test in `tests/engines/openai/test_faults.py`, played by a server over "
            "HTTP. Where a",
            "handoff that is not whole is accepted (`T2H_MODEL_INCOMPLETE`), an error becomes a "
            "list of the turns",
            "that were not read. Answers that came before an error are kept.",
            "",
            "| what the server does | what is done about it | result |",
            "|---|---|---|",
            *passing,
            *lasting,
            "",
        ]
    )


SMALLER = (AnswerCutError, ContextLengthError)
TRIED = {True: "asked again until the attempts or the time are used up", False: "not asked again"}


def _is_tried_again(fault):
    """Whether a fault that lasts is met with further attempts, as the tests above count them."""
    return not isinstance(fault, (Refusal, Filtered, Redirect, QuotaExhausted)) and not (
        isinstance(fault, Status) and 400 <= fault.code < 500
    )


def test_the_document_lists_every_fault():
    assert FAULT_TABLE.read_text() == fault_table()


@pytest.mark.parametrize("name", LASTING)
def test_only_what_may_pass_is_asked_again(name, engine, call, context, limits):
    fault, error, _ = LASTING[name]
    one = replace(limits, attempts=3, repairs=2, concurrency=1, request_seconds=0.3)
    with ModelServer(script=lambda _: fault) as server, pytest.raises(error):
        engine(server, limits=one).extract(call(SAID), context)
    # With one request at a time a second group may have begun before the first error is seen.
    asked = [request.schema_name for request in server.requests].count("commitments")
    assert asked == (3 if _is_tried_again(fault) and error not in SMALLER else 1)


# What a model can answer in the right form, and what becomes of it.


def one_promise(turn, quote, summary="Nora sends it."):
    note = {**PROMISE, "citations": [{"turn": turn, "quote": quote}], "summary": summary}

    def brain(request):
        answer = json.loads(states_promises(request))
        if "promises" in answer:
            answer["promises"] = [note, note]
        return json.dumps(answer)

    return brain


@pytest.mark.parametrize(
    ("turn", "quote", "where"),
    [
        (3, "I'll send you the security pack", 3),
        (2, "I'll send you the security pack", 3),
        (999, "I'll send you the security pack", 3),
        (3, "i will buy you a house on the hill", None),
        (6, "then I'll get you the list of users", None),
    ],
    ids=["right", "one off", "no such turn", "nobody said it", "said by the customer"],
)
def test_where_an_answer_is_cited_is_checked(turn, quote, where, engine, call, context):
    with ModelServer(brain=one_promise(turn, quote)) as server:
        draft = engine(server).extract(call(), context)
    handoff = ground(draft, call(), context)
    assert len(draft.claims) == 1
    assert [claim.evidence[0].turn for claim in handoff.claims] == ([where] if where else [])
    assert len(handoff.rejected) == (0 if where else 1)


def test_a_summary_with_a_figure_that_nobody_said_gives_way_to_the_quote(engine, call, context):
    quote = "I'll send you the security pack"
    lying = one_promise(3, quote, summary="Nora gives a 90% discount and sends the security pack.")
    with ModelServer(brain=lying) as server:
        (claim,) = engine(server).extract(call(), context).claims
    assert claim.summary == f"Nora Lindqvist: “{quote}.”"


FAULTS = st.sampled_from(
    [fault for script, _ in PASSING.values() for fault in script]
    + [Status(500), ContextLength(), Length(), Good(), Good()]
)
LASTS = st.sampled_from([Refusal(), Status(401), Status(400), QuotaExhausted(), Good()])


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(faults=st.lists(FAULTS, max_size=5))
def test_in_any_order_what_passes_changes_nothing(faults, engine, long_call, context, limits):
    patient = replace(limits, attempts=9, repairs=6)
    said = long_call(30)
    with ModelServer() as server:
        good = engine(server, answers=False).extract(said, context)
    with ModelServer(script=faults) as server:
        draft = engine(server, limits=patient, answers=False).extract(said, context)
    assert {claim.summary for claim in draft.claims} == {claim.summary for claim in good.claims}
    assert draft.unread == ()


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(faults=st.lists(st.one_of(FAULTS, LASTS), max_size=8))
def test_in_any_order_there_is_a_whole_draft_or_an_error_with_a_name(
    faults, engine, long_call, context, limits
):
    said = long_call(30)
    with ModelServer(script=faults) as server:
        told = _draft_or_error(engine(server, answers=False), said, context)
    if isinstance(told, EndpointError):
        assert str(told).endswith(".")
    else:
        assert len(told.claims) == 3


def _draft_or_error(engine, said, context):
    try:
        return engine.extract(said, context)
    except EndpointError as error:
        return error


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(faults=st.lists(st.one_of(FAULTS, LASTS), max_size=12))
def test_an_incomplete_draft_says_what_was_not_read(faults, engine, long_call, context, limits):
    said = long_call(40)
    with ModelServer(script=faults) as server:
        draft = engine(server, answers=False, accept_incomplete=True).extract(said, context)
    known = [n for window in (*draft.coverage, *draft.unread) for n in _turns(window)]
    assert set(known) == set(range(1, 41))
    read = {n for window in draft.coverage for n in _turns(window)}
    assert all(n not in read for gap in draft.unread for n in _turns(gap))
    assert all(gap.reason for gap in draft.unread)
    handoff = ground(draft, said, context)
    assert handoff.calls[0].unread == draft.unread


def _turns(window):
    return range(window.first, window.last + 1)
