"""Commands that measure and train the local engine."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from transcript2handoff import assemble
from transcript2handoff.cli.base import app
from transcript2handoff.cli.options import (
    AsJson,
    EngineName,
    MaxCost,
    NoCache,
    RecallPoint,
    extraction,
)
from transcript2handoff.console import ERR, OUT, explaining, print_json, progress
from transcript2handoff.deal_bench import deal_sections, read_bench
from transcript2handoff.engines.local import Recall
from transcript2handoff.evaluate import sections
from transcript2handoff.evaluation import Bench, Evaluation, train_reader
from transcript2handoff.files import make_folder, write_whole
from transcript2handoff.settings import read_settings


@app.command(name="eval")
def evaluate(  # noqa: PLR0913, PLR0917 - the options of the command line
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Annotated calls, in JSON.")],
    engine: EngineName = assemble.Engine.LOCAL,
    recall: RecallPoint = Recall.BALANCED,
    no_cache: NoCache = False,
    max_cost: MaxCost = None,
    recordings: Annotated[
        bool, typer.Option("--recordings", help="Hear the recordings beside the annotated calls.")
    ] = False,
    cross_validate: Annotated[
        bool,
        typer.Option(
            "--cross-validate",
            help="Train a reader for each fold of deals and measure it on deals it has not seen "
            "(needs the extra `train`; hours, but a second run takes up where the first stopped).",
        ),
    ] = False,
    readers: Annotated[
        Path, typer.Option(metavar="DIR", help="Where cross-validation keeps its readers.")
    ] = Path(".readers"),
    predictions: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Also write what was found, one CALLID.json a call."),
    ] = None,
    deals: Annotated[
        bool,
        typer.Option(
            "--deals", help="Also consolidate the deals that DEALS.json lists, and score that."
        ),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Run an engine over annotated calls and print how much of the gold it finds."""
    with explaining(as_json=as_json), progress() as bars:
        wish = extraction(engine, recall, no_cache=no_cache, max_cost=max_cost)
        bench = Bench(folder, wish, read_settings())
        watch = bars.watch("evaluate")
        if cross_validate:
            result = bench.cross_validate(readers, watch, report=_say)
        else:
            result = (bench.hear if recordings else bench.read)(watch)
        if predictions:
            found = result.found.items()
            files = {f"{call}.json": json.dumps({"items": items}) for call, items in found}
            write_whole(make_folder(predictions), {k: v.encode() for k, v in files.items()})
        if deals:
            sections_of_deals = deal_sections(read_bench(folder), result.handoffs)
            result = replace(result, more=(*result.more, *sections_of_deals))
    _print_evaluation(result, as_json=as_json)


def _print_evaluation(result: Evaluation, *, as_json: bool) -> None:
    if as_json:
        print_json(result.report.to_dict())
        return
    for n, section in enumerate((*sections(result.calls), *result.more)):
        # The first table stands as the benchmark's own script prints it.
        OUT.print(section.text if n == 0 else f"\n{section.title}\n{section.text}", markup=False)


def _say(line: str) -> None:
    ERR.print(line, markup=False)


@app.command()
def train(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Annotated calls, in JSON.")],
    out: Annotated[
        Path, typer.Option("--out", "-o", metavar="DIR", help="The folder for the model.")
    ],
    without: Annotated[
        list[str] | None,
        typer.Option(metavar="DEAL", help="A deal to leave out and to measure on; repeatable."),
    ] = None,
) -> None:
    """Train the reader of the local engine on annotated calls (needs the extra `train`)."""
    with explaining(as_json=False):
        train_reader(folder, out, without=tuple(without or ()), report=_say)
