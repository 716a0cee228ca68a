"""Headers of every answer."""

from collections.abc import Mapping
from typing import Final

REQUEST_ID: Final = "X-Request-Id"
SECURITY: Final[Mapping[str, str]] = {
    "Content-Security-Policy": (
        "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; "
        "object-src 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
"""A route that needs other words, such as a page with its own policy, sets them itself."""
TUS: Final[Mapping[str, str]] = {"Tus-Resumable": "1.0.0"}
"""Of every answer about uploads in pieces, whatever it says: their protocol wants it."""
ONLY_SECURE: Final[Mapping[str, str]] = {"Strict-Transport-Security": "max-age=31536000"}
"""Of a service that people open by https: browsers come by nothing else for a year."""
NOT_KEPT: Final[Mapping[str, str]] = {"Cache-Control": "no-store"}
"""Answers about deals are kept by no cache, unless a route says otherwise."""
