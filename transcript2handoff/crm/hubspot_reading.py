"""Reads a deal from HubSpot: its properties, company, owner and contacts."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final
from urllib.parse import quote, urlencode

from pydantic import TypeAdapter, ValidationError

from transcript2handoff.crm.answers import short
from transcript2handoff.crm.client import Errand
from transcript2handoff.crm.hubspot_plan import HubSpotId, objects_path
from transcript2handoff.crm.plans import json_bytes
from transcript2handoff.crm.records import CrmDeal, Request
from transcript2handoff.deal import Participant
from transcript2handoff.errors import (
    CrmGoneError,
    CrmRefusedError,
    CrmSetupError,
    DeliveryFormError,
)
from transcript2handoff.webhooks import DealFacts, FieldMapping, map_fields

DEAL_FIELDS: Final = FieldMapping.model_validate(
    {
        "deal_id": "id",
        "deal": "properties.dealname",
        "signed": "properties.closedate",
        "amount": "properties.amount",
        "currency": "properties.deal_currency_code",
        "customer": "company.properties.name",
        "owners": {"account_executive": "owner.name"},
        "people": [
            {"at": "contacts", "name": "name", "email": "email", "title": "jobtitle"},
            {"at": "owner", "name": "name", "email": "email", "side": "seller"},
        ],
    }
)
"""What HubSpot's own properties are. Others of the deal and of its company may be added."""
_ALWAYS: Final = ("hs_is_closed_won", "dealstage", "pipeline", "hubspot_owner_id")
_OF_CONTACT: Final = ("firstname", "lastname", "email", "jobtitle")
_CERTAIN: Final = ("1", "1.0")
_BATCH: Final = 100
_PAGE: Final = 500
_MOST_PEOPLE: Final = 199
"""With the owner they are as many as the facts of a deal may name."""
_PRIMARY: Final = "Primary"
_DEFINED: Final = "HUBSPOT_DEFINED"


@dataclass(frozen=True, kw_only=True)
class Reading:
    """Requests that read."""

    errand: Errand

    def get(self, path: str, **query: str | int) -> dict[str, Any]:
        """What is at a path."""
        asked = f"{path}?{urlencode(query)}" if query else path
        return self.errand.record(Request(method="GET", path=asked))

    def get_if_there(self, path: str, **query: str | int) -> dict[str, Any]:
        """As ``get``; nothing of what is gone, as of a user who has left."""
        try:
            return self.get(path, **query)
        except CrmGoneError:
            return {}

    def post(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """The answer to a question that is too long for a path."""
        return self.errand.record(Request(method="POST", path=path, body=json_bytes(body)))

    def pages(self, path: str) -> Iterator[dict[str, Any]]:
        """What is listed at a path, page after page."""
        query: dict[str, str | int] = {"limit": _PAGE}
        while True:
            page = self.get(path, **query)
            yield from page.get("results", ())
            after = page.get("paging", {}).get("next", {}).get("after")
            if after is None or after == query.get("after"):
                return
            query["after"] = after


class DealReader:
    """Reads one deal."""

    def __init__(self, errand: Errand, *, version: str, fields: FieldMapping) -> None:
        self._read = Reading(errand=errand)
        self._version = version
        self._fields = fields

    def read(self, deal_id: HubSpotId) -> CrmDeal:
        """The deal; see ``HubSpot.read_deal``."""
        _check_id(deal_id)
        deal = self._read.get(
            self._objects(f"deals/{deal_id}"),
            properties=",".join(properties_at(self._fields, "properties")),
        )
        properties = deal.get("properties", {})
        company = self._company(deal_id)
        owner = self._owner(properties.get("hubspot_owner_id"))
        contact_ids = self._contact_ids(deal_id)
        contacts = list(self._contacts(contact_ids[:_MOST_PEOPLE]))
        record = {**deal, "company": company, "owner": owner, "contacts": contacts}
        return CrmDeal(
            facts=_facts(record, self._fields, left=contact_ids[_MOST_PEOPLE:]),
            won=self._is_won(properties),
            stage=properties.get("dealstage"),
            customer_id=company.get("id"),
            owner_email=owner.get("email"),
            contacts=_people_by_id(contacts),
        )

    def _objects(self, rest: str) -> str:
        return objects_path(self._version, rest)

    def _is_won(self, properties: dict[str, Any]) -> bool:
        """What HubSpot has worked out, or what the stage is worth in its pipeline."""
        worked_out = properties.get("hs_is_closed_won")
        if worked_out not in (None, ""):
            return str(worked_out).lower() == "true"
        pipeline, stage = properties.get("pipeline"), properties.get("dealstage")
        if not (pipeline and stage):
            return False
        path = f"/crm/v3/pipelines/deals/{quote(pipeline, '')}/stages/{quote(stage, '')}"
        meaning = self._read.get_if_there(path).get("metadata", {})
        is_closed = str(meaning.get("isClosed")).lower() == "true"
        return is_closed and str(meaning.get("probability")) in _CERTAIN

    def _company(self, deal_id: str) -> dict[str, Any]:
        """The primary company of the deal, or the first."""
        path = f"/crm/v4/objects/deals/{deal_id}/associations/companies"
        linked = list(islice(self._read.pages(path), _PAGE))
        linked.sort(key=lambda each: not is_primary(each))
        if not linked:
            return {}
        return self._read.get_if_there(
            self._objects(f"companies/{linked[0]['toObjectId']}"),
            properties=",".join(company_properties(self._fields)),
        )

    def _owner(self, owner_id: str | None) -> dict[str, Any]:
        if not owner_id:
            return {}
        owner = self._read.get_if_there(f"/crm/v3/owners/{quote(str(owner_id), '')}")
        return {**owner, "name": full_name(owner.get("firstName"), owner.get("lastName"))}

    def _contact_ids(self, deal_id: str) -> list[str]:
        path = f"/crm/v4/objects/deals/{deal_id}/associations/contacts"
        ids = (str(each["toObjectId"]) for each in self._read.pages(path))
        return list(dict.fromkeys(ids))

    def _contacts(self, ids: Sequence[str]) -> Iterator[dict[str, Any]]:
        """The contacts, in the order of their ids; those deleted meanwhile are left out."""
        for start in range(0, len(ids), _BATCH):
            some = ids[start : start + _BATCH]
            body = {
                "properties": list(_OF_CONTACT),
                "inputs": [{"id": each} for each in some],
            }
            answer = self._read.post(self._objects("contacts/batch/read"), body)
            _check_missing(answer)
            found = {each["id"]: each["properties"] for each in answer.get("results", ())}
            for each in (each for each in some if each in found):
                person = found[each]
                name = full_name(person.get("firstname"), person.get("lastname"))
                yield {**person, "id": each, "name": name or person.get("email")}


def properties_at(fields: FieldMapping, *at: str) -> list[str]:
    """Names of the properties that the mapping reads at a place."""
    paths = [path for _, path in fields.plain()] + list(fields.owners.values())
    named = [path[len(at)] for path in paths if path[: len(at)] == at and len(path) > len(at)]
    return list(dict.fromkeys([*named, *(_ALWAYS if at == ("properties",) else ())]))


def company_properties(fields: FieldMapping) -> list[str]:
    """Names of the properties that the mapping reads of a company."""
    return properties_at(fields, "company", "properties") or ["name"]


def default_kind(errand: Errand, here: str, there: str) -> int:
    """The id of the association between two kinds of objects that has no label."""
    path = f"/crm/v4/associations/{here}/{there}/labels"
    for each in errand.record(Request(method="GET", path=path)).get("results", ()):
        if each.get("category") == _DEFINED and each.get("label") is None:
            return int(each["typeId"])
    raise CrmSetupError(f"HubSpot names no association between {here} and {there}.")


def _facts(record: dict[str, Any], fields: FieldMapping, *, left: Sequence[str]) -> DealFacts:
    try:
        facts = map_fields(record, fields)
    except DeliveryFormError as error:
        raise CrmRefusedError(f"The deal in HubSpot cannot be read. {error}") from error
    if not left:
        return facts
    missing = (*facts.missing, f"people: {len(left)} contacts more than can be read")
    return facts.model_copy(update={"missing": missing})


def _check_missing(answer: dict[str, Any]) -> None:
    """Of a batch some may be deleted; what else is wrong with some of it is wrong with the deal."""
    for error in answer.get("errors", ()):
        if error.get("category") != "OBJECT_NOT_FOUND":
            raise CrmRefusedError(
                f"HubSpot gives only some of the contacts: {short(error.get('message'))}"
            )


def _people_by_id(contacts: Sequence[dict[str, Any]]) -> dict[str, Participant]:
    """Those who have a name; the others are nobody of whom something could be known here."""
    return {
        each["id"]: Participant(name=each["name"], side="customer", email=each["email"] or None)
        for each in contacts
        if (each["name"] or "").strip()
    }


def _check_id(deal_id: str) -> None:
    try:
        TypeAdapter(HubSpotId).validate_python(deal_id)
    except ValidationError:
        raise CrmRefusedError("The id of a HubSpot deal is a number.") from None


def is_primary(linked: Mapping[str, Any]) -> bool:
    """Whether a company is the first of those that a deal belongs to."""
    return any(each.get("label") == _PRIMARY for each in linked.get("associationTypes", ()))


def full_name(*parts: str | None) -> str:
    """The parts of a name that there are, as one."""
    return " ".join(part for part in parts if part)
