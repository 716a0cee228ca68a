"""Reports over many deals."""

import datetime
from pathlib import Path
from typing import Annotated

import typer

from transcript2handoff.cli.base import app
from transcript2handoff.cli.options import AsJson, Out
from transcript2handoff.company import Company
from transcript2handoff.company_files import CompanyFiles, read_company
from transcript2handoff.console import explaining, print_files
from transcript2handoff.reporting import Report, write_feedback, write_meeting
from transcript2handoff.reports.portfolio import Period
from transcript2handoff.words import Language

report = typer.Typer(help="Reports over the deals in a folder.", no_args_is_help=True)
app.add_typer(report, name="report", rich_help_panel=None)

Deals = Annotated[
    Path, typer.Argument(metavar="FOLDER", help="A folder with deal folders: deal.toml, calls.")
]
CompanyFile = Annotated[
    Path | None,
    typer.Option("--company", metavar="YAML", help="Ownership model, templates and language."),
]
Speech = Annotated[
    Language | None, typer.Option(help="The language; that of the company file else.")
]
_DAY = ["%Y-%m-%d"]
From = Annotated[
    datetime.datetime | None,
    typer.Option("--from", formats=_DAY, help="The first day; two weeks before --to else."),
]
To = Annotated[
    datetime.datetime | None, typer.Option("--to", formats=_DAY, help="The last day; today else.")
]


@report.command()
def meeting(  # noqa: PLR0913, PLR0917 - the options of the command line
    folder: Deals,
    out: Out,
    first: From = None,
    last: To = None,
    company: CompanyFile = None,
    language: Speech = None,
    as_json: AsJson = False,
) -> None:
    """Write the agenda of the sales and success meeting of a period."""
    with explaining(as_json=as_json):
        files = _company(company)
        end = last.date() if last else datetime.datetime.now().astimezone().date()
        period = Period(first=first.date(), last=end) if first else Period.two_weeks_to(end)
        templates = files.templates_in(language or files.company.language)
        written = write_meeting(folder, out, period, company=files.company, templates=templates)
    _print_report(written, as_json=as_json)


@report.command()
def feedback(
    folder: Deals,
    out: Out,
    company: CompanyFile = None,
    language: Speech = None,
    as_json: AsJson = False,
) -> None:
    """Write which promises were kept, came late or could not be kept, for those who made them."""
    with explaining(as_json=as_json):
        files = _company(company)
        templates = files.templates_in(language or files.company.language)
        written = write_feedback(folder, out, templates=templates)
    _print_report(written, as_json=as_json)


def _company(path: Path | None) -> CompanyFiles:
    return read_company(path) if path else CompanyFiles(company=Company())


def _print_report(written: Report, *, as_json: bool) -> None:
    unread = (f"{deal.name} could not be read: {deal.why}" for deal in written.unread)
    print_files(written.files, unread, as_json=as_json)
