"""What comes in from other systems and goes out to them, for whoever runs the service."""

from contextlib import closing
from typing import TYPE_CHECKING, Annotated

import typer

from transcript2handoff.cli.access import HERE
from transcript2handoff.cli.base import app
from transcript2handoff.cli.operate import opened, say
from transcript2handoff.cli.options import AsJson
from transcript2handoff.console import OUT, explaining, print_json
from transcript2handoff.settings import read_settings

if TYPE_CHECKING:
    # The database takes a while to import; commands for one call do without it.
    from transcript2handoff.store import Transaction
    from transcript2handoff.store.inbox import InboxItem
    from transcript2handoff.store.outbox import OutboxItem

crm = typer.Typer(help="What a CRM tells, and what is written to it.", no_args_is_help=True)
app.add_typer(crm, name="crm", rich_help_panel=None)


@crm.command("dry-run")
def dry_run_command(
    deal_id: Annotated[str, typer.Argument(metavar="DEAL_ID", help="As the service calls it.")],
) -> None:
    """Show every request that would be sent to the CRM for a deal; nothing is written there."""
    from transcript2handoff import startup
    from transcript2handoff.connections import Connections
    from transcript2handoff.jobs.desk import on_desk
    from transcript2handoff.outgoing import Delivery, dry_run
    from transcript2handoff.store import Deed

    with explaining(as_json=False):
        parts = startup.check(read_settings(), works=False)
        with closing(parts.store), Connections(parts.service_file) as connections:
            here = on_desk(parts.store, deal_id)
            with parts.store.read() as tx:
                tx.note(Deed(actor=HERE, action="read", matter="deal", subject=deal_id))
            shown = dry_run(
                parts.store,
                here.deal,
                here.dossier(parts.papers),
                delivery=Delivery(service=parts.service_file, settings=parts.settings),
                connections=connections,
            )
    typer.echo(shown, nl=False)


@crm.command("waiting")
def waiting_command(as_json: AsJson = False) -> None:
    """List what has come in and is to go out, and is not done: since when, and why."""
    with opened(as_json=as_json) as store, store.read() as tx:
        found = [*_not_done(tx)]
    if as_json:
        print_json({"items": [_told(item) for item in found]})
        return
    for item in found:
        why = f"  {item.why}" if item.why else ""
        OUT.print(f"{item.id}  {item.state}  {item.created:%Y-%m-%d %H:%M}{why}", markup=False)


@crm.command("again")
def again_command(
    item_id: Annotated[str, typer.Argument(metavar="ID", help="As `t2h crm waiting` lists it.")],
    as_json: AsJson = False,
) -> None:
    """Have something tried again that has failed, or that waits for a later time."""
    from transcript2handoff.store import Deed, inbox, outbox

    with opened(as_json=as_json) as store, store.write() as tx:
        if item_id.startswith("outbox"):
            outbox.again(tx, item_id)
        else:
            inbox.again(tx, item_id)
        tx.note(Deed(actor=HERE, action="change", matter="queue", subject=item_id))
    say(f"{item_id} is tried again.", {"id": item_id}, as_json=as_json)


def _not_done(tx: "Transaction") -> "list[InboxItem | OutboxItem]":
    from transcript2handoff.store import Window, inbox, outbox

    window = Window(limit=200)
    found: list[InboxItem | OutboxItem] = []
    for state in ("failed", "waiting", "working"):
        found += inbox.listed(tx, window, state=state).items
        found += outbox.listed(tx, window, state=state).items
    return found


def _told(item: "InboxItem | OutboxItem") -> dict[str, object]:
    return item.model_dump(mode="json", include={"id", "state", "why", "created", "next_at"})
