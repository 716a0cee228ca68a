"""The brief of a deal by mail: put into the outbox, from which a worker sends it."""

import secrets
from hashlib import sha256
from itertools import groupby

from fastapi import APIRouter

from transcript2handoff.access import Principal
from transcript2handoff.api.deps import Reader, ServicesDep, Writer, note, visible_deal
from transcript2handoff.api.models.answers import problems
from transcript2handoff.api.models.ids import DealId
from transcript2handoff.api.models.mails import MailOut, MailsOut, NewMailBody, mail_id_of
from transcript2handoff.api.opened import open_deal
from transcript2handoff.api.services import Services
from transcript2handoff.api.shared import check_may_leave
from transcript2handoff.errors import MailError, SendingRefusedError, StoreGoneError
from transcript2handoff.outgoing.letters import KIND, TARGET, Letter, is_address
from transcript2handoff.outgoing.mailing import not_set_up
from transcript2handoff.store import Transaction, Window, outbox, users
from transcript2handoff.store.outbox import OutboxItem, OutboxWish

router = APIRouter(tags=["mails"])
_SHOWN = Window(limit=200)
_PRIORITY = 2
"""A person has asked for it."""


@router.post(
    "/deals/{deal_id}/mails",
    summary="Mail the brief",
    operation_id="send_mail",
    status_code=202,
    response_model=MailOut,
    responses=problems(404, 409),
)
def send_mail(services: ServicesDep, caller: Writer, deal_id: DealId, new: NewMailBody) -> object:
    """Send the brief in a few lines, with a link to it and, if wanted, with the whole as PDF.

    It goes out with the next look of a worker, and holds what is known then. Answers go to you.
    Nothing is sent where those on the calls are not known to agree; private data is hidden as the
    settings say.
    """
    _check(services, caller, deal_id)
    mail_id = f"mail-{secrets.token_hex(10)}"
    with services.store.write() as tx:
        visible_deal(tx, caller, deal_id)
        letters = [
            Letter(
                mail_id=mail_id,
                to=new.to,
                address=address,
                by=caller.name,
                reply_to=_answers_to(tx, caller),
                words=new.words,
                pdf=new.pdf,
                language=new.language or services.company_files.company.language,
            )
            for address in new.to
        ]
        for letter in letters:
            outbox.put(tx, _wish(deal_id, letter))
        note(tx, caller, "send", "mail", deal_id, recipients=len(letters))
        sent = [item for item in _listed(tx, deal_id) if mail_id_of(item) == mail_id]
    return MailOut.of(sent)


@router.get(
    "/deals/{deal_id}/mails",
    summary="List mails",
    operation_id="list_mails",
    response_model=MailsOut,
    responses=problems(404),
)
def list_mails(services: ServicesDep, caller: Reader, deal_id: DealId) -> object:
    """The mails with the brief of a deal, newest first, and whether another one can be sent."""
    with services.store.read() as tx:
        visible_deal(tx, caller, deal_id)
        note(tx, caller, "read", "mail", deal_id)
        items = _listed(tx, deal_id)
    by_mail = groupby(items, key=mail_id_of)
    why = _why_not(services, caller, deal_id)
    return MailsOut(
        items=tuple(MailOut.of(list(letters)) for _, letters in by_mail),
        can_send=why is None,
        why=why,
    )


def _check(services: Services, caller: Principal, deal_id: str) -> None:
    """Check that the brief can be mailed.

    Raises:
        StoreGoneError: there is no such deal for the caller, or nothing is known of it yet.
        MailSetupError: no mail server is set up.
        SendingRefusedError: what was said on the calls may not leave this machine.
    """
    opened = open_deal(services, caller, deal_id)
    if services.settings.smtp_url is None:
        raise not_set_up()
    check_may_leave(services, opened.dossier, opened.on_desk.calls)


def _why_not(services: Services, caller: Principal, deal_id: str) -> str | None:
    try:
        _check(services, caller, deal_id)
    except (MailError, SendingRefusedError, StoreGoneError) as error:
        return str(error)
    return None


def _answers_to(tx: Transaction, caller: Principal) -> str | None:
    """The address of whoever sends it, if mail can be sent there."""
    if caller.user_id is None:
        return None
    email = users.get(tx, caller.user_id).email
    return email if is_address(email) else None


def _wish(deal_id: str, letter: Letter) -> OutboxWish:
    content = letter.model_dump_json()
    return OutboxWish(
        target=TARGET,
        external_key=letter.key,
        deal_id=deal_id,
        kind=KIND,
        content=content,
        digest=sha256(content.encode()).hexdigest(),
        priority=_PRIORITY,
    )


def _listed(tx: Transaction, deal_id: str) -> list[OutboxItem]:
    """The letters of a deal: those of the newest mail first, and these in their order."""
    found = outbox.listed(tx, _SHOWN, deal_id=deal_id, target=TARGET).items
    newest = {mail_id_of(item): item.created for item in found}

    def place(item: OutboxItem) -> tuple[float, str, int]:
        mail_id, _, number = item.external_key.rpartition("-")
        return -newest[mail_id].timestamp(), mail_id, int(number)

    return sorted(found, key=place)
