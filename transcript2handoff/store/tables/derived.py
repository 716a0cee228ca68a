"""What the row of a deal keeps of itself, so that lists can be sorted and searched by it.

It is made anew whenever a row is written: no function of the store has to think of it.
"""

import datetime
import unicodedata
from typing import Final

from sqlalchemy import event, inspect

from transcript2handoff.deal import Deal
from transcript2handoff.store.tables.deals import DealRow
from transcript2handoff.whose_turn import Standing, WhoseTurn, whose_turn

_LONGEST: Final = 400
"""Characters of names that are looked into."""


def plain(text: str) -> str:
    """A text in small letters without accents, with single spaces, for finding and sorting."""
    apart = unicodedata.normalize("NFKD", text.replace("\0", " ")).casefold()
    letters = (each for each in apart if not unicodedata.combining(each))
    return " ".join("".join(letters).split())


def describe(row: DealRow) -> None:
    """Have a row say of itself what its deal says."""
    if (row.sought, row.kickoff) != (told := told_of(row)):
        row.sought, row.kickoff = told


def told_of(row: DealRow) -> tuple[str, datetime.date | None]:
    """What the deal of a row says: its names, to be searched and sorted by, and its kickoff."""
    deal = Deal.model_validate_json(row.deal)
    sought = "\n".join(map(plain, (deal.deal, deal.customer or "")))[:_LONGEST]
    return sought, deal.kickoff


def pass_on(row: DealRow) -> None:
    """Have a row say whose turn it is."""
    row.waits_on = standing_of(row)


def standing_of(row: DealRow) -> WhoseTurn:
    """Whose turn it is, by all that a row says."""
    standing = Standing(
        verdict=row.verdict,
        waits_for=row.waits_for,
        open_questions=row.open_questions,
        decided=row.decided,
        is_untouched=row.edition == row.decided_edition,
    )
    return whose_turn(standing)


@event.listens_for(DealRow, "before_insert")
@event.listens_for(DealRow, "before_update")
def _keep_right(_mapper: object, _connection: object, row: DealRow) -> None:
    if inspect(row).attrs.deal.history.has_changes():
        describe(row)
    pass_on(row)
