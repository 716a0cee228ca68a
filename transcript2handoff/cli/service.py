"""The service: the web process with its worker, and workers alone."""

import os
import sys
from contextlib import closing
from typing import Annotated

import typer

from transcript2handoff.cli.base import app
from transcript2handoff.console import explaining


@app.command()
def serve(
    no_worker: Annotated[
        bool, typer.Option("--no-worker", help="Serve alone; workers run elsewhere: `t2h worker`.")
    ] = False,
) -> None:
    """Serve: take calls and webhooks in, and do the work with a worker beside it.

    What is served where, and what is kept where, the variables T2H_... say; docs/operate.md.
    """
    from transcript2handoff import startup
    from transcript2handoff.access.links import setup_link
    from transcript2handoff.jobs import supervisor
    from transcript2handoff.pages.app import Services, create_app
    from transcript2handoff.settings import read_settings
    from transcript2handoff.telemetry import set_up_logging

    with explaining(as_json=False), startup.for_the_owner_alone():
        settings = read_settings()
        set_up_logging(settings)
        startup.check_port(settings)
        parts = startup.check(settings, works=not no_worker)
        with closing(parts.store):
            application = create_app(
                Services(
                    store=parts.store,
                    settings=settings,
                    service_file=parts.service_file,
                    company_files=parts.company_files,
                    catalog=parts.catalog,
                )
            )
            if link := setup_link(parts.store, settings.public_url):
                typer.echo(f"Nobody has an account yet. Make the first one here, once:\n{link}")
            supervisor.serve(application, settings, works=not no_worker)


@app.command()
def worker(
    supervised: Annotated[bool, typer.Option("--supervised", hidden=True)] = False,
) -> None:
    """Do the work of the service without serving: as many workers as you like, on PostgreSQL."""
    from transcript2handoff import startup
    from transcript2handoff.jobs.assemble import worker_of
    from transcript2handoff.jobs.supervisor import stopping
    from transcript2handoff.settings import read_settings
    from transcript2handoff.telemetry import set_up_logging

    with (
        explaining(as_json=False),
        startup.for_the_owner_alone(),
        stopping(supervised=supervised) as stop,
    ):
        settings = read_settings()
        set_up_logging(settings)
        parts = startup.check(settings)
        with closing(parts.store), worker_of(parts) as works:
            works.run(stop)
    # A step that does not stop would keep the process alive, and so would a wait of the engine for
    # what another worker does. All that was noted is noted; the next worker does the rest.
    sys.stderr.flush()
    os._exit(0)
