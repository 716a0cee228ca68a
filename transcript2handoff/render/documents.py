"""A handoff as documents: the kickoff brief in Markdown and HTML, the contract against the talk.

The templates stand in ``transcript2handoff.templates``; in every format values are escaped without
being asked to, fixed words are said in the reader's language, and a name that a template does not
know is an error.
"""

import base64
import hashlib
from collections.abc import Iterable
from dataclasses import replace

from transcript2handoff.assess import Assessment
from transcript2handoff.contract import ContractReview
from transcript2handoff.handoff import Handoff
from transcript2handoff.render.brief import build_brief
from transcript2handoff.render.contract import contract_view
from transcript2handoff.render.options import OURS, BriefOptions
from transcript2handoff.render.templates import Templates
from transcript2handoff.transcript import Transcript

__all__ = [
    "BriefOptions",
    "brief_html",
    "brief_markdown",
    "brief_print_markdown",
    "contract_markdown",
]


def brief_markdown(
    handoff: Handoff,
    assessment: Assessment,
    transcripts: Iterable[Transcript],
    options: BriefOptions,
) -> str:
    """The brief as CommonMark with tables.

    Raises:
        ArtifactError: the transcript of a call is not among those given, or a claim quotes a call
            that the handoff does not list.
    """
    brief = build_brief(handoff, assessment, transcripts, options)
    return options.templates.markdown("brief.md.jinja", brief=brief)


def brief_print_markdown(
    handoff: Handoff,
    assessment: Assessment,
    transcripts: Iterable[Transcript],
    options: BriefOptions,
) -> str:
    """The brief for paper: CommonMark without the transcripts, with tables that fit A4 upright.

    Nothing in it links to a recording or a turn; proofs name speaker, call and time.

    Raises:
        ArtifactError: the transcript of a call is not among those given, or a claim quotes a call
            that the handoff does not list.
    """
    on_paper = replace(options, on_paper=True)
    brief = build_brief(handoff, assessment, transcripts, on_paper)
    return options.templates.markdown("brief_print.md.jinja", brief=brief)


def brief_html(
    handoff: Handoff,
    assessment: Assessment,
    transcripts: Iterable[Transcript],
    options: BriefOptions,
) -> str:
    """The brief as one HTML file that needs nothing but the recordings beside it.

    Raises:
        ArtifactError: the transcript of a call is not among those given, or a claim quotes a call
            that the handoff does not list.
    """
    brief = build_brief(handoff, assessment, transcripts, options)
    templates = options.templates
    hashes = {
        "style_hash": _hash_of("brief.css", templates),
        "script_hash": _hash_of("player.js.jinja", templates),
    }
    return templates.html("brief.html.jinja", brief=brief, **hashes)


def contract_markdown(review: ContractReview, templates: Templates = OURS) -> str:
    """What was said against what was signed, as CommonMark; for readers inside the company."""
    view = contract_view(review, templates.words)
    return templates.markdown("contract.md.jinja", review=view)


def _hash_of(template: str, templates: Templates) -> str:
    """What a Content Security Policy calls this text, which stands in the document as it is."""
    text = templates.html(template).removesuffix("\n")
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
