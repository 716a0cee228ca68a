"""Whether the rows of deals and calls fit each other: numbers, digests, and what is derived."""

from collections.abc import Iterator
from typing import Final

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from transcript2handoff.store.handoffs import Decision, digest_of
from transcript2handoff.store.opening import Store
from transcript2handoff.store.soundness.asking import asked
from transcript2handoff.store.soundness.fault import Fault
from transcript2handoff.store.tables import (
    CallRow,
    CorrectionRow,
    DealRow,
    DocumentRow,
    EventRow,
    HandoffRow,
    LedgerRow,
    ResultRow,
    RunRow,
)
from transcript2handoff.store.tables.derived import standing_of, told_of

_RUN: Final = "Start a run of the deal."
_LOST: Final = (
    "Somebody has changed rows by hand, or restored a part of them. Compare with a backup: what "
    "is missing here may be there."
)


def deal_ids(store: Store) -> tuple[str, ...]:
    """The deals that there are, oldest first."""
    with store.read() as tx:
        return tuple(tx.session.scalars(select(DealRow.id).order_by(DealRow.created, DealRow.id)))


def numbers(store: Store) -> Iterator[Fault]:
    """Versions of handoffs, events and corrections that are missing among their neighbours."""
    for deal_id in deal_ids(store):
        with store.read() as tx:
            told = list(_numbers_of(tx.session, deal_id))
        for what in told:
            yield Fault(what=what, where=(deal_id,), advice=_LOST)
    corrected = select(CorrectionRow.call_id).group_by(CorrectionRow.call_id)
    gaps = corrected.having(func.max(CorrectionRow.number) != func.count())
    yield from asked(store, {"Corrections of a transcript are missing.": gaps}, advice=_LOST)


def _numbers_of(session: Session, deal_id: str) -> Iterator[str]:
    """What is wrong with the numbers of a deal.

    An erasure takes all handoffs with it, and events of the claims that went; the versions that
    come after it have the numbers that follow.
    """
    deal = session.get(DealRow, deal_id)
    if deal is None:
        return
    versions = _column(session, deal_id, HandoffRow)
    if versions and versions != list(range(versions[0], deal.handoff_version + 1)):
        yield "Versions of a handoff are missing."
    events = _column(session, deal_id, EventRow)
    if events and events[-1] > deal.event_number:
        yield "The journal of a deal goes on after its last event."
    is_untouched = versions[:1] == [1] or not deal.handoff_version
    if is_untouched and events != list(range(1, deal.event_number + 1)):
        yield "Events of a journal are missing."


def _column(session: Session, deal_id: str, row: type[HandoffRow] | type[EventRow]) -> list[int]:
    number = HandoffRow.version if row is HandoffRow else EventRow.number
    query = select(number).where(row.deal_id == deal_id).order_by(number)
    return list(session.scalars(query))


def digests_of_handoffs(store: Store) -> Iterator[Fault]:
    """Handoffs that are not what was written."""
    for deal_id in deal_ids(store):
        with store.read() as tx:
            rows = tx.session.scalars(select(HandoffRow).where(HandoffRow.deal_id == deal_id))
            left = [row.version for row in rows if digest_of(row.text) != row.digest]
        for version in left:
            yield Fault(
                what="The text of a handoff is not the one that was written.",
                where=(deal_id, str(version)),
                advice=_LOST,
            )


def decisions(store: Store) -> Iterator[Fault]:
    """Deals that say something else of a decision than their newest handoff."""
    query = (
        select(DealRow.id, DealRow.decided, DealRow.decided_edition, HandoffRow.decision)
        .join(HandoffRow, HandoffRow.deal_id == DealRow.id)
        .where(HandoffRow.version == DealRow.handoff_version)
    )
    with store.read() as tx:
        rows = [tuple(row) for row in tx.session.execute(query)]
    for deal_id, decided, edition, text in rows:
        told = text and Decision.model_validate_json(text)
        if (decided, edition) != ((told.what, told.edition) if told else (None, None)):
            yield Fault(
                what="A deal and its handoff tell of different decisions.",
                where=(deal_id,),
                advice="Decide again: the deal takes over what is said then.",
            )


def derived(store: Store) -> Iterator[Fault]:
    """Deals whose rows say of themselves what is not so: lists would show them wrongly."""
    for deal_id in deal_ids(store):
        with store.read() as tx:
            row = tx.session.get(DealRow, deal_id)
            said = row and ((row.sought, row.kickoff), row.waits_on)
            meant = row and (told_of(row), standing_of(row))
        if said != meant:
            yield Fault(
                what="A deal is listed by what it does not say.",
                where=(deal_id,),
                advice="Change the deal and change it back: its row is made anew then.",
            )


def loose_ids(store: Store) -> Iterator[Fault]:
    """Ids in rows that are no keys of another table, and that lead nowhere."""
    call = exists().where(CallRow.id == LedgerRow.call_id, CallRow.deal_id == LedgerRow.deal_id)
    promised = select(LedgerRow.deal_id, LedgerRow.claim_id)
    moved = select(RunRow.id).join(CallRow, CallRow.id == RunRow.call_id)
    made = select(ResultRow.deal_id, ResultRow.key).join(CallRow, CallRow.id == ResultRow.call_id)
    queries = {
        "A promise was said on a call that is not of its deal.": promised.where(
            LedgerRow.call_id.is_not(None), ~call
        ),
        "A run is of another deal than its call.": moved.where(CallRow.deal_id != RunRow.deal_id),
        "A result is of another deal than its call.": made.where(
            CallRow.deal_id != ResultRow.deal_id
        ),
    }
    yield from asked(store, queries, advice=_RUN)


def editions(store: Store) -> Iterator[Fault]:
    """Documents of an edition that their deal has not come to."""
    query = select(DocumentRow.deal_id, DocumentRow.edition, DealRow).join(
        DealRow, DealRow.id == DocumentRow.deal_id
    )
    with store.read() as tx:
        found = {
            (deal_id, edition, row.edition)
            for deal_id, edition, row in tx.session.execute(query.distinct())
        }
    for deal_id, edition, here in sorted(found):
        if _parts(edition) > _parts(here):
            yield Fault(
                what="A document is of an edition that its deal has not come to.",
                where=(deal_id, edition),
                advice=_LOST,
            )


def _parts(edition: str) -> tuple[int, ...]:
    return tuple(map(int, edition.split("-")))


def untouched_calls(store: Store) -> Iterator[Fault]:
    """Calls that came with something to work on, and that nobody has ever wanted worked on."""
    has_words = CallRow.recording.is_not(None) | CallRow.transcript.is_not(None)
    has_more = CallRow.upload_id.is_not(None) | CallRow.fetch.is_not(None)
    made = exists().where(ResultRow.call_id == CallRow.id)
    wanted = exists().where(RunRow.call_id == CallRow.id)
    left = select(CallRow.id).where(has_words | has_more, ~made, ~wanted)
    what = "A call was received, and no run was ever wanted of it."
    yield from asked(store, {what: left}, advice="Start a run of the call.")
