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

from transcript2handoff.consolidate import Consolidation, consolidated, dropped
from transcript2handoff.deal import Deal, DealContext
from transcript2handoff.evaluate.deal_gold import GoldDeal, ItemRef, is_held_out, read_deals
from transcript2handoff.evaluate.deals import (
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
    Claim,
    Draft,
    DraftClaim,
    Handoff,
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
            claims=tuple(_claim(item, self.gold) for item in self.gold.gold),
        )
        return ground(draft, self.transcript, self.context)


def _claim(item: GoldItem, call: GoldCall) -> DraftClaim:
    """An item as a claim: its quote is the best evidence, its other turns stand beside it whole."""
    more, texts = item.model_extra or {}, call.texts()
    fields = {name: value for name, value in more.items() if name not in _COMMON}
    return DraftClaim(
        summary=item.summary,
        fact=_FACT.validate_python({"kind": item.kind, **fields}),
        citations=(
            Citation(turn=item.turns[0], quote=more["quote"]),
            *(Citation(turn=n, quote=texts[n]) for n in item.turns[1:]),
        ),
    )


def bench_call(path: Path) -> BenchCall:
    """Read an annotated call."""
    imported = import_transcript(path, path.stem)
    deal = imported.deal or Deal()
    context = DealContext(deal=deal, call=deal.call(path.stem))
    return BenchCall(imported.transcript, context, read_gold(read_file(path), where=str(path)))


@dataclass(frozen=True)
class DealBench:
    """The annotated deals of a folder with their calls."""

    deals: Mapping[str, GoldDeal]
    calls: Mapping[str, BenchCall]

    def found_from_gold(self, name: str) -> FoundDeal:
        """What a consolidation makes of a deal whose calls were understood as people did."""
        calls = [self.calls[call] for call in self.deals[name].calls]
        handoffs = [call.handoff() for call in calls]
        refs = {
            ref: claim.id
            for call, handoff in zip(calls, handoffs, strict=True)
            for ref, claim in _gold_claims(call, handoff)
        }
        return self._found(name, consolidated(handoffs, _transcripts(calls)), refs)

    def found_from(self, name: str, handoffs: Mapping[str, Handoff]) -> FoundDeal:
        """What a consolidation makes of a deal as an engine understood its calls."""
        calls = [self.calls[call] for call in self.deals[name].calls]
        refs = {
            ref: claim_id
            for call in calls
            for ref, claim_id in _matched(call, handoffs[call.gold.id])
        }
        given = [handoffs[call.gold.id] for call in calls]
        return self._found(name, consolidated(given, _transcripts(calls)), refs)

    def baseline(self, name: str) -> FoundDeal:
        """Nothing is merged, and every promise ends as its own call leaves it."""
        statuses = {
            ref: item.get("status") for ref, item in self._items(name) if item.kind == "promise"
        }
        gold = self.deals[name]
        kinds = {ref: item.kind for ref, item in self._items(name)}
        return unmerged(FoundDeal(gold=gold, kinds=kinds, claims={}, states={}), statuses)

    def baseline_from(self, name: str, handoffs: Mapping[str, Handoff]) -> FoundDeal:
        """The same with an engine's claims: those that it missed are missing here as well."""
        calls = [self.calls[call] for call in self.deals[name].calls]
        claims = [claim for call in calls for claim in handoffs[call.gold.id].claims]
        return FoundDeal(
            gold=self.deals[name],
            kinds={ref: item.kind for ref, item in self._items(name)},
            claims={
                ref: claim_id
                for call in calls
                for ref, claim_id in _matched(call, handoffs[call.gold.id])
            },
            states={claim.id: state for claim in claims if (state := claim.state)},
        )

    def _items(self, name: str) -> Iterator[tuple[ItemRef, GoldItem]]:
        for call in self.deals[name].calls:
            for item in self.calls[call].gold.gold:
                yield _ref(call, item), item

    def _found(self, name: str, result: Consolidation, refs: Mapping[ItemRef, str]) -> FoundDeal:
        states = {claim.id: state for claim in result.handoff.claims if (state := claim.state)}
        return FoundDeal(
            gold=self.deals[name],
            kinds={ref: item.kind for ref, item in self._items(name)},
            claims={ref: result.origin[claim_id] for ref, claim_id in refs.items()},
            states=states,
            contradictions=[frozenset(c.claims) for c in result.handoff.contradictions],
            dropped=frozenset(claim.id for claim in dropped(result.handoff)),
        )


def read_bench(folder: Path) -> DealBench:
    """Read ``DEALS.json`` of a folder, and the calls that it names.

    Raises:
        ArtifactError: there is no such file, or it or a call is broken.
    """
    path = folder / "DEALS.json"
    deals = read_deals(read_file(path), where=str(path))
    names = [call for deal in deals.values() for call in deal.calls]
    return DealBench(deals, {name: bench_call(folder / f"{name}.json") for name in names})


def _ref(call: str, item: GoldItem) -> ItemRef:
    return f"{call}#{(item.model_extra or {})['id']}"


def _transcripts(calls: Iterable[BenchCall]) -> list[Transcript]:
    return [call.transcript for call in calls]


def _gold_claims(call: BenchCall, handoff: Handoff) -> Iterator[tuple[ItemRef, Claim]]:
    claims: dict[tuple[str, str], Claim]
    claims = {(claim.kind, claim.summary): claim for claim in handoff.claims}
    for item in call.gold.gold:
        if claim := claims.get((item.kind, item.summary)):
            yield _ref(call.gold.id, item), claim


def _matched(call: BenchCall, handoff: Handoff) -> Iterator[tuple[ItemRef, str]]:
    items = handoff.items()
    for kind in KINDS:
        for item, gold in pairs_of(kind, items, call.gold.gold):
            yield _ref(call.gold.id, gold), item["id"]


def deal_sections(
    bench: DealBench, handoffs: Mapping[str, Handoff] | None = None
) -> tuple[Section, ...]:
    """The tables of both halves of the deals, from gold items and from an engine's handoffs."""
    return tuple(_sections(bench, handoffs))


def _sections(bench: DealBench, handoffs: Mapping[str, Handoff] | None) -> Iterator[Section]:
    for held_out in (True, False):
        names = [name for name in sorted(bench.deals) if is_held_out(name) is held_out]
        half = "held out" if held_out else "tuned on"
        title = f"{len(names)} deals {half} ({', '.join(names)})"
        baseline = score_deals(map(bench.baseline, names))
        gold = score_deals(map(bench.found_from_gold, names))
        yield Section(f"{title}, from gold items", deals_table(gold, baseline))
        if handoffs is not None:
            found = score_deals(bench.found_from(name, handoffs) for name in names)
            single = score_deals(bench.baseline_from(name, handoffs) for name in names)
            yield Section(f"{title}, from the engine's handoffs", deals_table(found, single))
