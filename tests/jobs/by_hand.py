"""Runs that are done by hand, step by step, out of a real store: no engine, no other process."""

import datetime
from dataclasses import dataclass, field
from pathlib import Path

from transcript2handoff.company import Company
from transcript2handoff.company_files import CompanyFiles
from transcript2handoff.deal import Call, Deal, Participant
from transcript2handoff.dossier import Papers
from transcript2handoff.jobs.work import Work
from transcript2handoff.settings import Settings
from transcript2handoff.store import Store, Window, calls, deals, outbox, results, runs
from transcript2handoff.watch import NOBODY

FIRST = """WEBVTT

00:00:01.000 --> 00:00:05.000
<v Tamsin Okoro>Good morning, I am Tamsin Okoro, account executive at Foldwell.

00:00:06.000 --> 00:00:12.000
<v Gareth Pugh>Gareth Pugh, I run operations. We count stock by hand and it takes two days a month.

00:00:13.000 --> 00:00:19.000
<v Tamsin Okoro>I will send you the security questionnaire by Friday.

00:00:20.000 --> 00:00:26.000
<v Gareth Pugh>Our biggest problem is that invoices go out late, and that costs us customers.
"""
SECOND = """WEBVTT

00:00:01.000 --> 00:00:06.000
<v Gareth Pugh>We signed for forty seats, and we have to be live by the first of September.

00:00:07.000 --> 00:00:13.000
<v Tamsin Okoro>We will set up single sign-on for you before the kickoff, I promise you that.

00:00:14.000 --> 00:00:20.000
<v Gareth Pugh>I am worried about the migration of our old price lists.
"""
DEAL = Deal(
    deal="harborline",
    seller="Foldwell",
    customer="Harborline Freight",
    participants=(
        Participant(name="Tamsin Okoro", side="seller"),
        Participant(name="Gareth Pugh", side="customer"),
    ),
)
AUDIO = Path(__file__).parent.parent / "audio" / "data"
MONO = AUDIO / "harborline-1-cut.opus"
OF_A_DEAL = ("consolidate", "assess", "render", "deliver")
IMPORTED = ("fetch", "transcribe", "correct", "extract", "ground", *OF_A_DEAL)
RECORDED = ("fetch", "decode", "transcribe", "diarize", "correct", "extract", "ground", *OF_A_DEAL)
BESIDE = Papers(company_files=CompanyFiles(company=Company()))
PUBLIC_URL = "https://t2h.example"


@dataclass
class ByHand:
    """A workplace."""

    store: Store
    folder: Path
    fetch: object = None
    processing: str = "always"
    delivered: list = field(default_factory=list)

    @property
    def work(self):
        def deliver(store, deal, dossier):
            self.delivered.append((deal, dossier))
            wish = outbox.OutboxWish(
                target="crm",
                external_key=deal.id,
                deal_id=deal.id,
                kind="note",
                content=f'"{deal.edition}"',
                digest=deal.edition,
            )
            return lambda tx: outbox.put(tx, wish)

        settings = Settings(
            data=self.folder,
            public_url=PUBLIC_URL,
            whisper_model="tiny.en",
            model_cache=self.folder / "models",
            model_hub=False,
            processing=self.processing,
        )
        return Work(self.store, settings, BESIDE, deliver=deliver, fetch=self.fetch)

    def deal(self, deal=DEAL):
        with self.store.write() as tx:
            return deals.add(tx, deals.NewDeal(deal=deal, by="tester")).id

    def call(self, deal_id, ref="first", *, date="2026-04-08", **told):
        """A call; ``told`` are fields of ``NewCall``."""
        call = Call(id=ref, date=datetime.date.fromisoformat(date), file=told.pop("file", None))
        with self.store.write() as tx:
            return calls.add(tx, calls.NewCall(deal_id=deal_id, call=call, **told))

    def spoken(self, deal_id, ref="first", text=FIRST, **told):
        """A call with a transcript that another tool wrote."""
        blob = self.store.blobs.put([text.encode()])
        return self.call(deal_id, ref, transcript=blob.digest, file=f"{ref}.vtt", **told)

    def want(self, kind, deal_id, call_id=None, wanted=None):
        with self.store.write() as tx:
            new = runs.NewRun(deal_id=deal_id, call_id=call_id, kind=kind, wanted=wanted)
            run = runs.start(tx, new)
            runs.begin(tx, run.id, attempt=run.attempt, worker="w")
        return run

    def do(self, run, name, watch=NOBODY):
        """One step, with what the rows are told of it."""
        with self.store.write() as tx:
            runs.step_began(tx, run.id, name, position=1)
        outcome = self.work.do(run, name, watch)
        with self.store.write() as tx:
            runs.step_ended(tx, run.id, name, state=outcome.state, key=outcome.key)
        return outcome

    def play(self, run):
        """All steps; what became of each."""
        outcomes = {name: self.do(run, name).state for name in self.work.step_names(run)}
        with self.store.write() as tx:
            runs.end(tx, run.id, state="done")
        return outcomes

    def read(self, call):
        """A whole run of a call."""
        return self.play(self.want("call", call.deal_id, call.id))

    def row(self, call):
        with self.store.read() as tx:
            return calls.get(tx, call.id)


def recorded(hand, deal_id, path=MONO, **told):
    blob = hand.store.blobs.put([path.read_bytes()])
    return hand.call(deal_id, recording=blob.digest, file=path.name, **told)


def deal_row(hand, deal_id):
    with hand.store.read() as tx:
        return deals.get(tx, deal_id)


def made(hand, call, step):
    with hand.store.read() as tx:
        return results.latest(tx, call.id, step)


def text_of(hand, digest):
    return b"".join(hand.store.blobs.read(digest)).decode()


def queued(tx):
    return [one.external_key for one in outbox.listed(tx, Window()).items]
