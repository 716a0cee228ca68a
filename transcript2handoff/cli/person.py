"""Everything that the service holds on a person."""

from pathlib import Path
from typing import Annotated

import typer

from transcript2handoff.cli.access import HERE
from transcript2handoff.cli.base import app
from transcript2handoff.cli.erasure import Emails, Names, who_is
from transcript2handoff.cli.operate import opened, say
from transcript2handoff.cli.options import AsJson
from transcript2handoff.errors import InputError, OutputError

person = typer.Typer(help="What is known of a person.", no_args_is_help=True)
app.add_typer(person, name="person", rich_help_panel=None)


@person.command("export")
def export_person(
    file: Annotated[
        Path, typer.Option("-o", "--out", metavar="FILE", help="The archive: person.zip.")
    ],
    name: Names = None,
    email: Emails = None,
    as_json: AsJson = False,
) -> None:
    """Write everything on a person into a ZIP archive: what they said, and what is said of them."""
    from transcript2handoff.files import writing_to
    from transcript2handoff.outgoing.person_file import write_person_file
    from transcript2handoff.store import Deed, gathering

    with opened(as_json=as_json) as store:
        who = who_is(name, email)
        if who is None:
            raise InputError("Nobody is told. Give --name, --email, or several of both.")
        with store.read() as tx:
            told = gathering.of_person(tx, who)
            counts = {"deals": len(told.deals), "calls": len(told.calls)}
            tx.note(Deed(actor=HERE, action="send", matter="person", details=counts))
        if file.exists():
            raise OutputError(f"There is a file {file} already. Choose another name.")
        with writing_to(file), file.open("xb") as target:
            file.chmod(0o600)
            write_person_file(target, told, store.blobs, made=store.now())
    words = f"{counts['deals']} deals and {counts['calls']} calls in {file}."
    say(words, {**counts, "claims": len(told.claims)}, as_json=as_json)
