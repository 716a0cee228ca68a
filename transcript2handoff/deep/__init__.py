"""Whether a whole installation holds what it promises, while it may be at work.

``store.soundness`` looks at rows and blobs, ``deals`` at what they mean: whether each claim stands
word for word in its transcript, whether none was lost, whether lists and search show what is
there. ``looks`` names all of that, ``examining`` looks, and looks again at what it found: what was
under way is over by then. Nothing is written.
"""

from transcript2handoff.deep.examining import DeepReport, Examined, Manner, examine_installation

__all__ = ["DeepReport", "Examined", "Manner", "examine_installation"]
