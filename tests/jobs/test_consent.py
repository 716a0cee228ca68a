"""No step is done of a call whose people have not agreed, where that is wanted; and then it is."""

import threading

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.jobs.by_hand import IMPORTED, ByHand, recorded
from tests.jobs.test_housekeeping import keeper
from transcript2handoff.errors import ConsentMissingError
from transcript2handoff.jobs.conducting import Conductor
from transcript2handoff.jobs.patience import Pace
from transcript2handoff.jobs.port import StepOutcome, Ticket
from transcript2handoff.policy import ProcessingPolicy
from transcript2handoff.store import Window, calls, results, runs

CONSENTS = ("unknown", "given", "refused")
POLICIES = tuple(ProcessingPolicy)


class Toys:
    """Steps that do nothing for a law that asks only whether they are."""

    def do(self, *_):
        return StepOutcome(state="done")


class Player:
    """A call with what people note of it, and a conductor who plays its runs step by step."""

    def __init__(self, store, folder, policy, *, toys=False):
        self.hand = ByHand(store, folder, processing=policy)
        work = self.hand.work
        if toys:
            work._calls = work._deals = Toys()
        self.store, self.policy = store, policy
        self.call = self.hand.spoken(self.hand.deal())
        pace = Pace(watch=0.0, patience=0.1, first_wait=0.01, longest_wait=0.01)
        self.conductor = Conductor(
            store=store, work=work, worker="w", stop=threading.Event(), pace=pace
        )
        self.want()

    def note(self, consent):
        """As the service does when somebody changes a call."""
        with self.store.write() as tx:
            call = calls.get(tx, self.call.id).call.model_copy(update={"consent": consent})
            calls.change(tx, self.call.id, calls.CallChanges(call=call))
            if self.policy.missing(call):
                runs.stop_of_call(tx, self.call.id)
        self.want()

    def want(self):
        new = runs.NewRun(deal_id=self.call.deal_id, call_id=self.call.id, kind="call")
        with self.store.write() as tx:
            runs.start(tx, new)

    @property
    def consent(self):
        return self.hand.row(self.call).call.consent

    @property
    def is_allowed(self):
        return self.policy.missing(self.hand.row(self.call).call) is None

    @property
    def runs(self):
        with self.store.read() as tx:
            return runs.listed(tx, Window(limit=200)).items

    @property
    def made(self):
        """Every result of the call."""
        with self.store.read() as tx:
            return [step for step in IMPORTED if results.latest(tx, self.call.id, step)]

    def plan(self):
        """Begin the run that waits; its id, with the names of its steps."""
        with self.store.read() as tx:
            waiting = runs.waiting(tx, 1)
        if not waiting:
            return None
        run = next(one for one in self.runs if one.id == waiting[0])
        ticket = Ticket(run_id=run.id, attempt=run.attempt)
        return ticket, list(enumerate(self.conductor.plan(ticket)))

    def play(self, ticket, step):
        return self.conductor.play(ticket, step[1], step[0])

    def to_the_end(self):
        while planned := self.plan():
            ticket, steps = planned
            if all(self.play(ticket, step) for step in steps):
                self.conductor.finish(ticket)


@pytest.mark.parametrize("policy", [ProcessingPolicy.WITH_CONSENT, ProcessingPolicy.UNLESS_REFUSED])
def test_a_run_is_held_until_people_agree(store, tmp_path, policy):
    player = Player(store, tmp_path, policy)
    player.note("refused")
    player.to_the_end()
    [run] = player.runs
    assert (run.state, player.made) == ("held", [])
    assert [(step.name, step.state) for step in run.steps] == [("fetch", "held")]
    assert "those on it said no" in run.error
    player.note("given")
    player.to_the_end()
    assert [run.state for run in player.runs] == ["done", "held"]
    assert {"transcribe", "extract", "ground"} <= set(player.made)


def test_a_run_that_is_held_can_be_tried_again(sqlite_store, tmp_path):
    player = Player(sqlite_store, tmp_path, ProcessingPolicy.WITH_CONSENT)
    player.to_the_end()
    [held] = player.runs
    assert "nobody has noted that those on it agree" in held.error
    with sqlite_store.write() as tx:
        runs.retry(tx, held.id)
    player.to_the_end()
    assert [(run.state, run.attempt) for run in player.runs] == [("held", 2)]


def test_a_run_that_is_held_begins_when_the_policy_is_another(sqlite_workshop, tmp_path):
    store = sqlite_workshop.store
    player = Player(store, tmp_path, ProcessingPolicy.WITH_CONSENT)
    player.to_the_end()
    housekeeping = keeper(sqlite_workshop, processing="with_consent")
    housekeeping.wake_held()
    assert [run.state for run in player.runs] == ["held"]
    keeper(sqlite_workshop, processing="unless_refused").wake_held()
    assert [(run.state, run.attempt) for run in player.runs] == [("waiting", 2)]


def test_a_run_that_was_held_before_another_is_left(sqlite_workshop, tmp_path):
    player = Player(sqlite_workshop.store, tmp_path, ProcessingPolicy.WITH_CONSENT)
    player.to_the_end()
    player.note("given")
    player.to_the_end()
    keeper(sqlite_workshop).wake_held()
    assert [run.state for run in player.runs] == ["done", "held"]


def test_a_recording_is_not_even_opened(quick):
    quick.processing = ProcessingPolicy.WITH_CONSENT
    call = recorded(quick, quick.deal())
    run = quick.want("call", call.deal_id, call.id)
    for name in quick.work.step_names(run):
        with pytest.raises(ConsentMissingError):
            quick.do(run, name)


class Consents(RuleBasedStateMachine):
    """Whatever is noted in whatever order, what is done is what was allowed at that moment.

    A run that ended without its work says so, and once people agree the call is read to its end.
    """

    make = None

    @initialize(policy=st.sampled_from(POLICIES))
    def begin(self, policy):
        self.player = self.make(policy)
        self.ticket, self.steps = None, []

    @rule(consent=st.sampled_from(CONSENTS))
    def note(self, consent):
        self.player.note(consent)

    @precondition(lambda self: not self.steps)
    @rule()
    def plan(self):
        if planned := self.player.plan():
            self.ticket, self.steps = planned

    @precondition(lambda self: self.steps)
    @rule()
    def play(self):
        is_allowed = self.player.is_allowed
        goes_on = self.player.play(self.ticket, self.steps.pop(0))
        if not goes_on:
            self.steps = []
            state = next(run for run in self.player.runs if run.id == self.ticket.run_id).state
            assert state in ("held", "cancelled")
        elif not self.steps:
            self.player.conductor.finish(self.ticket)
        assert is_allowed or not goes_on

    def teardown(self):
        if not hasattr(self, "player"):
            return
        while self.steps:
            self.play()
        self.player.to_the_end()
        if self.player.is_allowed:
            assert self.player.runs[0].state == "done"
        else:
            assert self.player.runs[0].state == "held"


def test_what_is_done_is_what_was_allowed_at_that_moment(sqlite_store, tmp_path):
    class Here(Consents):
        @staticmethod
        def make(policy):
            return Player(sqlite_store, tmp_path, policy, toys=True)

    run_state_machine_as_test(
        Here, settings=settings(max_examples=12, stateful_step_count=20, deadline=None)
    )
