"""Documents of a deal, and reports over deals."""

import datetime
from typing import Literal

from transcript2handoff.api.models import examples
from transcript2handoff.api.models.runs import RunOut
from transcript2handoff.deal import Record
from transcript2handoff.words import Language


class DocumentOut(Record):
    """A document that a deal has, in one format and language."""

    model_config = examples.shown(examples.DOCUMENT)

    name: str
    """Its path without the ending; what is below `customer/` may go out."""
    format: str
    language: Language
    is_ready: bool
    """Whether it is there; what is not is made when it is asked for."""
    bytes: int | None
    media_type: str | None
    created: datetime.datetime | None


class DocumentList(Record):
    """All documents of a deal."""

    edition: str
    items: tuple[DocumentOut, ...]


class DocumentComing(Record):
    """The document is being made: ask again, or watch the run."""

    run: RunOut


ReportFormat = Literal["md", "json"]


class UnreadOut(Record):
    """A deal that could not be read, and why."""

    name: str
    why: str


class IssueOut(Record):
    """What is wanting, in how many of `of` cases."""

    what: str
    count: int
    of: int


class MeetingOut(Record):
    """What the meeting of sales and success talks about."""

    model_config = examples.shown(examples.MEETING)

    first: datetime.date
    last: datetime.date
    deals: int
    issues: tuple[IssueOut, ...]
    open_questions: dict[str, int]
    """By account executive; `-` stands for nobody named."""
    unread: tuple[UnreadOut, ...]
    markdown: str


class TallyOut(Record):
    """What came of the promises of one group."""

    name: str
    kept: int
    late: int
    impossible: int
    unknown: int
    share: str
    """How many of those that are known were kept, in words."""


class TableOut(Record):
    """The promises by one trait."""

    trait: str
    title: str
    rows: tuple[TallyOut, ...]


class FeedbackOut(Record):
    """Which promises were kept, for those who made them."""

    model_config = examples.shown(examples.FEEDBACK)

    deals: int
    tables: tuple[TableOut, ...]
    unread: tuple[UnreadOut, ...]
    markdown: str
