"""Answers after somebody put something right in a transcript: done, refused, or two at once."""

import json
from collections.abc import Mapping
from typing import Final

from fastapi import Request, Response
from pydantic import TypeAdapter, ValidationError

from transcript2handoff.api.models.corrections import CorrectedOut
from transcript2handoff.errors import CorrectionError
from transcript2handoff.pages import notes
from transcript2handoff.pages.correcting import AtCall, Clash, Seen
from transcript2handoff.pages.deal_frame import deal_frame
from transcript2handoff.pages.forms import form_of, number_in
from transcript2handoff.pages.frame import csrf_token, is_fragment, see_other, show

_CONFLICT: Final = 409
_NO_CONTENT: Final = 204
_NOT_ALONG: Final = frozenset({"csrf_token", "seen", "count"})
_SEEN: Final[TypeAdapter[dict[str, str]]] = TypeAdapter(dict[str, str])
_FOLLOWS: Final = "The call is read again; what follows from it comes in a moment."


def seen_in(request: Request) -> tuple[Seen, int]:
    """What somebody had before them, and how many corrections there were, out of their form.

    Raises:
        CorrectionError: the form does not carry it.
    """
    form = form_of(request)
    count = number_in(str(form.get("count", "")))
    try:
        seen = _SEEN.validate_json(str(form.get("seen", "")))
    except ValidationError as error:
        raise _unsaid() from error
    if count is None:
        raise _unsaid()
    return seen, count


def _unsaid() -> CorrectionError:
    return CorrectionError(
        "The form does not say what you had before you. Open the page again, then repeat it."
    )


def carried(seen: Seen, count: int) -> Mapping[str, str]:
    """The hidden inputs that ``seen_in`` reads."""
    return {"seen": json.dumps(dict(seen)), "count": str(count)}


def shown_corrected(request: Request, done: CorrectedOut, said: str, *, back_to: str) -> Response:
    """What is shown once it is done: the page that it was done on, with a note."""
    words = " ".join([said, *done.notes, _FOLLOWS])
    if not is_fragment(request):
        return see_other(request, back_to, said=words)
    response = Response(status_code=_NO_CONTENT, headers={"HX-Refresh": "true"})
    notes.leave(response, words, csrf_token=csrf_token(request))
    return response


def shown_clash(request: Request, at: AtCall, clash: Clash, *, back_to: str) -> Response:
    """What somebody else has put right, and the choice between theirs and mine."""
    seen = {name: now for name, _, now, _ in clash.rows}
    known = seen_in(request)[0]
    again = {
        name: value
        for name, value in form_of(request).items()
        if isinstance(value, str) and name not in _NOT_ALONG
    }
    return show(
        request,
        "correct_clash_part" if is_fragment(request) else "correct_clash",
        status=_CONFLICT,
        clash=clash,
        again=again,
        hidden=carried({**known, **seen}, clash.here.told.count),
        to_path=request.url.path,
        back_to=back_to,
        at=at,
        **deal_frame(at.services, at.caller, at.deal_id, tab="calls"),
    )
