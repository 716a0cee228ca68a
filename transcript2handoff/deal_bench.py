"""Consolidate the annotated deals of HandoffBench, and score what comes of it.

Once from the gold items of the calls, each of which becomes a claim with the gold quote as its
evidence: then only the consolidation is judged. Once from the handoffs that an engine made: then a
gold item stands in the claim that the metric of single calls pairs it with.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pydantic import TypeAdapter

from transcript2handoff.consolidate import Consolidation, consolidated, state_of
from transcript2handoff.deal import Deal, DealContext
from transcript2handoff.evaluate.deal_gold import GoldDeal, ItemRef, is_held_out, read_deals
from transcript2handoff.evaluate.deals import (
    DealsReport,
    FoundDeal,
    deals_table,
    score_deals,
    unmerged,
)
from transcript2handoff.evaluate.gold import GoldCall, GoldItem, read_gold
from transcript2handoff.evaluate.scoring import pairs_of
from transcript2handoff.evaluate.sections import Section
from transcript2handoff.facts import KINDS, Fact
from transcript2handoff.ground import ground
from transcript2handoff.handoff import (
    Citation,
    Draft,
    DraftClaim,
    Handoff,
    PromiseState,
    Provenance,
    Window,
)
from transcript2handoff.importers import import_transcript
from transcript2handoff.shelf import read_file
from transcript2handoff.transcript import Transcript

_FACT: Final = TypeAdapter[Fact](Fact)
_COMMON: Final = frozenset(["id", "quote"])


@dataclass(frozen=True)
class BenchCall:
    """An annotated call: what was said, the frame of its deal, and the gold."""

    transcript: Transcript
    context: DealContext
    gold: GoldCall

    def handoff(self) -> Handoff:
        """What the gold would be as a handoff."""
        turns = len(self.transcript.turns)
        draft = Draft(
            call_id=self.gold.id,
            transcript_version=self.transcript.version,
            provenance=Provenance(call_id=self.gold.id, engine="people", engine_version="1"),
            coverage=(Window(first=1, last=turns),),
            claims=tuple(map(_claim, self.gold.gold)),
        )
        return ground(draft, self.transcript, self.context)


def _claim(item: GoldItem) -> DraftClaim:
    more = item.model_extra or {}
    fields = {name: value for name, value in more.items() if name not in _COMMON}
    return DraftClaim(
        summary=item.summary,
        fact=_FACT.validate_python({"kind": item.kind, **fields}),
        citations=(Citation(turn=item.turns[0], quote=more["quote"]),),
    )


def bench_call(path: Path) -> BenchCall:
    """Read an annotated call."""
    imported = import_transcript(path, path.stem)
    deal = imported.deal or Deal()
    context = DealContext(deal=deal, call=deal.call(path.stem))
    return BenchCall(imported.transcript, context, read_gold(read_file(path), where=str(path)))
