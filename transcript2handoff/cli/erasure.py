"""Receipts of erasures, and the archives in which something still stands that was erased."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from transcript2handoff.cli.access import HERE, given
from transcript2handoff.cli.base import app
from transcript2handoff.cli.operate import opened, say
from transcript2handoff.cli.options import AsJson
from transcript2handoff.console import OUT, print_json
from transcript2handoff.errors import InputError, StoreError
from transcript2handoff.settings import read_settings

if TYPE_CHECKING:
    # The database takes a while to import; commands for one call do without it.
    from transcript2handoff.erasure import Who
    from transcript2handoff.store.backups import BackupRecord
    from transcript2handoff.store.receipts import Receipt

erasures = typer.Typer(help="What was erased, and the proof of it.", no_args_is_help=True)
archives = typer.Typer(help="The backups that were made.", no_args_is_help=True)
app.add_typer(erasures, name="erasure", rich_help_panel=None)
app.add_typer(archives, name="backups", rich_help_panel=None)

ErasureId = Annotated[str, typer.Argument(metavar="ID", help="Of the receipt: `erasure list`.")]
Names = Annotated[
    list[str] | None, typer.Option("--name", help="A name of the person, repeatable.")
]
Emails = Annotated[
    list[str] | None, typer.Option("--email", help="An address of the person, repeatable.")
]


def who_is(names: list[str] | None, emails: list[str] | None) -> "Who | None":
    """The person who is told of; none if nobody is.

    Raises:
        InputError: it would fit too many.
    """
    from transcript2handoff.erasure import Who

    if not (names or emails):
        return None
    return given(Who, names=tuple(names or ()), emails=tuple(emails or ()))


@erasures.command("list")
def list_erasures(name: Names = None, email: Emails = None, as_json: AsJson = False) -> None:
    """List the erasures, newest first; with a name, those of this person alone."""
    from transcript2handoff.store import every, receipts

    who = who_is(name, email)
    with opened(as_json=as_json) as store, store.read() as tx:
        found = list(every(lambda window: receipts.listed(tx, window, who=who)))
    if as_json:
        print_json([each.model_dump(mode="json") for each in found])
        return
    for each in found:
        OUT.print(
            f"{each.id}  {each.created:%F %H:%M}  {each.kind:<11} {_state(each)}", markup=False
        )


def _state(receipt: "Receipt") -> str:
    if receipt.proof is None:
        return "not proven yet"
    return "clean" if receipt.proof.clean else f"{len(receipt.proof.left)} things left"


@erasures.command("show")
def show_erasure(erasure_id: ErasureId, as_json: AsJson = False) -> None:
    """Show a receipt: what went, what was found, and which backups still hold it."""
    from transcript2handoff.store import backups, receipts

    with opened(as_json=as_json) as store, store.read() as tx:
        receipt = receipts.get(tx, erasure_id)
        held_by = backups.holding(tx, receipt)
    _show(receipt, held_by, as_json=as_json)


@erasures.command("verify")
def verify_erasure(
    erasure_id: ErasureId, name: Names = None, email: Emails = None, as_json: AsJson = False
) -> None:
    """Look once more for what was erased; for a person, tell who it was, for no receipt does."""
    from transcript2handoff.jobs.proving import prove
    from transcript2handoff.store import backups, receipts

    who = who_is(name, email)
    with opened(as_json=as_json) as store:
        with store.read() as tx:
            receipt = receipts.get(tx, erasure_id)
            if who and not receipts.is_of(tx, receipt, who):
                raise InputError(
                    f"The erasure {erasure_id} was not of a person of these names and addresses. "
                    "Tell only those that were told when it was asked for."
                )
        receipt = prove(store, read_settings(), erasure_id, by=HERE, who=who)
        with store.read() as tx:
            held_by = backups.holding(tx, receipt)
    _show(receipt, held_by, as_json=as_json)
    if receipt.proof and not receipt.proof.clean:
        raise typer.Exit(StoreError.exit_code)


def _show(receipt: "Receipt", held_by: "tuple[BackupRecord, ...]", *, as_json: bool) -> None:
    if as_json:
        archives_told = [each.model_dump(mode="json") for each in held_by]
        print_json({**receipt.model_dump(mode="json"), "held_by": archives_told})
        return
    lines = [f"{receipt.id}: a {receipt.kind}, {receipt.created:%F %H:%M} UTC, by {receipt.by}"]
    lines += [f"  deed {receipt.deed or '-'} of the audit, digest {receipt.digest or '-'}"]
    gone = receipt.gone
    counts = {name: len(getattr(gone, name)) for name in ("deals", "calls", "runs", "blobs")}
    lines += ["  gone: " + ", ".join(f"{number} {name}" for name, number in counts.items())]
    lines += [f"  rows: {', '.join(f'{n} {table}' for table, n in gone.rows.items()) or 'none'}"]
    lines += _proof_lines(receipt)
    lines += [f"  still in the backup {each.name} ({each.id}): delete it" for each in held_by]
    for line in lines:
        OUT.print(line, markup=False)


def _proof_lines(receipt: "Receipt") -> list[str]:
    proof = receipt.proof
    if proof is None:
        return ["  nobody has looked for it yet"]
    names = "with the names" if proof.with_names else "by ids and bytes"
    lines = [f"  looked for {names}, {proof.at:%F %H:%M} UTC: {_state(receipt)}"]
    for each in proof.left:
        lines.append(f"  left: {each.number} in {each.where} {' '.join(each.ids)}".rstrip())
        lines.append(f"    {each.why}")
    return lines


@erasures.command("export")
def export_erasures(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="To be written: erasures.json.")],
    as_json: AsJson = False,
) -> None:
    """Write all receipts into a file, for `restore --erasures`; nobody's name is in it."""
    from transcript2handoff.backup import ErasureFile
    from transcript2handoff.files import write_whole
    from transcript2handoff.store import every, receipts

    with opened(as_json=as_json) as store:
        with store.read() as tx:
            found = tuple(every(lambda window: receipts.listed(tx, window)))
        told = ErasureFile(made=store.now(), receipts=found)
        write_whole(file.parent, {file.name: told.model_dump_json(indent=1).encode()})
    say(f"{len(found)} erasures in {file}.", {"erasures": len(found)}, as_json=as_json)


@archives.command("list")
def list_backups(as_json: AsJson = False) -> None:
    """List the archives that were made, newest first."""
    from transcript2handoff.store import backups, every

    with opened(as_json=as_json) as store, store.read() as tx:
        found = list(every(lambda window: backups.listed(tx, window)))
    if as_json:
        print_json([each.model_dump(mode="json") for each in found])
        return
    for each in found:
        state = f"gone since {each.gone:%F}" if each.gone else _size(each)
        OUT.print(f"{each.id}  {each.made:%F %H:%M}  {each.name}  {state}", markup=False)


def _size(backup: "BackupRecord") -> str:
    return f"{backup.deals} deals, {backup.calls} calls, {backup.bytes / 1e6:.1f} MB"


@archives.command("gone")
def forget_backup(
    backup_id: Annotated[str, typer.Argument(metavar="ID", help="Of the backup: `backups list`.")],
    as_json: AsJson = False,
) -> None:
    """Say that an archive was deleted, with all copies: receipts name it no more."""
    from transcript2handoff.store import backups

    with opened(as_json=as_json) as store, store.write() as tx:
        backup = backups.is_gone(tx, backup_id, by=HERE)
    say(f"The backup {backup.name} is gone.", backup.model_dump(mode="json"), as_json=as_json)
