"""The audit, for administrators: who saw, changed, sent or erased what, and whether it is whole."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Request, Response

from transcript2handoff.api.deps import Admin, StoreDep
from transcript2handoff.api.models.people import AuditCheckOut, DeedOut, UserOut
from transcript2handoff.api.paging import LONGEST, Paging
from transcript2handoff.api.routes import audit as api
from transcript2handoff.api.routes import people
from transcript2handoff.api.routes.audit import Wanted
from transcript2handoff.pages.answered import answer_as, listed
from transcript2handoff.pages.frame import show
from transcript2handoff.pages.queries import other_query

router = APIRouter()
ACTIONS: Final[Mapping[str, tuple[str, str]]] = {
    "read": ("Saw", ""),
    "add": ("Added", "good"),
    "change": ("Changed", "key"),
    "send": ("Sent", "warn"),
    "erase": ("Erased", "bad"),
    "sign_in": ("Signed in", ""),
    "refuse": ("Was refused", "bad"),
}
"""What can be done, in words, with the kind of its chip."""
_PROGRAMS: Final[Mapping[str, str]] = {
    "worker": "The worker",
    "command_line": "The command line",
    "retention": "Retention",
    "nobody": "Nobody known",
}


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A deed as it stands on the page."""

    deed: DeedOut
    who: str
    words: str
    kind: str
    """Of the chip of what was done."""
    matter: str
    href: str | None
    """Where the thing is, if it has a page of its own."""
    details: str


class _Page:
    """The page, with what both of its answers need."""

    def __init__(
        self,
        request: Request,
        store: StoreDep,
        caller: Admin,
        window: Paging,
        only: Wanted,
    ) -> None:
        self.request, self.store, self.caller = request, store, caller
        self._window, self._only = window, only

    def shown(self, *, checked: AuditCheckOut | None = None) -> Response:
        """The page."""
        everybody = listed(people.list_users(self.store, self.caller, LONGEST))
        names = {user.id: user.name for user in map(_user, everybody.items)}
        page = listed(api.read_audit(self.store, self.caller, self._window, self._only))
        return show(
            self.request,
            "audit",
            deeds=[_shown(answer_as(DeedOut, deed), names) for deed in page.items],
            after=page.after,
            people=sorted(names.items(), key=lambda one: one[1].casefold()),
            actions=ACTIONS,
            only=self._only,
            checked=checked,
            query=lambda **changes: other_query(self.request, **changes),
        )


Page = Annotated[_Page, Depends()]


@router.get("/audit")
def open_audit(page: Page) -> Response:
    """The deeds, newest first."""
    return page.shown()


@router.get("/audit/check")
def check(page: Page) -> Response:
    """The same, after the whole chain was checked."""
    return page.shown(checked=answer_as(AuditCheckOut, api.check_audit(page.store, page.caller)))


def _user(found: object) -> UserOut:
    return answer_as(UserOut, found)


def _shown(deed: DeedOut, names: Mapping[str, str]) -> Shown:
    words, kind = ACTIONS.get(deed.action, (deed.action, ""))
    is_deal = deed.subject.startswith("deal-")
    return Shown(
        deed=deed,
        who=names.get(deed.actor) or _PROGRAMS.get(deed.actor, deed.actor),
        words=words,
        kind=kind,
        matter=deed.matter.replace("_", " "),
        href=f"/deals/{deed.subject}" if is_deal and deed.action != "erase" else None,
        details=", ".join(f"{name} {value}" for name, value in deed.details.items()),
    )
