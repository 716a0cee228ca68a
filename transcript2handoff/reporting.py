"""Reports over the deals in a folder.

``FOLDER/<deal>/`` is a deal folder as ``t2h package`` reads it. A deal that cannot be read is
named, never left out.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from transcript2handoff.company import Company
from transcript2handoff.deal import Role
from transcript2handoff.deal_folder import DEAL, open_deal
from transcript2handoff.documents.expansion import owner_of
from transcript2handoff.errors import HandoffError, InputError
from transcript2handoff.files import make_folder, write_whole
from transcript2handoff.handoff import Claim
from transcript2handoff.render.templates import Templates
from transcript2handoff.reports.feedback import feedback_markdown
from transcript2handoff.reports.meeting import meeting_markdown
from transcript2handoff.reports.plots import feedback_plots
from transcript2handoff.reports.portfolio import DealRecord, Period, Portfolio, UnreadDeal

MEETING: Final = "sales_success_meeting.md"
FEEDBACK: Final = "sales_feedback.md"


@dataclass(frozen=True)
class Report:
    """The files that were written, and the deals that could not be read."""

    files: tuple[Path, ...]
    unread: tuple[UnreadDeal, ...]


def read_portfolio(folder: Path) -> Portfolio:
    """Read all deals in the folders below ``folder``.

    Raises:
        InputError: there is no deal below it, or two deals have the same name.
    """
    homes = sorted(file.parent for file in folder.rglob(DEAL))
    if not homes:
        raise InputError(f"{folder} holds no deal: there is no {DEAL} in it or below it.")
    deals, unread = [], []
    for home in homes:
        try:
            deals.append(_read(home))
        except HandoffError as error:
            unread.append(UnreadDeal(name=str(home.relative_to(folder)), why=str(error)))
    return Portfolio(deals=tuple(deals), unread=tuple(unread))


def write_meeting(
    folder: Path, out: Path, period: Period, *, company: Company, templates: Templates
) -> Report:
    """Write the agenda of the sales and success meeting on the deals in ``folder``.

    Raises:
        InputError: as ``read_portfolio`` raises it.
        OutputError: ``out`` cannot be written.
    """

    def owner(deal: DealRecord, claim: Claim) -> tuple[Role, str | None]:
        role = owner_of(claim, company.ownership)
        member = company.who(role, deal.handoff.deal)
        return role, member.name if member else None

    portfolio = read_portfolio(folder)
    text = meeting_markdown(portfolio, period, templates, company=company, owner_of=owner)
    return _written(out, {MEETING: text.encode()}, portfolio)


def write_feedback(folder: Path, out: Path, *, templates: Templates) -> Report:
    """Write the feedback report on the deals in ``folder`` and its plots; as ``write_meeting``."""
    portfolio = read_portfolio(folder)
    text = feedback_markdown(portfolio, templates)
    plots = feedback_plots(portfolio, templates.words)
    return _written(out, {FEEDBACK: text.encode(), **plots}, portfolio)


def _written(out: Path, files: dict[str, bytes], portfolio: Portfolio) -> Report:
    target = make_folder(out)
    write_whole(target, files)
    return Report(tuple(target / name for name in files), portfolio.unread)


def _read(home: Path) -> DealRecord:
    """A deal as it stands now, with what people noted in its journal."""
    deal = open_deal(home).dossier
    return DealRecord.of(deal.handoff, deal.transcripts, assessment=deal.assessment)
