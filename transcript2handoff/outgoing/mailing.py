"""The letters of the outbox become messages, and are handed over to the mail server: never twice.

Right before a message is handed over, the outbox gets a mark. A letter that is taken with this mark
was handed over by somebody who could not say any more what came of it; it is given up as unknown.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from pydantic import ValidationError

from transcript2handoff.crm import Written
from transcript2handoff.deal_documents import DealDocuments
from transcript2handoff.dossier import Dossier, Papers
from transcript2handoff.errors import MailSetupError, MailUnknownError
from transcript2handoff.outgoing.leaving import check_leaving
from transcript2handoff.outgoing.letters import (
    Enclosed,
    Letter,
    Stamp,
    message_id,
    sender_of,
    written,
)
from transcript2handoff.outgoing.sharing import shareable
from transcript2handoff.outgoing.smtp import Envelope, MailServer, hand_over
from transcript2handoff.policy import Gate, SendingPolicy
from transcript2handoff.settings import Settings
from transcript2handoff.store import Store, calls, outbox
from transcript2handoff.store.outbox import OutboxItem
from transcript2handoff.telemetry import hide

FIRST_WAIT: Final = 60.0
LONGEST_WAIT: Final = 3600.0
GIVEN_UP_AFTER: Final = 24 * 3600.0
"""Seconds in which a letter is tried again; nobody waits longer for one that was sent by hand."""
_MOST_DOUBLINGS: Final = 10
_CRM_NOTE: Final = "internal/crm_note"
_BRIEF: Final = "internal/kickoff_brief"

OpenDeal = Callable[[str], tuple[Dossier, Papers]]
"""Everything that is known about a deal, by its id, and what stands beside it."""


@dataclass(frozen=True, kw_only=True)
class MailSetup:
    """How the service sends mail.

    Attributes:
        server: that takes it.
        sender: ``NAME <ADDRESS>``.
        gate: what may leave this machine.
        public_url: of the service, without a slash at its end.
    """

    server: MailServer
    sender: str
    gate: Gate
    public_url: str

    @classmethod
    def of(cls, settings: Settings) -> "MailSetup | None":
        """As the settings say; None where no mail server is named."""
        if settings.smtp_url is None or settings.mail_from is None:
            return None
        domain = sender_of(settings.mail_from).domain
        server = MailServer.of(settings.smtp_url, own_name=domain)
        if server.password:
            hide(server.password)
        return cls(
            server=server,
            sender=settings.mail_from,
            gate=gate_of(settings),
            public_url=settings.public_url,
        )

    @property
    def domain(self) -> str:
        """Of the ids of messages."""
        return sender_of(self.sender).domain


def gate_of(settings: Settings) -> Gate:
    """What may leave this machine for people, by the settings."""
    return Gate(sending=SendingPolicy(settings.sending), redaction=settings.redaction)


class Mailer:
    """Sends letters; one for each worker."""

    def __init__(self, store: Store, setup: MailSetup, open_deal: OpenDeal) -> None:
        """Nothing is sent yet.

        Args:
            store: has the outbox and the consents.
            setup: how mail is sent.
            open_deal: tells what is known about a deal.
        """
        self._store = store
        self._setup = setup
        self._open_deal = open_deal
        self._paper: tuple[bytes, bytes] | None = None

    def execute(self, item: OutboxItem) -> Written:
        """Send a letter.

        Raises:
            MailPassingError: it may be tried again.
            SendingRefusedError: what was said on the calls may not leave this machine any more.
            HandoffError: it cannot be sent; the message says what a person has to do.
            LeaseLostError: another worker has taken it over; it was not sent by this one.
        """
        if item.remote_id is not None:
            raise MailUnknownError(
                "A worker ended while it handed the mail over, so it may have arrived. It is not "
                "sent again by itself: ask the recipient, and send another one if it is not there."
            )
        letter = _letter(item)
        assert item.deal_id is not None, "a letter is about a deal"
        stamp = Stamp(
            sender=sender_of(self._setup.sender),
            domain=self._setup.domain,
            at=self._store.now(),
        )
        told = written(letter, self._enclosed(item.deal_id, letter), stamp)
        envelope = Envelope(sender=stamp.sender.addr_spec, recipient=letter.address)
        mark = message_id(letter, stamp.domain)

        def begun() -> None:
            with self._store.write() as tx:
                outbox.begun(tx, item, mark)

        hand_over(self._setup.server, told, envelope, begun=begun)
        return Written(remote_id=mark, created=True)

    def _enclosed(self, deal_id: str, letter: Letter) -> Enclosed:
        whole, papers = self._open_deal(deal_id)
        with self._store.read() as tx:
            consents = {one.ref: one.call for one in calls.of_deal(tx, deal_id)}
        check_leaving(whole.transcripts, consents, self._setup.gate)
        told = shareable(whole, papers, redaction=self._setup.gate.redaction).dossier
        documents = DealDocuments(deal=told, language=letter.language)
        deal = told.handoff.deal
        return Enclosed(
            customer=deal.customer or deal.deal or "-",
            note=documents.make(_CRM_NOTE, "txt").decode(),
            link=f"{self._setup.public_url}/deals/{deal_id}",
            pdf=self._pdf(documents) if letter.pdf else None,
        )

    def _pdf(self, documents: DealDocuments) -> bytes:
        """The brief on paper, which takes seconds to make: all who get a mail get the same."""
        says = documents.make(_BRIEF, "md")
        if self._paper is None or self._paper[0] != says:
            self._paper = (says, documents.make(_BRIEF, "pdf"))
        return self._paper[1]


def is_given_up(item: OutboxItem, store: Store) -> bool:
    """Whether a letter was tried for as long as anybody waits for it."""
    return (store.now() - item.created).total_seconds() >= GIVEN_UP_AFTER


def wait_seconds(attempts: int) -> float:
    """Seconds until a letter is tried again: twice as long each time, and never the same."""
    longest = min(FIRST_WAIT * 2 ** min(attempts - 1, _MOST_DOUBLINGS), LONGEST_WAIT)
    return random.uniform(longest / 2, longest)  # noqa: S311 - no secret hangs on it


def not_set_up() -> MailSetupError:
    """Nobody has said how mail is sent."""
    return MailSetupError(
        "E-mail is not set up. Whoever runs the service can set T2H_SMTP_URL and T2H_MAIL_FROM; "
        "until then, download the brief and send it yourself."
    )


def _letter(item: OutboxItem) -> Letter:
    try:
        return Letter.model_validate_json(item.content or "null")
    except ValidationError:
        raise MailSetupError(
            "What is to be sent cannot be read: another version of the program has noted it. Send "
            "a new mail."
        ) from None
