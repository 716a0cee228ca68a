"""Links to a brief for readers without an account, and what they see."""

import datetime
from collections.abc import Iterator, Mapping
from typing import Annotated, Self

from pydantic import ConfigDict, Field

from transcript2handoff.api.models import examples
from transcript2handoff.api.models.handoffs import ReadinessOut
from transcript2handoff.api.shared import Shared
from transcript2handoff.deal import Record, Stage
from transcript2handoff.handoff import Handoff
from transcript2handoff.store.shares import ShareRecord
from transcript2handoff.words import Language, Words


class ShareBody(Record):
    """A link that somebody wants to give out."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"days": 14, "audio": False}]})

    days: Annotated[int, Field(ge=1, le=90)] = 14
    """After which it leads nowhere."""
    audio: bool = False
    """Whether its readers may hear the calls; those alone on which all agreed to be heard, and on
    which no private data was said."""
    language: Language | None = None
    """Of the fixed words of the brief; that of the company else."""


class ShareOut(Record):
    """A link to the brief of a deal."""

    model_config = examples.shown(examples.SHARE)

    id: str
    deal_id: str
    link: str | None
    """Told once, when it is made."""
    by: str
    audio: bool
    language: Language
    created: datetime.datetime
    expires: datetime.datetime
    withdrawn: datetime.datetime | None
    is_open: bool
    """Whether it leads somewhere."""
    opened: int
    """How often it was followed."""
    last_opened: datetime.datetime | None

    @classmethod
    def of(cls, record: ShareRecord, *, now: datetime.datetime, link: str | None = None) -> Self:
        """The link of a row.

        Args:
            record: the row.
            now: the moment, with its time zone.
            link: with its secret, for whoever has made it.
        """
        same = [name for name in cls.model_fields if name in ShareRecord.model_fields]
        return cls(
            link=link,
            is_open=record.withdrawn is None and now < record.expires,
            **{name: getattr(record, name) for name in same},
        )


class ShareList(Record):
    """The links of a deal, newest first."""

    items: tuple[ShareOut, ...]


class SharedCallOut(Record):
    """A call of a brief that was shared."""

    ref: str
    date: datetime.date | None
    stage: Stage | None
    seconds: float | None
    audio: str | None
    """Where it is heard; none where it may not be."""
    silent_why: str | None
    """Why it may not be heard."""


class SharedBriefOut(Record):
    """The brief of a deal for whoever has the link: what may be shown, and nothing else."""

    model_config = examples.shown(examples.SHARED)

    expires: datetime.datetime
    """When the link ends."""
    language: Language
    handoff: Handoff
    """With private data hidden; without addresses of people, and without what was rejected."""
    readiness: ReadinessOut
    calls: tuple[SharedCallOut, ...]
    hidden: Mapping[str, int]
    """How many different values of each kind are hidden."""

    @classmethod
    def of(cls, shared: Shared, *, audio: str) -> Self:
        """What a link leads to.

        Args:
            shared: the deal behind the link.
            audio: what stands before the id of a call in the address of its sound.
        """
        words = Words.of(shared.record.language)
        return cls(
            expires=shared.record.expires,
            language=shared.record.language,
            handoff=shared.dossier.handoff,
            readiness=ReadinessOut.of(
                shared.dossier.assessment, edition=shared.edition, words=words
            ),
            calls=tuple(_calls(shared, audio)),
            hidden=shared.shown.hidden,
        )


def _calls(shared: Shared, audio: str) -> Iterator[SharedCallOut]:
    for heard in shared.dossier.handoff.calls:
        why = shared.silent_why(heard.call.id)
        yield SharedCallOut(
            ref=heard.call.id,
            date=heard.call.date,
            stage=heard.call.stage,
            seconds=heard.duration,
            audio=f"{audio}{heard.call.id}" if why is None else None,
            silent_why=why,
        )
