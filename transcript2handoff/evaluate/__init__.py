"""How near a handoff comes to what people annotated."""

from transcript2handoff.evaluate.gold import GoldCall, GoldTurn, read_gold
from transcript2handoff.evaluate.scoring import Item, Report, Share, by_time, score, table

__all__ = [
    "GoldCall",
    "GoldTurn",
    "Item",
    "Report",
    "Share",
    "by_time",
    "read_gold",
    "score",
    "table",
]
