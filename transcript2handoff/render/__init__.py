"""A handoff as a document."""

from transcript2handoff.render.documents import (
    brief_html,
    brief_markdown,
    brief_print_markdown,
    contract_markdown,
)
from transcript2handoff.render.options import BriefOptions
from transcript2handoff.render.proofs import is_remote

__all__ = [
    "BriefOptions",
    "brief_html",
    "brief_markdown",
    "brief_print_markdown",
    "contract_markdown",
    "is_remote",
]
