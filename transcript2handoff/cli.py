"""The command line: parse, call, print."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, replace
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from transcript2handoff import assemble, pipeline
from transcript2handoff.console import ERR, OUT, explaining, print_json, progress
from transcript2handoff.deal import DealContext
from transcript2handoff.deal_bench import deal_sections, read_bench
from transcript2handoff.doctor import examine
from transcript2handoff.engines.local import Recall
from transcript2handoff.engines.openai import Estimate
from transcript2handoff.errors import InputError
from transcript2handoff.evaluate import sections
from transcript2handoff.evaluation import Bench, Evaluation, train_reader
from transcript2handoff.files import make_folder, write_whole
from transcript2handoff.handoff import Draft, Handoff, read_draft, read_handoff
from transcript2handoff.package import Signed, pack
from transcript2handoff.pipeline import DRAFT, HANDOFF, TRANSCRIPT, Plan, Step
from transcript2handoff.render import BriefOptions, is_remote
from transcript2handoff.settings import read_settings
from transcript2handoff.shelf import FolderShelf, Told, read_file, remembered
from transcript2handoff.transcript import Transcript, read_transcript

EXIT_CODES = """\
Exit codes: 0 done · 2 wrong usage · 3 the input cannot be used · 4 a model file is missing or wrong
· 5 the engine refuses this call (its language, or it may not leave this machine) · 6 the result
cannot be written · 7 the model server does not give what was asked for · 130 stopped with Ctrl-C.
Nothing half-written is left behind, whatever the code.
"""

app = typer.Typer(
    help="A sales call goes in, and out comes a handoff in which every line can be played back.\n\n"
    "recording → transcribe → extract → ground → render → kickoff brief. `run` does it all; each "
    "step is a command of its own and writes the numbered file that the next one reads.",
    epilog=EXIT_CODES,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
)


class ExportFormat(StrEnum):
    """What a handoff can be exported as."""

    ITEMS = "items"


CallFile = Annotated[
    Path, typer.Argument(metavar="CALL", help="A recording, or a transcript of another tool.")
]
TranscriptFile = Annotated[Path, typer.Argument(metavar="TRANSCRIPT", help=f"A {TRANSCRIPT}.")]
DraftFile = Annotated[Path, typer.Argument(metavar="DRAFT", help=f"A {DRAFT}.")]
HandoffFile = Annotated[Path, typer.Argument(metavar="HANDOFF", help=f"A {HANDOFF}.")]
Out = Annotated[
    Path, typer.Option("--out", "-o", metavar="DIR", help="The folder for the numbered files.")
]
SameFolder = Annotated[
    Path | None,
    typer.Option("--out", "-o", metavar="DIR", help="The folder to write; that of the input else."),
]
DealFile = Annotated[
    Path | None,
    typer.Option(
        "--deal",
        metavar="TOML",
        help="The deal file: who sells what to whom, and who "
        "takes part. Names and sides of speakers are much better with it.",
    ),
]
CallId = Annotated[
    str | None,
    typer.Option(
        "--call",
        metavar="ID",
        help="The id of the call; else the call that the deal "
        "file lists for this file, else the file's name.",
    ),
]
AudioUrl = Annotated[
    str | None,
    typer.Option(
        "--audio-url",
        metavar="URL",
        help="Where the brief finds the recording; else the file itself, by a relative path.",
    ),
]
EngineName = Annotated[
    assemble.Engine,
    typer.Option(
        "--engine",
        help="Who extracts the facts: `local`, on this machine; `openai`, the model server of the "
        "settings; `both`; or `auto`, the model server if one is configured and the call may be "
        "sent to it, else `local`.",
    ),
]
NoCache = Annotated[
    bool, typer.Option("--no-cache", help="Ask the model again, also what it has answered before.")
]
MaxCost = Annotated[
    float | None,
    typer.Option(
        "--max-cost",
        metavar="SUM",
        min=0.0,
        help="Most that the model may cost for a call, in the currency of T2H_MODEL_PRICES.",
    ),
]
RecallPoint = Annotated[
    Recall,
    typer.Option(
        "--recall",
        help="`high` keeps nearly everything, for people who would rather delete than miss.",
    ),
]
Force = Annotated[
    bool, typer.Option("--force", help="Do every step again, also over files changed by hand.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print the result as JSON, for machines.")]


@app.command()
def run(  # noqa: PLR0913, PLR0917 - the options of the command line
    file: CallFile,
    out: Out,
    deal: DealFile = None,
    call: CallId = None,
    engine: EngineName = assemble.Engine.AUTO,
    recall: RecallPoint = Recall.BALANCED,
    no_cache: NoCache = False,
    max_cost: MaxCost = None,
    audio_url: AudioUrl = None,
    force: Force = False,
    as_json: AsJson = False,
) -> None:
    """Make the kickoff brief of one call: all steps, leaving out what is made already."""
    with explaining(as_json=as_json):
        wish = _extraction(engine, recall, no_cache=no_cache, max_cost=max_cost)
        order = replace(_order(file, out, deal, call), extraction=wish, audio_url=audio_url)
        plan = assemble.plan(order, read_settings())
        shelf = FolderShelf(out, overwrite=force, told=_told(plan))
        _execute(pipeline.steps(plan), shelf, out, as_json=as_json)


@app.command()
def transcribe(  # noqa: PLR0913, PLR0917 - the options of the command line
    file: CallFile,
    out: Out,
    deal: DealFile = None,
    call: CallId = None,
    force: Force = False,
    as_json: AsJson = False,
) -> None:
    """Write down who says what, and when: a recording, or another tool's transcript, to turns."""
    with explaining(as_json=as_json):
        plan = assemble.plan(_order(file, out, deal, call), read_settings())
        step = pipeline.transcribe_step(plan.listener, plan.context)
        shelf = FolderShelf(out, overwrite=force, told=_told(plan))
        _execute([step], shelf, out, as_json=as_json)


@app.command()
def extract(  # noqa: PLR0913, PLR0917 - the options of the command line
    transcript: TranscriptFile,
    out: SameFolder = None,
    deal: DealFile = None,
    engine: EngineName = assemble.Engine.AUTO,
    recall: RecallPoint = Recall.BALANCED,
    no_cache: NoCache = False,
    max_cost: MaxCost = None,
    dry_run: Annotated[
        bool,
        typer.Option(
            "--dry-run",
            help="Only say what would be sent to the model server, and what it can cost.",
        ),
    ] = False,
    force: Force = False,
    as_json: AsJson = False,
) -> None:
    """Let an engine say which facts the call holds, and with which words."""
    with explaining(as_json=as_json):
        source = _named(transcript, TRANSCRIPT).parent
        context, settings = _context(source, deal), read_settings()
        wish = _extraction(engine, recall, no_cache=no_cache, max_cost=max_cost)
        if dry_run:
            said = _transcript(source / TRANSCRIPT)
            _print_estimate(assemble.model_engine(wish, settings).estimate(said, context), as_json)
            return
        step = pipeline.extract_step(assemble.extractor(wish, settings), context)
        _continue(step, source, out, force=force, as_json=as_json)


def _extraction(
    engine: assemble.Engine, recall: Recall, *, no_cache: bool, max_cost: float | None
) -> assemble.Extraction:
    return assemble.Extraction(
        engine=engine, recall=recall, keep_answers=not no_cache, max_cost=max_cost
    )


def _print_estimate(plan: Estimate, as_json: bool) -> None:
    if as_json:
        print_json(asdict(plan))
        return
    hidden = ", ".join(f"{kind}: {number}" for kind, number in plan.hidden.items()) or "nothing"
    cost = "not known: T2H_MODEL_PRICES" if plan.most is None else f"at most {plan.most:.4f}"
    for line in (
        f"To        {plan.model} at {plan.to}",
        f"Hidden    {hidden}",
        f"Windows   {plan.windows} for {plan.turns} turns",
        f"Requests  {plan.requests}, and {plan.kept} answers that are kept",
        f"Tokens    about {plan.tokens_in} in, at most {plan.tokens_out} out",
        f"Cost      {cost}",
    ):
        OUT.print(line, markup=False)


@app.command()
def ground(
    draft: DraftFile,
    out: SameFolder = None,
    deal: DealFile = None,
    force: Force = False,
    as_json: AsJson = False,
) -> None:
    """Find every quote of a draft in the transcript beside it; reject what nobody said."""
    with explaining(as_json=as_json):
        source = _named(draft, DRAFT).parent
        step = pipeline.ground_step(_context(source, deal))
        _continue(step, source, out, force=force, as_json=as_json)


@app.command()
def render(
    handoff: HandoffFile,
    out: SameFolder = None,
    audio_url: AudioUrl = None,
    force: Force = False,
    as_json: AsJson = False,
) -> None:
    """Write the internal kickoff brief, Markdown and HTML, from a handoff."""
    with explaining(as_json=as_json):
        source = _named(handoff, HANDOFF).parent
        recording = audio_url or _recording(source, out or source)
        call_id = _handoff(source / HANDOFF).calls[0].call.id
        step = pipeline.render_step(BriefOptions(audio={call_id: recording} if recording else {}))
        _continue(step, source, out, force=force, as_json=as_json)


@app.command()
def export(
    handoff: HandoffFile,
    to: Annotated[ExportFormat, typer.Option("--format", help="What to print.")],
) -> None:
    """Print a handoff for other programs: `items` are flat records, one a claim."""
    with explaining(as_json=False):
        print_json({to.value: _handoff(_named(handoff, HANDOFF)).items()})


@app.command()
def package(
    folder: Annotated[
        Path,
        typer.Argument(
            metavar="DEAL_DIR", help="A folder with deal.toml and the folders of its calls."
        ),
    ],
    out: Out,
    contract: Annotated[
        Path | None,
        typer.Option(metavar="YAML", help="What was signed; promises are put beside it."),
    ] = None,
    catalog: Annotated[
        Path | None,
        typer.Option(
            metavar="YAML", help="What the product can do, and since when; with --contract."
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Make one handoff of all calls of a deal, with the history of each promise, and its brief."""
    if catalog and not contract:
        raise typer.BadParameter("a catalog needs a --contract beside it")
    with explaining(as_json=as_json):
        signed = Signed(contract=contract, catalog=catalog) if contract else None
        files = [str(path) for path in pack(folder, out, signed=signed)]
    if as_json:
        print_json({"files": files})
    else:
        for name in files:
            OUT.print(name, markup=False)


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
        wish = _extraction(engine, recall, no_cache=no_cache, max_cost=max_cost)
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


@app.command()
def doctor(as_json: AsJson = False) -> None:
    """Say what is installed, which model files are there, and what to do about the others."""
    with explaining(as_json=as_json):
        findings = examine(read_settings())
    if as_json:
        print_json([finding.as_dict() for finding in findings])
    else:
        for finding in findings:
            OUT.print(finding.line, markup=False)
    if any(finding.state == "missing" for finding in findings):
        raise typer.Exit(4)


def main() -> None:
    """The program ``t2h``."""
    app(prog_name="t2h")


def _order(file: Path, out: Path, deal_file: Path | None, call_id: str | None) -> assemble.Order:
    if deal_file is None:
        return assemble.Order(file=file, folder=out, call_id=call_id)
    deal = assemble.read_deal(deal_file)
    call_id = call_id or assemble.listed_call(file, deal, deal_file.parent)
    return assemble.Order(file=file, folder=out, deal=deal, call_id=call_id)


def _told(plan: Plan) -> Told:
    """What the commands that continue may rely on."""
    return Told(
        deal=plan.context.deal,
        call_id=plan.context.call.id,
        recording=next(iter(plan.brief.audio.values()), None),
    )


def _continue(step: Step, source: Path, out: Path | None, *, force: bool, as_json: bool) -> None:
    """Do one step with the files of the folder ``source``."""
    folder = out or source
    _execute([step], FolderShelf(folder, overwrite=force, inputs=source), folder, as_json=as_json)


def _execute(steps: Iterable[Step], shelf: FolderShelf, folder: Path, *, as_json: bool) -> None:
    plan = tuple(steps)
    with progress() as bars:
        outcomes = pipeline.execute(plan, shelf, watch=lambda step: bars.watch(step.name))
    files = [str(folder / name) for step in plan for name in step.writes]
    written = {name for step in plan for name in step.writes}
    notes = (
        *(_transcript(folder / TRANSCRIPT).notes if TRANSCRIPT in written else ()),
        *(_told_of(_draft(folder / DRAFT)) if DRAFT in written else ()),
    )
    if as_json:
        steps_done = {name: outcome.value for name, outcome in outcomes.items()}
        print_json({"steps": steps_done, "files": files, "notes": notes})
        return
    for note in notes:
        ERR.print(f"Note: {note}", markup=False)
    for step in plan:
        note = " (unchanged)" if outcomes[step.name] is pipeline.Outcome.REUSED else ""
        for name in step.writes:
            OUT.print(f"{folder / name}{note}", markup=False)


def _named(file: Path, name: str) -> Path:
    """The numbered file in a call's folder; the folder itself may be given for it."""
    path = file / name if file.is_dir() else file
    if path.name != name:
        raise InputError(f"{file} is not called {name}. Give the call's folder, or {name} in it.")
    return path


def _told_of(draft: Draft) -> Iterator[str]:
    """What somebody should know of a draft: who read the call, for how much, and what not."""
    made = draft.provenance
    if made.usage:
        used, sent = made.usage, dict.fromkeys(sending.to for sending in made.sendings)
        cost = "" if used.cost is None else f", cost {used.cost:.4f}"
        yield (
            f"Facts by engine {made.engine} ({made.model}): sent to {', '.join(sent)}; "
            f"{used.requests} requests, {used.from_cache} answers kept from before; "
            f"{used.tokens_in} tokens in ({used.tokens_cached} cached), {used.tokens_out} out"
            f"{cost}."
        )
    yield from draft.notes
    yield from (f"Not read: {gap.turns}. {gap.reason}" for gap in draft.unread)


def _draft(path: Path) -> Draft:
    return read_draft(read_file(path), where=str(path))


def _transcript(path: Path) -> Transcript:
    return read_transcript(read_file(path), where=str(path))


def _handoff(path: Path) -> Handoff:
    transcript = _transcript(path.parent / TRANSCRIPT)
    return read_handoff(read_file(path), [transcript], where=str(path))


def _context(source: Path, deal_file: Path | None) -> DealContext:
    """The deal of the file, else what an earlier command was told of it."""
    deal = assemble.read_deal(deal_file) if deal_file else remembered(source).deal
    return assemble.context(deal, _transcript(source / TRANSCRIPT).call_id)


def _recording(source: Path, folder: Path) -> str | None:
    """The recording that an earlier command was told of, as ``folder`` sees it."""
    recording = remembered(source).recording
    if recording is None or is_remote(recording):
        return recording
    return assemble.link(source / recording, folder)


if __name__ == "__main__":
    main()
