"""Reports over the deals that the caller sees."""

import datetime
from collections import Counter
from collections.abc import Iterator
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query
from fastapi.responses import Response
from pydantic import Field

from transcript2handoff.access import Principal
from transcript2handoff.api.deps import Reporter, ServicesDep, note
from transcript2handoff.api.models.answers import problems
from transcript2handoff.api.models.documents import (
    FeedbackOut,
    IssueOut,
    MeetingOut,
    ReportFormat,
    TableOut,
    TallyOut,
    UnreadOut,
)
from transcript2handoff.api.problem_kinds import kind_of
from transcript2handoff.api.services import Services
from transcript2handoff.deal import Role
from transcript2handoff.documents.expansion import owner_of
from transcript2handoff.errors import HandoffError, StoreUnreachableError
from transcript2handoff.handoff import Claim
from transcript2handoff.jobs.desk import open_dossier
from transcript2handoff.render.templates import Templates
from transcript2handoff.reports.feedback import Table, feedback_markdown, tables
from transcript2handoff.reports.meeting import (
    issues,
    meeting_markdown,
    questions_by_executive,
)
from transcript2handoff.reports.portfolio import DealRecord, Period, Portfolio, UnreadDeal
from transcript2handoff.reports.tallies import promises_of
from transcript2handoff.store import Page, Window, deals, every
from transcript2handoff.store.deals import DealRecord as DealRow
from transcript2handoff.words import Language, Words

router = APIRouter(tags=["reports"])
_NOBODY: Final = "-"

Day = Annotated[datetime.date, Field(ge=datetime.date(2000, 1, 1), le=datetime.date(2099, 12, 31))]
"""One outside of these is a typing mistake."""
InLanguage = Annotated[
    Language | None, Query(description="Of the report; the language of the company else.")
]
InFormat = Annotated[
    ReportFormat, Query(description="`md` for Markdown, `json` for its figures and the Markdown.")
]


def _answers(model: Any) -> dict[int | str, dict[str, Any]]:  # noqa: ANN401 - a model of ours
    as_text = {"text/markdown": {"schema": {"type": "string"}}}
    told = {"description": "The report.", "model": model, "content": as_text}
    return {200: told, **problems()}


@router.get(
    "/reports/meeting",
    summary="The meeting of sales and success",
    operation_id="report_meeting",
    response_class=Response,
    responses=_answers(MeetingOut),
)
def report_meeting(  # noqa: PLR0913, PLR0917 - the options of the query
    services: ServicesDep,
    caller: Reporter,
    first: Annotated[
        Day | None, Query(alias="from", description="The first day; two weeks before `to` else.")
    ] = None,
    last: Annotated[Day | None, Query(alias="to", description="The last day; today else.")] = None,
    language: InLanguage = None,
    format: InFormat = "md",  # noqa: A002 - the word of its readers
) -> Response:
    """The agenda of a period.

    Accounts at risk, signs of growth, handoffs that come, and what is wanting again and again.
    """
    end = last or services.clock().date()
    period = Period(first=first, last=end) if first else Period.two_weeks_to(end)
    portfolio, templates = _portfolio(services, caller), _templates(services, language)
    company = services.company_files.company

    def owner(deal: DealRecord, claim: Claim) -> tuple[Role, str | None]:
        role = owner_of(claim, company.ownership)
        member = company.who(role, deal.handoff.deal)
        return role, member.name if member else None

    text = meeting_markdown(portfolio, period, templates, company=company, owner_of=owner)
    if format == "md":
        return _markdown(text)
    told = MeetingOut(
        first=period.first,
        last=period.last,
        deals=len(portfolio.deals),
        issues=tuple(
            IssueOut(what=templates.words.say(one.what), count=one.count, of=one.of)
            for one in issues(portfolio)
        ),
        open_questions={
            name or _NOBODY: count for name, count in questions_by_executive(portfolio).items()
        },
        unread=_unread(portfolio),
        markdown=text,
    )
    return _json(told.model_dump_json())


@router.get(
    "/reports/feedback",
    summary="Feedback to sales",
    operation_id="report_feedback",
    response_class=Response,
    responses=_answers(FeedbackOut),
)
def report_feedback(
    services: ServicesDep,
    caller: Reporter,
    language: InLanguage = None,
    format: InFormat = "md",  # noqa: A002 - the word of its readers
) -> Response:
    """Which promises were kept, came late or could not be kept, for those who made them."""
    portfolio, templates = _portfolio(services, caller), _templates(services, language)
    text = feedback_markdown(portfolio, templates)
    if format == "md":
        return _markdown(text)
    told = FeedbackOut(
        deals=len(portfolio.deals),
        tables=tuple(_table(one, templates.words) for one in tables(promises_of(portfolio))),
        unread=_unread(portfolio),
        markdown=text,
    )
    return _json(told.model_dump_json())


def _templates(services: Services, language: Language | None) -> Templates:
    files = services.company_files
    return files.templates_in(language or files.company.language)


def _portfolio(services: Services, caller: Principal) -> Portfolio:
    """The deals that the caller sees and whose calls were read; two of one name are told apart."""
    seen = [deal for deal in _seen(services, caller) if deal.handoff_version]
    names = Counter(deal.deal.deal.casefold() for deal in seen)
    read, unread = [], []
    for deal in seen:
        is_alone = names[deal.deal.deal.casefold()] == 1
        name = deal.deal.deal if is_alone else f"{deal.deal.deal} ({deal.id})"
        try:
            read.append(_read(services, deal.id, name))
        except StoreUnreachableError:
            raise
        except HandoffError as error:
            kind = kind_of(error)
            unread.append(UnreadDeal(name=name, why=str(error) if kind.told else kind.detail))
    return Portfolio(deals=tuple(read), unread=tuple(unread))


def _seen(services: Services, caller: Principal) -> Iterator[DealRow]:
    def listed(window: Window) -> Page[DealRow]:
        with services.store.read() as tx:
            page = deals.listed(tx, window, seen_by=caller.seen_by)
            if window.after is None:
                note(tx, caller, "read", "report")
            return page

    return every(listed)


def _read(services: Services, deal_id: str, name: str) -> DealRecord:
    dossier = open_dossier(services.store, services.papers, deal_id)
    called = dossier.handoff.deal.model_copy(update={"deal": name})
    handoff = dossier.handoff.model_copy(update={"deal": called})
    return DealRecord.of(handoff, dossier.transcripts, assessment=dossier.assessment)


def _table(table: Table, words: Words) -> TableOut:
    rows = tuple(
        TallyOut(
            name=words.shown(row.name),
            kept=row.tally.kept,
            late=row.tally.late,
            impossible=row.tally.impossible,
            unknown=row.tally.unknown,
            share=words.say(row.share),
        )
        for row in table.rows
    )
    return TableOut(trait=table.trait, title=words.say(table.title), rows=rows)


def _unread(portfolio: Portfolio) -> tuple[UnreadOut, ...]:
    return tuple(UnreadOut(name=one.name, why=one.why) for one in portfolio.unread)


def _markdown(text: str) -> Response:
    return Response(text, media_type="text/markdown; charset=utf-8")


def _json(text: str) -> Response:
    return Response(text, media_type="application/json")
