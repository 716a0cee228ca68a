"""The command that looks over what is installed, and over all that the service keeps."""

import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from transcript2handoff.cli.base import app
from transcript2handoff.cli.options import AsJson
from transcript2handoff.console import ERR, OUT, explaining, print_json, progress
from transcript2handoff.doctor import examine
from transcript2handoff.settings import read_settings

if TYPE_CHECKING:
    # The database takes a while to import; the short look does without it.
    from transcript2handoff.deep import DeepReport

UNSOUND = 4
"""The exit code when something is missing, or does not hold."""


@app.command()
def doctor(
    deep: Annotated[
        bool,
        typer.Option(
            "--deep",
            help="Look through all that the service keeps instead: rows, recordings, handoffs and "
            "the audit. Nothing is written; the service may be at work.",
        ),
    ] = False,
    grace: Annotated[
        float,
        typer.Option(
            metavar="HOURS",
            min=0.0,
            help="With --deep: how long bytes may lie there that nothing names.",
        ),
    ] = 3.0,
    as_json: AsJson = False,
) -> None:
    """Say what is installed, which model files are there, and what to do about the others."""
    if deep:
        _look_deep(datetime.timedelta(hours=grace), as_json=as_json)
        return
    with explaining(as_json=as_json):
        findings = examine(read_settings())
    if as_json:
        print_json([finding.as_dict() for finding in findings])
    else:
        for finding in findings:
            OUT.print(finding.line, markup=False)
    if any(finding.state == "missing" for finding in findings):
        raise typer.Exit(UNSOUND)


def _look_deep(grace: datetime.timedelta, *, as_json: bool) -> None:
    from transcript2handoff.deep import Manner, examine_installation

    with explaining(as_json=as_json), progress() as bars:
        report = examine_installation(
            read_settings(), manner=Manner(grace=grace), watch=bars.watch("doctor")
        )
    if as_json:
        print_json({"sound": report.is_sound, **report.model_dump(mode="json")})
    else:
        _tell(report)
    if not report.is_sound:
        raise typer.Exit(UNSOUND)


def _tell(report: "DeepReport") -> None:
    for matter in report.matters:
        state = f"faults: {len(matter.faults)}" if matter.faults else "ok"
        OUT.print(f"{state:<10} {matter.name}", markup=False)
        for fault in matter.faults:
            OUT.print(f"           {fault.what} {' '.join(fault.where)}", markup=False)
            OUT.print(f"           {fault.advice}", markup=False)
    if report.is_sound:
        ERR.print("Everything holds.")
