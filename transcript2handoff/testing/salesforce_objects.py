"""The records of a fake Salesforce organisation, and SOQL as far as it is needed."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Final

from transcript2handoff.testing.salesforce_rules import (
    CUSTOM,
    STANDARD,
    SalesforceField,
    SalesforceRefused,
    check_value,
    no_such_field,
    not_found,
)

_QUERY: Final = re.compile(
    r"SELECT (?P<fields>[\w., ]+) FROM (?P<kind>\w+)"
    r" WHERE (?P<name>\w+) = '(?P<value>\w*)'(?: ORDER BY (?P<order>[\w, ]+))?"
)
_WON: Final = re.compile(
    r"SELECT (?P<fields>[\w., ]+) FROM Opportunity WHERE IsWon = true"
    r" AND SystemModstamp >= (?P<since>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)"
    r" ORDER BY SystemModstamp"
)
_FOUND: Final = re.compile(
    r"SELECT (?P<fields>[\w., ]+) FROM Opportunity(?: WHERE (?P<where>.+))?"
    r" ORDER BY LastModifiedDate DESC LIMIT (?P<limit>\d+)"
)
_TEXT: Final = r"'((?:[^'\\]|\\['\\%_])*)'"
"""A text in quotes: a quote or a backslash in it stands behind a backslash."""
_LIKE: Final = re.compile(rf"\(Name LIKE {_TEXT} OR Account\.Name LIKE {_TEXT}\)(?: AND |$)")
_OWNER: Final = re.compile(rf"Owner\.Email = {_TEXT}(?: AND |$)")
_PREFIXES: Final = {"Task": "00T", "Handoff__c": "a01"}


@dataclass(eq=False, kw_only=True)
class SalesforceRecord:
    """A record with its fields."""

    kind: str
    id: str
    fields: dict[str, Any] = field(default_factory=dict)


@dataclass(eq=False, kw_only=True)
class SalesforceObjects:
    """All records; ``custom`` are fields and objects that the organisation has made."""

    custom: Mapping[str, Mapping[str, SalesforceField]] = field(default_factory=lambda: CUSTOM)
    _records: dict[str, dict[str, SalesforceRecord]] = field(default_factory=dict, init=False)
    _numbers: "count[int]" = field(default_factory=lambda: count(1), init=False)

    def add(self, kind: str, id_: str, /, **fields: Any) -> SalesforceRecord:  # noqa: ANN401
        """Put a record into the organisation."""
        record = SalesforceRecord(kind=kind, id=id_, fields=dict(fields))
        self._records.setdefault(kind, {})[id_[:15]] = record
        return record

    def all(self, kind: str) -> list[SalesforceRecord]:
        """All records of a kind, the oldest first."""
        return list(self._records.get(kind, {}).values())

    def delete(self, kind: str, id_: str) -> None:
        """Delete a record, as a person does it."""
        del self._records[kind][id_[:15]]

    def fields_of(self, kind: str) -> dict[str, SalesforceField]:
        """The fields of a kind of object.

        Raises:
            SalesforceRefused: there is no such object.
        """
        if kind not in STANDARD and kind not in self.custom:
            raise not_found()
        return {**STANDARD.get(kind, {}), **self.custom.get(kind, {})}

    def find(self, kind: str, id_: str) -> SalesforceRecord:
        """A record by its id of either length."""
        self.fields_of(kind)
        if found := self._records.get(kind, {}).get(id_[:15]):
            return found
        raise not_found("Provided external ID field does not exist or is not accessible: Id")

    def matching(self, kind: str, name: str, value: str) -> list[SalesforceRecord]:
        """The records that have this value in a field that is an external id."""
        known = self.fields_of(kind).get(name)
        if known is None or not known.external_id:
            raise not_found(
                f"Provided external ID field does not exist or is not accessible: {name}"
            )
        return [one for one in self.all(kind) if one.fields.get(name) == value]

    def create(self, kind: str, values: Mapping[str, Any]) -> SalesforceRecord:
        """Make a record."""
        self._check(kind, values)
        prefix = _PREFIXES.get(kind, "001")
        return self.add(kind, f"{prefix}{next(self._numbers):012d}AAA", **values)

    def update(self, record: SalesforceRecord, values: Mapping[str, Any]) -> None:
        """Change fields of a record."""
        self._check(record.kind, values)
        known = self.fields_of(record.kind)
        for name in values:
            if known[name].only_once:
                raise SalesforceRefused(
                    "INVALID_FIELD_FOR_INSERT_UPDATE",
                    f"Unable to create/update fields: {name}.",
                    fields=(name,),
                )
        record.fields |= values

    def query(self, soql: str) -> list[dict[str, Any]]:
        """The records that a query finds, with the fields that it names."""
        if won := _WON.fullmatch(soql):
            return self._won(won["since"], [each.strip() for each in won["fields"].split(",")])
        if looked_for := _FOUND.fullmatch(soql):
            return self._looked_for(looked_for)
        match = _QUERY.fullmatch(soql)
        if not match:
            raise SalesforceRefused("MALFORMED_QUERY", f"unexpected token in: {soql[:80]}")
        kind, name, value = match["kind"], match["name"], match["value"]
        names = [each.strip() for each in match["fields"].split(",")]
        found = [one for one in self.all(kind) if self._value(one, name) == value]
        for part in reversed(match["order"].split(", ") if match["order"] else []):
            by, _, way = part.partition(" ")
            self._sort(found, by, reverse=way == "DESC")
        return [self._row(one, names) for one in found]

    def _won(self, since: str, names: list[str]) -> list[dict[str, Any]]:
        found = [
            one
            for one in self.all("Opportunity")
            if one.fields.get("IsWon") and one.fields.get("SystemModstamp", "") >= since
        ]
        self._sort(found, "SystemModstamp", reverse=False)
        return [self._row(one, names) for one in found]

    def _looked_for(self, asked: re.Match[str]) -> list[dict[str, Any]]:
        """The opportunities that fit all conditions, those that were changed last first."""
        conditions = conditions_of(asked["where"] or "")
        found = [
            one
            for one in self.all("Opportunity")
            if all(condition(self._named(one)) for condition in conditions)
        ]
        self._sort(found, "LastModifiedDate", reverse=True)
        names = [each.strip() for each in asked["fields"].split(",")]
        return [self._row(one, names) for one in found[: int(asked["limit"])]]

    def _named(self, record: SalesforceRecord) -> dict[str, str]:
        """What conditions are about."""
        account, owner = self._parent(record, "Account"), self._parent(record, "Owner")
        return {
            "Name": str(self._value(record, "Name") or ""),
            "Account.Name": str(self._value(account, "Name") or "") if account else "",
            "Owner.Email": str(self._value(owner, "Email") or "") if owner else "",
        }

    def _sort(self, found: list[SalesforceRecord], by: str, *, reverse: bool) -> None:
        def place(one: SalesforceRecord) -> tuple[bool, Any]:
            value = self._value(one, by)
            return value is not None, value

        found.sort(key=place, reverse=reverse)

    def _row(self, record: SalesforceRecord, names: list[str]) -> dict[str, Any]:
        row: dict[str, Any] = {"attributes": {"type": record.kind}}
        for name in names:
            here, _, there = name.partition(".")
            if not there:
                row[name] = self._value(record, name)
                continue
            parent = self._parent(record, here)
            if parent is None:
                row[here] = None
            else:
                nested = row.setdefault(here, {"attributes": {"type": parent.kind}})
                nested[there] = self._value(parent, there)
        return row

    def _parent(self, record: SalesforceRecord, relation: str) -> SalesforceRecord | None:
        field_ = self.fields_of(record.kind).get(f"{relation}Id")
        if field_ is None:
            raise no_such_field(relation, record.kind)
        id_ = record.fields.get(f"{relation}Id") or ""
        return self._records.get(field_.to, {}).get(id_[:15])

    def _value(self, record: SalesforceRecord, name: str) -> Any:  # noqa: ANN401 - as in JSON
        if name == "Id":
            return record.id
        if name not in self.fields_of(record.kind):
            raise SalesforceRefused(
                "INVALID_FIELD", f"No such column '{name}' on entity '{record.kind}'."
            )
        return record.fields.get(name)

    def _check(self, kind: str, values: Mapping[str, Any]) -> None:
        known = self.fields_of(kind)
        for name, value in values.items():
            if name not in known:
                raise no_such_field(name, kind)
            check_value(name, value, known[name])
            if (
                known[name].to
                and value
                and not self._records.get(known[name].to, {}).get(value[:15])
            ):
                raise SalesforceRefused(
                    "ENTITY_IS_DELETED" if name == "WhatId" else "INVALID_CROSS_REFERENCE_KEY",
                    "entity is deleted" if name == "WhatId" else "invalid cross reference id",
                    fields=(name,),
                )


Condition = Callable[[Mapping[str, str]], bool]


def conditions_of(where: str) -> list[Condition]:
    """The conditions of a query that looks for opportunities; there are no others than these."""
    conditions: list[Condition] = []
    rest = where
    while rest:
        if like := _LIKE.match(rest):
            conditions.append(_either(_pattern(like[1]), _pattern(like[2])))
            rest = rest[like.end() :]
        elif owner := _OWNER.match(rest):
            conditions.append(_of(re.sub(r"\\(.)", r"\1", owner[1]).lower()))
            rest = rest[owner.end() :]
        else:
            raise SalesforceRefused("MALFORMED_QUERY", f"unexpected token in: {rest[:80]}")
    return conditions


def _either(name: re.Pattern[str], account: re.Pattern[str]) -> Condition:
    return lambda told: bool(
        name.fullmatch(told["Name"]) or account.fullmatch(told["Account.Name"])
    )


def _of(email: str) -> Condition:
    return lambda told: told["Owner.Email"].lower() == email


def _pattern(like: str) -> re.Pattern[str]:
    """What LIKE finds: ``%`` is anything, ``_`` is one character, unless a backslash is before."""
    parts = re.findall(r"\\.|.", like)
    wild = {"%": ".*", "_": "."}
    told = "".join(wild.get(each) or re.escape(each[-1]) for each in parts)
    return re.compile(told, re.IGNORECASE | re.DOTALL)
