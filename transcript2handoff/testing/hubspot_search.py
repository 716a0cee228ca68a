"""How a fake HubSpot searches: as strict as the original about what a search may hold."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, Protocol

from transcript2handoff.testing.hubspot_rules import HubSpotRefused, invalid

MOST_IN_SEARCH: Final = 200
"""Records on one page of a search."""
_MOST_GROUPS: Final = 5
_MOST_FILTERS: Final = 6
_MOST_FILTERS_OF_ALL: Final = 18
_LONGEST_QUERY: Final = 3000
_KNOWN: Final = frozenset({"query", "filterGroups", "sorts", "properties", "limit", "after"})
_ASSOCIATIONS: Final[Mapping[str, str]] = {
    "associations.company": "companies",
    "associations.contact": "contacts",
}
_SEARCHED: Final[Mapping[str, Sequence[str]]] = {
    "deals": ("dealname", "pipeline", "dealstage"),
    "companies": ("name", "domain"),
    "contacts": ("firstname", "lastname", "email"),
}
"""The properties in which the words of a query are looked for."""
_WORD: Final = re.compile(r"\w+")


class Searched(Protocol):
    """A record, as a search sees it."""

    @property
    def kind(self) -> str:
        """The kind of the record."""

    @property
    def properties(self) -> Mapping[str, str | None]:
        """Its values."""

    @property
    def links(self) -> Mapping[str, Sequence[str]]:
        """What it is linked to, by kind."""


def check_search(body: Mapping[str, Any], is_known: Callable[[str], bool]) -> None:
    """Refuse a search that the original refuses."""
    if extra := set(body) - _KNOWN:
        raise HubSpotRefused(f"Invalid input JSON: unknown {sorted(extra)}")
    limit = body.get("limit", 10)
    if not isinstance(limit, int) or not 1 <= limit <= MOST_IN_SEARCH:
        raise HubSpotRefused(f"limit must be between 1 and {MOST_IN_SEARCH}")
    query = body.get("query", "")
    if not isinstance(query, str) or len(query) > _LONGEST_QUERY:
        raise HubSpotRefused(f"query must have at most {_LONGEST_QUERY} characters")
    filters = _checked_filters(body.get("filterGroups", []))
    if len(body.get("sorts", [])) > 1:
        raise HubSpotRefused("There can be at most one sort")
    by = [each["propertyName"] for each in (*filters, *body.get("sorts", []))]
    for name in by:
        if name not in _ASSOCIATIONS and not is_known(name):
            raise invalid(name, "PROPERTY_DOESNT_EXIST", f'Property "{name}" does not exist')


def _checked_filters(groups: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    if len(groups) > _MOST_GROUPS:
        raise HubSpotRefused(f"There can be at most {_MOST_GROUPS} filterGroups")
    for group in groups:
        if not 1 <= len(group["filters"]) <= _MOST_FILTERS:
            raise HubSpotRefused(f"A group has between 1 and {_MOST_FILTERS} filters")
    filters = [each for group in groups for each in group["filters"]]
    if len(filters) > _MOST_FILTERS_OF_ALL:
        raise HubSpotRefused(f"There can be at most {_MOST_FILTERS_OF_ALL} filters")
    return filters


def fits(record: Searched, body: Mapping[str, Any]) -> bool:
    """Whether a record has all words of the query, and fits all filters of one of the groups."""
    groups = body.get("filterGroups", [])
    is_in_one = not groups or any(
        all(_fits(record, each) for each in group["filters"]) for group in groups
    )
    return is_in_one and _has_words(record, body.get("query", ""))


def _has_words(record: Searched, query: str) -> bool:
    """Each word of the query begins a word of what is searched of the record."""
    told = " ".join(record.properties.get(name) or "" for name in _SEARCHED[record.kind])
    there = _WORD.findall(told.lower())
    return all(
        any(word.startswith(wanted) for word in there) for wanted in _WORD.findall(query.lower())
    )


def _fits(record: Searched, wanted: Mapping[str, str]) -> bool:
    """Whether a record fits a filter; moments are asked for in milliseconds since 1970."""
    name, operator = wanted["propertyName"], wanted["operator"]
    if operator not in ("EQ", "GTE"):
        raise HubSpotRefused(f"operator {operator} is not valid")
    if linked := _ASSOCIATIONS.get(name):
        return wanted["value"] in record.links.get(linked, ())
    value = record.properties.get(name)
    if value is None:
        return False
    if operator == "EQ":
        return value == wanted["value"]
    return datetime.fromisoformat(value).timestamp() * 1000 >= int(wanted["value"])


def sorted_by(records: Sequence[Searched], sorts: Sequence[Mapping[str, str]]) -> list[Any]:
    """The records in the order that is asked for; those without a value come last."""
    found = list(records)
    for sort in sorts:
        is_falling = sort.get("direction") == "DESCENDING"
        found.sort(
            key=lambda one: (
                (one.properties.get(sort["propertyName"]) is not None) is is_falling,
                one.properties.get(sort["propertyName"]) or "",
            ),
            reverse=is_falling,
        )
    return found
