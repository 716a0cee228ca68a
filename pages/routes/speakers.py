"""The voices of a call: who each is, on which side, and which of them are one person."""

from collections.abc import Mapping
from typing import Final

from fastapi import APIRouter, Request, Response

from transcript2handoff.api.models.corrections import CorrectedOut, MergeBody, SpeakerBody
from transcript2handoff.api.routes import corrections as api
from transcript2handoff.corrections import SideTold
from transcript2handoff.errors import CorrectionError
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
from transcript2handoff.pages.forms import BLANK, Filled, form_of
from transcript2handoff.pages.frame import show
from transcript2handoff.pages.voices import SIDES_SAID, UNKNOWN, filled, label_of, people_on, voices
from transcript2handoff.transcript import Transcript

router = APIRouter()
_AT: Final = "/deals/{deal_id}/calls/{call_id}/speakers"
_NAMES: Final[Mapping[str, str]] = {"name": "Name", "side": "Side", "title": "Title"}
_OTHER: Final[Mapping[str, SideTold]] = {"seller": "customer", "customer": "seller"}
_SAME: Final = "This voice is"
_DOES_NOT_FIT: Final = 422


@router.get(_AT)
def speakers(request: Request, at: AtCallDep) -> Response:
    """The voices, each with a form and with some of what it says."""
    return _shown(request, at)


@router.post(_AT)
def change_speaker(request: Request, at: AtCallDep) -> Response:
    """Say who a voice is."""
    seen, count = seen_in(request)
    form = form_of(request)
    voice = str(form.get("speaker", ""))
    typed = {name: tidy(str(form.get(name, ""))) for name in _NAMES}
    typed["side"] = typed["side"] if typed["side"] in SIDES_SAID else UNKNOWN

    def send(here: CallHere) -> CorrectedOut:
        was = filled(here.transcript.speaker(voice))
        new = {name: value for name, value in typed.items() if value != was[name]}
        if not new:
            raise CorrectionError("Nothing was changed. Write who it is, then save it.")
        told = SpeakerBody.model_validate(
            {"event": "speaker_changed", "speaker": voice, "expected": here.told.count, **new}
        )
        return answer_as(CorrectedOut, api.correct(at.services, at.caller, at.call_id, told))

    wish = Correcting(
        seen=seen,
        count=count,
        mine=lambda _: _said(typed),
        now=lambda it: _voice(it, voice),
        send=send,
    )
    return _done(request, at, wish, (voice, typed))


@router.post(f"{_AT}/merge")
def merge(request: Request, at: AtCallDep) -> Response:
    """Two voices are one person."""
    seen, count = seen_in(request)
    form = form_of(request)
    voice, into = str(form.get("speaker", "")), str(form.get("into", ""))

    def send(here: CallHere) -> CorrectedOut:
        told = MergeBody(
            event="speakers_merged", speaker=voice, into=into, expected=here.told.count
        )
        return answer_as(CorrectedOut, api.correct(at.services, at.caller, at.call_id, told))

    wish = Correcting(
        seen=seen,
        count=count,
        mine=lambda it: _both(it, into),
        now=lambda it: _both(it, voice),
        send=send,
    )
    return _done(request, at, wish, (voice, {}))


@router.post(f"{_AT}/swap")
def swap_sides(request: Request, at: AtCallDep) -> Response:
    """Everybody stands on the other side."""
    seen, count = seen_in(request)

    def send(here: CallHere) -> CorrectedOut:
        done: CorrectedOut | None = None
        for speaker in here.transcript.speakers:
            if speaker.side:
                told = SpeakerBody(
                    event="speaker_changed",
                    speaker=speaker.id,
                    side=_OTHER[speaker.side],
                    expected=done.count if done else here.told.count,
                )
                done = answer_as(
                    CorrectedOut, api.correct(at.services, at.caller, at.call_id, told)
                )
        if done is None:
            raise CorrectionError("Nobody's side is known yet. Say for each voice where it stands.")
        return done

    wish = Correcting(seen=seen, count=count, mine=lambda _: {}, now=_sides, send=send)
    return _done(request, at, wish, ("", {}))


def _said(typed: Mapping[str, str]) -> Seen:
    """What stands in a form of a voice, for people."""
    return {
        words: SIDES_SAID.get(typed[name], "") if name == "side" else typed[name]
        for name, words in _NAMES.items()
    }


def _voice(transcript: Transcript, voice: str) -> Seen:
    return _said(filled(transcript.speaker(voice)))


def _both(transcript: Transcript, voice: str) -> Seen:
    return {_SAME: label_of(transcript, voice)}


def _sides(transcript: Transcript) -> Seen:
    return {
        one.label if one.name else one.id: SIDES_SAID[one.side or UNKNOWN]
        for one in transcript.speakers
    }


def _done(
    request: Request, at: AtCall, wish: Correcting, typed: tuple[str, Mapping[str, str]]
) -> Response:
    back_to = f"{at.path}/speakers"
    try:
        done = correct(at, wish)
    except CorrectionError as error:
        return _shown(request, at, typed[0], Filled(values=typed[1], problem=str(error)))
    if isinstance(done, Clash):
        return shown_clash(request, at, done, back_to=back_to)
    return shown_corrected(request, done, "Corrected.", back_to=back_to)


def _shown(request: Request, at: AtCall, voice: str = "", form: Filled = BLANK) -> Response:
    here = call_here(at)
    count = here.told.count
    found = voices(here.transcript)
    return show(
        request,
        "speakers",
        status=_DOES_NOT_FIT if form.problem else 200,
        at=at,
        here=here,
        voices=found,
        sides=tuple(SIDES_SAID.items()),
        people=people_on(here.opened.dossier.handoff.deal),
        audio=here.opened.on_desk.recordings().get(here.ref),
        faulty=voice,
        form=form,
        for_voice={
            one.speaker.id: carried(_voice(here.transcript, one.speaker.id), count) for one in found
        },
        for_merge={
            one.speaker.id: carried(_both(here.transcript, one.speaker.id), count) for one in found
        },
        for_swap=carried(_sides(here.transcript), count),
        **deal_frame(at.services, at.caller, at.deal_id, tab="calls"),
    )
