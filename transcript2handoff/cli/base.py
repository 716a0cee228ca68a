"""The program: its help, its exit codes, and the options that several commands share."""

from pathlib import Path
from typing import Annotated

import typer

from transcript2handoff import assemble
from transcript2handoff.engines.local import Recall

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


def extraction(
    engine: assemble.Engine, recall: Recall, *, no_cache: bool, max_cost: float | None
) -> assemble.Extraction:
    """How the facts are to be extracted."""
    return assemble.Extraction(
        engine=engine, recall=recall, keep_answers=not no_cache, max_cost=max_cost
    )
