"""Which deals are won, and when they were changed: for those of which no message came."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Final

from transcript2handoff.crm.client import Errand
from transcript2handoff.crm.hubspot_plan import objects_path
from transcript2handoff.crm.plans import json_bytes
from transcript2handoff.crm.records import Request
from transcript2handoff.deal import Record

_CHANGED: Final = "hs_lastmodifieddate"
_PAGE: Final = 100
_MOST: Final = 10_000
"""Deals that HubSpot finds at most, and that are asked of Salesforce."""


class WonDeal(Record):
    """A deal that counts as won, and the moment of its last change as the CRM writes it."""

    deal_id: str
    changed: str


def won_query(since: datetime) -> str:
    """SOQL for the opportunities that are won and were changed since a moment, oldest first."""
    moment = since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return (
        "SELECT Id, SystemModstamp FROM Opportunity WHERE IsWon = true "  # noqa: S608 - a moment
        f"AND SystemModstamp >= {moment} ORDER BY SystemModstamp"
    )


def won_in_salesforce(records: Iterator[dict[str, Any]]) -> tuple[WonDeal, ...]:
    """The opportunities that such a query has found."""
    found = ((str(each.get("Id")), str(each.get("SystemModstamp"))) for each in records)
    return tuple(WonDeal(deal_id=id_, changed=changed) for id_, changed in found)[:_MOST]


def won_in_hubspot(errand: Errand, since: datetime, *, version: str) -> tuple[WonDeal, ...]:
    """The deals that are won and were changed since a moment, oldest first.

    Raises:
        CrmError: they cannot be read.
    """
    return tuple(
        WonDeal(deal_id=str(each["id"]), changed=str(each["properties"].get(_CHANGED)))
        for each in _found(errand, since, version)
    )


def _found(errand: Errand, since: datetime, version: str) -> Iterator[dict[str, Any]]:
    path = objects_path(version, "deals/search")
    after = 0
    while after < _MOST:
        body = {**_question(since), "limit": _PAGE, "after": str(after)}
        page = errand.record(Request(method="POST", path=path, body=json_bytes(body)))
        yield from page.get("results", ())
        further = page.get("paging", {}).get("next", {}).get("after")
        if further is None or int(further) <= after:
            return
        after = int(further)


def _question(since: datetime) -> dict[str, Any]:
    won = {"propertyName": "hs_is_closed_won", "operator": "EQ", "value": "true"}
    moment = str(int(since.timestamp() * 1000))
    changed = {"propertyName": _CHANGED, "operator": "GTE", "value": moment}
    return {
        "filterGroups": [{"filters": [won, changed]}],
        "sorts": [{"propertyName": _CHANGED, "direction": "ASCENDING"}],
        "properties": [_CHANGED],
    }
