"""Who sits at the internal kickoff: the roles of the company, and who sold the deal."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from transcript2handoff import company
from transcript2handoff.company import Role
from transcript2handoff.deal import Participant
from transcript2handoff.documents.customer_words import ROLE_NAMES
from transcript2handoff.documents.inside import Inside
from transcript2handoff.words import Shown, counted, message

_ALWAYS: Final[tuple[Role, ...]] = ("account_executive", "customer_success_manager")
"""Without these two there is no handover; the other roles are listed where they are filled."""


@dataclass(frozen=True, kw_only=True)
class Seat:
    """Somebody who takes part. ``known`` says from where, or what to do where nobody is named."""

    role: Shown
    name: str | None
    known: Shown


def seats(inside: Inside) -> tuple[Seat, ...]:
    """The roles of the company first, then whoever else of ours was on a call."""
    in_roles = tuple(_in_roles(inside))
    named = {seat.name for seat in in_roles}
    others = (
        Seat(
            role=who.title or message("role not known"),
            name=who.name,
            known=_known(inside, who.name),
        )
        for who in _ours(inside)
        if who.name not in named
    )
    return (*in_roles, *others)


def who_is(inside: Inside, role: Role) -> str | None:
    """Who has a role: as the company or the deal says, else by the title in the invitations."""
    member = inside.company.who(role, inside.handoff.deal)
    if member:
        return member.name
    title = role.replace("_", " ")
    named = [who.name for who in _ours(inside) if (who.title or "").casefold() == title]
    return named[0] if len(named) == 1 else None


def _in_roles(inside: Inside) -> Iterator[Seat]:
    shared = inside.company.ownership != "cs_only"
    wanted = (*_ALWAYS, "account_manager") if shared else _ALWAYS
    for role in company.ROLES:
        name = who_is(inside, role)
        if name:
            yield Seat(role=ROLE_NAMES[role], name=name, known=_known(inside, name))
        elif role in wanted:
            unknown = message("Name somebody before the meeting.")
            yield Seat(role=ROLE_NAMES[role], name=None, known=unknown)


def _ours(inside: Inside) -> list[Participant]:
    return [who for who in inside.handoff.deal.participants if who.side == "seller"]


def _known(inside: Inside, name: str) -> Shown:
    heard = [
        str(call.number)
        for call in inside.proofs.calls
        if any(speaker.name == name for speaker in call.transcript.speakers)
    ]
    if not heard:
        return message("was on no call")
    return counted(
        "spoke on call {calls}", "spoke on calls {calls}", count=len(heard), calls=", ".join(heard)
    )
