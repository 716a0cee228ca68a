"""A fake HubSpot: real HTTP on this machine, and as strict as the original.

A test gives it deals and points the program at it::

    from transcript2handoff.testing.hubspot_server import HubSpotServer

    with HubSpotServer(scopes={"crm.objects.deals.read"}) as server:
        server.objects.add("companies", "7", name="Harbour Lane Ltd")
        deal = server.objects.add("deals", "42", dealname="Harbour Lane, 40 seats")
        deal.links["companies"] = ["7"]
        ...  # HubSpot(SecretStr(server.token), url=server.url)
    assert [each.properties for each in server.objects.all("notes")] == [...]

It knows the paths that the program needs, in the versions ``v3`` and those of ``versions``. It
refuses properties that nobody has made, values that do not fit, other ids of associations than its
own, other tokens, calls without their scopes, and more requests than ``limits`` allow. A property
of ``unique`` holds each value once. Answers of lists come in pages.
"""

import re
import time
from collections import deque
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

from transcript2handoff.testing.crm_faults import hubspot_busy
from transcript2handoff.testing.crm_server import CrmServer
from transcript2handoff.testing.hubspot_objects import HubSpotObjects
from transcript2handoff.testing.hubspot_rules import (
    ASSOCIATIONS,
    HubSpotRefused,
    missing_scopes,
    not_found,
)
from transcript2handoff.testing.model_replies import Reply, json_reply
from transcript2handoff.testing.model_requests import ChatRequest as CrmRequest

SCOPES: Final = frozenset(
    {
        "crm.objects.deals.read",
        "crm.objects.deals.write",
        "crm.objects.contacts.read",
        "crm.objects.contacts.write",
        "crm.objects.companies.read",
        "crm.objects.owners.read",
    }
)
MOST_OWNERS: Final = 500
_SCOPE_OF: Final = {"notes": "contacts", "tasks": "contacts"}
"""Notes and tasks have no scopes of their own."""
_PATHS: Final = tuple(
    (re.compile(pattern), name)
    for pattern, name in (
        (r"/crm/v4/objects/(\w+)/(\d+)/associations/(\w+)", "linked"),
        (r"/crm/v4/associations/(\w+)/(\w+)/labels", "labels"),
        (r"/crm/v4/associations/(\w+)/(\w+)/batch/read", "linked_batch"),
        (r"/crm/v3/owners", "owners"),
        (r"/crm/v3/owners/(\w+)", "owner"),
        (r"/crm/v3/pipelines/deals", "pipelines"),
        (r"/crm/v3/pipelines/deals/([\w-]+)/stages/([\w-]+)", "stage"),
        (r"/crm/(?:v3/objects|objects/[\d-]+)/(\w+)/batch/read", "batch"),
        (r"/crm/(?:v3/objects|objects/[\d-]+)/(\w+)/search", "search"),
        (r"/crm/(?:v3/objects|objects/[\d-]+)/(\w+)/(\w+)", "one"),
        (r"/crm/(?:v3/objects|objects/[\d-]+)/(\w+)", "many"),
    )
)
_METHODS: Final = {
    "batch": ("POST",),
    "linked_batch": ("POST",),
    "search": ("POST",),
    "one": ("GET", "PATCH"),
    "many": ("POST",),
}


@dataclass(frozen=True, kw_only=True)
class HubSpotLimits:
    """How many requests are served in ten seconds and in a day."""

    ten_seconds: int = 190
    day: int = 650_000


@dataclass(kw_only=True, eq=False)
class HubSpotServer(CrmServer):
    """A fake HubSpot account; the module's text says what the options do."""

    token: str = "pat-test-0123456789"  # noqa: S105 - of nobody
    scopes: Collection[str] = SCOPES
    versions: Collection[str] = ("2026-03",)
    limits: HubSpotLimits = HubSpotLimits()
    objects: HubSpotObjects = field(default_factory=HubSpotObjects)
    owners: dict[str, Mapping[str, str]] = field(default_factory=dict)
    stages: dict[tuple[str, str], Mapping[str, str]] = field(default_factory=dict)
    """The metadata of a stage by pipeline and stage; a ``label`` among it is what it is called."""
    _served: deque[float] = field(default_factory=deque, init=False, repr=False)
    _served_today: int = field(default=0, init=False, repr=False)

    def serve(self, request: CrmRequest) -> Reply:
        """Do what is asked, or refuse it."""
        try:
            self._check_token(request.headers.get("authorization", ""))
            if busy := self._busy():
                return busy
            return self._route(request)
        except HubSpotRefused as refused:
            return refused.reply

    def writes(self, request: CrmRequest) -> bool:
        """Reading in batches and searching are a POST too."""
        is_reading = request.path.endswith(("/batch/read", "/search"))
        return super().writes(request) and not is_reading

    def _check_token(self, authorization: str) -> None:
        if authorization != f"Bearer {self.token}":
            raise HubSpotRefused(
                "Authentication credentials not found. This API supports OAuth 2.0 authentication.",
                status=401,
                category="INVALID_AUTHENTICATION",
            )

    def _busy(self) -> Reply | None:
        now = time.monotonic()
        while self._served and self._served[0] < now - 10:
            self._served.popleft()
        if self._served_today >= self.limits.day:
            return hubspot_busy("DAILY")
        if len(self._served) >= self.limits.ten_seconds:
            return hubspot_busy("TEN_SECONDLY_ROLLING")
        self._served.append(now)
        self._served_today += 1
        return None

    def _route(self, request: CrmRequest) -> Reply:
        parts = urlsplit(request.path)
        query = dict(parse_qsl(parts.query))
        for pattern, name in _PATHS:
            if match := pattern.fullmatch(parts.path):
                self._check_version(parts.path)
                if request.method not in _METHODS.get(name, ("GET",)):
                    raise HubSpotRefused("Method not allowed", status=405, category="X")
                return getattr(self, f"_{name}")(request, query, *match.groups())  # type: ignore[no-any-return]
        return Reply(status=404, body=b"<html>Not found</html>")

    def _check_version(self, path: str) -> None:
        dated = re.match(r"/crm/objects/([\d-]+)/", path)
        if dated and dated[1] not in self.versions:
            raise HubSpotRefused("resource not found", status=404, category="X")

    def _check_scope(self, kind: str, action: str) -> None:
        self._need(f"crm.objects.{_SCOPE_OF.get(kind, kind)}.{action}")

    def _need(self, scope: str) -> None:
        if scope not in self.scopes:
            raise missing_scopes([scope])

    def _one(self, request: CrmRequest, query: dict[str, str], kind: str, name: str) -> Reply:
        by = query.get("idProperty")
        if request.method == "GET":
            self._check_scope(kind, "read")
            wanted = query.get("properties", "").split(",")
            return json_reply(self.objects.find(kind, name, by=by).shown(wanted))
        self._check_scope(kind, "write")
        _check_json(request)
        changed = self.objects.update(
            kind, self.objects.find(kind, name, by=by), request.body, owners=self.owners
        )
        return json_reply(changed.shown(list(request.body["properties"])))

    def _many(self, request: CrmRequest, query: dict[str, str], kind: str) -> Reply:
        self._check_scope(kind, "write")
        _check_json(request)
        made = self.objects.create(kind, request.body, owners=self.owners)
        return json_reply(made.shown(list(made.properties)), status=201)

    def _batch(self, request: CrmRequest, query: dict[str, str], kind: str) -> Reply:
        self._check_scope(kind, "read")
        _check_json(request)
        return self.objects.read_batch(kind, request.body)

    def _search(self, request: CrmRequest, query: dict[str, str], kind: str) -> Reply:
        self._check_scope(kind, "read")
        _check_json(request)
        return self.objects.search(kind, request.body)

    def _linked(
        self, request: CrmRequest, query: dict[str, str], kind: str, id_: str, there: str
    ) -> Reply:
        self._check_scope(kind, "read")
        self._check_scope(there, "read")
        return json_reply(self.objects.linked(kind, id_, there, query))

    def _linked_batch(
        self, request: CrmRequest, query: dict[str, str], kind: str, there: str
    ) -> Reply:
        self._check_scope(kind, "read")
        self._check_scope(there, "read")
        _check_json(request)
        return self.objects.linked_batch(kind, there, request.body)

    def _labels(self, request: CrmRequest, query: dict[str, str], here: str, there: str) -> Reply:
        if (here, there) not in ASSOCIATIONS:
            raise not_found(f"{here}/{there}")
        results: list[dict[str, Any]] = [
            {"category": "USER_DEFINED", "typeId": 33, "label": "Handover"},
            {
                "category": "HUBSPOT_DEFINED",
                "typeId": ASSOCIATIONS[here, there],
                "label": None,
            },
        ]
        return json_reply({"results": results})

    def _owner(self, request: CrmRequest, query: dict[str, str], id_: str) -> Reply:
        self._need("crm.objects.owners.read")
        if id_ not in self.owners:
            raise not_found(f"owner {id_}")
        return json_reply({"id": id_, **self.owners[id_]})

    def _owners(self, request: CrmRequest, query: dict[str, str]) -> Reply:
        self._need("crm.objects.owners.read")
        email, limit = query.get("email"), int(query.get("limit", 100))
        if not 1 <= limit <= MOST_OWNERS:
            raise HubSpotRefused(f"limit must be between 1 and {MOST_OWNERS}")
        found = [
            {"id": id_, **owner}
            for id_, owner in self.owners.items()
            if email in (None, owner.get("email"))
        ]
        start = int(query.get("after", 0))
        page = found[start : start + limit]
        more = {"paging": {"next": {"after": str(start + limit)}}}
        return json_reply({"results": page} | (more if start + limit < len(found) else {}))

    def _pipelines(self, request: CrmRequest, query: dict[str, str]) -> Reply:
        self._check_scope("deals", "read")
        stages: dict[str, list[object]] = {}
        for (pipeline, stage), told in self.stages.items():
            metadata = {name: value for name, value in told.items() if name != "label"}
            shown = {"id": stage, "label": told.get("label", stage), "metadata": metadata}
            stages.setdefault(pipeline, []).append(shown)
        results = [{"id": id_, "label": id_, "stages": each} for id_, each in stages.items()]
        return json_reply({"results": results})

    def _stage(
        self, request: CrmRequest, query: dict[str, str], pipeline: str, stage: str
    ) -> Reply:
        self._check_scope("deals", "read")
        if (pipeline, stage) not in self.stages:
            raise not_found(f"stage {stage}")
        return json_reply({"id": stage, "metadata": dict(self.stages[pipeline, stage])})


def _check_json(request: CrmRequest) -> None:
    if request.headers.get("content-type") != "application/json":
        raise HubSpotRefused("Unsupported Media Type", status=415, category="X")
    if not request.body:
        raise HubSpotRefused("Invalid input JSON")
