"""All tables of an evaluation, each with its title."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from transcript2handoff.evaluate.constants import constants
from transcript2handoff.evaluate.gold import GoldCall
from transcript2handoff.evaluate.reliability import reliability
from transcript2handoff.evaluate.scoring import FIELDS, Item, pairs_of, score, table
from transcript2handoff.evaluate.summaries import SummaryReport, Written, WrittenCall, measure
from transcript2handoff.facts import KINDS

Call = tuple[GoldCall, Sequence[Item]]


class Section(NamedTuple):
    """A table with a title, both plain text."""

    title: str
    text: str


def sections(calls: Sequence[Call]) -> Iterator[Section]:
    """What was found, the fields beside their constants, confidence, and summaries."""
    yield Section("what was found", table(score(calls)))
    yield Section("fields beside their best constant", field_table(calls))
    if any(items for _, items in calls):
        yield Section("confidence", "\n".join(reliability(calls).lines()))
    yield Section("summaries", summary_report(calls).text())


def field_table(calls: Sequence[Call]) -> str:
    """The fields of matched items, beside what always saying the same would give."""
    report, steady = score(calls), constants(calls)
    lines = [f"{'field':<28}{'asked':>7}{'right':>8}{'constant':>10}"]
    for kind, names in FIELDS.items():
        for name in names:
            if asked := report.asked[kind, name]:
                value, share = steady[kind, name]
                figures = f"{asked:>7}{report.accuracy(kind, name):>8.3f}{share:>10.3f}"
                lines.append(f"{kind + '.' + name:<28}{figures}  {value}")
    return "\n".join(lines)


def group_table(groups: Mapping[str, Sequence[Call]]) -> str:
    """The main figures of groups of calls, a line each."""
    lines = [f"{'group':<14}{'calls':>6}{'micro':>8}{'macro':>8}{'promise F1':>12}{'recall':>8}"]
    for name, calls in groups.items():
        report = score(calls)
        promise = report.kind("promise")
        figures = f"{report.total.f1:>8.3f}{report.macro_f1():>8.3f}"
        lines.append(f"{name:<14}{len(calls):>6}{figures}{promise.f1:>12.3f}{promise.recall:>8.3f}")
    return "\n".join(lines)


def summary_report(calls: Iterable[Call]) -> SummaryReport:
    """The summaries of matched items against those of people."""
    return measure(_written(call, items) for call, items in calls)


def _written(call: GoldCall, items: Sequence[Item]) -> WrittenCall:
    people = (text for person in call.participants for text in (person.name, person.title))
    return WrittenCall(
        id=call.id,
        pairs=tuple(
            Written(kind=kind, text=item["summary"], gold=gold.summary)
            for kind in KINDS
            for item, gold in pairs_of(kind, items, call.gold)
        ),
        # A number is one by its neighbours: quotes stand apart too, as summaries read them.
        said="\n".join((*call.texts().values(), *_quotes(items))),
        known=tuple(text for text in (*people, call.product) if text),
        parties=tuple(text for text in (call.seller, call.customer) if text),
    )


def _quotes(items: Sequence[Item]) -> Iterator[str]:
    for item in items:
        yield from (evidence.get("quote") or "" for evidence in item.get("evidence", []))
