"""A worker, put together from the parts of the service."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import Final

from transcript2handoff.connections import Connections
from transcript2handoff.dossier import Dossier, Papers
from transcript2handoff.erasure import Who
from transcript2handoff.fetching import Fetching, FetchLimits
from transcript2handoff.intake import IntakeServices, work_on
from transcript2handoff.intake.people import ACTOR as ERASER
from transcript2handoff.intake.polling import poll
from transcript2handoff.jobs.desk import on_desk
from transcript2handoff.jobs.engine import forget
from transcript2handoff.jobs.port import Loop
from transcript2handoff.jobs.proving import prove
from transcript2handoff.jobs.work import Work
from transcript2handoff.jobs.worker import Worker
from transcript2handoff.outgoing import Delivery, Mailer, MailSetup, Sender
from transcript2handoff.startup import Parts

LOOK_SECONDS: Final = 1.0
"""How often a worker looks whether something has come in, or is to go out."""
POLL_SECONDS: Final = 900.0
"""How often it asks a CRM for what no webhook has told."""


@contextmanager
def worker_of(parts: Parts) -> Iterator[Worker]:
    """The worker that does all that the service has to do.

    Raises:
        CrmSetupError: the address of a CRM is not https.
    """
    limits = FetchLimits(most_bytes=parts.settings.max_recording_bytes)
    with Connections(parts.service_file) as connections:
        work = Work(
            parts.store,
            parts.settings,
            parts.papers,
            deliver=Delivery(service=parts.service_file, settings=parts.settings).queue,
            fetch=Fetching(parts.service_file, limits=limits).fetch,
        )
        loops = _loops(parts, connections)
        yield Worker(store=parts.store, settings=parts.settings, work=work, loops=loops)


def _loops(parts: Parts, connections: Connections) -> tuple[Loop, ...]:
    name = parts.settings.worker_name
    inbox = IntakeServices(
        service=parts.service_file,
        connections=connections,
        worker=name,
        forget=partial(forget, parts.settings),
        prove=partial(_prove, parts),
    )
    sender = Sender.of(
        parts.store, parts.service_file, connections, worker=name, mailer=_mailer(parts)
    )
    return (
        Loop(name="inbox", every=LOOK_SECONDS, work=partial(work_on, parts.store, inbox)),
        Loop(name="outbox", every=LOOK_SECONDS, work=sender.send),
        Loop(name="poll", every=POLL_SECONDS, work=partial(poll, parts.store, inbox)),
    )


def _prove(parts: Parts, receipt_id: str, who: Who | None) -> None:
    """Prove an erasure that another system has asked for."""
    prove(parts.store, parts.settings, receipt_id, by=ERASER, who=who)


def _mailer(parts: Parts) -> Mailer | None:
    """Sends mail, if the settings say how."""
    setup = MailSetup.of(parts.settings)
    if setup is None:
        return None
    return Mailer(parts.store, setup, partial(_opened, parts))


def _opened(parts: Parts, deal_id: str) -> tuple[Dossier, Papers]:
    """A deal with all that is known of it, and what stands beside it."""
    here = on_desk(parts.store, deal_id)
    beside = replace(parts.papers, contract=here.signed.contract)
    return here.dossier(parts.papers), beside
