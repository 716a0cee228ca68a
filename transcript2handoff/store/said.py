"""What was said on all calls, turn by turn, to be searched in.

Which words a text has is decided by ``wanted``, and not by the databases: both find the same.
"""

import datetime
import itertools
from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, cast, column, delete, exists, select, table, text
from sqlalchemy.dialects.postgresql import TSQUERY

from transcript2handoff.deal import Call, Deal, Record, Side
from transcript2handoff.erasure import Eraser
from transcript2handoff.store import deals
from transcript2handoff.store.paging import Key, Order, Page, Window, in_order
from transcript2handoff.store.tables import CallRow, DealRow, ResultRow, SaidRow
from transcript2handoff.store.tables.reading import INDEX_TABLE
from transcript2handoff.store.tracing import TRANSCRIPT
from transcript2handoff.store.transaction import Transaction, add_all, the_row
from transcript2handoff.store.wanted import Part, Phrase, parts_of, phrases_of, spans_of, words_of
from transcript2handoff.transcript import Transcript, Turn

_LAST_WORD: Final = 16000
"""Of a turn that is found; PostgreSQL counts no further."""
_PHRASE: Final = 40
"""Words by which it is tried whether a turn is found."""
_INDEX: Final = table(INDEX_TABLE, column("rowid"), column(INDEX_TABLE))
_ORDER: Final = Order(
    name="said",
    keys=(
        Key(column=CallRow.created.expression, kind=datetime.datetime, falling=True),
        Key(column=CallRow.id.expression, kind=str, falling=True),
        Key(column=SaidRow.turn.expression, kind=int),
    ),
)


class Hit(Record):
    """A turn in which everything stands that was looked for."""

    deal_id: str
    deal_name: str
    call_id: str
    ref: str
    """The id of the call inside of its deal."""
    date: datetime.date | None
    """Of the call."""
    turn: int
    speaker: str | None
    """By name, or by a stand-in."""
    side: Side | None
    start: float | None
    """Seconds."""
    parts: tuple[Part, ...]
    """Its text, or as much of it as shows the first match."""


def put(
    tx: Transaction, call_id: str, transcript: Transcript, *, digest: str | None = None
) -> None:
    """Have a call be searched in by this transcript.

    Args:
        tx: the transaction.
        call_id: the call.
        transcript: as it stands now.
        digest: of its blob, by which ``is_of`` knows it again.

    Raises:
        StoreGoneError: there is no such call.
    """
    row = the_row(tx, CallRow, call_id, hold=True)
    drop(tx, call_id)
    rows = [_told(transcript, turn) for turn in transcript.turns]
    add_all(tx, SaidRow, [{"call_id": call_id, **row} for row in rows])
    row.said = digest
    tx.session.flush()


def _told(transcript: Transcript, turn: Turn) -> dict[str, Any]:
    speaker = transcript.speaker(turn.speaker)
    return {
        "turn": turn.n,
        "speaker": None if speaker is None else speaker.label,
        "side": None if speaker is None else speaker.side,
        "start": turn.start,
        # PostgreSQL takes none of these.
        "text": turn.text.replace("\0", " "),
        "words": [place.word for place in itertools.islice(words_of(turn.text), _LAST_WORD)],
    }


def drop(tx: Transaction, call_id: str) -> None:
    """Have a call not be searched in."""
    tx.session.execute(delete(SaidRow).where(SaidRow.call_id == call_id))
    row = tx.session.get(CallRow, call_id)
    if row is not None:
        row.said = None
    tx.session.flush()


def is_of(tx: Transaction, call_id: str, digest: str) -> bool:
    """Whether a call is searched in by the transcript with this digest."""
    return tx.session.scalar(select(CallRow.said).where(CallRow.id == call_id)) == digest


def digest_of(tx: Transaction, call_id: str) -> str | None:
    """The digest of the transcript that a call is searched in by, as far as it is known."""
    return tx.session.scalar(select(CallRow.said).where(CallRow.id == call_id))


def left_out(tx: Transaction, call_id: str, transcript: Transcript) -> tuple[int, ...]:
    """The turns that are not searched as a transcript has them; those, too, that it has not.

    Args:
        tx: the transaction.
        call_id: of the call.
        transcript: by which it should be searched.
    """
    query = select(SaidRow).where(SaidRow.call_id == call_id)
    there = {row.turn: row for row in tx.session.scalars(query)}
    meant = {turn.n: _told(transcript, turn) for turn in transcript.turns}
    odd = set(there) ^ set(meant)
    for turn, told in meant.items():
        row = there.get(turn)
        if row is not None and not _is_told(tx, row, told):
            odd.add(turn)
    return tuple(sorted(odd))


def _is_told(tx: Transaction, row: SaidRow, told: dict[str, Any]) -> bool:
    """Whether a row says what is told, and is found by the first of its words."""
    shown = {name: getattr(row, name) for name in told if name != "words"}
    if shown != {name: value for name, value in told.items() if name != "words"}:
        return False
    words = tuple(told["words"][:_PHRASE])
    if not words:
        return True
    found = select(SaidRow.id).where(SaidRow.id == row.id)
    asked = found.where(_holds(tx, [Phrase(words=words, is_begun=False)]))
    return tx.session.scalar(asked) is not None


def is_searched(tx: Transaction, call_id: str) -> bool:
    """Whether a call is searched in by any transcript."""
    return tx.session.scalar(select(CallRow.said).where(CallRow.id == call_id)) is not None


def missing(tx: Transaction) -> tuple[str, ...]:
    """The calls of which a transcript was made that they are not searched in by, newest first."""
    made = exists().where(ResultRow.call_id == CallRow.id, ResultRow.name == TRANSCRIPT)
    query = select(CallRow.id).where(CallRow.said.is_(None), made)
    return tuple(tx.session.scalars(query.order_by(CallRow.created.desc(), CallRow.id)))


def drop_naming(tx: Transaction, deal_id: str, eraser: Eraser) -> None:
    """Have no call of a deal be searched in while its words name a person."""
    query = (
        select(SaidRow.call_id, SaidRow.text)
        .join(CallRow, CallRow.id == SaidRow.call_id)
        .where(CallRow.deal_id == deal_id)
    )
    naming = {call_id for call_id, told in tx.session.execute(query) if eraser.names_them(told)}
    for call_id in naming:
        drop(tx, call_id)


def settle(tx: Transaction) -> None:
    """Have no index hold words of rows that are gone; best after all of an erasure."""
    if tx.session.get_bind().dialect.name == "sqlite":
        # Words of rows that are gone stay in it until its parts are made one; the pages that this
        # frees are overwritten.
        name = INDEX_TABLE
        tx.session.execute(text(f"INSERT INTO {name} ({name}) VALUES ('optimize')"))  # noqa: S608


class SaidFilter(Record):
    """Where somebody looks; a field that is not named leaves out nothing."""

    deal_id: str | None = None
    side: Side | None = None
    """Of who said it."""


EVERYWHERE: Final = SaidFilter()


def search(
    tx: Transaction,
    wanted: str,
    window: Window,
    *,
    seen_by: str | None = None,
    only: SaidFilter = EVERYWHERE,
) -> Page[Hit]:
    """Turns in which every word stands that somebody looks for, those of the newest call first.

    Args:
        tx: the transaction.
        wanted: words, and phrases in quotes; the last word may be begun. Whatever else it holds
            does not count, and where there is no word in it, nothing is found.
        window: which part of the list.
        seen_by: the id of a user: only deals that have them as account executive or as customer
            success manager.
        only: where to look.

    Raises:
        InputError: the cursor is none of this list.
    """
    phrases = phrases_of(wanted)
    if not phrases:
        return Page(items=(), after=None)
    query = (
        select(SaidRow.id)
        .join(CallRow, CallRow.id == SaidRow.call_id)
        .join(DealRow, DealRow.id == CallRow.deal_id)
        .where(_holds(tx, phrases))
    )
    if seen_by is not None:
        query = query.where(deals.seen(seen_by))
    if only.deal_id is not None:
        query = query.where(CallRow.deal_id == only.deal_id)
    if only.side is not None:
        query = query.where(SaidRow.side == only.side)
    rows, after = in_order(tx, query, _ORDER, window=window)
    return Page(items=_hits(tx, [row_id for (row_id,) in rows], phrases), after=after)


def _hits(tx: Transaction, ids: Sequence[int], phrases: Sequence[Phrase]) -> tuple[Hit, ...]:
    """The turns of a page; read by themselves, for sorting all with all that they hold is slow."""
    query = (
        select(SaidRow, CallRow, DealRow.deal)
        .join(CallRow, CallRow.id == SaidRow.call_id)
        .join(DealRow, DealRow.id == CallRow.deal_id)
        .where(SaidRow.id.in_(ids))
    )
    found = {
        said.id: _hit(said, call, deal, phrases) for said, call, deal in tx.session.execute(query)
    }
    return tuple(found[one] for one in ids if one in found)


def _holds(tx: Transaction, phrases: Sequence[Phrase]) -> ColumnElement[bool]:
    """That all of it stands in a turn, as the database is asked for that."""
    if tx.session.get_bind().dialect.name == "postgresql":
        asked = " & ".join(map(_of_postgresql, phrases))
        return SaidRow.words.op("@@")(cast(asked, TSQUERY))
    asked = " AND ".join(map(_of_sqlite, phrases))
    found = select(_INDEX.c.rowid).where(_INDEX.c[INDEX_TABLE].op("MATCH")(asked))
    return SaidRow.id.in_(found)


def _of_postgresql(phrase: Phrase) -> str:
    told = " <-> ".join(f"'{word}'" for word in phrase.words)
    return f"({told}{':*' if phrase.is_begun else ''})"


def _of_sqlite(phrase: Phrase) -> str:
    return f'"{" ".join(phrase.words)}"{"*" if phrase.is_begun else ""}'


def _hit(said: SaidRow, call: CallRow, deal: str, phrases: Sequence[Phrase]) -> Hit:
    return Hit(
        deal_id=call.deal_id,
        deal_name=Deal.model_validate_json(deal).deal,
        call_id=call.id,
        ref=call.ref,
        date=Call.model_validate_json(call.call).date,
        turn=said.turn,
        speaker=said.speaker,
        side=said.side,
        start=said.start,
        parts=tuple(parts_of(said.text, spans_of(said.text, phrases))),
    )
