"""Corrections of transcripts: who speaks, on which side, and which words were said."""

from collections.abc import Callable
from typing import Final

from fastapi import APIRouter

from transcript2handoff.access import Principal
from transcript2handoff.api.corrected import HeardCall, heard_call
from transcript2handoff.api.deps import Reader, ServicesDep, StoreDep, Writer, note
from transcript2handoff.api.models.answers import problems
from transcript2handoff.api.models.corrections import (
    CorrectBody,
    CorrectedOut,
    CorrectionEntry,
    CorrectionList,
    MergeBody,
    SpeakerBody,
    TurnBody,
    UndoCorrectionBody,
)
from transcript2handoff.api.models.ids import CallId
from transcript2handoff.api.models.journal import TakenBack
from transcript2handoff.api.models.runs import RunOut
from transcript2handoff.api.routes.calls import visible_call
from transcript2handoff.api.routes.deals import start_run
from transcript2handoff.api.routes.journal import Number
from transcript2handoff.api.services import Services
from transcript2handoff.company import with_company
from transcript2handoff.corrections import (
    Correction,
    Proof,
    Signature,
    SpeakerChanged,
    Who,
    apply,
    making,
    takings,
    to_line,
)
from transcript2handoff.deal import Participant
from transcript2handoff.errors import StoreConflictError
from transcript2handoff.store import corrections, deals

router = APIRouter(tags=["calls"])
_ATTEMPTS: Final = 5
"""Where somebody else was quicker, and the correction does not say what it was made from."""
_Make = Callable[[Proof, Signature], Correction]


@router.get(
    "/calls/{call_id}/corrections",
    summary="List the corrections of a transcript",
    operation_id="list_corrections",
    response_model=CorrectionList,
    responses=problems(404),
)
def list_corrections(store: StoreDep, caller: Reader, call_id: CallId) -> object:
    """Who put what right in the transcript of a call, newest first."""
    with store.read() as tx:
        heard = heard_call(tx, visible_call(tx, caller, call_id))
        note(tx, caller, "read", "transcript", call_id)
    return _listed(heard.proof(store.blobs))


@router.post(
    "/calls/{call_id}/corrections",
    summary="Correct a transcript",
    operation_id="correct",
    status_code=201,
    response_model=CorrectedOut,
    responses=problems(404, 409),
)
def correct(services: ServicesDep, caller: Writer, call_id: CallId, told: CorrectBody) -> object:
    """Say who a voice is, that two are one, who said a turn, or which words were said.

    The transcript shows it at once. A run reads the call again: what follows for promises, owners
    and the brief comes with it; the recording is not heard again.
    """

    def make(proof: Proof, signature: Signature) -> Correction:
        return _made(told, proof, signature)

    return _correct(services, caller, call_id, told, make)


@router.post(
    "/calls/{call_id}/corrections/{number}/undo",
    summary="Take a correction back",
    operation_id="undo_correction",
    status_code=201,
    response_model=CorrectedOut,
    responses=problems(404, 409),
)
def undo_correction(
    services: ServicesDep,
    caller: Writer,
    call_id: CallId,
    number: Number,
    told: UndoCorrectionBody,
) -> object:
    """Have the transcript as it was before; of an `undone`, what it took back stands again."""

    def make(proof: Proof, signature: Signature) -> Correction:
        return making.undone(proof, number, signature)

    return _correct(services, caller, call_id, told, make)


def _made(told: CorrectBody, proof: Proof, signature: Signature) -> Correction:
    match told:
        case SpeakerBody():
            who = Who(name=told.name, side=told.side, title=told.title)
            return making.speaker_changed(proof, told.speaker, who, signature)
        case MergeBody():
            return making.speakers_merged(proof, told.speaker, told.into, signature)
        case TurnBody():
            return making.turn_moved(proof, told.turn, told.speaker, signature)
    fix = (told.turn, told.start, told.end)
    return making.words_fixed(proof, fix, (told.was, told.now), signature)


def _correct(
    services: Services,
    caller: Principal,
    call_id: str,
    told: CorrectBody | UndoCorrectionBody,
    make: _Make,
) -> CorrectedOut:
    """Note a correction, and have the call read again.

    Raises:
        CorrectionError: it does not fit the transcript.
        StoreConflictError: others have corrected the call meanwhile.
        StoreGoneError: there is no such call for the caller, or it has no transcript yet.
    """
    for _ in range(_ATTEMPTS):
        heard, people = _opened(services, caller, call_id)
        there = len(heard.lines)
        if told.expected not in (None, there):
            raise StoreConflictError(
                f"The transcript has been corrected meanwhile: there are {there} corrections, and "
                f"you had seen {told.expected}. Read it again, then repeat what you did."
            )
        proof = heard.proof(services.store.blobs, people)
        signature = Signature(by=caller.name, at=services.store.now(), why=told.why)
        correction = make(proof, signature)
        try:
            run = _noted(services, caller, heard, to_line(correction))
        except StoreConflictError:
            if told.expected is not None:
                raise
            continue
        return _shown(proof, correction, there + 1, run)
    raise StoreConflictError("Others correct this transcript at the same moment. Try again.")


def _opened(
    services: Services, caller: Principal, call_id: str
) -> tuple[HeardCall, tuple[Participant, ...]]:
    with services.store.read() as tx:
        call = visible_call(tx, caller, call_id)
        deal = with_company(deals.get(tx, call.deal_id).deal, services.company_files.company)
        return heard_call(tx, call), deal.expecting(call.call).participants


def _noted(services: Services, caller: Principal, heard: HeardCall, line: str) -> RunOut:
    call = heard.call
    with services.store.write() as tx:
        number = corrections.append(tx, call.id, line, expected=len(heard.lines))
        run = start_run(tx, call.deal_id, call_id=call.id)
        note(tx, caller, "change", "transcript", call.id, correction=number)
    return RunOut.of(run)


def _shown(proof: Proof, correction: Correction, number: int, run: RunOut) -> CorrectedOut:
    corrected = apply(proof.heard, (*proof.corrections, correction))
    told = [one.text for one in corrected.notices if one.number == number]
    if isinstance(correction, SpeakerChanged):
        told += [
            f"{one.id} is called {one.name} as well. Merge the two if they are one person, or "
            "rename the other one."
            for one in making.namesakes(corrected.transcript, correction.speaker)
        ]
    return CorrectedOut(
        number=number,
        correction=correction,
        count=number,
        version=corrected.transcript.version,
        notes=tuple(told),
        run=run,
    )


def _listed(proof: Proof) -> CorrectionList:
    taken = takings(proof.corrections)
    notes = {one.number: one.text for one in proof.corrected.notices}

    def entry(number: int, correction: Correction) -> CorrectionEntry:
        by = proof.corrections[taken[number] - 1] if number in taken else None
        undone_by = by and TakenBack(number=taken[number], by=by.by, at=by.at)
        return CorrectionEntry(
            number=number, correction=correction, undone_by=undone_by, note=notes.get(number)
        )

    items = [entry(number, one) for number, one in enumerate(proof.corrections, start=1)]
    return CorrectionList(
        count=len(items), version=proof.transcript.version, items=tuple(reversed(items))
    )
