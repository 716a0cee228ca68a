"""Whether a request was made by a page of ours, as far as the browser says so."""

from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

from transcript2handoff.errors import CrossSiteError

_OWN: Final = frozenset({"same-origin", "none"})


def check_origin(headers: Mapping[str, str], *, public_url: str) -> None:
    """Refuse what a browser says that a page of somebody else has made.

    Browsers say so in ``Sec-Fetch-Site``, older ones in ``Origin``; who sends neither is none.

    Args:
        headers: of the request, with names in any case.
        public_url: the address under which people know the service.

    Raises:
        CrossSiteError: the page was not one of ours.
    """
    site = headers.get("sec-fetch-site")
    origin = headers.get("origin")
    if site in _OWN or (site is None and origin is None):
        return
    if origin is not None and _origin_of(origin) == _origin_of(public_url):
        return
    raise CrossSiteError(
        "The request was made by a page of another site. Open the service itself, and do it there; "
        "T2H_PUBLIC_URL must be the address that people open."
    )


def _origin_of(url: str) -> tuple[str, str | None, int | None]:
    try:
        parts = urlsplit(url)
        port = parts.port or {"https": 443, "http": 80}.get(parts.scheme)
    except ValueError:
        return ("", None, None)
    return parts.scheme, parts.hostname, port
