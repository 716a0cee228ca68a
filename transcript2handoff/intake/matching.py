"""To which deal a recording belongs, as far as topic and host tell: to one for certain, or none.

A deal that is not certain is no deal: a call in the wrong one would tell its customer's words to
others.
"""

import re
from collections.abc import Iterable
from typing import Final

from transcript2handoff.deal import Deal
from transcript2handoff.speakers.people import word_set
from transcript2handoff.store.deals import DealRecord
from transcript2handoff.store.users import UserRecord

_WORD: Final = re.compile(r"[^\W_]+(?:['’&][^\W_]+)*")
_LEGAL: Final = word_set(
    """
    ltd limited inc incorporated llc llp plc corp corporation co company gmbh mbh ag se kg kgaa ug
    ohg ev sa sas sarl srl spa bv nv ab as asa aps oy oyj pty
    """
)
"""Words at the end of a name that people leave out when they name a meeting."""
_SHORTEST: Final = 3
"""Letters of a name that may stand in a topic by chance otherwise."""


def certain(
    found: Iterable[DealRecord], *, topic: str | None, host: UserRecord | None, email: str | None
) -> DealRecord | None:
    """The one deal whose account executive is the host, and which the topic names.

    Args:
        found: deals to choose from.
        topic: what the meeting was called.
        host: the account of whoever held it.
        email: of whoever held it.
    """
    fitting = [
        each for each in found if _is_theirs(each, host, email) and is_named(each.deal, topic or "")
    ]
    return fitting[0] if len(fitting) == 1 else None


def is_named(deal: Deal, topic: str) -> bool:
    """Whether a topic holds the customer's name or the deal's own, as whole words."""
    said = _words(topic)
    names = [deal.customer or "", "" if deal.deal == Deal().deal else deal.deal]
    return any(_stands_in(_without_form(_words(name)), said) for name in names)


def _is_theirs(record: DealRecord, host: UserRecord | None, email: str | None) -> bool:
    """Whether the host is the account executive: by account, or as the CRM names them."""
    if host is not None and record.ae_id is not None:
        return record.ae_id == host.id
    owner = record.deal.owners.get("account_executive")
    return email is not None and any(
        person.side == "seller"
        and (person.email or "").lower() == email.lower()
        and owner in (None, person.name)
        for person in record.deal.participants
    )


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.casefold() for word in _WORD.findall(text))


def _without_form(name: tuple[str, ...]) -> tuple[str, ...]:
    kept = list(name)
    while len(kept) > 1 and kept[-1] in _LEGAL:
        kept.pop()
    return tuple(kept)


def _stands_in(name: tuple[str, ...], said: tuple[str, ...]) -> bool:
    if len("".join(name)) < _SHORTEST:
        return False
    return any(said[start : start + len(name)] == name for start in range(len(said)))
