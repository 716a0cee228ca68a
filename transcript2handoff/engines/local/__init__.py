"""The local engine: extraction on this machine, without a key and without a network.

Three steps, each with one reason to change: *find* (``finder.Finder``: which sentence states a
fact of which kind), *read* (``fields``: what the fact holds) and *assemble* (summaries, citations,
repeats). What the rules look for stands in ``cues.toml`` and ``lexicon.toml``.
"""

from transcript2handoff.engines.local.engine import LocalEngine

__all__ = ["LocalEngine"]
