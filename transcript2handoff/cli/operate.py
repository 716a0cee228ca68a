"""Running the service: the schema of its database, its backups, and the audit."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from transcript2handoff.cli.base import app
from transcript2handoff.cli.options import AsJson
from transcript2handoff.console import OUT, explaining, print_json, progress
from transcript2handoff.settings import read_settings

if TYPE_CHECKING:
    # The database takes a while to import; commands for one call do without it.
    from transcript2handoff.backup import Manifest
    from transcript2handoff.store import Store

chain = typer.Typer(help="The record of who has done what.", no_args_is_help=True)
app.add_typer(chain, name="audit", rich_help_panel=None)

Archive = Annotated[Path, typer.Argument(metavar="FILE", help="The archive: t2h-2026-03-02.tar.")]


@app.command("migrate")
def migrate_command(as_json: AsJson = False) -> None:
    """Bring the database to the schema of this program; make a backup before."""
    from transcript2handoff.startup import check_folder, for_the_owner_alone
    from transcript2handoff.store import migrate

    with explaining(as_json=as_json), for_the_owner_alone():
        settings = read_settings()
        check_folder(settings.data)
        version = migrate(settings.database)
    say(f"The database has the schema {version}.", {"schema": version}, as_json=as_json)


@app.command("backup")
def backup_command(archive: Archive, as_json: AsJson = False) -> None:
    """Write databases, recordings and documents into one archive, also while the service runs."""
    from transcript2handoff.backup import back_up

    with explaining(as_json=as_json), progress() as bars:
        made = back_up(read_settings(), archive, watch=bars.watch("backup"))
    _print_backup(made, as_json=as_json)


@app.command("restore")
def restore_command(archive: Archive, as_json: AsJson = False) -> None:
    """Put an archive of `backup` back, into an empty folder."""
    from transcript2handoff.backup import restore

    with explaining(as_json=as_json), progress() as bars:
        made = restore(read_settings(), archive, watch=bars.watch("restore"))
    _print_backup(made, as_json=as_json)


def _print_backup(made: "Manifest", *, as_json: bool) -> None:
    size, count = made.bytes, len(made.entries)
    when = made.made.strftime("%Y-%m-%d %H:%M UTC")
    told = made.model_dump(mode="json", include={"made", "program", "schema_version"})
    say(
        f"{count} files, {size / 1e6:.1f} MB, as of {when}.",
        {**told, "files": count, "bytes": size},
        as_json=as_json,
    )


@chain.command("verify")
def verify_audit(as_json: AsJson = False) -> None:
    """Check that no deed in the audit was changed, taken out or cut off."""
    from transcript2handoff.store import audit

    with opened(as_json=as_json) as store, store.read() as tx:
        count = audit.verify(tx)
    say(f"{count} deeds, as they were written.", {"deeds": count}, as_json=as_json)


@contextmanager
def opened(*, as_json: bool) -> Iterator["Store"]:
    """The store of the settings; errors are told in words."""
    from transcript2handoff.startup import check_folder, for_the_owner_alone, open_store

    with explaining(as_json=as_json), for_the_owner_alone():
        settings = read_settings()
        check_folder(settings.data)
        store = open_store(settings)
        try:
            yield store
        finally:
            store.close()


def say(words: str, told: dict[str, object], *, as_json: bool) -> None:
    """Print a sentence for people, or values for machines."""
    if as_json:
        print_json(told)
    else:
        OUT.print(words, markup=False)
