"""Whether what deals say is proved, whole, and what lists and search show."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from transcript2handoff.corrections.handoffs import overlaps, still_stands
from transcript2handoff.dossier import Papers
from transcript2handoff.errors import ArtifactError, BlobMissingError, HandoffError, StoreGoneError
from transcript2handoff.handoff import Claim, SpokenEvidence
from transcript2handoff.jobs.desk import OnDesk, Rows, laid_out, rows_of
from transcript2handoff.jobs.standing import entries_of, open_promises
from transcript2handoff.jobs.telling import parse, read_told
from transcript2handoff.journal import Added, Calls
from transcript2handoff.journal.keeping import vouched
from transcript2handoff.store import Store, handoffs, ledger, results, runs
from transcript2handoff.store.handoffs import HandoffRecord
from transcript2handoff.store.paging import Window
from transcript2handoff.store.soundness import Fault
from transcript2handoff.transcript import Transcript

_RUN: Final = "Start a run of the deal: it makes this anew."
_REREAD: Final = (
    "Compare the handoff with a backup. A run of the deal makes a new one, in which every line is "
    "proved again."
)
_CLAIM: Final = "Look into the journal of the deal, and add the claim again if it is right."


@dataclass(frozen=True, kw_only=True)
class Laid:
    """A deal laid out, and whether all that hangs on it must be up to date."""

    rows: Rows
    here: OnDesk
    settled: bool
    """No run of it waits or is at work, and the last one went well."""


def evidence(store: Store, deal_id: str) -> Iterator[Fault]:
    """Handoffs that cannot be read, or of which a quote does not stand in its transcript."""
    with store.read() as tx:
        versions = handoffs.versions(tx, deal_id)
    for record in versions:
        yield from _proved(store, record, is_newest=record is versions[-1])


def _proved(store: Store, record: HandoffRecord, *, is_newest: bool) -> Iterator[Fault]:
    where = (record.deal_id, str(record.version))
    try:
        told = read_told(record.text, store.blobs)
    except ArtifactError:
        yield Fault(
            what="A handoff says what is not proved, or cannot be read.",
            where=where,
            advice=_REREAD,
        )
        return
    except StoreGoneError:
        if is_newest and (left := _missing(store, record)):
            yield Fault(
                what="A transcript that a handoff rests on is not there.",
                where=(*where, *left),
                advice="Take its bytes from a backup, or start a run of the call.",
            )
        return
    heard = {one.call_id: one for one in told.transcripts}
    for claim in told.handoff.claims:
        yield from _verbatim(claim, heard, where)


def _missing(store: Store, record: HandoffRecord) -> tuple[str, ...]:
    """The calls whose transcript is not there, although something of them is still kept."""
    left = []
    digests = parse(record.text).transcripts
    with store.read() as tx:
        kept = results.calls_kept(tx, record.deal_id)
    for ref, call_id in kept.items():
        if ref in digests and not store.blobs.has(digests[ref]):
            left.append(call_id)
    return tuple(left)


def _verbatim(
    claim: Claim, heard: dict[str, Transcript], where: tuple[str, ...]
) -> Iterator[Fault]:
    """Claims whose quotes do not stand in their turns: looked for plainly, by nothing else."""
    spoken = [one for one in claim.evidence if isinstance(one, SpokenEvidence)]
    for one in spoken:
        transcript = heard.get(one.call_id)
        turn = transcript.turn(one.turn) if transcript else None
        if turn is None or one.quote not in turn.text:
            yield Fault(
                what="A quote does not stand in its transcript.",
                where=(*where, claim.id),
                advice=_REREAD,
            )


def lay_out(store: Store, deal_id: str) -> Laid | None:
    """A deal as people see it; none where it has no handoff, or none that can be opened."""
    try:
        rows = rows_of(store, deal_id)
        here = laid_out(rows, store.blobs)
        with store.read() as tx:
            page = runs.listed(tx, Window(limit=200), deal_id=deal_id)
    except (StoreGoneError, ArtifactError, BlobMissingError):
        return None
    made = [run for run in page.items if run.kind != "documents"]
    pending = any(run.state in ("waiting", "working") for run in made)
    last = max((run for run in made if run.ended), key=lambda run: str(run.ended), default=None)
    settled = not pending and (last is None or last.state == "done")
    return Laid(rows=rows, here=here, settled=settled)


def lost_claims(store: Store, laid: Laid) -> Iterator[Fault]:
    """Claims that people vouched for or added, and that are not there any more without a word."""
    here, deal_id = laid.here, laid.rows.deal.id
    applied = here.desk.applied
    shown = {claim.id for claim in applied.handoff.claims}
    merged = {one for one, home in here.told.origin.items() if home in shown}
    explained = {one.claim_id for one in applied.notices} | merged
    rejected = {event.claim_id for event in here.desk.standing if event.event == "rejected"}
    added = {event.claim_id for event in here.desk.standing if isinstance(event, Added)}
    for claim_id in sorted((vouched(here.events) | added) - shown - explained - rejected):
        yield _lost(deal_id, claim_id)
    for claim_id in _dropped(store, laid):
        yield _lost(deal_id, claim_id)


def _lost(deal_id: str, claim_id: str) -> Fault:
    return Fault(
        what="A claim that somebody looked at or added is not in the handoff any more.",
        where=(deal_id, claim_id),
        advice=_CLAIM,
    )


def _dropped(store: Store, laid: Laid) -> Sequence[str]:
    """Claims of the version before that people had vouched for, and that should have been kept."""
    version = laid.rows.record.version
    with store.read() as tx:
        kept = {one.version: one for one in handoffs.versions(tx, laid.rows.deal.id)}
    before = kept.get(version - 1)
    if before is None or not laid.settled:
        return ()
    try:
        then, now = (read_told(one.text, store.blobs) for one in (before, laid.rows.record))
    except HandoffError:
        return ()
    return _unkept(then, now, vouched(laid.here.events))


def _unkept(then: Calls, now: Calls, wanted: Collection[str]) -> list[str]:
    """The wanted claims that were there, could still be said, and are in none of today's."""
    before, here = ({one.call_id: one for one in told.transcripts} for told in (then, now))
    known = {claim.id for claim in now.handoff.claims}
    homes = {then.origin.get(one, one) for one in wanted}
    return [
        claim.id
        for claim in then.handoff.claims
        if claim.id in homes
        and now.origin.get(claim.id, claim.id) not in known
        and still_stands(claim, before, here)
        and not any(overlaps(claim, other) for other in now.handoff.claims)
    ]


def standing(store: Store, laid: Laid, papers: Papers) -> Iterator[Fault]:
    """What lists show of a deal, against what its handoff says: promises, readiness, numbers."""
    if not laid.settled:
        return
    deal = laid.rows.deal
    whole = laid.here.dossier(papers)
    entries = entries_of(
        whole.handoff,
        whole.transcripts,
        deal_id=deal.id,
        call_ids={call.ref: call.id for call in laid.rows.calls},
    )
    with store.read() as tx:
        listed = ledger.of_deal(tx, deal.id)
    if listed != {entry.claim_id: entry for entry in entries}:
        yield Fault(
            what="The list of promises is not what the handoff says.",
            where=(deal.id,),
            advice=_RUN,
        )
    judged = whole.assessment
    meant = (judged.verdict, judged.score, open_promises(whole.handoff), len(judged.questions))
    if (deal.verdict, deal.score, deal.open_promises, deal.open_questions) != meant:
        yield Fault(
            what="A deal is listed with a readiness that it does not have.",
            where=(deal.id,),
            advice=_RUN,
        )
