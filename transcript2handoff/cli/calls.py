"""Commands for one call: from a recording to its brief, at once or step by step."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, replace
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from transcript2handoff import assemble, pipeline
from transcript2handoff.cli.base import app
from transcript2handoff.cli.options import (
    AsJson,
    AudioUrl,
    CallFile,
    CallId,
    CompanyFile,
    DealFile,
    DraftFile,
    EngineName,
    Force,
    HandoffFile,
    MaxCost,
    NoCache,
    Out,
    RecallPoint,
    SameFolder,
    TranscriptFile,
    extraction,
)
from transcript2handoff.company import with_company
from transcript2handoff.company_files import read_company
from transcript2handoff.console import ERR, OUT, explaining, print_json, progress
from transcript2handoff.deal import Deal, DealContext
from transcript2handoff.engines.local import Recall
from transcript2handoff.engines.openai import Estimate
from transcript2handoff.errors import InputError
from transcript2handoff.handoff import Draft, Handoff, read_draft, read_handoff
from transcript2handoff.pipeline import DRAFT, HANDOFF, TRANSCRIPT, Plan, Step
from transcript2handoff.render import BriefOptions, is_remote
from transcript2handoff.settings import Settings, read_settings
from transcript2handoff.shelf import FolderShelf, Told, read_file, remembered
from transcript2handoff.transcript import Transcript, read_transcript


class ExportFormat(StrEnum):
    """What a handoff can be exported as."""

    ITEMS = "items"


@app.command()
def run(  # noqa: PLR0913, PLR0917 - the options of the command line
    file: CallFile,
    out: Out,
    deal: DealFile = None,
    call: CallId = None,
    company: CompanyFile = None,
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
        wish = extraction(engine, recall, no_cache=no_cache, max_cost=max_cost)
        order = _order(file, out, deal=deal, call=call, company=company)
        order = replace(order, extraction=wish, audio_url=audio_url)
        plan = assemble.plan(order, read_settings())
        shelf = FolderShelf(out, overwrite=force, told=_told(plan))
        _execute(pipeline.steps(plan), shelf, out, as_json=as_json)


@app.command()
def transcribe(  # noqa: PLR0913, PLR0917 - the options of the command line
    file: CallFile,
    out: Out,
    deal: DealFile = None,
    call: CallId = None,
    company: CompanyFile = None,
    force: Force = False,
    as_json: AsJson = False,
) -> None:
    """Write down who says what, and when: a recording, or another tool's transcript, to turns."""
    with explaining(as_json=as_json):
        plan = assemble.plan(
            _order(file, out, deal=deal, call=call, company=company), read_settings()
        )
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
        settings = read_settings()
        context = _context(source, deal, settings)
        wish = extraction(engine, recall, no_cache=no_cache, max_cost=max_cost)
        if dry_run:
            said = _transcript(source / TRANSCRIPT)
            _print_estimate(assemble.model_engine(wish, settings).estimate(said, context), as_json)
            return
        step = pipeline.extract_step(assemble.extractor(wish, settings), context)
        _continue(step, source, out, force=force, as_json=as_json)


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
        step = pipeline.ground_step(_context(source, deal, read_settings()))
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


def _order(
    file: Path, out: Path, *, deal: Path | None, call: str | None, company: Path | None
) -> assemble.Order:
    """What is to be made, with the names and words that the deal and the company know."""
    known = assemble.read_deal(deal) if deal else None
    if known and deal and not call:
        call = assemble.listed_call(file, known, deal.parent)
    if company:
        known = with_company(known or Deal(), read_company(company).company)
    return assemble.Order(file=file, folder=out, deal=known, call_id=call)


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


def _context(source: Path, deal_file: Path | None, settings: Settings) -> DealContext:
    """The deal of the file, else what an earlier command was told of it."""
    deal = assemble.read_deal(deal_file) if deal_file else remembered(source).deal
    return assemble.allowed_context(deal, _transcript(source / TRANSCRIPT).call_id, settings)


def _recording(source: Path, folder: Path) -> str | None:
    """The recording that an earlier command was told of, as ``folder`` sees it."""
    recording = remembered(source).recording
    if recording is None or is_remote(recording):
        return recording
    return assemble.link(source / recording, folder)
