"""What is written to an opportunity in Salesforce: a handoff with the brief, tasks, and fields.

Everything with a text is an upsert by an external id, so that sending it twice changes nothing.
"""

from collections.abc import Iterator, Mapping
from typing import Annotated, Final

from pydantic import Field, StringConstraints

from transcript2handoff.crm.plans import Planning, Step, json_bytes, needed
from transcript2handoff.crm.records import Kind, Request, Task, Write, WriteBack, key_of
from transcript2handoff.crm.texts import Form, plain, shortened, stored_bytes
from transcript2handoff.deal import Record

KEY_FIELD: Final = "Handoff_Key__c"
HANDOFF: Final = "Handoff__c"
BRIEF_FIELD: Final = "Brief__c"
_SUBJECT: Final = 255
_DESCRIPTION: Final = Form(limit=32_000, size=stored_bytes, shown=plain)

SalesforceId = Annotated[str, StringConstraints(pattern=r"^[a-zA-Z0-9]{15}([a-zA-Z0-9]{3})?\z")]
SalesforceVersion = Annotated[str, StringConstraints(pattern=r"^v[0-9]{2,3}\.0\z")]


class SalesforceTarget(Record):
    """Where a write-back goes.

    Attributes:
        opportunity_id: of the opportunity, with 15 or 18 characters.
        version: of the API.
        brief_length: of the field for the brief, as ``Salesforce.brief_length`` looks it up.
    """

    opportunity_id: SalesforceId
    version: SalesforceVersion = "v67.0"
    brief_length: Annotated[int, Field(ge=256, le=131_072)] = 32_768

    def key(self, kind: str, name: str = "") -> str:
        """The key of what is written; the longer form of an id is the same opportunity."""
        return key_of("salesforce", self.opportunity_id[:15], kind, name)


def salesforce_plan(
    facts: WriteBack, target: SalesforceTarget, planning: Planning
) -> tuple[Write, ...]:
    """What is to be written: fields of the opportunity last, for flows may wait for them.

    Raises:
        CrmRefusedError: a text does not fit, not even in part.
    """
    return needed(_steps(facts, target, planning), planning.known)


def _steps(facts: WriteBack, target: SalesforceTarget, planning: Planning) -> Iterator[Step]:
    form = Form(limit=target.brief_length, size=stored_bytes, shown=plain)
    brief = form.fitted(facts.note, link=facts.link, words=planning.words)
    yield _upsert(
        "note",
        f"{HANDOFF}/{KEY_FIELD}/{target.key('note')}",
        target,
        values=({BRIEF_FIELD: brief}, {"Opportunity__c": target.opportunity_id}),
    )
    for task in facts.tasks:
        yield _upsert(
            "task",
            f"Task/{KEY_FIELD}/{target.key('task', task.key)}",
            target,
            values=(
                _task(task, facts.link, planning),
                {"WhatId": target.opportunity_id} | _owner(task),
            ),
        )
    if named := facts.named():
        yield _fields(named, target)


def _upsert(
    kind: Kind,
    place: str,
    target: SalesforceTarget,
    *,
    values: tuple[Mapping[str, str | None], Mapping[str, str]],
) -> Step:
    """How it is made and changed; the second values are set once and then left to people.

    What a person has deleted is not made anew by a change: ``updateOnly``.
    """
    told, once = values
    path = _path(target, place)
    return Step(
        kind=kind,
        key=place.rpartition("/")[2],
        create=Request(method="PATCH", path=path, body=json_bytes({**once, **told})),
        update=Request(method="PATCH", path=f"{path}?updateOnly=true", body=json_bytes(told)),
    )


def _task(task: Task, link: str | None, planning: Planning) -> dict[str, str | None]:
    """Status and priority are not set: those of the organisation hold, then those of people."""
    subject = shortened(task.subject, _SUBJECT, size=stored_bytes)
    body = task.body if subject == task.subject else f"{task.subject}\n\n{task.body}"
    return {
        "Subject": subject,
        "Description": _DESCRIPTION.fitted(body, link=link, words=planning.words),
        "ActivityDate": task.due.isoformat() if task.due else None,
    }


def _owner(task: Task) -> dict[str, str]:
    return {"OwnerId": task.owner} if task.owner else {}


def _fields(named: Mapping[str, int | float | str], target: SalesforceTarget) -> Step:
    values = {field_of(name): value for name, value in named.items()}
    path = _path(target, f"Opportunity/{target.opportunity_id}")
    request = Request(method="PATCH", path=path, body=json_bytes(values))
    return Step(kind="properties", key=target.key("properties"), create=request, update=request)


def field_of(name: str) -> str:
    """The name of a custom field: ``score`` is ``Handoff_Score__c``."""
    return "Handoff_" + "_".join(part.capitalize() for part in name.split("_")) + "__c"


def _path(target: SalesforceTarget, rest: str) -> str:
    return f"/services/data/{target.version}/sobjects/{rest}"
