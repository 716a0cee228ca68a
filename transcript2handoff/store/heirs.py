"""Under which ids claims go on when words are erased.

A claim that was said on several calls has the id of one of these statements. Without it the claim
comes back under the id of another one; deeds that people did on it have to follow it there, or a
claim that somebody rejected would be shown again.
"""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from transcript2handoff import question_ids
from transcript2handoff.errors import BlobMissingError
from transcript2handoff.store import calls, handoffs, results
from transcript2handoff.store.going import Going
from transcript2handoff.store.transaction import Transaction

_HANDOFF: Final = "4_handoff.json"
"""The name under which a step keeps what one call says."""


@dataclass(frozen=True)
class Heirs:
    """By the id of each claim that goes on under another one: that id."""

    ids: Mapping[str, str]

    def told(self, event: dict[str, Any]) -> dict[str, Any]:
        """An event of a journal, with its claims called as they are from now on."""
        match event:
            case {"claim_id": claim_id}:
                return {**event, "claim_id": self._now(claim_id)}
            case {"question_id": question, "claim_ids": [_, *_] as claim_ids}:
                asked = question_ids.followed(question, self.ids)
                return {**event, "question_id": asked, "claim_ids": self._all(claim_ids)}
            case {"claim_ids": claim_ids}:
                return {**event, "claim_ids": self._all(claim_ids)}
        return event

    def _all(self, claim_ids: list[str]) -> list[str]:
        return list(dict.fromkeys(map(self._now, claim_ids)))

    def _now(self, claim_id: str) -> str:
        return self.ids.get(claim_id, claim_id)


def of(tx: Transaction, deal_id: str, handoff: Mapping[str, Any], going: Going) -> Heirs:
    """The heirs in a deal, before anything of its calls is erased.

    A claim goes on under the id of a statement of its own kind of which no word goes: best of a
    call that is not touched, for of one that is read anew statements may get other ids.

    Args:
        tx: the transaction.
        deal_id: the deal.
        handoff: the text of its newest handoff, parsed; empty if it has none.
        going: the words that go.

    Raises:
        StoreUnreachableError: the blobs cannot be read.
    """
    ways: defaultdict[str, set[str]] = defaultdict(set)
    for was, now in handoff.get("origin", {}).items():
        ways[now] |= {was, now}
    joined = {now: before for now, before in ways.items() if len(before) > 1}
    if not joined:
        return Heirs({})
    kinds = {claim["id"]: _kind(claim) for claim in handoffs.claims_in(handoff)}
    staying = list(_staying(tx, deal_id, going))
    ids: dict[str, str] = {}
    for now, before in joined.items():
        left = [one for one in staying if one.id in before and one.kind == kinds.get(now)]
        kept = [one.id for one in left if not one.is_touched] or [one.id for one in left]
        if kept:
            ids |= dict.fromkeys(before.difference(kept), now if now in kept else kept[-1])
    return Heirs(ids)


@dataclass(frozen=True)
class _Statement:
    """A claim of a single call."""

    id: str
    kind: str
    is_touched: bool
    """Whether other words of its call go."""


def _staying(tx: Transaction, deal_id: str, going: Going) -> Iterator[_Statement]:
    """The statements of which no word goes, in the order of the calls."""
    for call in calls.of_deal(tx, deal_id):
        if not going.is_whole(call.ref):
            for claim in handoffs.claims_in(_read(tx, call.id)):
                if not any(map(going.prove, claim["evidence"])):
                    yield _Statement(claim["id"], _kind(claim), going.touch(call.ref))


def _kind(claim: Mapping[str, Any]) -> str:
    return str(claim["fact"]["kind"])


def _read(tx: Transaction, call_id: str) -> Any:  # noqa: ANN401 - JSON
    """What a call says; nothing if that is kept no longer, or broken: an erasure goes on."""
    found = results.latest(tx, call_id, "ground")
    digest = found[1].get(_HANDOFF) if found else None
    try:
        return json.loads(b"".join(tx.blobs.read(digest))) if digest else {}
    except (BlobMissingError, ValueError):
        return {}
