"""Makes draft claims of what a model states: nothing is taken over that the call cannot bear out.

Whether the quotes stand in the call is decided later, by ``ground``. Here days are resolved by our
own rules, and figures that nobody said near the quote are dropped: a summary that holds one gives
way to the quote itself. All of it in the words that the model saw; those that redaction had hidden
come back at the very end, when nothing is sent any more.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from pydantic import TypeAdapter, ValidationError

from transcript2handoff.deal import DealContext, first_fault
from transcript2handoff.engines.openai.answers import Stated, Sure
from transcript2handoff.engines.openai.prompts import cleaned
from transcript2handoff.extract.dates import find_dates
from transcript2handoff.extract.figures import said_figures, written_figures
from transcript2handoff.extract.wording import MOST_WORDS, quoted
from transcript2handoff.facts import Fact
from transcript2handoff.handoff import Citation, DraftClaim
from transcript2handoff.policy import Projection
from transcript2handoff.transcript import Transcript

CONFIDENCE: Final[Mapping[Sure, float]] = {Sure.HIGH: 0.9, Sure.MEDIUM: 0.7, Sure.LOW: 0.5}
"""What a model's own word for how sure it is stands for. Its models are not ours to calibrate."""
AROUND: Final = 3
"""Turns around a cited one in which a figure of the claim may have been said."""
_CHECKED_LATER: Final = frozenset({"name", "role", "owner"})
"""Fields that ``ground`` reads off the call, and whose figures are no figures ("Studio 54")."""
_LINK: Final = re.compile(r"\w+://|\bwww\.", re.IGNORECASE)
_FACTS: Final[TypeAdapter[Fact]] = TypeAdapter(Fact)


@dataclass(frozen=True)
class Claimant:
    """Makes claims about one call.

    Attributes:
        transcript: the call as the model saw it.
        context: the deal and the call.
    """

    transcript: Transcript
    context: DealContext

    def claim(self, stated: Stated) -> DraftClaim | str:
        """The claim, or why there is none: the fields make no fact."""
        cited = stated.citations
        said = self._figures_around(cited)
        fields = {name: self._field(name, told, said) for name, told in stated.fields.items()}
        if "value" in fields and not fields["value"]:
            fields["value"] = cited[0].quote
        try:
            fact = _FACTS.validate_python({"kind": stated.kind, **fields})
        except ValidationError as error:
            kind = stated.kind.replace("_", " ")
            return f"a {kind} in turn {cited[0].turn}: {first_fault(error)}"
        return DraftClaim(
            summary=self._summary(stated.summary, cited[0], said=said),
            fact=fact,
            citations=cited,
            confidence=CONFIDENCE[stated.sure],
        )

    def _field(self, name: str, told: str | bool | None, said: frozenset[float]) -> object:
        if not isinstance(told, str):
            return told
        words = cleaned(told).strip()
        if not words or (name not in _CHECKED_LATER and not _is_borne_out(words, said)):
            return None
        return self._due(words) if name == "due" else words

    def _due(self, words: str) -> str:
        """The day that the words name by the rules of the guide, else the words."""
        mentions = find_dates(words, said_on=self.context.call.date)
        exact = [mention for mention in mentions if mention.date]
        return exact[0].due if len(exact) == 1 else words

    def _summary(self, told: str, best: Citation, *, said: frozenset[float]) -> str:
        words = cleaned(told).strip()
        if 0 < len(words.split()) <= MOST_WORDS and _is_borne_out(words, said):
            return words
        return quoted(best.quote, speaker=self._speaker(best.turn))

    def _speaker(self, turn: int) -> str | None:
        if not 1 <= turn <= len(self.transcript.turns):
            return None
        speaker = self.transcript.speaker_of(turn)
        return speaker.name if speaker else None

    def _figures_around(self, cited: tuple[Citation, ...]) -> frozenset[float]:
        near = {n for c in cited for n in range(c.turn - AROUND, c.turn + AROUND + 1)}
        texts = (turn.text for turn in self.transcript.turns if turn.n in near)
        day = self.context.call.date
        years = frozenset({float(day.year), float(day.year + 1)} if day else ())
        return years.union(*map(said_figures, texts))


def _is_borne_out(words: str, said: frozenset[float]) -> bool:
    """Whether every figure was said, and nothing in it is an address to be followed."""
    return written_figures(words) <= said and not _LINK.search(words)


def restored(claim: DraftClaim, projection: Projection) -> DraftClaim:
    """The claim with the words that redaction had hidden."""
    back = projection.restore
    fields = {
        name: back(value) if isinstance(value, str) else value
        for name, value in claim.fact.model_dump().items()
    }
    return claim.model_copy(
        update={
            "summary": back(claim.summary),
            "fact": _FACTS.validate_python(fields),
            "citations": tuple(
                Citation(turn=cited.turn, quote=back(cited.quote)) for cited in claim.citations
            ),
        }
    )
