"""Cookies: of a session, and of a browser that is under way to an identity provider."""

from typing import Final

from fastapi import Response

from transcript2handoff.access.oidc import TIME_FOR_IT
from transcript2handoff.access.sessions import LASTS, Session
from transcript2handoff.api.entrance import session_cookie
from transcript2handoff.settings import Settings

UNDER_WAY: Final = "t2h_under_way"
_WAY: Final = "/v1/sign-in/provider"


def give(response: Response, session: Session, settings: Settings) -> None:
    """Give the browser the cookie of a session that has begun."""
    response.set_cookie(
        session_cookie(settings),
        session.secret,
        max_age=int(LASTS.total_seconds()),
        secure=settings.is_https,
        httponly=True,
        samesite="lax",
    )


def give_on_the_way(response: Response, browser: str, settings: Settings) -> None:
    """Give the browser what it has to have when it comes back from the provider."""
    response.set_cookie(
        UNDER_WAY,
        browser,
        max_age=int(TIME_FOR_IT.total_seconds()),
        path=_WAY,
        secure=settings.is_https,
        httponly=True,
        samesite="lax",
    )


def take(response: Response, settings: Settings) -> None:
    """Have the browser forget the cookie."""
    response.delete_cookie(
        session_cookie(settings),
        secure=settings.is_https,
        httponly=True,
        samesite="lax",
    )
