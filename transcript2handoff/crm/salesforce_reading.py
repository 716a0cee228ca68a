"""Reads an opportunity from Salesforce: its fields, account, owner and contacts."""

import re
from collections.abc import Iterable, Iterator
from typing import Any, Final
from urllib.parse import urlencode

from pydantic import JsonValue, TypeAdapter, ValidationError

from transcript2handoff.crm.client import Errand
from transcript2handoff.crm.records import CrmDeal, Request
from transcript2handoff.crm.salesforce_plan import SalesforceId
from transcript2handoff.errors import (
    CrmGoneError,
    CrmRefusedError,
    CrmSetupError,
    DeliveryFormError,
)
from transcript2handoff.webhooks import FieldMapping, map_fields

OPPORTUNITY_FIELDS: Final = FieldMapping.model_validate(
    {
        "deal_id": "Id",
        "deal": "Name",
        "signed": "CloseDate",
        "amount": "Amount",
        "customer": "Account.Name",
        "owners": {"account_executive": "Owner.Name"},
        "people": [
            {"at": "contacts", "name": "Name", "email": "Email", "title": "Title"},
            {
                "at": "Owner",
                "name": "Name",
                "email": "Email",
                "title": "Title",
                "side": "seller",
            },
        ],
    }
)
"""What Salesforce's own fields are. Others may be added: ``currency`` is ``CurrencyIsoCode`` where
an organisation has several currencies."""
_ALWAYS: Final = (
    "Id", "IsWon", "StageName", "AccountId", "Owner.Name", "Owner.Email", "Owner.Title"
)  # fmt: skip
_MOST_PEOPLE: Final = 199
"""With the owner they are as many as the facts of a deal may name."""
_FIELD: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]*(\.[A-Za-z][A-Za-z0-9_]*)*")


class OpportunityReader:
    """Reads one opportunity."""

    def __init__(self, errand: Errand, *, version: str, fields: FieldMapping) -> None:
        self._errand = errand
        self._version = version
        self._fields = fields

    def read(self, opportunity_id: SalesforceId) -> CrmDeal:
        """The opportunity; see ``Salesforce.read_deal``."""
        _check_id(opportunity_id)
        found = list(
            self._query(_soql(asked_of(self._fields), "Opportunity", where=("Id", opportunity_id)))
        )
        if not found:
            raise CrmGoneError(
                f"Salesforce has no opportunity {opportunity_id}, or its user may not see it."
            )
        record, people = found[0], self._people(opportunity_id)
        owner = record.get("Owner") or {}
        try:
            facts = map_fields({**record, "contacts": people[:_MOST_PEOPLE]}, self._fields)
        except DeliveryFormError as error:
            raise CrmRefusedError(f"The opportunity cannot be read. {error}") from error
        if left := people[_MOST_PEOPLE:]:
            missing = (*facts.missing, f"people: {len(left)} contacts more than can be read")
            facts = facts.model_copy(update={"missing": missing})
        return CrmDeal(
            facts=facts,
            won=record.get("IsWon") is True,
            stage=record.get("StageName"),
            customer_id=record.get("AccountId"),
            owner_email=owner.get("Email"),
        )

    def _people(self, opportunity_id: str) -> list[JsonValue]:
        """The contacts with a role, the primary one first, each once."""
        roles = self._query(
            _soql(
                ("ContactId", "Contact.Name", "Contact.Email", "Contact.Title"),
                "OpportunityContactRole",
                where=("OpportunityId", opportunity_id),
            )
            + " ORDER BY IsPrimary DESC, CreatedDate ASC"
        )
        people = {role["ContactId"]: role["Contact"] for role in roles if role.get("Contact")}
        return list(people.values())

    def _query(self, soql: str) -> Iterator[dict[str, Any]]:
        return queried(self._errand, soql, version=self._version)


def asked_of(fields: FieldMapping) -> list[str]:
    """The fields that are asked of an opportunity: names, and nothing else a mapping might hold.

    Raises:
        CrmSetupError: the mapping names something that is no field.
    """
    paths = [path for _, path in fields.plain()] + list(fields.owners.values())
    names = list(dict.fromkeys([*map(".".join, paths), *_ALWAYS]))
    for name in names:
        if not _FIELD.fullmatch(name):
            raise CrmSetupError(f"{name!r} in the field mapping is no field of Salesforce.")
    return names


def queried(errand: Errand, soql: str, *, version: str) -> Iterator[dict[str, Any]]:
    """All records that a query finds.

    Raises:
        CrmError: from the iterator, if they cannot be read.
    """
    path = f"/services/data/{version}/query"
    asked = f"{path}?{urlencode({'q': soql})}"
    while asked:
        page = errand.record(Request(method="GET", path=asked))
        yield from page.get("records", ())
        asked = page.get("nextRecordsUrl") or ""
        if asked and not asked.startswith(f"{path}/"):
            # The token goes to no other place than that which was configured.
            raise errand.client.broken("names a further page at another address")


def _soql(fields: Iterable[str], source: str, *, where: tuple[str, str]) -> str:
    """A query; its names and its id were checked, for SOQL takes no parameters."""
    name, value = where
    return f"SELECT {', '.join(fields)} FROM {source} WHERE {name} = '{value}'"  # noqa: S608


def _check_id(opportunity_id: str) -> None:
    try:
        TypeAdapter(SalesforceId).validate_python(opportunity_id)
    except ValidationError:
        raise CrmRefusedError("The id of an opportunity has 15 or 18 characters.") from None
