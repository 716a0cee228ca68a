"""What HubSpot refuses, and in which words."""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from html.parser import HTMLParser
from typing import Final

from transcript2handoff.testing.model_replies import Reply, json_reply

MOST_CHARACTERS: Final = 65_536
MOST_IN_BATCH: Final = 100
STANDARD: Final[Mapping[str, frozenset[str]]] = {
    "notes": frozenset({"hs_timestamp", "hs_note_body", "hubspot_owner_id"}),
    "tasks": frozenset(
        {
            "hs_timestamp",
            "hs_task_subject",
            "hs_task_body",
            "hs_task_status",
            "hs_task_priority",
            "hs_task_type",
            "hubspot_owner_id",
        }
    ),
    "deals": frozenset(
        {
            "dealname",
            "amount",
            "deal_currency_code",
            "closedate",
            "dealstage",
            "pipeline",
            "hs_is_closed_won",
            "hs_lastmodifieddate",
            "hubspot_owner_id",
        }
    ),
    "contacts": frozenset({"firstname", "lastname", "email", "jobtitle"}),
    "companies": frozenset({"name", "country", "domain"}),
}
"""Properties that every account has, of those that matter here."""
ASSOCIATIONS: Final = {
    ("notes", "deals"): 214,
    ("notes", "companies"): 190,
    ("notes", "contacts"): 202,
    ("tasks", "deals"): 216,
    ("tasks", "companies"): 192,
    ("tasks", "contacts"): 204,
}
CHOICES: Final = {
    "hs_task_status": {"NOT_STARTED", "IN_PROGRESS", "WAITING", "COMPLETED", "DEFERRED"},
    "hs_task_priority": {"NONE", "LOW", "MEDIUM", "HIGH"},
    "hs_task_type": {"TODO", "EMAIL", "CALL"},
}
_TAGS: Final = frozenset({"p", "br", "ul", "ol", "li", "strong", "em", "b", "i", "u", "a"})
_UNPAIRED: Final = frozenset({"br"})
_DECIMAL: Final = re.compile(r"-?[0-9]+(\.[0-9]+)?")


class HubSpotRefused(Exception):  # noqa: N818 - an answer of the server, no error of ours
    """A request that HubSpot refuses: its status, category and message."""

    def __init__(
        self, message: str, *, status: int = 400, category: str = "VALIDATION_ERROR", **more: object
    ) -> None:
        super().__init__(message)
        self.status = status
        self.body = {
            "status": "error",
            "message": message,
            "correlationId": "5d0c5e3f-0000-4000-8000-000000000000",
            "category": category,
            **more,
        }

    @property
    def reply(self) -> Reply:
        """It as an answer."""
        return json_reply(self.body, status=self.status)


def not_found(place: str) -> HubSpotRefused:
    """A record that is not there."""
    return HubSpotRefused(
        f"Object not found.  objectId are usually numeric. ({place})",
        status=404,
        category="OBJECT_NOT_FOUND",
    )


def invalid(name: str, error: str, message: str) -> HubSpotRefused:
    """A value of a property that is refused."""
    fault = {"isValid": False, "message": message, "error": error, "name": name}
    return HubSpotRefused(
        f"Property values were not valid: {json.dumps([fault])}",
        errors=[{"message": message, "code": error, "context": {"propertyName": [name]}}],
    )


def taken(name: str, value: str, holder: str) -> HubSpotRefused:
    """A value of a unique property that another record has."""
    return invalid(name, "CONFLICTING_UNIQUE_VALUE", f"{value} is already the value of {holder}")


def missing_scopes(scopes: Iterable[str]) -> HubSpotRefused:
    """The token has not the right."""
    return HubSpotRefused(
        "This app hasn't been granted all required scopes to make this call. Read more about "
        "required scopes here: https://developers.hubspot.com/scopes.",
        status=403,
        category="MISSING_SCOPES",
        errors=[
            {
                "message": "One or more of the following scopes are required.",
                "context": {"requiredGranularScopes": sorted(scopes)},
            }
        ],
    )


def check_properties(
    kind: str, properties: object, *, custom: Mapping[str, str], in_accounts: Callable[[str], bool]
) -> dict[str, str | None]:
    """The properties as HubSpot keeps them; ``custom`` has those of the account by type."""
    if not isinstance(properties, dict):
        raise HubSpotRefused("Invalid input JSON: properties is missing")
    for name, value in properties.items():
        if name not in STANDARD[kind] and name not in custom:
            raise invalid(name, "PROPERTY_DOESNT_EXIST", f'Property "{name}" does not exist')
        if value is None:
            continue
        if not isinstance(value, str | int | float) or isinstance(value, bool):
            raise HubSpotRefused("Invalid input JSON: a property is no text and no number")
        _check_value(name, str(value), custom.get(name, "string"), in_accounts)
    return {name: None if value is None else str(value) for name, value in properties.items()}


def _check_value(name: str, value: str, type_: str, in_accounts: Callable[[str], bool]) -> None:
    if len(value.encode("utf-16-le")) // 2 > MOST_CHARACTERS:
        raise invalid(
            name,
            "PROPERTY_VALUE_TOO_LONG",
            f"{name} is longer than the limit of {MOST_CHARACTERS} characters",
        )
    if type_ == "number" and not _DECIMAL.fullmatch(value):
        raise invalid(name, "INVALID_DOUBLE", f"{value} was not a valid number.")
    if name in CHOICES and value not in CHOICES[name]:
        allowed = ", ".join(sorted(CHOICES[name]))
        raise invalid(name, "INVALID_OPTION", f"{value} was not one of the options: {allowed}")
    if name == "hs_timestamp":
        _check_moment(value)
    if name == "hubspot_owner_id" and not in_accounts(value):
        raise invalid(name, "INVALID_OWNER_ID", f"The owner {value} does not exist")
    if name in ("hs_note_body", "hs_task_body"):
        _Html.check(name, value)


def _check_moment(value: str) -> None:
    try:
        told = datetime.fromisoformat(value)
    except ValueError:
        told = None
    if not (told and told.tzinfo) and not value.isdecimal():
        raise invalid("hs_timestamp", "INVALID_DATE", f"{value} was not a valid timestamp.")


class _Html(HTMLParser):
    """Looks at HTML. The original drops what it does not know, this one refuses it."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.open: list[str] = []
        self.fault = ""

    @classmethod
    def check(cls, name: str, value: str) -> None:
        """Refuse tags that are not closed, not known or have attributes other than a link."""
        parser = cls()
        parser.feed(value)
        parser.close()
        if fault := parser.fault or (f"<{parser.open[-1]}> is open" if parser.open else ""):
            raise invalid(name, "INVALID_HTML", fault)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open a tag."""
        if tag not in _TAGS:
            self.fault = f"<{tag}> is not known"
        for name, value in attrs:
            is_link = tag == "a" and name == "href"
            if not is_link or not (value or "").startswith(("https://", "http://")):
                self.fault = f"{name} of <{tag}> is not allowed"
        if tag not in _UNPAIRED:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Close a tag."""
        if not self.open or self.open.pop() != tag:
            self.fault = f"</{tag}> closes nothing"

    def handle_data(self, data: str) -> None:
        """Text; what looks like the begin of a tag or of an entity should have been escaped."""
        if "<" in data or "&" in data:
            self.fault = f"not escaped: {data}"
