"""The program itself: its help and its exit codes."""

import typer

EXIT_CODES = """\
Exit codes: 0 done · 2 wrong usage · 3 the input cannot be used · 4 a model file is missing or wrong
· 5 the engine refuses this call (its language, or it may not leave this machine) · 6 the result
cannot be written · 7 the model server does not give what was asked for · 8 the CRM does not · 9 the
database or the files of the service cannot be used · 10 not allowed · 130 stopped with Ctrl-C.
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
