"""Room to grow and what could go wrong: signals of expansion with an owner, and the risks.

Who owns a signal follows from how the company owns accounts after the sale:

===========  =====================================================================================
``cs_only``  the customer success manager owns every signal
``am_only``  the account manager owns every signal
``cs_am``    more of what the customer has (seats, users, volume, usage) grows with use and is the
             customer success manager's; everything else (further teams, sites, regions, modules)
             is a sale and the account manager's
===========  =====================================================================================

Where nobody is named for the role, the role stands alone.
"""

import re
from dataclasses import dataclass
from typing import Final

from transcript2handoff.company import OwnershipModel, Role
from transcript2handoff.documents.customer_words import ROLE_NAMES
from transcript2handoff.documents.inside import (
    Inside,
    Line,
    line,
    not_discussed,
    surest,
)
from transcript2handoff.documents.seats import who_is
from transcript2handoff.handoff import Claim
from transcript2handoff.words import Shown

_BY_USE: Final = re.compile(
    r"\b(?:seats?|users?|licen[cs]es?|volumes?|usage|log-?ins?|accounts?|storage|credits"
    r"|(?:documents|orders|calls|tickets|invoices) (?:a|per) (?:day|week|month|year))\b",
    re.IGNORECASE,
)
"""Words for more of the same."""


@dataclass(frozen=True, kw_only=True)
class Signal:
    """A sign of later growth, and who follows it up."""

    about: Line
    role: Shown
    owner: str | None


def expansion(inside: Inside) -> str:
    """Signals of expansion and risks as Markdown.

    Raises:
        ArtifactError: the transcript of a call is not among those given.
    """
    return inside.templates.markdown(
        "expansion.md.jinja",
        customer=inside.customer,
        signals=signals(inside),
        risks=tuple(line(inside, claim) for claim in surest(inside.handoff.of_kind("risk"))),
        nothing=not_discussed(inside),
    )


def signals(inside: Inside) -> tuple[Signal, ...]:
    """All signals with their owners, weakly supported ones last."""
    return tuple(_signal(inside, claim) for claim in surest(inside.handoff.of_kind("expansion")))


def owner_of(claim: Claim, model: OwnershipModel) -> Role:
    """Which role follows up a signal of expansion, by the table of this module."""
    if model == "cs_only" or (model == "cs_am" and _grows_with_use(claim)):
        return "customer_success_manager"
    return "account_manager"


def _grows_with_use(claim: Claim) -> bool:
    said = (claim.summary, *(evidence.quote for evidence in claim.spoken))
    return any(_BY_USE.search(text) for text in said)


def _signal(inside: Inside, claim: Claim) -> Signal:
    role = owner_of(claim, inside.company.ownership)
    return Signal(about=line(inside, claim), role=ROLE_NAMES[role], owner=who_is(inside, role))
