"""The harborline deal in a store as runs leave it, with recordings that play; and people."""

import datetime
import json
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from transcript2handoff.access import sessions
from transcript2handoff.audio.channels import playable
from transcript2handoff.audio.decode import decode
from transcript2handoff.audio.steps import PLAYBACK, WAVEFORM, waveform
from transcript2handoff.company import Company
from transcript2handoff.company_files import CompanyFiles
from transcript2handoff.deal import Deal
from transcript2handoff.dossier import Papers
from transcript2handoff.jobs.work import Work
from transcript2handoff.pipeline import HANDOFF, TRANSCRIPT
from transcript2handoff.settings import Settings
from transcript2handoff.store import calls, deals, handoffs, results, runs, said, users
from transcript2handoff.store.calls import CallChanges
from transcript2handoff.transcript import read_transcript
from transcript2handoff.watch import NOBODY

FIXTURE = Path(__file__).parents[2] / "fixtures" / "harborline"
NAMES = {"ae": "Tamsin Okoro", "csm": "Maeve Lindqvist", "admin": "Ines Carvalho"}
_RECORDINGS = {"harborline-1": "audio/ogg", "harborline-2": "audio/mp4"}
_OF_A_DEAL = ("consolidate", "assess")


@dataclass(frozen=True)
class Seeded:
    """Ids of what is in a store."""

    people: dict[str, str]
    """Of the account executive, the customer success manager and the administrator, by role."""
    deal: str
    calls: dict[str, str]
    """By what each is called in the deal: ``harborline-1``."""
    promise: str = ""
    """Of a claim: the first promise."""


def seed(store, folder, *, works=_OF_A_DEAL):
    """People, and the deal with its three calls; ``works`` are the steps that a run does then."""
    return seed_deal(store, folder, people_of(store), works=works)


def people_of(store):
    """The ids of a new person of each role."""
    return {role: person(store, role, name) for role, name in NAMES.items()}


def seed_deal(store, folder, people, *, works=_OF_A_DEAL):
    """The deal of people who are there already."""
    frame = _fixture().model_copy(
        update={"calls": (), "kickoff": datetime.date.today() + datetime.timedelta(days=3)}
    )
    new = deals.NewDeal(deal=frame, by="Tamsin Okoro", ae_id=people["ae"], csm_id=people["csm"])
    with store.write() as tx:
        deal = deals.add(tx, new).id
    added = {one.id: _call(store, deal, one) for one in _fixture().calls}
    work_on(store, folder, deal, works)
    return Seeded(people, deal, added, _first_promise(store, deal))


def person(store, role, name):
    """The id of a new person."""
    email = f"{name.lower().replace(' ', '.')}@foldwell.example"
    with store.write() as tx:
        return users.add(tx, users.NewUser(name=name, email=email, role=role)).id


def session_of(store, user_id):
    """The secret of a session that has begun."""
    with store.write() as tx:
        return sessions.begin(tx, users.get(tx, user_id)).secret


def work_on(store, folder, deal_id, steps=_OF_A_DEAL):
    """Do steps of a run of a deal, as a worker does."""
    with store.write() as tx:
        run = runs.start(tx, runs.NewRun(deal_id=deal_id, kind="deal"))
    _work_through(store, _work(store, folder), run, steps)


def work_on_all(store, folder):
    """Do all runs that wait."""
    work = _work(store, folder)
    while waiting := _waiting(store):
        for run in waiting:
            _work_through(store, work, run, work.step_names(run))


def _waiting(store):
    with store.read() as tx:
        return [runs.get(tx, run_id) for run_id in runs.waiting(tx, 100)]


def _work(store, folder):
    beside = Papers(company_files=CompanyFiles(company=Company()))
    return Work(
        store,
        Settings(data=folder),
        beside,
        deliver=lambda *_: lambda _tx: None,
        fetch=None,
    )


def _work_through(store, work, run, steps):
    with store.write() as tx:
        runs.begin(tx, run.id, attempt=run.attempt, worker="w")
    for position, name in enumerate(steps):
        with store.write() as tx:
            runs.step_began(tx, run.id, name, position=position)
        outcome = work.do(run, name, NOBODY)
        with store.write() as tx:
            runs.step_ended(tx, run.id, name, state=outcome.state, key=outcome.key)
    with store.write() as tx:
        runs.end(tx, run.id, state="done")


def _first_promise(store, deal_id):
    with store.read() as tx:
        told = handoffs.newest(tx, deal_id).text
    claims = json.loads(told)["handoff"]["claims"]
    return next(one["id"] for one in claims if one["fact"]["kind"] == "promise")


@cache
def _fixture():
    return Deal.model_validate(tomllib.loads((FIXTURE / "deal.toml").read_text()))


@cache
def _outline(ref):
    """What the step that decodes draws of a recording."""
    sound = decode(FIXTURE / _fixture().call(ref).file)
    return waveform(playable(sound.samples)).model_dump_json().encode()


def _call(store, deal_id, call):
    file = FIXTURE / call.file
    heard = call.id in _RECORDINGS
    sound = store.blobs.put([file.read_bytes()]) if heard else None
    new = calls.NewCall(
        deal_id=deal_id,
        call=call.model_copy(update={"file": file.name}),
        recording=sound.digest if sound else None,
        media_type=_RECORDINGS.get(call.id),
    )
    with store.write() as tx:
        added = calls.add(tx, new).id
    read = {name: (FIXTURE / call.id / name).read_bytes() for name in (TRANSCRIPT, HANDOFF)}
    _made(store, deal_id, added, "transcribe", {TRANSCRIPT: read[TRANSCRIPT]})
    _made(store, deal_id, added, "ground", read)
    with store.write() as tx:
        said.put(tx, added, read_transcript(read[TRANSCRIPT]))
    if sound:
        _made(store, deal_id, added, "decode", {WAVEFORM: _outline(call.id)})
        _made(store, deal_id, added, "decode", {PLAYBACK: file.read_bytes()})
        with store.write() as tx:
            calls.change(tx, added, CallChanges(playback=sound.digest))
    return added


def _made(store, deal_id, call_id, step, files):
    for name, data in files.items():
        blob = store.blobs.put([data])
        media_type = "audio/ogg" if name == PLAYBACK else "application/json"
        with store.write() as tx:
            results.put(
                tx,
                results.Result(
                    deal_id=deal_id,
                    call_id=call_id,
                    step=step,
                    key=f"{step}-{call_id}",
                    name=name,
                    blob=blob,
                    media_type=media_type,
                ),
            )
