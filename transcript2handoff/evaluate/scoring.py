"""How near a handoff comes to what people annotated: the metric of HandoffBench.

An item that was found and an item of the gold are the same if they are of one kind and at least
half of the turns that the found one cites lie within one turn of the gold's. Stakeholders and
competitors are the same by name, or by role where the gold has no name. Each item is used once,
and as many pairs are made as can be (a maximal matching by augmenting paths, Kuhn 1955); of the
pairs, the fields are compared.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from transcript2handoff.evaluate.gold import GoldCall, GoldItem, GoldTurn
from transcript2handoff.facts import KINDS, Kind
from transcript2handoff.transcript import Playback, Transcript

Item = Mapping[str, Any]
"""An item as ``Handoff.items`` gives it: kind, summary, evidence, the fields of the kind."""
Field = tuple[Kind, str]

CORE: Final[tuple[Kind, ...]] = ("goal", "promise", "objection", "stakeholder", "competitor")
"""The kinds that a kickoff cannot do without."""
FIELDS: Final[Mapping[Kind, tuple[str, ...]]] = {
    "promise": ("strength", "type", "owner", "due", "status"),
    "objection": ("topic", "status"),
    "stakeholder": ("influence", "present"),
    "competitor": ("status",),
    "term": ("type",),
    "customer_commitment": ("owner", "due"),
    "next_step": ("due",),
}
"""The fields that are compared, by kind."""
OPTIONAL: Final = ("owner", "due")
"""Fields that are asked for only where the gold has them."""

_NAMED: Final[tuple[Kind, ...]] = ("stakeholder", "competitor")
_SMALL = frozenset(["the", "a", "an", "our", "of", "and", "mr", "ms", "mrs", "dr"])
_SMALL_WORDS = _SMALL | {"their", "his", "her"}
_DATE = re.compile(r"\d{4}-\d\d-\d\d")


@dataclass(frozen=True)
class Share:
    """What was found of what is there, and how much of it is the same."""

    gold: int = 0
    found: int = 0
    pairs: int = 0

    @property
    def precision(self) -> float:
        """The share of what was found that is in the gold."""
        return self.pairs / self.found if self.found else 0.0

    @property
    def recall(self) -> float:
        """The share of the gold that was found."""
        return self.pairs / self.gold if self.gold else 0.0

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


@dataclass(frozen=True, kw_only=True)
class Report:
    """Everything that was counted over the calls of an evaluation; every measure reads off it."""

    gold: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    pairs: Counter[str] = field(default_factory=Counter)
    asked: Counter[Field] = field(default_factory=Counter)
    """How often a field was compared."""
    right: Counter[Field] = field(default_factory=Counter)
    unasked: Counter[Field] = field(default_factory=Counter)
    """How often a field was said where the gold has none."""
    evidence: Counter[str] = field(default_factory=Counter)
    """``quotes``, those ``verbatim`` in their turn, and ``promises_by_customer``: promises whose
    best evidence is a turn of the customer's."""

    def kind(self, kind: Kind) -> Share:
        """The figures of one kind."""
        return Share(self.gold[kind], self.found[kind], self.pairs[kind])

    @property
    def total(self) -> Share:
        """All kinds in one pot; its ``f1`` is the micro F1."""
        return Share(self.gold.total(), self.found.total(), self.pairs.total())

    def macro_f1(self, kinds: Sequence[Kind] = KINDS) -> float:
        """The mean F1 over some kinds."""
        return sum(self.kind(kind).f1 for kind in kinds) / len(kinds)

    def accuracy(self, kind: Kind, name: str) -> float:
        """The share of right values of a field that was asked for."""
        asked = self.asked[kind, name]
        return self.right[kind, name] / asked if asked else 0.0

    def to_dict(self) -> dict[str, Any]:
        """All measures under the names of the benchmark's own JSON output."""
        return {
            "kinds": {kind: _figures(self.kind(kind)) for kind in KINDS},
            "fields": {f"{k}.{name}": self.accuracy(k, name) for k, name in sorted(self.asked)},
            "micro_f1": self.total.f1,
            "macro_f1": self.macro_f1(),
            "core_macro_f1": self.macro_f1(CORE),
            "promise_recall": self.kind("promise").recall,
            "quotes": self.evidence["quotes"],
            "verbatim": self.evidence["verbatim"],
            "promises_by_customer": self.evidence["promises_by_customer"],
        }


def score(calls: Iterable[tuple[GoldCall, Sequence[Item]]]) -> Report:
    """Compare what was found in each call with its gold; a call without items counts as missed."""
    report = Report()
    for call, items in calls:
        _count_evidence(report, call, items)
        for kind in KINDS:
            golds = [gold for gold in call.gold if gold.kind == kind]
            found = [item for item in items if item.get("kind") == kind]
            _count_kind(report, kind, found, golds)
    return report


def table(report: Report) -> str:
    """The report as text, a line a kind and a line a field, without a line break at the end."""
    return "\n".join(_lines(report))


def by_time(
    items: Iterable[Item], transcript: Transcript, reference: Sequence[GoldTurn]
) -> list[dict[str, Any]]:
    """Items of a recognised call with their evidence put on the turns of the reference.

    Each quote goes to the reference turn that it overlaps most in time; if it falls into a pause,
    to the nearest. ``heard_in`` keeps the recognised turn. Score them with ``GoldCall.heard_as``.

    Raises:
        ValueError: the transcript or the reference has no times.
    """
    timed = [
        (turn.n, Playback(turn.start, turn.end))
        for turn in reference
        if turn.start is not None and turn.end is not None
    ]
    if not timed or not transcript.has_times():
        raise ValueError("evidence can only be put on turns by time if both have times")
    return [
        {**item, "evidence": [_moved(e, transcript, timed) for e in item.get("evidence", [])]}
        for item in items
    ]


def _moved(
    evidence: Item, transcript: Transcript, timed: Sequence[tuple[int, Playback]]
) -> dict[str, Any]:
    n = evidence.get("turn")
    said = _playback(transcript, n, evidence.get("quote") or "")
    nearest = max(timed, key=lambda turn: _overlap(turn[1], said))[0] if said else None
    return {**evidence, "turn": nearest, "heard_in": n}


def _playback(transcript: Transcript, n: object, quote: str) -> Playback | None:
    if not (isinstance(n, int) and 1 <= n <= len(transcript.turns)):
        return None
    turn = transcript.turn(n)
    return transcript.playback(n, quote if quote and quote in turn.text else turn.text)


def _overlap(one: Playback, other: Playback) -> float:
    """Seconds in common; below zero, the seconds between them."""
    return min(one.end, other.end) - max(one.start, other.start)


def _count_evidence(report: Report, call: GoldCall, items: Iterable[Item]) -> None:
    texts, sides = call.texts(), call.sides()
    place = "turn" if call.heard is None else "heard_in"
    for item in items:
        cited = item.get("evidence", [])
        for evidence in cited:
            quote = evidence.get("quote")
            report.evidence["quotes"] += 1
            report.evidence["verbatim"] += bool(quote) and quote in texts.get(
                evidence.get(place), ""
            )
        if item.get("kind") == "promise" and cited:
            best = sides.get(cited[0].get("turn"))
            report.evidence["promises_by_customer"] += best == "customer"


def _count_kind(
    report: Report, kind: Kind, found: Sequence[Item], golds: Sequence[GoldItem]
) -> None:
    pairs = _Matching(kind, found, golds).pairs()
    report.gold[kind] += len(golds)
    report.found[kind] += len(found)
    report.pairs[kind] += len(pairs)
    for item, gold in pairs:
        for name in FIELDS.get(kind, ()):
            said, true = item.get(name), gold.get(name)
            if name in OPTIONAL and not true:
                report.unasked[kind, name] += bool(said)
            else:
                report.asked[kind, name] += 1
                report.right[kind, name] += agree(name, said, true)


def pairs_of(
    kind: Kind, items: Sequence[Item], golds: Sequence[GoldItem]
) -> list[tuple[Item, GoldItem]]:
    """The found items of a kind that are items of the gold, each with its partner."""
    wanted = [gold for gold in golds if gold.kind == kind]
    found = [item for item in items if item.get("kind") == kind]
    return _Matching(kind, found, wanted).pairs()


class _Matching:
    """Pairs of found and gold items of one kind in one call."""

    def __init__(self, kind: Kind, found: Sequence[Item], golds: Sequence[GoldItem]) -> None:
        self._found, self._golds = found, golds
        self._wanted = [self._suitors(kind, item) for item in found]
        self._partner: dict[int, int] = {}
        """The found item of each gold item that has one."""

    def _suitors(self, kind: Kind, item: Item) -> list[int]:
        """The gold items that this one may be, the one with most words in common first."""
        summary = _words(item.get("summary"))
        fit = [n for n, gold in enumerate(self._golds) if may_be(kind, item, gold)]
        return sorted(fit, key=lambda n: -len(summary & _words(self._golds[n].summary)))

    def pairs(self) -> list[tuple[Item, GoldItem]]:
        """As many pairs as there can be."""
        for n in range(len(self._found)):
            self._marry(n, set())
        return [(self._found[item], self._golds[gold]) for gold, item in self._partner.items()]

    def _marry(self, item: int, asked: set[int]) -> bool:
        """Pair an item, if need be by finding another partner for the one who is in the way."""
        for gold in self._wanted[item]:
            if gold in asked:
                continue
            asked.add(gold)
            if gold not in self._partner or self._marry(self._partner[gold], asked):
                self._partner[gold] = item
                return True
        return False


def _words(text: str | None) -> set[str]:
    return set(re.findall("[a-z0-9]+", (text or "").lower())) - _SMALL_WORDS


def _is_near(item: Item, gold: GoldItem) -> bool:
    cited = {evidence.get("turn") for evidence in item.get("evidence", [])} - {None}
    close = [n for n in cited if any(abs(n - turn) <= 1 for turn in gold.turns)]
    return bool(cited) and 2 * len(close) >= len(cited)


def may_be(kind: Kind, item: Item, gold: GoldItem) -> bool:
    """Whether a found item can be the gold one: by its turns, or by name or role."""
    if kind not in _NAMED:
        return _is_near(item, gold)
    if gold.get("name"):
        return bool(_words(item.get("name")) & _words(gold.get("name")))
    called = _words(item.get("role") or item.get("name"))
    return bool(called & _words(gold.get("role"))) and _is_near(item, gold)


def agree(name: str, said: Any, true: Any) -> bool:  # noqa: ANN401 - values of any field
    """Whether two values of a field are the same.

    Owners agree in a name, days exactly, and days that were left in words in a word.
    """
    if name == "owner":
        return bool(_words(said) & _words(true))
    if name == "due" and not _DATE.fullmatch(true):
        return bool(_words(str(said)) & _words(true))
    return bool(said == true)


def _figures(share: Share) -> dict[str, float]:
    return {
        "precision": share.precision,
        "recall": share.recall,
        "f1": share.f1,
        "gold": share.gold,
        "pred": share.found,
    }


def _lines(report: Report) -> Iterator[str]:
    yield f"{'kind':<20}{'gold':>6}{'pred':>6}{'P':>8}{'R':>8}{'F1':>8}"
    for kind in KINDS:
        of = report.kind(kind)
        counts = f"{kind:<20}{of.gold:>6}{of.found:>6}"
        yield f"{counts}{of.precision:>8.3f}{of.recall:>8.3f}{of.f1:>8.3f}"
    of = report.total
    micro = f"micro P {of.precision:.3f} R {of.recall:.3f} F1 {of.f1:.3f}"
    macro = f"macro F1 {report.macro_f1():.3f}   core macro F1 {report.macro_f1(CORE):.3f}"
    yield f"{micro}   {macro}"
    for (kind, name), asked in sorted(report.asked.items()):
        line = f"  {kind}.{name:<12} {report.accuracy(kind, name):.3f} of {asked} matched"
        unasked = f"; said where the gold has none: {report.unasked[kind, name]}"
        yield line + (unasked if name in OPTIONAL else "")
    seen = report.evidence
    yield (
        f"quotes verbatim in the cited turn: {seen['verbatim']}/{seen['quotes']}; "
        f"promises cited at a customer's turn: {seen['promises_by_customer']}"
    )
