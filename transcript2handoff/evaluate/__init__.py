"""How near a handoff comes to what people annotated."""

from transcript2handoff.evaluate.authors import Authors, read_authors
from transcript2handoff.evaluate.gold import GoldCall, GoldTurn, read_gold
from transcript2handoff.evaluate.scoring import Item, Report, Share, by_time, score, table
from transcript2handoff.evaluate.sections import Section, group_table, sections

__all__ = [
    "Authors",
    "GoldCall",
    "GoldTurn",
    "Item",
    "Report",
    "Section",
    "Share",
    "by_time",
    "group_table",
    "read_authors",
    "read_gold",
    "score",
    "sections",
    "table",
]
