"""What a page says once, after something was done and the browser went on to it.

It travels in a cookie that is signed with what only the session knows, so that nobody else can put
words onto a page.
"""

import base64
import hashlib
import hmac
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from transcript2handoff.access.secrets import same

_COOKIE: Final = "t2h_note"
_SECONDS: Final = 60
_LONGEST: Final = 500


def leave(response: Response, said: str, *, csrf_token: str) -> None:
    """Leave a note for the next page; none where no session is open."""
    if csrf_token:
        words = said[:_LONGEST].encode()
        shown = base64.urlsafe_b64encode(words).decode()
        value = f"{shown}.{_signature(words, csrf_token)}"
        response.set_cookie(_COOKIE, value, max_age=_SECONDS, httponly=True, samesite="lax")


def left(request: Request, *, csrf_token: str) -> str | None:
    """The note that was left for this page."""
    shown, _, signature = request.cookies.get(_COOKIE, "").partition(".")
    if not signature or not csrf_token:
        return None
    try:
        words = base64.urlsafe_b64decode(shown)
    except ValueError:  # what is not ASCII, too
        return None
    if not same(_signature(words, csrf_token), signature):
        return None
    return words.decode()


def forget(response: Response) -> None:
    """It was said."""
    response.delete_cookie(_COOKIE, httponly=True, samesite="lax")


def _signature(words: bytes, csrf_token: str) -> str:
    return hmac.new(csrf_token.encode(), words, hashlib.sha256).hexdigest()
