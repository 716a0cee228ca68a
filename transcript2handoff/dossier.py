"""A deal with everything that is known about it, wherever it is kept. Pure.

``told_of`` makes one of its calls, ``dossier`` applies what people did since and judges the whole.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from transcript2handoff.assess import Assessment, assess
from transcript2handoff.assess.questions import last_call_day
from transcript2handoff.company import Company
from transcript2handoff.company_files import CompanyFiles
from transcript2handoff.consolidate import consolidated
from transcript2handoff.contract import Catalog, Contract, ContractReview, review
from transcript2handoff.deal import Deal
from transcript2handoff.ground import KnownClaim
from transcript2handoff.handoff import Handoff
from transcript2handoff.journal import Asked, Calls, Event
from transcript2handoff.spelling import Spelling
from transcript2handoff.transcript import Transcript


@dataclass(frozen=True, kw_only=True)
class Papers:
    """What stands beside the calls: who sold, what was signed, and what the product can do."""

    company_files: CompanyFiles
    contract: Contract | None = None
    catalog: Catalog | None = None


NO_PAPERS: Final = Papers(company_files=CompanyFiles(company=Company()))
"""A company without any settings, and nothing signed."""


@dataclass(frozen=True, kw_only=True)
class Dossier:
    """A deal with everything that is known about it."""

    told: Calls
    """What the calls say, before anybody touched it."""
    handoff: Handoff
    """What they say after all that people did."""
    review: ContractReview | None
    assessment: Assessment
    company_files: CompanyFiles
    notes: tuple[str, ...] = ()
    """What somebody should know about what people did."""

    @property
    def company(self) -> Company:
        """The company that sold; one without any settings where nobody has set any."""
        return self.company_files.company

    @property
    def transcripts(self) -> tuple[Transcript, ...]:
        """The transcripts of the calls."""
        return tuple(self.told.transcripts)

    @property
    def asked(self) -> tuple[Asked, ...]:
        """The questions that are open, with their ids."""
        return tuple(
            Asked(id=one.id, text=str(one.text), claim_ids=one.claim_ids)
            for one in self.assessment.questions
        )


def told_of(
    handoffs: Sequence[Handoff],
    transcripts: Sequence[Transcript],
    deal: Deal,
    *,
    previous: Sequence[KnownClaim] = (),
) -> Calls:
    """All calls as one, with what is known of the deal by now, and names as they are spelt.

    Args:
        handoffs: of one call each.
        transcripts: of the same calls.
        deal: as it stands now; what is newer in it than in the calls holds.
        previous: claims that were there before, whose ids are kept.

    Raises:
        ArtifactError: there is nothing to consolidate, or two handoffs are of the same call.
    """
    whole = consolidated(handoffs, transcripts, previous=previous)
    newest = whole.handoff.model_copy(update={"deal": whole.handoff.deal.as_of(deal)})
    spelt = Spelling(deal.glossary).of(newest)
    return Calls(handoff=spelt, transcripts=tuple(transcripts), origin=whole.origin)


def dossier(told: Calls, events: Sequence[Event], papers: Papers = NO_PAPERS) -> Dossier:
    """The deal after all that people did, put beside what was signed, and judged."""
    done = told.applied(events)
    signed = _review(done.handoff, papers)
    executive = papers.company_files.company.who("account_executive", done.handoff.deal)
    return Dossier(
        told=told,
        handoff=done.handoff,
        review=signed,
        assessment=assess(
            done.handoff,
            told.transcripts,
            review=signed,
            executive=executive.name if executive else None,
        ),
        company_files=papers.company_files,
        notes=tuple(notice.text for notice in done.notices),
    )


def _review(handoff: Handoff, papers: Papers) -> ContractReview | None:
    """What was said against what was signed; none where nothing was."""
    if papers.contract is None:
        return None
    return review(handoff, papers.contract, papers.catalog, today=last_call_day(handoff))
