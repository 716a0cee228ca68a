"""What somebody has sent from the page of a claim."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from fastapi import Request

from transcript2handoff.journal.fields import Value
from transcript2handoff.pages.changing import Doing, Wish, seen_in
from transcript2handoff.pages.fact_form import changed, read
from transcript2handoff.pages.field_labels import OUTCOMES_SAID
from transcript2handoff.pages.forms import form_of
from transcript2handoff.pages.seen import Seen

PICK: Final = "pick."
"""Before the name of a field: whether ``mine`` or ``theirs`` is to stand in it."""
THEIRS: Final = "theirs"
_LONGEST: Final = 2000
_NEEDS_WHY: Final = ("edit", "reject")
_NOT_ALONG: Final = ("csrf_token", "seen")


@dataclass(frozen=True, kw_only=True)
class Sent:
    """A form of the page of a claim.

    Attributes:
        wish: what somebody wants.
        seen: the claim as they had it before them.
        why: in their words; empty where they did not say.
        errors: what does not fit, by the names of the fields.
        has_chosen: whether they were shown what somebody else did, and chose.
    """

    wish: Wish
    seen: Seen
    why: str
    errors: Mapping[str, str]
    has_chosen: bool

    @property
    def reason(self) -> str | None:
        """Why, if they said."""
        return self.why or None

    @property
    def is_empty(self) -> bool:
        """Whether nothing would be changed."""
        return self.wish.doing == "edit" and not self.wish.values


def sent_in(request: Request, doing: Doing) -> Sent:
    """Read the form of a request.

    Raises:
        JournalError: it does not carry the claim that somebody had before them.
    """
    seen = seen_in(request)
    filled = {
        name: value
        for name, value in form_of(request).items()
        if isinstance(value, str) and name not in _NOT_ALONG
    }
    picks = {name: value for name, value in filled.items() if name.startswith(PICK)}
    told = read(seen.kind, filled) if doing == "edit" else read(seen.kind, {})
    why = filled.get("why", "").strip()
    return Sent(
        wish=Wish(
            doing=doing, values=_chosen(changed(seen.values, told.values), picks), sent=filled
        ),
        seen=seen,
        why=why,
        errors={
            **told.errors,
            **_faults_of(why, is_needed=doing in _NEEDS_WHY),
            **({} if doing != "outcome" else _faults_of_outcome(filled.get("outcome"))),
        },
        has_chosen=bool(picks),
    )


def _chosen(mine: Mapping[str, Value], picks: Mapping[str, str]) -> dict[str, Value]:
    return {name: value for name, value in mine.items() if picks.get(PICK + name) != THEIRS}


def _faults_of_outcome(told: str | None) -> dict[str, str]:
    return {} if told in OUTCOMES_SAID else {"outcome": "Choose what came of it."}


def _faults_of(why: str, *, is_needed: bool) -> dict[str, str]:
    if is_needed and not why:
        return {"why": "Say why in a few words; it is kept with the change."}
    if len(why) > _LONGEST:
        return {"why": f"At most {_LONGEST:,} characters; these are {len(why):,}."}
    return {}
