"""The steps of a run that put a deal together and hand it on."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from transcript2handoff.dossier import Dossier, Papers
from transcript2handoff.jobs.consolidating import consolidate
from transcript2handoff.jobs.desk import OnDesk, on_desk, unchanged
from transcript2handoff.jobs.port import StepOutcome
from transcript2handoff.jobs.rendering import Rendering
from transcript2handoff.jobs.standing import note_standing
from transcript2handoff.jobs.writing import writing
from transcript2handoff.store import Store, Transaction
from transcript2handoff.store.deals import DealRecord
from transcript2handoff.store.runs import RunRecord
from transcript2handoff.watch import Watch

Deliver = Callable[[Store, DealRecord, Dossier], Callable[[Transaction], object]]
"""Prepares what other systems shall be told of a deal; what it gives queues that in the outbox."""

NAMES: Final = ("consolidate", "assess", "render", "deliver")
MAKING: Final = ("render",)
"""The step of a run that makes the one document which somebody wants."""


@dataclass(frozen=True, kw_only=True)
class DealSteps:
    """Puts deals of the store together."""

    store: Store
    beside: Papers
    """What stands beside every deal."""
    public_url: str
    """Of the service, without a slash at its end."""
    deliver: Deliver

    def do(self, run: RunRecord, name: str, watch: Watch) -> StepOutcome:
        """Do one of the steps ``NAMES``, or find that it was done.

        Raises:
            HandoffError: it cannot be done.
            StoreConflictError: the deal was changed meanwhile; it is to be done again.
            Cancelled: ``watch`` asked to stop.
        """
        watch.at(0.0)
        if name == "consolidate":
            return consolidate(self.store, self.beside.company_files.company, run, watch)
        here = on_desk(self.store, run.deal_id)
        if name == "render":
            return self._render(run, here, watch)
        whole = here.dossier(self.beside)
        if name == "assess":
            return self._assess(run, here, whole)
        put = self.deliver(self.store, here.deal, whole)
        with writing(self.store, run.id) as tx:
            unchanged(tx, here)
            put(tx)
        return StepOutcome(state="done", key=here.edition)

    def _render(self, run: RunRecord, here: OnDesk, watch: Watch) -> StepOutcome:
        rendering = Rendering(store=self.store, beside=self.beside, public_url=self.public_url)
        if run.kind == "documents":
            return rendering.wanted_one(run, here)
        return rendering.quick_ones(run, here, watch)

    def _assess(self, run: RunRecord, here: OnDesk, whole: Dossier) -> StepOutcome:
        """Note with the deal how ready it is, and what it promises."""
        with writing(self.store, run.id) as tx:
            deal = unchanged(tx, here)
            is_new = note_standing(tx, deal.id, whole, here.calls)
        return StepOutcome(state="done" if is_new else "reused", key=here.edition)
