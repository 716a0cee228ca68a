"""A deal as large as they come: one call of an hour and a half, with as many claims as wanted.

It is the first call of the harborline fixture, again and again: every quote stands in its turn.
"""

import json
import tomllib
from dataclasses import dataclass
from pathlib import Path

from transcript2handoff.deal import Call, Deal
from transcript2handoff.handoff import read_handoff
from transcript2handoff.jobs.telling import to_text
from transcript2handoff.journal import Calls
from transcript2handoff.pipeline import HANDOFF, TRANSCRIPT
from transcript2handoff.store import Store, calls, deals, handoffs, results
from transcript2handoff.transcript import Transcript

FIXTURE = Path(__file__).parents[1] / "fixtures" / "harborline"
REF = "harborline-1"


@dataclass(frozen=True)
class Large:
    """Ids of the deal in the store."""

    deal_id: str
    call_id: str


def large_calls(*, claims: int = 150, minutes: int = 90, end: str | None = None) -> Calls:
    """What the call says; ``end`` are the words of one more turn."""
    said = json.loads((FIXTURE / REF / TRANSCRIPT).read_text())
    told = json.loads((FIXTURE / REF / HANDOFF).read_text())
    length = said["duration"]
    times = -(-minutes * 60 // int(length))
    turns = [_turn(one, k, said) for k in range(times) for one in said["turns"]]
    if end is not None:
        turns.append({"n": len(turns) + 1, "speaker": "S1", "text": end})
    transcript = Transcript.model_validate({**said, "turns": turns, "duration": length * times})
    copies = -(-claims // len(told["claims"]))
    assert copies <= times, "so many claims do not fit into so short a call"
    found = [
        _claim(one, k * (times // copies), said) for k in range(copies) for one in told["claims"]
    ]
    told |= {"claims": found[:claims], "contradictions": [], "rejected": []}
    told["calls"][0] |= {"turns": len(turns), "duration": transcript.duration}
    return Calls(handoff=read_handoff(json.dumps(told), [transcript]), transcripts=(transcript,))


def put_large(store: Store, told: Calls, **more: object) -> Large:
    """Put the deal into a store, as a run of the call leaves it."""
    fixture = Deal.model_validate(tomllib.loads((FIXTURE / "deal.toml").read_text()))
    transcript = store.blobs.put([told.transcripts[0].to_json().encode()])
    known = Call(id=REF, date=fixture.call(REF).date, stage=fixture.call(REF).stage)
    with store.write() as tx:
        frame = fixture.model_copy(update={"calls": ()})
        deal = deals.add(tx, deals.NewDeal(deal=frame, by="Tamsin Okoro", **more))
        call = calls.add(tx, calls.NewCall(deal_id=deal.id, call=known))
        made = results.Result(
            deal_id=deal.id,
            call_id=call.id,
            step="transcribe",
            key=transcript.digest[:32],
            name=TRANSCRIPT,
            blob=transcript,
            media_type="application/json",
        )
        results.put(tx, made)
        handoffs.add(tx, deal.id, to_text(told, {REF: transcript.digest}), run_id=None)
    return Large(deal_id=deal.id, call_id=call.id)


def _turn(turn: dict, k: int, said: dict) -> dict:
    later = k * said["duration"]
    words = [[text, _at(begin, later), _at(end, later)] for text, begin, end in turn["words"]]
    return {
        **turn,
        "n": turn["n"] + k * len(said["turns"]),
        "start": _at(turn["start"], later),
        "end": _at(turn["end"], later),
        "words": words,
    }


def _claim(claim: dict, k: int, said: dict) -> dict:
    def shifted(data: object) -> object:
        match data:
            case {"quote": _, "turn": turn, "start": start, "end": end}:
                later = k * said["duration"]
                begin, over = _at(start, later), _at(end, later)
                return {
                    **data,
                    "turn": turn + k * len(said["turns"]),
                    "start": begin,
                    "end": over,
                }
            case dict():
                return {name: shifted(each) for name, each in data.items()}
            case list():
                return [shifted(each) for each in data]
            case _:
                return data

    return {**shifted(claim), "id": f"{claim['id']}-{k}"}


def _at(seconds: float, later: float) -> float:
    return round(seconds + later, 2)
