"""Who may do what: principals, their keys, passwords and sessions, and how people sign in.

Nothing here knows of HTTP. ``api/entrance.py`` takes the proofs out of a request, ``entering`` says
whom they prove, and a ``Principal`` says what that somebody may do.
"""

from transcript2handoff.access.principal import SCOPES, Principal, Scope

__all__ = ["SCOPES", "Principal", "Scope"]
