"""All that the store holds on a person, wherever it stands, for the person themselves.

They are found as an erasure finds them: what would go is what is told.
"""

import json
from collections.abc import Collection, Iterator
from typing import Any

from sqlalchemy import or_, select

from transcript2handoff.deal import Call, Deal, Participant
from transcript2handoff.erasure import Eraser, Who, spoken_turns
from transcript2handoff.store import handoffs, tracing, wording
from transcript2handoff.store.gathered import (
    Account,
    CallPart,
    DealPart,
    DeedPart,
    Gathered,
    TextPart,
    TurnPart,
)
from transcript2handoff.store.tables import (
    AuditRow,
    CallRow,
    ContactRow,
    DealRow,
    KeyRow,
    UserRow,
    ViewRow,
)
from transcript2handoff.store.tracing import Reader, Trace
from transcript2handoff.store.transaction import Transaction
from transcript2handoff.transcript import Turn


def of_person(tx: Transaction, who: Who, *, reader: Reader = tracing.native) -> Gathered:
    """Everything on a person; it reads all transcripts.

    Args:
        tx: a transaction that reads.
        who: the person.
        reader: reads transcripts of other tools.

    Raises:
        StoreUnreachableError: the store cannot be read.
    """
    heard_of = select(CallRow.deal_id).where(CallRow.id.in_(tracing.heard(tx, who)))
    found = wording.deals_with(tx, who)
    query = select(DealRow).where(or_(DealRow.id.in_(found), DealRow.id.in_(heard_of)))
    rows = list(tx.session.scalars(query.order_by(DealRow.created, DealRow.id)))
    known = tracing.names_of(rows, who)
    traces = {row.id: Trace.of(known, Deal.model_validate_json(row.deal)) for row in rows}
    calls = tuple(part for row in rows for part in _calls(tx, row, traces[row.id], reader))
    accounts = tuple(_accounts(tx, known))
    spoken = {(part.deal_id, part.ref): {turn.n for turn in part.spoken} for part in calls}
    return Gathered(
        asked_for=who,
        known_as=known,
        accounts=accounts,
        contacts=tuple(_contacts(tx, known)),
        deals=tuple(_deal(row, traces[row.id]) for row in rows),
        calls=calls,
        claims=tuple(each for row in rows for each in _claims(tx, row, traces[row.id], spoken)),
        texts=tuple(_texts(tx, known, traces)),
        deeds=tuple(_deeds(tx, [each.id for each in accounts])),
    )


def _deal(row: DealRow, trace: Trace) -> DealPart:
    deal = Deal.model_validate_json(row.deal)
    people = tuple(each for each in deal.participants if tracing.is_them(each, trace.who))
    return DealPart(id=row.id, name=deal.deal, customer=deal.customer, participants=people)


def _calls(tx: Transaction, row: DealRow, trace: Trace, reader: Reader) -> Iterator[CallPart]:
    for each in tracing.touched(tx, row, trace):
        call = Call.model_validate_json(each.call)
        transcript = tracing.corrected(tx, each, reader)
        spoken = spoken_turns(transcript, trace.who) if transcript else frozenset()
        turns = transcript.turns if transcript else ()
        yield CallPart(
            id=each.id,
            deal_id=row.id,
            ref=each.ref,
            date=call.date,
            consent=call.consent,
            invited=any(map(trace.who.is_name, call.attendees)),
            spoken=tuple(_turn(turn) for turn in turns if turn.n in spoken),
            named=tuple(
                _turn(turn)
                for turn in turns
                if turn.n not in spoken and trace.eraser.names_them(turn.text)
            ),
            playback=each.playback,
        )


def _turn(turn: Turn) -> TurnPart:
    return TurnPart(n=turn.n, start=turn.start, end=turn.end, text=turn.text)


def _claims(
    tx: Transaction, row: DealRow, trace: Trace, spoken: dict[tuple[str, str], set[int]]
) -> Iterator[dict[str, Any]]:
    newest = handoffs.newest(tx, row.id)
    for claim in handoffs.claims_in(json.loads(newest.text)) if newest else ():
        by_them = any(
            each.get("turn") in spoken.get((row.id, each.get("call_id")), ())
            for each in claim["evidence"]
        )
        if by_them or trace.eraser.json_names_them(json.dumps(claim, ensure_ascii=False)):
            yield {"deal_id": row.id, **claim}


def _accounts(tx: Transaction, who: Who) -> Iterator[Account]:
    for row in tx.session.scalars(select(UserRow).order_by(UserRow.created)):
        if who.is_email(row.email):
            keys = select(KeyRow.name).where(KeyRow.user_id == row.id)
            views = select(ViewRow.name).where(ViewRow.user_id == row.id)
            yield Account(
                id=row.id,
                created=row.created,
                name=row.name,
                email=row.email,
                role=row.role,
                disabled=row.disabled,
                keys=tuple(tx.session.scalars(keys)),
                views=tuple(tx.session.scalars(views)),
            )


def _contacts(tx: Transaction, who: Who) -> Iterator[Participant]:
    eraser = Eraser.anywhere(who)
    for row in tx.session.scalars(select(ContactRow)):
        if who.is_email(row.email) or eraser.names_them(row.name):
            yield Participant(name=row.name, email=row.email, side="customer")


def _texts(tx: Transaction, who: Who, traces: dict[str, Trace]) -> Iterator[TextPart]:
    """Texts of rows; what calls and briefs hold is told as calls and claims."""
    near = {deal_id: trace.eraser for deal_id, trace in traces.items()}
    for place in wording.places():
        if place.is_kept and place.table.name not in ("calls", "deals", "contacts"):
            for deal_id, text in wording.texts_with(tx, place, who, near):
                yield TextPart(where=place.name, deal_id=deal_id, text=text)


def _deeds(tx: Transaction, accounts: Collection[str]) -> Iterator[DeedPart]:
    keys = select(KeyRow.id).where(KeyRow.user_id.in_(accounts))
    ids = [*accounts, *tx.session.scalars(keys)]
    query = select(AuditRow).where(or_(AuditRow.actor.in_(ids), AuditRow.subject.in_(ids)))
    for row in tx.session.scalars(query.order_by(AuditRow.number)):
        yield DeedPart.model_validate({name: getattr(row, name) for name in DeedPart.model_fields})
