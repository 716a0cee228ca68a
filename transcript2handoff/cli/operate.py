"""Running the service: the schema of its database, its backups, and the audit."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from transcript2handoff.cli.base import app
from transcript2handoff.cli.options import AsJson
from transcript2handoff.console import OUT, explaining, print_json, progress
from transcript2handoff.errors import StoreNotMigratedError
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
def restore_command(
    archive: Archive,
    erasures: Annotated[
        Path | None,
        typer.Option(
            "--erasures",
            metavar="FILE",
            help="What was erased since, as `erasure export` wrote it; it is erased again.",
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Put an archive of `backup` back, into an empty folder."""
    from transcript2handoff.backup import read_erasures, restore

    with explaining(as_json=as_json), progress() as bars:
        again = read_erasures(erasures) if erasures else None
        watch = bars.watch("restore")
        made = restore(read_settings(), archive, erasures=again, watch=watch)
        _note_restored()
    repeated = made.repeated
    told = repeated.model_dump(mode="json") if again else {}
    _print_backup(made.manifest, as_json=as_json, **told)
    if again and not as_json:
        OUT.print(f"{len(repeated.again)} erasures were done again.", markup=False)
        for each in repeated.by_hand:
            OUT.print(f"Erase again by hand, for the name is not kept: {each}", markup=False)


def _note_restored() -> None:
    """Have the audit, which is the archive's, tell that it was put back; not before `migrate`."""
    from transcript2handoff.startup import open_existing
    from transcript2handoff.store import Deed

    try:
        store = open_existing(read_settings())
    except StoreNotMigratedError:
        return
    with closing(store), store.write() as tx:
        tx.note(Deed(actor="command_line", action="add", matter="restored"))


def _print_backup(made: "Manifest", *, as_json: bool, **more: object) -> None:
    size, count = made.bytes, len(made.entries)
    when = made.made.strftime("%Y-%m-%d %H:%M UTC")
    told = made.model_dump(mode="json", include={"made", "program", "schema_version"})
    say(
        f"{count} files, {size / 1e6:.1f} MB, as of {when}.",
        {**told, "files": count, "bytes": size, **more},
        as_json=as_json,
    )


@chain.command("verify")
def verify_audit(
    file: Annotated[
        Path | None,
        typer.Argument(
            metavar="[FILE]", help="A file of `t2h audit export`; without it, the database's own."
        ),
    ] = None,
    since: Annotated[
        str | None,
        typer.Option(
            metavar="NUMBER:DIGEST",
            help="What `t2h audit head` printed before: the audit must hold it still.",
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Check that no deed in the audit was changed, taken out, cut off or written anew."""
    with explaining(as_json=as_json):
        count = _verified(file, since, as_json=as_json)
    say(f"{count} deeds, as they were written.", {"deeds": count}, as_json=as_json)


def _verified(file: Path | None, since: str | None, *, as_json: bool) -> int:
    from transcript2handoff.files import reading
    from transcript2handoff.store import audit, audit_file
    from transcript2handoff.store.chain import START, Anchor

    anchor = START if since is None else Anchor.read(since)
    if file is not None:
        with reading(file) as lines:
            return audit_file.verified(lines, since=anchor).number
    with opened(as_json=as_json) as store, store.read() as tx:
        return audit.verify(tx, since=anchor)


@chain.command("head")
def head_of_audit(as_json: AsJson = False) -> None:
    """Print the last deed as NUMBER:DIGEST; note it elsewhere, for `verify --since`."""
    from transcript2handoff.store import audit

    with opened(as_json=as_json) as store, store.read() as tx:
        head = audit.head(tx)
    say(str(head), head.model_dump(), as_json=as_json)


@chain.command("export")
def export_audit(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="To be written, one deed a line.")],
    as_json: AsJson = False,
) -> None:
    """Write the audit into a file that proves itself; it holds ids and numbers, no words."""
    from transcript2handoff.files import write_lines
    from transcript2handoff.store import Deed, audit, audit_file

    with opened(as_json=as_json) as store:
        with store.write() as tx:
            tx.note(Deed(actor="command_line", action="send", matter="audit"))
        with store.read() as tx:
            write_lines(file, audit_file.written(tx))
            head = audit.head(tx)
    told = {"file": str(file), **head.model_dump()}
    say(f"{head.number} deeds are in {file}. The last one is {head}.", told, as_json=as_json)


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
