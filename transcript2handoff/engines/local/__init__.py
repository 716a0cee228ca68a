"""The local engine: extraction on this machine, without a key and without a network.

Four steps, each with one reason to change. *Read*: the call is cut into sentences (``reading``),
and the trained reader tells of each what it may state (``encoder``, ``labels``, ``windows``).
*Find*: what was told becomes candidates (``spotter`` sentence by sentence, ``named`` name by
name), weighed by ``decisions``. *Understand*: ``dialogue`` and ``conversation`` look at what
others answer, ``fields`` at what the fact holds. *Assemble*: summaries, citations, repeats.

The trained files stand in ``model``; word lists and patterns in the TOML files.
"""

from transcript2handoff.engines.local.decisions import Recall
from transcript2handoff.engines.local.engine import LocalEngine

__all__ = ["LocalEngine", "Recall"]
