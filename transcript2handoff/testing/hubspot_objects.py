"""The records of a fake HubSpot account, and how they are linked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Final

from transcript2handoff.testing.hubspot_rules import (
    ASSOCIATIONS,
    MOST_IN_BATCH,
    STANDARD,
    HubSpotRefused,
    check_properties,
    invalid,
    not_found,
    taken,
)
from transcript2handoff.testing.hubspot_search import check_search, fits, sorted_by
from transcript2handoff.testing.model_replies import Reply, json_reply

CUSTOM: Final[Mapping[str, Mapping[str, str]]] = {
    "notes": {"handoff_key": "string"},
    "tasks": {"handoff_key": "string"},
    "deals": {
        "handoff_score": "number",
        "handoff_readiness": "string",
        "handoff_tags": "string",
        "handoff_link": "string",
    },
}
"""The custom properties that docs/crm.md asks for, with their types."""
_REQUIRED: Final = {"notes": "hs_timestamp", "tasks": "hs_timestamp"}
MOST_LINKS_IN_BATCH: Final = 1000
_FIRST_ID: Final = 9_000_000_001


@dataclass(eq=False, kw_only=True)
class HubSpotRecord:
    """A record: its properties, and the ids it is linked to by kind, the primary one first."""

    kind: str
    id: str
    properties: dict[str, str | None] = field(default_factory=dict)
    links: dict[str, list[str]] = field(default_factory=dict)

    def shown(self, wanted: Sequence[str]) -> dict[str, Any]:
        """It as an answer; properties that are not asked for are not there."""
        properties = {name: self.properties.get(name) for name in wanted if name}
        return {
            "id": self.id,
            "properties": {**properties, "hs_object_id": self.id},
            "createdAt": "2026-11-20T10:00:00.000Z",
            "updatedAt": "2026-11-20T10:00:00.000Z",
            "archived": False,
        }


@dataclass(eq=False, kw_only=True)
class HubSpotObjects:
    """All records; ``custom`` are properties that the account has made, ``unique`` of them."""

    custom: Mapping[str, Mapping[str, str]] = field(default_factory=lambda: CUSTOM)
    unique: Mapping[str, str] = field(
        default_factory=lambda: {"notes": "handoff_key", "tasks": "handoff_key"}
    )
    page: int = 500
    """Links on one page at most, whatever is asked for."""
    _records: dict[str, dict[str, HubSpotRecord]] = field(default_factory=dict, init=False)
    _ids: "count[int]" = field(default_factory=lambda: count(_FIRST_ID), init=False)

    def add(self, kind: str, id_: str, /, **properties: str) -> HubSpotRecord:
        """Put a record into the account."""
        record = HubSpotRecord(kind=kind, id=id_, properties=dict(properties))
        self._records.setdefault(kind, {})[id_] = record
        return record

    def all(self, kind: str) -> list[HubSpotRecord]:
        """All records of a kind, the oldest first."""
        return list(self._records.get(kind, {}).values())

    def delete(self, kind: str, id_: str) -> None:
        """Delete a record, as a person does it."""
        del self._records[kind][id_]

    def find(self, kind: str, name: str, *, by: str | None = None) -> HubSpotRecord:
        """A record by its id, or by a unique property."""
        if kind not in STANDARD:
            raise not_found(kind)
        if by is None:
            found = self._records.get(kind, {}).get(name)
        elif self.unique.get(kind) != by:
            raise invalid(by, "PROPERTY_DOESNT_EXIST", f"{by} is no unique property of {kind}")
        else:
            found = next((one for one in self.all(kind) if one.properties.get(by) == name), None)
        if found is None:
            raise not_found(f"{kind} {name}")
        return found

    def create(
        self, kind: str, body: Mapping[str, Any], *, owners: Mapping[str, Any]
    ) -> HubSpotRecord:
        """Make a record with its links, or nothing."""
        properties = self._checked(kind, body, owners)
        if (needed := _REQUIRED.get(kind)) and not properties.get(needed):
            raise invalid(needed, "REQUIRED_FIELD", f"{needed} is required")
        links = self._links(kind, body.get("associations", []))
        self._check_unique(kind, properties, own=None)
        record = self.add(kind, str(next(self._ids)))
        record.properties, record.links = properties, links
        return record

    def update(
        self,
        kind: str,
        record: HubSpotRecord,
        body: Mapping[str, Any],
        *,
        owners: Mapping[str, Any],
    ) -> HubSpotRecord:
        """Change properties of a record."""
        if extra := set(body) - {"properties"}:
            raise HubSpotRefused(f"Invalid input JSON: unknown {sorted(extra)}")
        properties = self._checked(kind, body, owners)
        self._check_unique(kind, properties, own=record)
        record.properties |= properties
        return record

    def read_batch(self, kind: str, body: Mapping[str, Any]) -> Reply:
        """Several records; 207 where some of them are not there."""
        inputs = body.get("inputs", [])
        if len(inputs) > MOST_IN_BATCH:
            raise HubSpotRefused(f"The maximum number of inputs is {MOST_IN_BATCH}")
        known = self._records.get(kind, {})
        ids = [each["id"] for each in inputs]
        # The original gives them in no certain order.
        found = [
            known[id_].shown(body.get("properties", [])) for id_ in sorted(set(ids) & set(known))
        ]
        missing = [id_ for id_ in ids if id_ not in known]
        answer: dict[str, Any] = {"status": "COMPLETE", "results": found}
        if not missing:
            return json_reply(answer)
        fault = {
            "status": "error",
            "category": "OBJECT_NOT_FOUND",
            "message": "Could not get some objects, they may be deleted or not exist.",
            "context": {"ids": missing},
        }
        return json_reply(answer | {"numErrors": 1, "errors": [fault]}, status=207)

    def search(self, kind: str, body: Mapping[str, Any]) -> Reply:
        """The records that are looked for, a page at a time."""
        known = {*STANDARD.get(kind, ()), *self.custom.get(kind, ())}
        check_search(body, known.__contains__)
        fitting = sorted_by(
            [one for one in self.all(kind) if fits(one, body)], body.get("sorts", [])
        )
        start = int(body.get("after", 0))
        page = fitting[start : start + body.get("limit", 10)]
        answer: dict[str, Any] = {
            "total": len(fitting),
            "results": [one.shown(body.get("properties", [])) for one in page],
        }
        if start + len(page) < len(fitting):
            answer["paging"] = {"next": {"after": str(start + len(page))}}
        return json_reply(answer)

    def linked_batch(self, kind: str, there: str, body: Mapping[str, Any]) -> Reply:
        """What several records are linked to; 207 where some of them are linked to nothing."""
        inputs = body.get("inputs", [])
        if not inputs or len(inputs) > MOST_LINKS_IN_BATCH:
            raise HubSpotRefused(f"There must be between 1 and {MOST_LINKS_IN_BATCH} inputs")
        results: list[dict[str, Any]] = []
        errors: list[dict[str, Any]] = []
        for each in inputs:
            record = self._records.get(kind, {}).get(each["id"])
            if record and record.links.get(there):
                to = self.linked(kind, each["id"], there, {})["results"]
                results.append({"from": {"id": each["id"]}, "to": to})
            else:
                errors.append(_no_link(each["id"], there))
        answer: dict[str, Any] = {"status": "COMPLETE", "results": results}
        if not errors:
            return json_reply(answer)
        return json_reply(answer | {"numErrors": len(errors), "errors": errors}, status=207)

    def linked(self, kind: str, id_: str, there: str, query: Mapping[str, str]) -> dict[str, Any]:
        """A page of what a record is linked to."""
        ids = self.find(kind, id_).links.get(there, [])
        start = int(query.get("after", 0))
        size = min(int(query.get("limit", 500)), self.page)
        kinds = [{"category": "HUBSPOT_DEFINED", "typeId": 341, "label": None}]
        primary = {"category": "HUBSPOT_DEFINED", "typeId": 5, "label": "Primary"}
        results = [
            {
                "toObjectId": int(each),
                "associationTypes": kinds
                + ([primary] if there == "companies" and each == ids[0] else []),
            }
            for each in ids[start : start + size]
        ]
        if there == "companies":
            results.reverse()
        paging = {"paging": {"next": {"after": str(start + size)}}}
        return {"results": results} | (paging if start + size < len(ids) else {})

    def _checked(
        self, kind: str, body: Mapping[str, Any], owners: Mapping[str, Any]
    ) -> dict[str, str | None]:
        if kind not in STANDARD:
            raise not_found(kind)
        return check_properties(
            kind,
            body.get("properties"),
            custom=self.custom.get(kind, {}),
            in_accounts=owners.__contains__,
        )

    def _check_unique(
        self, kind: str, properties: Mapping[str, str | None], *, own: HubSpotRecord | None
    ) -> None:
        name = self.unique.get(kind)
        value = properties.get(name) if name else None
        if not (name and value):
            return
        for record in self.all(kind):
            if record is not own and record.properties.get(name) == value:
                raise taken(name, value, record.id)

    def _links(self, kind: str, associations: Sequence[Mapping[str, Any]]) -> dict[str, list[str]]:
        links: dict[str, list[str]] = {}
        for each in associations:
            to = str(each["to"]["id"])
            for type_ in each["types"]:
                there = _kind_of(kind, type_)
                self.find(there, to)
                links.setdefault(there, []).append(to)
        return links


def _no_link(id_: str, there: str) -> dict[str, Any]:
    return {
        "status": "error",
        "category": "OBJECT_NOT_FOUND",
        "subCategory": "crm.associations.NO_ASSOCIATIONS_FOUND",
        "message": f"No {there} is associated with {id_}.",
        "context": {"fromObjectId": [id_]},
    }


def _kind_of(kind: str, type_: Mapping[str, Any]) -> str:
    """Where an association leads."""
    for (here, there), number in ASSOCIATIONS.items():
        told = (type_["associationCategory"], type_["associationTypeId"])
        if here == kind and told == ("HUBSPOT_DEFINED", number):
            return there
    raise HubSpotRefused(
        f"Invalid association type {type_.get('associationTypeId')} for {kind}",
        subCategory="crm.associations.INVALID_ASSOCIATION_TYPE",
    )
