"""The brief of a deal as its page shows it: every line with its proofs in their surroundings."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from transcript2handoff.api.opened import Opened
from transcript2handoff.pages.tracks import Track, tracks
from transcript2handoff.render import BriefOptions
from transcript2handoff.render.around import NOT_ON_A_CALL, Scene, scenes
from transcript2handoff.render.brief import build_brief
from transcript2handoff.render.facts import Row
from transcript2handoff.render.labels import SUMMARY
from transcript2handoff.render.proofs import Proofs, heard_calls
from transcript2handoff.render.views import Brief
from transcript2handoff.words import Words


@dataclass(frozen=True, kw_only=True)
class BriefPage:
    """What the page of a brief shows.

    Attributes:
        deal_id: of the deal.
        edition: of its handoff.
        brief: the brief itself.
        scenes: the proofs of each claim, by its id.
        call_ids: the id of each call, by its id inside of the deal.
        tracks: the recordings that can be played.
    """

    deal_id: str
    edition: str
    brief: Brief
    scenes: Mapping[str, tuple[Scene, ...]]
    call_ids: Mapping[str, str]
    tracks: tuple[Track, ...]

    def row(self, claim_id: str) -> Row | None:
        """The line of a claim; none where it does not stand, or not any more."""
        blocks = (block for section in self.brief.sections for block in section.blocks)
        rows = (row for block in blocks for row in block.rows)
        return next((row for row in rows if row.claim_id == claim_id), None)


def brief_page(opened: Opened) -> BriefPage:
    """The page of a deal that is open.

    Raises:
        ArtifactError: what is stored does not fit together.
    """
    dossier = opened.dossier
    options = options_of(opened)
    calls = heard_calls(dossier.handoff, dossier.transcripts, options)
    proofs = Proofs(deal=dossier.handoff.deal, calls=calls, words=options.words)
    return BriefPage(
        deal_id=opened.deal_id,
        edition=opened.edition,
        brief=build_brief(dossier.handoff, dossier.assessment, dossier.transcripts, options),
        scenes={claim.id: scenes(claim, proofs) for claim in dossier.handoff.claims},
        call_ids={call.ref: call.id for call in opened.on_desk.calls},
        tracks=tracks(opened, calls),
    )


def options_of(opened: Opened) -> BriefOptions:
    """How a page shows a deal: in the language of the company, with recordings to be played."""
    dossier = opened.dossier
    return BriefOptions(
        audio=opened.on_desk.recordings(),
        templates=dossier.company_files.templates_in(dossier.company.language),
        sections=dossier.company.section_order,
        review=dossier.review,
    )


def call_names(opened: Opened) -> Mapping[str, str]:
    """What people call the calls of which there is a transcript, by their ids in the deal.

    Raises:
        ArtifactError: what is stored does not fit together.
    """
    dossier = opened.dossier
    heard = heard_calls(dossier.handoff, dossier.transcripts, options_of(opened))
    return {call.record.call.id: call.name for call in heard}


def words_of(opened: Opened) -> dict[str, Any]:
    """What a template needs to say fixed words in the language of the company."""
    return spoken(Words.of(opened.dossier.company.language))


def spoken(words: Words) -> dict[str, Any]:
    """What a template needs to say fixed words in a language."""
    return {
        "language": words.language,
        "_": words.catalogue.gettext,
        "say": words.shown,
        "summary": words.say(SUMMARY),
        "not_on_a_call": words.say(NOT_ON_A_CALL),
    }
