"""Finds opportunities in Salesforce by words of their names, or of the names of their accounts."""

from collections.abc import Iterator
from typing import Any, Final

from transcript2handoff.crm.client import Errand
from transcript2handoff.crm.found import MOST_FOUND, FoundDeal, Looking, facts_of
from transcript2handoff.crm.salesforce_reading import asked_of, queried
from transcript2handoff.webhooks import FieldMapping

_MOST_WORDS: Final = 8
_ESCAPED: Final = str.maketrans({"'": r"\'", "%": r"\%", "_": r"\_", "\\": "_"})
"""For LIKE. A backslash is looked for as any one character: escaped twice, no two versions of
SOQL agree on it."""
_QUOTED: Final = str.maketrans({"'": r"\'", "\\": r"\\"})


def find_opportunities(
    errand: Errand, looking: Looking, *, version: str, fields: FieldMapping
) -> tuple[FoundDeal, ...]:
    """The opportunities; see ``Salesforce.find_deals``."""
    found = queried(errand, finding_query(looking, fields), version=version)
    return tuple(_shown(record, fields) for record in found)


def finding_query(looking: Looking, fields: FieldMapping) -> str:
    """SOQL for the opportunities that are looked for, those that were changed last first.

    Raises:
        CrmSetupError: the mapping names something that is no field.
    """
    wanted = " AND ".join(_conditions(looking))
    where = f"WHERE {wanted} " if wanted else ""
    return (
        f"SELECT {', '.join(asked_of(fields))} FROM Opportunity {where}"  # noqa: S608 - escaped
        f"ORDER BY LastModifiedDate DESC LIMIT {MOST_FOUND}"
    )


def _conditions(looking: Looking) -> Iterator[str]:
    for word in looking.line.split()[:_MOST_WORDS]:
        told = word.translate(_ESCAPED)
        yield f"(Name LIKE '%{told}%' OR Account.Name LIKE '%{told}%')"
    if looking.owner_email:
        yield f"Owner.Email = '{looking.owner_email.translate(_QUOTED)}'"


def _shown(record: dict[str, Any], fields: FieldMapping) -> FoundDeal:
    facts = facts_of({**record, "contacts": []}, fields)
    owner = record.get("Owner") or {}
    return FoundDeal(
        external_id=str(record["Id"]),
        name=facts.deal or record.get("Name"),
        customer=facts.customer,
        stage=record.get("StageName"),
        amount=facts.amount,
        currency=facts.currency,
        close_date=facts.signed,
        owner_email=owner.get("Email"),
        won=record.get("IsWon") is True,
    )
