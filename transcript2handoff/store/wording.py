"""Where people's words stand in the tables, and how a person is found and put out there.

The tables themselves say it, in ``Column.info``; a table that is added later is looked through
without another line here. Accounts are left out: they belong to somebody as a whole.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Column, ColumnElement, Select, Table, null, or_, select, update

from transcript2handoff.erasure import Eraser, Who
from transcript2handoff.store.tables import Base, UserRow
from transcript2handoff.store.tables.base import PLAIN, PROOF, WORDS
from transcript2handoff.store.tallying import deal_of
from transcript2handoff.store.transaction import Transaction

_LETTERS: Final = re.compile(r"[A-Za-z]{2,}")


@dataclass(frozen=True)
class Place:
    """A column in which people's words stand."""

    column: Column[Any]

    @property
    def table(self) -> Table:
        """Its table."""
        table = self.column.table
        assert isinstance(table, Table)
        return table

    @property
    def name(self) -> str:
        """As it is told."""
        return f"{self.table.name}.{self.column.name}"

    @property
    def is_kept(self) -> bool:
        """Whether words can be put out in it; otherwise its rows go as a whole."""
        return bool(self.column.info[WORDS] != PROOF[WORDS])

    def put_out(self, eraser: Eraser, text: str) -> str:
        """A text of it without the person."""
        if self.column.info[WORDS] == PLAIN[WORDS]:
            return eraser.put_out(text)
        return eraser.put_out_json(text)

    def deal_id(self) -> ColumnElement[Any] | None:
        """Of which deal a row is; none where rows are of no deal."""
        return deal_of(self.table)


def places() -> Iterator[Place]:
    """Every column in which people's words stand, but for accounts."""
    for table in Base.metadata.sorted_tables:
        if table.name != UserRow.__tablename__:
            yield from (Place(column) for column in table.columns if WORDS in column.info)


def deals_with(tx: Transaction, who: Who) -> set[str]:
    """The deals in whose rows a person stands, by a whole name or an address."""
    eraser = Eraser.anywhere(who)
    found: set[str] = set()
    for place in places():
        if (deal := place.deal_id()) is None:
            continue
        query = select(deal, place.column).where(deal.is_not(None), _may_hold(place, who))
        for deal_id, text in tx.session.execute(query.execution_options(yield_per=100)):
            if deal_id not in found and place.put_out(eraser, text) != text:
                found.add(deal_id)
    return found


def put_out(tx: Transaction, who: Who, near: Mapping[str, Eraser]) -> Counter[str]:
    """Put a person out of all rows whose words can be changed; their number, by tables.

    Args:
        tx: the transaction.
        who: the person.
        near: what puts them out in their own deals, by the ids of these.
    """
    anywhere = Eraser.anywhere(who)
    counted: Counter[str] = Counter()
    for place in filter(lambda place: place.is_kept, places()):
        query = _candidates(place, who, near).execution_options(yield_per=100)
        # What may hold a name of letters that no sieve knows is every row that there is.
        changed = [
            (key, told)
            for *key, deal_id, text in tx.session.execute(query)
            if (told := place.put_out(near.get(deal_id, anywhere), text)) != text
        ]
        names = place.table.primary_key.columns
        for key, told in changed:
            which = [column == value for column, value in zip(names, key, strict=True)]
            tx.session.execute(update(place.table).where(*which).values({place.column: told}))
        counted[place.table.name] += len(changed)
    tx.session.expire_all()
    return +counted


def texts_with(
    tx: Transaction, place: Place, who: Who, near: Mapping[str, Eraser]
) -> Iterator[tuple[str | None, str]]:
    """The texts of a place that name a person, each with the deal that it is of.

    Args:
        tx: the transaction.
        place: where they stand.
        who: the person.
        near: what finds them in their own deals, by the ids of these.
    """
    anywhere = Eraser.anywhere(who)
    for *_, deal_id, text in tx.session.execute(_candidates(place, who, near)):
        if place.put_out(near.get(deal_id, anywhere), text) != text:
            yield deal_id, text


def _candidates(place: Place, who: Who, near: Mapping[str, Eraser]) -> Select[*tuple[Any, ...]]:
    deal = place.deal_id()
    key = place.table.primary_key.columns
    wanted = _may_hold(place, who)
    if deal is not None:
        wanted = or_(deal.in_(list(near)), wanted)
    told = null() if deal is None else deal
    return select(*key, told, place.column).where(place.column.is_not(None), wanted)


def _may_hold(place: Place, who: Who) -> ColumnElement[bool]:
    """A first sieve, by letters that are written alike in every spelling and in JSON."""
    sieves = [_longest_letters(text) for text in (*who.names, *who.emails)]
    if not all(sieves):
        return place.column.is_not(None)
    return or_(*(place.column.icontains(letters, autoescape=True) for letters in sieves))


def _longest_letters(text: str) -> str:
    return max(_LETTERS.findall(text), key=len, default="")
