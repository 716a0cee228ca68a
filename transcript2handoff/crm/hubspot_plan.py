"""What is written to a deal in HubSpot: a note, tasks, and properties of the deal.

Notes and tasks are made once. A property with unique values, ``handoff_key``, keeps a second one
of the same key from being made, and is the address by which they are changed.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, Final, Literal

from pydantic import AwareDatetime, StringConstraints

from transcript2handoff.crm.plans import NOON, Planning, Step, json_bytes, needed
from transcript2handoff.crm.records import Request, Task, Write, WriteBack, key_of
from transcript2handoff.crm.texts import Form, html, shortened, units
from transcript2handoff.deal import Record

HUBSPOT_BODY: Final = Form(limit=65_536, size=units, shown=html)
"""Of a note or a task; tags and entities count."""
_SUBJECT: Final = 255
KEY_PROPERTY: Final = "handoff_key"

HubSpotId = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,20}\z")]
HubSpotVersion = Annotated[str, StringConstraints(pattern=r"^(v3|20[0-9]{2}-[0-9]{2})\z")]
_Activity = Literal["notes", "tasks"]


class HubSpotAssociations(Record):
    """Ids of the kinds of associations; the same in every account, so far."""

    note_to_deal: int = 214
    note_to_company: int = 190
    task_to_deal: int = 216
    task_to_company: int = 192


class HubSpotTarget(Record):
    """Where a write-back goes.

    Attributes:
        deal_id: of the deal.
        company_id: of its company; note and tasks are shown there too.
        owner_id: of whom the note belongs to.
        at: when the handoff was made: the time of the note, and of tasks without a day.
        version: of the API.
        associations: ids of kinds of associations, as ``HubSpot.associations`` looks them up.
    """

    deal_id: HubSpotId
    company_id: HubSpotId | None = None
    owner_id: HubSpotId | None = None
    at: AwareDatetime
    version: HubSpotVersion = "v3"
    associations: HubSpotAssociations = HubSpotAssociations()

    def key(self, kind: str, name: str = "") -> str:
        """The key of what is written."""
        return key_of("hubspot", self.deal_id, kind, name)


def objects_path(version: str, rest: str) -> str:
    """A path below the objects: newer versions are dates, and stand behind them."""
    return f"/crm/v3/objects/{rest}" if version == "v3" else f"/crm/objects/{version}/{rest}"


def hubspot_plan(facts: WriteBack, target: HubSpotTarget, planning: Planning) -> tuple[Write, ...]:
    """What is to be written: properties last, for workflows may wait for them.

    Raises:
        CrmRefusedError: a text does not fit, not even in part.
    """
    return needed(_steps(facts, target, planning), planning.known)


def _steps(facts: WriteBack, target: HubSpotTarget, planning: Planning) -> Iterator[Step]:
    body = HUBSPOT_BODY.fitted(facts.note, link=facts.link, words=planning.words)
    fixed = {"hs_timestamp": _moment(target.at)} | _owner(target.owner_id)
    yield _activity(
        "notes", key=target.key("note"), target=target, values=({"hs_note_body": body}, fixed)
    )
    for task in facts.tasks:
        yield _activity(
            "tasks",
            key=target.key("task", task.key),
            target=target,
            values=(_task(task, facts.link, planning), _only_once(task, target)),
        )
    if named := facts.named():
        yield _properties(named, target)


def _activity(
    kind: _Activity,
    *,
    key: str,
    target: HubSpotTarget,
    values: tuple[Mapping[str, str], Mapping[str, str]],
) -> Step:
    """A note or a task; of its values the second are set once and then left to people."""
    told, once = values
    create = {
        "properties": {KEY_PROPERTY: key, **once, **told},
        "associations": list(_associations(kind, target)),
    }
    return Step(
        kind="note" if kind == "notes" else "task",
        key=key,
        create=Request(
            method="POST", path=objects_path(target.version, kind), body=json_bytes(create)
        ),
        update=Request(
            method="PATCH",
            path=objects_path(target.version, f"{kind}/{key}?idProperty={KEY_PROPERTY}"),
            body=json_bytes({"properties": dict(told)}),
        ),
        again=True,
    )


def _task(task: Task, link: str | None, planning: Planning) -> dict[str, str]:
    subject = shortened(task.subject, _SUBJECT, size=units)
    body = task.body if subject == task.subject else f"{task.subject}\n\n{task.body}"
    told = {
        "hs_task_subject": subject,
        "hs_task_body": HUBSPOT_BODY.fitted(body, link=link, words=planning.words),
    }
    if task.due:
        told["hs_timestamp"] = _moment(datetime.combine(task.due, NOON, UTC))
    return told


def _only_once(task: Task, target: HubSpotTarget) -> dict[str, str]:
    return {
        "hs_timestamp": _moment(target.at),
        "hs_task_status": "NOT_STARTED",
        "hs_task_type": "TODO",
        **_owner(task.owner),
    }


def _properties(named: Mapping[str, int | float | str], target: HubSpotTarget) -> Step:
    values = {f"handoff_{name}": str(value) for name, value in named.items()}
    path = objects_path(target.version, f"deals/{target.deal_id}")
    request = Request(method="PATCH", path=path, body=json_bytes({"properties": values}))
    return Step(kind="properties", key=target.key("properties"), create=request, update=request)


def _associations(kind: _Activity, target: HubSpotTarget) -> Iterator[dict[str, Any]]:
    ids = target.associations
    to_deal, to_company = (
        (ids.note_to_deal, ids.note_to_company)
        if kind == "notes"
        else (ids.task_to_deal, ids.task_to_company)
    )
    yield _association(target.deal_id, to_deal)
    if target.company_id:
        yield _association(target.company_id, to_company)


def _association(to: str, type_id: int) -> dict[str, Any]:
    kind = {"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": type_id}
    return {"to": {"id": to}, "types": [kind]}


def _owner(owner: str | None) -> dict[str, str]:
    return {"hubspot_owner_id": owner} if owner else {}


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
