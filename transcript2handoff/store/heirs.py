"""Under which ids claims go on when words are erased.

A claim that was said on several calls has the id of one of these statements. Without it the claim
comes back under the id of another one; deeds that people did on it have to follow it there, or a
claim that somebody rejected would be shown again.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import select

from transcript2handoff.errors import BlobMissingError
from transcript2handoff.store import handoffs, results
from transcript2handoff.store.tables import CallRow
from transcript2handoff.store.transaction import Transaction

_HANDOFF: Final = "4_handoff.json"
"""The name under which a step keeps what one call says."""


@dataclass(frozen=True)
class Heirs:
    """By the id of each claim that goes on under another one: that id."""

    ids: Mapping[str, str]

    def told(self, event: dict[str, Any]) -> dict[str, Any]:
        """An event, with its claims called as they are from now on."""
        match event:
            case {"claim_id": claim_id}:
                return {**event, "claim_id": self._now(claim_id)}
            case {"claim_ids": claim_ids}:
                left = {**event, "claim_ids": list(dict.fromkeys(map(self._now, claim_ids)))}
                if "question_id" in event:
                    left["question_id"] = self._asked(event["question_id"], claim_ids)
                return left
        return event

    def _asked(self, question: str, claim_ids: list[str]) -> str:
        for one in claim_ids:
            question = question.replace(one, self._now(one))
        return question

    def _now(self, claim_id: str) -> str:
        return self.ids.get(claim_id, claim_id)


def of(
    tx: Transaction, deal_id: str, origin: Mapping[str, str], goes: Callable[[Any], bool]
) -> Heirs:
    """The heirs in a deal, before anything of its calls is erased.

    Args:
        tx: the transaction.
        deal_id: the deal.
        origin: the claim that each claim of its calls is part of (``Consolidation.origin``).
        goes: whether a piece of evidence is erased.

    Raises:
        StoreUnreachableError: the blobs cannot be read.
    """
    stays = set(_staying(tx, deal_id, goes))
    ways: defaultdict[str, set[str]] = defaultdict(set)
    for was, now in origin.items():
        ways[now] |= {was, now}
    ids: dict[str, str] = {}
    for now, before in ways.items():
        if left := before & stays:
            heir = now if now in left else min(left)
            ids |= dict.fromkeys(before - left, heir)
    return Heirs(ids)


def _staying(tx: Transaction, deal_id: str, goes: Callable[[Any], bool]) -> Iterator[str]:
    """The ids of the statements of single calls of which no word is erased."""
    for call_id in tx.session.scalars(select(CallRow.id).where(CallRow.deal_id == deal_id)).all():
        found = results.latest(tx, call_id, "ground")
        digest = found[1].get(_HANDOFF) if found else None
        for claim in handoffs.claims_in(_read(tx, digest)) if digest else ():
            if not any(map(goes, claim["evidence"])):
                yield claim["id"]


def _read(tx: Transaction, digest: str) -> Any:  # noqa: ANN401 - JSON
    try:
        return json.loads(b"".join(tx.blobs.read(digest)))
    except BlobMissingError:
        return {}
