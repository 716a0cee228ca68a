"""The step that makes one handoff of all calls of a deal that have been read."""

from collections.abc import Mapping
from dataclasses import dataclass

from transcript2handoff.company import Company, with_company
from transcript2handoff.dossier import told_of
from transcript2handoff.errors import InputError, StoreConflictError, StoreGoneError
from transcript2handoff.ground import KnownClaim
from transcript2handoff.handoff import Handoff, read_handoff
from transcript2handoff.jobs.port import StepOutcome
from transcript2handoff.jobs.telling import known_in, parse, read_told, to_text, transcript_of
from transcript2handoff.jobs.writing import writing
from transcript2handoff.journal import Calls, parsed
from transcript2handoff.journal.keeping import vouched, with_vouched
from transcript2handoff.pipeline import HANDOFF, TRANSCRIPT
from transcript2handoff.store import (
    Deed,
    Store,
    Transaction,
    calls,
    deals,
    events,
    handoffs,
    results,
)
from transcript2handoff.store.deals import DealRecord
from transcript2handoff.store.runs import RunRecord
from transcript2handoff.transcript import Transcript
from transcript2handoff.watch import Watch


@dataclass(frozen=True, kw_only=True)
class _Read:
    """What there is of a deal to be put together."""

    deal: DealRecord
    calls: Mapping[str, Mapping[str, str]]
    """By the id that each call has in the deal: the digests of its handoff and its transcript."""
    before: str | None
    """The text of the handoff as it stands."""
    lines: tuple[str, ...] = ()
    """The journal."""
    forgotten: tuple[str, ...] = ()
    """Calls that the handoff rests on, and of which nothing is kept any more."""

    @property
    def state(self) -> tuple[int, int, tuple[str, ...], Mapping[str, Mapping[str, str]]]:
        """Equal states give equal handoffs: a claim that somebody just looked at is kept."""
        return self.deal.version, self.deal.handoff_version, self.lines, self.calls


def consolidate(store: Store, company: Company, run: RunRecord, watch: Watch) -> StepOutcome:
    """Make a version more of the handoff of a run's deal, if the calls say something else by now.

    Raises:
        InputError: none of the calls has been read yet, or one of them is kept no longer.
        ArtifactError: what is stored is broken.
        StoreConflictError: a call was read meanwhile, or the deal was changed; it is to be done
            again.
        StoreError: the store does not do its part.
        Cancelled: ``watch`` asked to stop, or the run was erased.
    """
    with store.read() as tx:
        read = _read(tx, run.deal_id)
    text = _text(store, read, company, watch)
    with writing(store, run.id) as tx:
        # Each run comes here with its own call read: whoever is last to hold the deal sees all.
        deals.get(tx, run.deal_id, lock=True)
        if _read(tx, run.deal_id).state != read.state:
            raise StoreConflictError(
                "A call of the deal was read meanwhile, or the deal was changed, or something was "
                "done to it meanwhile. Retry the run."
            )
        record = handoffs.add(tx, run.deal_id, text, run_id=run.id)
        if record.version == read.deal.handoff_version:
            return StepOutcome(state="reused", key=record.digest)
        tx.note(_deed(run.deal_id, record.version))
    return StepOutcome(state="done", key=record.digest)


def _deed(deal_id: str, version: int) -> Deed:
    details = {"version": version}
    return Deed(actor="worker", action="add", matter="handoff", subject=deal_id, details=details)


def _read(tx: Transaction, deal_id: str) -> _Read:
    newest = handoffs.newest(tx, deal_id)
    of_deal = calls.of_deal(tx, deal_id)
    made = {call.ref: results.latest(tx, call.id, "ground") for call in of_deal}
    used = parse(newest.text).transcripts if newest else {}
    return _Read(
        deal=deals.get(tx, deal_id),
        calls={ref: found[1] for ref, found in made.items() if found},
        before=newest.text if newest else None,
        lines=events.of(tx, deal_id),
        forgotten=tuple(ref for ref, found in made.items() if not found and ref in used),
    )


def _text(store: Store, read: _Read, company: Company, watch: Watch) -> str:
    if read.forgotten:
        raise InputError(
            f"The transcript of {', '.join(read.forgotten)} is kept no longer, so no new handoff "
            "can be made of this deal: what was said there could not be proved. Its documents stay "
            "as they are; put further calls into a new deal."
        )
    if not read.calls:
        raise InputError(
            "None of the calls of the deal has been read yet. Start a run of each of them."
        )
    handoffs_read, transcripts = [], []
    for n, files in enumerate(read.calls.values()):
        watch.at(n / len(read.calls) / 2)
        handoff, transcript = _call(store, files)
        handoffs_read.append(handoff)
        transcripts.append(transcript)
    known: tuple[KnownClaim, ...] = known_in(read.before) if read.before else ()
    deal = with_company(read.deal.deal, company)
    told = told_of(handoffs_read, transcripts, deal, previous=known)
    told = _with_vouched(store, read, told)
    return to_text(told, {ref: files[TRANSCRIPT] for ref, files in read.calls.items()})


def _with_vouched(store: Store, read: _Read, told: Calls) -> Calls:
    """With the claims that people vouched for and no engine finds any more."""
    done = parsed(read.lines)
    if read.before is None or not vouched(done):
        return told
    try:
        before = read_told(read.before, store.blobs)
    except StoreGoneError:
        return told
    return with_vouched(told, before, done)


def _call(store: Store, files: Mapping[str, str]) -> tuple[Handoff, Transcript]:
    transcript = transcript_of(store.blobs, files[TRANSCRIPT])
    data = b"".join(store.blobs.read(files[HANDOFF]))
    return read_handoff(data, [transcript], where="The handoff of a call"), transcript
