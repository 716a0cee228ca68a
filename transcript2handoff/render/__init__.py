"""A handoff as a document."""

from transcript2handoff.render.documents import brief_html, brief_markdown, contract_markdown
from transcript2handoff.render.proofs import BriefOptions, is_remote

__all__ = ["BriefOptions", "brief_html", "brief_markdown", "contract_markdown", "is_remote"]
