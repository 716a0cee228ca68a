"""A fake Salesforce: real HTTP on this machine, and as strict as the original.

A test gives it records and points the program at it::

    from transcript2handoff.testing.salesforce_server import SalesforceServer

    with SalesforceServer() as server:
        server.objects.add("Opportunity", "0065g00000ABCDEAA1", Name="Harbour Lane", IsWon=True)
        access = ClientCredentials(server.client_id, SecretStr(server.client_secret))
        ...  # Salesforce(access, url=server.url)
    assert [each.fields for each in server.objects.all("Handoff__c")] == [...]

Tokens come from ``/services/oauth2/token`` by client credentials, and end after ``token_uses``
requests. It knows queries, upserts by external id, changes of an opportunity, and ``describe``, in
the versions of ``versions``. It refuses fields and objects that nobody has made, values that are
too long as each field counts, keys that it would have to change, and more requests than
``day_limit`` (403, without ``Retry-After``). A key that several records have is answered with 300.
"""

import re
import secrets
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

from transcript2handoff.testing.crm_faults import SESSION_ENDED, USED_UP
from transcript2handoff.testing.crm_server import CrmServer
from transcript2handoff.testing.model_replies import Reply, json_reply
from transcript2handoff.testing.model_requests import ChatRequest as CrmRequest
from transcript2handoff.testing.salesforce_objects import SalesforceObjects
from transcript2handoff.testing.salesforce_rules import SalesforceRefused, not_found

_TOKEN: Final = "/services/oauth2/token"  # noqa: S105 - a path
_PATHS: Final = tuple(
    (method, re.compile(r"/services/data/(v\d+\.0)/" + pattern), name)
    for method, pattern, name in (
        ("GET", r"query/(\d+)", "more"),
        ("GET", r"query", "query"),
        ("GET", r"sobjects/(\w+)/describe", "describe"),
        ("PATCH", r"sobjects/(\w+)/(\w+)/([\w.-]+)", "upsert"),
        ("PATCH", r"sobjects/(\w+)/(\w+)", "update"),
    )
)
_TLD: Final = re.compile(r".*\.[a-z]{2,}")


@dataclass(kw_only=True, eq=False)
class SalesforceServer(CrmServer):
    """A fake Salesforce organisation; the module's text says what the options do."""

    client_id: str = "3MVG9.test"
    client_secret: str = "secret-of-nobody"  # noqa: S105
    token_uses: int | None = None
    versions: Collection[str] = ("v62.0", "v66.0", "v67.0")
    day_limit: int = 100_000
    page: int = 2000
    """Records on one page of a query."""
    objects: SalesforceObjects = field(default_factory=SalesforceObjects)
    tokens: list[str] = field(default_factory=list, init=False, repr=False)
    _uses: int = field(default=0, init=False, repr=False)
    _served: int = field(default=0, init=False, repr=False)
    _found: list[dict[str, Any]] = field(default_factory=list, init=False, repr=False)

    def serve(self, request: CrmRequest) -> Reply:
        """Do what is asked, or refuse it."""
        try:
            if request.path == _TOKEN:
                return self._give_token(request)
            self._check(request)
            return self._route(request)
        except SalesforceRefused as refused:
            return refused.reply

    def writes(self, request: CrmRequest) -> bool:
        """To ask for a token changes nothing."""
        return super().writes(request) and request.path != _TOKEN

    def _give_token(self, request: CrmRequest) -> Reply:
        form = dict(parse_qsl(request.raw.decode()))
        wanted = {
            "grant_type": "client_credentials",
            "client_id": self.client_id,
            "client_secret": self.client_secret,
        }
        if form != wanted:
            error = {"error": "invalid_client", "error_description": "invalid client credentials"}
            return json_reply(error, status=400)
        self.tokens.append(f"00D5g000004XyZz!{secrets.token_hex(16)}")
        self._uses = 0
        body = {"access_token": self.tokens[-1], "instance_url": self.url, "token_type": "Bearer"}
        return json_reply(body)

    def _check(self, request: CrmRequest) -> None:
        # Programs of one app have sessions beside each other: a new token ends no older one.
        open_ones = self.tokens if self.token_uses is None else self.tokens[-1:]
        good = request.headers.get("authorization") in {f"Bearer {token}" for token in open_ones}
        ended = self.token_uses is not None and self._uses >= self.token_uses
        if ended or not good:
            raise SalesforceRefused(SESSION_ENDED.code, SESSION_ENDED.message, status=401)
        if self._served >= self.day_limit:
            raise SalesforceRefused(USED_UP.code, USED_UP.message, status=403)
        self._uses += 1
        self._served += 1

    def _route(self, request: CrmRequest) -> Reply:
        parts = urlsplit(request.path)
        for method, pattern, name in _PATHS:
            match = pattern.fullmatch(parts.path)
            if match and method == request.method and match[1] in self.versions:
                query = dict(parse_qsl(parts.query))
                reply: Reply = getattr(self, f"_{name}")(request, query, *match.groups()[1:])
                return self._counted(reply)
        raise not_found()

    def _counted(self, reply: Reply) -> Reply:
        used = {"Sforce-Limit-Info": f"api-usage={self._served}/{self.day_limit}"}
        return Reply(status=reply.status, body=reply.body, headers={**reply.headers, **used})

    def _query(self, request: CrmRequest, query: dict[str, str]) -> Reply:
        self._found = self.objects.query(query.get("q", ""))
        return self._page(request, 0)

    def _more(self, request: CrmRequest, query: dict[str, str], start: str) -> Reply:
        return self._page(request, int(start))

    def _page(self, request: CrmRequest, start: int) -> Reply:
        end = start + self.page
        is_last = end >= len(self._found)
        body: dict[str, Any] = {
            "totalSize": len(self._found),
            "done": is_last,
            "records": self._found[start:end],
        }
        if not is_last:
            version = request.path.split("/")[3]
            body["nextRecordsUrl"] = f"/services/data/{version}/query/{end}"
        return json_reply(body)

    def _describe(self, request: CrmRequest, query: dict[str, str], kind: str) -> Reply:
        fields = [
            {"name": name, "length": one.length, "externalId": one.external_id}
            for name, one in self.objects.fields_of(kind).items()
        ]
        return json_reply({"name": kind, "fields": fields})

    def _upsert(
        self, request: CrmRequest, query: dict[str, str], kind: str, name: str, key: str
    ) -> Reply:
        _check_json(request)
        if _TLD.fullmatch(key):
            raise not_found()
        found = self.objects.matching(kind, name, key)
        if name in request.body:
            raise SalesforceRefused(
                "INVALID_FIELD",
                f"The {name} field should not be specified in the sobject data.",
                fields=(name,),
            )
        if len(found) > 1:
            places = [f"/services/data/v67.0/sobjects/{kind}/{one.id}" for one in found]
            return json_reply(places, status=300)
        if found:
            self.objects.update(found[0], request.body)
            return json_reply(_done(found[0].id, created=False))
        if query.get("updateOnly") == "true":
            raise not_found()
        made = self.objects.create(kind, {**request.body, name: key})
        return json_reply(_done(made.id, created=True), status=201)

    def _update(self, request: CrmRequest, query: dict[str, str], kind: str, id_: str) -> Reply:
        _check_json(request)
        self.objects.update(self.objects.find(kind, id_), request.body)
        return Reply(status=204)


def _done(id_: str, *, created: bool) -> dict[str, Any]:
    return {"id": id_, "success": True, "errors": [], "created": created}


def _check_json(request: CrmRequest) -> None:
    if request.headers.get("content-type") != "application/json":
        raise SalesforceRefused("UNSUPPORTED_MEDIA_TYPE", "Unsupported Media Type", status=415)
    if not request.body:
        raise SalesforceRefused("JSON_PARSER_ERROR", "Unexpected character")
