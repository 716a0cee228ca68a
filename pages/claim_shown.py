"""Answers of the page of a claim: whole, below its line in a brief, or with what others did."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote, urlsplit

from fastapi import Request, Response

from transcript2handoff.api.opened import Opened, open_deal
from transcript2handoff.handoff import Claim
from transcript2handoff.pages.briefs import brief_page, words_of
from transcript2handoff.pages.changing import At, Doing, Meeting
from transcript2handoff.pages.claim_forms import Sent
from transcript2handoff.pages.claim_view import ClaimView, claim_in, claim_view
from transcript2handoff.pages.deal_frame import deal_frame
from transcript2handoff.pages.field_labels import OUTCOMES_SAID
from transcript2handoff.pages.forms import BLANK, Filled
from transcript2handoff.pages.frame import is_fragment, see_other, show

SAID: Final[Mapping[Doing, str]] = {
    "confirm": "Confirmed.",
    "edit": "Changed.",
    "reject": "Rejected. It stands in the appendix now.",
    "outcome": "Noted.",
}
"""What is said once it is done."""
_CONFLICT: Final = 409


@dataclass(frozen=True, kw_only=True)
class Around:
    """What a page of a claim shows beside the claim.

    Attributes:
        sent: a form that does not fit, to be shown again.
        problem: what is wrong with it as a whole.
        said: what was done.
        status: of the answer.
    """

    sent: Sent | None = None
    problem: str | None = None
    said: str | None = None
    status: int = 200


AS_IT_IS: Final = Around()


def shown_claim(
    request: Request, at: At, opened: Opened, claim: Claim, around: Around = AS_IT_IS
) -> Response:
    """The page of a claim, or its forms alone."""
    view = claim_view(opened, claim)
    name = "claim_part" if is_fragment(request) else "claim"
    return show(request, name, status=around.status, **_values(at, opened, view, around))


def shown_meeting(request: Request, at: At, meeting: Meeting) -> Response:
    """What somebody else has done to the claim, and the choice between theirs and mine."""
    view = claim_view(meeting.opened, meeting.claim)
    name = "claim_meeting" if is_fragment(request) else "claim"
    values = {**_values(at, meeting.opened, view, AS_IT_IS), "meeting": meeting}
    return show(request, name, status=_CONFLICT, **values)


def shown_after(request: Request, at: At, said: str, *, notes: Iterable[str] = ()) -> Response:
    """The claim after something was done to it; in a brief, its line."""
    said = " ".join([said, *notes])
    opened = open_deal(at.services, at.caller, at.deal_id)
    claim = claim_in(opened, at.claim_id)
    if not is_fragment(request):
        return see_other(request, f"/deals/{at.deal_id}/claims/{claim.id}", said=said)
    around = Around(said=said)
    if not _is_in_brief(request, at.deal_id):
        return _told(shown_claim(request, at, opened, claim, around), claim)
    return _told(_line(request, at, opened, claim, around), claim)


def _line(request: Request, at: At, opened: Opened, claim: Claim, around: Around) -> Response:
    """The line of a brief, written anew, with the forms that it had below it."""
    view = claim_view(opened, claim)
    page = brief_page(opened)
    row = page.row(claim.id)
    values = {
        **_values(at, opened, view, around),
        "page": page,
        "row": row,
        "unfolded": True,
        "within": "claim_part.html.jinja",
    }
    response = show(request, "brief_line" if row else "claim_gone", **values)
    response.headers["HX-Retarget"] = f'[id="{view.anchor}"]'
    response.headers["HX-Reswap"] = "outerHTML"
    return response


def _told(response: Response, claim: Claim) -> Response:
    response.headers["HX-Trigger"] = f'{{"t2h:claim": {{"id": "{quote(claim.id)}"}}}}'
    return response


def _is_in_brief(request: Request, deal_id: str) -> bool:
    return urlsplit(request.headers.get("HX-Current-URL", "")).path == f"/deals/{deal_id}"


def _values(at: At, opened: Opened, view: ClaimView, around: Around) -> dict[str, Any]:
    return {
        "view": view,
        "meeting": None,
        "tracks": view.tracks,
        "language": opened.dossier.company.language,
        "page": view,
        **deal_frame(at.services, at.caller, at.deal_id, tab="brief"),
        "doing": around.sent.wish.doing if around.sent else None,
        "form": _filled(around) if around.sent else BLANK,
        "said": around.said,
        "outcomes": tuple(OUTCOMES_SAID.items()),
        "people": people_of(opened),
        **words_of(opened),
    }


def _filled(around: Around) -> Filled:
    assert around.sent is not None
    sent = around.sent
    return Filled(values=sent.wish.sent, errors=sent.errors, problem=around.problem)


def people_of(opened: Opened) -> tuple[str, ...]:
    """Those who may owe something, to be chosen from."""
    deal = opened.dossier.handoff.deal
    names = [person.name for person in deal.participants] + list(deal.owners.values())
    return tuple(dict.fromkeys(names))
