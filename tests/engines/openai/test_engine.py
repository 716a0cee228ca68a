"""A call goes out redacted and accounted for, and comes back in the words that were said."""

import asyncio
import json
import re
import stat
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from transcript2handoff.engines.openai import Price
from transcript2handoff.engines.openai.schema import KINDS_OF, Group, array_of
from transcript2handoff.errors import (
    Cancelled,
    CostLimitError,
    EmptyTranscriptError,
    EndpointRejectedError,
    OutputError,
    SendingRefusedError,
)
from transcript2handoff.ground import ground
from transcript2handoff.policy import Gate, SendingPolicy
from transcript2handoff.testing.model_server import (
    Good,
    ModelServer,
    Reset,
    Status,
    states_promises,
)
from transcript2handoff.watch import Watch

SECRETS = ("4539 1488 0343 6467", "tomas.reyes@alder.example", "+1 415 555 0132")
WITH_SECRETS = (
    ("S1", "Where shall I send it?"),
    ("S2", f"To {SECRETS[1]}, and my number is {SECRETS[2]}."),
    ("S1", f"I'll send the pack to {SECRETS[1]} today."),
    ("S2", f"The card is {SECRETS[0]}, for the deposit."),
)


def test_what_is_private_never_leaves_and_comes_back_in_the_quote(engine, call, context):
    said = call(WITH_SECRETS)
    with ModelServer() as server:
        draft = engine(server).extract(said, context)
        sent = "\n".join(request.raw.decode() for request in server.requests)
    assert "Where shall I send it?" in sent
    assert not [secret for secret in SECRETS if secret in sent]
    (claim,) = ground(draft, said, context).claims
    assert claim.evidence[0].quote == f"I'll send the pack to {SECRETS[1]} today."
    assert claim.evidence[0].match == "exact"
    assert draft.provenance.hidden == {
        "card number": 1,
        "e-mail address": 1,
        "telephone number": 1,
    }
    assert all(sending.redacted for sending in draft.provenance.sendings)


def test_the_second_pass_sends_no_more_than_the_first(engine, call, context):
    with ModelServer(brain=confirming()) as server:
        engine(server, check=True).extract(call(WITH_SECRETS), context)
        asked = [request.schema_name for request in server.requests]
        sent = "\n".join(request.raw.decode() for request in server.requests)
    assert asked.count("verdicts") == 1
    assert not [secret for secret in SECRETS if secret in sent]


def test_without_redaction_the_words_go_as_they_are(engine, call, context):
    with ModelServer() as server:
        draft = engine(server, gate=Gate(redaction=False)).extract(call(WITH_SECRETS), context)
        sent = "\n".join(request.raw.decode() for request in server.requests)
    assert SECRETS[1] in sent
    assert not any(sending.redacted for sending in draft.provenance.sendings)


@pytest.mark.parametrize(
    ("sending", "consent"),
    [
        (SendingPolicy.NEVER, "given"),
        (SendingPolicy.WITH_CONSENT, "unknown"),
        (SendingPolicy.UNLESS_REFUSED, "refused"),
    ],
)
def test_a_call_that_may_not_be_sent_is_not(sending, consent, engine, call, context):
    asked = context.call.model_copy(update={"consent": consent})
    context = context.model_copy(update={"call": asked})
    with ModelServer() as server:
        with pytest.raises(SendingRefusedError, match="--engine local"):
            engine(server, gate=Gate(sending=sending)).extract(call(), context)
        assert server.requests == ()


def test_every_sending_is_accounted_for(engine, call, context, tmp_path):
    with ModelServer(script=[Reset()]) as server:
        draft = engine(server).extract(call(), context)
    sendings = draft.provenance.sendings
    assert {sending.to for sending in sendings} == {server.base_url.removesuffix("/v1")}
    assert {sending.model for sending in sendings} == {server.model}
    assert {sending.purpose for sending in sendings} == {f"find {group}" for group in Group}
    assert [(w.first, w.last) for sending in sendings for w in sending.turns] == [(1, 6)] * 4
    lines = (tmp_path / "answers" / "sendings.jsonl").read_text().splitlines()
    noted = [json.loads(line) for line in lines]
    assert {line["call"] for line in noted} == {"alder-1"}
    assert len(noted) == len(sendings) == 4


def test_what_was_sent_in_vain_is_in_the_journal(engine, call, context, tmp_path):
    with ModelServer(script=lambda _: Status(401)) as server, pytest.raises(EndpointRejectedError):
        engine(server).extract(call(), context)
    assert (tmp_path / "answers" / "sendings.jsonl").read_text().count("\n") >= 1


def test_nothing_is_sent_that_cannot_be_accounted_for(engine, call, context, tmp_path):
    (tmp_path / "answers").write_text("a file where the folder should be")
    with ModelServer() as server:
        with pytest.raises(OutputError):
            engine(server).extract(call(), context)
        assert server.requests == ()


def test_answers_are_kept_and_cost_nothing_again(engine, call, context):
    with ModelServer() as server:
        first = engine(server).extract(call(), context)
        again = engine(server).extract(call(), context)
        assert len(server.requests) == 3
    assert again.claims == first.claims
    assert again.provenance.sendings == first.provenance.sendings
    assert (again.provenance.usage.requests, again.provenance.usage.from_cache) == (0, 3)
    assert again.provenance.usage.tokens_in == 0


def test_without_kept_answers_every_run_asks(engine, call, context):
    with ModelServer() as server:
        for _ in range(2):
            engine(server, answers=False).extract(call(), context)
        assert len(server.requests) == 6


def test_after_a_failure_only_the_rest_is_asked(engine, long_call, context, limits):
    one_by_one = replace(limits, concurrency=1)
    said = long_call(60)
    with ModelServer() as server:
        whole = engine(server, limits=one_by_one, answers=False).extract(said, context)
        asked = len(server.requests)
    with ModelServer(script=[*[Good()] * (asked // 2), Status(401)]) as server:
        with pytest.raises(EndpointRejectedError):
            engine(server, limits=one_by_one).extract(said, context)
        again = engine(server, limits=one_by_one).extract(said, context)
        # The failed one is asked twice, and one more may have been on its way when it failed.
        assert len(server.requests) in (asked + 1, asked + 2)
    assert again.claims == whole.claims


def test_a_file_of_an_answer_that_is_not_whole_is_asked_anew(engine, call, context, tmp_path):
    with ModelServer() as server:
        engine(server).extract(call(), context)
        for file in (tmp_path / "answers").glob("*.json"):
            file.write_text(file.read_text()[:20])
        engine(server).extract(call(), context)
        assert len(server.requests) == 6


def test_kept_answers_are_nobody_elses_to_read(engine, call, context, tmp_path):
    with ModelServer() as server:
        engine(server).extract(call(), context)
    assert stat.S_IMODE((tmp_path / "answers").stat().st_mode) == 0o700


CHEAP = Price(input=1.0, cached=0.1, output=4.0)


def test_tokens_become_money(engine, call, context):
    with ModelServer() as server:
        used = engine(server, price=CHEAP).extract(call(), context).provenance.usage
    fresh = used.tokens_in - used.tokens_cached
    sum_of_prices = (fresh * 1.0 + used.tokens_cached * 0.1 + used.tokens_out * 4.0) / 1e6
    assert used.cost == pytest.approx(sum_of_prices, abs=1e-6)
    assert used.tokens_in > 1000


def test_nothing_is_sent_that_could_cost_too_much(engine, call, context, limits):
    with ModelServer() as server:
        tight = replace(limits, cost=0.001)
        with pytest.raises(CostLimitError, match="--max-cost"):
            engine(server, limits=tight, price=CHEAP).extract(call(), context)
        assert server.requests == ()


def test_the_limit_stops_before_it_is_passed(engine, long_call, context, limits):
    some = replace(limits, cost=0.03, concurrency=2)
    with ModelServer() as server:
        with pytest.raises(CostLimitError):
            engine(server, limits=some, price=CHEAP).extract(long_call(100), context)
        used = [request.prompt_tokens for request in server.requests]
    assert used
    assert sum(used) / 1e6 < 0.03


def test_an_estimate_sends_nothing_and_is_not_too_low(engine, long_call, context):
    said = long_call(60)
    with ModelServer() as server:
        ours = engine(server, price=CHEAP)
        plan = ours.estimate(said, context)
        assert server.requests == ()
        used = ours.extract(said, context).provenance.usage
        after = ours.estimate(said, context)
    assert plan.requests == used.requests
    assert plan.windows * 3 == plan.requests
    assert plan.tokens_in >= used.tokens_in
    assert plan.most >= used.cost
    assert (after.requests, after.kept, after.most) == (0, plan.requests, 0)


def test_a_call_without_turns_is_refused(engine, call, context):
    with ModelServer() as server, pytest.raises(EmptyTranscriptError):
        engine(server).extract(call(()), context)


def test_progress_is_told_and_a_stop_is_heard(engine, long_call, context):
    shares = []
    with ModelServer() as server:
        engine(server).extract(long_call(40), context, watch=Watch(report=shares.append))
        assert shares[0] == 0
        assert shares[-1] == 1
        stop = Watch(cancelled=lambda: len(server.requests) > 3)
        with pytest.raises(Cancelled):
            engine(server, answers=False).extract(long_call(40), context, watch=stop)


def confirming(**verdict):
    """A model that finds promises and says the same of each when it is asked again."""

    def brain(request):
        if request.schema_name == "verdicts":
            notes = re.findall(r"^(\d+)\. promise: ", request.user, re.MULTILINE)
            told = {
                "holds": True,
                "strength": None,
                "promise_status": None,
                "objection_status": None,
                **verdict,
            }
            return json.dumps({"verdicts": [{"claim": int(n), **told} for n in notes]})
        return states_promises(request)

    return brain


def test_the_second_pass_takes_back_and_corrects(engine, call, context):
    with ModelServer(brain=confirming()) as server:
        kept = engine(server, check=True).extract(call(), context)
        prompt = server.requests[-1].user
    assert len(kept.claims) == 2
    assert "I'll send you the security pack" in prompt
    assert [used.name for used in kept.provenance.prompts][-1] == "check.v1"
    with ModelServer(brain=confirming(strength="hedged")) as server:
        softer = engine(server, check=True, answers=False).extract(call(), context)
    assert [claim.fact.strength for claim in softer.claims] == ["hedged", "hedged"]
    with ModelServer(brain=confirming(holds=False)) as server:
        assert engine(server, check=True, answers=False).extract(call(), context).claims == ()


def test_a_second_pass_that_fails_is_an_error_or_a_note(engine, call, context):
    def failing(request):
        return Status(400) if request.schema_name == "verdicts" else None

    with ModelServer(script=failing) as server:
        with pytest.raises(EndpointRejectedError):
            engine(server, check=True).extract(call(), context)
        draft = engine(server, check=True, accept_incomplete=True).extract(call(), context)
    assert len(draft.claims) == 2
    assert draft.notes[0].startswith("The second pass was left out")


async def _extracting(ours, said, context):
    return ours.extract(said, context)


def test_a_running_event_loop_is_no_obstacle(engine, call, context):
    with ModelServer() as server:
        asked = _extracting(engine(server), call(), context)
        with ThreadPoolExecutor(max_workers=1) as thread:
            draft = thread.submit(asyncio.run, asked).result()
    assert len(draft.claims) == 2


def test_the_same_answers_give_the_same_draft(engine, long_call, context):
    drafts = []
    for _ in range(2):
        with ModelServer() as server:
            drafts.append(engine(server, answers=False).extract(long_call(80), context))
    assert drafts[0].claims == drafts[1].claims
    assert drafts[0].coverage == drafts[1].coverage


def test_facts_of_overlapping_windows_are_one(engine, long_call, context):
    with ModelServer() as server:
        draft = engine(server).extract(long_call(100), context)
    covered = [n for window in draft.coverage for n in range(window.first, window.last + 1)]
    assert len(covered) > 100
    assert len(draft.claims) == 10
    assert [claim.citations[0].turn for claim in draft.claims] == [*range(10, 101, 10)]


def test_three_hours_have_no_gap(engine, long_call, context, limits):
    said = long_call(2700)
    with ModelServer() as server:
        draft = engine(server, limits=replace(limits, window_tokens=6000)).extract(said, context)
        longest = max(request.prompt_tokens for request in server.requests)
    read = {n for window in draft.coverage for n in range(window.first, window.last + 1)}
    assert read == set(range(1, 2701))
    assert draft.unread == ()
    assert len(draft.claims) == 270
    assert longest < 12_000


def test_every_group_asks_for_its_kinds(engine, call, context):
    with ModelServer() as server:
        engine(server).extract(call(), context)
        forms = {request.schema_name: request.schema for request in server.requests}
    for group, kinds in KINDS_OF.items():
        assert list(forms[group]["properties"]) == [array_of(kind) for kind in kinds]
