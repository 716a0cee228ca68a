"""One thing that a CRM shall hold, as the outbox keeps it until it is sent.

How it is sent is worked out when it is sent: only then it is known whether the CRM has it already,
and what the CRM calls that which belongs to the deal.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Final

from pydantic import AwareDatetime, ValidationError

from transcript2handoff.connections import CrmName
from transcript2handoff.crm import (
    HubSpotTarget,
    SalesforceTarget,
    Write,
    WriteBack,
    plan,
)
from transcript2handoff.deal import Record
from transcript2handoff.errors import CrmRefusedError
from transcript2handoff.store.outbox import OutboxWish
from transcript2handoff.words import Language, Words

PRIORITIES: Final[Mapping[str, int]] = {"note": 3, "task": 4, "properties": 6}
"""Properties come last, for workflows of the CRM may wait for them."""
_THERE: Final = "an older one"
"""The hash of something that the CRM has, whatever it says."""
_NOTHING: Final = "-"
"""The note of a piece that is none; it is not sent."""

Target = HubSpotTarget | SalesforceTarget


class Piece(Record):
    """A note, a task or the properties of a deal, with where they go.

    Attributes:
        crm: the CRM.
        deal_id: of the deal, there.
        at: when the handoff was made.
        language: of those who read it.
        facts: what it says, and nothing of the others.
    """

    crm: CrmName
    deal_id: str
    at: AwareDatetime
    language: Language
    facts: WriteBack

    def write(self, key: str, target: Target, *, is_there: bool) -> Write:
        """The write of this piece.

        Args:
            key: of the piece.
            target: where it goes, with all that is known of it.
            is_there: whether it was sent before, so that it is to be changed.

        Raises:
            CrmRefusedError: a text does not fit, not even in part.
        """
        known = {key: _THERE} if is_there else {}
        writes = plan(self.facts, known, target, words=Words.of(self.language))
        return next(write for write in writes if write.key == key)

    def target(self) -> Target:
        """Where it goes, as far as it is known without asking the CRM."""
        return target_of(self.crm, self.deal_id, self.at)


def target_of(crm: CrmName, deal_id: str, at: datetime) -> Target:
    """Where things go, as far as it is known without asking the CRM.

    Raises:
        CrmRefusedError: it is no id of that CRM.
    """
    try:
        if crm == "hubspot":
            return HubSpotTarget(deal_id=deal_id, at=at)
        return SalesforceTarget(opportunity_id=deal_id)
    except ValidationError:
        raise CrmRefusedError(
            f"The deal is called {deal_id!r} in {crm}, which is no id of a deal there. Mend the "
            "place of deal_id in the field mapping."
        ) from None


def wishes(whole: Piece, ours: str) -> Iterator[OutboxWish]:
    """Each thing of a write-back by itself.

    Args:
        whole: all of it.
        ours: the id of the deal here.

    Raises:
        CrmRefusedError: a text does not fit, not even in part.
    """
    parts = {key: whole.model_copy(update={"facts": facts}) for key, facts in _parts(whole).items()}
    for write in plan(whole.facts, {}, whole.target(), words=Words.of(whole.language)):
        yield OutboxWish(
            target=whole.crm,
            external_key=write.key,
            deal_id=ours,
            kind=write.kind,
            content=parts[write.key].model_dump_json(),
            digest=write.content_hash,
            priority=PRIORITIES[write.kind],
        )


def _parts(whole: Piece) -> dict[str, WriteBack]:
    """What each thing says, by its key."""
    target, facts = whole.target(), whole.facts
    bare: dict[str, object] = {"note": _NOTHING, "tasks": (), "properties": {}}
    parts: dict[str, dict[str, object]] = {target.key("note"): {"note": facts.note}}
    for task in facts.tasks:
        parts[target.key("task", task.key)] = {"tasks": (task,)}
    named = target.key("properties")
    return {
        **{key: facts.model_copy(update={**bare, **told}) for key, told in parts.items()},
        named: facts.model_copy(update={**bare, "properties": facts.properties}),
    }
