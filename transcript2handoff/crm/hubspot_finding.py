"""Finds deals in HubSpot by words of their names, or of the names of their companies."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from transcript2handoff.crm.client import Errand
from transcript2handoff.crm.found import MOST_FOUND, FoundDeal, Looking, facts_of
from transcript2handoff.crm.hubspot_plan import objects_path
from transcript2handoff.crm.hubspot_reading import (
    Reading,
    company_properties,
    full_name,
    is_primary,
    properties_at,
)
from transcript2handoff.webhooks import FieldMapping

_MOST_COMPANIES: Final = 5
"""Companies whose deals are looked at: as many as a search may have groups of filters."""
_NEWEST: Final = {"propertyName": "hs_lastmodifieddate", "direction": "DESCENDING"}
_OWNER: Final = "hubspot_owner_id"
_Found = dict[str, Any]


class DealFinder:
    """Finds deals, those that were changed last first."""

    def __init__(self, errand: Errand, *, version: str, fields: FieldMapping) -> None:
        self._read = Reading(errand=errand)
        self._version = version
        self._fields = fields

    def find(self, looking: Looking) -> tuple[FoundDeal, ...]:
        """The deals; see ``HubSpot.find_deals``."""
        owners = self._owners(looking.owner_email)
        if looking.owner_email and not owners:
            return ()
        mine = tuple(owners) if looking.owner_email else ()
        found = self._search(looking.line, mine)
        if looking.line and len(found) < MOST_FOUND:
            found |= self._search_by_company(looking.line, mine)
        if not found:
            return ()
        deals = list(found.values())[:MOST_FOUND]
        companies, stages = self._companies([deal["id"] for deal in deals]), self._stages()
        return tuple(
            self._shown(deal, companies.get(deal["id"], {}), owners, stages) for deal in deals
        )

    def _owners(self, email: str | None) -> dict[str, _Found]:
        """The owners of deals by their ids; those alone who have an address, if one is given.

        HubSpot looks for an address as it was written there, and people write it as they like.
        """
        return {
            str(each["id"]): each
            for each in self._read.pages("/crm/v3/owners")
            if not email or str(each.get("email")).lower() == email.lower()
        }

    def _search(self, words: str, owner_ids: Sequence[str]) -> dict[str, _Found]:
        """By id, the deals in whose own texts the words stand."""
        groups = [{"filters": [_is(_OWNER, id_)]} for id_ in owner_ids]
        return self._searched(groups, words)

    def _search_by_company(self, words: str, owner_ids: Sequence[str]) -> dict[str, _Found]:
        """By id, the deals of companies in whose texts the words stand."""
        body = {"query": words, "limit": _MOST_COMPANIES, "properties": ["name"]}
        companies = self._read.post(self._objects("companies/search"), body).get("results", ())
        groups = [
            {"filters": [_is("associations.company", each["id"]), *_of_one(owner_ids)]}
            for each in companies
        ]
        return self._searched(groups) if groups else {}

    def _searched(self, groups: Sequence[object], words: str = "") -> dict[str, _Found]:
        body = {
            "sorts": [_NEWEST],
            "properties": properties_at(self._fields, "properties"),
            "limit": MOST_FOUND,
            **({"query": words} if words else {}),
            **({"filterGroups": groups} if groups else {}),
        }
        page = self._read.post(self._objects("deals/search"), body)
        return {str(each["id"]): each for each in page.get("results", ())}

    def _companies(self, deal_ids: Sequence[str]) -> dict[str, _Found]:
        """The primary company of each deal, or its first."""
        path = "/crm/v4/associations/deals/companies/batch/read"
        linked = self._read.post(path, {"inputs": [{"id": id_} for id_ in deal_ids]})
        of_deal = dict(_first_companies(linked.get("results", ())))
        if not of_deal:
            return {}
        body = {
            "properties": company_properties(self._fields),
            "inputs": [{"id": id_} for id_ in dict.fromkeys(of_deal.values())],
        }
        read = self._read.post(self._objects("companies/batch/read"), body)
        known = {str(each["id"]): each for each in read.get("results", ())}
        return {deal: known[company] for deal, company in of_deal.items() if company in known}

    def _stages(self) -> dict[tuple[str, str], str]:
        """What stages are called, by pipeline and stage."""
        listed = self._read.get_if_there("/crm/v3/pipelines/deals").get("results", ())
        return {
            (str(pipeline["id"]), str(stage["id"])): str(stage["label"])
            for pipeline in listed
            for stage in pipeline.get("stages", ())
        }

    def _shown(
        self,
        deal: _Found,
        company: _Found,
        owners: Mapping[str, _Found],
        stages: Mapping[tuple[str, str], str],
    ) -> FoundDeal:
        properties = deal.get("properties", {})
        owner = owners.get(str(properties.get(_OWNER)), {})
        name = full_name(owner.get("firstName"), owner.get("lastName"))
        record = {**deal, "company": company, "owner": {**owner, "name": name}, "contacts": []}
        facts = facts_of(record, self._fields)
        stage = properties.get("dealstage")
        return FoundDeal(
            external_id=str(deal["id"]),
            name=facts.deal or properties.get("dealname"),
            customer=facts.customer,
            stage=stages.get((str(properties.get("pipeline")), str(stage)), stage),
            amount=facts.amount,
            currency=facts.currency,
            close_date=facts.signed,
            owner_email=owner.get("email"),
            won=str(properties.get("hs_is_closed_won")).lower() == "true",
        )

    def _objects(self, rest: str) -> str:
        return objects_path(self._version, rest)


def _is(name: str, value: object) -> dict[str, str]:
    return {"propertyName": name, "operator": "EQ", "value": str(value)}


def _of_one(owner_ids: Sequence[str]) -> list[dict[str, str]]:
    """An address has one owner; of a second one, which HubSpot does not allow, nothing is lost."""
    return [_is(_OWNER, id_) for id_ in owner_ids[:1]]


def _first_companies(linked: Sequence[_Found]) -> Iterator[tuple[str, str]]:
    for each in linked:
        first = next(iter(sorted(each.get("to", ()), key=lambda to: not is_primary(to))), None)
        if first is not None:
            yield str(each["from"]["id"]), str(first["toObjectId"])
