"""One turn of a transcript: other words, somebody else who said them, or a claim made of them."""

from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import APIRouter, Path, Request, Response

from transcript2handoff.api.models.corrections import CorrectedOut, TurnBody, WordsBody
from transcript2handoff.api.routes import corrections as api
from transcript2handoff.corrections import NEW_VOICE
from transcript2handoff.errors import CorrectionError, StoreGoneError
from transcript2handoff.pages.answered import answer_as
from transcript2handoff.pages.correct_shown import (
    carried,
    seen_in,
    shown_clash,
    shown_corrected,
)
from transcript2handoff.pages.correcting import (
    AtCall,
    AtCallDep,
    CallHere,
    Clash,
    Correcting,
    Seen,
    call_here,
    correct,
)
from transcript2handoff.pages.deal_frame import deal_frame
from transcript2handoff.pages.fact_form import tidy
from transcript2handoff.pages.forms import form_of
from transcript2handoff.pages.frame import is_fragment, show
from transcript2handoff.pages.voices import label_of
from transcript2handoff.pages.wording import Fix, fix_of
from transcript2handoff.transcript import Transcript, Turn

router = APIRouter()
_AT: Final = "/deals/{deal_id}/calls/{call_id}/turns/{turn}"
_SAID: Final = "Words"
_BY: Final = "Said by"
_DOES_NOT_FIT: Final = 422
_Number = Annotated[int, Path(ge=1, le=1_000_000)]


@dataclass(frozen=True, kw_only=True)
class _Filled:
    """What was typed and does not fit."""

    problem: str = ""
    words: str | None = None
    speaker: str | None = None
    status: int = 200


_AS_IT_IS: Final = _Filled()


@router.get(_AT)
def turn(request: Request, at: AtCallDep, turn: _Number) -> Response:
    """The forms of a turn; for htmx to be put below it."""
    return _shown(request, at, turn)


@router.post(f"{_AT}/words")
def fix_words(request: Request, at: AtCallDep, turn: _Number) -> Response:
    """Other words were said."""
    seen, count = seen_in(request)
    typed = tidy(str(form_of(request).get("words", "")))

    def send(here: CallHere) -> CorrectedOut:
        fix = _fix(here.transcript, turn, typed)
        if fix is None:
            raise CorrectionError("The words are as they were. Change what was heard wrongly.")
        told = WordsBody(
            event="words_fixed",
            turn=turn,
            start=fix.start,
            end=fix.end,
            was=fix.was,
            now=fix.now,
            expected=here.told.count,
        )
        return answer_as(CorrectedOut, api.correct(at.services, at.caller, at.call_id, told))

    wish = Correcting(
        seen=seen,
        count=count,
        mine=lambda _: {_SAID: typed},
        now=lambda transcript: _words(transcript, turn),
        send=send,
    )
    return _done(request, at, turn, wish, _Filled(words=typed))


@router.post(f"{_AT}/speaker")
def give_away(request: Request, at: AtCallDep, turn: _Number) -> Response:
    """Somebody else said it."""
    seen, count = seen_in(request)
    speaker = str(form_of(request).get("speaker", ""))

    def send(here: CallHere) -> CorrectedOut:
        told = TurnBody(event="turn_moved", turn=turn, speaker=speaker, expected=here.told.count)
        return answer_as(CorrectedOut, api.correct(at.services, at.caller, at.call_id, told))

    def mine(transcript: Transcript) -> Seen:
        return {_BY: "A new voice" if speaker == NEW_VOICE else label_of(transcript, speaker)}

    wish = Correcting(
        seen=seen,
        count=count,
        mine=mine,
        now=lambda transcript: _speaker(transcript, turn),
        send=send,
    )
    return _done(request, at, turn, wish, _Filled(speaker=speaker))


def _fix(transcript: Transcript, number: int, typed: str) -> Fix | None:
    try:
        return fix_of(_turn(transcript, number).text, typed)
    except ValueError as error:
        raise CorrectionError(str(error)) from error


def _words(transcript: Transcript, number: int) -> Seen:
    return {_SAID: tidy(_turn(transcript, number).text)}


def _speaker(transcript: Transcript, number: int) -> Seen:
    return {_BY: label_of(transcript, _turn(transcript, number).speaker)}


def _done(request: Request, at: AtCall, number: int, wish: Correcting, typed: _Filled) -> Response:
    back_to = f"{at.path}#turn-{number}"
    try:
        done = correct(at, wish)
    except CorrectionError as error:
        again = _Filled(
            problem=str(error), words=typed.words, speaker=typed.speaker, status=_DOES_NOT_FIT
        )
        return _shown(request, at, number, again)
    if isinstance(done, Clash):
        return shown_clash(request, at, done, back_to=back_to)
    return shown_corrected(request, done, f"Turn {number} is corrected.", back_to=back_to)


def _turn(transcript: Transcript, number: int) -> Turn:
    if number > len(transcript.turns):
        raise StoreGoneError(
            f"The call has turns 1 to {len(transcript.turns)}, and no turn {number}."
        )
    return transcript.turn(number)


def _shown(request: Request, at: AtCall, number: int, typed: _Filled = _AS_IT_IS) -> Response:
    here = call_here(at)
    transcript = here.transcript
    return show(
        request,
        "turn_part" if is_fragment(request) else "turn",
        status=typed.status,
        at=at,
        here=here,
        turn=_turn(transcript, number),
        near=[one for one in transcript.turns if abs(one.n - number) == 1],
        label=lambda speaker: label_of(transcript, speaker),
        typed=typed,
        new_voice=NEW_VOICE,
        for_words=carried(_words(transcript, number), here.told.count),
        for_speaker=carried(_speaker(transcript, number), here.told.count),
        **deal_frame(at.services, at.caller, at.deal_id, tab="calls"),
    )
