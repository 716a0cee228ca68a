"""Every matter that is looked at, by its name."""

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from transcript2handoff.deep import calls, deals
from transcript2handoff.deep.installation import Installation, Look
from transcript2handoff.jobs.port import Ticket
from transcript2handoff.store import Store, retaining
from transcript2handoff.store.soundness import Fault, blobs, database, deeds, erasures, queues, rows


def _of_store(look: Callable[[Store], Iterator[Fault]]) -> Look:
    return lambda whole: look(whole.store)


def _unwanted(whole: Installation) -> Iterator[Fault]:
    return blobs.unwanted_blobs(whole.store, grace=whole.grace)


def _evidence(whole: Installation) -> Iterator[Fault]:
    for deal_id in rows.deal_ids(whole.store):
        yield from deals.evidence(whole.store, deal_id)


def _lost_claims(whole: Installation) -> Iterator[Fault]:
    for deal_id in rows.deal_ids(whole.store):
        if laid := deals.lay_out(whole.store, deal_id):
            yield from deals.lost_claims(whole.store, laid)


def _standing(whole: Installation) -> Iterator[Fault]:
    for deal_id in rows.deal_ids(whole.store):
        if laid := deals.lay_out(whole.store, deal_id):
            yield from deals.standing(whole.store, laid, whole.papers)


def _transcripts(whole: Installation) -> Iterator[Fault]:
    for deal_id in rows.deal_ids(whole.store):
        yield from calls.transcripts(whole.store, deal_id)


def _attempts(whole: Installation) -> Iterator[Fault]:
    known = {one: Ticket.named(one).run_id for one in whole.attempts()}
    with whole.store.read() as tx:
        gone = retaining.gone(tx, known.values())
    for one, run_id in sorted(known.items()):
        if run_id in gone:
            yield Fault(
                what="The engine remembers a run that is not there any more.",
                where=(one,),
                advice="The worker forgets it within ten minutes. Look into its log if it stays.",
            )


LOOKS: Final[Mapping[str, Look]] = {
    "database": _of_store(database.damage),
    "references": _of_store(database.references),
    "guards": _of_store(database.guards),
    "audit": _of_store(deeds.chain),
    "deals of the audit": _of_store(deeds.deals),
    "events of the audit": _of_store(deeds.events),
    "erasures": _of_store(erasures.erasures),
    "named blobs": _of_store(blobs.named_blobs),
    "bytes of blobs": _of_store(blobs.bytes_of_blobs),
    "orphan blobs": _unwanted,
    "documents": _of_store(blobs.sizes_of_documents),
    "editions": _of_store(rows.editions),
    "uploads": _of_store(blobs.parts_of_uploads),
    "calls": _of_store(rows.untouched_calls),
    "numbers": _of_store(rows.numbers),
    "ids": _of_store(rows.loose_ids),
    "handoffs": _of_store(rows.digests_of_handoffs),
    "evidence": _evidence,
    "claims": _lost_claims,
    "decisions": _of_store(rows.decisions),
    "lists": _of_store(rows.derived),
    "promises": _standing,
    "transcripts": _transcripts,
    "runs": _of_store(queues.runs),
    "attempts": _attempts,
    "queues": _of_store(queues.queues),
    "doubles": _of_store(queues.doubles),
    "sent": _of_store(queues.unsent),
}
"""In the order in which they are told: what others rest on comes first."""
