"""A principal: somebody or something that asks, and what it may do."""

from collections.abc import Mapping
from typing import Final, Literal, get_args

from transcript2handoff.deal import Record

Scope = Literal["deals:read", "deals:write", "reports:read", "admin"]
SCOPES: Final[tuple[Scope, ...]] = get_args(Scope)
UserRole = Literal["ae", "csm", "admin"]
"""An account executive, a customer success manager, or somebody who runs the service."""

_OF_ROLE: Final[Mapping[UserRole, frozenset[Scope]]] = {
    "ae": frozenset({"deals:read", "deals:write", "reports:read"}),
    "csm": frozenset({"deals:read", "deals:write", "reports:read"}),
    "admin": frozenset(SCOPES),
}


def scopes_of(role: UserRole) -> frozenset[Scope]:
    """What somebody with this role may do; a key of theirs may do less, never more."""
    return _OF_ROLE[role]


class Principal(Record):
    """Somebody or something whose proof holds."""

    id: str
    """Of the user or of the key: what the audit names."""
    name: str
    kind: Literal["user", "key"]
    role: Literal["ae", "csm", "admin", "service"]
    """``service`` is a key that belongs to nobody: it sees all deals, within its scopes."""
    user_id: str | None
    scopes: frozenset[Scope]

    @property
    def seen_by(self) -> str | None:
        """The user whose deals alone are seen; None where all are."""
        return self.user_id if self.role in ("ae", "csm") else None

    def may(self, scope: Scope) -> bool:
        """Whether this scope, or the one that holds all others, is given."""
        return scope in self.scopes or "admin" in self.scopes
