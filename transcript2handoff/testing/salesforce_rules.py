"""What Salesforce refuses, and in which words."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from html import escape
from typing import Any, Final, Literal

from transcript2handoff.testing.model_replies import Reply, json_reply

FieldType = Literal["text", "long", "standard long", "number", "date", "url", "id", "boolean"]
_ID: Final = re.compile(r"[A-Za-z0-9]{15}([A-Za-z0-9]{3})?")


class SalesforceRefused(Exception):  # noqa: N818 - an answer of the server, no error of ours
    """A request that Salesforce refuses: its status, code and message."""

    def __init__(
        self, code: str, message: str, *, status: int = 400, fields: tuple[str, ...] = ()
    ) -> None:
        super().__init__(message)
        self.status = status
        self.body = [{"message": message, "errorCode": code, "fields": list(fields)}]

    @property
    def reply(self) -> Reply:
        """It as an answer."""
        return json_reply(self.body, status=self.status)


@dataclass(frozen=True, kw_only=True)
class SalesforceField:
    """A field: its type, its length, whether it is an external id, whether it may be changed."""

    type: FieldType = "text"
    length: int = 255
    external_id: bool = False
    unique: bool = False
    only_once: bool = False
    """Set when the record is made, and never changed: a master that does not change."""
    to: str = ""
    """Of an id: the kind of object that it leads to."""


STANDARD: Final[Mapping[str, Mapping[str, SalesforceField]]] = {
    "Task": {
        "Subject": SalesforceField(),
        "Description": SalesforceField(type="standard long", length=32_000),
        "ActivityDate": SalesforceField(type="date"),
        "Status": SalesforceField(length=40),
        "Priority": SalesforceField(length=40),
        "WhatId": SalesforceField(type="id", to="Opportunity"),
        "OwnerId": SalesforceField(type="id", to="User"),
    },
    "Opportunity": {
        "Name": SalesforceField(length=120),
        "Amount": SalesforceField(type="number"),
        "CloseDate": SalesforceField(type="date"),
        "StageName": SalesforceField(),
        "IsWon": SalesforceField(type="boolean"),
        "SystemModstamp": SalesforceField(),
        "LastModifiedDate": SalesforceField(),
        "AccountId": SalesforceField(type="id", to="Account"),
        "OwnerId": SalesforceField(type="id", to="User"),
    },
    "Account": {"Name": SalesforceField()},
    "User": {"Name": SalesforceField(), "Email": SalesforceField(), "Title": SalesforceField()},
    "Contact": {"Name": SalesforceField(), "Email": SalesforceField(), "Title": SalesforceField()},
    "OpportunityContactRole": {
        "OpportunityId": SalesforceField(type="id", to="Opportunity"),
        "ContactId": SalesforceField(type="id", to="Contact"),
        "IsPrimary": SalesforceField(type="boolean"),
        "CreatedDate": SalesforceField(),
    },
}
"""Fields that every organisation has, of those that matter here."""
_KEY: Final = SalesforceField(length=32, external_id=True)
CUSTOM: Final[Mapping[str, Mapping[str, SalesforceField]]] = {
    "Task": {"Handoff_Key__c": _KEY},
    "Opportunity": {
        "Handoff_Score__c": SalesforceField(type="number"),
        "Handoff_Readiness__c": SalesforceField(),
        "Handoff_Tags__c": SalesforceField(type="long", length=32_768),
        "Handoff_Link__c": SalesforceField(type="url"),
    },
    "Handoff__c": {
        "Handoff_Key__c": SalesforceField(length=32, external_id=True, unique=True),
        "Brief__c": SalesforceField(type="long", length=32_768),
        "Opportunity__c": SalesforceField(type="id", to="Opportunity"),
    },
}
"""The custom fields that docs/crm.md asks for."""


def check_value(name: str, value: Any, field: SalesforceField) -> None:  # noqa: ANN401 - from JSON
    """Refuse a value that does not fit its field."""
    if value is None:
        return
    match field.type:
        case "number" if isinstance(value, bool) or not isinstance(value, int | float):
            raise _unreadable(name, value)
        case "boolean" if not isinstance(value, bool):
            raise _unreadable(name, value)
        case "number" | "boolean":
            return
        case _ if not isinstance(value, str):
            raise _unreadable(name, value)
        case "date":
            _check_day(name, value)
        case "id" if not _ID.fullmatch(value):
            raise SalesforceRefused(
                "MALFORMED_ID", f"{name}: id value of incorrect type: {value}", fields=(name,)
            )
    if _size(value, field) > field.length:
        raise SalesforceRefused(
            "STRING_TOO_LONG",
            f"{name}: data value too large: {value[:20]} (max length={field.length})",
            fields=(name,),
        )


def _check_day(name: str, value: str) -> None:
    try:
        date.fromisoformat(value)
    except ValueError:
        raise _unreadable(name, value) from None


def _size(value: str, field: SalesforceField) -> int:
    """Line ends count twice; some fields of Salesforce's own count bytes after HTML encoding."""
    lined = value.replace("\n", "\r\n")
    if field.type == "standard long":
        return len(escape(lined).encode())
    return len(lined.encode("utf-16-le")) // 2


def _unreadable(name: str, value: object) -> SalesforceRefused:
    return SalesforceRefused(
        "JSON_PARSER_ERROR",
        f"Cannot deserialize instance of {name} from value {str(value)[:40]}",
        fields=(name,),
    )


def no_such_field(name: str, kind: str) -> SalesforceRefused:
    """A field that the object does not have."""
    return SalesforceRefused(
        "INVALID_FIELD", f"No such column '{name}' on sobject of type {kind}", fields=(name,)
    )


def not_found(message: str = "The requested resource does not exist") -> SalesforceRefused:
    """Something that is not there."""
    return SalesforceRefused("NOT_FOUND", message, status=404)
