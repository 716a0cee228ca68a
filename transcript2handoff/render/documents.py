"""A handoff as documents: the kickoff brief in Markdown and HTML, the contract against the talk.

The templates stand in ``transcript2handoff.templates``; in both formats every value is escaped
without being asked to, and a name that a template does not know is an error.
"""

import base64
import hashlib
from collections.abc import Iterable
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from transcript2handoff.assess import Assessment
from transcript2handoff.contract import ContractReview
from transcript2handoff.handoff import Handoff
from transcript2handoff.render.brief import build_brief
from transcript2handoff.render.markdown import markdown_text
from transcript2handoff.render.proofs import BriefOptions
from transcript2handoff.transcript import Transcript

__all__ = ["BriefOptions", "brief_html", "brief_markdown", "contract_markdown"]

_LOADER = PackageLoader("transcript2handoff.templates", ".")


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
    return _markdown().get_template("brief.md.jinja").render(brief=brief) + "\n"


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
    template = _html().get_template("brief.html.jinja")
    hashes = {"style_hash": _hash_of("brief.css"), "script_hash": _hash_of("player.js.jinja")}
    return template.render(brief=brief, **hashes) + "\n"


def contract_markdown(review: ContractReview) -> str:
    """What was said against what was signed, as CommonMark; for readers inside the company."""
    return _markdown().get_template("contract.md.jinja").render(review=review) + "\n"


@cache
def _markdown() -> Environment:
    # Escaping here is the finalize hook: autoescape knows HTML alone.
    return Environment(  # noqa: S701
        loader=_LOADER,
        undefined=StrictUndefined,
        finalize=markdown_text,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@cache
def _html() -> Environment:
    return Environment(
        loader=_LOADER,
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@cache
def _hash_of(template: str) -> str:
    """What a Content Security Policy calls this text, which stands in the document as it is."""
    text = _html().get_template(template).render()
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
