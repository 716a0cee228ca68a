"""Commands for a deal with several calls: its package, and what people say of it."""

from pathlib import Path
from typing import Annotated

import typer

from transcript2handoff.assemble import set_up_redaction
from transcript2handoff.cli.base import app
from transcript2handoff.cli.options import AsJson, Out
from transcript2handoff.console import ERR, OUT, explaining, print_files, print_json
from transcript2handoff.deal_folder import Beside, open_deal
from transcript2handoff.handoff import Outcome
from transcript2handoff.journalling import Noted, Verdict, signed
from transcript2handoff.package import pack
from transcript2handoff.settings import read_settings
from transcript2handoff.words import Language

DealDir = Annotated[
    Path,
    typer.Argument(
        metavar="DEAL_DIR", help="A folder with deal.toml and the folders of its calls."
    ),
]
ClaimId = Annotated[
    str, typer.Argument(metavar="CLAIM_ID", help="The id of a claim, or how it begins.")
]
By = Annotated[str, typer.Option("--by", metavar="NAME", help="Who says so.")]
Why = Annotated[str | None, typer.Option("--why", metavar="WORDS", help="The reason.")]
ContractFile = Annotated[
    Path | None,
    typer.Option(
        "--contract",
        metavar="YAML",
        help="What was signed; terms.yaml in DEAL_DIR else. Promises are put beside it.",
    ),
]
CatalogFile = Annotated[
    Path | None,
    typer.Option(
        "--catalog",
        metavar="YAML",
        help="What the product can do, and since when; catalog.yaml in DEAL_DIR else.",
    ),
]
CompanyFile = Annotated[
    Path | None,
    typer.Option(
        "--company",
        metavar="YAML",
        help="Team, looks and templates of the company; company.yaml in DEAL_DIR else.",
    ),
]


@app.command()
def package(  # noqa: PLR0913, PLR0917 - the options of the command line
    folder: DealDir,
    out: Out,
    contract: ContractFile = None,
    catalog: CatalogFile = None,
    company: CompanyFile = None,
    language: Annotated[
        Language | None,
        typer.Option(help="The language of the documents; that of the company file else."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Make one handoff of all calls of a deal, and every document that its readers need."""
    with explaining(as_json=as_json):
        beside = Beside(company=company, contract=contract, catalog=catalog)
        set_up_redaction(read_settings())
        packed = pack(folder, out, beside, language=language)
    print_files(packed.files, packed.notes, as_json=as_json)


@app.command()
def review(  # noqa: PLR0913, PLR0917 - the options of the command line
    folder: DealDir,
    claim_id: ClaimId,
    by: By,
    confirm: Annotated[bool, typer.Option("--confirm", help="The claim is right.")] = False,
    reject: Annotated[
        bool, typer.Option("--reject", help="The claim is wrong: show it in the appendix only.")
    ] = False,
    changes: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="FIELD=VALUE", help="Set a field; repeatable."),
    ] = None,
    why: Why = None,
    as_json: AsJson = False,
) -> None:
    """Confirm, reject or edit a claim of a deal; it holds in every later package."""
    if confirm and reject:
        raise typer.BadParameter("a claim is right or wrong, not both")
    verdict: Verdict | None = "confirm" if confirm else "reject" if reject else None
    with explaining(as_json=as_json):
        noted = open_deal(folder).office.review(
            claim_id, signed(by, why), verdict=verdict, changes=changes or ()
        )
    _print_noted(noted, as_json=as_json)


@app.command()
def answer(  # noqa: PLR0913, PLR0917 - the options of the command line
    folder: DealDir,
    question_id: Annotated[
        str, typer.Argument(metavar="QUESTION_ID", help="The id of a question, or how it begins.")
    ],
    words: Annotated[str, typer.Argument(metavar="WORDS", help="The answer.")],
    by: By,
    contract: ContractFile = None,
    catalog: CatalogFile = None,
    why: Why = None,
    as_json: AsJson = False,
) -> None:
    """Answer a question that the calls of a deal have left open."""
    with explaining(as_json=as_json):
        deal = open_deal(folder, Beside(contract=contract, catalog=catalog))
        noted = deal.office.answer(question_id, words, signed(by, why), asked=deal.dossier.asked)
    _print_noted(noted, as_json=as_json)


@app.command()
def outcome(  # noqa: PLR0913, PLR0917 - the options of the command line
    folder: DealDir,
    claim_id: ClaimId,
    what: Annotated[Outcome, typer.Argument(help="What came of the promise.")],
    by: By,
    why: Why = None,
    as_json: AsJson = False,
) -> None:
    """Say what came of a promise after the handoff; the reports count it."""
    with explaining(as_json=as_json):
        noted = open_deal(folder).office.outcome(claim_id, what, signed(by, why))
    _print_noted(noted, as_json=as_json)


@app.command()
def undo(
    folder: DealDir,
    number: Annotated[
        int, typer.Argument(metavar="NUMBER", min=1, help="Its place in journal.jsonl, from 1.")
    ],
    by: By,
    why: Why = None,
    as_json: AsJson = False,
) -> None:
    """Take back what somebody did to a deal; of an undoing, what it took back stands again."""
    with explaining(as_json=as_json):
        noted = open_deal(folder).office.undo(number, signed(by, why))
    _print_noted(noted, as_json=as_json)


def _print_noted(noted: Noted, *, as_json: bool) -> None:
    if as_json:
        print_json({"event": noted.event.model_dump(mode="json"), "notes": list(noted.notes)})
        return
    for note in noted.notes:
        ERR.print(f"Note: {note}", markup=False)
    OUT.print(noted.line, markup=False)
