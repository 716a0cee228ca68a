"""What becomes of the journal of a deal when a call of it is erased, or gets another id.

An event repeats words of the claim that it is about: an edit what stood there before, an answer
the question, which says what was told to whom.
"""

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import select

from transcript2handoff.erasure import ERASED
from transcript2handoff.journal import Answered, parse_event
from transcript2handoff.store import handoffs, heirs
from transcript2handoff.store.going import Going
from transcript2handoff.store.tables import EventRow
from transcript2handoff.store.transaction import Transaction

_CALLS: Final = ("call_id", "calls")
"""Fields of events that name a call, or several."""


def put_out(tx: Transaction, deal_id: str, turns: Mapping[str, Collection[int] | None]) -> None:
    """Take words of calls out of the journal, and what retells claims that they prove.

    Deeds on claims that these words alone prove go, answers to questions about them as well. Of a
    claim that other words prove too, edits go, and the words of questions: which words they repeat
    nobody can tell; other deeds follow it to the id that it has without these words (``heirs``).
    What people added or stated themselves stays, without words that they quoted.

    Args:
        tx: the transaction.
        deal_id: the deal, whose newest handoff is there still, and what was made of each call.
        turns: by the id of each call inside of the deal that goes, or is read anew: the turns whose
            words go, or none for all.

    Raises:
        StoreUnreachableError: the blobs cannot be read.
    """
    if not _rows(tx, deal_id):
        return
    going = Going(turns)
    newest = handoffs.newest(tx, deal_id)
    # Just after another erasure there is none, until the deal was read anew.
    handoff = json.loads(newest.text) if newest else {}
    _rewrite(tx, deal_id, lambda event: _unquoted(event, going))
    if going.are_any:
        _drop_retelling(tx, deal_id, handoff, going)
    _rewrite(tx, deal_id, heirs.of(tx, deal_id, handoff, going).told)


def rename_call(tx: Transaction, deal_id: str, before: str, now: str) -> None:
    """Have the journal call a call by another id inside of its deal."""
    _rewrite(tx, deal_id, lambda event: _renamed(event, before, now))


def _rewrite(tx: Transaction, deal_id: str, change: Callable[[Any], Any]) -> None:
    for row in _rows(tx, deal_id):
        event = json.loads(row.text)
        if (told := change(event)) != event:
            row.text = json.dumps(told, ensure_ascii=False)
    tx.session.flush()


def _rows(tx: Transaction, deal_id: str) -> Sequence[EventRow]:
    query = select(EventRow).where(EventRow.deal_id == deal_id).order_by(EventRow.number)
    return tx.session.scalars(query).all()


def _renamed(data: Any, before: str, now: str) -> Any:  # noqa: ANN401 - JSON
    match data:
        case dict():
            return {
                name: (_renamed_calls if name in _CALLS else _renamed)(each, before, now)
                for name, each in data.items()
            }
        case list():
            return [_renamed(each, before, now) for each in data]
        case _:
            return data


def _renamed_calls(data: Any, before: str, now: str) -> Any:  # noqa: ANN401 - JSON
    if isinstance(data, list):
        return [_renamed_calls(each, before, now) for each in data]
    return now if data == before else data


def _unquoted(data: Any, going: Going) -> Any:  # noqa: ANN401 - JSON
    match data:
        case {"call_id": _, "turn": _, "quote": _} if going.prove(data):
            return {**data, "quote": ERASED}
        case dict():
            return {name: _unquoted(each, going) for name, each in data.items()}
        case list():
            return [_unquoted(each, going) for each in data]
        case _:
            return data


def _drop_retelling(tx: Transaction, deal_id: str, handoff: dict[str, Any], going: Going) -> None:
    rows = _rows(tx, deal_id)
    told = [json.loads(row.text) for row in rows]
    claims = _Claims.of(handoff, told, going)
    kept: dict[int, int] = {}
    # What takes back another event tells it by its place in the journal, which may be another now.
    for place, (row, event) in enumerate(zip(rows, told, strict=True), start=1):
        target = event.get("number")
        if claims.has_go(event) or (target is not None and target not in kept):
            tx.session.delete(row)
            continue
        kept[place] = len(kept) + 1
        left = claims.unworded(event)
        if target is not None:
            left["number"] = kept[target]
        if left != event:
            row.text = json.dumps(left, ensure_ascii=False)
    tx.session.flush()


@dataclass(frozen=True, kw_only=True)
class _Claims:
    """Which claims and events rest on words that go."""

    going: Going
    proofs: Mapping[str, frozenset[bool]]
    """Of each claim of the calls, whether what proves it goes: of some of it, that may be both."""
    own: frozenset[str]
    """Claims that people have added or stated."""

    @classmethod
    def of(
        cls, handoff: dict[str, Any], events: Iterable[dict[str, Any]], going: Going
    ) -> "_Claims":
        """Those of a stored handoff, and of a journal."""
        proofs = {
            claim["id"]: frozenset(map(going.prove, _places(claim)))
            for claim in handoffs.claims_in(handoff)
        }
        # A claim that became part of another is told by its old id in older events.
        origin = handoff.get("origin", {})
        proofs |= {was: proofs[now] for was, now in origin.items() if now in proofs}
        own = frozenset(claim for event in events for claim in _stated(event))
        return cls(going=going, proofs=proofs, own=own)

    def has_go(self, event: dict[str, Any]) -> bool:
        """Whether an event has no meaning any more, or words that may be of the call."""
        match event:
            case {"event": "edited", "claim_id": claim_id}:
                return self._repeats_it(event, [claim_id])
            case {"claim_id": claim_id}:
                return self._is_gone(claim_id)
            case {"event": "answered", "claim_ids": [_, *_] as claim_ids}:
                return all(map(self._is_gone, claim_ids))
        return False

    def unworded(self, event: dict[str, Any]) -> dict[str, Any]:
        """What is left of an event that stays."""
        claim_ids = event.get("claim_ids")
        if claim_ids is None:
            return dict(event)
        left = {**event, "claim_ids": [one for one in claim_ids if not self._is_gone(one)]}
        if event["event"] == "answered" and self._repeats_it(event, claim_ids):
            left["question"] = ERASED
            left.pop("places", None)
        return left

    def _is_gone(self, claim_id: str) -> bool:
        return self.proofs.get(claim_id) == frozenset({True})

    def _repeats_it(self, event: dict[str, Any], claim_ids: Sequence[str]) -> bool:
        """Whether an event repeats what these words may have said.

        It tells the places of the words that proved its claims then; before it did, only the
        claims told, and nobody knows of those that are not there any more.
        """
        places = event.get("places", ())
        of_calls = [one for one in claim_ids if one not in self.own]
        if any(map(self.going.prove, places)):
            return bool(of_calls)
        unknown = (False,) if places else (True,)
        return any(True in self.proofs.get(one, unknown) for one in of_calls)


def _stated(event: dict[str, Any]) -> Iterator[str]:
    """The claims that an event brings in."""
    match event:
        case {"event": "added", "claim": {"id": str(claim_id)}}:
            yield claim_id
        case {"event": "answered", "facts": [_, *_]}:
            answer = parse_event(json.dumps(event))
            assert isinstance(answer, Answered)
            yield from (claim.id for claim in answer.stated)


def _places(data: Any) -> Iterator[Any]:  # noqa: ANN401 - JSON
    """Where a claim was said, by the places of its history too."""
    match data:
        case {"evidence": [*evidence]}:
            yield from evidence
            yield from _places(data.get("history", []))
        case list():
            for each in data:
                yield from _places(each)
