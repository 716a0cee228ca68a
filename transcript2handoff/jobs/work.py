"""The work on runs: which steps each of them takes, and how a step is done out of the store."""

from typing import Final

from transcript2handoff.dossier import Papers
from transcript2handoff.errors import StoreGoneError
from transcript2handoff.jobs import call_steps, deal_steps
from transcript2handoff.jobs.call_steps import CallSteps
from transcript2handoff.jobs.deal_steps import DealSteps, Deliver
from transcript2handoff.jobs.fetch_step import Fetch, fetched
from transcript2handoff.jobs.port import StepOutcome
from transcript2handoff.jobs.shelf import heard_before
from transcript2handoff.policy import ProcessingPolicy
from transcript2handoff.settings import Settings
from transcript2handoff.store import Store, calls, runs
from transcript2handoff.store.calls import CallRecord
from transcript2handoff.store.runs import RunRecord
from transcript2handoff.watch import Watch

FETCH: Final = "fetch"


class Work:
    """All steps of runs. What a step makes is in the store when it is done; a run says only how.

    A run of a call goes fetch → decode → transcribe → diarize → correct → extract → ground, and on
    as a run of its deal does: consolidate → assess → render → deliver. A run of ``documents``
    renders one.
    """

    def __init__(
        self,
        store: Store,
        settings: Settings,
        beside: Papers,
        *,
        deliver: Deliver,
        fetch: Fetch,
    ) -> None:
        """Work out of a store.

        Args:
            store: has the runs and everything that they need.
            settings: how calls are heard and read.
            beside: the company that sells, and what its product can do.
            deliver: prepares what other systems are told of a deal.
            fetch: brings recordings from recorders.
        """
        self._store = store
        self._policy = ProcessingPolicy(settings.processing)
        self._fetch = fetch
        company = beside.company_files.company
        self._calls = CallSteps(store=store, settings=settings, company=company)
        self._deals = DealSteps(
            store=store,
            beside=beside,
            public_url=settings.public_url,
            deliver=deliver,
        )

    def step_names(self, run: RunRecord) -> tuple[str, ...]:
        """The steps of a run, in order.

        Raises:
            StoreGoneError: its call was erased.
        """
        if run.kind == "documents":
            return deal_steps.MAKING
        if run.kind == "deal":
            return deal_steps.NAMES
        return (FETCH, *call_steps.step_names(self._call(run)), *deal_steps.NAMES)

    def do(self, run: RunRecord, name: str, watch: Watch) -> StepOutcome:
        """Do a step of a run, or find that what it makes is there.

        Raises:
            ConsentMissingError: those on its call have not agreed that it is worked on.
            HandoffError: it cannot be done.
            Cancelled: ``watch`` asked to stop.
        """
        with self._store.read() as tx:
            run = runs.get(tx, run.id)
        self._check_consent(run)
        if name in deal_steps.NAMES:
            return self._deals.do(run, name, watch)
        call = self._call(run)
        if name == FETCH:
            return fetched(self._store, run, call, self._fetch, watch=watch)
        return self._calls.do(run, call, name, watch)

    def _check_consent(self, run: RunRecord) -> None:
        """Before each step, for whoever is on the call may say no while it is read."""
        if run.kind == "call" and run.call_id is not None:
            self._policy.check(self._call(run).call)

    def _call(self, run: RunRecord) -> CallRecord:
        if run.call_id is None:
            raise StoreGoneError("The call of the run is not there any more.")
        with self._store.read() as tx:
            call = calls.get(tx, run.call_id)
            if call.recording or call.transcript or call.upload_id or call.fetch:
                return call
            # Its recording may be kept no longer, while what was heard in it still is.
            return call.model_copy(update={"transcript": heard_before(tx, call)})
