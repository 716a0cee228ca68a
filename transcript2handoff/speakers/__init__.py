"""Who is who: names and sides of speakers, with a confidence, or none.

Signs (who says a name, how, and who speaks before and after) are collected for every pair of
voice and person, added up as log-odds with what the two sides typically say, and turned into
probabilities over all ways to give people to voices. The weights are fitted on annotated calls.
"""

from transcript2handoff.speakers.naming import NAME_FLOOR, SIDE_FLOOR, name_speakers
from transcript2handoff.speakers.standins import is_generic, role_side

__all__ = ["NAME_FLOOR", "SIDE_FLOOR", "is_generic", "name_speakers", "role_side"]
