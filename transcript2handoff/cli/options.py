"""Arguments and options that commands share."""

from pathlib import Path
from typing import Annotated

import typer

from transcript2handoff import assemble
from transcript2handoff.engines.local import Recall
from transcript2handoff.pipeline import DRAFT, HANDOFF, TRANSCRIPT

Out = Annotated[Path, typer.Option("--out", "-o", metavar="DIR", help="The folder to write into.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print the result as JSON, for machines.")]
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
CallFile = Annotated[
    Path, typer.Argument(metavar="CALL", help="A recording, or a transcript of another tool.")
]
TranscriptFile = Annotated[Path, typer.Argument(metavar="TRANSCRIPT", help=f"A {TRANSCRIPT}.")]
DraftFile = Annotated[Path, typer.Argument(metavar="DRAFT", help=f"A {DRAFT}.")]
HandoffFile = Annotated[Path, typer.Argument(metavar="HANDOFF", help=f"A {HANDOFF}.")]
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
CompanyFile = Annotated[
    Path | None,
    typer.Option(
        "--company",
        metavar="YAML",
        help="The company file: its product names and competitors are listened for.",
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
Force = Annotated[
    bool, typer.Option("--force", help="Do every step again, also over files changed by hand.")
]


def extraction(
    engine: assemble.Engine, recall: Recall, *, no_cache: bool, max_cost: float | None
) -> assemble.Extraction:
    """How the facts are to be extracted."""
    return assemble.Extraction(
        engine=engine, recall=recall, keep_answers=not no_cache, max_cost=max_cost
    )
